"""The process that counts: one job at a time, columns kept between jobs, ends with its parent."""

from __future__ import annotations

import asyncio
import gc
from multiprocessing.connection import Connection

from ..store.database import Database
from ..store.errors import StoreError
from ..working.process import Cancelled, Message, control, unforeseen, until_closed
from .held import BUDGET, Populations
from .job import Job


def main(connection: Connection, url: str, budget: int = BUDGET) -> None:
    """Work until the other end of the pipe is closed.

    `url` is the database's. `budget` bounds the bytes of contexts that are kept between jobs.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # chunks are many objects and no cycles
    with until_closed(connection):
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
    connection: Connection, database: Database, populations: Populations, job: int, work: Job
) -> Message:
    try:
        return "done", job, await work.carry_out(database, populations, control(connection, job))
    except Cancelled:
        return "cancelled", job, None
    except (StoreError, MemoryError, RecursionError) as error:
        return "failed", job, str(error) or type(error).__name__
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - one job's fault must not end the next one's
        return "failed", job, unforeseen(error)
