"""Lands an approved change request: judged anew on top of what is there, and then exactly once.

The change and the note that it was made are one transaction, so it lands once whoever tries at the
same time, and whenever the process is killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from yardarm.errors import DocumentError

from ..access.errors import Forbidden
from ..access.model import Principal, local
from ..access.rows import grants_of, in_force
from ..changes.errors import AlreadyExists, Conflict, NotFound, Refused
from ..changes.gate import Clearance, MovedOn
from ..changes.idempotency import remember
from ..changes.model import Submitted
from ..changes.service import Changes
from ..store.change_requests import ChangeRequestRow
from ..store.database import Database, Transaction
from ..store.errors import StoreBusy
from ..store.instants import utc_now
from .book import RequestBook
from .compare import differences
from .filing import any_version, command_of, judged, request_of
from .judge import Judge, Judgement
from .life import is_enough, noted
from .policies import PolicyBook

SYSTEM = "yardarm"
"""Who acts where nobody does."""

_MOST_TRIES = 10
_NOT_CARRIED_OUT = (DocumentError, Refused, NotFound, AlreadyExists, Conflict)


class _Settled(Exception):
    """Somebody else was faster."""


class Landing:
    """Carries approved requests out."""

    def __init__(
        self,
        database: Database,
        changes: Changes,
        policies: PolicyBook,
        judge: Judge,
        book: RequestBook,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._book = book
        self._changes = changes
        self._policies = policies
        self._judge = judge
        self._clock = clock

    async def land(self, row: ChangeRequestRow) -> ChangeRequestRow:
        """Make the change of a request that was approved; what has become of the request.

        It is landed; or stale, when something else would come of it now; or rejected, when its
        author may not do it any more. Raises `StoreError`; then it is still approved.
        """
        for _ in range(_MOST_TRIES):
            if not await self._still_approved(row):
                return await self._settle(row, "stale", "an approver may not approve any more", {})
            try:
                return await self._try(row)
            except MovedOn:
                continue
            except _Settled:
                return await self._now(row)
            except Forbidden as error:
                return await self._settle(row, "rejected", str(error), {})
            except _NOT_CARRIED_OUT as error:
                return await self._settle(row, "stale", f"it does not apply any more: {error}", {})
        raise StoreBusy("others keep changing the same environment; it is tried again later")

    async def _try(self, row: ChangeRequestRow) -> ChangeRequestRow:
        rehearsal = await self._changes.rehearse(
            [command_of(row)], project=row.project, environments=any_version(row)
        )
        judgement = await self._judge.judge(row.project, rehearsal, count=True)
        now = await asyncio.to_thread(judged, rehearsal, judgement)
        if found := differences(row.body, now):
            return await self._settle(row, "stale", "; ".join(found), now)
        author = await self._author(row)
        landed: list[ChangeRequestRow] = []

        async def along(transaction: Transaction, submitted: Submitted) -> None:
            landed[:] = [await self._note(transaction, row, author, submitted)]

        await self._changes.submit(
            command_of(row),
            author,
            project=row.project,
            environments=any_version(row),
            reason=row.body["reason"],
            cleared=_clearance(row, judgement),
            along=along,
        )
        return landed[0]

    async def _note(
        self,
        transaction: Transaction,
        row: ChangeRequestRow,
        author: Principal,
        submitted: Submitted,
    ) -> ChangeRequestRow:
        """Write that it was made, in the transaction that makes it."""
        current = await transaction.change_requests.get(row.project_id, row.id, lock=True)
        if current is None or (current.state, current.revision) != ("approved", row.revision):
            raise _Settled
        at = self._clock()
        done = {
            "change_set": submitted.change_set,
            "versions": {change.environment: change.version for change in submitted.changes},
        }
        after = noted(current, at, SYSTEM, "landed", state="landed", landed=done)
        await self._book.save(transaction, after)
        if not row.body["edited"]:  # so that the author's own repetition is answered by the change
            await remember(transaction, request_of(row, author), submitted, at)
        return after

    async def _settle(
        self, row: ChangeRequestRow, state: Any, why: str, now: dict[str, Any]
    ) -> ChangeRequestRow:
        """It was not made: say why. A stale request has to be approved anew, as it is now."""
        async with self._database.write() as transaction:
            current = await transaction.change_requests.get(row.project_id, row.id, lock=True)
            if current is None or (current.state, current.revision) != ("approved", row.revision):
                return await self._now(row)
            after = noted(
                current, self._clock(), SYSTEM, state, why, state=state, approvals=[], **now
            )
            after = replace(after, revision=after.revision + 1)
            await self._book.save(transaction, after)
            return after

    async def _now(self, row: ChangeRequestRow) -> ChangeRequestRow:
        async with self._database.read() as transaction:
            found = await transaction.change_requests.get(row.project_id, row.id)
        assert found is not None  # none is ever removed
        return found

    # --- rights, as they are now --------------------------------------------------------------

    async def _author(self, row: ChangeRequestRow) -> Principal:
        return await self._actor(row.author, row.body["via"])

    async def _actor(self, actor: str, via: Any) -> Principal:
        """An actor with all that its tokens in force allow, at this moment. The server's own hand
        keeps every right."""
        if via == "local":
            return local(actor)
        async with self._database.read() as transaction:
            rows = await transaction.access.tokens(actor)
        now = self._clock()
        grants = [grant for row in rows if in_force(row, now) for grant in grants_of(row.grants)]
        return Principal(actor, tuple(grants), None, via)

    async def _still_approved(self, row: ChangeRequestRow) -> bool:
        """Whether those who approved may still do so, and are enough."""
        concerned = row.body["concerned"]
        given = []
        for each in row.body["approvals"]:
            actor = await self._actor(each["actor"], each["via"])
            if all(actor.may("approve", row.project, at) for at in concerned):
                given.append(each)
        return is_enough(given, await self._policies.rules(row.project, concerned))


def _clearance(row: ChangeRequestRow, judgement: Judgement) -> Clearance:
    """What each change records: who moved, and who had approved that."""
    about: dict[str, Any] = {
        "request": row.id,
        "approved_by": [each["actor"] for each in row.body["approvals"]],
    }
    if row.body["editors"]:
        about["edited_by"] = row.body["editors"]
    counted = judgement.clearance.movement
    movement = {at: {**counted.get(at, {}), **about} for at in judgement.environments}
    return Clearance(judgement.clearance.versions, movement)
