"""gunicorn. Faults 53 and 54: every worker follows, with `preload_app` or without."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from tests.e2e.processes import wait_for
from tests.faults.hosts import Flag, everybody_follows, hosted, nothing_is_lost

pytestmark = pytest.mark.e2e

WORKERS = 8


def gunicorn(*options: str, workers: int = WORKERS) -> list[str]:
    command = [sys.executable, "-m", "gunicorn", "tests.faults.application", *options]
    return [*command, "--bind", "127.0.0.1:0", "--workers", str(workers)]


@pytest.mark.parametrize("options", [
    pytest.param(["--preload"], id="preload"),
    pytest.param([], id="no-preload"),
    pytest.param(["--preload", "--worker-class", "gthread", "--threads", "2"], id="threads"),
])  # fmt: skip
def test_every_worker_follows(flag: Flag, tmp_path: Path, options: list[str]) -> None:
    with hosted(gunicorn(*options), flag, tmp_path) as host:
        everybody_follows(host, flag, WORKERS)
        assert host.end(signal.SIGTERM) < 5
        assert "yardarm" not in host.said()
    nothing_is_lost(host, flag)


def test_workers_that_come_later_follow(flag: Flag, tmp_path: Path) -> None:
    """Forked from a master that has followed for a while: after a death, and on SIGHUP."""
    with hosted(gunicorn("--preload", workers=2), flag, tmp_path) as host:
        everybody_follows(host, flag, 2)
        gone = set(host.processes)
        dead = gone.pop()
        os.kill(dead, signal.SIGKILL)
        del host.processes[dead]
        flag.serve("on")
        wait_for(lambda: host.variants(2) == {"on"}, "the worker in the dead one's place")
        gone = set(host.processes)
        host.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not any(is_alive(pid) for pid in gone), "the end of the old workers")
        host.processes.clear()
        flag.serve("off")
        wait_for(lambda: host.variants(2) == {"off"}, "the new workers")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
