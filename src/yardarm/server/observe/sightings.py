"""The contexts that the server itself evaluated for, each once an hour and application.

They are noticed in memory by what notices them in an SDK, and handed to the population every
second. Every environment has a memory of its own for each application that asks.

The rules of its state: a report in `_unsent` was taken from its memory and is kept until it is
written. `notice` is called by the event loop that also flushes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from ...core.context import Context
from ...core.keeping import MAX_BYTES
from ...core.model import DEFAULT_KIND
from ...sdk.observing import Observing, Sighting
from ...sdk.withholding import Told, Withholding
from ..store.database import Database
from ..store.errors import NotFound, StoreError
from .contexts import sighting
from .model import Population, Sighted

_log = logging.getLogger("yardarm.server.observe")

SDK = "ofrep"
"""What stands for the SDK: the program asked by this protocol, whatever it asked with."""

MAX_CONTEXTS = 100_000
"""How many contexts are remembered of one application in an environment, an hour."""

MAX_REMEMBERED = 400_000
"""How many are remembered in all; beyond that the largest memories are given up."""

MAX_MEMORIES = 1_000
_REPORT = 1_000
_SLICE_SECONDS = 0.005
_RESERVED = frozenset({"kind", "multi", "_private"})

Whose = tuple[str, str, str]
"""Project, environment and application."""


@dataclass(slots=True)
class _Report:
    """Contexts on their way to the population."""

    whose: Whose
    halvings: int
    sighted: list[Sighted] = field(default_factory=list)
    lost: int = 0


class Decoded:
    """Tells contexts that were decoded from JSON: whole, but for what they name as private."""

    __slots__ = ("_encode", "_withholding")

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._withholding = Withholding(True)

    def told(
        self, kinds: Mapping[str, Mapping[Any, Any]], private: Iterable[str] = ()
    ) -> Told | None:
        """The context as it is kept. What is too large is told as an SDK would."""
        if not private and len(kinds) == 1 and DEFAULT_KIND in kinds:
            context = dict(kinds[DEFAULT_KIND])
            if _RESERVED.isdisjoint(context):
                try:
                    size = len(self._encode(context))
                except ValueError:  # text that is not Unicode
                    size = MAX_BYTES + 1
                if size <= MAX_BYTES:
                    return Told(context, size)
        return self._withholding.told(kinds, private)


class Sightings:
    """See the top of this file. `environment_id` raises `NotFound`."""

    def __init__(
        self,
        database: Database,
        population: Population,
        clock: Callable[[], datetime],
        environment_id: Callable[[str, str], Awaitable[int]],
    ) -> None:
        self._database = database
        self._population = population
        self._clock = clock
        self._environment_id = environment_id
        self._tells = Decoded()
        self._memories: dict[Whose, Observing] = {}
        self._unsent: list[_Report] = []

    def notice(self, whose: Whose, context: Context | dict[str, Any]) -> None:
        """Somebody was evaluated for. Never blocks, never raises."""
        memory = self._memories.get(whose)
        if memory is None:
            if len(self._memories) >= MAX_MEMORIES:
                return
            memory = Observing(self._tells, self._seconds, most=MAX_CONTEXTS)
            self._memories[whose] = memory
        memory.notice(context["key"] if isinstance(context, dict) else context.unit, context)

    def _seconds(self) -> float:
        return self._clock().timestamp()

    async def flush(self) -> None:
        """Hand on what was noticed. Raises `StoreError`; it is then tried again later."""
        while self._unsent or await self._collect():
            try:
                await self._write(self._unsent)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - a mistake of ours must not be repeated for ever
                lost = sum(len(report.sighted) for report in self._unsent)
                _log.exception("%d contexts could not be kept, and are lost", lost)
            self._unsent = []
        self._bound()

    async def _collect(self) -> bool:
        """Take what waits, so many contexts at a time, and give way to requests in between."""
        started, now = time.perf_counter(), time.monotonic()
        room = _REPORT
        for whose, memory in list(self._memories.items()):
            if memory.turn_hour(now) and not memory.waiting():
                del self._memories[whose]
                continue
            report = _Report(whose, memory.halvings)
            while len(report.sighted) < room and (seen := memory.take()) is not None:
                _add(report, seen)
                if time.perf_counter() - started > _SLICE_SECONDS:
                    await asyncio.sleep(0)
                    started = time.perf_counter()
            report.lost += memory.lost.take()
            room -= len(report.sighted)
            if report.sighted or report.lost:
                self._unsent.append(report)
        return bool(self._unsent)

    async def _write(self, reports: Iterable[_Report]) -> None:
        now = self._clock()
        known: list[tuple[int, _Report]] = []
        for report in reports:
            try:
                environment_id = await self._environment_id(*report.whose[:2])
            except NotFound:
                continue
            known.append((environment_id, report))
        known.sort(key=lambda one: (one[0], one[1].whose))
        async with self._database.write() as transaction:
            await transaction.observations.add_losses(
                [
                    {
                        "environment_id": environment_id,
                        "application": report.whose[2],
                        "kind": "contexts",
                        "count": report.lost,
                        "last_at": now,
                    }
                    for environment_id, report in known
                    if report.lost
                ]
            )
            for environment_id, report in known:
                await self._population.take(
                    transaction,
                    environment_id,
                    report.sighted,
                    report.halvings,
                    report.whose[2],
                    SDK,
                    "",
                    now,
                )

    def _bound(self) -> None:
        """Give up the largest memories when all together hold too much."""
        sizes = {whose: len(memory) for whose, memory in self._memories.items()}
        total = sum(sizes.values())
        for whose in sorted(sizes, key=lambda whose: -sizes[whose]):
            if total <= MAX_REMEMBERED:
                return
            total -= sizes[whose]
            del self._memories[whose]


def _add(report: _Report, seen: Sighting) -> None:
    found = sighting(Context.of(seen.context), datetime.fromtimestamp(seen.at, UTC))
    if isinstance(found, Sighted):
        report.sighted.append(found)
    else:
        report.lost += 1
