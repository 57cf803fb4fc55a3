"""Rows of which programs are connected, and whether they say whom they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import flag_usage, reporters
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ReporterRow:
    """An application with one version of an SDK, and how many contexts it reported in all."""

    application: str
    sdk: str
    version: str
    contexts: int
    last_at: datetime


class ReporterRows:
    """Reporters of environments."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, environment_id: int, row: ReporterRow) -> None:
        """Add what a reporter sent to what it sent before."""
        statement = insert(self._connection, reporters).values(
            environment_id=environment_id,
            application=row.application,
            sdk=row.sdk,
            version=row.version,
            contexts=row.contexts,
            last_at=row.last_at,
        )
        new, old = statement.excluded, reporters.c
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["environment_id", "application", "sdk", "version"],
                set_={
                    "contexts": old.contexts + new.contexts,
                    "last_at": sa.case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
                },
            )
        )

    async def all(self, environment_id: int) -> list[ReporterRow]:
        """An environment's reporters, the latest first."""
        table = reporters.c
        query = (
            sa.select(table.application, table.sdk, table.version, table.contexts, table.last_at)
            .where(table.environment_id == environment_id)
            .order_by(table.last_at.desc(), table.application, table.sdk, table.version)
        )
        return [ReporterRow(*row) for row in await self._connection.execute(query)]

    async def evaluating(self, environment_id: int, since: datetime) -> list[str]:
        """Applications that evaluated flags since then, by name; an empty one gave none."""
        query = (
            sa.select(flag_usage.c.application)
            .where(
                flag_usage.c.environment_id == environment_id,
                flag_usage.c.last_evaluated_at >= since,
            )
            .distinct()
            .order_by(flag_usage.c.application)
        )
        return list((await self._connection.execute(query)).scalars())

    async def remove_before(self, environment_id: int, at: datetime) -> None:
        """Forget reporters that were not heard of since then."""
        await self._connection.execute(
            sa.delete(reporters).where(
                reporters.c.environment_id == environment_id, reporters.c.last_at < at
            )
        )
