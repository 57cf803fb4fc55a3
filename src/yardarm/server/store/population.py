"""Rows of populations: the contexts that environments were really asked about.

Whoever changes a population locks its row first, so that what is counted there is what is there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from yardarm.core.observed import PLACES

from .holding import holds
from .schema import observed_contexts, populations
from .upsert import insert

_AT_ONCE = 500  # rows per statement, well below every limit on bound values
_PAGE = 5_000
_contexts = observed_contexts.c


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """Where a population stands. Contexts placed below `threshold` are kept.

    `sequence` is the last number given to a context that was added or changed; `generation`
    changes when contexts went away.
    """

    contexts: int = 0
    threshold: int = PLACES
    sequence: int = 0
    generation: int = 0


class Kept(NamedTuple):
    """A context as whoever evaluates a population reads it."""

    place: int
    body: bytes
    sightings: int
    sequence: int
    application: str


@dataclass(frozen=True, slots=True)
class ContextRow:
    """A context with where and when it was seen."""

    place: int
    body: bytes
    sightings: int
    source: str
    application: str
    first_at: datetime
    last_at: datetime


_ROW = sa.select(
    _contexts.place,
    _contexts.body,
    _contexts.sightings,
    _contexts.source,
    _contexts.application,
    _contexts.first_at,
    _contexts.last_at,
)


class PopulationRows:
    """Populations and their contexts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- where a population stands ------------------------------------------------------------

    async def state(self, environment_id: int) -> PopulationRow:
        """Where it stands; an empty one if nothing was ever kept."""
        return await self._state(environment_id)

    async def lock(self, environment_id: int) -> PopulationRow:
        """Where it stands, while other writers of it wait until the transaction ends."""
        await self._connection.execute(
            insert(self._connection, populations)
            .values(environment_id=environment_id, **_values(PopulationRow()))
            .on_conflict_do_nothing()
        )
        return await self._state(environment_id, lock=True)

    async def save(self, environment_id: int, row: PopulationRow) -> None:
        """Where it stands now. It must be locked."""
        await self._connection.execute(
            sa.update(populations)
            .where(populations.c.environment_id == environment_id)
            .values(**_values(row))
        )

    async def environments(self) -> list[int]:
        """The environments that have a population, in the order in which to lock them."""
        query = sa.select(populations.c.environment_id).order_by(populations.c.environment_id)
        return list((await self._connection.execute(query)).scalars())

    async def _state(self, environment_id: int, *, lock: bool = False) -> PopulationRow:
        table = populations.c
        query = sa.select(table.contexts, table.threshold, table.sequence, table.generation)
        query = query.where(table.environment_id == environment_id)
        if lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return PopulationRow() if row is None else PopulationRow(**row._mapping)

    # --- contexts come ------------------------------------------------------------------------

    async def known(self, environment_id: int, places: Sequence[int]) -> int:
        """How many of these places are taken."""
        found = 0
        for start in range(0, len(places), _AT_ONCE):
            query = (
                sa.select(sa.func.count())
                .select_from(observed_contexts)
                .where(
                    _contexts.environment_id == environment_id,
                    _contexts.place.in_(places[start : start + _AT_ONCE]),
                )
            )
            found += (await self._connection.execute(query)).scalar_one()
        return found

    async def add(self, rows: Sequence[Mapping[str, Any]], *, replace: bool = False) -> None:
        """Add contexts, at most one at a place. Of one seen before, the newer body stays.

        Sightings are added up, or with `replace` are what the new row says.
        """
        if not rows:
            return
        statement = insert(self._connection, observed_contexts)
        new = statement.excluded
        newer = new.last_at >= _contexts.last_at

        def newest(name: str) -> Any:
            return sa.case((newer, new[name]), else_=_contexts[name])

        sightings = new.sightings if replace else _contexts.sightings + new.sightings
        older = new.first_at < _contexts.first_at
        changed = {
            "body": new.body if replace else newest("body"),
            "source": newest("source"),
            "application": newest("application"),
            "sightings": sightings,
            "first_at": sa.case((older, new.first_at), else_=_contexts.first_at),
            "last_at": newest("last_at"),
            "sequence": new.sequence,
        }
        statement = statement.on_conflict_do_update(
            index_elements=["environment_id", "place"], set_=changed
        )
        await self._connection.execute(statement, list(rows))

    # --- contexts go --------------------------------------------------------------------------

    async def remove_from(self, environment_id: int, threshold: int) -> int:
        """Remove contexts placed at the threshold or above; how many there were."""
        return await self._remove(environment_id, _contexts.place >= threshold)

    async def remove_before(self, environment_id: int, at: datetime) -> int:
        """Remove contexts that were not seen since then; how many there were."""
        return await self._remove(environment_id, _contexts.last_at < at)

    async def remove(self, environment_id: int, places: Sequence[int]) -> int:
        """Remove the contexts at these places; how many there were."""
        return sum(
            [
                await self._remove(environment_id, _contexts.place.in_(places[at : at + _AT_ONCE]))
                for at in range(0, len(places), _AT_ONCE)
            ]
        )

    async def _remove(self, environment_id: int, condition: Any) -> int:
        done = await self._connection.execute(
            sa.delete(observed_contexts).where(
                _contexts.environment_id == environment_id, condition
            )
        )
        return done.rowcount

    # --- reading ------------------------------------------------------------------------------

    async def read_since(
        self, environment_id: int, sequence: int = 0, page: int = _PAGE
    ) -> AsyncIterator[Sequence[Kept]]:
        """Every context added or changed after this sequence, in its order, in pages."""
        columns = (_contexts.place, _contexts.body)
        query = (
            sa.select(*columns, _contexts.sightings, _contexts.sequence, _contexts.application)
            .where(_contexts.environment_id == environment_id)
            .order_by(_contexts.sequence)
            .limit(page)
        )
        while True:
            found = await self._connection.execute(query.where(_contexts.sequence > sequence))
            rows = list(map(Kept._make, found.all()))
            if rows:
                yield rows
                sequence = rows[-1].sequence
            if len(rows) < page:
                return

    async def page(
        self, environment_id: int, after: int = -1, limit: int = _PAGE, holding: str = ""
    ) -> list[ContextRow]:
        """Contexts by place, whose body holds a text (as it stands in JSON text).

        Places are hashes, so the first rows are a fair sample.
        """
        query = _ROW.where(_contexts.environment_id == environment_id, _contexts.place > after)
        if holding:
            query = query.where(holds(self._connection, _contexts.body, holding.encode()))
        query = query.order_by(_contexts.place).limit(limit)
        return [ContextRow(*row) for row in await self._connection.execute(query)]

    async def sources(self, environment_id: int) -> dict[str, int]:
        """How many contexts came from where."""
        query = (
            sa.select(_contexts.source, sa.func.count())
            .where(_contexts.environment_id == environment_id)
            .group_by(_contexts.source)
            .order_by(_contexts.source)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def last_seen(self, environment_id: int) -> tuple[datetime | None, datetime | None]:
        """The last sighting of the context that was not seen for the longest time, and of all."""
        query = sa.select(sa.func.min(_contexts.last_at), sa.func.max(_contexts.last_at))
        row = await self._connection.execute(
            query.where(_contexts.environment_id == environment_id)
        )
        oldest, newest = row.one()
        return oldest, newest


def _values(row: PopulationRow) -> dict[str, int]:
    return {
        "contexts": row.contexts,
        "threshold": row.threshold,
        "sequence": row.sequence,
        "generation": row.generation,
    }
