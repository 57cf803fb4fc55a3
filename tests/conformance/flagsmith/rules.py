"""Trees of rules around a condition: such that they mean it, its opposite, or anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from .documents import condition, rule

Json = Any

_TRUE = condition("IS_NOT_SET", "never set", "")
_FALSE = condition("IS_SET", "never set", "")


def plain(rng: random.Random, inner: Json) -> list[Json]:
    """Rules that match exactly where the condition does."""
    return _topped(rng, _wrapped(rng, _leaf(rng, rng.choice(("ALL", "ANY")), inner)))


def negated(rng: random.Random, inner: Json) -> list[Json]:
    """Rules that match exactly where the condition does not."""
    return _topped(rng, _wrapped(rng, _leaf(rng, "NONE", inner)))


def nested(rng: random.Random, make: Callable[[], Json], depth: int) -> Json:
    """Any rule, with conditions and rules below it."""
    conditions = [make() for _ in range(rng.choice((0, 1, 1, 2)))]
    rules = []
    if depth > 1:
        rules = [nested(rng, make, depth - 1) for _ in range(rng.choice((0, 0, 1, 2)))]
    return rule(rng.choice(("ALL", "ALL", "ANY", "NONE")), conditions, rules)


def _leaf(rng: random.Random, kind: str, inner: Json) -> Json:
    neutral = _TRUE if kind == "ALL" else _FALSE
    conditions = [inner, *[neutral] * rng.randint(0, 1)]
    rng.shuffle(conditions)
    return rule(kind, conditions)


def _wrapped(rng: random.Random, inner: Json) -> Json:
    for _ in range(rng.randint(0, 3)):
        kind = rng.choice(("ALL", "ANY", "NONE"))
        if kind == "NONE":
            inner = rule("NONE", [], [rule("NONE", [_FALSE], [inner])])
        elif kind == "ALL":
            inner = rule("ALL", [_TRUE] * rng.randint(0, 1), [inner, *_empty(rng)])
        else:
            inner = rule("ANY", [_TRUE, _FALSE] * rng.randint(0, 1), [inner])
    return inner


def _topped(rng: random.Random, inner: Json) -> list[Json]:
    rules = [inner, *_empty(rng)]
    rng.shuffle(rules)
    return rules


def _empty(rng: random.Random) -> list[Json]:
    """At times a rule without conditions, which matches whatever its type."""
    return [rule(rng.choice(("ALL", "ANY", "NONE")), [])] if rng.random() < 0.15 else []
