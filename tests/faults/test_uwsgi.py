"""uWSGI. Fault 55: followed by threads where it has them, otherwise by the host's own polling.

uWSGI 2.0.27 and later, as `pyuwsgi` brings it, always has threads; Debian's, which is older, only
when it is told to.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.processes import wait_for
from tests.faults.hosts import PATH, Flag, everybody_follows, hosted, nothing_is_lost

pytestmark = pytest.mark.e2e

WORKERS = 4
GRACEFUL = ["--hook-master-start", "unix_signal:15 gracefully_kill_them_all"]
"""A worker that is ended in the middle of a request does nothing at the end."""
MASTER = [
    *GRACEFUL,
    "--master",
    "--need-app",
    "--http-socket",
    "127.0.0.1:0",
    "--processes",
    str(WORKERS),
]


def newest(*options: str, application: str = "application") -> list[str]:
    program = shutil.which("uwsgi", path=str(Path(sys.executable).parent))
    assert program is not None
    return [program, *MASTER, "--module", f"tests.faults.{application}", *options]


def debians(*options: str, application: str = "application") -> list[str]:
    program = shutil.which("uwsgi-core")
    if program is None or not Path("/usr/lib/uwsgi/plugins/python3_plugin.so").exists():
        if os.environ.get("CI") == "true":
            pytest.fail("uWSGI is missing; .ci/run installs it")
        pytest.skip("Debian's uWSGI is not here (packages uwsgi-core, uwsgi-plugin-python3)")
    command = [program, "--plugin", "python3", "--pythonpath", PATH, *MASTER]
    return [*command, "--module", f"tests.faults.{application}", *options]


def threadless(**options: str) -> list[str]:
    """A uWSGI that has no threads. None of today's can be told not to have any."""
    command = debians(**options)
    told = subprocess.run([command[0], "--version"], capture_output=True, text=True, check=True)
    version = tuple(int(part) for part in re.findall(r"\d+", told.stdout)[:3])
    if version >= (2, 0, 27):
        pytest.skip(f"Debian's uWSGI {told.stdout.strip()} always has threads")
    return command


@pytest.mark.parametrize("command", [
    pytest.param([], id="forked"),
    pytest.param(["--lazy-apps"], id="lazy"),
    pytest.param(["--py-call-uwsgi-fork-hooks"], id="fork-hooks"),
    pytest.param(["--threads", "2"], id="threads"),
])  # fmt: skip
def test_every_worker_follows(flag: Flag, tmp_path: Path, command: list[str]) -> None:
    with hosted(newest(*command), flag, tmp_path) as host:
        everybody_follows(host, flag, WORKERS)
        host.end(signal.SIGTERM)
        assert "no thread can be started" not in host.said()
    nothing_is_lost(host, flag)


def test_with_enable_threads_every_worker_follows(flag: Flag, tmp_path: Path) -> None:
    with hosted(debians("--enable-threads"), flag, tmp_path) as host:
        everybody_follows(host, flag, WORKERS)
        host.end(signal.SIGTERM)
        assert "no thread can be started" not in host.said()
    nothing_is_lost(host, flag)


def test_without_threads_there_is_one_loud_error(flag: Flag, tmp_path: Path) -> None:
    """No answer is held up by it; each one is the fallback, since nobody polls."""
    with hosted(threadless(), flag, tmp_path) as host:
        wait_for(lambda: host.variants(WORKERS) == {None}, "an answer of every worker")
        host.end(signal.SIGTERM)
        (line,) = [line for line in host.said().splitlines() if "no thread can be started" in line]
        assert "enable-threads" in line
        assert "client.poll()" in line


def test_without_threads_the_host_s_timer_follows(flag: Flag, tmp_path: Path) -> None:
    with hosted(threadless(application="polling"), flag, tmp_path) as host:
        everybody_follows(host, flag, WORKERS)
        host.end(signal.SIGTERM)
    nothing_is_lost(host, flag)
