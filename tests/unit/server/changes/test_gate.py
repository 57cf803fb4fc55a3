"""What stands between a valid command and its being written, and what passes by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.errors import YardarmError
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import Conflict, Refused
from yardarm.server.changes.gate import Clearance, Rehearse
from yardarm.server.changes.idempotency import Request
from yardarm.server.changes.model import Submitted
from yardarm.server.changes.rehearsal import Rehearsal
from yardarm.server.store.database import Transaction
from yardarm.server.store.errors import StoreBusy

pytestmark = pytest.mark.anyio


class Closed(YardarmError):
    """The gate says no."""


@dataclass
class Judge:
    """A gate that writes down what it was asked, and opens as long as it is told to."""

    open: bool = True
    movement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: list[Rehearsal] = field(default_factory=list)
    meanwhile: list[Any] = field(default_factory=list)

    async def asks(self, request: Request) -> bool:
        return True

    async def clear(self, request: Request, rehearse: Rehearse) -> Clearance | None:
        rehearsal = await rehearse()
        self.asked.append(rehearsal)
        if self.meanwhile:
            await self.meanwhile.pop()()
        if not self.open:
            raise Closed("not today")
        return Clearance(rehearsal.versions, self.movement)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a", "b")  # versions 1 and 2
        yield made


async def version(world: World, environment: str = "production") -> int:
    return (await world.changes.document(PROJECT, environment)).version


async def enabled(world: World, key: str = "a", environment: str = "production") -> bool:
    return (await world.changes.document(PROJECT, environment)).flags[key].enabled


async def test_the_gate_sees_before_and_after_and_what_it_says_is_recorded(world: World) -> None:
    judge = world.changes.gate = Judge(movement={"production": {"moved": 3}})
    done = await world.submit(c.SetEnabled("a", True), "production")
    (rehearsal,) = judge.asked
    (step,) = rehearsal.steps
    assert (step.environment, step.version) == ("production", 2)
    assert (step.before.flags["a"].enabled, step.after.flags["a"].enabled) == (False, True)
    assert done.changes[0].movement == {"moved": 3}
    assert (await world.changes.verify_chain(PROJECT, "production")).whole


async def test_what_the_gate_refuses_is_not_written(world: World) -> None:
    world.changes.gate = Judge(open=False)
    with pytest.raises(Closed):
        await world.submit(c.SetEnabled("a", True), "production")
    assert await version(world) == 2


async def test_a_kill_and_an_emergency_wait_for_nobody(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production", "staging")
    judge = world.changes.gate = Judge(open=False)
    killed = await world.submit(c.Kill("a"), "production", "staging")
    assert [change.environment for change in killed.changes] == ["production", "staging"]
    assert not await enabled(world)
    done = await world.submit(
        c.SetEnabled("a", True), "production", emergency=True, reason="shop is down"
    )
    assert done.changes[0].movement == {"emergency": True}
    assert judge.asked == []


@pytest.mark.parametrize("reason", ["", "  "])
async def test_an_emergency_needs_a_reason(world: World, reason: str) -> None:
    world.changes.gate = Judge()
    with pytest.raises(Refused) as caught:
        await world.submit(c.SetEnabled("a", True), "production", emergency=True, reason=reason)
    assert caught.value.reason == "reason-missing"


async def test_what_moved_on_while_it_was_judged_is_judged_again(world: World) -> None:
    async def somebody_else() -> None:
        world.changes.gate = None
        await world.submit(c.SetEnabled("b", True), "production")
        world.changes.gate = judge

    judge = world.changes.gate = Judge(meanwhile=[somebody_else])
    await world.submit(c.SetEnabled("a", True), "production")
    assert [rehearsal.versions["production"] for rehearsal in judge.asked] == [2, 3]
    assert (await enabled(world, "a"), await enabled(world, "b")) == (True, True)


async def test_somebody_who_never_stops_is_not_waited_for_for_ever(world: World) -> None:
    async def somebody_else() -> None:
        judge.meanwhile.append(somebody_else)
        world.changes.gate = None
        await world.submit(c.SetEnabled("b", not await enabled(world, "b")), "production")
        world.changes.gate = judge

    judge = world.changes.gate = Judge(meanwhile=[somebody_else])
    with pytest.raises(StoreBusy):
        await world.submit(c.SetEnabled("a", True), "production")
    assert not await enabled(world)


async def test_a_base_that_is_not_current_is_told_before_anything_is_judged(world: World) -> None:
    judge = world.changes.gate = Judge()
    with pytest.raises(Conflict):
        await world.submit(c.SetEnabled("a", True), at={"production": 1})
    assert judge.asked == []


async def test_the_same_request_again_is_answered_without_being_judged(world: World) -> None:
    judge = world.changes.gate = Judge()
    first = await world.submit(c.SetEnabled("a", True), "production", idempotency_key="once")
    judge.open = False
    again = await world.submit(c.SetEnabled("a", True), "production", idempotency_key="once")
    assert (again.replayed, again.change_set) == (True, first.change_set)


async def test_what_goes_along_is_written_with_the_changes_or_not_at_all(world: World) -> None:
    async def fails(transaction: Transaction, submitted: Submitted) -> None:
        assert submitted.changes
        raise Closed("the other half went wrong")

    with pytest.raises(Closed):
        await world.submit(c.SetEnabled("a", True), "production", along=fails)
    assert await version(world) == 2
    assert [told.version for told in world.told if told.environment == "production"] == [1, 2]


async def test_what_was_cleared_already_is_not_judged(world: World) -> None:
    world.changes.gate = Judge(open=False)
    cleared = Clearance({"production": 2}, {"production": {"request": 7}})
    done = await world.submit(c.SetEnabled("a", True), "production", cleared=cleared)
    assert done.changes[0].movement == {"request": 7}


async def test_rehearsing_writes_nothing_and_goes_on_from_command_to_command(world: World) -> None:
    commands: list[c.Command] = [
        c.SetEnabled("a", True),
        c.EditFlag("a", {"default": "off"}),
        c.PutSegment(
            {"key": "beta", "when": {"attribute": "plan", "op": "equals", "values": ["pro"]}}
        ),
    ]
    found = await world.changes.rehearse(
        commands, project=PROJECT, environments={"production": None}
    )
    (step,) = found.steps
    assert (step.after.flags["a"].enabled, step.after.flags["a"].default) == (True, "off")
    assert "beta" in step.after.segments
    assert await version(world) == 2


async def test_rehearsing_on_top_of_the_past(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")  # version 3
    found = await world.changes.rehearse(
        [c.SetEnabled("a", True)], project=PROJECT, environments={"production": 2}
    )
    assert [(step.version, step.before.flags["a"].enabled) for step in found.steps] == [(2, False)]
    now = await world.changes.rehearse(
        [c.SetEnabled("a", True)], project=PROJECT, environments={"production": None}
    )
    assert now.steps == ()


async def test_rehearsing_a_new_environment(world: World) -> None:
    found = await world.changes.rehearse(
        [c.CreateEnvironment("test", copy_from="staging")], project=PROJECT, environments=None
    )
    assert [(step.environment, len(step.before.flags), len(step.after.flags))
            for step in found.steps] == [("test", 0, 2)]  # fmt: skip
    assert len(await world.projects.all_environments()) == 2
