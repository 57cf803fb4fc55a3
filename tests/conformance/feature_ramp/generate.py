"""Random Redis keys of feature_ramp, and identifiers."""

from __future__ import annotations

import json
import random
from typing import Any

Json = Any
FEATURES = ("checkout_v2", "a.b", "search", "new nav", "fête", "x")
GROUPS = ("payments", "ops", "équipe")
IDENTIFIERS: tuple[Json, ...] = (
    "jeff", "alice@example.com", "12345", "3", "4", "u5", "é", "", 3, 4, 42, 12345, -1, 2**40, 3.5,
    True, "True",
)  # fmt: skip
PERCENTAGES: tuple[Json, ...] = (
    0,
    1,
    5,
    20,
    21,
    50,
    50,
    58,
    59,
    80,
    99,
    100,
    50.9,
    "50",
    None,
    True,
)


def document(rng: random.Random, form: str = "text") -> dict[str, Json]:
    """Redis keys with their values, as text or parsed."""
    keys: dict[str, Json] = {}
    for name in rng.sample(FEATURES, rng.randint(1, 4)):
        stored: dict[str, Json] = {}
        if rng.random() < 0.9:
            stored["percentage"] = rng.choice(PERCENTAGES)
        for field in ("whitelist", "blacklist"):
            if rng.random() < 0.8:
                stored[field] = [rng.choice(IDENTIFIERS) for _ in range(rng.choice((0, 0, 1, 3)))]
        keys[f"feature.1.{name}"] = json.dumps(stored) if form == "text" else stored
    keys["feature.active_features"] = sorted(keys)
    return keys


def options(rng: random.Random, keys: dict[str, Json]) -> dict[str, Json]:
    """What the program gave beside what is stored. The attribute `id` keeps its type."""
    names = [key.removeprefix("feature.1.") for key in keys if key != "feature.active_features"]
    groups = {name: rng.choice(GROUPS) for name in names if rng.random() < 0.3}
    return {"by": "id", "groups": groups, "default_percentage": rng.choice((0, 30))}


def questions(rng: random.Random) -> list[Json]:
    return [rng.choice(IDENTIFIERS) if rng.random() < 0.5 else f"user-{rng.randint(0, 9999)}"
            for _ in range(12)]  # fmt: skip
