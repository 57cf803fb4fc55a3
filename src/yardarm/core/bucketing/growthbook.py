"""GrowthBook's buckets: FNV-1a over UTF-16 code units, as a number from 0 up to 1.

Version 1 hashes the unit followed by the seed and has 1,000 buckets, version 2 hashes the decimal
digits of the hash of the seed followed by the unit and has 10,000. A force rule's coverage takes
the bucket at its end too (`.upto`), ranges do not. The unit is the first attribute of the chain
that JavaScript takes for true, as JavaScript writes it. Where the seed is no text (`.numeric`),
JavaScript adds it to a unit that is none either, and the SDK hashes nothing of the sum: all such
units are in one bucket. Checked against @growthbook/growthbook 1.8.0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..hashes import fnv1a_32_utf16
from ..javascript.values import kind, text, truthy
from ..model import Bucketing, Range
from .algorithms import Algorithm, Place

Hash = Callable[[str, str], float]


def unit_of(values: Sequence[Any]) -> str | None:
    """The text that is hashed: of the first value that JavaScript takes for true; None without."""
    for value in values:
        if type(value) is str:
            if value:
                return value
        elif truthy(value):
            return text(value)
    return None


def is_numeric(value: Any) -> bool:
    """Whether JavaScript adds a value up, where it would join text."""
    return kind(value) in ("number", "boolean", "null")


def bucket_of(hash_: Hash, seed: str, values: Sequence[Any], *, numeric: bool) -> float | None:
    """The bucket of a unit; None without one. `numeric`: the seed is no text in its document."""
    unit = unit_of(values)
    if unit is None:
        return None
    if numeric and is_numeric(next(filter(truthy, values))):
        return hash_("", "")
    return hash_(seed, unit)


def version_1(seed: str, unit: str) -> float:
    """The bucket of hash version 1: 0 to 0.999."""
    return fnv1a_32_utf16(unit + seed) % 1000 / 1000


def version_2(seed: str, unit: str) -> float:
    """The bucket of hash version 2: 0 to 0.9999."""
    return fnv1a_32_utf16(str(fnv1a_32_utf16(seed + unit))) % 10_000 / 10_000


def _placed(hash_: Hash, numeric: bool) -> Callable[[Bucketing, str, float], Place]:
    def place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        seed = flag_key if bucketing.seed is None else bucketing.seed

        def bucket(values: Any) -> float | None:
            unit = unit_of(values)
            return None if unit is None else hash_(seed, unit)

        def bucket_or_sum(values: Any) -> float | None:
            return bucket_of(hash_, seed, values, numeric=True)

        return bucket_or_sum if numeric else bucket

    return place


def consecutive(weights: Sequence[float], coverage: float = 1) -> list[Range]:
    """Each variation's range: it begins where the weights before it end, and has its share.

    Added up one after the other as floats, as the SDK does.
    """
    ranges: list[Range] = []
    start: float = 0
    for weight in weights:
        ranges.append((start, start + coverage * weight))
        start += weight
    return ranges


def _algorithm(
    hash_: Hash, summary: str, *, closed: bool = False, numeric: bool = False
) -> Algorithm:
    return Algorithm(
        _placed(hash_, numeric), summary, ranges=consecutive, whole=1, closed=closed, chain=True
    )


def _version(number: int, hash_: Hash, summary: str) -> dict[str, Algorithm]:
    name, shorter = f"growthbook.v{number}", f"version {number}"
    end, numbers = (
        "a range's end belongs to it",
        "the seed is a number: other numbers in one bucket",
    )
    return {
        name: _algorithm(hash_, summary),
        f"{name}.upto": _algorithm(hash_, f"{shorter}, {end}", closed=True),
        f"{name}.numeric": _algorithm(hash_, f"{shorter}, {numbers}", numeric=True),
        f"{name}.numeric.upto": _algorithm(
            hash_, f"{shorter}, {numbers}, {end}", closed=True, numeric=True
        ),
    }


ALGORITHMS = {
    **_version(1, version_1, "FNV-1a of unit and seed, 1,000 buckets from 0 to 1"),
    **_version(2, version_2, "FNV-1a twice of seed and unit, 10,000 buckets"),
}
"""GrowthBook's algorithms by name."""
