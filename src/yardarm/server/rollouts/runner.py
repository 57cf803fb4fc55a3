"""Carries plans out: the job that looks at a plan when it has something to do.

A step's change, the plan's new state and its next job are one transaction, on top of the plan's
revision. So a step runs exactly once, on however many nodes, and wherever a process dies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias

from yardarm.errors import DocumentError, YardarmError

from ..access.errors import Forbidden
from ..changes.commands import command_from_json
from ..changes.errors import Conflict, KeyReused, Refused
from ..changes.model import Submitted
from ..changes.service import Changes
from ..jobs.model import Lost
from ..jobs.service import Claim
from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound, StoreError
from . import decide as d
from .book import Book
from .model import LIVE, Plan
from .rights import rights_now

PendingRequest: TypeAlias = Callable[[YardarmError], int | None]
"""The id of the change request that a submit became, by what it raised; None for anything else."""

SERVER = "yardarm"
"""The actor that the audit names where a plan changes its state by itself."""

KEY_PREFIX = "plan/"
"""How the idempotency keys of what plans submit begin."""

MOST_FAILURES = 10
"""After so many attempts that the server itself failed, a plan is paused."""

_REFUSALS = (Forbidden, Conflict, Refused, KeyReused, DocumentError, NotFound, AlreadyExists)
_WAITING = frozenset(("open", "approved", "stale"))

_log = logging.getLogger("yardarm.server.rollouts")


class Unfinished(YardarmError):
    """Processes died while they carried the plan out, again and again."""


class Runner:
    """Does what `decide` says."""

    def __init__(
        self, database: Database, changes: Changes, book: Book, pending: PendingRequest
    ) -> None:
        self._database = database
        self._changes = changes
        self._book = book
        self._pending = pending

    async def __call__(self, claim: Claim) -> None:
        """The handler of the plan's job."""
        async with self._database.read() as transaction:
            row_id, project = int(claim.job.body["plan"]), str(claim.job.body["project"])
            plan = await self._book.get(transaction, project, row_id)
        try:
            if claim.job.attempts > MOST_FAILURES and plan.state in LIVE:
                raise Unfinished("its step never came to an end, whichever process ran it")
            await self._act(plan)
        except (Lost, StoreError):
            raise
        except Exception as error:
            if claim.job.attempts < MOST_FAILURES:
                raise
            _log.exception("plan %s of %s cannot go on", plan.id, plan.project)
            await self._pause(plan, f"the server failed {claim.job.attempts} times: {error}")

    async def _act(self, plan: Plan) -> None:
        # Evidence comes with guards by metrics; until then plans go by time and people.
        match d.decide(plan, {}, self._book.clock()):
            case d.Rest():
                return
            case d.Wait():
                async with self._database.write() as transaction:
                    current = await self._book.get(transaction, plan.project, plan.id, lock=True)
                    await self._book.rearm(transaction, current)
            case d.Run():
                await self._run(plan)
            case d.AskRequest(request):
                await self._look(plan, request)
            case d.Ask():
                await self._put(plan.moved("approval"), "asked")
            case d.Skip(_, why):
                after = d.advanced(plan, self._book.clock(), {}, skipped=True)
                await self._put(after.moved(why=why), "skipped")
            case d.Pause(why):
                await self._pause(plan, why)
            case d.Again(at):
                await self._put(d.begun_again(plan, at), "")
            case d.Finish():
                await self._put(plan.moved("finished", why=""), "finished")

    async def _run(self, plan: Plan) -> None:
        progress = plan.progress
        step = plan.steps[progress.step]
        principal = await rights_now(self._database, plan.author, self._book.clock())
        if principal is None:
            await self._pause(plan, f"{plan.author!r} has no token in force any more")
            return

        async def along(transaction: Transaction, submitted: Submitted) -> None:
            current = await self._book.get(transaction, plan.project, plan.id, lock=True)
            if current.revision != plan.revision:
                raise Lost(f"plan {plan.id} has changed meanwhile")
            changed = {change.environment: change.version for change in submitted.changes}
            after = d.advanced(current, self._book.clock(), changed)
            ended = after.progress.step > progress.step
            await self._book.put(
                transaction, after.moved(why=""), by=plan.author, what="advanced" if ended else ""
            )

        try:
            await self._changes.submit(
                command_from_json(step.commands[progress.command]),
                principal,
                project=plan.project,
                environments=dict.fromkeys(step.environments) or None,
                reason=_reason(plan),
                idempotency_key=f"{KEY_PREFIX}{plan.id}/{plan.revision}",
                along=along,
            )
        except _REFUSALS as error:
            await self._pause(plan, f"step {progress.step + 1} was refused: {error}")
        except YardarmError as error:
            request = self._pending(error)
            if request is None:
                raise
            await self._put(plan.moved("request", request=request, why=str(error)), "asked")

    async def _look(self, plan: Plan, request: int) -> None:
        """See what became of a change request."""
        async with self._database.write() as transaction:
            current = await self._book.get(transaction, plan.project, plan.id, lock=True)
            if current.revision != plan.revision:
                raise Lost(f"plan {plan.id} has changed meanwhile")
            state = await transaction.plans.request_state(request)
            if state in _WAITING:
                await self._book.rearm(transaction, current)
            elif state == "landed":
                await landed(self._book, transaction, current, {})
            else:
                why = f"change request {request} was {state or 'removed'}"
                await self._book.put(
                    transaction,
                    current.moved("paused", request=None, why=why),
                    by=SERVER,
                    what="paused",
                )

    async def _pause(self, plan: Plan, why: str) -> None:
        _log.warning("plan %s of %s is paused: %s", plan.id, plan.project, why)
        await self._put(plan.moved("paused", why=why), "paused")

    async def _put(self, plan: Plan, what: str) -> None:
        async with self._database.write() as transaction:
            await self._book.put(transaction, plan, by=SERVER, what=what)


async def landed(
    book: Book, transaction: Transaction, plan: Plan, versions: dict[str, int]
) -> None:
    """Take note that the change request of the plan's command has landed."""
    after = d.advanced(plan, book.clock(), versions)
    ended = after.progress.step > plan.progress.step
    await book.put(transaction, after.moved(why=""), by=SERVER, what="advanced" if ended else "")


def _reason(plan: Plan) -> str:
    name = f" ({plan.name})" if plan.name else ""
    step = f"step {plan.progress.step + 1} of {len(plan.steps)}, plan {plan.id}{name}"
    return f"{plan.reason}: {step}" if plan.reason else step
