"""Programs that run an application in several processes, and what their processes answer."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.processes import ROOT, Dev, wait_for

PATH = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
"""Where a Python that is not ours finds the SDK and the tests."""


@dataclass
class Flag:
    """A boolean flag of one test's own, which serves on at first."""

    server: Dev
    key: str

    @property
    def _environment(self) -> str:
        ready = self.server.ready
        return f"/projects/{ready['project']}/environments/{ready['environment']}"

    def create(self) -> None:
        variants = [{"key": "on", "value": True}, {"key": "off", "value": False}]
        made = {"key": self.key, "type": "boolean", "variants": variants}
        project = f"/projects/{self.server.ready['project']}"
        self.server.rest("POST", f"{project}/flags", made, If_Match="*")
        self.serve("on")

    def serve(self, variant: str) -> None:
        """Serve this variant to everybody from now on."""
        path = f"{self._environment}/flags/{self.key}"
        self.server.rest("PATCH", path, {"enabled": True, "default": variant}, If_Match="*")

    def counted(self) -> int:
        """How many evaluations the server was told of."""
        items = self.server.rest("GET", f"{self._environment}/counts?flag={self.key}")["items"]
        return sum(int(item["count"]) for item in items)


@dataclass
class Host:
    """A running host. `answers`: how many answers it gave, each after one evaluation.

    `processes`: what those that answered last said, by process id.
    """

    process: subprocess.Popen[bytes]
    log: Path
    answers: int = 0
    url: str = ""
    processes: dict[int, Any] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16))

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text("utf-8", "replace")

    def variants(self, processes: int) -> set[Any]:
        """What each process said last; empty before so many were heard."""
        for pid, variant in self._pool.map(self._ask, range(2 * processes)):
            self.processes[pid] = variant
            self.answers += 1
        return set(self.processes.values()) if len(self.processes) == processes else set()

    def _ask(self, _: int) -> tuple[int, Any]:
        with urllib.request.urlopen(self.url, timeout=20) as answer:
            pid, variant = json.loads(answer.read())
            return int(pid), variant

    def close(self) -> None:
        """Leave nothing of it behind, however the test ended."""
        self._pool.shutdown(cancel_futures=True)
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait_for(self, word: str, seconds: float = 20) -> None:
        """Wait until it says something."""

        def said() -> bool:
            assert word in self.said() or self.process.poll() is None, self.said()
            return word in self.said()

        wait_for(said, f"the program to say {word}", seconds)

    def go_on(self) -> None:
        """Let a program that pauses go on."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def end(self, by: signal.Signals, seconds: float = 10) -> float:
        """End it. How many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.process.wait(seconds)
        return time.monotonic() - began


@contextlib.contextmanager
def started_host(
    command: list[str], flag: Flag, folder: Path, **environment: str
) -> Iterator[Host]:
    """A program that finds the server and the flag in its environment. Its log if a test fails."""
    log = folder / "host.log"
    given = {
        **flag.server.environment(), "FLAG": flag.key, "HOME": str(folder), "PYTHONPATH": PATH,
        **environment,
    }  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=given, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=folder
        )
    host = Host(process, log)
    try:
        yield host
    except BaseException:
        sys.stderr.write(host.said()[-20_000:])
        raise
    finally:
        host.close()


def program(
    text: str, flag: Flag, folder: Path, **environment: str
) -> contextlib.AbstractContextManager[Host]:
    """A program of a few lines, which uses `tests.faults.following`."""
    head = "import os, sys, threading, time\nfrom tests.faults.following import *\n"
    command = [sys.executable, "-W", "ignore", "-c", head + text]
    return started_host(command, flag, folder, **environment)


@contextlib.contextmanager
def hosted(command: list[str], flag: Flag, folder: Path) -> Iterator[Host]:
    """A program that runs `tests.faults.application` on a port that its log names."""
    with started_host(command, flag, folder) as host:

        def listening() -> str:
            assert host.process.poll() is None, host.said()
            found = re.search(r"127\.0\.0\.1:(?!0\b)(\d+)", host.said())
            return f"http://{found[0]}/" if found else ""

        host.url = wait_for(listening, f"a port of {command[:4]}", 30)
        yield host


def everybody_follows(host: Host, flag: Flag, processes: int, *, seconds: float = 20) -> None:
    """Every process of the host follows a change that is made while it runs."""
    wait_for(lambda: host.variants(processes) == {"on"}, "the flag in every process", seconds)
    flag.serve("off")
    wait_for(lambda: host.variants(processes) == {"off"}, "the change in every process", seconds)


def nothing_is_lost(host: Host, flag: Flag) -> None:
    """After its end, every evaluation of every process is known to the server, none twice."""
    wait_for(lambda: flag.counted() >= host.answers, f"{host.answers} counts")
    assert flag.counted() == host.answers
