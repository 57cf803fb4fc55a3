"""In order, without gaps, without repeats."""

from __future__ import annotations

import asyncio
import random

import pytest

from yardarm.server.changes.model import Published
from yardarm.server.changes.publications import Publications

pytestmark = pytest.mark.anyio


def published(version: int) -> Published:
    return Published("shop", "production", "e", version, f"root {version}", b"")


class Log:
    """The truth: versions committed so far. Reading it takes a moment."""

    def __init__(self, upto: int = 0) -> None:
        self.upto = upto
        self.reads = 0

    async def load(self, environment_id: int, version: int) -> list[Published]:
        self.reads += 1
        found = [published(number) for number in range(version + 1, self.upto + 1)]
        await asyncio.sleep(0)
        return found


def following(log: Log, **begin: int) -> tuple[Publications, list[int]]:
    publications, told = Publications(log.load), []
    publications.subscribe(lambda each: told.append(each.version))
    if begin:
        publications.begin({1: begin["at"]})
    return publications, told


async def test_what_follows_is_told_without_reading() -> None:
    log = Log()
    publications, told = following(log, at=4)
    for version in (5, 6):
        await publications.committed(1, published(version))
    assert (told, log.reads) == ([5, 6], 0)


async def test_gaps_are_filled_from_the_log_and_repeats_dropped() -> None:
    log = Log(9)
    publications, told = following(log, at=4)
    await publications.committed(1, published(8))
    assert told == [5, 6, 7, 8, 9]
    for version in (5, 9):
        await publications.committed(1, published(version))
        await publications.rung(1, version)
    assert told == [5, 6, 7, 8, 9]


async def test_a_ring_says_only_that_there_is_something() -> None:
    log = Log(7)
    publications, told = following(log, at=4)
    await publications.rung(1, 5)
    assert told == [5, 6, 7]
    await publications.rung(1, 6)
    assert log.reads == 1


async def test_a_new_environment_is_told_from_its_first_change() -> None:
    publications, told = following(Log(2), at=4)
    await publications.rung(2, 2)
    assert told == [1, 2]


async def test_without_a_beginning_it_begins_with_the_first_commit() -> None:
    publications, told = following(Log(9))
    await publications.committed(1, published(9))
    assert told == [9]


async def test_any_order_of_arrival_is_told_in_order() -> None:
    chance = random.Random(5)
    for _ in range(50):
        log = Log()
        publications, told = following(log, at=0)
        arrivals = [*range(1, 21), *range(1, 21)]
        chance.shuffle(arrivals)
        tasks = []
        for version in arrivals:
            log.upto = max(log.upto, version)
            here = publications.committed(1, published(version))
            work = here if chance.random() < 0.5 else publications.rung(1, version)
            if work is not here:
                here.close()
            tasks.append(asyncio.create_task(work))
            if chance.random() < 0.5:
                await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        assert told == list(range(1, 21))


async def test_one_failing_subscriber_does_not_silence_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publications, told = following(Log(), at=0)

    def fail(each: Published) -> None:
        raise RuntimeError("not my day")

    publications.subscribe(fail)
    end = publications.subscribe(lambda each: told.append(-each.version))
    await publications.committed(1, published(1))
    assert told == [1, -1]
    assert "not my day" in caplog.text
    end()
    end()
    await publications.committed(1, published(2))
    assert told == [1, -1, 2]
