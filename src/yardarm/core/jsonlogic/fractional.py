"""flagd's `fractional`, which exists in three generations that place units differently.

| | hashed | bucket |
|---|---|---|
| v1 | the text; without one, flag key and targeting key joined | `abs(int32) / (2**31 - 1)` in % |
| v2 | the same | `hash * total >> 32`, from 0 to the sum of the weights |
| v3 | canonical CBOR of any value; without one, of `[flag key, targeting key]` | as v2 |

All hash by MurmurHash3 x86_32 with seed 0. Where the vendor's own evaluators differ within a
generation, v3 is that of Python (flagd-core 2.0), v1 and v2 are those of flagd itself and of Node.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any

from ..cbor import canonical_cbor
from ..hashes import murmur3_32
from .expression import Around, Expression, Operation, Scope, Step, call
from .scope import ITEM

MAX_TOTAL = 2**31 - 1
"""Largest sum of weights, in v2 and v3."""

Unit = bytes
"""What is hashed."""


def text_unit(value: Any) -> Unit | None:
    """v1 and v2: a text. Nothing else names a unit."""
    return value.encode("utf-8") if isinstance(value, str) else None


def joined_unit(flag_key: Any, targeting_key: Any) -> Unit | None:
    """v1 and v2 without a value of their own: both keys joined."""
    if not isinstance(targeting_key, str) or not targeting_key:
        return None
    return text_unit(flag_key + targeting_key)


def value_unit(value: Any) -> Unit | None:
    """v3: any value but null, by what it is: 1 and "1" are two units, 1 and 1.0 are one."""
    try:
        return None if value is None else canonical_cbor(value)
    except ValueError:
        return None


def pair_unit(flag_key: Any, targeting_key: Any) -> Unit | None:
    """v3 without a value of its own: a list of both keys."""
    if not isinstance(targeting_key, str) or not targeting_key:
        return None
    return value_unit([flag_key, targeting_key])


def percentage(unit: Unit, total: float = 0) -> float:
    """v1: from 0 to 100. One hash in 2**32 is beyond 100."""
    hashed = murmur3_32(unit)
    return min(hashed, 2**32 - hashed) / (2**31 - 1) * 100


def scaled(unit: Unit, total: float) -> int:
    """v2 and v3: a whole number, 0 to `total` - 1."""
    return murmur3_32(unit) * int(total) >> 32


def percentages(weights: Sequence[float]) -> list[float]:
    """v1: where each arm ends, in per cent of all weights.

    An arm behind one of negative weight may end before it began, and then it has nothing.
    """
    total, end = sum(weights), 0.0
    ends: list[float] = []
    for weight in weights:
        end += weight * 100 / total if total else 0
        ends.append(max(end, ends[-1]) if ends else end)
    return ends


def sums(weights: Sequence[float]) -> list[float]:
    """v2 and v3: where each arm ends."""
    total: float = 0
    return [total := total + weight for weight in weights]


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation.

    `unit` is what is hashed for a value, `short` for flag key and targeting key, when the first
    argument is not of the types in `values` (or is a list). `variants` are the types that an arm
    may serve; `whole_floats`: a weight may be 25.0; `negative`: a negative weight counts as it is,
    not as 0; `least`: how many arguments there have to be.
    """

    unit: Callable[[Any], Unit | None]
    short: Callable[[Any, Any], Unit | None]
    bucket: Callable[[Unit, float], float]
    ends: Callable[[Sequence[float]], list[float]]
    limit: float
    values: type | UnionType
    variants: type | UnionType
    whole_floats: bool
    negative: bool = False
    least: int = 1

    def is_value(self, first: Any) -> bool:
        """Whether a first argument is what is hashed; otherwise it is an arm."""
        return isinstance(first, self.values) and not isinstance(first, list)


_UNBOUNDED = float("inf")
_PLAIN = str | int | float | None

GENERATIONS = {
    "v1": Generation(
        text_unit,
        joined_unit,
        percentage,
        percentages,
        _UNBOUNDED,
        str,
        str,
        whole_floats=True,
        negative=True,
        least=2,
    ),
    "v2": Generation(
        text_unit, joined_unit, scaled, sums, MAX_TOTAL, str, _PLAIN, whole_floats=True
    ),
    "v3": Generation(
        value_unit, pair_unit, scaled, sums, MAX_TOTAL, object, object, whole_floats=False
    ),
}


@dataclass(frozen=True, slots=True)
class Arms:
    """The arms of one call: what each serves, where its buckets end, and all weights together."""

    variants: Sequence[Any]
    ends: Sequence[float]
    total: float


def read_arms(values: Sequence[Any], generation: Generation) -> Arms | None:
    """The arms `[variant]`, `[variant, weight]`; None when one of them is wrong."""
    variants, weights = [], []
    for value in values:
        if not isinstance(value, list) or not 0 < len(value) <= 2:
            return None
        variant, weight = value[0], value[1] if len(value) == 2 else 1
        if not isinstance(variant, generation.variants):
            return None
        if generation.whole_floats and isinstance(weight, float) and weight.is_integer():
            weight = int(weight)
        if isinstance(weight, bool) or not isinstance(weight, int):
            return None
        variants.append(variant)
        weights.append(weight if generation.negative else max(0, weight))
    total = sum(weights)
    if total == 0 or total > generation.limit:
        return None
    return Arms(variants, generation.ends(weights), total)


def arm_for(unit: Unit | None, arms: Arms | None, generation: Generation) -> Any:
    """What the unit is served; null without a unit or arms, or beyond all arms."""
    if unit is None or arms is None:
        return None
    index = bisect_right(arms.ends, generation.bucket(unit, arms.total))
    return arms.variants[index] if index < len(arms.variants) else None


def _operation(generation: Generation) -> Operation:
    def build(arguments: Sequence[Expression], scope: Scope) -> Step:
        if len(arguments) < generation.least:
            return call(lambda *values: None, arguments)
        if all(argument.constant for argument in arguments[1:]):
            first = arguments[0]
            rest = [argument.value for argument in arguments[1:]]
            if first.constant and isinstance(first.value, list):
                return _by_keys(generation, read_arms([first.value, *rest], generation), scope)
            return _by_value(generation, first.step, rest, scope)
        return _computed(generation, arguments, scope)

    return Operation(build)


def _by_keys(generation: Generation, arms: Arms | None, scope: Scope) -> Step:
    """For the short form with arms that are known."""
    flag_key, targeting_key, short = scope.flag_key, scope.targeting_key, generation.short

    def run(data: Any, around: Around) -> Any:
        unit = short(flag_key(data, around), targeting_key(data, around))
        return arm_for(unit, arms, generation)

    return run


def _by_value(generation: Generation, value_of: Step, rest: list[Any], scope: Scope) -> Step:
    """For a value that is computed, and arms that are known."""
    arms = read_arms(rest, generation)
    named, inside = generation.unit, scope is ITEM

    def run(data: Any, around: Around) -> Any:
        value = value_of(data, around)
        if generation.is_value(value):
            return arm_for(named(value), arms, generation)
        if inside or isinstance(value, list):
            return _place(generation, [value, *rest], data, around, scope)
        return None  # neither a value nor an arm

    return run


def _computed(generation: Generation, arguments: Sequence[Expression], scope: Scope) -> Step:
    steps = [argument.step for argument in arguments]

    def run(data: Any, around: Around) -> Any:
        values = [step(data, around) for step in steps]
        return _place(generation, values, data, around, scope)

    return run


def _place(
    generation: Generation, values: list[Any], data: Any, around: Around, scope: Scope
) -> Any:
    if generation.is_value(values[0]):
        return arm_for(generation.unit(values[0]), read_arms(values[1:], generation), generation)
    unit = generation.short(scope.flag_key(data, around), scope.targeting_key(data, around))
    return arm_for(unit, read_arms(values, generation), generation)


DEFAULT = "v2"
"""The generation of documents that do not say which they mean."""

OPERATIONS = {
    "fractional": _operation(GENERATIONS[DEFAULT]),
    **{f"fractional_{name}": _operation(made) for name, made in GENERATIONS.items()},
}
"""`fractional_v1`, `_v2`, `_v3`; the plain name stands for the default one."""
