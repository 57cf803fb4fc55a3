"""The one door: submits commands, and answers for the history that they made.

A submit is one transaction: it locks the project, checks base versions, applies, validates and
compiles, writes the new lines and one change per environment, and commits. Only then are the
subscribers told, in order and without gaps.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from yardarm.connect.jsonschema import check_schema
from yardarm.core.edits import Edit, edits
from yardarm.core.model import Document
from yardarm.core.snapshot import Snapshot, to_document

from ..access.model import Principal
from ..audit.service import Audit
from ..observe.model import Usage
from ..observe.service import Observe
from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound, StoreBusy, StoreError
from ..store.instants import to_rfc3339, utc_now
from ..store.projects import EnvironmentRow, ProjectRow
from . import commands as c
from .announcements import CHANNEL as NEWS
from .announcements import Announcements
from .errors import Conflict
from .gate import EMERGENCY, Along, Clearance, Gate, MovedOn, passes
from .history import History, past_snapshot
from .idempotency import Request, remember, replay
from .model import ChainReport, Change, Published, Submitted
from .new_environment import new_row
from .occasion import Occasion
from .policy import may_retire
from .prepare import Rules, prepare
from .publications import Publications
from .reach import check_targets, concerned, permit, targets_of
from .rehearsal import Rehearsal, Stage
from .state import State, States, describe, off_loop
from .undo import way_back
from .write import CHANNEL, Signature, write

_MOST_TRIES = 10
"""How often a command is judged anew because the environment moved on meanwhile."""

Witness: TypeAlias = Callable[[Transaction, Request, Submitted], Awaitable[None]]
"""Told of every command within its transaction, also of one that made no difference."""

_log = logging.getLogger("yardarm.server.changes")


class Changes:
    """Commands in; changes, snapshots and documents out.

    `archive_guard_hours`: how long after its last evaluation a flag is archived only by force.
    `max_document_bytes`: the largest snapshot that is published.
    """

    def __init__(
        self,
        database: Database,
        observe: Observe,
        audit: Audit,
        *,
        archive_guard_hours: int = 72,
        max_document_bytes: int = 32 * 1024 * 1024,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._observe = observe
        self._audit = audit
        self._guarded = timedelta(hours=archive_guard_hours)
        self._rules = Rules(max_document_bytes, check_schema)
        self._clock = clock
        self._states = States()
        self._history = History(database, self._states)
        self._publications = Publications(self._history.all_since)
        self._doorbell = database.doorbell(CHANNEL, self._rung)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.gate: Gate | None = None
        self.announcements = Announcements()
        self.subscribe(self.announcements.changed)
        self._news = database.doorbell(NEWS, self.announcements.rung)
        self.witnesses: list[Witness] = []

    async def submit(
        self,
        command: c.Command,
        principal: Principal,
        *,
        project: str,
        environments: Mapping[str, int | None] | None,
        reason: str = "",
        idempotency_key: str | None = None,
        emergency: bool = False,
        preview: str | None = None,
        cleared: Clearance | None = None,
        along: Along | None = None,
    ) -> Submitted:
        """Carry out a command, whole or not at all.

        `environments` maps environment keys to the version the command was made on, or None for
        any. Commands of reach "project" also take a subset (the others: any version) or None.
        `ImportDocument` needs its targets; `Undo` exactly one; `CreateEnvironment` None.

        A kill waits for nobody, and neither does an `emergency`, which needs a reason and is
        marked; all else goes through the gate, unless it was `cleared` already. `preview` names a
        finished preview of the command. `along` writes in the same transaction.

        A caller that is cancelled while the command is being carried out does not stop it.
        Raises what the gate raises, `MovedOn` for what was `cleared`, `Forbidden`, `NotFound`,
        `AlreadyExists`, `Conflict`, `Refused`, `KeyReused`, `DocumentError`, `StoreError`.
        """
        request = Request(
            command,
            principal,
            project,
            environments,
            reason,
            idempotency_key,
            emergency,
            preview,
        )
        request.check()
        check_targets(command, environments)
        return await asyncio.shield(self._spawn(self._submit(request, cleared, along)))

    async def rehearse(
        self,
        commands: Sequence[c.Command],
        *,
        project: str,
        environments: Mapping[str, int | None] | None,
    ) -> Rehearsal:
        """What commands would make of the environments, one after the other; nothing is written.

        `environments` is as for `submit`, but any past version will do as a base. Raises what
        `submit` raises, except for what the caller may do and for a version that is not current.
        """
        if any(may_retire(command) for command in commands):
            await self._observe.flush()
        now = self._clock()
        async with self._database.read() as transaction:
            found = await transaction.projects.find(project)
            if found is None:
                raise NotFound("project", project)
            rows = {row.key: row for row in await transaction.projects.environments(found.key)}
            for command in commands:
                if isinstance(command, c.CreateEnvironment):
                    rows[command.key] = new_row(command, found, now, epoch="")

            async def usages(command: c.Command) -> Sequence[Usage]:
                return await self._usages(transaction, command, project, now)

            stage = Stage(transaction, self._states, self._rules, usages, _new_id, now)
            return await stage.rehearse(commands, project, environments, rows)

    async def _submit(
        self, request: Request, cleared: Clearance | None, along: Along | None
    ) -> Submitted:
        if may_retire(request.command):
            await self._observe.flush()  # so that the guard knows the latest evaluations
        if cleared is not None or passes(request):
            return await self._write(request, cleared, along)
        if self.gate is None or not await self.gate.asks(request):
            return await self._write(request, None, along)
        for _ in range(_MOST_TRIES):
            answered = await self._answered(request)
            if answered is not None:
                return answered
            clearance = await self._gate_clears(request, self.gate)
            try:
                return await self._write(request, clearance, along)
            except MovedOn:
                continue  # it must be judged on top of what is there now
        raise StoreBusy("others keep changing the same environment; try again")

    async def _answered(self, request: Request) -> Submitted | None:
        """The answer to the same request made before, so that it is not judged anew."""
        if request.key is None:
            return None
        async with self._database.read() as transaction:
            return await replay(transaction, request)

    async def _gate_clears(self, request: Request, gate: Gate) -> Clearance | None:
        """Ask the gate, after what would refuse the command anyhow."""
        async with self._database.read() as transaction:
            found = await transaction.projects.environments(request.project)
            rows = {row.key: row for row in found}
            if isinstance(request.command, c.CreateEnvironment):
                return None  # nobody is served by what is not there yet
            for target in targets_of(request.command, request.environments, rows, request.project):
                permit(request, target)
            await self._check_bases(transaction, request, rows)

        async def rehearse() -> Rehearsal:
            return await self.rehearse(
                [request.command],
                project=request.project,
                environments=request.environments,
            )

        return await gate.clear(request, rehearse)

    async def _write(
        self, request: Request, clearance: Clearance | None, along: Along | None
    ) -> Submitted:
        async with self._database.write() as transaction:
            project = await transaction.projects.find(request.project, lock=True)
            if project is None:
                raise NotFound("project", request.project)
            answered = await replay(transaction, request)
            if answered is not None:
                return answered
            rows = await self._rows(transaction, request, project)
            targets = targets_of(request.command, request.environments, rows, request.project)
            for target in targets:
                permit(request, target)
            for key, version in (clearance.versions if clearance else {}).items():
                if key not in rows or rows[key].version != version:
                    raise MovedOn
            await self._check_bases(transaction, request, rows)
            movement = dict(clearance.movement) if clearance else {}
            if request.emergency:
                movement = {key: {**movement.get(key, {}), EMERGENCY: True} for key in rows}
            written, submitted = await self._carry_out(
                transaction, request, rows, targets, movement
            )
            if along is not None:
                await along(transaction, submitted)
            for witness in self.witnesses:
                await witness(transaction, request, submitted)
            await remember(transaction, request, submitted, self._clock())
        for state, change in zip(written, submitted.changes, strict=True):
            self._states.keep(state)
            await self._publications.committed(state.row.id, change.published())
        return submitted

    async def _rows(
        self, transaction: Transaction, request: Request, project: ProjectRow
    ) -> dict[str, EnvironmentRow]:
        """The project's environments, a new one made first."""
        command = request.command
        if isinstance(command, c.CreateEnvironment):
            permit(request, None)
            await self._add_environment(transaction, request, command, project)
        return {row.key: row for row in await transaction.projects.environments(project.key)}

    async def _add_environment(
        self,
        transaction: Transaction,
        request: Request,
        command: c.CreateEnvironment,
        project: ProjectRow,
    ) -> None:
        at = self._clock()
        row = new_row(command, project, at, epoch=secrets.token_hex(8))
        actor = request.principal.actor
        if await transaction.projects.add_environment(project, row, actor) is None:
            raise AlreadyExists("environment", row.key)
        await self._audit.append(
            transaction,
            actor=actor,
            action="environment.created",
            details={
                "project": project.key,
                "environment": row.key,
                "name": row.name,
                "epoch": row.epoch,
            },
            at=at,
            reason=request.reason,
        )

    async def _check_bases(
        self, transaction: Transaction, request: Request, rows: Mapping[str, EnvironmentRow]
    ) -> None:
        for key, base in (request.environments or {}).items():
            row = rows[key]
            if base is None or base == row.version:
                continue
            meanwhile: list[Edit] = []
            if 0 <= base < row.version:
                then = await past_snapshot(transaction, row, base)
                before = await off_loop(row.bytes, to_document, then, describe(row))
                now = (await self._states.current(transaction, row)).document
                meanwhile = await off_loop(row.bytes, edits, before, now)
            raise Conflict(key, base, row.version, meanwhile)

    async def _carry_out(
        self,
        transaction: Transaction,
        request: Request,
        rows: Mapping[str, EnvironmentRow],
        targets: tuple[str, ...],
        movement: Mapping[str, Mapping[str, Any]],
    ) -> tuple[list[State], Submitted]:
        command, now = request.command, self._clock()
        back = await way_back(transaction, command, rows, targets)
        states = {
            key: await self._states.current(transaction, rows[key])
            for key in concerned(command, rows, targets, back)
        }
        prepared, warnings = await off_loop(
            sum(state.row.bytes for state in states.values()),
            prepare,
            command,
            states,
            Occasion(targets, to_rfc3339(now), _new_id, back),
            await self._usages(transaction, command, request.project, now),
            self._rules,
            lambda key: permit(request, key),
        )
        change_set = uuid.uuid4().hex
        signature = Signature(
            change_set, command, request.principal.actor, request.reason, now, movement
        )
        written: list[State] = []
        changes: list[Change] = []
        for each in prepared:
            state, change = await write(transaction, each, signature)
            written.append(state)
            changes.append(change)
        versions = {key: state.row.version for key, state in states.items()}
        versions |= {state.row.key: state.row.version for state in written}
        return written, Submitted(change_set, tuple(changes), versions, tuple(warnings))

    async def _usages(
        self, transaction: Transaction, command: c.Command, project: str, now: datetime
    ) -> list[Usage]:
        if not may_retire(command) or not self._guarded:
            return []
        flag = command.flag if isinstance(command, c.ArchiveFlag) else None
        rows = await transaction.observations.usage(project, flag, now - self._guarded)
        return [
            Usage(row.environment, row.flag, row.application, row.last_evaluated_at) for row in rows
        ]

    # --- history ------------------------------------------------------------------------------

    async def get_change(self, project: str, environment: str, version: int) -> Change:
        """One change. Raises `NotFound`."""
        return await self._history.get_change(project, environment, version)

    async def list_changes(
        self, project: str, environment: str, limit: int = 50, before_version: int | None = None
    ) -> list[Change]:
        """Changes, newest first, those before `before_version`. Raises `NotFound`."""
        return await self._history.list_changes(project, environment, limit, before_version)

    async def verify_chain(self, project: str, environment: str) -> ChainReport:
        """Replay the whole history: numbers, links, hashes, patches, roots, current lines."""
        return await self._history.verify(project, environment)

    async def snapshot(
        self,
        project: str,
        environment: str,
        version: int | None = None,
        at: datetime | None = None,
    ) -> Snapshot:
        """The current snapshot, that of a version, or the one in force at an instant.

        Raises `NotFound` for versions that never were.
        """
        return await self._history.snapshot(project, environment, version, at)

    async def document(
        self,
        project: str,
        environment: str,
        version: int | None = None,
        at: datetime | None = None,
    ) -> Document:
        """The same as a document. The current one is remembered, so asking again is cheap."""
        return await self._history.document(project, environment, version, at)

    async def published_since(
        self, project: str, environment: str, version: int, limit: int = 200
    ) -> list[Published]:
        """The changes after a version, oldest first, at most `limit`."""
        return await self._history.published_since(project, environment, version, limit)

    # --- telling ------------------------------------------------------------------------------

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        """Call `callback` for each committed change of any environment, of this node or another.

        Per environment in order, without gaps and without repeats, on the event loop; it must not
        block. Returns a function that ends the subscription.
        """
        return self._publications.subscribe(callback)

    async def start(self) -> None:
        """Begin to follow changes committed by other nodes (PostgreSQL)."""
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments()
        self._publications.begin({row.id: row.version for row in rows})
        await self._doorbell.start()
        await self._news.start()

    async def close(self) -> None:
        """Stop following, and let what was begun end."""
        await self._doorbell.close()
        await self._news.close()
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def _rung(self, payload: str) -> None:
        """`<environment id>:<version>` from another node; empty after a reconnection."""
        self._spawn(self._catch_up(payload))

    async def _catch_up(self, payload: str) -> None:
        try:
            if payload:
                environment_id, _, version = payload.partition(":")
                await self._publications.rung(int(environment_id), int(version))
                return
            async with self._database.read() as transaction:
                rows = await transaction.projects.environments()
            for row in rows:
                await self._publications.rung(row.id, row.version)
        except StoreError as error:
            # The next ring or reconnection makes up for it.
            _log.warning("changes of other nodes could not be read: %s", error)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, even when whoever asked is gone


def _new_id() -> str:
    return secrets.token_hex(4)
