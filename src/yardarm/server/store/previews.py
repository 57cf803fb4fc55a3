"""Rows that previews are made of, and finished previews."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import exposures, observed_contexts, previews

_AT_ONCE = 500  # values bound in one statement


class PreviewRows:
    """What previews read of contexts and exposed units, and finished previews."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- what is measured ---------------------------------------------------------------------

    async def changed_since(self, environment_id: int, sequence: int) -> list[int]:
        """The places of contexts that changed after a sequence number."""
        table = observed_contexts.c
        found = await self._connection.execute(
            sa.select(table.place)
            .where(table.environment_id == environment_id)
            .where(table.sequence > sequence)
        )
        return list(found.scalars())

    async def bodies(self, environment_id: int, places: Sequence[int]) -> dict[int, bytes]:
        """The contexts at these places."""
        table = observed_contexts.c
        out: dict[int, bytes] = {}
        for start in range(0, len(places), _AT_ONCE):
            found = await self._connection.execute(
                sa.select(table.place, table.body)
                .where(table.environment_id == environment_id)
                .where(table.place.in_(places[start : start + _AT_ONCE]))
            )
            out.update((place, body) for place, body in found)
        return out

    async def exposed(
        self, environment_id: int, flag: str, page: int = 10_000
    ) -> AsyncIterator[Sequence[tuple[str, str]]]:
        """Kind and name of every unit that was exposed to the flag, in pages."""
        table = exposures.c
        query = (
            sa.select(table.kind, table.unit)
            .where(table.environment_id == environment_id)
            .where(table.flag == flag)
            .distinct()
            .order_by(table.kind, table.unit)
            .limit(page)
        )
        last: tuple[str, str] | None = None
        while True:
            after = query
            if last is not None:
                after = query.where(sa.tuple_(table.kind, table.unit) > last)
            rows: Sequence[Any] = (await self._connection.execute(after)).all()
            if rows:
                last = tuple(rows[-1])
                yield rows
            if len(rows) < page:
                return

    # --- finished previews --------------------------------------------------------------------

    async def keep(
        self, preview: str, project_id: int, actor: str, body: Mapping[str, Any], at: datetime
    ) -> None:
        """Keep a finished preview."""
        values = {"id": preview, "project_id": project_id, "actor": actor, "body": body, "at": at}
        await self._connection.execute(sa.insert(previews).values(values))

    async def find(self, preview: str, since: datetime) -> Any:
        """A preview that was finished since then; None where there is none."""
        table = previews.c
        found = await self._connection.execute(
            sa.select(table.body).where(table.id == preview).where(table.at >= since)
        )
        return found.scalar_one_or_none()

    async def forget(self, before: datetime) -> int:
        """Remove previews that were finished before. How many there were."""
        done = await self._connection.execute(sa.delete(previews).where(previews.c.at < before))
        return done.rowcount
