"""Documents about `fractional`."""

from __future__ import annotations

import random
from typing import Any

from tests.conformance.flagd import values as v

Json = Any

FORMS = ("keys", "var", "targetingKey", "cat", "seed", "nested", "weights", "booleans", "number")


def fractional(rng: random.Random, form: str) -> Json:
    """A `fractional` that serves `yes` and `no`, placing units as the form says."""
    share = rng.choice((10, 33, 50, 50, 75, 90))
    arms: list[Json] = [["yes", share], ["no", 100 - share]]
    if rng.random() < 0.3:
        arms = rng.choice((
            [["yes"], ["no"]], [["yes", 1], ["no", 2], ["no", 1]], [["yes", 0], ["no", 1]],
            [["yes", -5], ["no", 5], ["yes", 5]], [["yes", 1]], [["yes", 10**6], ["no", 10**6]],
            [["yes", 2**30], ["no", 2**30 - 1]], [["yes", 2**30], ["no", 2**30]],
            [["yes"]], [["no", 1000 - share], ["yes", share]], [["yes", 0], ["no", 0]],
            [["yes", 3], ["no", 1]],
        ))  # fmt: skip
    flag_key = {"var": "$flagd.flagKey"}
    match form:
        case "keys":
            return {"fractional": arms}
        case "var":
            path = rng.choice(("email", "nested.email", "items.0", ["email"]))
            return {"fractional": [{"var": path}, *arms]}
        case "targetingKey":
            return {"fractional": [{"var": "targetingKey"}, *arms]}
        case "cat":
            unit = rng.choice(("email", "targetingKey", "nested.email"))
            return {"fractional": [{"cat": [flag_key, {"var": unit}]}, *arms]}
        case "seed":
            return {"fractional": [{"cat": ["shared-", {"var": "email"}]}, *arms]}
        case "nested":
            arms[0] = [{"if": [{"===": [{"var": "tier"}, "gold"]}, "yes", "no"]}, *arms[0][1:]]
            return {"fractional": [{"var": "targetingKey"}, *arms, ["yes", share]]}
        case "weights":
            arms[0] = ["yes", {"if": [{"===": [{"var": "tier"}, "gold"]}, 90, {"var": "weight"}]}]
            return {"fractional": arms}
        case "booleans":
            arms = [[arm[0] == "yes", *arm[1:]] for arm in arms]
            return {"if": [{"fractional": arms}, "yes", "no"]}
    return {"fractional": [{"var": "number"}, *arms]}


def broken(rng: random.Random) -> Json:
    """A `fractional` that flagd finds malformed, or that names nobody."""
    return {"fractional": rng.choice((
        [], [[]], [["yes", 1, 2]], [["yes", "1"]], [["yes", 1.5]], [["yes", True]], [["yes", None]],
        ["yes", 50], [{"var": "email"}], [None, ["yes", 1]], [["stranger", 1]], [[None, 1]],
        [["yes", 2**31]], [{"var": "email"}, "yes"], [["yes", 1], {"var": "items"}],
        [["yes", 1], [["no"], 1]], [[{"a": 1, "b": 2}, 1]],
    ))}  # fmt: skip


def attributes(rng: random.Random, *, odd: bool = True) -> dict[str, Json]:
    """Attributes that splits ask for, now and then without one, or with an `odd` one."""
    name = f"{v.user(rng)}@example.com"
    drawn = {
        "email": name,
        "nested": {"email": name},
        "items": [name],
        "tier": rng.choice(("gold", "silver")),
        "weight": rng.choice((0, 10, 50, -3)),
        "number": rng.choice((rng.randrange(10**6), rng.random(), float(rng.randrange(100)))),
    }
    for key in list(drawn):
        chance = rng.random()
        if chance < 0.04:
            del drawn[key]
        elif chance < 0.09 and odd:
            drawn[key] = rng.choice((v.odd_value(rng), v.any_value(rng)))
    return drawn
