"""The other end: a process that is given one piece of work at a time, and ends with its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

Message: TypeAlias = tuple[str, int, Any]
"""What, of which job, and what more.

To the process: `work` with what is to be done, `cancel`. From it: `ready` once, then `progress`
with the share that is done, `done` with the result, `failed` with words, `cancelled`.
"""

REPORT_SECONDS = 0.05
_NICE = 5  # who waits for a result waits; who waits for a push must not


class Cancelled(Exception):
    """Whoever asked no longer wants to know."""


@dataclass(frozen=True, slots=True)
class Control:
    """How whoever works is heard and stopped.

    `report` is told the share that is done, 0 to 1; `check` may raise, to end the work.
    """

    report: Callable[[float], Any]
    check: Callable[[], Any]


@contextlib.contextmanager
def until_closed(connection: Connection) -> Iterator[None]:
    """Say that one is ready; work until the other end is closed, behind those who wait for less."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the parent, which then closes the pipe
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICE)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(("ready", 0, None))
        yield


def control(connection: Connection, job: int) -> Control:
    """How one job is heard and stopped; `check` raises `Cancelled`."""
    told = 0.0

    def report(done: float) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= REPORT_SECONDS:
            told = now
            connection.send(("progress", job, done))

    def check() -> None:
        while connection.poll():
            what, other, _ = connection.recv()
            if what == "cancel" and other == job:
                raise Cancelled

    return Control(report, check)


def unforeseen(error: Exception) -> str:
    """What is said of a fault of ours, which must not end the next one's job."""
    return f"unforeseen: {type(error).__name__}: {error}"
