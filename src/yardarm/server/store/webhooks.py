"""Rows of webhooks: one per project. The signing secret comes here only encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import projects, webhooks
from .upsert import insert


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A project's webhook. `body` has its events and how the last deliveries ended."""

    project_id: int
    project: str
    url: str
    sealed: bytes = field(repr=False)
    body: Any
    updated_at: datetime
    updated_by: str


_WEBHOOK = sa.select(
    webhooks.c.project_id,
    projects.c.key.label("project"),
    webhooks.c.url,
    webhooks.c.sealed,
    webhooks.c.body,
    webhooks.c.updated_at,
    webhooks.c.updated_by,
).join(projects, projects.c.id == webhooks.c.project_id)


class WebhookRows:
    """Webhooks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, project: str, *, lock: bool = False) -> WebhookRow | None:
        """The project's webhook. `lock`: other writers of it wait until the transaction ends."""
        query = _WEBHOOK.where(projects.c.key == project)
        if lock:
            query = query.with_for_update(of=webhooks)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else WebhookRow(**row._mapping)

    async def put(
        self, project_id: int, url: str, sealed: bytes, body: Any, at: datetime, by: str
    ) -> None:
        """Set a project's webhook, in place of the one that was there."""
        values = {"url": url, "sealed": sealed, "body": body, "updated_at": at, "updated_by": by}
        await self._connection.execute(
            insert(self._connection, webhooks)
            .values(project_id=project_id, **values)
            .on_conflict_do_update(index_elements=["project_id"], set_=values)
        )

    async def note(self, project_id: int, body: Any) -> None:
        """Write how deliveries ended."""
        await self._connection.execute(
            sa.update(webhooks).where(webhooks.c.project_id == project_id).values(body=body)
        )

    async def remove(self, project_id: int) -> bool:
        """Remove a project's webhook; false when there is none."""
        done = await self._connection.execute(
            sa.delete(webhooks).where(webhooks.c.project_id == project_id)
        )
        return bool(done.rowcount)
