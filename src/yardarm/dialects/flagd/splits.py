"""From flagd's `fractional` to splits, and back.

| the value that is hashed | `algorithm` | `seed` | `by` |
|---|---|---|---|
| none: flag key and targeting key | `flagd.v2` | none | `key` |
| `{"var": "email"}` | `flagd.v2` | empty | `email` |
| `{"cat": [{"var": "$flagd.flagKey"}, {"var": "email"}]}` | `flagd.v2.text` | none | `email` |
| `{"cat": ["seed", {"var": "email"}]}` | `flagd.v2.text` | `seed` | `email` |

and so on for the other generations. Every other form stays JSONLogic.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...core import model as m
from ...core.jsonlogic.fractional import GENERATIONS, read_arms
from ...core.model import Json
from .conditions import attribute_of, names_of, path_of

MAX_ARMS = 1000


@dataclass(frozen=True, slots=True)
class Fractional:
    """A split, and whether flagd may give a unit that the split does not cover a place all the
    same: it takes a list for an arm, not for a unit."""

    split: m.Split
    open: bool = False


def split_of(
    expression: Json, variants: Collection[str], outside: str | None, generation: str
) -> Fractional | None:
    """The split of a `fractional` whose arms are constants that name variants; None for others.

    `outside` is served to units that are not covered.
    """
    if not isinstance(expression, dict) or list(expression) != ["fractional"]:
        return None
    known = GENERATIONS[generation]
    given = expression["fractional"]
    if not isinstance(given, list) or not known.least <= len(given) <= MAX_ARMS:
        return None
    bucketing, rest = _bucketing(given, generation)
    if bucketing is None or not all(isinstance(v, str | int) for arm in rest for v in _items(arm)):
        return None
    arms = read_arms(rest, known)
    if arms is None or not all(variant in variants for variant in arms.variants):
        return None
    if not all(isinstance(variant, str) for variant in arms.variants):
        return None
    weights = [arm[1] if len(arm) > 1 else 1 for arm in rest]
    if known.negative and min(weights) < 0:
        return None
    made = tuple(m.Arm(arm[0], max(0, weight)) for arm, weight in zip(rest, weights, strict=True))
    is_open = takes_lists_for_arms(bucketing)
    split = m.Split(made, bucketing, None if is_open else outside, is_open or outside is None)
    return Fractional(split, is_open)


def _items(arm: Json) -> Sequence[Json]:
    return arm if isinstance(arm, list) else (None,)


_UNIT = ("key", "targetingKey")
"""The targeting key, which may also be empty text, and then is no key of ours."""


def _bucketing(given: list[Json], generation: str) -> tuple[m.Bucketing | None, list[Json]]:
    """What places units, and the arms."""
    first, rest = given[0], given[1:]
    if isinstance(first, list):
        return m.Bucketing(f"flagd.{generation}"), given
    by = _by(first)
    if by is not None:
        return m.Bucketing(f"flagd.{generation}", "", by), rest
    if not isinstance(first, dict) or list(first) != ["cat"]:
        return None, rest
    parts = first["cat"]
    if not isinstance(parts, list) or len(parts) != 2 or (by := _by(parts[1])) is None:
        return None, rest
    prefix = parts[0]
    if path_of(prefix) == ("$flagd", "flagKey"):
        return m.Bucketing(f"flagd.{generation}.text", None, by), rest
    if isinstance(prefix, str):
        return m.Bucketing(f"flagd.{generation}.text", prefix, by), rest
    return None, rest


def _by(expression: Json) -> tuple[str, ...] | None:
    names = path_of(expression)
    if names is None:
        return None
    if names == ("targetingKey",):
        return _UNIT
    attribute = attribute_of(names)
    return None if attribute is None else (attribute,)


def takes_lists_for_arms(bucketing: m.Bucketing) -> bool:
    """Whether flagd may be given a list where it expects the value to hash: it is an arm then."""
    return bucketing.seed == "" and bucketing.by[0] != "key"


# --- and back ---------------------------------------------------------------------------------


def generation_of(algorithm: str) -> str | None:
    """The generation that an algorithm of flagd's belongs to; None for all other algorithms."""
    vendor, _, name = algorithm.partition(".")
    generation = name.removesuffix(".text")
    return generation if vendor == "flagd" and generation in GENERATIONS else None


def fractional_of(split: m.Split) -> Json | None:
    """The expression of a split; None where flagd cannot place units so."""
    bucketing = split.bucketing
    if generation_of(bucketing.algorithm) is None or bucketing.layer is not None:
        return None
    if bucketing.kind != m.DEFAULT_KIND:
        return None
    arms: list[Json] = []
    for arm in split.arms:
        if arm.ranges is not None or arm.weight != int(arm.weight) or arm.weight < 0:
            return None
        arms.append([arm.variant, int(arm.weight)])
    if bucketing.seed is None and not bucketing.algorithm.endswith(".text"):
        return {"fractional": arms} if bucketing.by[0] == "key" else None
    value = _value(bucketing)
    return None if value is None else {"fractional": [value, *arms]}


def _value(bucketing: m.Bucketing) -> Json | None:
    """The expression for what is hashed."""
    if bucketing.by in (_UNIT, ("key",)):
        unit: Json = {"var": "targetingKey"}
    elif len(bucketing.by) != 1 or (names := names_of(bucketing.by[0])) is None:
        return None
    else:
        unit = {"var": ".".join(names)}
    if bucketing.algorithm.endswith(".text"):
        prefix = {"var": "$flagd.flagKey"} if bucketing.seed is None else bucketing.seed
        return {"cat": [prefix, unit]}
    return unit if bucketing.seed == "" else None
