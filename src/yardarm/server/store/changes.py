"""Rows of the environments' histories, and of idempotency keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import changes, submissions
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of one environment."""

    environment_id: int
    version: int
    change_set: str
    command: Any
    actor: str
    reason: str
    at: datetime
    movement: Any
    inverse: Any
    root: str
    patch_hash: str
    prev_hash: str
    hash: str
    patch: bytes


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """What was answered to a request with an idempotency key."""

    fingerprint: str
    answer: Any


_CHANGE = sa.select(changes)

_AT_ONCE = 500
"""Values of one query: databases bound how many they take."""


class ChangeRows:
    """Changes and submissions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, row: ChangeRow) -> None:
        """Add a change. The primary key refuses a version that exists."""
        await self._connection.execute(sa.insert(changes).values(asdict(row)))

    async def find(self, environment_id: int, version: int) -> ChangeRow | None:
        """One change."""
        found = await self._rows(
            _CHANGE.where(changes.c.environment_id == environment_id, changes.c.version == version)
        )
        return found[0] if found else None

    async def page(
        self, environment_id: int, limit: int, before: int | None = None
    ) -> Sequence[ChangeRow]:
        """Changes before a version, newest first."""
        query = _CHANGE.where(changes.c.environment_id == environment_id)
        if before is not None:
            query = query.where(changes.c.version < before)
        return await self._rows(query.order_by(changes.c.version.desc()).limit(limit))

    async def after(
        self, environment_id: int, version: int, limit: int, upto: int | None = None
    ) -> Sequence[ChangeRow]:
        """Changes after a version (and not after `upto`), oldest first."""
        query = _CHANGE.where(
            changes.c.environment_id == environment_id, changes.c.version > version
        )
        if upto is not None:
            query = query.where(changes.c.version <= upto)
        return await self._rows(query.order_by(changes.c.version).limit(limit))

    async def inverses_after(self, environment_id: int, version: int) -> list[tuple[int, Any]]:
        """Version and inverse of the changes after a version, oldest first."""
        query = (
            sa.select(changes.c.version, changes.c.inverse)
            .where(changes.c.environment_id == environment_id, changes.c.version > version)
            .order_by(changes.c.version)
        )
        return [(at, inverse) for at, inverse in await self._connection.execute(query)]

    async def in_change_set(self, change_set: str) -> Sequence[ChangeRow]:
        """The changes made together, by environment."""
        return await self._rows(
            _CHANGE.where(changes.c.change_set == change_set).order_by(changes.c.environment_id)
        )

    async def version_at(self, environment_id: int, at: datetime) -> int:
        """The version in force at an instant; 0 before the first change."""
        query = sa.select(sa.func.max(changes.c.version)).where(
            changes.c.environment_id == environment_id, changes.c.at <= at
        )
        return (await self._connection.execute(query)).scalar_one() or 0

    async def movements_after(self, environment_id: int, version: int) -> list[tuple[int, Any]]:
        """Version and movement of the changes after a version, oldest first."""
        query = (
            sa.select(changes.c.version, changes.c.movement)
            .where(changes.c.environment_id == environment_id, changes.c.version > version)
            .order_by(changes.c.version)
        )
        return [(at, movement) for at, movement in await self._connection.execute(query)]

    async def moments(self, environment_id: int, versions: Collection[int]) -> dict[int, datetime]:
        """When these versions were made."""
        found: dict[int, datetime] = {}
        wanted = sorted(versions)
        for start in range(0, len(wanted), _AT_ONCE):
            query = sa.select(changes.c.version, changes.c.at).where(
                changes.c.environment_id == environment_id,
                changes.c.version.in_(wanted[start : start + _AT_ONCE]),
            )
            found |= {row.version: row.at for row in await self._connection.execute(query)}
        return found

    async def kills(self, environment_id: int, after: int) -> list[tuple[int, str]]:
        """Version and flag of every kill after a version, oldest first."""
        query = (
            sa.select(changes.c.version, changes.c.command)
            .where(
                changes.c.environment_id == environment_id,
                changes.c.version > after,
                # Canonical JSON: the type is the last of a kill's members.
                sa.type_coerce(changes.c.command, sa.Text).like('%"type":"kill"}'),
            )
            .order_by(changes.c.version)
        )
        return [
            (version, command["flag"])
            for version, command in await self._connection.execute(query)
            if command.get("type") == "kill"
        ]

    async def last_at(self, environment_id: int) -> datetime | None:
        """When the last change was made."""
        query = (
            sa.select(changes.c.at)
            .where(changes.c.environment_id == environment_id)
            .order_by(changes.c.version.desc())
            .limit(1)
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def find_submission(self, actor: str, key: str) -> SubmissionRow | None:
        """What was answered before."""
        query = sa.select(submissions.c.fingerprint, submissions.c.answer).where(
            submissions.c.actor == actor, submissions.c.key == key
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else SubmissionRow(**row._mapping)

    async def remember_submission(
        self, actor: str, key: str, submission: SubmissionRow, at: datetime
    ) -> bool:
        """Keep an answer. False when the key was used meanwhile."""
        done = await self._connection.execute(
            insert(self._connection, submissions)
            .values(
                actor=actor,
                key=key,
                fingerprint=submission.fingerprint,
                answer=submission.answer,
                at=at,
            )
            .on_conflict_do_nothing()
        )
        return bool(done.rowcount)

    async def forget_submissions(self, before: datetime) -> None:
        """Drop answers older than that."""
        await self._connection.execute(sa.delete(submissions).where(submissions.c.at < before))

    async def _rows(self, query: sa.Select[Any]) -> list[ChangeRow]:
        return [ChangeRow(**row._mapping) for row in await self._connection.execute(query)]
