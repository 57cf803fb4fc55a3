"""What is stored of one unit besides its contexts: exposures, metric events, previews naming it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .holding import holds
from .schema import exposures, metric_events, previews
from .texts import storable


class UnitRows:
    """Rows of a unit, to be forgotten."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget_exposures(self, environment_id: int, kind: str, unit: str) -> int:
        """Remove a unit's exposures; how many there were."""
        if not storable(kind, unit):
            return 0
        done = await self._connection.execute(
            sa.delete(exposures).where(
                exposures.c.environment_id == environment_id,
                exposures.c.kind == kind,
                exposures.c.unit == unit,
            )
        )
        return done.rowcount

    async def forget_events(self, environment_id: int, kind: str, unit: str) -> int:
        """Remove a unit's metric events; how many there were."""
        if not storable(kind, unit):
            return 0
        done = await self._connection.execute(
            sa.delete(metric_events).where(
                metric_events.c.environment_id == environment_id,
                metric_events.c.kind == kind,
                metric_events.c.unit == unit,
            )
        )
        return done.rowcount

    async def forget_previews(self, project_id: int, text: str) -> int:
        """Remove finished previews whose JSON has this text in it; how many there were."""
        done = await self._connection.execute(
            sa.delete(previews).where(
                previews.c.project_id == project_id,
                holds(self._connection, previews.c.body, text),
            )
        )
        return done.rowcount
