"""Rows of policies: rules that a project, or one of its environments, has set for itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import policies
from .texts import storable
from .upsert import insert


class PolicyRows:
    """Policies by project, environment and name. An empty environment: the whole project."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, project_id: int, environment: str, name: str) -> Any | None:
        """The policy's body, None where none was set."""
        if not storable(environment, name):
            return None
        query = sa.select(policies.c.body).where(
            policies.c.project_id == project_id,
            policies.c.environment == environment,
            policies.c.name == name,
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def put(
        self, project_id: int, environment: str, name: str, body: Any, *, at: datetime, by: str
    ) -> None:
        """Set a policy, in place of the one that was there."""
        statement = insert(self._connection, policies).values(
            project_id=project_id,
            environment=environment,
            name=name,
            body=body,
            updated_at=at,
            updated_by=by,
        )
        new = statement.excluded
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["project_id", "environment", "name"],
                set_={
                    "body": new.body,
                    "updated_at": new.updated_at,
                    "updated_by": new.updated_by,
                },
            )
        )

    async def list(self, project_id: int) -> list[tuple[str, str, Any]]:
        """Environment, name and body of every policy of a project."""
        query = (
            sa.select(policies.c.environment, policies.c.name, policies.c.body)
            .where(policies.c.project_id == project_id)
            .order_by(policies.c.environment, policies.c.name)
        )
        return [(e, n, b) for e, n, b in await self._connection.execute(query)]

    async def remove(self, project_id: int, environment: str, name: str) -> bool:
        """Remove a policy. False when there was none."""
        if not storable(environment, name):
            return False
        done = await self._connection.execute(
            sa.delete(policies).where(
                policies.c.project_id == project_id,
                policies.c.environment == environment,
                policies.c.name == name,
            )
        )
        return bool(done.rowcount)
