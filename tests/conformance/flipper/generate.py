"""Random items of flipper-client, and keyword arguments."""

from __future__ import annotations

import json
import random
from typing import Any

Json = Any
NUMBERS: tuple[Json, ...] = (0, 1, 2, 5, 7, 10, 1.0, 5.5, -1, True)
TEXTS = ("a", "b", "alice@example.com", "1", "5", "", "é", "zz")
PLANS = (["pro", "team"], ["free"], "pro,team", [1, 2, "1"], [True], [])
OPERATORS = (None, "gt", "gte", "lt", "lte", "ne", "in", "not_in")
PERCENTAGES = (0, 0.0, 0.01, 0.1, 0.33, 0.42, 0.47, 0.48, 0.5, 0.94, 0.99, 1, 1.0)
WHITELISTS = (
    ["user_id"],
    ["user_id"],
    ["email"],
    ["email", "user_id"],
    ["plan", "user_id", "email"],
)
NOW = 1_795_000_000


def items(rng: random.Random) -> dict[str, Json]:
    return {f"flag-{number}": item(rng, f"flag-{number}") for number in range(rng.randint(1, 4))}


def item(rng: random.Random, name: str) -> Json:
    meta: dict[str, Json] = {"client_data": {"owner": "x"}, "created_date": NOW}
    meta["conditions"] = [condition(rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    meta["bucketer"] = bucketer(rng)
    return {"feature_name": name, "is_enabled": rng.random() < 0.92, "meta": meta}


def condition(rng: random.Random) -> Json:
    found: dict[str, list[Json]] = {}
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(("number", "plan", "email"))
        operator = rng.choice(OPERATORS)
        if operator in ("in", "not_in"):
            value: Json = rng.choice(PLANS)
        else:
            value = rng.choice(NUMBERS if name == "number" else TEXTS)
        found.setdefault(name, []).append({"variable": name, "value": value, "operator": operator})
    return found


def bucketer(rng: random.Random) -> Json:
    roll = rng.random()
    if roll < 0.35:
        return {"type": "NoOpBucketer"}
    percentage: Json = {"type": "Percentage", "value": rng.choice(PERCENTAGES)}
    if rng.random() < 0.3:
        initial, final = rng.choice(((0.0, 1.0), (0.1, 0.2), (0.25, 0.25), (0.5, 0.2), (0.0, 0.07)))
        percentage = {
            "type": "LinearRampPercentage", "initial_value": initial, "final_value": final,
            "ramp_duration": rng.choice((0, 100, 3600, 86400)),
            "initial_time": NOW + rng.choice((-90000, -3000, -60, -7, 0, 50)),
        }  # fmt: skip
    if roll < 0.45:
        value = rng.choice((0, 0.0, 1, 1.0))
        return {"type": "PercentageBucketer", "percentage": {"type": "Percentage", "value": value}}
    return {
        "type": "ConsistentHashPercentageBucketer",
        "percentage": percentage,
        "key_whitelist": rng.choice(WHITELISTS),
    }


def arguments(rng: random.Random) -> dict[str, Json]:
    """Keyword arguments; often none at all."""
    found: dict[str, Json] = {}
    if rng.random() < 0.1:
        return found
    if rng.random() < 0.7:
        found["user_id"] = rng.choice((1, 2, 3, 17, "1", "user-1", rng.randint(0, 99999)))
    if rng.random() < 0.5:
        found["email"] = rng.choice(TEXTS)
    if rng.random() < 0.5:
        found["number"] = rng.choice(NUMBERS)
    if rng.random() < 0.5:
        found["plan"] = rng.choice(("pro", "team", "free", 1, "x", True))
    return found


def stored(made: dict[str, Json], form: str) -> Json:
    if form == "redis":
        return {f"features/{name}": json.dumps(value) for name, value in made.items()}
    return list(made.values()) if form == "list" else made
