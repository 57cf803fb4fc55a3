"""Ways to place a unit, by name.

The native algorithm, `yardarm`: the first eight bytes of SHA-256 over ``seed NUL unit`` (UTF-8),
read as a big-endian integer, scaled to 100,000 parts. It is deterministic, the same in every
process and language, uniform (the scaling favours no part by more than 1 in 10^14), and two
seeds place units independently of each other, because SHA-256 does.

A vendor's algorithm is named `vendor` or `vendor.which`, counts in the vendor's own unit (a float
from 0 to 1, a whole number from 1 to 100, …) and adds its thresholds up with the vendor's own
arithmetic, so that an imported flag keeps every unit in its bucket. To add one: a file here with a
table `ALGORITHMS`, a line in `_load`, vectors in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ..model import PARTS, Arm, Bucketing, Range

_from_bytes = int.from_bytes

Place = Callable[[Any], "float | None"]
"""From an attribute's value to the unit's bucket; None when the value names no unit."""


def unit_of(value: Any) -> str | None:
    """The text that is hashed for an attribute's value, or None when it cannot name a unit.

    Text is taken as it is, integers as decimal digits. Booleans, fractions, lists and empty
    text name no unit.
    """
    kind = type(value)
    if kind is str:
        return value or None
    if kind is int:
        return str(value) if -(2**63) <= value < 2**64 else None
    if kind is float:
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else None
    if issubclass(kind, str):
        return str.__str__(value) or None
    return None


def yardarm(seed: str) -> Callable[[str], int]:
    """The native algorithm for one seed: a function from unit to part, 0 to 99,999."""
    prefix = seed.encode("utf-8", "surrogatepass") + b"\0"

    def part(unit: str) -> int:
        digest = sha256(prefix + unit.encode("utf-8", "surrogatepass")).digest()
        return _from_bytes(digest[:8], "big") * PARTS >> 64

    return part


def _native(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    part = yardarm(flag_key if bucketing.seed is None else bucketing.seed)

    def place(value: Any) -> int | None:
        unit = unit_of(value)
        return None if unit is None else part(unit)

    return place


def cumulated(weights: Sequence[float]) -> list[Range]:
    """Consecutive ranges: each arm's begins where the one before ends."""
    ranges: list[Range] = []
    start: float = 0
    for weight in weights:
        ranges.append((start, start + weight))
        start += weight
    return ranges


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A named way to place units.

    - `place(bucketing, flag_key, total)` gives a function from the attribute's value to the bucket,
      None when the value names no unit. `total` is the sum of the split's weights.
    - `ranges(weights)` gives each arm's range of buckets, in the vendor's own arithmetic.
    - `whole`: what the weights of everybody add up to; None: whatever they add up to.
    - `closed`: a bucket equal to a range's end belongs to it (natively to the next).
    - `rest`: a bucket beyond the last range belongs to the last arm (natively to nobody).
    - `chain`: `place` is given a tuple of the values of all attributes in `by` and chooses itself
      (natively the first that is there).
    - `chance`: with `chain`; the tuple has the ambient (or None) as its last element, so that a
      unit can be drawn where there is none.
    - `joint`: with `chain`; all of the values count together, so no answer is remembered by the
      first.
    - `aborts`: causes with which `place` may raise `Abort`, where the vendor breaks off.
    """

    place: Callable[[Bucketing, str, float], Place]
    summary: str
    ranges: Callable[[Sequence[float]], list[Range]] = cumulated
    whole: float | None = PARTS
    closed: bool = False
    rest: bool = False
    chain: bool = False
    chance: bool = False
    joint: bool = False
    aborts: tuple[str, ...] = ()


ALGORITHMS: Mapping[str, Algorithm] = {
    "yardarm": Algorithm(_native, "SHA-256 of seed NUL unit, 64 bits scaled to 100,000 parts"),
}
"""The native algorithms by name."""

VENDORS: tuple[str, ...] = (
    "launchdarkly", "unleash", "flagsmith", "growthbook", "flagd", "harness", "togglz",
    "gutter", "feature_ramp", "flipper",
)  # fmt: skip
"""Vendors that have algorithms of their own."""


def find(name: str) -> Algorithm | None:
    """The algorithm of this name, native or a vendor's; None when there is none."""
    found = ALGORITHMS.get(name)
    return found if found is not None else _load(name.partition(".")[0]).get(name)


def names() -> list[str]:
    """The names of all algorithms, native ones first."""
    return [*ALGORITHMS, *(name for vendor in VENDORS for name in _load(vendor))]


def _load(vendor: str) -> Mapping[str, Algorithm]:
    """A vendor's table, imported when it is first asked for: most programs never need one."""
    match vendor:
        case "launchdarkly":
            from . import launchdarkly

            return launchdarkly.ALGORITHMS
        case "unleash":
            from . import unleash

            return unleash.ALGORITHMS
        case "flagsmith":
            from . import flagsmith

            return flagsmith.ALGORITHMS
        case "growthbook":
            from . import growthbook

            return growthbook.ALGORITHMS
        case "flagd":
            from . import flagd

            return flagd.ALGORITHMS
        case "harness":
            from . import harness

            return harness.ALGORITHMS
        case "togglz":
            from . import togglz

            return togglz.ALGORITHMS
        case "gutter":
            from . import gutter

            return gutter.ALGORITHMS
        case "feature_ramp":
            from . import feature_ramp

            return feature_ramp.ALGORITHMS
        case "flipper":
            from . import flipper

            return flipper.ALGORITHMS
        case _:
            return {}


def arm_ranges(
    arms: Iterable[Arm], algorithm: Algorithm = ALGORITHMS["yardarm"]
) -> list[tuple[Range, ...]]:
    """The ranges of each arm: those stored, or one directly after the arm before."""
    arms = list(arms)
    consecutive = algorithm.ranges([arm.weight for arm in arms])
    return [
        arm.ranges if arm.ranges is not None else (range_,) if arm.weight else ()
        for arm, range_ in zip(arms, consecutive, strict=True)
    ]
