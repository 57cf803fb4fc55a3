"""Jobs are done once, by whoever claims them, wherever a process dies. On both databases."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.server_world import Clock, postgres_database, until

from yardarm.server.audit.service import Audit
from yardarm.server.jobs.model import GiveUp, Lost, Retrying
from yardarm.server.jobs.service import Claim, Jobs
from yardarm.server.store.database import Database
from yardarm.server.store.jobs import KEPT_GIVEN_UP, JobRow

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]

ROOT = Path(__file__).parents[2]
QUICK = Retrying(most_attempts=3, first_seconds=0.01, longest_seconds=0.02)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    made = await Database.open(url)
    yield made
    await made.close()


async def add(database: Database, jobs: Jobs, *numbers: int, **more: object) -> None:
    async with database.write() as transaction:
        for number in numbers:
            await jobs.add(transaction, "note", {"number": number}, **more)  # type: ignore[arg-type]


async def waiting(database: Database) -> list[JobRow]:
    async with database.read() as transaction:
        return await transaction.jobs.all("note")


async def none_waiting(database: Database) -> None:
    async def nothing() -> bool:
        return not await waiting(database)

    await until(nothing)


class Notes:
    """A handler that notes which jobs it was given."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.seen: list[int] = []

    async def __call__(self, claim: Claim) -> None:
        self.seen.append(claim.job.body["number"])


# --- when -------------------------------------------------------------------------------------


async def test_a_job_is_done_at_once_and_is_gone(database: Database) -> None:
    jobs, notes = Jobs(database), Notes(database)
    jobs.handle("note", notes)
    await jobs.start()
    await add(database, jobs, 1, 2, 3)
    await none_waiting(database)
    assert sorted(notes.seen) == [1, 2, 3]
    assert jobs.ended["note", "done"] == 3
    await jobs.close()


async def test_what_is_rolled_back_is_not_done(database: Database) -> None:
    jobs, notes = Jobs(database), Notes(database)
    jobs.handle("note", notes)
    await jobs.start()

    async def add_and_fail() -> None:
        async with database.write() as transaction:
            await jobs.add(transaction, "note", {"number": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await add_and_fail()
    await add(database, jobs, 2)
    await none_waiting(database)
    assert notes.seen == [2]
    await jobs.close()


async def test_a_later_job_waits_for_its_time_and_is_done_without_being_asked_for(
    database: Database,
) -> None:
    jobs, notes = Jobs(database), Notes(database)
    jobs.handle("note", notes)
    await jobs.start()
    due = datetime.now(UTC) + timedelta(seconds=0.4)
    await add(database, jobs, 1, due_at=due)
    await none_waiting(database)
    assert datetime.now(UTC) >= due
    assert notes.seen == [1]
    await jobs.close()


async def test_jobs_begin_in_the_order_they_are_due(database: Database) -> None:
    clock = Clock()
    jobs, notes = Jobs(database, clock), Notes(database)
    jobs.handle("note", notes, at_once=1)
    for number in (3, 1, 2):
        await add(database, jobs, number, due_at=clock() + timedelta(minutes=number))
    await jobs.start()
    clock.move(minutes=5)
    jobs.wake()
    await none_waiting(database)
    assert notes.seen == [1, 2, 3]
    await jobs.close()


async def test_a_clock_that_goes_back_makes_nothing_happen_twice(database: Database) -> None:
    clock = Clock()
    jobs, notes = Jobs(database, clock), Notes(database)
    jobs.handle("note", notes)
    await add(database, jobs, 1, due_at=clock() + timedelta(minutes=1))
    await jobs.start()
    clock.move(minutes=2)
    jobs.wake()
    await none_waiting(database)
    clock.move(minutes=-10)
    await add(database, jobs, 2)
    await none_waiting(database)
    clock.move(minutes=10)
    await add(database, jobs, 3)
    await none_waiting(database)
    assert notes.seen == [1, 2, 3]
    await jobs.close()


async def test_a_hold_from_before_the_clock_went_back_does_not_last(database: Database) -> None:
    clock = Clock()
    dead = Jobs(database, clock)
    await add(database, dead, 1)
    async with database.write() as transaction:  # a node that claims it and dies
        await transaction.jobs.claim(
            "note", 1, now=clock(), until=clock() + timedelta(seconds=60), holder="dead",
            longest_hold=timedelta(seconds=120),
        )  # fmt: skip
        assert await transaction.jobs.next_due(["note"], clock(), timedelta(seconds=120))
    clock.move(days=-1)
    async with database.write() as transaction:
        found = await transaction.jobs.claim(
            "note", 1, now=clock() + timedelta(days=2), until=clock(), holder="next",
            longest_hold=timedelta(seconds=120),
        )  # fmt: skip
    assert [row.body["number"] for row in found] == [1]


# --- what fails -------------------------------------------------------------------------------


async def test_a_job_that_fails_is_tried_again_and_then_given_up(database: Database) -> None:
    jobs, tried = Jobs(database), []

    async def fail(claim: Claim) -> None:
        tried.append(claim.job.attempts)
        raise OSError("the disk is on fire")

    jobs.handle("note", fail, retrying=QUICK)
    await jobs.start()
    await add(database, jobs, 1)

    async def given_up() -> bool:
        return any(row.due_at is None for row in await waiting(database))

    await until(given_up)
    [row] = await waiting(database)
    assert (tried, row.attempts, row.error) == ([1, 2, 3], 3, "the disk is on fire")
    assert jobs.ended["note", "failed"] == 2
    assert jobs.ended["note", "given_up"] == 1
    await jobs.close()


async def test_a_handler_can_give_up_at_once(database: Database) -> None:
    jobs = Jobs(database)

    async def refuse(claim: Claim) -> None:
        raise GiveUp("never\0\ud800")

    jobs.handle("note", refuse)
    await jobs.start()
    await add(database, jobs, 1)

    async def given_up() -> bool:
        return any(row.due_at is None for row in await waiting(database))

    await until(given_up)
    assert (await waiting(database))[0].error == "never?"
    await jobs.close()


async def test_only_the_newest_of_those_given_up_are_kept(database: Database) -> None:
    jobs = Jobs(database)
    await add(database, jobs, *range(KEPT_GIVEN_UP + 5))
    rows = await waiting(database)
    async with database.write() as transaction:
        await transaction.jobs.claim(
            "note", len(rows), now=datetime.now(UTC) + timedelta(seconds=5),
            until=datetime.now(UTC), holder="me", longest_hold=timedelta(seconds=60),
        )  # fmt: skip
        for row in rows:
            await transaction.jobs.put_off(row.id, "me", None, "no")
    kept = [row.body["number"] for row in await waiting(database)]
    assert kept == list(range(5, KEPT_GIVEN_UP + 5))


async def test_effect_and_end_of_a_job_are_one_transaction(database: Database) -> None:
    """A job that was changed while it was done leaves no trace of the attempt."""
    jobs, audit, again = Jobs(database), Audit(database), asyncio.Event()

    async def note(claim: Claim) -> None:
        if not again.is_set():
            again.set()
            await add(database, jobs, 2, unique_key="one")  # replaced meanwhile
        async with database.write() as transaction:
            number = claim.job.body["number"]
            await audit.append(
                transaction, actor="a", action="noted", details={"number": number},
                at=datetime.now(UTC),
            )  # fmt: skip
            await claim.finish(transaction)

    jobs.handle("note", note)
    await jobs.start()
    await add(database, jobs, 1, unique_key="one")
    await none_waiting(database)
    await jobs.close()
    assert [entry.details["number"] for entry in await audit.list_entries()] == [2]
    assert jobs.ended["note", "done"] == 1


async def test_a_job_of_a_key_is_there_once(database: Database) -> None:
    jobs = Jobs(database)
    await add(database, jobs, 1, unique_key="one")
    await add(database, jobs, 2, unique_key="one")
    await add(database, jobs, 3)
    assert sorted(row.body["number"] for row in await waiting(database)) == [2, 3]
    async with database.write() as transaction:
        await jobs.remove(transaction, "one")
    assert [row.body["number"] for row in await waiting(database)] == [3]


async def test_closing_waits_for_what_is_being_done(database: Database) -> None:
    jobs, begun, go, ended = Jobs(database), asyncio.Event(), asyncio.Event(), []

    async def slow(claim: Claim) -> None:
        begun.set()
        await go.wait()
        ended.append(claim.job.id)

    jobs.handle("note", slow)
    await jobs.start()
    await add(database, jobs, 1)
    await begun.wait()
    closing = asyncio.create_task(jobs.close())
    assert jobs.running() == 1
    go.set()
    await closing
    assert len(ended) == 1
    assert await waiting(database) == []


async def test_a_hanging_kind_does_not_keep_others_waiting(database: Database) -> None:
    jobs, notes, go = Jobs(database), Notes(database), asyncio.Event()

    async def hang(claim: Claim) -> None:
        await go.wait()

    jobs.handle("hang", hang, at_once=2)
    jobs.handle("note", notes)
    await jobs.start()
    async with database.write() as transaction:
        for _ in range(5):
            await jobs.add(transaction, "hang", {})
    await add(database, jobs, 1)
    await none_waiting(database)
    assert notes.seen == [1]
    go.set()
    await jobs.close()


async def test_who_lost_its_hold_cannot_finish(database: Database) -> None:
    jobs, caught = Jobs(database, lease_seconds=3600), []

    async def note(claim: Claim) -> None:
        async with database.write() as transaction:
            await transaction.jobs.release_all()
        with pytest.raises(Lost) as lost:
            async with database.write() as transaction:
                await claim.finish(transaction)
        caught.append(str(lost.value))
        raise GiveUp("that is all")

    jobs.handle("note", note, retrying=Retrying(most_attempts=1))
    await jobs.start()
    await add(database, jobs, 1)

    async def once() -> bool:
        return bool(caught)

    await until(once)
    await jobs.close()
    assert "no longer held" in caught[0]


async def test_a_long_job_is_held_for_as_long_as_it_takes(database: Database) -> None:
    """A second node does not take over what the first still does, far beyond the lease."""
    one, other = (Jobs(database, lease_seconds=0.6) for _ in range(2))
    go, seen = asyncio.Event(), []

    async def slow(claim: Claim) -> None:
        seen.append(claim.job.attempts)
        await go.wait()

    one.handle("note", slow)
    other.handle("note", slow)
    await add(database, one, 1)
    await one.start()

    async def begun() -> bool:
        return one.running() == 1

    await until(begun)
    if database.kind == "postgresql":  # one SQLite file has one server
        await other.start()
    end = datetime.now(UTC) + timedelta(seconds=2)

    async def over() -> bool:
        other.wake()
        return datetime.now(UTC) > end

    await until(over)
    go.set()
    await one.close()
    await other.close()
    assert seen == [1]
    assert await waiting(database) == []


# --- several nodes, and kills -----------------------------------------------------------------


async def test_two_nodes_do_each_job_once() -> None:
    with postgres_database() as url:
        one, other = await Database.open(url), await Database.open(url)
        nodes = [(Jobs(database), Notes(database)) for database in (one, other)]
        for jobs, notes in nodes:
            jobs.handle("note", notes, at_once=3)
            await jobs.start()
        for first in range(0, 200, 20):
            await add(one, nodes[0][0], *range(first, first + 20))
        await none_waiting(one)
        for jobs, _ in nodes:
            await jobs.close()
        seen = [number for _, notes in nodes for number in notes.seen]
        assert sorted(seen) == list(range(200))
        assert all(notes.seen for _, notes in nodes), "one node did nothing"
        await one.close()
        await other.close()


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contracts.job_worker", url],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


async def kill_often(url: str, count: int, kills: int) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    database = await Database.open(url)
    audit, jobs = Audit(database), Jobs(database)
    await add(database, jobs, *range(count))
    for _ in range(kills):
        with worker(url) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 4)):
                await asyncio.to_thread(process.stdout.readline)
            await asyncio.to_thread(threading.Event().wait, chance.random() * 0.02)
    with worker(url):
        await none_waiting(database)
    entries = []
    before = None
    while page := await audit.list_entries(200, before):
        entries += page
        before = page[-1].number
    done = Counter(entry.details["number"] for entry in entries)
    assert done == Counter(range(count)), f"seed {seed}"
    await database.close()


async def test_kills_in_the_middle_of_jobs(url: str) -> None:
    await kill_often(url, count=60, kills=4)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_many_kills_in_the_middle_of_jobs(url: str) -> None:
    await kill_often(url, count=1_500, kills=100)
