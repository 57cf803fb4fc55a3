"""Harness FF's distribution: MurmurHash3 of ``attribute:value`` modulo 100, plus 1.

Source: the evaluator of Harness's Python SDK 1.7.5. No flag's name is hashed, so that everybody
has one bucket, 1 to 100, for all flags. An arm holds the buckets up to the sum of the weights so
far; buckets beyond the last arm, and targets without a unit, are served the last arm.

A split goes by one attribute and then by the target's identifier, which is our `key`: an attribute
that is missing, empty, zero or false gives way to it. `seed` is the attribute's name as it is
hashed. A value that is neither text nor gives way breaks the evaluation off, as it does there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..compile.emitter import Abort
from ..hashes import murmur3_32
from ..model import Bucketing
from .algorithms import Algorithm, Place

NOT_TEXT = "the attribute that a distribution goes by is not text"
"""The cause with which an evaluation is broken off."""

_BEYOND = 101


def _place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    first = bucketing.by[0]
    name = bucketing.seed or ("identifier" if first == "key" else first)

    def place(values: tuple[Any, ...]) -> int:
        value = values[0]
        if not _gives_way(value):
            return _bucket(name, value)
        identifier = values[-1]
        return _BEYOND if _gives_way(identifier) else _bucket("identifier", identifier)

    return place


_PLAIN = frozenset({str, bool, int, float, list, dict, type(None)})


def _gives_way(value: Any) -> bool:
    return type(value) in _PLAIN and not value


def _bucket(name: str, value: Any) -> int:
    if not issubclass(type(value), str):
        raise Abort(NOT_TEXT)
    try:
        return murmur3_32(f"{name}:{str.__str__(value)}".encode()) % 100 + 1
    except UnicodeEncodeError:  # half of a character
        raise Abort(NOT_TEXT) from None


_WHOLE = Algorithm(
    _place,
    "Harness: MurmurHash3 of attribute:value, 1 to 100, the identifier where it is missing",
    whole=100,
    closed=True,
    rest=True,
    chain=True,
    aborts=(NOT_TEXT,),
)

ALGORITHMS: Mapping[str, Algorithm] = {
    "harness": _WHOLE,
    "harness.partial": replace(
        _WHOLE, rest=False, summary="Harness's buckets, of which some belong to no arm"
    ),
}
"""Harness's algorithms by name."""
