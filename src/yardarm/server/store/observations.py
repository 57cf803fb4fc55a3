"""Rows of what clients report, and the sums over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import (
    environments,
    evaluation_counts,
    event_batches,
    exposures,
    flag_usage,
    losses,
    metric_events,
    projects,
)
from .texts import storable
from .upsert import insert

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A sum of evaluation counts. `minute` (since 1970) is None for the whole time."""

    flag: str
    variant: str
    reason: str
    minute: int | None
    count: int


@dataclass(frozen=True, slots=True)
class ConvertedRow:
    """Sums over the units exposed to one variant (with one attribute value)."""

    variant: str
    value: str | None
    units: int
    converted: int
    events: int
    total: float


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """The first time that a version of a flag gave a unit a variant."""

    variant: str
    version: int
    rule: str | None
    kind: str
    unit: str
    at: datetime
    application: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """A metric event by its name: how many there were, and the latest."""

    event: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class UsageRow:
    """When an application last evaluated a flag."""

    environment: str
    flag: str
    application: str
    last_evaluated_at: datetime


class ObservationRows:
    """Counts, exposures, metric events. Rows to be stored are mappings by column name."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- taking in ----------------------------------------------------------------------------

    async def add_batch(self, environment_id: int, batch: str, at: datetime) -> bool:
        """Note that a batch came. False when it came before."""
        done = await self._connection.execute(
            insert(self._connection, event_batches)
            .values(environment_id=environment_id, batch=batch, received_at=at)
            .on_conflict_do_nothing()
        )
        return bool(done.rowcount)

    async def add_counts(self, rows: Rows) -> None:
        """Add to the counts of these minutes."""
        statement = insert(self._connection, evaluation_counts)
        summed = evaluation_counts.c.count + statement.excluded.count
        await self._upsert(statement, evaluation_counts, rows, {"count": summed})

    async def add_exposures(self, rows: Rows) -> None:
        """Keep first exposures; of two reports of the same one, the earlier."""
        statement = insert(self._connection, exposures)
        new = statement.excluded
        await self._upsert(
            statement,
            exposures,
            rows,
            {"at": new.at, "attributes": new.attributes, "rule": new.rule},
            where=new.at < exposures.c.at,
        )

    async def add_metrics(self, rows: Rows) -> None:
        """Keep metric events."""
        if rows:
            await self._connection.execute(sa.insert(metric_events), list(rows))

    async def add_usage(self, rows: Rows) -> None:
        """Keep the latest evaluation per flag and application."""
        statement = insert(self._connection, flag_usage)
        new = statement.excluded.last_evaluated_at
        await self._upsert(
            statement,
            flag_usage,
            rows,
            {"last_evaluated_at": new},
            where=new > flag_usage.c.last_evaluated_at,
        )

    async def add_losses(self, rows: Rows) -> None:
        """Add to what was lost."""
        statement = insert(self._connection, losses)
        new = statement.excluded
        await self._upsert(
            statement,
            losses,
            rows,
            {"count": losses.c.count + new.count, "last_at": new.last_at},
        )

    async def _upsert(
        self,
        statement: Any,
        table: sa.Table,
        rows: Rows,
        changed: Mapping[str, Any],
        where: Any = None,
    ) -> None:
        if not rows:
            return
        names = [column.name for column in table.primary_key.columns]
        # In one order always, so that two nodes cannot wait for each other's rows.
        ordered = sorted(rows, key=lambda row: tuple(row[name] for name in names))
        statement = statement.on_conflict_do_update(index_elements=names, set_=changed, where=where)
        await self._connection.execute(statement, ordered)

    async def forget(self, before: datetime, batches_before: datetime) -> None:
        """Drop what is older."""
        minute = int(before.timestamp() // 60)
        for condition in (
            evaluation_counts.c.minute < minute,
            exposures.c.at < before,
            metric_events.c.at < before,
            event_batches.c.received_at < batches_before,
        ):
            await self._connection.execute(sa.delete(condition.left.table).where(condition))

    # --- answering ----------------------------------------------------------------------------

    async def counts(
        self,
        environment_id: int,
        *,
        flag: str | None,
        start: int | None,
        end: int | None,
        interval: int | None,
    ) -> list[CountRow]:
        """Sums per flag, variant, reason and interval of minutes, the latest last."""
        if not storable(flag):
            return []
        table = evaluation_counts.c
        minute: Any = sa.null() if interval is None else (table.minute // interval) * interval
        columns = [table.flag, table.variant, table.reason]
        groups = columns if interval is None else [*columns, sa.literal_column("minute_")]
        query = sa.select(
            *columns, minute.label("minute_"), sa.cast(sa.func.sum(table.count), sa.BigInteger)
        ).where(table.environment_id == environment_id)
        if flag is not None:
            query = query.where(table.flag == flag)
        if start is not None:
            query = query.where(table.minute >= start)
        if end is not None:
            query = query.where(table.minute < end)
        query = query.group_by(*groups).order_by(sa.literal_column("minute_"), *columns)
        found = await self._connection.execute(query)
        return [CountRow(*tuple(row)) for row in found]

    async def latest_exposures(
        self, environment_id: int, flag: str, since: datetime, limit: int
    ) -> list[ExposureRow]:
        """Exposures of a flag since then, the latest first."""
        if not storable(flag):
            return []
        table = exposures.c
        query = (
            sa.select(
                table.variant,
                table.version,
                table.rule,
                table.kind,
                table.unit,
                table.at,
                table.application,
            )
            .where(table.environment_id == environment_id, table.flag == flag, table.at >= since)
            .order_by(table.at.desc(), table.version.desc(), table.kind, table.unit)
            .limit(limit)
        )
        return [ExposureRow(*row) for row in await self._connection.execute(query)]

    async def conversions(
        self,
        environment_id: int,
        flag: str,
        event: str | None,
        by: str | None,
        since: datetime | None,
        most: int,
    ) -> list[ConvertedRow]:
        """Exposed units per variant (and attribute value), and their later events.

        A unit counts once per variant, from its first exposure (since then); events before that do
        not count. Where the attribute changed between exposures, the value that sorts first is
        taken. Of the values, the `most` that most units have.
        """
        if not storable(flag, event, by):
            return []
        shown = [exposures.c.environment_id == environment_id, exposures.c.flag == flag]
        if since is not None:
            shown.append(exposures.c.at >= since)
        value: Any = (
            sa.null() if by is None else sa.func.min(exposures.c.attributes[by].as_string())
        )
        first = (
            sa.select(
                exposures.c.variant,
                exposures.c.kind,
                exposures.c.unit,
                sa.func.min(exposures.c.at).label("at"),
                sa.cast(value, sa.Text).label("value"),
            )
            .where(*shown)
            .group_by(exposures.c.variant, exposures.c.kind, exposures.c.unit)
            .subquery()
        )
        later = sa.and_(
            metric_events.c.environment_id == environment_id,
            metric_events.c.event == event if event is not None else sa.false(),
            metric_events.c.kind == first.c.kind,
            metric_events.c.unit == first.c.unit,
            metric_events.c.at >= first.c.at,
        )
        units = (
            sa.select(
                first.c.variant,
                first.c.value,
                sa.func.count(metric_events.c.id).label("events"),
                sa.func.coalesce(sa.func.sum(metric_events.c.value), 0.0).label("total"),
            )
            .select_from(first.outerjoin(metric_events, later))
            .group_by(first.c.variant, first.c.value, first.c.kind, first.c.unit)
            .subquery()
        )
        whole = sa.BigInteger
        sums = (
            sa.select(
                units.c.variant,
                units.c.value,
                sa.func.count().label("units"),
                sa.cast(sa.func.sum(sa.case((units.c.events > 0, 1), else_=0)), whole).label("had"),
                sa.cast(sa.func.sum(units.c.events), whole).label("events"),
                sa.func.sum(units.c.total).label("total"),
            )
            .group_by(units.c.variant, units.c.value)
            .cte("sums")
        )
        many = sa.func.sum(sums.c.units)
        largest = (
            sa.select(sums.c.value)
            .group_by(sums.c.value)
            .order_by(many.desc(), sums.c.value)
            .limit(most)
            .subquery("largest")
        )
        query = (
            sa.select(sums)
            .join(largest, sums.c.value.is_not_distinct_from(largest.c.value))
            .order_by(sums.c.variant, sums.c.value)
        )
        return [ConvertedRow(*row) for row in await self._connection.execute(query)]

    async def events(self, environment_id: int, limit: int) -> list[EventRow]:
        """The names of metric events, the most frequent first."""
        table = metric_events.c
        count = sa.func.count()
        query = (
            sa.select(table.event, count, sa.func.max(table.at, type_=table.at.type))
            .where(table.environment_id == environment_id)
            .group_by(table.event)
            .order_by(count.desc(), table.event)
            .limit(limit)
        )
        return [EventRow(*row) for row in await self._connection.execute(query)]

    async def usage(self, project: str, flag: str | None, since: datetime | None) -> list[UsageRow]:
        """Applications that evaluated flags of a project, latest first."""
        if not storable(project, flag):
            return []
        query = (
            sa.select(
                environments.c.key,
                flag_usage.c.flag,
                flag_usage.c.application,
                flag_usage.c.last_evaluated_at,
            )
            .join(environments, environments.c.id == flag_usage.c.environment_id)
            .join(projects, projects.c.id == environments.c.project_id)
            .where(projects.c.key == project)
            .order_by(flag_usage.c.last_evaluated_at.desc())
        )
        if flag is not None:
            query = query.where(flag_usage.c.flag == flag)
        if since is not None:
            query = query.where(flag_usage.c.last_evaluated_at >= since)
        return [UsageRow(*row) for row in await self._connection.execute(query)]

    async def last_evaluated(
        self, environment_ids: Sequence[int], flags: Sequence[str] | None = None
    ) -> list[tuple[int, str, datetime]]:
        """Environment, flag and when it was last evaluated there; of these flags, or of all."""
        table = flag_usage.c
        query = (
            sa.select(table.environment_id, table.flag, sa.func.max(table.last_evaluated_at))
            .where(table.environment_id.in_(environment_ids))
            .group_by(table.environment_id, table.flag)
        )
        if flags is not None:
            query = query.where(table.flag.in_(flags))
        found = await self._connection.execute(query)
        return [(environment, flag, at) for environment, flag, at in found]

    async def by_interval(
        self, environment_id: int, flags: Sequence[str], start: int, interval: int
    ) -> list[tuple[str, str, int, int]]:
        """Flag, variant, number of the interval and evaluations, since a minute.

        `interval` is in minutes; the first one is 0.
        """
        table = evaluation_counts.c
        number = ((table.minute - start) // interval).label("number_")
        query = (
            sa.select(
                table.flag, table.variant, number, sa.cast(sa.func.sum(table.count), sa.BigInteger)
            )
            .where(table.environment_id == environment_id)
            .where(table.flag.in_(flags), table.minute >= start)
            .group_by(table.flag, table.variant, sa.literal_column("number_"))
        )
        return [tuple(row) for row in await self._connection.execute(query)]

    async def lost(self, environment_id: int) -> dict[str, int]:
        """What clients dropped, by kind."""
        query = (
            sa.select(losses.c.kind, sa.cast(sa.func.sum(losses.c.count), sa.BigInteger))
            .where(losses.c.environment_id == environment_id)
            .group_by(losses.c.kind)
        )
        found = await self._connection.execute(query)
        return {row[0]: row[1] for row in found}
