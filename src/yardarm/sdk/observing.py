"""The contexts that this process evaluated for, waiting to be reported: each once an hour. Pure.

Bounded in every direction. At most `most` contexts are remembered; when there is no room, the
threshold of places (`core.observed`) is halved and those above it are forgotten, so what is
reported is a sample of the contexts, the same one in every process. At most `max_waiting` contexts,
of about `MAX_HELD_BYTES`, wait; what finds no room is counted as lost and noticed another time.

The rules of its state: `notice` is called during evaluations, by any thread: it takes no lock,
waits for nothing and never raises. One thread calls `take` and `turn_hour`. `_known` is replaced as
a whole; a context that is noted in the old one at that moment may be reported twice.
"""

from __future__ import annotations

import _thread
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from math import inf
from operator import methodcaller
from typing import Any, NamedTuple, Protocol, TypeAlias

from ..core.model import DEFAULT_KIND
from ..core.observed import PLACES, place_of
from .attributes import MAX_UNIT
from .bell import Bell
from .exposures import Lost, private_of
from .withholding import MAX_NAMES, Told

HOUR_SECONDS = 3600.0

MAX_HELD_BYTES = 3_000_000
"""About how much memory the contexts that wait may take."""

_MAX_HALVINGS = 61
_SHIFT, _AGAIN = 10, 1023
_UNPLACED = -1
_ENTRY = 400
_LIGHT_ATTRIBUTES = 20
_LIGHT_TEXT = 64
_LIGHT_NAMES = 400
_SMALL = 2**53
_ATOMS = frozenset({bool, float, type(None)})

_KEY = methodcaller("get", "key")
_START = f"{DEFAULT_KIND}\0"


class Sighting(NamedTuple):
    """A context that was seen. `at`: seconds since 1970; `size`: bytes of its JSON."""

    context: dict[str, Any]
    at: float
    size: int


class Tells(Protocol):
    """Knows what of a context may be reported; a `Withholding` does."""

    def told(
        self, kinds: Mapping[str, Mapping[Any, Any]], private: Iterable[str] = ()
    ) -> Told | None:
        """The context as it is reported, None if not at all. `private`: the context's own."""


_Waiting: TypeAlias = tuple[int, float, Told | dict[Any, Any], Iterable[str], int]
"""A context that waits: place, time, what may leave of it or its attributes, which are of the
default kind and still to be looked through, what it names as private, about how many bytes."""


class Observing:
    """See the top of this file. `clock` tells seconds since 1970."""

    __slots__ = (
        "_clock", "_half_full", "_halving", "_held", "_hour_ends", "_known", "_max_waiting",
        "_most", "_ring_at", "_tells", "_threshold", "_waiting", "bell", "halvings", "lost",
    )  # fmt: skip

    def __init__(
        self, tells: Tells, clock: Callable[[], float],
        *, most: int = 50_000, max_waiting: int = 10_000,
    ) -> None:  # fmt: skip
        self._tells = tells
        self._clock = clock
        self._most = most
        self._max_waiting = max_waiting
        self._half_full: float = min(MAX_HELD_BYTES // 2, max_waiting // 2 * _ENTRY)
        self.bell: Bell | None = None
        self.halvings = 0
        self._threshold = PLACES
        self.clear()

    def clear(self) -> None:
        """Begin anew: in a forked child, what waits is the parent's to report."""
        # From what tells contexts apart to place * 1024 + how many attributes it had. A place that
        # is not worked out yet is -1; only keys of the default kind are without.
        self._known: dict[Any, int] = {}
        self._waiting: deque[_Waiting] = deque()
        self._held = 0
        self._ring_at = self._half_full
        self._hour_ends: float | None = None
        self._halving = _thread.allocate_lock()
        self.lost = Lost()

    def __len__(self) -> int:
        """How many contexts are remembered."""
        return len(self._known)

    # --- during evaluations -------------------------------------------------------------------

    def notice(self, unit: str | None, context: Any) -> None:
        """Somebody was evaluated for: `context` is a `Context`, or a dict of the default kind.

        `unit` is its key. A context of the default kind alone that is known is reported again when
        it has more attributes than it had, once.
        """
        try:
            if type(context) is dict:
                kinds, attributes = None, context
            else:
                kinds, attributes = context.kinds, context.user
            if kinds is not None:
                who: Any = (*kinds, *map(_KEY, kinds.values()))
                if who in self._known:
                    return
                count = sum(map(len, kinds.values()))
            elif unit is None or len(unit) > MAX_UNIT:
                return
            else:
                who, count = unit, len(attributes)
            known = self._known.get(who)
            if known is not None and known & _AGAIN >= count:
                return
            waiting = self._waiting
            if (
                len(waiting) >= self._max_waiting
                or self._held >= MAX_HELD_BYTES
                or count > MAX_NAMES
            ):
                self.lost.add()
                return
            if kinds is not None:
                place = place_of(kinds)
            elif self.halvings:
                place = _place(who)
            else:
                place = _UNPLACED  # worked out later, and in no evaluation
            if place is None or place >= self._threshold:
                return
            if known is not None:
                self._known[who] = place << _SHIFT | _AGAIN
            else:
                if len(self._known) >= self._most:
                    place = _place(who) if place == _UNPLACED else place
                    if not self._make_room(place):
                        return
                mark = place << _SHIFT | count
                if self._known.setdefault(who, mark) is not mark:
                    return  # another thread was first
            if kinds is None and count <= _LIGHT_ATTRIBUTES:
                # A copy, since the caller may go on changing it; looked through later.
                kept = dict(attributes)
                if "_private" not in kept and _is_light(kept):
                    private = () if context is attributes else context.private
                    held = _ENTRY + 80 * count
                    waiting.append((place, self._clock(), kept, private, held))
                    self._held += held
                    if self._held >= self._ring_at:
                        self._ring()
                    return
            if place == _UNPLACED:
                place = _place(who)
            self._wait_told(place, kinds, attributes, context)
        except Exception:  # a caller's object that cannot even be asked for its attributes
            self.lost.add()

    def _make_room(self, place: int) -> bool:
        """Make room for one; False when there is none for it."""
        if not self._halve():
            self.lost.add()
            return False
        return place < self._threshold

    def _ring(self) -> None:
        """Ask for a report, once until something is taken."""
        self._ring_at = inf
        if self.bell is not None:
            self.bell.ring()

    def _wait_told(
        self, place: int, kinds: dict[str, dict[str, Any]] | None, attributes: dict[Any, Any],
        context: Any,
    ) -> None:  # fmt: skip
        """Of a context that holds much, or what could change, only what may leave is kept."""
        private = private_of(context)
        if kinds is None:
            seen = dict(attributes)
            if context is attributes:
                seen.pop("_private", None)
            kinds = {DEFAULT_KIND: seen}
        told = self._tells.told(kinds, private)
        if told is None:
            self.lost.add()
        else:
            held = _ENTRY + 4 * told.size
            self._waiting.append((place, self._clock(), told, (), held))
            self._held += held
            if self._held >= self._ring_at:
                self._ring()

    def _halve(self) -> bool:
        """Make room. False when another thread is at it, or nothing is left to halve."""
        if not self._halving.acquire(blocking=False):
            return False
        try:
            while len(self._known) >= self._most and self.halvings < _MAX_HALVINGS:
                self._set_halvings(self.halvings + 1)
                end = self._threshold << _SHIFT
                # Copied in one step: other threads go on writing.
                for who, mark in self._known.copy().items():
                    if mark < 0:
                        self._placed(who)
                known = self._known.copy()
                self._known = {who: mark for who, mark in known.items() if mark < end}
            return len(self._known) < self._most
        finally:
            self._halving.release()

    def _set_halvings(self, halvings: int) -> None:
        self._threshold = PLACES >> halvings
        self.halvings = halvings

    # --- for the report -----------------------------------------------------------------------

    def waiting(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._waiting)

    def take(self) -> Sighting | None:
        """The oldest that waits and is below the threshold, if there is any."""
        while self._waiting:
            place, at, seen, private, held = self._waiting.popleft()
            # Sums of several threads may be a little off: put right when nothing is left.
            self._held = self._held - held if self._waiting else 0
            self._ring_at = self._half_full
            if place == _UNPLACED and not isinstance(seen, Told):
                place = self._placed(seen["key"])
            if place >= self._threshold:
                continue
            told: Told | None
            if isinstance(seen, Told):
                told = seen
            else:
                told = self._tells.told({DEFAULT_KIND: seen}, private)
            if told is not None:
                return Sighting(told.context, at, told.size)
            self.lost.add()
        return None

    def _placed(self, key: str) -> int:
        """The place of a key of the default kind, noted if it is remembered without."""
        try:
            place = _place(key)
        except UnicodeEncodeError:
            return _UNPLACED  # and not told either
        mark = self._known.get(key)
        if mark is not None and mark < 0:
            self._known[key] = place << _SHIFT | mark & _AGAIN
        return place

    def turn_hour(self, now: float) -> bool:
        """Forget whom was seen, if an hour is over. `now`: monotonic seconds.

        A threshold that proved lower than need be is doubled.
        """
        if self._hour_ends is None:
            self._hour_ends = now + HOUR_SECONDS
        if now < self._hour_ends or not self._halving.acquire(blocking=False):
            return False
        try:
            self._hour_ends = now + HOUR_SECONDS
            if self.halvings and len(self._known) < self._most // 4:
                self._set_halvings(self.halvings - 1)
            self._known = {}
        finally:
            self._halving.release()
        return True


def _place(key: str) -> int:
    """`place_of` for a key of the default kind, which is what there nearly always is.

    Raises `UnicodeEncodeError` for a key that is not Unicode, which could not be told either.
    """
    return int.from_bytes(blake2b((_START + key).encode(), digest_size=8).digest()) >> 2


def _is_light(attributes: dict[Any, Any]) -> bool:
    """Whether a copy takes little memory and never changes: few short texts and numbers."""
    for value in attributes.values():
        kind = type(value)
        if kind is str:
            if len(value) > _LIGHT_TEXT:
                return False
        elif kind is int:
            if not -_SMALL < value < _SMALL:
                return False
        elif kind not in _ATOMS:
            return False
    try:
        return len("".join(attributes)) <= _LIGHT_NAMES
    except TypeError:  # a name that is no text
        return False
