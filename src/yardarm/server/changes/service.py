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
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from yardarm.connect.jsonschema import check_schema
from yardarm.core.diff import diff
from yardarm.core.model import Document
from yardarm.core.snapshot import Snapshot, to_document

from ..access.errors import Forbidden
from ..access.model import Principal
from ..audit.service import Audit
from ..observe.model import Usage
from ..observe.service import Observe
from ..projects.model import check_key, check_name
from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound, StoreError
from ..store.instants import to_rfc3339, utc_now
from ..store.projects import EnvironmentRow, ProjectRow
from . import commands as c
from .errors import Conflict, Refused
from .history import History, empty, past_snapshot
from .idempotency import Request, remember, replay
from .model import GENESIS, ChainReport, Change, Published, Submitted
from .occasion import Occasion
from .policy import may_retire, scopes
from .prepare import Rules, prepare, size_of
from .publications import Publications
from .state import State, States, describe, off_loop
from .undo import Step, steps_back
from .write import CHANNEL, Signature, write

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

    async def submit(
        self,
        command: c.Command,
        principal: Principal,
        *,
        project: str,
        environments: Mapping[str, int | None] | None,
        reason: str = "",
        idempotency_key: str | None = None,
    ) -> Submitted:
        """Carry out a command, whole or not at all.

        `environments` maps environment keys to the version the command was made on, or None for
        any. Commands of reach "project" also take a subset (the others: any version) or None.
        `ImportDocument` needs its targets; `Undo` exactly one; `CreateEnvironment` None.

        A caller that is cancelled while the command is being carried out does not stop it.
        Raises `Forbidden`, `NotFound`, `AlreadyExists`, `Conflict`, `Refused`, `KeyReused`,
        `DocumentError`, `StoreError`.
        """
        request = Request(command, principal, project, environments, reason, idempotency_key)
        request.check()
        return await asyncio.shield(self._spawn(self._submit(request)))

    async def _submit(self, request: Request) -> Submitted:
        _check_targets(request)
        if may_retire(request.command):
            await self._observe.flush()  # so that the guard knows the latest evaluations
        async with self._database.write() as transaction:
            project = await transaction.projects.find(request.project, lock=True)
            if project is None:
                raise NotFound("project", request.project)
            answered = await replay(transaction, request)
            if answered is not None:
                return answered
            rows = await self._rows(transaction, request, project)
            targets = _targets(request, rows)
            for target in targets:
                _permit(request, target)
            await self._check_bases(transaction, request, rows)
            written, submitted = await self._carry_out(transaction, request, rows, targets)
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
            _permit(request, None)
            await self._add_environment(transaction, request, command, project)
        return {row.key: row for row in await transaction.projects.environments(project.key)}

    async def _add_environment(
        self,
        transaction: Transaction,
        request: Request,
        command: c.CreateEnvironment,
        project: ProjectRow,
    ) -> None:
        key, at, epoch = check_key(command.key), self._clock(), secrets.token_hex(8)
        nothing = empty(epoch)
        row = EnvironmentRow(
            id=0,
            project_id=project.id,
            project=project.key,
            key=key,
            name=check_name(command.name, key),
            epoch=epoch,
            version=0,
            root=nothing.root,
            head=GENESIS,
            bytes=size_of(nothing),
            created_at=at,
        )
        actor = request.principal.actor
        if await transaction.projects.add_environment(project, row, actor) is None:
            raise AlreadyExists("environment", key)
        await self._audit.append(
            transaction,
            actor=actor,
            action="environment.created",
            details={"project": project.key, "environment": key, "name": row.name, "epoch": epoch},
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
            differences = []
            if 0 <= base < row.version:
                then = await past_snapshot(transaction, row, base)
                before = await off_loop(row.bytes, to_document, then, describe(row))
                now = (await self._states.current(transaction, row)).document
                differences = await off_loop(row.bytes, diff, before, now)
            raise Conflict(key, base, row.version, differences)

    async def _carry_out(
        self,
        transaction: Transaction,
        request: Request,
        rows: Mapping[str, EnvironmentRow],
        targets: tuple[str, ...],
    ) -> tuple[list[State], Submitted]:
        command, now = request.command, self._clock()
        back = await steps_back(transaction, command, rows, targets)
        states = {
            key: await self._states.current(transaction, rows[key])
            for key in _concerned(command, rows, targets, back)
        }
        prepared, warnings = await off_loop(
            sum(state.row.bytes for state in states.values()),
            prepare,
            command,
            states,
            Occasion(
                targets, to_rfc3339(now), _new_id, {step.environment: step.entries for step in back}
            ),
            await self._usages(transaction, request, now),
            self._rules,
            lambda key: _permit(request, key),
        )
        change_set = uuid.uuid4().hex
        signature = Signature(change_set, command, request.principal.actor, request.reason, now)
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
        self, transaction: Transaction, request: Request, now: datetime
    ) -> list[Usage]:
        command = request.command
        if not may_retire(command) or not self._guarded:
            return []
        flag = command.flag if isinstance(command, c.ArchiveFlag) else None
        rows = await transaction.observations.usage(request.project, flag, now - self._guarded)
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

    async def close(self) -> None:
        """Stop following, and let what was begun end."""
        await self._doorbell.close()
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


def _check_targets(request: Request) -> None:
    """Refuses what no correct caller asks for."""
    command, given = request.command, request.environments
    if isinstance(command, c.Undo) and (given is None or len(given) != 1):
        raise ValueError("Undo is submitted for exactly one environment")
    if isinstance(command, c.CreateEnvironment) and given is not None:
        raise ValueError("CreateEnvironment is submitted with environments=None")
    needs = command.reach == "environment" or isinstance(command, c.ImportDocument)
    if needs and not given:
        raise ValueError(f"{command.type} is submitted for one or more environments")


def _targets(request: Request, rows: Mapping[str, EnvironmentRow]) -> tuple[str, ...]:
    if isinstance(request.command, c.CreateEnvironment):
        return (request.command.key,)
    for key in request.environments or ():
        if key not in rows:
            raise NotFound("environment", key, request.project)
    narrow = request.command.reach == "environment" or isinstance(
        request.command, c.ImportDocument | c.Undo
    )
    return tuple(request.environments or ()) if narrow else tuple(rows)


def _permit(request: Request, environment: str | None) -> None:
    wanted = scopes(request.command)
    if not request.principal.may_any(wanted, request.project, environment):
        raise Forbidden(request.principal.actor, wanted, request.project, environment or "")


def _concerned(
    command: c.Command,
    rows: Mapping[str, EnvironmentRow],
    targets: tuple[str, ...],
    back: list[Step],
) -> list[str]:
    """The environments whose documents the command needs to see."""
    if isinstance(command, c.CopyEnvironment):
        if command.source not in rows:
            raise NotFound("environment", command.source)
        if command.source in targets:
            raise Refused("same-environment", "an environment cannot be copied onto itself")
        return list(dict.fromkeys([*targets, command.source]))
    if command.reach == "project" or isinstance(command, c.RestoreEntries):
        return list(rows)  # flags are alike in all of them, which is checked
    return list(targets)
