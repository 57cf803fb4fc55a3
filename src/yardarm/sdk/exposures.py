"""Exposures (a unit's first time with an outcome) and metric events, waiting to be reported.

The contexts that `observing` keeps are noticed here too, where a unit is new for an outcome.

Bounded in every direction: what finds no room is counted as lost, and when more than `max_units`
units are remembered all are forgotten, so that one may be reported twice but memory never grows.
Nothing here takes a lock: `deque` appends and pops are atomic.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.bucketing import unit_of
from ..core.context import NOBODY, Context
from ..core.model import DEFAULT_KIND
from .attributes import MAX_TEXT, MAX_UNIT, Policy, number, text
from .bell import Bell
from .binding import bound_here
from .extracting import read_context
from .seen import Seen

if TYPE_CHECKING:
    from .observing import Observing

Attributes = Mapping[str, str | int | float | bool]


class Exposure(NamedTuple):
    """The first time a flag version gave a unit a variant. `at`: seconds since 1970."""

    flag: str
    version: int
    variant: str
    rule: str | None
    kind: str
    unit: str
    at: float
    attributes: Attributes


class Metric(NamedTuple):
    """Something a unit did. `at`: seconds since 1970."""

    event: str
    kind: str
    unit: str
    value: int | float | None
    at: float
    attributes: Attributes


class Lost:
    """How many were lost, counted without a lock and read by one thread."""

    __slots__ = ("_read", "add")

    def __init__(self) -> None:
        self.add = count().__next__
        self._read = 0

    def take(self) -> int:
        """The number since the last call."""
        now = self.add()
        lost, self._read = now - self._read, now + 1
        return lost


class Exposures:
    """Everything about units that waits for the next report."""

    __slots__ = (
        "_clock", "_exposures", "_forget", "_half", "_max", "_max_units", "_metrics", "_policy",
        "_remembered", "bell", "lost_exposures", "lost_metrics", "observing",
    )  # fmt: skip

    def __init__(
        self, policy: Policy, clock: Callable[[], float], forget_units: Callable[[], None],
        *, max_waiting: int = 10_000, max_units: int = 100_000,
    ) -> None:  # fmt: skip
        self._policy = policy
        self._clock = clock
        self._forget = forget_units
        self._max = max_waiting
        self._half = max_waiting // 2
        self._max_units = max_units
        self.bell: Bell | None = None
        self.observing: Observing | None = None
        self.clear()

    def clear(self) -> None:
        """Begin anew: in a forked child, what waits is the parent's to report."""
        self._exposures: deque[Exposure] = deque()
        self._metrics: deque[Metric] = deque()
        self.lost_exposures = Lost()
        self.lost_metrics = Lost()
        self._remembered = count(1).__next__
        if self.observing is not None:
            self.observing.clear()

    def set_bell(self, bell: Bell) -> None:
        """The bell to ring when queues fill up."""
        self.bell = bell
        if self.observing is not None:
            self.observing.bell = bell

    def exposed(self, seen: Seen, unit: str | None, context: Any) -> None:
        """A unit was given an outcome it is not remembered for. `context` is what was asked with.

        Called during evaluations: takes no lock, waits for nothing and never raises.
        """
        if self.observing is not None:
            self.observing.notice(unit, context)
        variant = seen.variant
        if variant is None or (unit is None and seen.unit is None):
            return
        try:
            kind, found, attributes = _unit(seen, unit, context)
            if found is None or len(found) > MAX_UNIT:
                return
            if not seen.is_new(found) or not seen.tracked:
                return
            if self._remembered() >= self._max_units:
                self._remembered = count(1).__next__
                self._forget()
            if len(self._exposures) >= self._max:
                self.lost_exposures.add()
                return
            self._exposures.append(Exposure(
                seen.flag, seen.version, variant, seen.rule, kind, text(found, MAX_UNIT),
                self._clock(), self._policy.reported(attributes, private_of(context)),
            ))  # fmt: skip
        except Exception:  # a caller's object that cannot even be iterated
            self.lost_exposures.add()
        if len(self._exposures) == self._half:
            self._ring()

    def track(self, event: str, context: Any, value: Any) -> str:
        """A metric event. Answers why it could not be taken, or an empty text."""
        try:
            read = read_context(bound_here() if context is None else context)
            if type(event) is not str or not event:
                why = "an event needs a name"
            elif read.unit is None:
                why = f"the context of event {event[:40]!r} has no key"
            elif len(self._metrics) >= self._max:
                why = "too many events wait for the server"
            elif value is not None and number(value) is None:
                why = f"the value of event {event[:40]!r} is not a finite number"
            else:
                kind, attributes = own_kind(read)
                self._metrics.append(Metric(
                    text(event), kind, text(read.unit, MAX_UNIT), number(value), self._clock(),
                    self._policy.reported(attributes, read.private),
                ))  # fmt: skip
                if len(self._metrics) == self._half:
                    self._ring()
                return ""
        except Exception as error:
            why = f"the context cannot be read: {type(error).__name__}"
        self.lost_metrics.add()
        return why

    def waiting(self) -> bool:
        """Whether there is anything to report."""
        if self.observing is not None and self.observing.waiting():
            return True
        return bool(self._exposures or self._metrics)

    def take_exposure(self) -> Exposure | None:
        """The oldest, if there is any."""
        return self._exposures.popleft() if self._exposures else None

    def take_metric(self) -> Metric | None:
        """The oldest, if there is any."""
        return self._metrics.popleft() if self._metrics else None

    def _ring(self) -> None:
        if self.bell is not None:
            self.bell.ring()


def own_kind(context: Context) -> tuple[str, Mapping[str, Any]]:
    """The kind that the context's own unit is of, and its attributes."""
    if context.kinds is None or context.user is not NOBODY:
        return DEFAULT_KIND, context.user
    return next(iter(context.kinds.items()), (DEFAULT_KIND, NOBODY))


def _unit(seen: Seen, unit: str | None, context: Any) -> tuple[str, str | None, Mapping[Any, Any]]:
    """Kind, unit and attributes that an exposure is about."""
    if seen.unit is None:
        if isinstance(context, Context):
            kind, attributes = own_kind(context)
            return kind, unit, attributes
        return DEFAULT_KIND, unit, context
    kind, by = seen.unit
    kinds = Context.of(context).by_kind()
    attributes = kinds.get(kind, NOBODY)
    named = next((value for name in by if (value := attributes.get(name)) is not None), None)
    return kind, unit_of(named), attributes


def private_of(context: Any) -> Any:
    """The attributes that a context of any form names as private."""
    if isinstance(context, Context):
        return context.private
    listed = context.get("_private")
    names = listed if isinstance(listed, list | tuple | set | frozenset) else ()
    return [name for name in names if isinstance(name, str)]


__all__ = ["MAX_TEXT", "Exposure", "Exposures", "Lost", "Metric", "own_kind", "private_of"]
