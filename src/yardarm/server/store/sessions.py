"""Rows of sessions and of one-time links. Only hashes of secrets come here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import actors, sessions, tokens


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session (`kind` "session") or a link that makes one (`kind` "link")."""

    hash: str = field(repr=False)
    kind: str
    token_id: int
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    agent: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSessionRow:
    """A session that has not been ended, with whose token it was opened."""

    hash: str = field(repr=False)
    token_id: int
    actor: str
    token_name: str
    agent: str | None
    address: str | None
    created_at: datetime
    expires_at: datetime


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

    async def open(self, at: datetime, actor: str | None = None) -> Sequence[OpenSessionRow]:
        """Sessions of one actor or of all whose time is not over, newest first."""
        query = (
            sa.select(
                sessions.c.hash,
                sessions.c.token_id,
                actors.c.name.label("actor"),
                tokens.c.name.label("token_name"),
                sessions.c.agent,
                sessions.c.address,
                sessions.c.created_at,
                sessions.c.expires_at,
            )
            .join(tokens, tokens.c.id == sessions.c.token_id)
            .join(actors, actors.c.id == tokens.c.actor_id)
            .where(
                sessions.c.kind == "session",
                sessions.c.ended_at.is_(None),
                sessions.c.expires_at > at,
                tokens.c.revoked_at.is_(None),
            )
            .order_by(sessions.c.created_at.desc(), sessions.c.hash)
        )
        if actor is not None:
            query = query.where(actors.c.name == actor)
        return [OpenSessionRow(**row._mapping) for row in await self._connection.execute(query)]

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
