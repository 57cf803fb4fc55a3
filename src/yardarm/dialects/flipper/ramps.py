"""Ramps: when each of the 100 buckets is reached, or no more, in the library's own arithmetic."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

MICRO = 1_000_000
LONGEST = 10**11
"""Longest ramp, in seconds, and latest start: beyond it nobody's clock counts."""
BUCKETS = [number / 100 for number in range(100)]
_NEAR = 64


@dataclass(frozen=True, slots=True)
class Step:
    """So many buckets are reached from `since` on (None: always) until `until` (None: for good).
    Both are seconds since 1970."""

    buckets: int
    since: float | None
    until: float | None


@dataclass(frozen=True, slots=True)
class Ramp:
    """From `initial` to `final` within `seconds` from `start` on, seconds since 1970.

    `stays` says that a ramp that goes down does so in its time and stays; otherwise it is at its
    end at once, and falls on when its time is over, as the library has it.
    """

    initial: float
    final: float
    seconds: float
    start: float
    stays: bool = False

    @property
    def slope(self) -> float:
        """How much a second adds."""
        return (self.final - self.initial) / self.seconds

    @property
    def down(self) -> bool:
        """Whether it goes down."""
        return self.final < self.initial

    def value(self, micros: int) -> float:
        """The percentage, so many microseconds after the start."""
        now = self.slope * (micros / MICRO) + self.initial
        return max(self.final, now) if self.down and self.stays else min(self.final, now)

    def buckets(self, micros: int) -> int:
        """How many buckets are reached then. Nothing at all is nobody, not the first bucket."""
        value = self.value(micros)
        return 0 if value == 0 else bisect_right(BUCKETS, value)

    def span(self) -> range:
        """The microseconds within which it changes anything."""
        end = round(self.seconds * MICRO)
        if self.down:
            gone = min(max(self.initial, 0) / -self.slope, LONGEST)
            return range((end if self.stays else ceil(gone * MICRO) + 2) + 1)
        before = self.initial / self.slope
        start = -ceil(before * MICRO) - 2 if 0 < before <= LONGEST else 0
        return range(start, end + 1)

    def steps(self) -> list[Step]:
        """Every number of buckets that is reached at some time, in the order of time."""
        span = self.span()
        first, last = self.buckets(span[0]), self.buckets(span[-1])
        counts = range(first, last - 1, -1) if self.down else range(first, last + 1)
        begins: list[tuple[int, float | None]] = [(first, None)]
        for count in counts[1:]:
            micros = self._moment(count, span)
            if self.buckets(micros) == count:  # a steep ramp leaps over some
                begins.append((count, self.start + micros / MICRO))
        ends = [since for _, since in begins[1:]] + [None]
        pairs = zip(begins, ends, strict=True)
        return [Step(count, since, until) for (count, since), until in pairs]

    def _moment(self, count: int, span: range) -> int:
        """The first microsecond at which so many buckets, or more (down: or fewer), are reached."""
        down = self.down

        def reached(micros: int) -> bool:
            return self.buckets(micros) <= count if down else self.buckets(micros) >= count

        limit = (count if down else count - 1) / 100
        guess = round((limit - self.initial) / self.slope * MICRO) - span[0]
        low, high = max(guess - _NEAR, 0), min(guess + _NEAR, len(span) - 1)
        if not (low < high and not reached(span[low]) and reached(span[high])):
            low, high = 0, len(span) - 1
        return span[_first(reached, span, low, high)]


def _first(reached: Callable[[int], bool], span: range, low: int, high: int) -> int:
    """The first index at which it is reached; the last one where it never is."""
    return min(bisect_left(span, True, low, high, key=reached), len(span) - 1)
