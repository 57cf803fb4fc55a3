"""Rows of projects and environments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import environments, projects
from .texts import storable
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project."""

    id: int
    key: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    """An environment, with its project's key and the end of its chain."""

    id: int
    project_id: int
    project: str
    key: str
    name: str
    epoch: str
    version: int
    root: str
    head: str
    bytes: int
    created_at: datetime


_PROJECT = sa.select(projects.c.id, projects.c.key, projects.c.name, projects.c.created_at)
_ENVIRONMENT = sa.select(
    environments.c.id,
    environments.c.project_id,
    projects.c.key.label("project"),
    environments.c.key,
    environments.c.name,
    environments.c.epoch,
    environments.c.version,
    environments.c.root,
    environments.c.head,
    environments.c.bytes,
    environments.c.created_at,
).join(projects, projects.c.id == environments.c.project_id)


class ProjectRows:
    """Projects and environments."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[ProjectRow]:
        """Every project, by key."""
        found = await self._connection.execute(_PROJECT.order_by(projects.c.key))
        return [ProjectRow(**row._mapping) for row in found]

    async def find(self, key: str, *, lock: bool = False) -> ProjectRow | None:
        """One project. `lock`: other writers of this project wait until the transaction ends.

        SQLite has one writer at a time anyway.
        """
        if not storable(key):
            return None
        query = _PROJECT.where(projects.c.key == key)
        if lock:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else ProjectRow(**row._mapping)

    async def add(self, key: str, name: str, at: datetime, by: str) -> ProjectRow | None:
        """A new project; None when the key is taken."""
        done = await self._connection.execute(
            insert(self._connection, projects)
            .values(key=key, name=name, created_at=at, created_by=by)
            .on_conflict_do_nothing()
        )
        return await self.find(key) if done.rowcount else None

    async def environments(self, project: str | None = None) -> list[EnvironmentRow]:
        """Environments of one project or of all, in the order they were made."""
        query = _ENVIRONMENT.order_by(environments.c.id)
        if project is not None:
            query = query.where(projects.c.key == project)
        return [EnvironmentRow(**row._mapping) for row in await self._connection.execute(query)]

    async def find_environment(self, project: str, environment: str) -> EnvironmentRow | None:
        """One environment."""
        if not storable(project, environment):
            return None
        query = _ENVIRONMENT.where(projects.c.key == project, environments.c.key == environment)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else EnvironmentRow(**row._mapping)

    async def get_environment(self, environment_id: int) -> EnvironmentRow | None:
        """One environment by its id."""
        query = _ENVIRONMENT.where(environments.c.id == environment_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else EnvironmentRow(**row._mapping)

    async def add_environment(
        self, project: ProjectRow, row: EnvironmentRow, by: str
    ) -> EnvironmentRow | None:
        """A new environment (the id in `row` is ignored); None when the key is taken."""
        done = await self._connection.execute(
            insert(self._connection, environments)
            .values(
                project_id=project.id,
                key=row.key,
                name=row.name,
                epoch=row.epoch,
                version=row.version,
                root=row.root,
                head=row.head,
                bytes=row.bytes,
                created_at=row.created_at,
                created_by=by,
            )
            .on_conflict_do_nothing()
        )
        return await self.find_environment(project.key, row.key) if done.rowcount else None

    async def advance(
        self, environment_id: int, *, version: int, root: str, head: str, size: int
    ) -> bool:
        """Move an environment on by one version. False when it is not at the version before."""
        done = await self._connection.execute(
            sa.update(environments)
            .where(environments.c.id == environment_id, environments.c.version == version - 1)
            .values(version=version, root=root, head=head, bytes=size)
        )
        return done.rowcount == 1
