"""Rows of the system chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import audit_entries, audit_head
from .upsert import insert


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry."""

    number: int
    at: datetime
    actor: str
    action: str
    details: Any
    reason: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the chain."""

    number: int
    hash: str


class AuditRows:
    """The system chain."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def head(self, genesis: str, *, lock: bool = False) -> AuditHead:
        """The end of the chain. `lock`: whoever else wants to append waits."""
        query = sa.select(audit_head.c.number, audit_head.c.hash)
        if lock:
            await self._connection.execute(
                insert(self._connection, audit_head)
                .values(id=1, number=0, hash=genesis)
                .on_conflict_do_nothing()
            )
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return AuditHead(0, genesis) if row is None else AuditHead(**row._mapping)

    async def append(self, row: AuditRow) -> None:
        """Add an entry and move the head."""
        await self._connection.execute(sa.insert(audit_entries).values(asdict(row)))
        await self._connection.execute(
            sa.update(audit_head).values(number=row.number, hash=row.hash)
        )

    async def last_at(self) -> datetime | None:
        """When the last entry was made."""
        query = sa.select(audit_entries.c.at).order_by(audit_entries.c.number.desc()).limit(1)
        found: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def page(self, limit: int, before: int | None = None) -> Sequence[AuditRow]:
        """Entries before a number, newest first."""
        query = sa.select(audit_entries).order_by(audit_entries.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_entries.c.number < before)
        return [AuditRow(**row._mapping) for row in await self._connection.execute(query)]

    async def after(self, number: int, limit: int) -> Sequence[AuditRow]:
        """Entries after a number, oldest first."""
        query = (
            sa.select(audit_entries)
            .where(audit_entries.c.number > number)
            .order_by(audit_entries.c.number)
            .limit(limit)
        )
        return [AuditRow(**row._mapping) for row in await self._connection.execute(query)]
