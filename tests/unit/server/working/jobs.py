"""What the processes of these tests do. A spawned process imports it by its name."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from typing import Any

from yardarm.server.working.process import Cancelled, control, until_closed


def main(connection: Connection, started: str) -> None:
    """Answers `("echo", x)` with x; dies of `("die", path)` as long as path is not there."""
    with open(started, "a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    with until_closed(connection):
        while True:
            what, job, more = connection.recv()
            if what == "work":
                connection.send(_answer(connection, job, more))


def _answer(connection: Connection, job: int, work: tuple[str, Any]) -> tuple[str, int, Any]:
    what, given = work
    if what == "die" and not os.path.exists(given):
        with open(given, "x", encoding="ascii"):
            os.abort()
    if what == "die always":
        os.abort()
    if what == "wait":
        check = control(connection, job).check
        try:
            while True:
                check()
                time.sleep(0.01)
        except Cancelled:
            return "cancelled", job, None
    if what == "fail":
        return "failed", job, given
    return "done", job, given
