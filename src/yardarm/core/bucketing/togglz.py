"""Togglz's gradual rollout: Java's `String.hashCode` of ``user:FEATURE`` modulo 100.

Source: Togglz's GradualActivationStrategy (Apache-2.0, read; not copied) and vectors computed with
OpenJDK 17. The user's name is made lower case and trimmed. A bucket is 0 to 99, and -48 for the one
hash in four thousand million that has no absolute value in Java: it is in every rollout but none.

`togglz.gradual` hashes the user and the feature (`seed`, the flag's key if there is none);
`togglz.user`, of releases before the end of 2014, the user alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..hashes import java_hash
from ..java import trim
from ..model import Bucketing, Range
from .algorithms import Algorithm, Place, cumulated, unit_of

_SMALLEST = -(2**31)
_OF_SMALLEST = -48


def _bucket(text: str) -> int:
    number = java_hash(text)
    return _OF_SMALLEST if number == _SMALLEST else abs(number) % 100


def _name(value: Any) -> str | None:
    """The user's name as it is hashed; None for a blank one."""
    text = unit_of(value)
    return None if text is None else trim(text.lower()) or None


def _gradual(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    tail = ":" + (flag_key if bucketing.seed is None else bucketing.seed)

    def place(value: Any) -> int | None:
        name = _name(value)
        return None if name is None else _bucket(name + tail)

    return place


def _user(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    def place(value: Any) -> int | None:
        name = _name(value)
        return None if name is None else _bucket(name)

    return place


def _ranges(weights: Sequence[float]) -> list[Range]:
    """Consecutive ranges, the first one from the bucket below zero on."""
    ranges = cumulated(weights)
    first = next((index for index, weight in enumerate(weights) if weight > 0), None)
    if first is not None:
        ranges[first] = (_OF_SMALLEST, ranges[first][1])
    return ranges


ALGORITHMS: Mapping[str, Algorithm] = {
    "togglz.gradual": Algorithm(
        _gradual, "Togglz: Java's hashCode of user:FEATURE modulo 100", _ranges, whole=100
    ),
    "togglz.user": Algorithm(
        _user, "Togglz before 2015: Java's hashCode of the user modulo 100", _ranges, whole=100
    ),
}
"""Togglz's algorithms by name."""
