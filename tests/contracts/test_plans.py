"""Plans over real changes, on both databases: once and in order, by the rights of their author."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, Clock, World, open_world, postgres_database, until

from yardarm.errors import DocumentError, YardarmError
from yardarm.server.access.errors import Forbidden
from yardarm.server.access.model import Grant, Principal, local
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import Refused
from yardarm.server.changes.gate import Clearance, Rehearse
from yardarm.server.changes.idempotency import Request
from yardarm.server.changes.model import Submitted
from yardarm.server.changes.rehearsal import Rehearsal
from yardarm.server.rollouts.calendar import Repeat, Window
from yardarm.server.rollouts.errors import OwnApproval, WrongState
from yardarm.server.rollouts.model import Plan, Step
from yardarm.server.rollouts.ramp import Ramp
from yardarm.server.rollouts.service import Draft, Plans
from yardarm.server.store.change_requests import ChangeRequestRow
from yardarm.server.store.database import Transaction
from yardarm.server.store.errors import NotFound

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]
HAND = local()
MINUTE = 60


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    async with opened(url) as made:
        yield made


@asynccontextmanager
async def opened(url: str, clock: Clock | None = None) -> AsyncIterator[World]:
    async with open_world(url, clock=clock) as world:
        await world.jobs.start()
        yield world


async def actor(world: World, name: str, *scopes: str) -> Principal:
    """Somebody with a token for these scopes on the project."""
    grants = [Grant(scope, PROJECT) for scope in scopes or ("edit",)]  # type: ignore[arg-type]
    _, token = await world.access.issue_token(HAND, name, "test", grants)
    found = await world.access.authenticate(token)
    assert found is not None
    return found


def serve(flag: str, variant: str) -> dict[str, Any]:
    return c.command_to_json(c.EditFlag(flag, {"default": variant}))


def step(*commands: dict[str, Any], **given: Any) -> Step:
    return Step(commands, given.pop("environments", ("production",)), **given)


def three(flag: str = "a", hold: int = MINUTE, **last: Any) -> list[Step]:
    """Off, on, off: every step makes a difference."""
    return [
        step(serve(flag, "off"), hold_seconds=hold),
        step(serve(flag, "on"), hold_seconds=hold),
        step(serve(flag, "off"), **last),
    ]


async def reached(world: World, plan: Plan, state: str, done: int | None = None) -> Plan:
    """The plan once it is in that state, with so many steps done."""
    found: list[Plan] = []

    async def there() -> bool:
        found[:] = [await world.plans.get(PROJECT, plan.id)]
        fits = found[0].state == state
        return fits and (done is None or found[0].progress.step == done)

    try:
        await until(there)
    except TimeoutError:
        raise AssertionError(f"{found[0].state} {found[0].progress}") from None
    return found[0]


async def later(world: World, **by: float) -> None:
    world.clock.move(**by)
    world.jobs.wake()


async def versions(world: World, environment: str = "production") -> list[str]:
    """The commands of an environment since the flags were made, oldest first."""
    changes = await world.changes.list_changes(PROJECT, environment, 200)
    return [
        change.command["fields"]["default"]
        for change in reversed(changes)
        if change.command["type"] == "edit_flag"
    ]


# --- the course of a plan ---------------------------------------------------------------------


async def test_a_plan_runs_its_steps_and_holds_them(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    plan = await world.plans.create(ann, PROJECT, Draft(three(), "the plan", "because"))
    await reached(world, plan, "waiting", 1)
    assert await versions(world) == ["off"]
    await later(world, seconds=59)
    await later(world, seconds=1)
    await reached(world, plan, "waiting", 2)
    await later(world, minutes=1)
    ended = await reached(world, plan, "finished", 3)
    assert await versions(world) == ["off", "on", "off"]
    assert [done.versions for done in ended.progress.done] == [{"production": n} for n in (2, 3, 4)]
    change = await world.changes.get_change(PROJECT, "production", 2)
    assert change.actor == "ann"
    assert change.reason == f"because: step 1 of 3, plan {plan.id} (the plan)"
    actions = [entry.action for entry in await world.audit.list_entries()]
    assert [a for a in reversed(actions) if a.startswith("plan.")] == [
        "plan.created", "plan.advanced", "plan.advanced", "plan.advanced", "plan.finished",
    ]  # fmt: skip
    assert (await world.audit.verify()).whole


async def test_a_step_of_several_commands_and_environments(world: World) -> None:
    await world.create("a", "b")
    ann = await actor(world, "ann")
    both = ("production", "staging")
    draft = Draft([step(serve("a", "off"), serve("b", "off"), environments=both)])
    plan = await world.plans.create(ann, PROJECT, draft)
    ended = await reached(world, plan, "finished")
    for environment in both:
        document = await world.changes.document(PROJECT, environment)
        assert [document.flags[key].default for key in ("a", "b")] == ["off", "off"]
    assert ended.touches == {(e, "flag", k) for e in both for k in ("a", "b")}


async def test_a_step_that_changes_nothing_is_done(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    plan = await world.plans.create(ann, PROJECT, Draft([step(serve("a", "on"))]))
    assert (await reached(world, plan, "finished")).progress.done[0].versions == {}


async def test_a_plan_that_repeats_does_so_at_its_local_time(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    repeat = Repeat("daily", "Europe/Amsterdam", "14:00")  # 13:00 UTC until the end of March
    steps = [step(serve("a", "off"), hold_seconds=60), step(serve("a", "on"))]
    plan = await world.plans.create(ann, PROJECT, Draft(steps, repeat=repeat))
    for day in (1, 2):
        await later(world, hours=1 if day == 1 else 23, minutes=0 if day == 1 else 59)
        found = await reached(world, plan, "waiting", 1)
        assert found.progress.round == day
        await later(world, minutes=1)
        await reached(world, plan, "waiting", 0)
    assert await versions(world) == ["off", "on", "off", "on"]


async def test_a_ramp_moves_on_and_ends_at_everybody(world: World) -> None:
    await world.create("a", default="off", enabled=True)
    ann = await actor(world, "ann")
    steps = await world.plans.ramp(PROJECT, ["production"], "a", Ramp("on", [10, 100], MINUTE))
    plan = await world.plans.create(ann, PROJECT, Draft(steps))
    await reached(world, plan, "waiting", 1)
    document = await world.changes.document(PROJECT, "production")
    arms = {arm.variant: arm.weight for arm in document.flags["a"].default.arms}  # type: ignore[union-attr]
    assert arms == {"on": 10_000, "off": 90_000}
    await later(world, minutes=1)
    await reached(world, plan, "finished")
    document = await world.changes.document(PROJECT, "production")
    assert document.flags["a"].default == "on"


# --- people -----------------------------------------------------------------------------------


async def test_a_human_edit_in_between_pauses_and_only_a_human_resumes(world: World) -> None:
    await world.create("a", "b")
    ann = await actor(world, "ann")
    plan = await world.plans.create(ann, PROJECT, Draft(three()))
    await reached(world, plan, "waiting", 1)
    await world.submit(c.EditFlag("b", {"default": "off"}), "production")  # another flag
    await world.submit(c.EditFlag("a", {"default": "off"}), "staging")  # another environment
    await world.submit(c.UpdateFlag("a", {"description": "words"}))  # nothing that is served
    assert (await world.plans.get(PROJECT, plan.id)).state == "waiting"
    await world.submit(c.EditFlag("a", {"default": "on"}), "production")
    paused = await world.plans.get(PROJECT, plan.id)
    assert paused.state == "paused"
    assert paused.progress.why == "tess changed flag 'a' in production (version 6)"
    await later(world, hours=9)
    await world.plans.resume(ann, PROJECT, plan.id, "it was meant")
    await reached(world, plan, "waiting", 2)
    await later(world, minutes=1)
    await reached(world, plan, "finished")


async def test_a_kill_pauses_and_undoing_it_does_not_restart(world: World) -> None:
    await world.create("a", enabled=True)
    ann = await actor(world, "ann")
    plan = await world.plans.create(ann, PROJECT, Draft(three()))
    await reached(world, plan, "waiting", 1)
    pager = await actor(world, "pager", "kill")
    killed = await world.submit(c.Kill("a"), "production", by=pager)
    paused = await world.plans.get(PROJECT, plan.id)
    assert paused.progress.why == "pager killed flag 'a' in production (version 3)"
    await world.submit(c.Undo(killed.changes[0].version), "production")
    await later(world, hours=1)
    assert (await world.plans.get(PROJECT, plan.id)).state == "paused"
    assert await versions(world) == ["off"]


async def test_a_kill_of_what_is_off_already_pauses_too(world: World) -> None:
    await world.create("a", enabled=False)
    ann = await actor(world, "ann")
    plan = await world.plans.create(ann, PROJECT, Draft(three()))
    await reached(world, plan, "waiting", 1)
    assert (await world.submit(c.Kill("a"), "production")).changes == ()
    assert (await world.plans.get(PROJECT, plan.id)).state == "paused"


async def test_a_human_edit_at_the_very_moment_of_a_step(world: World) -> None:
    """Either the edit comes first and pauses the plan, or the step does and the edit pauses it."""
    await world.create("a")
    ann = await actor(world, "ann")
    for turn in range(5):
        steps = [step(serve("a", "off")), step(serve("a", "on"), hold_seconds=3600)]
        steps.append(step(serve("a", "off")))
        before = await world.changes.list_changes(PROJECT, "production", 1)
        plan = await world.plans.create(ann, PROJECT, Draft(steps))
        rule = {"id": f"r{turn}", "when": {"always": True}, "serve": "on"}
        await world.submit(c.EditFlag("a", {"rules": [rule]}), "production")
        found = await world.plans.get(PROJECT, plan.id)
        assert found.state == "paused", found
        after = await world.changes.list_changes(PROJECT, "production", 50)
        ran = [
            change for change in after
            if change.version > before[0].version and change.actor == "ann"
        ]  # fmt: skip
        noted = [n for done in found.progress.done for n in done.versions.values()]
        assert sorted(change.version for change in ran) == sorted(noted)
        await world.plans.cancel(ann, PROJECT, plan.id, "")


async def test_approval_by_somebody_else_whatever_tokens_the_author_holds(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    steps = [step(serve("a", "off"), needs_approval=True)]
    plan = await world.plans.create(ann, PROJECT, Draft(steps))
    await reached(world, plan, "approval")
    await later(world, days=3)
    with pytest.raises(Forbidden):
        await world.plans.approve(await actor(world, "eve", "edit"), PROJECT, plan.id, "")
    with pytest.raises(OwnApproval):
        await world.plans.approve(await actor(world, "ann", "admin"), PROJECT, plan.id, "")
    bob = await actor(world, "bob", "approve")
    await world.plans.approve(bob, PROJECT, plan.id, "looks good")
    await reached(world, plan, "finished")
    with pytest.raises(WrongState, match="is finished: it cannot be approved"):
        await world.plans.approve(bob, PROJECT, plan.id, "")


async def test_who_may_pause_resume_and_cancel(world: World) -> None:
    await world.create("a")
    ann, eve = await actor(world, "ann"), await actor(world, "eve", "read")
    pager = await actor(world, "pager", "kill")
    plan = await world.plans.create(ann, PROJECT, Draft(three()))
    await reached(world, plan, "waiting", 1)
    with pytest.raises(Forbidden):
        await world.plans.pause(eve, PROJECT, plan.id, "")
    paused = await world.plans.pause(pager, PROJECT, plan.id, "not now")
    assert paused.progress.why == "pager paused it: not now"
    with pytest.raises(WrongState):
        await world.plans.pause(pager, PROJECT, plan.id, "")
    with pytest.raises(Forbidden):
        await world.plans.resume(pager, PROJECT, plan.id, "")
    await later(world, hours=1)
    assert (await world.plans.cancel(pager, PROJECT, plan.id, "")).state == "cancelled"
    with pytest.raises(WrongState):
        await world.plans.resume(ann, PROJECT, plan.id, "")
    assert await versions(world) == ["off"]


async def test_it_acts_with_the_rights_that_its_author_has_now(world: World) -> None:
    await world.create("a")
    info, token = await world.access.issue_token(HAND, "ann", "t", [Grant("edit", PROJECT)])
    ann = await world.access.authenticate(token)
    assert ann is not None
    plan = await world.plans.create(ann, PROJECT, Draft(three()))
    await reached(world, plan, "waiting", 1)
    await world.access.revoke_token(HAND, info.id)
    await later(world, minutes=1)
    paused = await reached(world, plan, "paused")
    assert paused.progress.why == "'ann' has no token in force any more"
    await world.access.issue_token(HAND, "ann", "t", [Grant("read", PROJECT)])
    await world.plans.resume(HAND, PROJECT, plan.id, "")
    paused = await reached(world, plan, "paused")
    assert "it needs the scope edit on shop/production" in paused.progress.why
    await actor(world, "ann", "edit")
    await world.plans.resume(HAND, PROJECT, plan.id, "")
    await reached(world, plan, "waiting", 2)


# --- when it is too late, and what is refused -------------------------------------------------


@pytest.mark.parametrize("missed", ["run", "skip", "pause"])
async def test_what_was_due_while_nobody_served(url: str, missed: Any) -> None:
    clock = Clock()
    async with opened(url, clock) as world:
        await world.create("a")
        ann = await actor(world, "ann")
        due = clock() + timedelta(minutes=10)
        draft = Draft([step(serve("a", "off"), at=due)], missed=missed)
        plan = await world.plans.create(ann, PROJECT, draft)
    clock.move(hours=2)
    async with opened(url, clock) as world:
        if missed == "pause":
            paused = await reached(world, plan, "paused")
            assert "step 1 was due at 2026-03-01 12:10 UTC and was missed" in paused.progress.why
            await world.plans.resume(ann, PROJECT, plan.id, "")
        ended = await reached(world, plan, "finished")
        assert ended.progress.done[0].skipped is (missed == "skip")
        assert await versions(world) == ([] if missed == "skip" else ["off"])


async def test_two_plans_due_at_one_instant(world: World) -> None:
    await world.create("a", "b")
    ann = await actor(world, "ann")
    due = world.clock() + timedelta(minutes=5)
    made = [
        await world.plans.create(ann, PROJECT, Draft([step(serve(flag, "off"), at=due)]))
        for flag in ("a", "b")
    ]
    await later(world, minutes=5)
    for plan in made:
        await reached(world, plan, "finished")
    assert await versions(world) == ["off", "off"]


async def test_two_plans_on_one_flag_are_refused_by_name_unless_forced(world: World) -> None:
    await world.create("a", "b")
    ann = await actor(world, "ann")
    first = await world.plans.create(ann, PROJECT, Draft(three(), "first"))
    with pytest.raises(Refused) as caught:
        await world.plans.create(ann, PROJECT, Draft(three()))
    assert str(caught.value) == f"plan {first.id} (first) changes this too: flag 'a' in production"
    await world.plans.create(ann, PROJECT, Draft(three("b")))
    await world.plans.create(ann, PROJECT, Draft(three(), force=True))
    await world.plans.cancel(ann, PROJECT, first.id, "")


async def test_two_plans_on_one_flag_made_at_once(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    tried = [world.plans.create(ann, PROJECT, Draft(three())) for _ in range(4)]
    found = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(each, Plan) for each in found) == 1
    assert sum(isinstance(each, Refused) for each in found) == 3


async def test_a_plan_that_could_not_be_carried_out_is_not_made(world: World) -> None:
    await world.create("a")
    ann, eve = await actor(world, "ann"), await actor(world, "eve", "read")
    bad: list[tuple[Draft, str]] = [
        (Draft([]), "/steps"),
        (Draft([step({"type": "nothing"})]), "/steps/0/commands/0/type"),
        (Draft([step(serve("a", "on")), step({"type": "kill"})]), "/steps/1/commands/0"),
        (Draft([step(serve("a", "on"), environments=())]), "/steps/0/commands/0"),
        (Draft([step(serve("a", "pink"))]), "/steps/0/commands"),
        (Draft([step(serve("a", "on"), window=Window("Mars"))]), "/steps/0/window/zone"),
        (Draft([step(serve("a", "on"))], repeat=Repeat("weekly", "UTC")), "/repeat/days"),
        (
            Draft([step(serve("a", "on"), at=world.clock())], repeat=Repeat("daily", "UTC")),
            "/steps/0/at",
        ),
    ]
    for draft, pointer in bad:
        with pytest.raises(DocumentError) as caught:
            await world.plans.create(ann, PROJECT, draft)
        assert [problem.pointer for problem in caught.value.problems] == [pointer], draft
    with pytest.raises(Forbidden):
        await world.plans.create(eve, PROJECT, Draft(three()))
    with pytest.raises(NotFound):
        await world.plans.create(ann, PROJECT, Draft([step(serve("a", "on"), environments=("x",))]))
    with pytest.raises(NotFound):
        await world.plans.create(HAND, "nowhere", Draft(three()))
    assert await world.plans.list(PROJECT) == []


async def test_a_step_that_is_refused_when_due_pauses(world: World) -> None:
    await world.create("a")
    ann = await actor(world, "ann")
    command = c.command_to_json(c.SetEnabled("a", True))
    plan = await world.plans.create(ann, PROJECT, Draft([step(command, hold_seconds=60)] * 2))
    await reached(world, plan, "waiting", 1)
    # Archiving is a change of the flag, so it pauses; the plan does not know better when resumed.
    await world.submit(c.ArchiveFlag("a"))
    await world.plans.resume(ann, PROJECT, plan.id, "")
    await later(world, minutes=1)
    paused = await reached(world, plan, "paused")
    assert "step 2 was refused" in paused.progress.why


# --- budgets ----------------------------------------------------------------------------------


class NeedsApproval(YardarmError):
    """What a gate raises when a command became a change request."""

    def __init__(self, request: int) -> None:
        self.request = request
        super().__init__(f"change request {request}: moves too many")


class Gate:
    """Makes a change request of whatever a plan submits."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: dict[str | None, int] = {}

    async def asks(self, request: Request) -> bool:
        return request.principal.via == "robot"

    async def clear(self, request: Request, rehearse: Rehearse) -> Clearance | None:
        assert (await rehearse()).steps
        if request.key not in self.made:
            self.made[request.key] = await waiting_request(self.world, request.principal.actor)
        raise NeedsApproval(self.made[request.key])


def request_of(error: YardarmError) -> int | None:
    return error.request if isinstance(error, NeedsApproval) else None


@asynccontextmanager
async def budgeted(url: str) -> AsyncIterator[tuple[World, Gate]]:
    async with open_world(url) as world:
        world.changes.witnesses.clear()
        world.plans = Plans(
            world.database, world.audit, world.changes, world.jobs, pending=request_of,
            clock=world.clock,
        )  # fmt: skip
        gate = Gate(world)
        world.changes.gate = gate
        await world.jobs.start()
        yield world, gate


async def waiting_request(world: World, author: str) -> int:
    """A change request that waits for approval."""
    now = world.clock()
    async with world.database.write() as transaction:
        project = await transaction.projects.find(PROJECT)
        assert project is not None
        row = ChangeRequestRow(
            id=0, project_id=project.id, project=PROJECT, state="open", author=author, key=None,
            fingerprint="", revision=1, command={}, body={}, created_at=now, updated_at=now,
            expires_at=now + timedelta(days=3),
        )  # fmt: skip
        return (await transaction.change_requests.add(row)).id


async def set_state(transaction: Transaction, request: int, state: str) -> None:
    project = await transaction.projects.find(PROJECT)
    assert project is not None
    row = await transaction.change_requests.get(project.id, request, lock=True)
    assert row is not None
    await transaction.change_requests.save(replace(row, state=state))


async def test_a_step_above_budget_waits_for_its_change_request_to_land(url: str) -> None:
    async with budgeted(url) as (world, gate):
        await world.create("a")
        ann = await actor(world, "ann")
        plan = await world.plans.create(ann, PROJECT, Draft(three()[:2]))
        waiting = await reached(world, plan, "request", 0)
        [request] = gate.made.values()
        assert waiting.progress.request == request
        assert "moves too many" in waiting.progress.why
        await later(world, hours=5)  # it looks now and then, and asks for no second one
        assert (await world.plans.get(PROJECT, plan.id)).state == "request"

        async def landing(transaction: Transaction, submitted: Submitted) -> None:
            await set_state(transaction, request, "landed")

        done = await world.submit(
            c.EditFlag("a", {"default": "off"}), "production", by=ann, cleared=Clearance(),
            along=landing,
        )  # fmt: skip
        found = await world.plans.get(PROJECT, plan.id)
        assert (found.state, found.progress.step) == ("waiting", 1)
        assert found.progress.done[0].versions == {"production": done.changes[0].version}
        await later(world, minutes=1)
        await reached(world, plan, "request", 1)
        assert len(gate.made) == 2


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "expired"])
async def test_a_change_request_that_does_not_land_pauses(url: str, state: str) -> None:
    async with budgeted(url) as (world, gate):
        await world.create("a")
        ann = await actor(world, "ann")
        plan = await world.plans.create(ann, PROJECT, Draft(three()))
        await reached(world, plan, "request")
        async with world.database.write() as transaction:
            await set_state(transaction, *gate.made.values(), state)
        await later(world, minutes=2)
        paused = await reached(world, plan, "paused")
        assert paused.progress.why.endswith(f"was {state}")


async def test_an_edit_while_a_change_request_waits_pauses(url: str) -> None:
    async with budgeted(url) as (world, _):
        await world.create("a")
        ann = await actor(world, "ann")
        plan = await world.plans.create(ann, PROJECT, Draft(three()))
        await reached(world, plan, "request")
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        assert (await world.plans.get(PROJECT, plan.id)).state == "paused"


class Counting:
    """Measures by naming what would be changed."""

    async def measure(self, rehearsal: Rehearsal) -> dict[str, Any]:
        return {
            each.environment: {"default": each.after.flags["a"].default} for each in rehearsal.steps
        }


async def test_steps_are_previewed_on_top_of_those_before(world: World) -> None:
    await world.create("a", "b")
    ann = await actor(world, "ann")
    plans = Plans(
        world.database, world.audit, world.changes, world.jobs, measure=Counting(),
        clock=world.clock,
    )  # fmt: skip
    steps = [step(serve("b", "off")), step(serve("a", "off")), step(serve("b", "on"))]
    movements = await plans.preview(ann, PROJECT, Draft(steps))
    assert [each["production"]["default"] for each in movements] == ["on", "off", "off"]
    assert await world.plans.list(PROJECT) == []
    made = await plans.create(ann, PROJECT, Draft(steps))
    assert made.movements == movements


# --- several nodes ----------------------------------------------------------------------------


async def test_two_nodes_carry_a_plan_out_once() -> None:
    with postgres_database() as url:
        clock = Clock()
        async with opened(url, clock) as one, opened(url, clock) as other:
            flags = [f"f{n}" for n in range(6)]
            await one.create(*flags)
            ann = await actor(one, "ann")
            made = [
                await world.plans.create(ann, PROJECT, Draft(three(flag)))
                for world, flag in zip([one, other] * 3, flags, strict=True)
            ]
            for done in (1, 2):
                for plan in made:
                    await reached(one, plan, "waiting", done)
                clock.move(minutes=1)
                one.jobs.wake()
                other.jobs.wake()
            for plan in made:
                await reached(other, plan, "finished", 3)
            assert len(await versions(one)) == 18
            for plan in made:
                found = await one.plans.get(PROJECT, plan.id)
                assert len(found.progress.done) == 3
