"""Timelines and flags' histories over both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.changes import commands as c
from yardarm.server.changes.past import Entry, Step
from yardarm.server.store.errors import NotFound
from yardarm.server.store.timeline import Place

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]
BOTH = ("production", "staging")


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    async with open_world(url) as made:
        yield made


async def deploy(world: World, version: str, environment: str = "production") -> None:
    await world.deployments.mark(
        PROJECT, environment, application="shop", version=version, actor="ci"
    )


def told(entries: list[Entry]) -> list[Any]:
    return [
        dict(entry.what.versions) if isinstance(entry.what, Step) else entry.what.version
        for entry in entries
    ]


async def history(world: World) -> None:
    """Six things, the last three of them at one instant."""
    await world.create("a")
    world.clock.move(seconds=1)
    await deploy(world, "1.0")
    world.clock.move(seconds=1)
    await world.submit(c.SetEnabled("a", True), "production")
    world.clock.move(seconds=1)
    await world.submit(c.SetEnabled("a", True), "staging")
    await world.submit(c.SetEnabled("a", False), *BOTH)
    await deploy(world, "1.1", "staging")


NEWEST_FIRST: list[Any] = [
    "1.1",
    {"production": 3, "staging": 3},
    {"staging": 2},
    {"production": 2},
    "1.0",
    {"production": 1, "staging": 1},
]


async def test_changes_and_deployments_are_one_line(world: World) -> None:
    await history(world)
    entries = await world.past.timeline(PROJECT, BOTH, 50)
    assert told(entries) == NEWEST_FIRST
    step = entries[1].what
    assert isinstance(step, Step)
    assert step.command == {"type": "set_enabled", "flag": "a", "enabled": False}
    assert (step.actor, step.reason, step.emergency) == ("tess", "", False)


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_pages_lose_and_repeat_nothing(world: World, size: int) -> None:
    await history(world)
    found: list[Any] = []
    place: Place | None = None
    while entries := await world.past.timeline(PROJECT, BOTH, size, place):
        found += told(entries)
        place = entries[-1].place
    assert found == NEWEST_FIRST


async def test_one_environment_and_what_was_before_an_instant(world: World) -> None:
    await history(world)
    staging = await world.past.timeline(PROJECT, ["staging"], 50)
    assert told(staging) == ["1.1", {"staging": 3}, {"staging": 2}, {"staging": 1}]
    before = await world.past.timeline(PROJECT, BOTH, 50, Place(world.clock.now))
    assert told(before) == NEWEST_FIRST[3:]
    assert await world.past.timeline(PROJECT, [], 50) == []


async def test_a_clock_that_went_back_keeps_the_order_of_changes(world: World) -> None:
    await world.create("a")
    world.clock.move(hours=-2)
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.SetEnabled("a", False), "production")
    found = await world.past.timeline(PROJECT, ["production"], 50)
    assert told(found) == [{"production": version} for version in (3, 2, 1)]


async def test_an_emergency_is_marked(world: World) -> None:
    await world.create("a")
    world.clock.move(seconds=1)
    await world.submit(c.SetEnabled("a", True), "production", emergency=True, reason="now")
    step = (await world.past.timeline(PROJECT, BOTH, 1))[0].what
    assert isinstance(step, Step)
    assert (step.emergency, step.reason) == (True, "now")


# --- one flag's history -----------------------------------------------------------------------


async def versions(world: World, flag: str, limit: int = 50, before: int | None = None) -> Any:
    found = await world.past.flag_changes(PROJECT, "production", flag, limit, before)
    return [step.change.version for step in found]


def mentioning(number: int) -> dict[str, Any]:
    """Fields of another flag whose value looks like an entry about the flag `a`."""
    value = [{"key": "a", "kind": "flag"}, number]
    return {"variants": [{"key": "on", "value": value}, {"key": "off", "value": None}]}


async def test_only_changes_that_made_the_flag_another(world: World) -> None:
    await world.create("a")  # 1
    await world.create("A", type="json", default="on", off="off", **mentioning(1))  # 2
    await world.submit(c.SetEnabled("a", True), "production")  # 3
    await world.submit(c.UpdateFlag("A", mentioning(2)))  # 4
    await world.submit(c.PutSegment({"key": "a"}), "production")  # 5
    await world.submit(c.UpdateFlag("a", {"owner": "ann"}))  # 6
    await world.submit(c.Undo(3, through=4), "production")  # 7
    await world.submit(c.SetEnabled("a", True), "staging")
    assert await versions(world, "a") == [7, 6, 3, 1]
    assert await versions(world, "A") == [7, 4, 2]
    assert await versions(world, "a", 2) == [7, 6]
    assert await versions(world, "a", 2, 6) == [3, 1]
    assert await versions(world, "a", 2, 1) == []


async def test_a_longer_history_than_one_step_reads(world: World) -> None:
    await world.create("a")
    await world.create("b", type="json", default="on", off="off", **mentioning(0))
    for number in range(1, 7):
        await world.submit(c.UpdateFlag("b", mentioning(number)))
    assert await versions(world, "a", 2) == [1]


@pytest.mark.parametrize("key", ["nobody", "%", "a\0", "\ud800", 'a","kind'])
async def test_a_flag_that_never_was(world: World, key: str) -> None:
    await world.create("a")
    with pytest.raises(NotFound):
        await versions(world, key)


# --- deployments ------------------------------------------------------------------------------


async def test_deployments_are_listed_newest_first(world: World) -> None:
    for version in ("1", "2", "3"):
        await deploy(world, version)
    world.clock.move(minutes=1)
    early: datetime = world.clock.now - timedelta(days=1)
    await world.deployments.mark(
        PROJECT,
        "production",
        application="shop",
        version="0",
        url="http://ci/1",
        actor="c",
        at=early,
    )
    found = await world.deployments.list_deployments(PROJECT, "production")
    assert [each.version for each in found] == ["3", "2", "1", "0"]
    assert (found[-1].at, found[-1].url, found[-1].actor) == (early, "http://ci/1", "c")
    after = (found[1].at, found[1].id)
    rest = await world.deployments.list_deployments(PROJECT, "production", 1, after)
    assert [each.version for each in rest] == ["1"]
    assert await world.deployments.list_deployments(PROJECT, "staging") == []
