"""Work in another process: done, given up, and done again by another when the first one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.unit.server.working.jobs import main

from yardarm.server.working.errors import WorkFailed
from yardarm.server.working.worker import Worker

pytestmark = pytest.mark.anyio


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """The file in which each process notes that it began."""
    return tmp_path / "started"


@pytest.fixture
async def worker(started: Path) -> AsyncIterator[Worker]:
    made = Worker("yardarm-test", main, str(started))
    yield made
    await made.close()


def processes(started: Path) -> int:
    return len(started.read_text("ascii").splitlines())


async def test_one_process_does_what_is_asked_in_turn(worker: Worker, started: Path) -> None:
    assert worker.pid is None, "none is made before it is needed"
    asked = [worker.run(("echo", number)) for number in range(20)]
    assert await asyncio.gather(*asked) == list(range(20))
    with pytest.raises(WorkFailed, match="no such thing"):
        await worker.run(("fail", "no such thing"))
    assert processes(started) == 1


async def test_what_a_process_died_of_once_is_done_by_another(
    worker: Worker, started: Path, tmp_path: Path
) -> None:
    assert await worker.run(("die", str(tmp_path / "dead"))) == str(tmp_path / "dead")
    assert processes(started) == 2


async def test_what_kills_two_processes_fails_and_harms_nobody_else(
    worker: Worker, started: Path
) -> None:
    with pytest.raises(WorkFailed, match=r"ended \(exit code -6\); try again"):
        await worker.run(("die always", None))
    assert await worker.run(("echo", 7)) == 7
    assert processes(started) == 3


async def test_whoever_gives_up_at_any_moment_leaves_a_process_that_works(
    worker: Worker, started: Path
) -> None:
    """Given up while the process starts, while a long message is written, and while it works."""
    long = "x" * 5_000_000
    for pause in (0.0, 0.001, 0.01, 0.1, 0.3):
        for work in (("echo", long), ("wait", None)):
            asked = asyncio.create_task(worker.run(work))
            await asyncio.wait([asked], timeout=pause)
            asked.cancel()
            await asyncio.wait([asked])
    assert await worker.run(("echo", 1)) == 1
    assert processes(started) == 1, "nobody had to end it"


async def test_a_closed_worker_begins_no_other(worker: Worker) -> None:
    asked = asyncio.create_task(worker.run(("wait", None)))
    await asyncio.wait([asked], timeout=0.5)
    await worker.close()
    with pytest.raises(WorkFailed):
        await asked
    with pytest.raises(WorkFailed, match="the server is ending"):
        await worker.run(("echo", 1))
