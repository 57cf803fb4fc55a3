"""Whole random documents: several flags and segments that refer to each other anyhow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

from .drills import document, flag, segment
from .parts import BAD_REFERENCES, keys
from .places import PLACES, USER_KEYS, extras
from .values import OPERATORS, asked, pick

Json = Any

FLAGS = ("f", "g", "h", "i", "j")
SEGMENTS = ("s", "t", "u", "v")
VARIATIONS: tuple[list[Json], ...] = (
    [True, False], ["a", "b", "c"], [1, 2.5, 3], [{"a": [1, None]}, [], None], ["x", 1, None, True],
)  # fmt: skip
PER_DOCUMENT = 25


def whole_questions(rng: random.Random) -> Iterator[Question]:
    """Questions about every flag of one document."""
    values: list[Json] = []
    flags = [_flag(rng, key, values) for key in FLAGS]
    segments = [_segment(rng, key, values) for key in SEGMENTS]
    made = document(flags, segments)
    for part, names in (("flags", FLAGS), ("segments", SEGMENTS)):
        if rng.random() < 0.1:
            made[part][rng.choice(names)]["key"] = rng.choice((*names, "else"))
    for _ in range(PER_DOCUMENT):
        yield Question(made, rng.choice(FLAGS), _context(rng, values), ("whole",))


def _flag(rng: random.Random, key: str, values: list[Json]) -> Json:
    variations = rng.choice(VARIATIONS)
    made = flag(key, variations=variations, on=rng.random() < 0.92)
    made["offVariation"] = rng.choice((0, 1, 1, None))
    made["fallthrough"] = _served(rng, len(variations))
    made["prerequisites"] = [
        {"key": rng.choice(FLAGS), "variation": rng.choice((0, 1))}
        for _ in range(rng.choice((0, 0, 0, 1, 2)))
    ]
    made["targets"] = [
        {"variation": rng.choice((0, 1)), "values": keys(rng)} for _ in range(rng.choice((0, 0, 1)))
    ]
    if rng.random() < 0.2:
        kinds = ("user", "org")
        made["contextTargets"] = [
            {"contextKind": rng.choice(kinds), "variation": rng.choice((0, 1)), "values": keys(rng)}
            for _ in range(2)
        ]
    made["rules"] = [
        {"id": f"r{number}", **_served(rng, len(variations)), "clauses": _clauses(rng, values)}
        for number in range(rng.choice((0, 1, 2, 4)))
    ]
    for item in made["rules"]:
        if rng.random() < 0.1:
            del item["id"]
    return made


def _served(rng: random.Random, count: int) -> Json:
    if rng.random() < 0.6:
        index = int(rng.random() * count)
        return {"variation": index if index > 1 or rng.random() < 0.95 else bool(index)}
    weights = rng.choice(((50_000, 50_000), (20_000, 80_000), (99_999, 1), (10_000, 10_000)))
    arms: list[Json] = [
        {"variation": variation, "weight": weight} for variation, weight in enumerate(weights)
    ]
    out: Json = {"variations": arms}
    if rng.random() < 0.4:
        out["kind"] = "experiment"
        arms[-1]["untracked"] = rng.random() < 0.5
    if rng.random() < 0.3:
        out["seed"] = int(rng.random() * 1000)
    if rng.random() < 0.3:
        out["contextKind"] = rng.choice(("user", "org"))
    if rng.random() < 0.3:
        out["bucketBy"] = rng.choice(("attr", "/addr/city", "email"))
    return {"rollout": out}


def _clauses(rng: random.Random, values: list[Json]) -> list[Json]:
    return [_clause(rng, values) for _ in range(rng.choice((0, 1, 1, 2)))]


def _clause(rng: random.Random, values: list[Json]) -> Json:
    negate = rng.random() < 0.35
    if rng.random() < 0.3:
        chosen = [rng.choice((*SEGMENTS, "nowhere")) for _ in range(rng.choice((1, 2)))]
        return {"attribute": "", "op": "segmentMatch", "values": chosen, "negate": negate}
    place = rng.choice(PLACES)
    operator = rng.choice((*OPERATORS, "in", "in", "in"))
    wanted = asked(rng, operator)
    values += wanted
    out = {**place.clause, "op": operator, "values": wanted, "negate": negate}
    if rng.random() < 0.02:
        out |= {"contextKind": "user", "attribute": rng.choice(BAD_REFERENCES)}
    return out


def _segment(rng: random.Random, key: str, values: list[Json]) -> Json:
    made = segment(key)
    for name in ("included", "excluded"):
        if rng.random() < 0.4:
            made[name] = keys(rng)
    if rng.random() < 0.3:
        made["includedContexts"] = [{"contextKind": "org", "values": keys(rng)}]
    made["rules"] = [
        {"clauses": _clauses(rng, values), **_weighed(rng)} for _ in range(rng.choice((0, 1, 2)))
    ]
    if rng.random() < 0.1:
        made |= {"unbounded": True, "generation": rng.choice((None, 3))}
    return made


def _weighed(rng: random.Random) -> Json:
    if rng.random() < 0.6:
        return {}
    out: Json = {"weight": int(rng.random() * 100_000)}
    if rng.random() < 0.4:
        out["bucketBy"] = "attr"
    if rng.random() < 0.4:
        out["rolloutContextKind"] = rng.choice(("user", "org"))
    return out


def _context(rng: random.Random, values: list[Json]) -> Json:
    """Someone who holds values that the clauses ask for, in the places where they look."""
    kinds = rng.choice((("user",), ("user",), ("org",), ("user", "org")))
    parts: Json = {}
    for kind in kinds:
        held: Json = {"key": pick(rng, USER_KEYS), **extras(rng)}
        for place in PLACES:
            if place.kind == kind and values and rng.random() < 0.5:
                value = pick(rng, values)
                if not (place.path == ("email",) and not isinstance(value, str)):
                    _put(held, place.path, value)
        parts[kind] = held
    if len(kinds) > 1:
        return {"kind": "multi", **parts}
    if kinds == ("user",) and rng.random() < 0.2:
        held = parts["user"]
        return {"key": held["key"], "custom": {k: v for k, v in held.items() if k != "key"}}
    return {"kind": kinds[0], **parts[kinds[0]]}


def _put(held: Json, path: tuple[str, ...], value: Json) -> None:
    for name in path[:-1]:
        if not isinstance(held.get(name), dict):
            held[name] = {}
        held = held[name]
    held[path[-1]] = value
