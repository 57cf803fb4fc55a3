"""GrowthBook's buckets: FNV-1a over UTF-16 code units, as a number from 0 up to 1.

Version 1 hashes the unit followed by the seed and has 1,000 buckets, version 2 hashes the decimal
digits of the hash of the seed followed by the unit and has 10,000. A force rule's coverage takes
the bucket at its end too (`.upto`), ranges do not. The unit is the first attribute of the chain
that JavaScript takes for true, as JavaScript writes it. Checked against @growthbook/growthbook
1.8.0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..hashes import fnv1a_32_utf16
from ..javascript.values import text, truthy
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


def version_1(seed: str, unit: str) -> float:
    """The bucket of hash version 1: 0 to 0.999."""
    return fnv1a_32_utf16(unit + seed) % 1000 / 1000


def version_2(seed: str, unit: str) -> float:
    """The bucket of hash version 2: 0 to 0.9999."""
    return fnv1a_32_utf16(str(fnv1a_32_utf16(seed + unit))) % 10_000 / 10_000


def _placed(hash_: Hash) -> Callable[[Bucketing, str, float], Place]:
    def place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        seed = flag_key if bucketing.seed is None else bucketing.seed

        def bucket(values: Any) -> float | None:
            unit = unit_of(values)
            return None if unit is None else hash_(seed, unit)

        return bucket

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


def _algorithm(hash_: Hash, summary: str, closed: bool = False) -> Algorithm:
    return Algorithm(
        _placed(hash_), summary, ranges=consecutive, whole=1, closed=closed, chain=True
    )


ALGORITHMS = {
    "growthbook.v1": _algorithm(version_1, "FNV-1a of unit and seed, 1,000 buckets from 0 to 1"),
    "growthbook.v2": _algorithm(version_2, "FNV-1a twice of seed and unit, 10,000 buckets"),
    "growthbook.v1.upto": _algorithm(version_1, "version 1, a range's end belongs to it", True),
    "growthbook.v2.upto": _algorithm(version_2, "version 2, a range's end belongs to it", True),
}
"""GrowthBook's algorithms by name."""
