"""Rows of sessions and of one-time links. Only hashes of secrets come here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import sessions


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session (`kind` "session") or a link that makes one (`kind` "link")."""

    hash: str = field(repr=False)
    kind: str
    token_id: int
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class SessionRows:
    """Sessions and links."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, row: SessionRow) -> None:
        """Keep a session or a link, and drop those that are over."""
        over = sessions.c.expires_at < row.created_at
        await self._connection.execute(sa.delete(sessions).where(over))
        await self._connection.execute(sa.insert(sessions).values(asdict(row)))

    async def find(self, digest: str, kind: str) -> SessionRow | None:
        """One that has not been ended; it may be past its time."""
        query = sa.select(sessions).where(
            sessions.c.hash == digest, sessions.c.kind == kind, sessions.c.ended_at.is_(None)
        )
        found = (await self._connection.execute(query)).one_or_none()
        return None if found is None else SessionRow(**found._mapping)

    async def end(self, digest: str, kind: str, at: datetime) -> bool:
        """End one. False when it had ended, or never was."""
        done = await self._connection.execute(
            sa.update(sessions)
            .where(
                sessions.c.hash == digest,
                sessions.c.kind == kind,
                sessions.c.ended_at.is_(None),
                sessions.c.expires_at > at,
            )
            .values(ended_at=at)
        )
        return bool(done.rowcount)
