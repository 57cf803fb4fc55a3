"""Documents with garbage in them that the SDK loads all the same: every answer is equal."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

from tests.conformance.differential import identical
from tests.conformance.launchdarkly.vendor import oracle_of
from tests.unit.dialects.launchdarkly.garbage import DOCUMENT, GARBAGE, places

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.launchdarkly import DIALECT
from yardarm.dialects.launchdarkly.read import read
from yardarm.dialects.launchdarkly.write import write
from yardarm.errors import DocumentError

Json = Any

CONTEXTS: tuple[Json, ...] = (
    {"kind": "user", "key": "a"},
    {"kind": "user", "key": "zz", "a": {"b": "y"}, "v": "1.9", "m": "abc"},
    {"kind": "multi", "user": {"key": "q", "a": {"b": "x"}, "v": "9"}, "org": {"key": "o"}},
    {"kind": "org", "key": "b"},
)
WORDS: tuple[Json, ...] = (
    *GARBAGE,
    "user", "org", "multi", "kind", "key", "anonymous", "s", "t", "segmentMatch", "in", "/a/b",
    "/a~", "experiment", 50_000, 100_000, 2, ["s"], ["t", 1], [True], -5, "name",
)  # fmt: skip


def mutated(rng: random.Random) -> Json:
    document = deepcopy(DOCUMENT)
    for _ in range(rng.randint(1, 5)):
        everywhere = list(places(document))
        if not everywhere:
            break
        container, name = rng.choice(everywhere)
        roll = rng.random()
        if roll < 0.15 and isinstance(container, dict):
            del container[name]
        elif roll < 0.2 and isinstance(container, list):
            container.append(deepcopy(rng.choice(container)))
        else:
            container[name] = deepcopy(rng.choice(WORDS))
    return document


def test_what_the_sdk_loads_answers_alike() -> None:
    rng = random.Random(20261203)
    loaded = 0
    for _ in range(8_000):
        document = mutated(rng)
        try:
            oracle = oracle_of(document)
            ours = DIALECT.evaluation(document, {}) if DIALECT.evaluation else None
        except DocumentError:
            continue
        assert ours is not None
        loaded += 1
        for flag in ("f", "g", "good"):
            for context in CONTEXTS:
                expected = oracle.answer(flag, context)
                found = ours.answer(Asked(flag, context), Ambient.at(None)).vendor
                assert identical(expected, found), (document, flag, context, expected, found)
        assert write(read(document, {}).document, {}).document == document
    assert loaded > 700
