"""Flags and segments that refer to themselves, where a vendor evaluates them all the same.

Such an evaluation is aborted when it comes back to where it was. What was entered travels in the
ambient, which every function hands on, so that no state is shared between evaluations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..ambient import Ambient
from .emitter import Abort

CYCLE = "a cycle of prerequisites or segments"
"""The cause of an `Abort` by which a cycle ends."""

Place = tuple[str, str]

_NOWHEN = Ambient.at(None)


@dataclass(frozen=True, slots=True)
class _Within:
    """An ambient, and what was entered on the way here."""

    now: Callable[[], float | None]
    random: Callable[[], float]
    entered: frozenset[Place]


def once(function: Callable[..., Any], place: Place) -> Callable[..., Any]:
    """The function, aborted where it is entered a second time within itself."""

    def entered(u: Any, kinds: Any, w: Any, *note: Any) -> Any:
        before: frozenset[Place] = getattr(w, "entered", frozenset())
        if place in before:
            raise Abort(CYCLE)
        around = _NOWHEN if w is None else w
        return function(u, kinds, _Within(around.now, around.random, before | {place}), *note)

    return entered
