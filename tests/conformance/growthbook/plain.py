"""Documents as GrowthBook's application makes them, and attributes of the types they expect."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

Json = Any

COUNTRIES = ("NL", "BE", "US", "DE")


def questions(rng: random.Random) -> Iterator[Question]:
    """Endless questions, six for each document."""
    while True:
        keys = [f"feature-{index}" for index in range(4)]
        features = {key: _feature(rng, key, keys[:index]) for index, key in enumerate(keys)}
        groups = {"staff": [f"user-{rng.randrange(60)}" for _ in range(20)]}
        document = {"features": features, "savedGroups": groups}
        for _ in range(6):
            attributes = {
                "id": f"user-{rng.randrange(60)}",
                "country": rng.choice(COUNTRIES),
                "age": rng.randrange(10, 90),
                "premium": rng.random() < 0.5,
                "tags": rng.sample(("a", "b", "c"), rng.randrange(4)),
                "version": f"{rng.randrange(3)}.{rng.randrange(12)}.0",
            }
            yield Question(document, rng.choice(keys), {"attributes": attributes})


def _feature(rng: random.Random, key: str, others: list[str]) -> Json:
    values: list[Json] = rng.choice(([False, True], ["red", "green", "blue"], [0, 10, 20]))
    rules: list[Json] = []
    for index in range(rng.randrange(4)):
        rule: Json = {"id": f"fr_{key}_{index}"}
        if rng.random() < 0.6:
            rule["condition"] = _condition(rng)
        if others and rng.random() < 0.3:
            parent = {"id": rng.choice(others), "condition": {"value": {"$ne": None}}}
            rule["parentConditions"] = [parent | {"gate": rng.random() < 0.5}]
        if rng.random() < 0.5:
            rule["force"] = rng.choice(values)
            if rng.random() < 0.5:
                rule |= {"coverage": 0.55, "hashAttribute": "id"}
        else:
            rule |= {
                "key": f"exp-{index}",
                "seed": f"seed-{rng.randrange(9)}",
                "hashAttribute": "id",
                "hashVersion": rng.choice((1, 2)),
                "variations": values,
                "weights": [round(1 / len(values), 4)] * len(values),
                "coverage": rng.choice((1, 0.8, 0.35)),
                "meta": [{"key": str(i), "name": f"Arm {i}"} for i in range(len(values))],
                "phase": "0",
                "name": f"Experiment {index}",
            }
            if rng.random() < 0.3:
                rule["filters"] = [
                    {"seed": "ns", "attribute": "id", "hashVersion": 2, "ranges": [[0.2, 0.9]]}
                ]
        rules.append(rule)
    return {"defaultValue": values[0], "rules": rules}


def _condition(rng: random.Random) -> Json:
    return rng.choice(
        (
            {"country": {"$in": ["NL", "BE"]}},
            {"country": {"$nin": ["US"]}},
            {"country": "NL", "age": {"$gte": 18}},
            {"age": {"$lt": 40, "$gt": 12}},
            {"premium": True},
            {"tags": {"$elemMatch": {"$eq": "a"}}},
            {"tags": {"$size": {"$gt": 1}}},
            {"tags": {"$all": ["a", "b"]}},
            {"id": {"$inGroup": "staff"}},
            {"id": {"$notInGroup": "staff"}},
            {"id": {"$regex": "^user-[1-3]"}},
            {"version": {"$vgte": "1.5.0"}},
            {"$or": [{"country": "DE"}, {"premium": False}]},
            {"$not": {"country": {"$ini": ["nl", "us"]}}},
        )
    )
