"""What is done again and again, and what ends it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from yardarm.errors import YardarmError
from yardarm.server.repeating import Repeating

pytestmark = pytest.mark.anyio

LOG = logging.getLogger("yardarm.server.tests")


async def test_it_goes_on_though_it_failed_until_it_is_stopped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done, enough = 0, asyncio.Event()

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 3:
            enough.set()
        raise YardarmError(f"no luck {done}")

    repeating = Repeating("some work", 0.001, work, LOG)
    repeating.start()
    repeating.start()
    await asyncio.wait_for(enough.wait(), 10)
    assert await repeating.stop()
    assert not await repeating.stop()
    assert "some work: no luck 1" in caplog.text
    before = done
    await asyncio.sleep(0.01)
    assert done == before


@pytest.mark.parametrize("at_once", [True, False])
async def test_it_begins_at_once_or_after_a_wait(at_once: bool) -> None:
    began = asyncio.Event()

    async def work() -> None:
        began.set()

    repeating = Repeating("some work", 60, work, LOG, at_once=at_once)
    repeating.start()
    for _ in range(5):
        await asyncio.sleep(0)
    assert began.is_set() is at_once
    await repeating.stop()


async def test_it_is_stopped_in_the_middle_and_can_begin_again() -> None:
    inside = asyncio.Event()

    async def work() -> None:
        inside.set()
        await asyncio.Event().wait()

    repeating = Repeating("some work", 60, work, LOG, at_once=True)
    for _ in range(2):
        inside.clear()
        repeating.start()
        await asyncio.wait_for(inside.wait(), 10)
        assert await repeating.stop()
