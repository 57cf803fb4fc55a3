"""Rows of saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import saved_views
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One person's view of a project's flags."""

    id: int
    name: str
    filters: Any


class ViewRows:
    """Saved views."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, project_id: int, actor: str) -> Sequence[ViewRow]:
        """Somebody's views of a project, the oldest first."""
        table = saved_views.c
        query = (
            sa.select(table.id, table.name, table.filters)
            .where(table.project_id == project_id, table.actor == actor)
            .order_by(table.id)
        )
        return [ViewRow(**row._mapping) for row in await self._connection.execute(query)]

    async def add(
        self, project_id: int, actor: str, name: str, filters: Any, at: datetime
    ) -> int | None:
        """Keep a view; its id, or None when there is one of that name."""
        done = await self._connection.execute(
            insert(self._connection, saved_views)
            .values(project_id=project_id, actor=actor, name=name, filters=filters, created_at=at)
            .on_conflict_do_nothing()
            .returning(saved_views.c.id)
        )
        found: int | None = done.scalar_one_or_none()
        return found

    async def change(self, view_id: int, name: str, filters: Any) -> None:
        """Set what a view is called and what it filters."""
        await self._connection.execute(
            sa.update(saved_views)
            .where(saved_views.c.id == view_id)
            .values(name=name, filters=filters)
        )

    async def remove(self, project_id: int, actor: str, view_id: int) -> bool:
        """Remove somebody's view; false when it is none of theirs."""
        table = saved_views.c
        done = await self._connection.execute(
            sa.delete(saved_views).where(
                table.id == view_id, table.project_id == project_id, table.actor == actor
            )
        )
        return bool(done.rowcount)
