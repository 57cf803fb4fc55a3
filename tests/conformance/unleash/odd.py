"""Drills of what no client sends and no server says: odd contexts, names twice, many of a kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.conformance.unleash import parts

Json = Any
Asked = tuple[Json, list[tuple[Json, tuple[str, ...]]]]

ASKED = 6


def _nested(depth: int) -> Json:
    made: Json = "a"
    for _ in range(depth):
        made = [made]
    return made


UNREADABLE: tuple[Json, ...] = (
    [], ["a"], "a", "", 5, 0, True, False, [{"p": "a"}], {"p": "\ud800"}, {"\udfff": "a"},
    {"properties": {"p": "a", "q": "\ud800"}}, {"p": float("inf")}, {"properties": []},
    {"properties": {"p": "a", "q": float("nan")}}, {"properties": "p"}, {"properties": 5},
    {"p": "a", "properties": {"q": _nested(126)}}, {"p": "a", "q": _nested(125)},
    {"p": "a", "q": _nested(127)}, {"p": "a", "q": _nested(124)}, {"p": "a", "userId": []},
    {"p": "a", "userId": {"x": 1}}, {"p": "a", "userId": 5}, {"p": "a", "sessionId": True},
    {"p": "a", "currentTime": {}}, {"p": "a", "q": {"x": [None, {"y": 1.5}]}},
    {"p": "a", "q": 10**400}, {"p": "a", "properties": {"p": "b"}},
    {"properties": {"p": 10**400}}, {"properties": {"properties": "a", "p": "a"}},
    {"p": "a", "environment": None, "properties": None}, {"p": ["a"], "properties": {"p": "a"}},
    {"properties": [["p", "a"]]}, {"properties": ["pa"]}, [["p", "a"]], ["pa"], {"properties": ""},
    {"properties": [["p"]]}, {"properties": [[["p"], "a"]]}, {"properties": [[1, 2], ["p", "a"]]},
    [[None, "a"], ["p", "a"]], [["properties", {"p": "a"}]],
    {"p": "a", "properties": [["q", [1, None]]]},
)  # fmt: skip


def contexts(rng: random.Random) -> Asked:
    """Contexts that the engine cannot read, beside those that only look so."""
    wanted = parts.constraint("p", "IN", {"values": ["a"]}, invert=rng.random() < 0.5)
    made = [parts.strategy(wanted)] if rng.random() < 0.8 else []
    document = parts.document([parts.toggle("f", made)])
    asked = [rng.choice((rng.choice(UNREADABLE), {"p": "a"})) for _ in range(ASKED)]
    return document, [(context, ("odd context",)) for context in asked]


def twice(rng: random.Random) -> Asked:
    """Toggles and segments of one name, and toggles that are not there."""
    toggles = [_about(rng, "f") for _ in range(rng.choice((0, 1, 2, 3)))]
    toggles.append(_about(rng, "g"))
    rng.shuffle(toggles)
    segments = [
        {"id": rng.choice((1, 1, 2)), "constraints": [_condition(rng)]}
        for _ in range(rng.choice((1, 2, 3)))
    ]
    document = parts.document(toggles, segments)
    return document, [
        (parts.context("p", rng.choice("ab")), ("names twice",)) for _ in range(ASKED)
    ]


def _about(rng: random.Random, name: str) -> Json:
    made = parts.strategy(
        _condition(rng), **rng.choice(({}, {"segments": [1]}, {"segments": [1, 2]}))
    )
    return parts.toggle(name, [made], **rng.choice(({}, {}, {"dependencies": [{"feature": "g"}]})))


def _condition(rng: random.Random) -> Json:
    return parts.constraint("p", "IN", {"values": rng.choice((["a"], ["a", "b"], ["b"]))})


def many(rng: random.Random) -> Asked:
    """More of a kind than anybody has."""
    count = rng.choice((20, 21, 30, 60))
    sort = rng.choice(("strategies", "parent", "parent", "dependencies", "overrides"))
    wanted = [parts.constraint("p", "IN", {"values": [str(number)]}) for number in range(count)]
    rollouts = [parts.rollout("50", "userId", None, constraints=[one]) for one in wanted]
    if sort == "strategies":
        toggles = [parts.toggle("f", [parts.strategy(one) for one in wanted])]
    elif sort == "parent":
        asked_for = {"variants": ["x"]}
        need = {"feature": "parent"} | rng.choice((
            {}, {"enabled": False}, asked_for, {**asked_for, "enabled": False},
        ))  # fmt: skip
        shown = [parts.variant("x", 1, stickiness="userId"), parts.variant("y", 1)]
        child = parts.toggle("f", [parts.strategy()], dependencies=[need])
        toggles = [child, parts.toggle("parent", rollouts, variants=rng.choice((None, shown)))]
    elif sort == "dependencies":
        needs = [{"feature": f"g{number}"} for number in range(count)]
        toggles = [parts.toggle("f", [parts.strategy()], dependencies=needs)]
        on = {"enabled": rng.random() < 0.98}
        toggles += [
            parts.toggle(f"g{number}", [parts.strategy()]) | (on if number == 3 else {})
            for number in range(count)
        ]
    else:
        over = [{"contextName": "p", "values": [str(number)]} for number in range(count)]
        shown = [parts.variant("miss", 1), parts.variant("hit", 0, overrides=over)]
        toggles = [parts.toggle("f", rollouts[:3], variants=shown)]
    document = parts.document(toggles)
    return document, [
        (
            {"userId": f"u{rng.randrange(99)}", "p": str(rng.randrange(count + 3))},
            ("many of a kind",),
        )
        for _ in range(ASKED)
    ]


DRILLS: tuple[tuple[Callable[[random.Random], Asked], int], ...] = (
    (contexts, 3), (twice, 3), (many, 2),
)  # fmt: skip
