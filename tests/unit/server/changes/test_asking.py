"""Asking flags of the past: by instants as the history recorded them, chance said where it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.changes import commands as c
from yardarm.server.changes.asking import Question, ask, ask_all
from yardarm.server.changes.errors import NotFound, Refused

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a")  # version 1
        yield made


async def test_rules_about_time_see_the_instant_that_is_asked_for(world: World) -> None:
    begins = world.clock.now + timedelta(hours=1)
    when = {"attribute": "now", "kind": "$", "op": "gte", "values": [begins.timestamp()]}
    rule = {"id": "later", "when": when, "serve": "off"}
    await world.submit(c.EditFlag("a", {"enabled": True, "rules": [rule]}), "production")
    world.clock.move(days=30)
    snapshot = await world.changes.snapshot(PROJECT, "production")
    for at, rule_id in ((begins - timedelta(microseconds=1), None), (begins, "later")):
        found = ask(snapshot, "a", Question({"key": "u"}, at.timestamp()))
        assert found.decision.rule == rule_id
        assert not found.chance


async def test_a_clock_that_went_back_does_not_turn_the_history_round(world: World) -> None:
    noon = world.clock.now + timedelta(hours=1)
    world.clock.now = noon
    await world.submit(c.SetEnabled("a", True), "production")  # 2, at noon
    world.clock.move(hours=-2)
    await world.submit(c.SetEnabled("a", False), "production")  # 3, recorded at noon as well
    changes = await world.changes.list_changes(PROJECT, "production")
    assert [(change.version, change.at) for change in changes[:2]] == [(3, noon), (2, noon)]
    for at, version in (
        (noon - timedelta(microseconds=1), 1), (noon, 3), (noon + timedelta(days=9), 3),
        (noon - timedelta(days=9), 0),
    ):  # fmt: skip
        snapshot = await world.changes.snapshot(PROJECT, "production", at=at)
        assert snapshot.version == version


async def test_chance_is_said(world: World) -> None:
    when = {"attribute": "random", "kind": "$", "op": "lt", "values": [0.5]}
    rule = {"id": "toss", "when": when, "serve": "off"}
    await world.submit(c.EditFlag("a", {"enabled": True, "rules": [rule]}), "production")
    await world.create("b")
    snapshot = await world.changes.snapshot(PROJECT, "production")
    found = ask_all(snapshot, Question({"key": "u"}, 0.0, explained=True))
    assert [(each.decision.flag, each.chance) for each in found] == [("a", True), ("b", False)]


async def test_a_flag_out_of_use_cannot_go_back(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.ArchiveFlag("a"))
    with pytest.raises(Refused) as caught:
        await world.submit(c.RestoreVersion("a", 1), "production")
    assert caught.value.reason == "flag-archived"
    await world.create("b")  # 4
    await world.submit(c.Undo(4), "production")
    with pytest.raises(NotFound):
        await world.submit(c.RestoreVersion("b", 4), "production")
