"""gevent. Fault 57: patched early, late and partly, by itself and under gunicorn."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.e2e.processes import wait_for
from tests.faults.hosts import Flag, Host, everybody_follows, hosted, nothing_is_lost, started_host
from tests.faults.test_gunicorn import gunicorn

pytestmark = pytest.mark.e2e


@contextmanager
def greenlets(flag: Flag, folder: Path, when: str, end: str) -> Iterator[Host]:
    """A program that has followed a change and is about to end."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.greenlets", when, end]
    with started_host(command, flag, folder) as host:
        wait_for(lambda: "on" in host.said(), "the flag")
        flag.serve("off")
        wait_for(lambda: "waited" in host.said(), "the change")
        yield host


def figures(host: Host, name: str) -> list[float]:
    """What the program printed under this name."""
    lines = [line.split() for line in host.said().splitlines()]
    return [float(line[1]) for line in lines if line[0] == name]


@pytest.mark.parametrize("end", ["close", "exit", "fork"])
@pytest.mark.parametrize("when", ["early", "between", "late", "sockets"])
def test_a_program_follows(flag: Flag, tmp_path: Path, when: str, end: str) -> None:
    with greenlets(flag, tmp_path, when, end) as host:
        began = time.monotonic()
        assert host.process.wait(20) == 0
        assert time.monotonic() - began < 4
        counts = figures(host, "on") + figures(host, "off")
        waited = figures(host, "waited")
        assert len(host.said().splitlines()) == len(counts + waited), "and no other word"
        assert max(waited) < 1, "the hub was kept from its greenlets"
    host.answers = round(sum(counts))
    nothing_is_lost(host, flag)


def test_threads_without_sockets_are_one_loud_error(flag: Flag, tmp_path: Path) -> None:
    """A greenlet that waits in a real socket would stop all others. The program polls instead."""
    with greenlets(flag, tmp_path, "threads", "exit") as host:
        assert host.process.wait(20) == 0
        (line,) = [one for one in host.said().splitlines() if "no thread can be started" in one]
        assert "gevent has replaced threads but not sockets" in line
        assert "client.poll()" in line
    host.answers = round(sum(figures(host, "on") + figures(host, "off")))
    nothing_is_lost(host, flag)


@pytest.mark.parametrize("options", [["--preload"], []], ids=["preload", "no-preload"])
def test_every_worker_follows(flag: Flag, tmp_path: Path, options: list[str]) -> None:
    with hosted(gunicorn(*options, "--worker-class", "gevent", workers=4), flag, tmp_path) as host:
        everybody_follows(host, flag, 4)
        assert host.end(signal.SIGTERM) < 5
    nothing_is_lost(host, flag)
