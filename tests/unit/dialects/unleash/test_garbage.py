"""Whatever stands anywhere in a document: no exception, and the neighbours work."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from time import perf_counter
from typing import Any

import pytest
from tests.conformance.unleash import parts

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.unleash import DIALECT
from yardarm.dialects.unleash.read import read
from yardarm.dialects.unleash.write import write
from yardarm.errors import DocumentError

Json = Any

_CONSTRAINTS = [
    parts.constraint("p", "IN", {"values": ["a"]}, invert=True),
    parts.constraint("userId", "NUM_GT", {"value": "5"}),
    parts.constraint("currentTime", "DATE_AFTER", {"value": "2022-06-01T00:00:00Z"}),
    parts.constraint("q", "REGEX", {"value": "^a"}, fold=True),
]
_VARIANTS = [
    parts.variant("a", 1, stickiness="userId", payload={"type": "json", "value": "[1]"}),
    parts.variant("b", 1, overrides=[{"contextName": "p", "values": ["b"]}]),
]
_GOOD = parts.toggle("good", [parts.strategy()])
DOCUMENT: Json = parts.document(
    [
        parts.toggle(
            "f",
            [
                parts.strategy(*_CONSTRAINTS, segments=[1], sortOrder=1),
                parts.rollout("50", "default", "g", variants=_VARIANTS[:1]),
                parts.strategy(name="remoteAddress", parameters={"IPs": "10.0.0.0/8"}),
                parts.strategy(name="userWithId", parameters={"userIds": "a,b"}),
            ],
            variants=_VARIANTS, description="d", createdAt="2022-06-01T00:00:00Z", stale=False,
            dependencies=[{"feature": "g", "enabled": False, "variants": ["a"]}],
        ),
        parts.toggle("g", [parts.rollout("5", None, None)], variants=_VARIANTS),
        _GOOD,
    ],
    [{"id": 1, "name": "s", "constraints": _CONSTRAINTS[:2]}],
)  # fmt: skip
GARBAGE: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 10**400, float("inf"), "", "x", "/", "f", "g", "\ud800",
    [], {}, [[]], [{}], {"a": 1}, [None], ["s", "s"], [1, "a", {}], {"feature": "f"}, 'a"', "a\\",
    {"name": "x"}, {"type": "json", "value": "["}, "a" * 3_000, "(" * 500, "5 or true",
)  # fmt: skip
CONTEXTS: tuple[Json, ...] = (
    {"userId": "7", "properties": {"p": "a", "q": "A"}}, None, {}, {"userId": ["x"]}, [1],
    {"properties": {"key": 5, "kind": "b"}, "remoteAddress": "10.1.1.1", "currentTime": "now"},
)  # fmt: skip


def places(value: Json) -> Iterator[tuple[Json, Any]]:
    """Every place in a JSON value: its container and its name or index there."""
    names = list(value) if isinstance(value, dict) else range(len(value))
    for name in names:
        yield value, name
        if isinstance(value[name], dict | list):
            yield from places(value[name])


def answers(document: Json) -> None:
    """Ask everything of the document, and write it again."""
    try:
        reading = read(document, {})
    except DocumentError:
        return
    write(reading.document, {})
    assert DIALECT.evaluation is not None
    made = DIALECT.evaluation(document, {})
    for key in ("f", "g", "good", "nowhere", None):
        for context in CONTEXTS:
            vendor = made.answer(Asked(key, context), Ambient.at(None)).vendor
            assert key is None or set(vendor) == {"enabled", "variant"}


def test_garbage_in_one_place() -> None:
    for at in range(sum(1 for _ in places(DOCUMENT))):
        for garbage in GARBAGE[at % 4 :: 4]:
            document = deepcopy(DOCUMENT)
            container, name = list(places(document))[at]
            container[name] = deepcopy(garbage)
            answers(document)
            toggles = document.get("features")
            if isinstance(toggles, list) and toggles[-1:] == [_GOOD]:
                assert read(document, {}).document.flags["good"].default == "off"


@pytest.mark.parametrize("seed", range(300))
def test_garbage_in_several_places(seed: int) -> None:
    rng = random.Random(seed)
    document = deepcopy(DOCUMENT)
    for _ in range(rng.randint(1, 8)):
        container, name = rng.choice(list(places(document)))
        if rng.random() < 0.2 and isinstance(container, dict):
            del container[name]
        else:
            container[name] = deepcopy(rng.choice(GARBAGE))
        if not document:
            return
    answers(document)
    answers({"events": [{"type": "hydration", "eventId": 1, "segments": [], **document}]})


@pytest.mark.timeout(60)
def test_size_and_depth_are_no_obstacle() -> None:
    deep: Json = []
    for _ in range(100_000):
        deep = [deep]
    ids = [f"user-{number}" for number in range(200_000)]
    listed = parts.strategy(name="userWithId", parameters={"userIds": ",".join(ids)})
    many = parts.strategy(parts.constraint("userId", "IN", {"values": ids}))
    overrides = [{"contextName": "p", "values": [str(n)]} for n in range(5_000)]
    toggles = [
        _GOOD,
        parts.toggle("deep", [parts.strategy()], extra=deep),
        parts.toggle("listed", [listed]),
        parts.toggle("many", [many]),
        parts.toggle("long", [parts.strategy()] * 100_000),
        parts.toggle("wide", [parts.strategy()] * 500,
                     variants=[parts.variant("a", 1, overrides=overrides)]),
        parts.toggle("payload", [], variants=[
            parts.variant("a", 1, payload={"type": "json", "value": "[" * 100_000})]),
        parts.toggle("asks", [], dependencies=[{"feature": "groupless"}] * 300),
        parts.toggle("asks less", [], dependencies=[{"feature": "groupless"}] * 100),
        parts.toggle("groupless", [parts.rollout("5", None, None)] * 20),
        *(parts.toggle(f"c{n}", [], dependencies=[{"feature": f"c{n + 1}"}]) for n in range(5_000)),
        parts.toggle("circle", [], dependencies=[{"feature": "circle"}]),
    ]  # fmt: skip
    before = perf_counter()
    assert DIALECT.evaluation is not None
    document = parts.document(toggles)
    made = DIALECT.evaluation(document, {})
    for toggle in toggles[:10] + toggles[-3:]:
        made.answer(Asked(toggle["name"], {"userId": "user-7"}), Ambient.at(None))
    enabled = made.answer(Asked("listed", {"userId": "user-7"}), Ambient.at(None)).vendor["enabled"]
    assert enabled is True
    left_out = {loss.flag for loss in read(document, {}).losses if "left out" in loss.effect}
    assert left_out == {"long", "wide", "asks"}
    assert perf_counter() - before < 30


@pytest.mark.timeout(60)
def test_a_context_of_any_depth() -> None:
    deep: Json = "x"
    for _ in range(50_000):
        deep = {"a": deep}
    assert DIALECT.evaluation is not None
    made = DIALECT.evaluation(DOCUMENT, {})
    answer = made.answer(Asked("good", {"p": deep}), Ambient.at(None))
    assert answer.vendor["enabled"] is False
    assert answer.decision is not None
    assert answer.decision.error == "INVALID_CONTEXT"
