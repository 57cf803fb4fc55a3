"""Timelines and flags' histories over both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.changes import commands as c
from yardarm.server.changes.past import Entry, Step
from yardarm.server.store.errors import NotFound
from yardarm.server.store.timeline import Place, Sought

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


async def sought(world: World, size: int = 50, **what: Any) -> list[Any]:
    """All that is found, a page of that size at a time."""
    found: list[Any] = []
    place: Place | None = None
    while entries := await world.past.timeline(PROJECT, BOTH, size, place, Sought(**what)):
        found += told(entries)
        place = entries[-1].place
    return found


@pytest.mark.parametrize("size", [1, 2, 50])
async def test_what_is_sought_is_all_that_is_found(world: World, size: int) -> None:
    await history(world)
    await world.create("b", type="json", default="on", off="off", **mentioning(1))
    edits = [
        {"type": "edit_flag", "flag": key, "fields": fields}
        for key, fields in (("a", {"enabled": True, "default": "off"}), ("b", {"off": None}))
    ]
    world.clock.move(seconds=1)
    now = world.clock.now
    await world.submit(c.Together(tuple(edits)), *BOTH, by=replace(world.me, actor="uma"))
    await deploy(world, "1.2")

    whole = {"production": 5, "staging": 5}
    assert await sought(world, size, actor="uma") == [whole]
    assert await sought(world, size, actor="ci") == ["1.2", "1.1", "1.0"]
    assert await sought(world, size, since=now) == ["1.2", whole]
    assert await sought(world, size, kinds=frozenset({"deployment"})) == ["1.2", "1.1", "1.0"]
    # A command within others counts; `set_enabled` was done one by one.
    assert await sought(world, size, kinds=frozenset({"edit_flag"})) == [whole]
    assert await sought(world, size, kinds=frozenset({"set_enabled"})) == NEWEST_FIRST[1:4]
    # `b` holds what looks like an entry about `a`, and is another flag.
    assert await sought(world, size, flag="b") == [whole, {"production": 4, "staging": 4}]
    assert await sought(world, size, flag="a") == [
        whole, *(step for step in NEWEST_FIRST if isinstance(step, dict)),
    ]  # fmt: skip
    assert await sought(world, size, flag="a", actor="uma", kinds=frozenset({"kill"})) == []


async def test_where_a_flag_was_not_touched_its_step_has_no_version(world: World) -> None:
    await world.create("a")
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.SetEnabled("a", True), *BOTH)  # nothing new in production
    assert (await sought(world, flag="a"))[0] == {"staging": 2}


async def test_a_step_tells_what_it_edited(world: World) -> None:
    await world.create("a")
    world.clock.move(seconds=1)
    await world.submit(c.PutSegment({"key": "vip"}), "production")
    await world.submit(c.EditFlag("a", {"enabled": True, "default": "off"}), "production")
    entries = await world.past.timeline(PROJECT, BOTH, 3)
    edits = [entry.what.edits for entry in entries if isinstance(entry.what, Step)]
    assert [
        [(edit.kind, edit.key, edit.pointer, edit.what) for edit in found or ()] for found in edits
    ] == [
        [("flag", "a", "/enabled", "changed"), ("flag", "a", "/default", "changed")],
        [("segment", "vip", "", "added")],
        [("flag", "a", "", "added")],
    ]


async def test_what_is_too_much_is_not_told(world: World) -> None:
    await world.submit(
        c.PutSegment({"key": "a", "included": [{"keys": [f"user-{n:06}" for n in range(10_000)]}]}),
        "production",
    )
    (entry,) = await world.past.timeline(PROJECT, BOTH, 1)
    assert isinstance(entry.what, Step)
    assert entry.what.edits is None


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
