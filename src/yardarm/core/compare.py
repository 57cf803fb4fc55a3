"""Two answers of a flag, before and after a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .outcome import FALLBACK, Outcome
from .program import Program

_NOTHING = Outcome(FALLBACK, None, "ERROR", error="FLAG_NOT_FOUND")


def run_of(program: Program, key: str) -> Callable[..., Outcome]:
    """The flag's function; where there is no such flag, everybody gets the fallback."""
    try:
        return program.compiled(key).run
    except KeyError:
        return lambda u, kinds, w: _NOTHING


def differ(one: Outcome, other: Outcome) -> bool:
    """Whether who got the one and gets the other has moved: another variant, or another value."""
    return one.variant != other.variant or _value(one) != _value(other)


def fails(one: Outcome, other: Outcome) -> bool:
    """Whether the other answer is an error and the one was none."""
    return other.error is not None and one.error is None


def _value(outcome: Outcome) -> Any:
    """The value, with its type: 1 and true are equal, but not the same."""
    value = outcome.value
    return value if value is FALLBACK else (type(value), value)
