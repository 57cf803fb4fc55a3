"""Stands between a valid command and its being written, where policies ask for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..changes.errors import KeyReused, NotFound
from ..changes.gate import Clearance, Rehearse
from ..changes.idempotency import Request
from ..changes.rehearsal import Rehearsal
from ..store.change_requests import ChangeRequestRow
from ..store.database import Database, Transaction
from ..store.instants import utc_now
from .book import RequestBook
from .errors import ApprovalNeeded
from .filing import filed
from .judge import Judge, Judgement
from .life import UNSETTLED, needs
from .policies import PolicyBook


class ApprovalGate:
    """Lets a change pass that is within every policy; another becomes a change request."""

    def __init__(
        self,
        database: Database,
        policies: PolicyBook,
        judge: Judge,
        book: RequestBook,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._book = book
        self._policies = policies
        self._judge = judge
        self._clock = clock

    async def asks(self, request: Request) -> bool:
        """Whether a policy can ask for anything, or may have asked for the same request before.

        Mostly known without asking the database.
        """
        return request.key is not None or await self._may_ask(request)

    async def clear(self, request: Request, rehearse: Rehearse) -> Clearance | None:
        """None where no policy asks; what was judged, where it is within all of them.

        Raises `ApprovalNeeded` with the change request, the same one when asked again; `KeyReused`.
        """
        if request.key is not None:
            await self._answer_again(request)
        if not await self._may_ask(request):
            return None
        rehearsal = await rehearse()
        held = [await self._policies.of(request.project, s.environment) for s in rehearsal.steps]
        if not any(policies.ask for policies in held):
            return None
        judgement = await self._judge.judge(request.project, rehearsal, request.preview)
        if not judgement.grounds:
            return judgement.clearance
        raise await self._needed(await self._file(request, rehearsal, judgement))

    async def _needed(self, row: ChangeRequestRow) -> ApprovalNeeded:
        rules = await self._policies.rules(row.project, row.body["concerned"])
        return ApprovalNeeded(row, needs(row, rules))

    async def _may_ask(self, request: Request) -> bool:
        if request.command.reach == "environment" and request.environments is not None:
            held = [await self._policies.of(request.project, at) for at in request.environments]
            return any(policies.ask for policies in held)
        return await self._policies.any_asks(request.project)

    async def _answer_again(self, request: Request) -> None:
        async with self._database.read() as transaction:
            project = await transaction.projects.find(request.project)
            row = project and await _with_key(transaction, project.id, request)
        if row:
            raise await self._needed(row)

    async def _file(
        self, request: Request, rehearsal: Rehearsal, judgement: Judgement
    ) -> ChangeRequestRow:
        rules = await self._policies.rules(request.project, judgement.environments)
        at = self._clock()
        made = await asyncio.to_thread(filed, request, rehearsal, judgement, rules, at)
        async with self._database.write() as transaction:
            project = await transaction.projects.find(request.project, lock=True)
            if project is None:
                raise NotFound("project", request.project)
            row = await _with_key(transaction, project.id, request)
            row = row or await transaction.change_requests.alike(
                project.id, made.author, made.fingerprint, UNSETTLED
            )
            if row is not None and at < row.expires_at:
                return row
            return await self._book.add(transaction, replace(made, project_id=project.id))


async def _with_key(
    transaction: Transaction, project_id: int, request: Request
) -> ChangeRequestRow | None:
    """What was answered to a request with the same key. Raises `KeyReused`."""
    if request.key is None:
        return None
    author = request.principal.actor
    row = await transaction.change_requests.with_key(project_id, author, request.key)
    if row is not None and row.body["asked"] != request.fingerprint():
        raise KeyReused(request.key)
    return row
