"""Change requests: shown, discussed, approved, and made.

Whoever wrote or edited a request never approves it, whatever token they hold: actors are compared.
What is due (an end of waiting, a landing that a stop came in between of) is done by a sweep.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from yardarm.errors import YardarmError

from ..access.errors import Forbidden
from ..access.model import Principal
from ..changes.commands import Command, CreateEnvironment, command_from_json, command_to_json
from ..changes.errors import NotFound, Refused
from ..changes.idempotency import Request
from ..changes.reach import check_targets, permit, targets_of
from ..changes.service import Changes
from ..previews.model import Preview
from ..repeating import Repeating
from ..store.change_requests import ChangeRequestRow, Sought
from ..store.database import Database, Transaction
from ..store.instants import utc_now
from .book import RequestBook
from .filing import expiry, judged, likeness
from .judge import Judge, Judgement
from .landing import SYSTEM, Landing
from .life import (
    STATES,
    UNSETTLED,
    WAITING,
    Need,
    approved,
    checked,
    commented,
    needs,
    noted,
    require,
)
from .policies import PolicyBook

SWEEP_SECONDS = 30.0
EVERY = Sought(STATES)
"""All change requests."""

_log = logging.getLogger("yardarm.server.approvals")


class Approvals:
    """The change requests of all projects."""

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
        self._landing = Landing(database, changes, policies, judge, book, clock)
        self._sweeping = Repeating("change requests", SWEEP_SECONDS, self.sweep, _log, at_once=True)

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to see to what is due."""
        self._sweeping.start()

    async def close(self) -> None:
        """Stop."""
        await self._sweeping.stop()

    async def sweep(self) -> None:
        """End requests whose time is over, and land those that were approved and not landed."""
        await self._expire()
        async with self._database.read() as transaction:
            waiting = await transaction.change_requests.in_state("approved")
        for row in waiting:
            try:
                await self._landing.land(await self.get(row.project, row.id))
            except YardarmError as error:
                _log.warning("change request %s could not be landed yet: %s", row.id, error)

    async def _expire(self) -> None:
        """What is expired stays so, also if the clock goes back."""
        now = self._clock()
        async with self._database.read() as transaction:
            due = await transaction.change_requests.due(UNSETTLED, now)
        for each in due:
            async with self._database.write() as transaction:
                row = await transaction.change_requests.get(each.project_id, each.id, lock=True)
                if row is not None and row.state in UNSETTLED and row.expires_at <= now:
                    after = noted(row, now, SYSTEM, "expired", state="expired")
                    await self._book.save(transaction, after)

    # --- showing ------------------------------------------------------------------------------

    async def get(self, project: str, request_id: int) -> ChangeRequestRow:
        """One change request. Raises `NotFound`."""
        async with self._database.read() as transaction:
            return await _find(transaction, project, request_id)

    async def list(
        self,
        project: str,
        sought: Sought = EVERY,
        limit: int = 50,
        before: int | None = None,
    ) -> list[ChangeRequestRow]:
        """Change requests before an id, newest first, without their commands."""
        async with self._database.read() as transaction:
            found = await transaction.projects.find(project)
            if found is None:
                raise NotFound("project", project)
            return await transaction.change_requests.page(found.id, sought, limit, before)

    async def judge(self, preview: Preview) -> Judgement:
        """What the policies say now of commands that were previewed. Raises as `rehearse`."""
        environments = preview.environments
        rehearsal = await self._changes.rehearse(
            [command_from_json(command) for command in preview.commands],
            project=preview.project,
            environments=environments and {at: preview.versions[at] for at in environments},
        )
        return await self._judge.judge(preview.project, rehearsal, preview.id)

    async def needs(self, row: ChangeRequestRow) -> Sequence[Need]:
        """What a request still needs, by environment."""
        return needs(row, await self._policies.rules(row.project, row.body["concerned"]))

    # --- acting -------------------------------------------------------------------------------

    async def comment(
        self, principal: Principal, project: str, request_id: int, text: str
    ) -> ChangeRequestRow:
        """Say something about a request. Raises `NotFound`, `DocumentError`, `Refused`."""
        at = self._clock()
        async with self._database.write() as transaction:
            row = await _find(transaction, project, request_id, lock=True)
            after = commented(row, at, principal.actor, text)
            await self._book.save(transaction, after)
            return after

    async def approve(
        self,
        principal: Principal,
        project: str,
        request_id: int,
        text: str = "",
        revision: int | None = None,
    ) -> ChangeRequestRow:
        """Approve a request, as it is at `revision`; with enough approvals it is made at once.

        What comes back is landed, or stale when the world has moved, or waits for more approvals.
        Raises `NotFound`, `Forbidden`, `Refused`, `DocumentError`, and `StoreError`.
        """
        await self._expire()
        at = self._clock()
        async with self._database.write() as transaction:
            row = await _find(transaction, project, request_id, lock=True)
            require(row, (*WAITING, "approved", "landed"), revision)
            _require_approver(row, principal)
            rules = await self._policies.rules(project, row.body["concerned"])
            after = approved(row, at, principal.actor, principal.via, rules, text)
            if row.state not in WAITING:
                after = row  # somebody else's approval was enough
            await self._book.save(transaction, after)
        return await self._landing.land(after) if after.state == "approved" else after

    async def reject(
        self, principal: Principal, project: str, request_id: int, reason: str = ""
    ) -> ChangeRequestRow:
        """Turn a request down for good. Raises `NotFound`, `Forbidden`, `Refused`."""
        await self._expire()
        at = self._clock()
        async with self._database.write() as transaction:
            row = await _find(transaction, project, request_id, lock=True)
            require(row, UNSETTLED)
            _require_approver(row, principal)
            text = checked(reason, "/reason")
            after = noted(row, at, principal.actor, "rejected", text, state="rejected")
            await self._book.save(transaction, after)
            return after

    async def withdraw(
        self, principal: Principal, project: str, request_id: int, reason: str = ""
    ) -> ChangeRequestRow:
        """Take a request back: its author, or an administrator. Raises as `reject`."""
        await self._expire()
        at = self._clock()
        async with self._database.write() as transaction:
            row = await _find(transaction, project, request_id, lock=True)
            if principal.actor != row.author and not principal.may("admin", project):
                raise Forbidden(principal.actor, ("admin",), project)
            require(row, UNSETTLED)
            text = checked(reason, "/reason")
            after = noted(row, at, principal.actor, "withdrawn", text, state="withdrawn")
            await self._book.save(transaction, after)
            return after

    async def edit(
        self,
        principal: Principal,
        project: str,
        request_id: int,
        command: Command,
        reason: str | None = None,
        revision: int | None = None,
    ) -> ChangeRequestRow:
        """Ask for another command in the same environments, judged anew; approvals are void.

        Whoever edits needs the right to the command, and may not approve it from then on. `reason`
        None leaves the reason as it is. Raises what submitting the command raises.
        """
        await self._expire()
        row = await self.get(project, request_id)
        require(row, UNSETTLED, revision)
        reason = row.body["reason"] if reason is None else reason
        environments = row.body["environments"]
        request = Request(command, principal, project, environments, reason, None)
        request.check()
        await self._permit(request)
        rehearsal = await self._changes.rehearse(
            [command], project=project, environments=environments and dict.fromkeys(environments)
        )
        if not rehearsal.steps:
            raise Refused("not-a-change", "this would change nothing", hint="withdraw the request")
        judgement = await self._judge.judge(project, rehearsal, count=True)
        body = await asyncio.to_thread(judged, rehearsal, judgement)
        rules = await self._policies.rules(project, judgement.environments)
        at = self._clock()
        async with self._database.write() as transaction:
            current = await _find(transaction, project, request_id, lock=True)
            require(current, UNSETTLED, row.revision)
            editors = sorted({*current.body["editors"], principal.actor} - {current.author})
            after = noted(
                current,
                at,
                principal.actor,
                "edited",
                reason,
                state="open",
                reason=reason,
                approvals=[],
                editors=editors,
                edited=True,
                **body,
            )
            after = replace(
                after,
                command=command_to_json(command),
                revision=current.revision + 1,
                fingerprint=likeness(request, body),
                expires_at=max(current.expires_at, at + expiry(rules))
                if rules
                else after.expires_at,
            )
            await self._book.save(transaction, after)
            return after

    async def _permit(self, request: Request) -> None:
        """Raises `Forbidden` where the caller may not carry the command out, `Refused` for one
        that is not for the same environments."""
        if isinstance(request.command, CreateEnvironment):
            raise Refused("not-a-change", "a new environment waits for nobody; make it")
        try:
            check_targets(request.command, request.environments)
        except ValueError as error:
            raise Refused("other-environments", str(error), hint="make a new request") from None
        async with self._database.read() as transaction:
            rows = {r.key: r for r in await transaction.projects.environments(request.project)}
        for target in targets_of(request.command, request.environments, rows, request.project):
            permit(request, target)


def _require_approver(row: ChangeRequestRow, principal: Principal) -> None:
    for environment in row.body["concerned"]:
        if not principal.may("approve", row.project, environment):
            raise Forbidden(principal.actor, ("approve",), row.project, environment)


async def _find(
    transaction: Transaction, project: str, request_id: int, *, lock: bool = False
) -> ChangeRequestRow:
    found = await transaction.projects.find(project)
    row = found and await transaction.change_requests.get(found.id, request_id, lock=lock)
    if not row:
        raise NotFound("change request", str(request_id), project)
    return row
