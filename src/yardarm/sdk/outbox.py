"""What is reported when: one batch at a time, repeated until the server has it. Pure.

The rules:

1. A batch is made when none is waiting and the interval is over (or at once, at the end). While
   one waits, counters go on counting and queues fill up to their bounds: memory stays bounded.
2. A batch that could not be delivered is sent again under the same id, after a back-off.
3. A batch the server will never take (it says so with 400, 413, 422) is given up and counted as
   lost in the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from .counting import Count, Counting
from .events import Batch, Losses, size_of
from .exposures import Exposure, Exposures, Metric
from .observing import Sighting
from .retry import Backoff, Failure, Pace

T = TypeVar("T", Exposure, Metric, Sighting)

MAX_BATCH_BYTES = 500_000
"""About how large a batch may become; a server takes 1 MiB, and 10,000 entries of a kind."""


class Outbox:
    """Turns what was counted and remembered into batches. Times are monotonic seconds, but `wall`
    is seconds since 1970."""

    __slots__ = (
        "_backoff", "_counted_from", "_counting", "_due", "_exposures", "_interval", "_left",
        "_lost", "_new_id", "_waiting",
    )  # fmt: skip

    def __init__(
        self, counting: Counting, exposures: Exposures, new_id: Callable[[], str],
        *, interval_seconds: float, now: float, wall: float, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self._counting = counting
        self._exposures = exposures
        self._new_id = new_id
        self._interval = interval_seconds
        self._due = now + interval_seconds
        self._counted_from = wall
        self._waiting: Batch | None = None
        self._left: list[Batch] = []  # counts that found no room in the batch before
        self._lost = Losses()
        self._backoff = Backoff(pace or Pace())

    def restart(self, now: float, wall: float) -> None:
        """In a forked child: nothing that was made here before is ours to send."""
        self._waiting, self._left, self._lost = None, [], Losses()
        self._due, self._counted_from = now + self._interval, wall
        self._backoff.succeeded()

    def seconds_left(self, now: float) -> float:
        """How long until there may be something to send."""
        return max(0.0, self._due - now)

    def next(self, now: float, wall: float, *, at_once: bool = False) -> Batch | None:
        """The batch to send now, if any. `at_once` at the end, or when queues fill up.

        A batch that failed is held back even then, unless its time has come.
        """
        observing = self._exposures.observing
        if observing is not None and observing.turn_hour(now):
            self._counting.age_units()
        if now < self._due and (self._waiting is not None or not at_once):
            return None
        if self._waiting is None:
            self._waiting = self._make(wall)
            self._due = now + self._interval
        return self._waiting

    def last(self, wall: float) -> Batch | None:
        """At the end: the batch to send, whatever was planned."""
        if self._waiting is None:
            self._waiting = self._make(wall)
        return self._waiting

    def delivered(self, now: float) -> None:
        """The server has it."""
        self._waiting = None
        self._backoff.succeeded()
        more = bool(self._left) or self._exposures.waiting()
        self._due = now if more else now + self._interval

    def failed(
        self, failure: Failure, now: float, random: float, asked_seconds: float | None = None
    ) -> None:
        """It could not be delivered; it will be sent again."""
        self._due = now + self._backoff.failed(failure, random, asked_seconds)

    def refused(self, now: float) -> None:
        """The server will never take this batch."""
        if self._waiting is not None:
            self._lost += self._waiting.as_losses()
        self._waiting = None
        self._due = now + self._interval

    def _make(self, wall: float) -> Batch | None:
        if not self._left:
            self._count(wall)
        batch = self._left.pop(0)
        room = MAX_BATCH_BYTES - sum(map(size_of, batch.counts))
        exposures = _fill(self._exposures.take_exposure, room)
        room -= sum(map(size_of, exposures))
        metrics = _fill(self._exposures.take_metric, room)
        room -= sum(map(size_of, metrics))
        contexts: list[Sighting] = []
        observing, halvings, unseen = self._exposures.observing, 0, 0
        if observing is not None:
            halvings = observing.halvings  # read first: the entries are below any later threshold
            contexts = _fill(observing.take, room)
            unseen = observing.lost.take()
        lost = self._lost + Losses(
            exposures=self._exposures.lost_exposures.take(),
            metrics=self._exposures.lost_metrics.take(),
            contexts=unseen,
        )
        self._lost = Losses()
        made = replace(
            batch, id=self._new_id(), exposures=exposures, metrics=metrics, lost=lost,
            contexts=contexts, context_halvings=halvings,
        )  # fmt: skip
        return made or None

    def _count(self, wall: float) -> None:
        """Read the counters, into as many batches as their counts need."""
        counts, nameless = self._counting.take()
        self._lost += Losses(counts=nameless)
        # A wall clock that was set back must not give a period that ends before it begins.
        to = max(wall, self._counted_from)
        parts: list[list[Count]] = [[]]
        room = MAX_BATCH_BYTES
        for count in counts:
            room -= size_of(count)
            if room < 0:
                parts.append([])
                room = MAX_BATCH_BYTES - size_of(count)
            parts[-1].append(count)
        self._left = [Batch("", part, (), (), Losses(), self._counted_from, to) for part in parts]
        self._counted_from = to


def _fill(take: Callable[[], T | None], room: int) -> list[T]:
    """Take entries while there is room, as long as there are any."""
    found: list[T] = []
    while room > 0 and (entry := take()) is not None:
        found.append(entry)
        room -= size_of(entry)
    return found
