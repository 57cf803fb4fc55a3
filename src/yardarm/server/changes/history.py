"""Reads what was: changes, snapshots of any version, and whether the history is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from yardarm.core import snapshot as s
from yardarm.core.model import Document
from yardarm.errors import SnapshotError

from ..store.changes import ChangeRow
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.projects import EnvironmentRow
from .model import (
    GENESIS,
    SNAPSHOT_EVERY,
    ChainFault,
    ChainReport,
    Change,
    Published,
    hash_of,
)
from .state import States, describe, off_loop

_PAGE = 200


class History:
    """The past and present of environments."""

    def __init__(self, database: Database, states: States) -> None:
        self._database = database
        self._states = states

    async def get_change(self, project: str, environment: str, version: int) -> Change:
        """One change. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            found = await transaction.changes.find(row.id, version)
        if found is None:
            raise NotFound("change", str(version), f"{project}/{environment}")
        return as_change(row, found)

    async def list_changes(
        self, project: str, environment: str, limit: int, before_version: int | None
    ) -> list[Change]:
        """Changes, newest first. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            found = await transaction.changes.page(row.id, limit, before_version)
        return [as_change(row, each) for each in found]

    async def published_since(
        self, project: str, environment: str, version: int, limit: int
    ) -> list[Published]:
        """Changes after a version, oldest first. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            found = await transaction.changes.after(row.id, version, limit)
        return [as_change(row, each).published() for each in found]

    async def all_since(self, environment_id: int, version: int) -> list[Published]:
        """Every change after a version, by the environment's id."""
        told: list[Published] = []
        async with self._database.read() as transaction:
            row = await transaction.projects.get_environment(environment_id)
            while row is not None and version < row.version:
                found = await transaction.changes.after(row.id, version, _PAGE)
                if not found:
                    break
                told += [as_change(row, each).published() for each in found]
                version = found[-1].version
        return told

    async def snapshot(
        self, project: str, environment: str, version: int | None, at: datetime | None
    ) -> s.Snapshot:
        """See `Changes.snapshot`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            wanted = await self._version(transaction, row, version, at)
            if wanted == row.version:
                return (await self._states.current(transaction, row)).snapshot
            return await past_snapshot(transaction, row, wanted)

    async def document(
        self, project: str, environment: str, version: int | None, at: datetime | None
    ) -> Document:
        """See `Changes.document`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            wanted = await self._version(transaction, row, version, at)
            if wanted == row.version:
                return (await self._states.current(transaction, row)).document
            snapshot = await past_snapshot(transaction, row, wanted)
        return await off_loop(row.bytes, s.to_document, snapshot, describe(row))

    async def _version(
        self,
        transaction: Transaction,
        row: EnvironmentRow,
        version: int | None,
        at: datetime | None,
    ) -> int:
        if version is None:
            return row.version if at is None else await transaction.changes.version_at(row.id, at)
        if not 0 <= version <= row.version:
            raise NotFound("change", str(version), f"{row.project}/{row.key}")
        return version

    async def verify(self, project: str, environment: str) -> ChainReport:
        """See `Changes.verify_chain`."""
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            replay = _Replay(row)
            while found := await transaction.changes.after(row.id, replay.version, _PAGE):
                upto = found[-1].version
                stored = await transaction.lines.snapshots_between(row.id, replay.version, upto)
                await off_loop(row.bytes, replay.read, found, stored)
            stored = await transaction.lines.snapshots_between(row.id, replay.version, None)
            lines = await transaction.lines.load(row.id)
        return await off_loop(row.bytes, replay.end, lines, stored)


async def find_environment(
    transaction: Transaction, project: str, environment: str
) -> EnvironmentRow:
    """The environment's row. Raises `NotFound` for the project or the environment."""
    row = await transaction.projects.find_environment(project, environment)
    if row is not None:
        return row
    if await transaction.projects.find(project) is None:
        raise NotFound("project", project)
    raise NotFound("environment", environment, project)


async def past_snapshot(transaction: Transaction, row: EnvironmentRow, version: int) -> s.Snapshot:
    """The snapshot of an earlier version: the nearest stored one, and the patches since."""
    stored = await transaction.lines.nearest_snapshot(row.id, version)
    snapshot = empty(row.epoch)
    if stored is not None:
        snapshot = await off_loop(row.bytes, s.decode, stored[1])
    patches = await transaction.changes.after(
        row.id, snapshot.version, version - snapshot.version, version
    )
    return await off_loop(row.bytes, _advance, snapshot, patches)


def _advance(snapshot: s.Snapshot, rows: Sequence[ChangeRow]) -> s.Snapshot:
    for row in rows:
        snapshot = s.apply(snapshot, s.decode_patch(row.patch))
    return snapshot


def empty(epoch: str) -> s.Snapshot:
    """Version 0."""
    return s.from_lines((), epoch, 0)


def as_change(row: EnvironmentRow, found: ChangeRow) -> Change:
    """A stored change."""
    return Change(
        project=row.project,
        environment=row.key,
        epoch=row.epoch,
        version=found.version,
        change_set=found.change_set,
        command=found.command,
        actor=found.actor,
        reason=found.reason,
        at=found.at,
        movement=found.movement,
        inverse=found.inverse,
        root=found.root,
        patch_hash=found.patch_hash,
        prev_hash=found.prev_hash,
        hash=found.hash,
        patch=found.patch,
    )


class _Replay:
    """Goes through a history from its beginning and notes whatever does not fit."""

    def __init__(self, row: EnvironmentRow) -> None:
        self.row = row
        self.version = 0
        self._link = GENESIS
        self._length = 0
        self._snapshot: s.Snapshot | None = empty(row.epoch)
        self._faults: list[ChainFault] = []

    def read(self, rows: Sequence[ChangeRow], stored: dict[int, bytes]) -> None:
        """The next changes, and the snapshots stored among them."""
        for row in rows:
            change = as_change(self.row, row)
            self._check_links(change)
            self._check_patch(change)
            self._check_stored(change.version, stored.pop(change.version, None))
            self.version, self._link = change.version, change.hash
            self._length += 1
        self._stray(stored)

    def end(self, lines: Sequence[bytes], stored: dict[int, bytes]) -> ChainReport:
        """The report, once the current lines are compared with where the history leads."""
        row = self.row
        if (self.version, self._link) != (row.version, row.head if row.version else GENESIS):
            self._fault(self.version, "the chain does not end where the environment says")
        if self._snapshot is not None:
            if self._snapshot.root != row.root:
                self._fault(self.version, "the history does not lead to the current root")
            if sorted(lines) != sorted(self._snapshot.lines.values()):
                self._fault(self.version, "the current flags and segments are not those published")
        self._stray(stored)
        return ChainReport(self._length, self._link, tuple(self._faults))

    def _check_links(self, change: Change) -> None:
        if change.version != self.version + 1:
            self._fault(change.version, f"version {self.version + 1} is missing")
            self._snapshot = None
        if change.prev_hash != self._link:
            self._fault(change.version, "does not link to the change before it")
        if hash_of(change.payload()) != change.hash:
            self._fault(change.version, "was altered: its hash does not fit")

    def _check_patch(self, change: Change) -> None:
        if sha256(change.patch).hexdigest() != change.patch_hash:
            self._fault(change.version, "the patch was altered: its hash does not fit")
        if self._snapshot is not None:
            try:
                self._snapshot = s.apply(self._snapshot, s.decode_patch(change.patch))
            except SnapshotError as error:
                self._fault(change.version, f"the patch does not fit: {error.problems[0].message}")
                self._snapshot = None
        if self._snapshot is not None and self._snapshot.root != change.root:
            self._fault(change.version, "the patch does not lead to the root that is named")

    def _check_stored(self, version: int, stored: bytes | None) -> None:
        if self._snapshot is None:
            return
        if stored is not None and stored != self._snapshot.encode():
            self._fault(version, "the stored snapshot is not that of the history")
        if stored is None and version % SNAPSHOT_EVERY == 0:
            self._fault(version, "the stored snapshot is missing")

    def _stray(self, stored: dict[int, bytes]) -> None:
        for version in stored:
            self._fault(version, "a stored snapshot belongs to no change")

    def _fault(self, version: int, message: str) -> None:
        self._faults.append(ChainFault(version, message))


def with_hash(change: Change) -> Change:
    """The change with the hash of its payload."""
    return replace(change, hash=hash_of(change.payload()))
