"""Evaluation counts: how often each flag version answered what, exactly.

Every outcome has a counter of its own (`Outcome.tick`) that an evaluation steps without a lock.
`take` reads them: reading steps the counter too, so the reader remembers how far it has read.
A compiled flag that was replaced keeps its counters here until nobody can step them any more,
which a weak reference to what hangs on the outcome tells.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import cast

from ..core.decision import ERROR, FLAG_NOT_FOUND
from ..core.outcome import FALLBACK, Outcome
from ..core.program import Compiled
from .seen import Counted, Seen, Tick, ticker

MAX_STRANGERS = 1_000
"""How many flag keys that do not exist (or do not fit) are counted one by one."""

MAX_KEY = 256
"""A longer key is no flag's, and not counted by name."""


@dataclass(frozen=True, slots=True)
class Count:
    """Evaluations of one flag version with one variant and reason since the last report."""

    flag: str
    variant: str | None
    reason: str
    version: int
    count: int


class _Counter:
    """One outcome's counter, read. `next` is what the counter says at the next call."""

    __slots__ = ("key", "next", "seen", "tick")

    def __init__(self, tick: Tick, seen: Seen) -> None:
        self.tick = tick
        self.next = 0
        self.seen = weakref.ref(seen)
        self.key = (seen.flag, seen.variant, seen.outcome_reason, seen.version)

    def read(self) -> int:
        now = self.tick()
        steps = now - self.next
        self.next = now + 1  # this reading was a step as well
        return steps


class Counting:
    """All counters of one client."""

    __slots__ = ("_counters", "_nameless", "_strangers")

    def __init__(self) -> None:
        self._counters: dict[int, _Counter] = {}  # by identity of the outcome's counter
        self._strangers: dict[tuple[str, str, str], Counted] = {}
        self._nameless: Counted | None = None

    def prepare(self, compiled: Compiled) -> None:
        """Put counters on a newly compiled flag, before anyone can evaluate it."""
        for outcome in compiled.outcomes:
            self._hang(compiled.key, compiled.version, outcome)

    def stranger(self, flag: str, error: str, cause: str) -> Counted:
        """The counted outcome of an evaluation that could not be done.

        Flags that do not exist are made up by callers, so their number is bounded; beyond that
        they are counted together, under no key.
        """
        found = self._strangers.get((flag, error, cause))
        if found is not None:
            return found
        if len(self._strangers) >= MAX_STRANGERS or len(flag) > MAX_KEY:
            if self._nameless is None:
                self._nameless = self._hang("", 0, Outcome(FALLBACK, None, ERROR, error=error))
            return self._nameless
        made = self._hang(flag, 0, Outcome(FALLBACK, None, ERROR, error=error, cause=cause))
        return self._strangers.setdefault((flag, error, cause), made)

    def local(self, flag: str, outcome: Outcome) -> Counted:
        """Count the outcome of a flag that nobody but a local value knows.

        The server is told what is true there: that a flag was asked for which does not exist.
        """
        told = self._hang(flag, 0, Outcome(FALLBACK, None, ERROR, error=FLAG_NOT_FOUND))
        outcome.tick, outcome.seen = told.tick, told.seen
        return cast(Counted, outcome)

    def _hang(self, flag: str, version: int, outcome: Outcome) -> Counted:
        tick, seen = ticker(), Seen(flag, version, outcome)
        outcome.tick, outcome.seen = tick, seen
        self._counters[id(tick)] = _Counter(tick, seen)
        return cast(Counted, outcome)

    def take(self) -> tuple[list[Count], int]:
        """Counts since the last call, and how many evaluations had to be counted under no key."""
        sums: dict[tuple[str, str | None, str, int], int] = {}
        for at, counter in list(self._counters.items()):
            over = counter.seen() is None  # asked first: then the reading below is the last one
            steps = counter.read()
            if steps:
                sums[counter.key] = sums.get(counter.key, 0) + steps
            if over:
                del self._counters[at]
        if len(self._strangers) >= MAX_STRANGERS:
            self._strangers = {}  # room for others; those that are in use keep their counters
        nameless = sum(steps for key, steps in sums.items() if not key[0])
        return [Count(*key, steps) for key, steps in sums.items() if key[0]], nameless

    def skip(self) -> None:
        """Drop what was counted: in a forked child it is the parent's to report."""
        self.take()

    def age_units(self) -> None:
        """Let every unit be noticed once more, without being exposed again."""
        for counter in list(self._counters.values()):
            seen = counter.seen()
            if seen is not None:
                seen.age()

    def forget_units(self) -> None:
        """Forget who was given what, to bound memory."""
        for counter in list(self._counters.values()):
            seen = counter.seen()
            if seen is not None:
                seen.forget()
