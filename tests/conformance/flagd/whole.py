"""Whole random documents: several flags, nested branches, evaluators, splits, odd definitions."""

from __future__ import annotations

import random
from typing import Any

from tests.conformance.flagd import drills, splits
from tests.conformance.flagd import values as v

Json = Any

NAMES = (
    "x", "y", "email", "tier", "nested.email", "items.0", "targetingKey", "$flagd.flagKey",
    "$flagd.timestamp", "$flagd", "", "x.a", "x.length", "key", "kind", "absent",
)  # fmt: skip


def document(rng: random.Random) -> Json:
    """A document of several flags."""
    evaluators = _evaluators(rng)
    names = [*evaluators, "stranger"]
    made: dict[str, Json] = {
        "flags": {f"flag-{i}": _flag(rng, names) for i in range(rng.randrange(2, 6))}
    }
    if evaluators:
        made["$evaluators"] = evaluators
    if rng.random() < 0.3:
        made["metadata"] = {"flagSetId": "set", "level": 1, "shared": "of the set"}
    return made


def _evaluators(rng: random.Random) -> dict[str, Json]:
    """Each mentions the next one, now and then, or (to no avail) an earlier one."""
    count = rng.choice((0, 0, 1, 3, 4))
    found: dict[str, Json] = {}
    for index in range(count):
        rule = _plain(rng)
        if rng.random() < 0.5:
            rule = {rng.choice(("and", "or")): [rule, _plain(rng)]}
        drawn = rng.random()
        if index + 1 < count and drawn < 0.7:
            rule = {"or": [rule, {"$ref": f"e{index + 1}"}]}
        elif drawn > 0.9:
            rule = {"and": [rule, {"$ref": "e0"}]}
        found[f"e{index}"] = rule
    return found


def _plain(rng: random.Random) -> Json:
    return drills.plain_drill(rng, rng.choice(list(drills.DRILLS)))[0]


def condition(rng: random.Random, names: list[str], depth: int = 0) -> Json:
    """What stands where a condition does."""
    drawn = rng.random()
    if depth < 3 and drawn < 0.3:
        parts = [condition(rng, names, depth + 1) for _ in range(rng.choice((0, 1, 2, 2, 3)))]
        return {rng.choice(("and", "or")): parts}
    if depth < 3 and drawn < 0.4:
        return {"!": [condition(rng, names, depth + 1)]}
    if names and drawn < 0.5:
        return {"$ref": rng.choice(names)}
    if drawn < 0.53:
        return v.any_value(rng)
    if drawn < 0.58:
        return expression(rng, 2)
    if drawn < 0.62:
        return {
            rng.choice(("<", ">=")): [{"var": "$flagd.timestamp"}, rng.choice((10**9, 2 * 10**9))]
        }
    return drills.any_drill(rng)


def expression(rng: random.Random, depth: int = 0) -> Json:
    """Any expression, mostly without sense."""
    drawn = rng.random()
    if depth > 4 or drawn < 0.25:
        return v.any_value(rng)
    if drawn < 0.5:
        given = rng.choice(
            (rng.choice(NAMES), [rng.choice(NAMES)], [rng.choice(NAMES), v.scalar(rng)])
        )
        return {"var": given}
    if drawn < 0.55:
        return [expression(rng, depth + 1) for _ in range(rng.randrange(3))]
    if drawn < 0.58:
        return {
            rng.choice(("unknown", "fractional_v9", "==.x", "a.b")): [expression(rng, depth + 1)]
        }
    name = rng.choice(list(drills.DRILLS)).split()[0]
    return {name: [expression(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 2, 3, 4)))]}


def _result(rng: random.Random, names: list[str], variants: list[str], depth: int) -> Json:
    """What stands where a variant is named."""
    drawn = rng.random()
    if depth < 4 and drawn < 0.4:
        return _branches(rng, names, variants, depth + 1)
    if drawn < 0.55:
        return splits.fractional(rng, rng.choice(splits.FORMS))
    if drawn < 0.58:
        return splits.broken(rng)
    if drawn < 0.63:
        return None
    if drawn < 0.66:
        return rng.choice((True, False, 1, 1.5, "stranger", [], {}, ["yes"], {"a": 1, "b": 2}))
    if drawn < 0.70:
        return expression(rng, 1)
    if drawn < 0.73:
        return {"$ref": rng.choice(names)}
    return rng.choice(variants)


def _branches(rng: random.Random, names: list[str], variants: list[str], depth: int) -> Json:
    given: list[Json] = []
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        given += [condition(rng, names), _result(rng, names, variants, depth)]
    if rng.random() < 0.7:
        given.append(_result(rng, names, variants, depth))
    return {rng.choice(("if", "if", "?:")): given}


def _flag(rng: random.Random, names: list[str]) -> Json:
    kinds: list[dict[str, Json]] = [
        {"yes": True, "no": False}, {"yes": "y", "no": "n", "other": "o"}, {"yes": 1, "no": 0},
        {"yes": 1.5, "no": 0}, {"yes": {"a": [1]}, "no": {}}, {"yes": 1, "no": "mixed", "1": None},
        {"yes": True, "no": None, "true": 1, "false": 0, "1.5": "x"},
    ]  # fmt: skip
    variants = dict(rng.choice(kinds))
    flag: dict[str, Json] = {"state": "ENABLED", "variants": variants}
    if rng.random() < 0.08:
        flag["state"] = "DISABLED"
    chance = rng.random()
    if chance < 0.8:
        flag["defaultVariant"] = rng.choice(list(variants))
    elif chance < 0.9:
        flag["defaultVariant"] = rng.choice((None, "", "stranger", True, False))
    chance = rng.random()
    if chance < 0.85:
        flag["targeting"] = _result(rng, names, list(variants), 0)
        if not isinstance(flag["targeting"], dict) and rng.random() < 0.9:
            flag["targeting"] = _branches(rng, names, list(variants), 0)
    elif chance < 0.92:
        flag["targeting"] = rng.choice(({}, None, [], "", "x", [1], True, {"a": 1, "b": 2}))
    if rng.random() < 0.2:
        flag["metadata"] = {"owner": "web", "shared": "of the flag", "n": 2.5, "b": True}
    return flag


def context(rng: random.Random) -> Json:
    """Attributes that the expressions ask for, and a targeting key."""
    found: dict[str, Json] = dict(splits.attributes(rng))
    for name in ("x", "y"):
        if rng.random() < 0.9:
            found[name] = v.any_value(rng)
    for name in ("key", "kind", "flagd:key"):
        if rng.random() < 0.2:
            found[name] = v.scalar(rng)
    chance = rng.random()
    if chance < 0.9:
        found["targetingKey"] = v.user(rng)
    elif chance < 0.95:
        found["targetingKey"] = rng.choice(("", "é", None))
    return found
