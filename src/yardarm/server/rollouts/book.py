"""Writes plans: every new state in one transaction with its job, its audit entry and its news.

The rules of its state: a plan is written on top of the revision that was read, or not at all. A
live plan has exactly one job, due when it has something to do next.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from ..audit.service import Audit
from ..jobs.model import Lost
from ..jobs.service import Jobs
from ..store.database import Transaction
from ..store.errors import NotFound
from ..store.plans import PlanRow
from .decide import AskRequest, Rest, Wait, decide
from .model import Plan, body_of, plan_of

JOB = "plan"
REQUEST_SECONDS = 60
"""How often a plan looks what became of its change request, if nobody tells it."""

Emit: TypeAlias = Callable[[Transaction, str, str, Mapping[str, Any]], Awaitable[None]]
"""Tells a project's webhook something, within a transaction: project, event, data."""


class Book:
    """Reads and writes plans within transactions that others begin."""

    def __init__(
        self, audit: Audit, jobs: Jobs, clock: Callable[[], datetime], emit: Emit | None
    ) -> None:
        self.clock = clock
        self._audit = audit
        self._jobs = jobs
        self._emit = emit

    async def get(
        self, transaction: Transaction, project: str, plan_id: int, *, lock: bool = False
    ) -> Plan:
        """A plan of that project. Raises `NotFound`."""
        row = await transaction.plans.get(plan_id, lock=lock)
        if row is None or row.project != project:
            raise NotFound("plan", str(plan_id), project)
        return read(row)

    async def add(self, transaction: Transaction, project_id: int, plan: Plan) -> Plan:
        """Write a new plan; gives it with its id."""
        plan_id = await transaction.plans.add(
            project_id, plan.state, body_of(plan), plan.created_at, plan.author
        )
        made = replace(plan, id=plan_id)
        await self._note(transaction, made, plan.author, "created", plan.reason)
        await self._arm(transaction, made)
        return made

    async def put(
        self, transaction: Transaction, plan: Plan, *, by: str, what: str = "", reason: str = ""
    ) -> Plan:
        """Write the plan's next state. `what` names it for the audit and the webhook, if it is one.

        Raises `Lost` when the plan has changed since it was read.
        """
        at = self.clock()
        if not await transaction.plans.update(
            plan.id, plan.revision, plan.state, body_of(plan), at
        ):
            raise Lost(f"plan {plan.id} has changed meanwhile")
        written = replace(plan, revision=plan.revision + 1, updated_at=at)
        if what:
            await self._note(transaction, written, by, what, reason)
        await self._arm(transaction, written)
        return written

    async def _arm(self, transaction: Transaction, plan: Plan) -> None:
        """Have the plan looked at when there is something to do."""
        now, key = self.clock(), f"plan:{plan.id}"
        match decide(plan, {}, now):
            case Rest():
                await self._jobs.remove(transaction, key)
                return
            case Wait(until):
                due = until
            case AskRequest():
                due = now + timedelta(seconds=REQUEST_SECONDS)
            case _:
                due = now
        await self._jobs.add(
            transaction, JOB, {"project": plan.project, "plan": plan.id}, due_at=due, unique_key=key
        )

    async def rearm(self, transaction: Transaction, plan: Plan) -> None:
        """Have a plan that did not change looked at again, in its time."""
        await self._arm(transaction, plan)

    async def _note(
        self, transaction: Transaction, plan: Plan, by: str, what: str, reason: str
    ) -> None:
        details = {
            "project": plan.project,
            "plan": plan.id,
            "name": plan.name,
            "state": plan.state,
            "step": plan.progress.step + 1,
            "why": plan.progress.why,
        }
        await self._audit.append(
            transaction,
            actor=by,
            action=f"plan.{what}",
            details=details,
            at=self.clock(),
            reason=reason,
        )
        if self._emit is not None:
            news = {**details, "event": what, "by": by, "steps": len(plan.steps)}
            await self._emit(transaction, plan.project, "plan", news)


def read(row: PlanRow) -> Plan:
    """A plan from its row."""
    return plan_of(
        row.body,
        id=row.id,
        project=row.project,
        state=row.state,
        author=row.created_by,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
