"""Takes events in and answers for them.

A batch is answered when it is written (`intake`). Evaluations made by the server itself are counted
in memory and written every second, as are the contexts it was asked about (`sightings`).

The rules of its state: counts in `_buffer` are written once, or put back when writing failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ...core.context import Context
from ..repeating import Repeating
from ..store.database import Database
from ..store.errors import NotFound
from ..store.instants import utc_now
from .events import Row, read_batch
from .intake import Intake
from .model import (
    Accepted,
    Converted,
    Count,
    Event,
    Exposed,
    FirstAnswer,
    Origin,
    Population,
    Usage,
)
from .sightings import Sightings

_log = logging.getLogger("yardarm.server.observe")

MAX_BUFFERED = 50_000
LATEST = timedelta(hours=1)
"""How far back the latest exposures go, so that asking for them reads a bounded part."""

MOST_VALUES = 50
"""How many values of an attribute one answer tells apart."""

_FLUSH_SECONDS = 1.0
_FORGET_EVERY = timedelta(hours=1)
_BATCHES_KEPT = timedelta(days=14)  # longer than a client's entries may be old


_Counted = tuple[str, str, str, str, str, str]


class Observe:
    """Evaluation counts, exposures and metric events of all environments."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        *,
        retention_days: int = 90,
        population: Population | None = None,
    ) -> None:
        """`population` is given the contexts that were seen; without one they are let go."""
        self._database = database
        self._clock = clock
        self._retention = timedelta(days=retention_days)
        self._environments: dict[tuple[str, str], int] = {}
        self._intake = Intake(database, population)
        self._sightings: Sightings | None = None
        if population is not None:
            self._sightings = Sightings(database, population, clock, self._environment_id)
        self._buffer: dict[_Counted, int] = {}
        self._writing = Repeating("evaluation counts", _FLUSH_SECONDS, self._write, _log)
        self._forgot_at: datetime | None = None

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to write in the background."""
        self._writing.start()

    async def close(self) -> None:
        """Write what is buffered and stop."""
        await self._writing.stop()
        await self._intake.close()
        await self.flush()

    async def _write(self) -> None:
        await self.flush()
        await self._forget()

    async def _forget(self) -> None:
        now = self._clock()
        if self._forgot_at is not None and now < self._forgot_at + _FORGET_EVERY:
            return
        self._forgot_at = now
        async with self._database.write() as transaction:
            await transaction.observations.forget(now - self._retention, now - _BATCHES_KEPT)

    # --- taking in ----------------------------------------------------------------------------

    async def accept(self, key: Origin, body: bytes) -> Accepted:
        """Store a batch (JSON bytes, already decompressed). Returns when it is written.

        Entries that are out of bounds are rejected one by one. Raises `BadBatch`, `Overloaded`,
        `NotFound`, `StoreError`.
        """
        batch = read_batch(body, self._clock())
        environment_id = await self._environment_id(key.project, key.environment)
        return await self._intake.take(environment_id, batch)

    def count(
        self, key: Origin, flag: str, variant: str | None, reason: str, application: str = ""
    ) -> None:
        """Count one evaluation made by the server. Never blocks, never raises."""
        counted = (key.project, key.environment, flag, variant or "", reason, application)
        known = self._buffer.get(counted)
        if known is not None:
            self._buffer[counted] = known + 1
        elif len(self._buffer) < MAX_BUFFERED:
            self._buffer[counted] = 1

    def sight(self, key: Origin, context: Context | dict[str, Any], application: str = "") -> None:
        """The server evaluated for this context. Never blocks, never raises.

        A dict is one of the default kind that has a `key`, and nobody else's.
        """
        if self._sightings is not None:
            self._sightings.notice((key.project, key.environment, application), context)

    async def flush(self) -> None:
        """Write what is buffered now. Raises `StoreError`; it is then tried again later."""
        await self._flush_counts()
        if self._sightings is not None:
            await self._sightings.flush()

    async def _flush_counts(self) -> None:
        if not self._buffer:
            return
        taken, self._buffer = self._buffer, {}
        try:
            await self._write_counts(taken)
        except BaseException:
            for counted, count in taken.items():
                self._buffer[counted] = self._buffer.get(counted, 0) + count
            raise

    async def _write_counts(self, counted: dict[_Counted, int]) -> None:
        now = self._clock()
        counts: list[Row] = []
        usage: list[Row] = []
        for (project, environment, flag, variant, reason, application), count in counted.items():
            try:
                environment_id = await self._environment_id(project, environment)
            except NotFound:
                continue
            row = {"environment_id": environment_id, "flag": flag, "application": application}
            usage.append({**row, "last_evaluated_at": now})
            counts.append(
                {
                    **row,
                    "minute": int(now.timestamp() // 60),
                    "variant": variant,
                    "reason": reason,
                    "version": 0,
                    "count": count,
                }
            )
        async with self._database.write() as transaction:
            await transaction.observations.add_counts(counts)
            await transaction.observations.add_usage(usage)

    async def _environment_id(self, project: str, environment: str) -> int:
        """Environments are never removed, so an id once found stays."""
        known = self._environments.get((project, environment))
        if known is not None:
            return known
        async with self._database.read() as transaction:
            row = await transaction.projects.find_environment(project, environment)
        if row is None:
            raise NotFound("environment", environment, project)
        self._environments[(project, environment)] = row.id
        return row.id

    # --- answering ----------------------------------------------------------------------------

    async def counts(
        self,
        project: str,
        environment: str,
        *,
        flag: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        interval: timedelta | None = None,
    ) -> list[Count]:
        """Counts per flag, variant, reason and interval (None: over the whole time).

        Times and interval are rounded to whole minutes.
        """
        environment_id = await self._environment_id(project, environment)
        minutes = None if interval is None else max(1, round(interval.total_seconds() / 60))
        async with self._database.read() as transaction:
            rows = await transaction.observations.counts(
                environment_id, flag=flag, start=_minute(start), end=_minute(end), interval=minutes
            )
        return [
            Count(row.flag, row.variant or None, row.reason, _instant(row.minute), row.count)
            for row in rows
        ]

    async def exposures(
        self,
        project: str,
        environment: str,
        flag: str,
        by: str | None = None,
        since: datetime | None = None,
    ) -> list[Exposed]:
        """Exposed units per variant, and per value of the attribute `by`: of its values, the
        `MOST_VALUES` that most units have."""
        environment_id = await self._environment_id(project, environment)
        async with self._database.read() as transaction:
            rows = await transaction.observations.conversions(
                environment_id, flag, None, by, since, MOST_VALUES
            )
        return [Exposed(flag, row.variant or None, row.value, row.units) for row in rows]

    async def latest_exposures(
        self, project: str, environment: str, flag: str, limit: int
    ) -> list[FirstAnswer]:
        """Who was given which variant first, within the last hour; the latest first."""
        environment_id = await self._environment_id(project, environment)
        since = self._clock() - LATEST
        async with self._database.read() as transaction:
            rows = await transaction.observations.latest_exposures(
                environment_id, flag, since, limit
            )
        return [
            FirstAnswer(
                row.variant or None,
                row.version,
                row.rule,
                row.kind,
                row.unit,
                row.at,
                row.application,
            )
            for row in rows
        ]

    async def conversions(
        self,
        project: str,
        environment: str,
        flag: str,
        event: str,
        by: str | None = None,
        since: datetime | None = None,
    ) -> list[Converted]:
        """Units that had the event after being exposed, per variant (and attribute value, as
        `exposures`); of exposures since then only."""
        environment_id = await self._environment_id(project, environment)
        async with self._database.read() as transaction:
            rows = await transaction.observations.conversions(
                environment_id, flag, event, by, since, MOST_VALUES
            )
        return [
            Converted(
                flag=flag,
                variant=row.variant or None,
                value=row.value,
                units=row.units,
                converted=row.converted,
                events=row.events,
                total=float(row.total),
            )
            for row in rows
        ]

    async def events(self, project: str, environment: str, limit: int) -> list[Event]:
        """Metric events by name, the most frequent first."""
        environment_id = await self._environment_id(project, environment)
        async with self._database.read() as transaction:
            rows = await transaction.observations.events(environment_id, limit)
        return [Event(row.event, row.count, row.last_at) for row in rows]

    async def usage(
        self, project: str, flag: str | None = None, since: datetime | None = None
    ) -> list[Usage]:
        """Which applications evaluated which flags since then, latest first."""
        async with self._database.read() as transaction:
            rows = await transaction.observations.usage(project, flag, since)
        return [
            Usage(row.environment, row.flag, row.application, row.last_evaluated_at) for row in rows
        ]

    async def lost(self, project: str, environment: str) -> dict[str, int]:
        """How many entries clients say they had to drop, by kind."""
        environment_id = await self._environment_id(project, environment)
        async with self._database.read() as transaction:
            return await transaction.observations.lost(environment_id)


def _minute(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() // 60)


def _instant(minute: int | None) -> datetime | None:
    return None if minute is None else datetime.fromtimestamp(minute * 60, UTC)
