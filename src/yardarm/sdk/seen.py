"""What the client puts on an `Outcome`: who it is, how often it was given, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

from ..core.model import DEFAULT_KIND
from ..core.outcome import Outcome

_KEY = (DEFAULT_KIND, "key")


class Seen(dict[str | None, object]):
    """The units that were given an outcome, and what a report says about it.

    A dict, because `setdefault` tells in one atomic step whether a unit is new. `None` is always
    in it, so that a context without a unit is nobody's first time, unless another attribute stands
    in for a missing key. Empty it stays where `unit` says that the outcome's unit is not the
    context's own key: then the evaluation always takes the longer way, which works out the unit and
    remembers it in `others`. `before` holds the units that were given it, but not since `age`.
    """

    __slots__ = ("__weakref__", "before", "flag", "others", "outcome_reason", "rule", "tracked",
                 "unit", "variant", "version")  # fmt: skip

    def __init__(self, flag: str, version: int, outcome: Outcome) -> None:
        super().__init__()
        self.flag = flag
        self.version = version
        self.variant = outcome.variant
        self.outcome_reason = outcome.reason
        self.rule = outcome.rule
        self.unit = outcome.unit
        self.tracked = outcome.tracked
        key_first = outcome.unit is None or (outcome.unit[0], outcome.unit[1][0]) == _KEY
        self.others: dict[str, object] | None = None if key_first else {}
        self.before: dict[str, object] = {}
        self.forget()

    def forget(self) -> None:
        """Forget every unit. Safe at any moment: the longer way checks again."""
        self.before.clear()
        self.clear()
        if self.others is not None:
            self.others.clear()
        elif self.unit is None:
            self[None] = True

    def is_new(self, unit: str) -> bool:
        """Remember the unit; True the first time."""
        mark = object()
        units: dict[Any, object] = self if self.others is None else self.others
        if units.setdefault(unit, mark) is not mark:
            return False
        units[unit] = True  # the mark itself need not be kept
        return not self.before or self.before.pop(unit, None) is None

    def age(self) -> None:
        """Let every unit take the longer way once more, without being new. For one thread.

        Each is in `before` first, so whoever comes in between finds it in one of the two.
        """
        units: dict[Any, object] = self if self.others is None else self.others
        for unit in list(units):
            if unit is not None:
                self.before[unit] = True
                units.pop(unit, None)


Tick = Callable[[], int]


class Counted(Protocol):
    """An `Outcome` that carries our counter and our memory of units."""

    value: Any
    variant: str | None
    reason: str
    rule: str | None
    error: str | None
    cause: str | None
    fresh: Callable[[], Any] | None
    tick: Tick
    seen: Seen


Answer = Callable[..., Counted]
"""A flag's compiled function, its outcomes prepared by `Counting`."""


def ticker() -> Tick:
    """A counter that is one step ahead each time it is called; exact however many threads call it.

    `itertools.count` steps in C without giving up the interpreter lock.
    """
    return count().__next__
