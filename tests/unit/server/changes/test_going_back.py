"""Ranges taken back, a flag as it was, and a flag taken over from another environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.core import model as m
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import Conflict, NotFound, Refused

pytestmark = pytest.mark.anyio

BETA = {"key": "beta", "when": {"attribute": "plan", "op": "equals", "values": ["pro"]}}
RULE = {"id": "r1", "when": {"segment": "beta"}, "serve": "on"}


def split(on: int) -> dict[str, Any]:
    arms = [{"variant": "on", "weight": on}, {"variant": "off", "weight": 100_000 - on}]
    return {"split": {"arms": arms}}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a", "b")  # versions 1 and 2
        yield made


async def document(
    world: World, environment: str = "production", at: int | None = None
) -> m.Document:
    return await world.changes.document(PROJECT, environment, at)


async def test_a_range_is_taken_back_as_one_change(world: World) -> None:
    before = await document(world)
    await world.submit(c.SetEnabled("a", True), "production")  # 3
    await world.submit(c.EditFlag("a", {"default": "off"}), "production")  # 4
    await world.submit(c.PutSegment(BETA), "production")  # 5
    await world.submit(c.SetEnabled("a", False), "production")  # 6
    done = await world.submit(c.Undo(3, through=6), "production")
    assert [change.version for change in done.changes] == [7]
    now = await document(world)
    assert now.segments == before.segments
    assert now.flags["a"].default == before.flags["a"].default
    assert not now.flags["a"].enabled
    await world.submit(c.Undo(7), "production")
    again, then = await document(world), await document(world, at=6)
    assert (again.flags["a"].default, set(again.segments)) == ("off", set(then.segments))


async def test_a_range_leaves_alone_what_came_after_it_elsewhere(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")  # 3
    await world.submit(c.EditFlag("a", {"default": "off"}), "production")  # 4
    await world.submit(c.SetEnabled("b", True), "production")  # 5
    await world.submit(c.Undo(3, through=4), "production")
    assert (await document(world)).flags["b"].enabled


async def test_a_range_of_which_something_was_changed_since_is_a_conflict(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")  # 3
    await world.submit(c.EditFlag("a", {"default": "off"}), "production")  # 4
    await world.submit(c.SetEnabled("a", False), "production")  # 5
    with pytest.raises(Conflict) as caught:
        await world.submit(c.Undo(3, through=4), "production")
    assert (caught.value.base, caught.value.changed_since) == (3, (5,))
    await world.submit(c.Undo(3, through=4, force=True), "production")


async def test_a_flag_made_and_edited_within_the_range_is_gone_everywhere(world: World) -> None:
    await world.create("c")  # 3 in both
    await world.submit(c.SetEnabled("c", True), "production")  # 4
    with pytest.raises(Refused) as caught:  # staging would still have it
        await world.submit(c.Undo(4, through=3), "production")
    assert caught.value.reason == "range"
    await world.submit(c.Undo(3, through=4, force=True), "production")
    for environment in ("production", "staging"):
        assert "c" not in (await document(world, environment)).flags


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 9), (9, 9)])
async def test_a_range_that_never_was(world: World, first: int, last: int) -> None:
    with pytest.raises(NotFound):
        await world.submit(c.Undo(first, through=last), "production")


async def test_a_flag_as_it_was_and_nothing_else(world: World) -> None:
    await world.submit(c.EditFlag("a", {"default": split(30_000)}), "production")  # 3
    then = (await document(world)).flags["a"]
    await world.submit(c.EditFlag("a", {"default": split(60_000)}), "production")
    await world.submit(c.SetEnabled("b", True), "production")
    await world.submit(c.UpdateFlag("a", {"owner": "ann"}))
    await world.submit(c.RestoreVersion("a", 3), "production")
    now = await document(world)
    assert now.flags["a"].default == then.default  # the very same ranges, the very same people
    assert (now.flags["a"].owner, now.flags["b"].enabled) == ("ann", True)


@pytest.mark.parametrize(("key", "version"), [("a", 99), ("a", 0), ("b", 1), ("nobody", 2)])
async def test_a_flag_that_was_not_there_then(world: World, key: str, version: int) -> None:
    with pytest.raises(NotFound):
        await world.submit(c.RestoreVersion(key, version), "production")


async def test_a_flag_is_promoted_with_the_segments_that_it_needs(world: World) -> None:
    await world.submit(c.PutSegment(BETA), "staging")
    await world.submit(c.PutSegment({**BETA, "key": "other"}), "staging")
    await world.submit(c.EditFlag("a", {"enabled": True, "rules": [RULE]}), "staging")
    await world.submit(c.PromoteFlag("a", "staging"), "production")
    here, there = await document(world), await document(world, "staging")
    assert here.flags["a"].rules == there.flags["a"].rules
    assert set(here.segments) == {"beta"}
    assert not here.flags["b"].enabled


async def test_a_flag_promoted_without_its_segments_must_find_them_there(world: World) -> None:
    await world.submit(c.PutSegment(BETA), "staging")
    await world.submit(c.EditFlag("a", {"rules": [RULE]}), "staging")
    with pytest.raises(Exception, match="beta"):
        await world.submit(c.PromoteFlag("a", "staging", segments=False), "production")
    await world.submit(c.PutSegment({**BETA, "name": "ours"}), "production")
    await world.submit(c.PromoteFlag("a", "staging", segments=False), "production")
    assert (await document(world)).segments["beta"].name == "ours"


async def test_promoting_from_nowhere(world: World) -> None:
    with pytest.raises(NotFound):
        await world.submit(c.PromoteFlag("a", "nowhere"), "production")
    with pytest.raises(NotFound):
        await world.submit(c.PromoteFlag("nobody", "staging"), "production")
    with pytest.raises(Refused):
        await world.submit(c.PromoteFlag("a", "production"), "production")
    await world.submit(c.ArchiveFlag("b", force=True))
    with pytest.raises(Refused):
        await world.submit(c.PromoteFlag("b", "staging"), "production")
