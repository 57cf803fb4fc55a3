"""multiprocessing. Fault 56: children follow, and report before they end, however they begin."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.e2e.processes import wait_for
from tests.faults.hosts import Flag, nothing_is_lost, started_host

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("method", "where"), [
    ("fork", "import"), ("fork", "child"), ("spawn", "import"), ("forkserver", "import"),
    ("forkserver", "preload"), ("forkserver", "child"),
])  # fmt: skip
def test_every_child_follows(flag: Flag, tmp_path: Path, method: str, where: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.children", method]
    with started_host(command, flag, tmp_path, WHERE=where) as host:
        wait_for(lambda: len(host.said().split()) == 1, "the flag in every child")
        flag.serve("off")
        assert host.process.wait(20) == 0
        host.answers = int(host.said().split()[-1])
    nothing_is_lost(host, flag)
