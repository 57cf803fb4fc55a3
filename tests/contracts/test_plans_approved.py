"""Plans and budgets together: a step above its budget is approved by people, then goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.approvals_world import Approving, approving, percent
from tests.server_world import PROJECT, until

from yardarm.errors import YardarmError
from yardarm.server.approvals.errors import ApprovalNeeded
from yardarm.server.changes import commands as c
from yardarm.server.rollouts.model import Plan, Step
from yardarm.server.rollouts.service import Draft, Plans

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]


def request_of(error: YardarmError) -> int | None:
    return error.request.id if isinstance(error, ApprovalNeeded) else None


@pytest.fixture
async def made(url: str) -> AsyncIterator[Approving]:
    async with approving(url) as made:
        world = made.world
        world.changes.witnesses.clear()
        world.plans = Plans(
            world.database, world.audit, world.changes, world.jobs, measure=made.measure,
            pending=request_of, clock=world.clock,
        )  # fmt: skip
        await world.jobs.start()
        yield made


async def reached(made: Approving, plan: Plan, state: str, step: int) -> Plan:
    async def there() -> bool:
        found = await made.world.plans.get(PROJECT, plan.id)
        return (found.state, found.progress.step) == (state, step)

    await until(there)
    return await made.world.plans.get(PROJECT, plan.id)


async def ramp(made: Approving) -> Plan:
    """A few people at once, then half of them, with a budget of a third."""
    await made.set("budgets", {"max_share": 0.3})
    steps = [
        Step((c.command_to_json(percent(share, "checkout")),), ("production",), hold_seconds=60)
        for share in (10, 60, 70)
    ]
    ann = await made.token("ann")
    return await made.world.plans.create(ann, PROJECT, Draft(steps))


async def test_a_step_above_budget_is_approved_by_somebody_else_and_the_plan_goes_on(
    made: Approving,
) -> None:
    plan = await ramp(made)
    await reached(made, plan, "waiting", 1)  # within the budget
    made.world.clock.move(minutes=1)
    made.world.jobs.wake()
    waiting = await reached(made, plan, "request", 1)
    assert waiting.progress.request is not None
    row = await made.approvals.get(PROJECT, waiting.progress.request)
    assert (row.author, row.state) == ("ann", "open")
    made.world.clock.move(minutes=5)  # it looks, and makes no second request
    made.world.jobs.wake()
    assert len(await made.approvals.list(PROJECT)) == 1
    landed = await made.approvals.approve(await made.token("bob"), PROJECT, row.id)
    assert landed.state == "landed"
    found = await made.world.plans.get(PROJECT, plan.id)
    assert (found.state, found.progress.step) == ("waiting", 2)
    made.world.clock.move(minutes=61)  # out of the hour that the budget may count
    await made.world.plans.pause(made.world.me, PROJECT, plan.id, "")
    await made.world.plans.resume(made.world.me, PROJECT, plan.id, "")
    await reached(made, plan, "waiting", 3)
    made.world.clock.move(minutes=1)
    made.world.jobs.wake()
    await reached(made, plan, "finished", 3)


async def test_a_step_that_is_rejected_pauses_the_plan(made: Approving) -> None:
    plan = await ramp(made)
    await reached(made, plan, "waiting", 1)
    made.world.clock.move(minutes=1)
    made.world.jobs.wake()
    waiting = await reached(made, plan, "request", 1)
    assert waiting.progress.request is not None
    bob = await made.token("bob")
    await made.approvals.reject(bob, PROJECT, waiting.progress.request, "too many")
    made.world.clock.move(minutes=2)
    made.world.jobs.wake()
    paused = await reached(made, plan, "paused", 1)
    assert paused.progress.why == f"change request {waiting.progress.request} was rejected"
