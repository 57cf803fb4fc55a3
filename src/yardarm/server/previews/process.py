"""The process that counts: one job at a time, columns kept between jobs, ends with its parent."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import time
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from ..store.database import Database
from ..store.errors import StoreError
from .held import BUDGET, Populations
from .job import Control, Work, carry_out

Message: TypeAlias = tuple[str, int, Any]
"""What, of which job, and what more.

To the process: `work` with the `Work`, `cancel`. From it: `progress` with the share that is done,
`done` with the result, `failed` with words, `cancelled`.
"""

REPORT_SECONDS = 0.05
_NICE = 5  # who waits for a preview waits; who waits for a push must not


class Cancelled(Exception):
    """Whoever asked no longer wants to know."""


def main(connection: Connection, url: str, budget: int = BUDGET) -> None:
    """Work until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the parent, which then closes the pipe
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICE)
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # chunks are many objects and no cycles
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        asyncio.run(_work(connection, url, budget))


async def _work(connection: Connection, url: str, budget: int) -> None:
    database = Database.of_another(url)
    populations = Populations(budget)
    try:
        while True:
            what, job, more = connection.recv()
            if what == "work":
                connection.send(await _answer(connection, database, populations, job, more))
    finally:
        await database.close()


async def _answer(
    connection: Connection, database: Database, populations: Populations, job: int, work: Work
) -> Message:
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

    try:
        return "done", job, await carry_out(database, populations, work, Control(report, check))
    except Cancelled:
        return "cancelled", job, None
    except (StoreError, MemoryError, RecursionError) as error:
        return "failed", job, str(error) or type(error).__name__
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - one job's fault must not end the next one's
        return "failed", job, f"unforeseen: {type(error).__name__}: {error}"
