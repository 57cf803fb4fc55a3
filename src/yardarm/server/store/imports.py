"""Rows of imports: other vendors' documents that were read, until they are taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import environments, imports, projects
from .texts import storable

Part: TypeAlias = Literal["source", "document", "flags"]
"""What is kept of an import beside its body: what was read, what became of it, the report."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import with the keys of its place, without its large parts."""

    id: str
    project: str
    environment: str
    body: Any
    created_at: datetime
    created_by: str
    updated_at: datetime


_IMPORT = (
    sa.select(
        imports.c.id,
        projects.c.key.label("project"),
        environments.c.key.label("environment"),
        imports.c.body,
        imports.c.created_at,
        imports.c.created_by,
        imports.c.updated_at,
    )
    .join(environments, environments.c.id == imports.c.environment_id)
    .join(projects, projects.c.id == environments.c.project_id)
)


class ImportRows:
    """Imports."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, environment_id: int, body: Any, at: datetime, by: str) -> None:
        """A new import of that environment."""
        await self._connection.execute(
            sa.insert(imports).values(
                id=name,
                environment_id=environment_id,
                body=body,
                created_at=at,
                created_by=by,
                updated_at=at,
            )
        )

    async def find(self, name: str, *, lock: bool = False) -> ImportRow | None:
        """One import. `lock`: other writers of it wait until the transaction ends."""
        if not storable(name):
            return None
        query = _IMPORT.where(imports.c.id == name)
        if lock:
            query = query.with_for_update(of=imports)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else ImportRow(**row._mapping)

    async def of(self, environment_id: int, limit: int) -> list[ImportRow]:
        """An environment's imports, newest first."""
        query = (
            _IMPORT.where(imports.c.environment_id == environment_id)
            .order_by(imports.c.created_at.desc(), imports.c.id)
            .limit(limit)
        )
        return [ImportRow(**row._mapping) for row in await self._connection.execute(query)]

    async def part(self, name: str, part: Part) -> bytes | None:
        """One of its large parts."""
        query = sa.select(imports.c[part]).where(imports.c.id == name)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def update(
        self, name: str, body: Any, at: datetime, parts: Mapping[Part, bytes | None] | None = None
    ) -> None:
        """Write how it stands, and those of its parts that are given."""
        changed: dict[str, Any] = {"body": body, "updated_at": at}
        changed.update((str(part), value) for part, value in (parts or {}).items())
        await self._connection.execute(
            sa.update(imports).where(imports.c.id == name).values(changed)
        )

    async def remove(self, name: str) -> None:
        """Forget one."""
        await self._connection.execute(sa.delete(imports).where(imports.c.id == name))

    async def forget(self, environment_id: int, before: datetime, most: int) -> None:
        """Forget all that began before, anywhere, and of one environment all but the newest."""
        await self._connection.execute(sa.delete(imports).where(imports.c.created_at < before))
        newest = (
            sa.select(imports.c.id)
            .where(imports.c.environment_id == environment_id)
            .order_by(imports.c.created_at.desc(), imports.c.id)
            .limit(most)
        )
        await self._connection.execute(
            sa.delete(imports)
            .where(imports.c.environment_id == environment_id)
            .where(imports.c.id.not_in(newest))
        )
