"""Whoever watches a project is told that something happened in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.changes import commands as c
from yardarm.server.changes.announcements import MOST_WAITING, Announcement, Announcements

pytestmark = pytest.mark.anyio

QUIET = 60.0


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a")
        yield made


async def test_a_change_is_told_to_whoever_watches_its_project(world: World) -> None:
    told = world.changes.announcements.watch(PROJECT, QUIET)
    elsewhere = world.changes.announcements.watch("another", 0.01)
    assert await anext(told) is None  # it watches
    await world.submit(c.SetEnabled("a", True), "production")
    found = await anext(told)
    assert found == Announcement("change", "production", {"version": 2})
    assert [await anext(elsewhere), await anext(elsewhere)] == [None, None]
    await told.aclose()
    await elsewhere.aclose()


async def test_a_watcher_that_is_stirred_is_told_nothing() -> None:
    announcements = Announcements()
    told = announcements.watch(PROJECT, QUIET)
    assert await anext(told) is None
    announcements.stir()
    announcements.tell(PROJECT, Announcement("plan"))
    assert [await anext(told), await anext(told)] == [None, Announcement("plan")]
    await told.aclose()


async def test_a_slow_watcher_is_told_that_it_missed_something() -> None:
    announcements = Announcements()
    told = announcements.watch(PROJECT, QUIET)
    assert await anext(told) is None
    announcements.tell(PROJECT, Announcement("change"))
    await anext(told)
    for _ in range(MOST_WAITING + 5):
        announcements.tell(PROJECT, Announcement("change"))
    assert [(await anext(told)).kind for _ in range(2)] == ["missed", "change"]  # type: ignore[union-attr]
    await told.aclose()


async def test_closing_ends_every_watch() -> None:
    announcements = Announcements()
    told = announcements.watch(PROJECT, QUIET)
    assert await anext(told) is None
    announcements.close()
    with pytest.raises(StopAsyncIteration):
        await anext(told)
    assert announcements.full


async def test_news_is_told_when_its_transaction_is_done_and_not_before(world: World) -> None:
    announcements = world.changes.announcements
    told = announcements.watch(PROJECT, QUIET)
    assert await anext(told) is None
    async with world.database.write() as transaction:
        await announcements.tell_at_commit(transaction, PROJECT, Announcement("plan"))
        first = asyncio.ensure_future(anext(told))
        await asyncio.sleep(0)
        assert not first.done()
    assert await first == Announcement("plan")

    async def fails() -> None:
        async with world.database.write() as transaction:
            await announcements.tell_at_commit(transaction, PROJECT, Announcement("request"))
            raise RuntimeError("it is rolled back")

    with pytest.raises(RuntimeError):
        await fails()
    announcements.tell(PROJECT, Announcement("change"))
    assert await anext(told) == Announcement("change")
    await told.aclose()


async def test_news_of_another_node_is_told_here() -> None:
    announcements = Announcements()
    told = announcements.watch(PROJECT, QUIET)
    assert await anext(told) is None
    announcements.rung("")
    announcements.rung(f"request {PROJECT}")
    assert await anext(told) == Announcement("request")
    await told.aclose()
