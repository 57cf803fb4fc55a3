"""Plans: made, shown, paused, resumed, approved, cancelled. What is due is done by `runner`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yardarm.errors import DocumentError, Problem

from ..access.errors import Forbidden
from ..access.model import Principal, Scope
from ..audit.service import Audit
from ..changes.errors import Refused
from ..changes.rehearsal import Rehearsal
from ..changes.service import Changes
from ..jobs.model import Retrying
from ..jobs.service import Jobs
from ..previews.errors import PreviewFailed
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.instants import utc_now
from . import planning
from .book import JOB, Book, Emit, read
from .calendar import Repeat, next_after
from .errors import OwnApproval, WrongState
from .model import LIVE, OPEN, Missed, Plan, Progress, State, Step, Target
from .ramp import Ramp, ramp_steps
from .runner import PendingRequest, Runner
from .watch import Watch

_log = logging.getLogger("yardarm.server.rollouts")

_RETRYING = Retrying(most_attempts=1_000_000, longest_seconds=60.0)
"""A plan outlives any outage of the database; other failures pause it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that somebody wants made. `missed` None: pause, or skip where it repeats."""

    steps: Sequence[Step]
    name: str = ""
    reason: str = ""
    repeat: Repeat | None = None
    missed: Missed | None = None
    force: bool = False


class Plans:
    """Every plan of every project.

    `measure` says whom steps would move; without it plans are rehearsed only. `pending` tells the
    change request that a submit became, `emit` tells webhooks.
    """

    def __init__(
        self,
        database: Database,
        audit: Audit,
        changes: Changes,
        jobs: Jobs,
        *,
        measure: planning.Measure | None = None,
        pending: PendingRequest = lambda error: None,
        emit: Emit | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._measure = measure
        self._clock = clock
        self._book = Book(audit, jobs, clock, emit)
        jobs.handle(
            JOB, Runner(database, changes, self._book, pending), retrying=_RETRYING, at_once=4
        )
        changes.witnesses.append(Watch(self._book))

    # --- making -------------------------------------------------------------------------------

    async def create(self, principal: Principal, project: str, draft: Draft) -> Plan:
        """Make a plan, rehearsed and, where populations are known, measured.

        Raises `DocumentError` pointing at what is wrong, `Forbidden` for what the principal may
        not do, `Refused` for what another plan changes too, unless forced, and what submitting
        the commands would raise.
        """
        named, rehearsals = await self._rehearse(principal, project, draft)
        try:
            movements = await self._movements(rehearsals)
        except PreviewFailed as error:
            # Every step is judged again when it is due, so the plan need not wait for this.
            _log.warning("a plan of %s could not be measured: %s", project, error)
            movements = ()
        touches = frozenset(named | planning.touches_of(rehearsals))
        now = self._clock()
        begins = now if draft.repeat is None else next_after(draft.repeat, now)
        plan = Plan(
            id=0,
            project=project,
            name=draft.name,
            reason=draft.reason,
            author=principal.actor,
            steps=tuple(draft.steps),
            repeat=draft.repeat,
            missed=draft.missed or ("pause" if draft.repeat is None else "skip"),
            touches=touches,
            movements=movements,
            state="waiting",
            progress=Progress(not_before=begins),
            revision=1,
            created_at=now,
            updated_at=now,
        )
        async with self._database.write() as transaction:
            row = await transaction.projects.find(project, lock=True)
            if row is None:
                raise NotFound("project", project)
            if not draft.force:
                await _refuse_two(transaction, project, touches)
            return await self._book.add(transaction, row.id, plan)

    async def preview(
        self, principal: Principal, project: str, draft: Draft
    ) -> tuple[dict[str, Any], ...]:
        """Whom each step would move from how it is now, by environment; nothing is written.

        Empty for every step when nobody measures. Raises what `create` raises, and `PreviewFailed`.
        """
        return await self._movements((await self._rehearse(principal, project, draft))[1])

    async def ramp(
        self, project: str, environments: Sequence[str], flag: str, ramp: Ramp
    ) -> tuple[Step, ...]:
        """The steps of a ramp of that flag, in all of the environments at the same time.

        Raises `NotFound`, `DocumentError`.
        """
        found: list[tuple[Step, ...]] = []
        for environment in environments:
            document = await self._changes.document(project, environment)
            if flag not in document.flags:
                raise NotFound("flag", flag, f"{project}/{environment}")
            found.append(ramp_steps(document.flags[flag], environment, ramp))
        return found[0] if len(found) == 1 else _side_by_side(found)

    async def _rehearse(
        self, principal: Principal, project: str, draft: Draft
    ) -> tuple[set[Target], list[Rehearsal]]:
        """What the draft's commands name, and what each step would make of its environments."""
        if not draft.steps:
            raise DocumentError([Problem("/steps", "a plan has at least one step")])
        planning.check_times(draft.steps, draft.repeat)
        named = await planning.check_rights(self._database, principal, project, draft.steps)
        return named, await planning.rehearse(self._changes, project, draft.steps)

    async def _movements(self, rehearsals: Sequence[Rehearsal]) -> tuple[dict[str, Any], ...]:
        if self._measure is None:
            return tuple({} for _ in rehearsals)
        return tuple([dict(await self._measure.measure(each)) for each in rehearsals])

    # --- showing ------------------------------------------------------------------------------

    async def get(self, project: str, plan_id: int) -> Plan:
        """One plan. Raises `NotFound`."""
        async with self._database.read() as transaction:
            return await self._book.get(transaction, project, plan_id)

    async def list(
        self,
        project: str,
        states: Collection[State] | None = None,
        limit: int = 50,
        before: int | None = None,
    ) -> list[Plan]:
        """Plans, newest first, in these states, before that id. Raises `NotFound`."""
        async with self._database.read() as transaction:
            if await transaction.projects.find(project) is None:
                raise NotFound("project", project)
            rows = await transaction.plans.page(project, states, limit, before)
            return [read(row) for row in rows]

    # --- acting on ----------------------------------------------------------------------------

    async def pause(self, principal: Principal, project: str, plan_id: int, reason: str) -> Plan:
        """Stop a plan until somebody resumes it. Raises `WrongState`, `Forbidden`, `NotFound`."""
        why = f"{principal.actor} paused it" + (f": {reason}" if reason else "")
        return await self._move(
            principal, project, plan_id, ("edit", "kill"), "paused", LIVE,
            lambda plan: plan.moved("paused", request=None, why=why), reason,
        )  # fmt: skip

    async def resume(self, principal: Principal, project: str, plan_id: int, reason: str) -> Plan:
        """Have a paused plan go on. What was missed meanwhile is run now.

        Raises `WrongState`, `Forbidden`, `NotFound`.
        """
        now = self._clock()
        return await self._move(
            principal, project, plan_id, ("edit",), "resumed", frozenset(("paused",)),
            lambda plan: plan.moved("waiting", request=None, why="", noticed_at=now), reason,
        )  # fmt: skip

    async def cancel(self, principal: Principal, project: str, plan_id: int, reason: str) -> Plan:
        """End a plan. What it has changed stays. Raises `WrongState`, `Forbidden`, `NotFound`."""
        return await self._move(
            principal, project, plan_id, ("edit", "kill"), "cancelled", OPEN,
            lambda plan: plan.moved("cancelled", request=None, why=reason), reason,
        )  # fmt: skip

    async def approve(self, principal: Principal, project: str, plan_id: int, reason: str) -> Plan:
        """Let a plan begin the step that it asks approval for.

        Raises `OwnApproval` for the plan's author, `WrongState`, `Forbidden`, `NotFound`.
        """
        now = self._clock()

        def approved(plan: Plan) -> Plan:
            if principal.actor == plan.author:
                raise OwnApproval(principal.actor)
            return plan.moved("waiting", approved_by=principal.actor, noticed_at=now)

        return await self._move(
            principal, project, plan_id, ("approve",), "approved", frozenset(("approval",)),
            approved, reason,
        )  # fmt: skip

    async def _move(
        self,
        principal: Principal,
        project: str,
        plan_id: int,
        scopes: tuple[Scope, ...],
        what: str,
        states: Collection[State],
        after: Callable[[Plan], Plan],
        reason: str,
    ) -> Plan:
        async with self._database.write() as transaction:
            plan = await self._book.get(transaction, project, plan_id, lock=True)
            for environment in plan.environments():
                if not principal.may_any(scopes, project, environment):
                    raise Forbidden(principal.actor, scopes, project, environment)
            if plan.state not in states:
                raise WrongState(plan_id, plan.state, what)
            return await self._book.put(
                transaction, after(plan), by=principal.actor, what=what, reason=reason
            )


async def _refuse_two(transaction: Transaction, project: str, touches: Iterable[Target]) -> None:
    """Raises `Refused` when a plan that is not over changes one of these."""
    wanted = frozenset(touches)
    for row in await transaction.plans.in_states(project, OPEN):
        other = read(row)
        common = sorted(other.touches & wanted)
        if common:
            name = f" ({other.name})" if other.name else ""
            raise Refused(
                "planned-already",
                f"plan {other.id}{name} changes this too",
                [planning.describe_target(target) for target in common[:10]],
                "cancel that plan first, or force it",
            )


def _side_by_side(found: Sequence[tuple[Step, ...]]) -> tuple[Step, ...]:
    """One step for each number, refused where commands differ between environments."""
    together = []
    for steps in zip(*found, strict=True):
        if any(step.commands != steps[0].commands for step in steps):
            words = "the flag differs between these environments"
            raise DocumentError([Problem("/environments", words, "ramp one at a time")])
        named = tuple(name for step in steps for name in step.environments)
        together.append(
            Step(
                steps[0].commands,
                named,
                hold_seconds=steps[0].hold_seconds,
                needs_approval=steps[0].needs_approval,
            )
        )
    return tuple(together)
