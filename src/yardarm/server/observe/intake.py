"""Writes batches of events: those that arrive together in one transaction, each exactly once.

The rules of its state: a batch waits in `_waiting` until the writing task takes it, and its answer
is set exactly once, after the commit or with the reason why there was none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..store.database import Database, Transaction
from ..store.errors import StoreError
from .errors import Overloaded
from .events import Batch, Row
from .model import Accepted, Population, Sighted

MAX_WAITING = 1_000
"""Batches that may wait; more are sent away, to come again."""

_log = logging.getLogger("yardarm.server.observe")


@dataclass(slots=True)
class Waiting:
    """A batch that is not written yet."""

    environment_id: int
    batch: Batch
    answer: asyncio.Future[Accepted]


class Intake:
    """Takes batches in, many at once."""

    def __init__(self, database: Database, population: Population | None = None) -> None:
        self._database = database
        self._population = population
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, environment_id: int, batch: Batch) -> Accepted:
        """Store a batch; returns when it is written. Raises `Overloaded`, `StoreError`."""
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded("too many event batches are waiting to be written; send it again")
        waiting = Waiting(environment_id, batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting(), name="event batches")
        return await waiting.answer

    async def close(self) -> None:
        """Wait until what was taken is written."""
        if self._writing is not None:
            await self._writing

    async def _write_waiting(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                await self._write_together(taken)
            except StoreError as error:
                _refuse(taken, error)
            except Exception:  # noqa: BLE001 - the others must not suffer for one of them
                _log.exception("an event batch could not be stored")
                await self._write_singly(taken)

    async def _write_together(self, taken: Sequence[Waiting]) -> None:
        async with self._database.write() as transaction:
            fresh = [
                await transaction.observations.add_batch(
                    each.environment_id, each.batch.batch, each.batch.received_at
                )
                for each in taken
            ]
            new_ones = [each for each, new in zip(taken, fresh, strict=True) if new]
            await _store(transaction, new_ones)
            if self._population is not None:
                await _hand_on(transaction, self._population, new_ones)
        for each, new in zip(taken, fresh, strict=True):
            if not each.answer.done():
                each.answer.set_result(_accepted(each.batch, duplicate=not new))

    async def _write_singly(self, taken: Sequence[Waiting]) -> None:
        for each in taken:
            try:
                await self._write_together([each])
            except Exception as error:  # noqa: BLE001 - whoever sent it is told
                _refuse([each], error)


async def _store(transaction: Transaction, fresh: Sequence[Waiting]) -> None:
    rows = transaction.observations
    await rows.add_counts(_summed(_with_id(fresh, lambda batch: batch.counts)))
    await rows.add_exposures(_with_id(fresh, lambda batch: batch.exposures))
    await rows.add_metrics(_with_id(fresh, lambda batch: batch.metrics))
    await rows.add_usage(
        _with_id(
            fresh,
            lambda batch: [
                {"flag": flag, "application": batch.application, "last_evaluated_at": at}
                for flag, at in batch.usage.items()
            ],
        )
    )
    await rows.add_losses(
        _with_id(
            fresh,
            lambda batch: [
                {
                    "application": batch.application,
                    "kind": kind,
                    "count": count,
                    "last_at": batch.received_at,
                }
                for kind, count in batch.lost.items()
                if count
            ],
        )
    )


@dataclass(slots=True)
class _Reported:
    """What one application reported by one version of an SDK, in all batches together."""

    sighted: list[Sighted] = field(default_factory=list)
    halvings: int = 0
    at: datetime | None = None


async def _hand_on(
    transaction: Transaction, population: Population, fresh: Sequence[Waiting]
) -> None:
    """Tell the population who reports, and which contexts: by environment in order of ids."""
    found: dict[tuple[int, str, str, str], _Reported] = {}
    for each in fresh:
        batch = each.batch
        who = (each.environment_id, batch.application, batch.sdk, batch.version)
        reported = found.setdefault(who, _Reported())
        reported.sighted += batch.contexts
        reported.halvings = max(reported.halvings, batch.context_halvings)
        reported.at = max(batch.received_at, reported.at or batch.received_at)
    for (environment_id, application, sdk, version), reported in sorted(
        found.items(), key=lambda one: one[0]
    ):
        if reported.at is not None:
            await population.take(
                transaction,
                environment_id,
                reported.sighted,
                reported.halvings,
                application,
                sdk,
                version,
                reported.at,
            )


def _with_id(fresh: Iterable[Waiting], pick: Callable[[Batch], Iterable[Row]]) -> list[Row]:
    return [
        {"environment_id": each.environment_id, **row} for each in fresh for row in pick(each.batch)
    ]


def _summed(rows: Iterable[Row]) -> list[Row]:
    """Counts of the same thing added up: a thousand instances report the same few."""
    sums: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(value for name, value in row.items() if name != "count")
        known = sums.setdefault(key, {**row, "count": 0})
        known["count"] += row["count"]
    return list(sums.values())


def _accepted(batch: Batch, *, duplicate: bool) -> Accepted:
    rejected = tuple(batch.rejected)
    if duplicate:
        return Accepted(0, 0, 0, rejected, duplicate=True)
    entries = (len(batch.counts), len(batch.exposures), len(batch.metrics))
    return Accepted(*entries, rejected, contexts=len(batch.contexts))


def _refuse(waiting: Iterable[Waiting], error: Exception) -> None:
    for each in waiting:
        if not each.answer.done():
            each.answer.set_exception(error)
