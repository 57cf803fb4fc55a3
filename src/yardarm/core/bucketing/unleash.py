"""Unleash's ways to place a unit: MurmurHash3 (x86, 32 bits) of `group:unit`.

`unleash.rollout` gives 1 to 100, a percentage covers the buckets up to it. `unleash.variant` hashes
with a seed of its own and gives 1 to the sum of the weights. `unleash.random` draws 2 to 100
without a unit: `gradualRolloutRandom` compares a draw of 1 to 99 by "less than".

A bucketing's `seed` is the group (the toggle's name by default), `by` the stickiness. Units are
texts, numbers and truth values as their JSON text, and the empty text is a unit. Without a unit
`unleash.rollout` places nobody; `unleash.rollout_or_random` and `unleash.variant` draw. A bucketing
of kind `$` by `random…` draws for everybody (`stickiness: random`). What is drawn for a rollout is
a number of 1 to 9,999, which is hashed like a unit.

Weights are added up in 32 bits without a sign, so a negative one wraps around, as in the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..hashes import murmur3_32
from ..model import AMBIENT_KIND, Bucketing, Range
from ..unleash.instants import text_of_present
from ..unleash.text import text_of
from .algorithms import Algorithm, Place

_VARIANT_SEED = 86_028_157
_MASK = 2**32 - 1
CURRENT_TIME = "currentTime"
"""The attribute that is the present where a context does not have it."""


def _hasher(bucketing: Bucketing, flag_key: str, seed: int, modulus: int) -> Callable[[str], int]:
    group = flag_key if bucketing.seed is None else bucketing.seed
    prefix = f"{group}:".encode("utf-8", "surrogatepass")

    def bucket(unit: str) -> int:
        data = prefix + unit.encode("utf-8", "surrogatepass")
        return murmur3_32(data, seed) % modulus + 1

    return bucket


def _unit(by: tuple[str, ...], values: Sequence[Any]) -> str | None:
    """The first unit there is. The last of `values` is the ambient."""
    for name, value in zip(by, values, strict=False):
        unit = text_of(value)
        if unit is None and name == CURRENT_TIME and (now := _now(values[-1])) is not None:
            return text_of_present(now)
        if unit is not None:
            return unit
    return None


def _now(ambient: Any) -> float | None:
    if ambient is None:
        return None
    ask: Callable[[], float | None] = ambient.now
    return ask()


def _draw(ambient: Any) -> float:
    """Uniform in [0, 1)."""
    return 0.0 if ambient is None else ambient.random()


def _number(draw: float) -> str:
    """The number that stands in for a unit: 1 to 9,999."""
    return str(1 + int(draw * 9_999))


def _rollout(chance: bool) -> Callable[[Bucketing, str, float], Place]:
    def algorithm(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        bucket, by = _hasher(bucketing, flag_key, 0, 100), bucketing.by
        if bucketing.kind == AMBIENT_KIND:
            return lambda values: bucket(_number(values[0] or 0.0))

        def place(values: Any) -> int | None:
            unit = _unit(by, values)
            if unit is None and chance:
                unit = _number(_draw(values[-1]))
            return None if unit is None else bucket(unit)

        return place

    return algorithm


def _variant(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    modulus = int(total) & _MASK
    if not modulus:  # the engine breaks off; a reader makes no split of this
        return lambda values: None
    bucket, by = _hasher(bucketing, flag_key, _VARIANT_SEED, modulus), bucketing.by

    def place(values: Any) -> int:
        unit = _unit(by, values)
        return 1 + int(_draw(values[-1]) * modulus) if unit is None else bucket(unit)

    return place


def _random(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    return lambda values: 2 + int((values[0] or 0.0) * 99)


def _wrapped(weights: Sequence[float]) -> list[Range]:
    """Ends that wrap around; an arm has the buckets up to its end that no arm before it has."""
    ranges: list[Range] = []
    total = highest = 0
    for weight in weights:
        total = (total + int(weight)) & _MASK
        ranges.append((highest, max(total, highest)))
        highest = max(total, highest)
    return ranges


# fmt: off
ALGORITHMS: dict[str, Algorithm] = {
    "unleash.rollout": Algorithm(
        _rollout(chance=False), "MurmurHash3 of group:unit, 1 to 100; nobody without a unit",
        whole=100, closed=True, chain=True, chance=True),
    "unleash.rollout_or_random": Algorithm(
        _rollout(chance=True), "MurmurHash3 of group:unit, 1 to 100; by chance without a unit",
        whole=100, closed=True, chain=True, chance=True),
    "unleash.random": Algorithm(
        _random, "by chance, 2 to 100", whole=100, closed=True, chain=True, chance=True),
    "unleash.variant": Algorithm(
        _variant, "MurmurHash3 of group:unit with a seed of its own, 1 to the sum of the weights",
        ranges=_wrapped, whole=None, closed=True, chain=True, chance=True),
}
# fmt: on
"""Unleash's algorithms by name."""
