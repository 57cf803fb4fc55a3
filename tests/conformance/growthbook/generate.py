"""Random questions to GrowthBook: drills about one thing each, and whole documents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.growthbook import draw, drills, odd, units
from tests.conformance.question import Question

Json = Any

ONE_SIDED = {
    f"{way}:{sign}": "what is no list has no length and no elements"
    for way in ("missing", "wrong type")
    for sign in draw.ARRAYS
}
"""Cells that can come out one way only, and why."""
ONE_SIDED |= {
    "wrong type:$eq": "no two lists or objects are equal",
    "wrong type:$ne": "no two lists or objects are equal",
}

PARTS: dict[str, Callable[[], Iterator[drills.Make]]] = {
    "operators 1": lambda: drills.operators(0),
    "operators 2": lambda: drills.operators(1),
    "operators 3": lambda: drills.operators(2),
    "operators 4": lambda: drills.operators(3),
    "conditions": drills.conditions,
    "rules": units.rules,
    "odd": odd.odd,
}
"""What drills are about; `whole` beside them is about whole documents."""


def questions(rng: random.Random, part: str = "all") -> Iterator[Question]:
    """Endless questions of one part, or of all parts in turn."""
    makers = {name: list(make()) for name, make in PARTS.items()}
    parts = (*PARTS, "whole") if part == "all" else (part,)
    turn = 0
    while True:
        for name in parts:
            if name == "whole":
                yield from _whole(rng)
                continue
            made = makers[name][turn % len(makers[name])](rng)
            options = {} if made.experiment is None else {"experiment": made.experiment}
            for context, cells in made.contexts:
                yield Question(made.document, made.flag, context, cells, options)
        turn += 1


def hit(question: Question, answer: Json) -> bool:
    """Whether what the cells name came out true: the feature is on, the user in the experiment."""
    if question.flag is None and answer["experimentResult"]:
        return bool(answer["experimentResult"]["inExperiment"])
    return bool(answer["on"])


def _whole(rng: random.Random) -> Iterator[Question]:
    """A document of several features that ask each other and share groups."""
    groups: Json = {
        "g1": [draw.scalar(rng) for _ in range(4)],
        "g2": {"type": "list", "attributeKey": "country", "values": ["NL", "BE"]},
        "g3": {"type": "condition", "condition": _condition(rng, 1)},
    }
    keys = [f"flag-{index}" for index in range(rng.choice((2, 4, 6)))]
    features = {key: _feature(rng, keys[:index]) for index, key in enumerate(keys)}
    document = {"features": features, "savedGroups": groups}
    for context, _ in units.people(rng, count=6):
        attributes = context["attributes"]
        attributes |= {"age": rng.choice((17, 18, "30", 65)), "tags": draw.array(rng)}
        attributes |= {"version": rng.choice(draw.VERSIONS), "a": draw.value(rng)}
        if rng.random() < 0.1:
            context["forcedVariations"] = {rng.choice(keys): rng.choice((0, 1, 2))}
        if rng.random() < 0.1:
            context["url"] = f"https://example.com/?{rng.choice(keys)}=1"
        yield Question(document, rng.choice(keys), context, ("whole document",))


def _feature(rng: random.Random, others: list[str]) -> Json:
    values = rng.choice(
        (
            [True, False],
            ["a", "b", "c"],
            [0, 1, 2],
            [1.5, 2],
            [{"x": 1}, []],
            [None, "a", 0],
        )
    )
    rules = []
    for index in range(rng.choice((0, 1, 2, 3, 4))):
        rule: Json = {} if rng.random() < 0.5 else {"id": f"fr_{index}"}
        if rng.random() < 0.5:
            rule["condition"] = _condition(rng, 0)
        if others and rng.random() < 0.3:
            value = rng.choice((*values, {"$exists": True}, {"$ne": values[0]}))
            rule["parentConditions"] = [
                {
                    "id": rng.choice(others),
                    "condition": {"value": value},
                    "gate": rng.random() < 0.3,
                }
            ]
        if rng.random() < 0.5:
            rule |= units.placed(rng) | {"force": rng.choice(values)}
            if rng.random() < 0.6:
                rule["coverage"] = units.share(rng)
        else:
            made = units.experiment(rng)
            made["variations"] = [rng.choice(values) for _ in made["variations"]]
            rule |= made
        rules.append(rule)
    feature: Json = {"rules": rules}
    if rng.random() < 0.9:
        feature["defaultValue"] = rng.choice(values)
    return feature


def _condition(rng: random.Random, depth: int) -> Json:
    roll = rng.random()
    if depth < 3 and roll < 0.25:
        parts = [_condition(rng, depth + 1) for _ in range(rng.choice((1, 2, 3)))]
        return {rng.choice(("$and", "$or", "$nor")): parts}
    if depth < 3 and roll < 0.32:
        return {"$not": _condition(rng, depth + 1)}
    if depth == 0 and roll < 0.4:
        return {"$savedGroup": {"id": rng.choice(("g1", "g2", "g3", "none"))}}
    return rng.choice(
        (
            {"country": {"$in": ["NL", "US"]}},
            {"country": "NL"},
            {"age": {"$gte": 18}},
            {"id": {"$inGroup": "g1"}},
            {"tags": {"$elemMatch": {"$eq": "a"}}},
            {"a": draw.scalar(rng)},
            {"version": {"$vgte": "1.2.3"}},
            {"a": {"$exists": True}, "age": {"$lt": 65}},
            {"company": {"$regex": "^user-[0-4]"}},
            {"tags": {"$size": {"$gt": 1}}},
        )
    )
