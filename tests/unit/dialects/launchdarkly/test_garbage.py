"""Whatever stands anywhere in a document: no exception, and the neighbours work."""

from __future__ import annotations

import random
from copy import deepcopy
from time import perf_counter
from typing import Any

import pytest
from tests.unit.dialects.launchdarkly.garbage import CONTEXTS, DOCUMENT, GARBAGE, GOOD, places

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.launchdarkly import DIALECT
from yardarm.dialects.launchdarkly.read import read
from yardarm.dialects.launchdarkly.write import write
from yardarm.errors import DocumentError

Json = Any


def answers(document: Json) -> None:
    """Ask everything of the document, and write it again."""
    try:
        reading = read(document, {})
    except DocumentError:
        return
    write(reading.document, {})
    assert DIALECT.evaluation is not None
    made = DIALECT.evaluation(document, {})
    for key in ("f", "good"):
        for context in CONTEXTS:
            vendor = made.answer(Asked(key, context), Ambient.at(None)).vendor
            assert set(vendor) == {"value", "variationIndex", "reason"}


def test_garbage_in_one_place() -> None:
    for at in range(sum(1 for _ in places(DOCUMENT))):
        for garbage in GARBAGE:
            document = deepcopy(DOCUMENT)
            container, name = list(places(document))[at]
            container[name] = deepcopy(garbage)
            answers(document)
            flags = document["flags"]
            if isinstance(flags, dict) and flags.get("good") == GOOD:
                assert read(document, {}).document.flags["good"].enabled


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


@pytest.mark.parametrize("document", [None, 1, "x", [], {}, {"a": 1}, {"data": []}])
def test_what_is_no_document(document: Json) -> None:
    with pytest.raises(DocumentError):
        read(document, {})


def test_a_bad_flag_leaves_its_neighbours_alone() -> None:
    document = deepcopy(DOCUMENT)
    document["flags"]["g"]["rules"] = [{"clauses": [{"op": 5}]}]
    reading = read(document, {})
    assert set(reading.document.flags) == {"f", "good"}
    losses = [loss for loss in reading.losses if loss.flag == "g"]
    assert [loss.pointer for loss in losses] == ["/flags/g/rules/0/clauses/0/op"]
    assert losses[0].message == "expected text, found an integer"
    assert losses[0].kind == "malformed"


def test_a_bad_segment_has_no_members() -> None:
    document = deepcopy(DOCUMENT)
    document["segments"]["s"]["included"] = [5]
    reading = read(document, {})
    assert set(reading.document.segments) == {"t"}
    pointers = [loss.pointer for loss in reading.losses]
    assert "/segments/s/included/0" in pointers
    assert "/segments/t/rules/0/clauses/0/values/0" in pointers


@pytest.mark.timeout(30)
def test_size_and_depth_are_no_obstacle() -> None:
    deep: Json = []
    for _ in range(100_000):
        deep = [deep]
    keys = [f"user-{number}" for number in range(200_000)]
    chain = {
        f"c{number}": {
            "key": f"c{number}", "version": 1, "on": True, "variations": [1, 2],
            "fallthrough": {"variation": 0},
            "prerequisites": [{"key": f"c{number + 1}", "variation": 0}],
        }
        for number in range(20_000)
    }  # fmt: skip
    flags = {
        "good": GOOD,
        "deep": {**GOOD, "key": "deep", "variations": [deep, 1], "extra": deep},
        "wide": {**GOOD, "key": "wide", "targets": [{"variation": 0, "values": keys}] * 3},
        **chain,
    }
    circle = {
        f"s{number}": {
            "key": f"s{number}", "version": 1,
            "rules": [{"clauses": [{"attribute": "", "op": "segmentMatch",
                                    "values": [f"s{(number + 1) % 5_000}"]}]}],
        }
        for number in range(5_000)
    }  # fmt: skip
    before = perf_counter()
    assert DIALECT.evaluation is not None
    made = DIALECT.evaluation({"flags": flags, "segments": circle}, {})
    for key in ("good", "deep", "wide", "c0", "c19990"):
        made.answer(Asked(key, {"kind": "user", "key": "user-7"}), Ambient.at(None))
    assert perf_counter() - before < 20
