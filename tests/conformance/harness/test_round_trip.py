"""What is read is written again as it was; what is written means the same to Harness's SDK."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from tests.conformance.harness import generate, natives, parts
from tests.conformance.harness.vendor import needs_sdk
from tests.oracle.generate import world

from yardarm.connect.vendors.harness import oracle
from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.dialects.base import Asked
from yardarm.dialects.harness import DIALECT

NOW = Ambient.at(None)


def _documents(seed: int, count: int) -> Iterator[tuple[Any, list[Any]]]:
    """Generated documents of Harness, each with the questions about it."""
    asked: list[Any] = []
    for question in islice(generate.questions(random.Random(seed)), count):
        if asked and asked[0].document is not question.document:
            yield asked[0].document, asked
            asked = []
        asked.append(question)


def _write(document: m.Document, **options: Any) -> Any:
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


def _answers(source: Any) -> Any:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation(source, {})


def _without_origins(document: m.Document) -> m.Document:
    return replace(
        document,
        flags={key: replace(flag, origin=None) for key, flag in document.flags.items()},
        segments={key: replace(each, origin=None) for key, each in document.segments.items()},
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_read_is_written_as_it_was(seed: int) -> None:
    for document, _ in _documents(seed, 4_000):
        kept = copy.deepcopy(document)
        assert _write(DIALECT.read(document, {}).document).document == kept


def test_the_rest_of_a_document_is_kept() -> None:
    document = {"flags": [parts.flag("f")], "segments": [], "generatedAt": 17, "etag": "x"}
    assert _write(DIALECT.read(document, {}).document).document == document


@pytest.mark.parametrize("seed", [3, 4])
def test_what_is_written_from_the_model_answers_alike(seed: int) -> None:
    """Without origins, so that nothing can be copied. Losses name the flags that may differ."""
    needs_sdk()
    compared = 0
    for document, asked in _documents(seed, 5_000):
        written = _write(_without_origins(DIALECT.read(document, {}).document))
        inexact = {loss.flag for loss in written.losses}
        before, after = oracle(document), oracle(written.document)
        assert not after.rejected
        again = _answers(written.document)
        for question in asked:
            # Clauses that never match break off there, and are not in the model.
            if question.flag in inexact or "raises:bare attributes" in question.cells:
                continue
            compared += 1
            expected = before.answer(question.flag, question.context)
            assert after.answer(question.flag, question.context) == expected
            found = again.answer(Asked(question.flag, question.context), NOW)
            assert found.vendor == expected
    assert compared > 4_000


def test_native_flags_agree_in_the_sdk() -> None:
    needs_sdk()
    flags = exact = 0
    for seed in range(150):
        rng = random.Random(seed)
        document = natives.document(rng)
        program, written = Program.of(document), _write(document)
        theirs = oracle(written.document)
        assert not theirs.rejected
        inexact = {loss.flag for loss in written.losses}
        for key in document.flags:
            flags += 1
            exact += key not in inexact
            for _ in range(0 if key in inexact else 6):
                context = natives.context(rng)
                expected = evaluate(program, key, context).variant
                found = theirs.answer(key, natives.target(context))
                assert found["variation"] == (expected or ""), (seed, key, context)
    assert exact > flags / 3


def test_any_native_document_is_written() -> None:
    """Whatever the model can say is written or stated as a loss, and loads."""
    needs_sdk()
    for seed in range(60):
        written = _write(world(random.Random(seed)).document)
        assert not oracle(written.document).rejected


# --- flags that were edited -----------------------------------------------------------------------


def _read_one(**more: Any) -> tuple[m.Document, Any]:
    clauses = [parts.clause("plan", "in", ["pro"])]
    clauses[0]["id"] = "5b1"
    rule = parts.rule(*clauses, serve={"variation": "on"})
    flag = parts.flag("f", rules=[rule], createdAt=5, **more)
    return DIALECT.read(parts.document([flag]), {}).document, flag


def test_an_edited_flag_keeps_what_the_model_does_not_hold() -> None:
    document, raw = _read_one()
    flag = replace(document.flags["f"], enabled=False)
    written = _write(replace(document, flags={"f": flag})).document["flags"][0]
    assert written["state"] == "off"
    assert written["createdAt"] == 5
    assert written["project"] == raw["project"]
    assert written["variations"] == raw["variations"]


def test_an_edited_value_is_written_anew() -> None:
    document, _ = _read_one(kind="int", variations=(("on", " 5 "), ("off", "7")))
    flag = document.flags["f"]
    variants = (replace(flag.variants[0], value=6), flag.variants[1])
    edited = replace(document, flags={"f": replace(flag, variants=variants)})
    written = _write(edited).document["flags"][0]
    assert [variation["value"] for variation in written["variations"]] == ["6", "7"]


def test_an_added_key_is_written_beside_the_targets_that_were_there() -> None:
    group = parts.group("g", included=("a",), excluded=("b",))
    document = DIALECT.read(parts.document([], [group]), {}).document
    segment = replace(document.segments["g"], included=(m.SegmentKeys(("a", "c")),))
    written = _write(replace(document, segments={"g": segment}), project="shop").document
    people = written["segments"][0]["included"]
    assert people[0] == group["included"][0]
    assert people[1]["identifier"] == "c"
    assert people[1]["project"] == "shop"


# --- garbage --------------------------------------------------------------------------------------

GARBAGE = (
    None, True, 0, -1, 1.5, float("nan"), 10**400, "", "x", "\ud800", [], {}, [[]], [None],
    {"a": 1}, [{}], "segmentMatch", ["g"], {"identifier": "g"},
)  # fmt: skip


def _spoil(rng: random.Random, value: Any, depth: int = 0) -> Any:
    """The value with one part of it replaced, removed or doubled."""
    if depth > 1 and (rng.random() < 0.2 or not isinstance(value, dict | list) or not value):
        return rng.choice(GARBAGE)
    if isinstance(value, dict) and value:
        name = rng.choice(list(value))
        if rng.random() < 0.15:
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: _spoil(rng, value[name], depth + 1)}
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        doubled = [value[at]] if rng.random() < 0.1 else []
        return [*value[:at], _spoil(rng, value[at], depth + 1), *doubled, *value[at + 1 :]]
    return rng.choice(GARBAGE)


@pytest.mark.parametrize("seed", range(4))
def test_garbage_anywhere_is_survived(seed: int) -> None:
    """Nothing raises, what stands alone is answered as before, and what was read is written."""
    rng = random.Random(seed)
    sane = parts.flag("sane", rules=[parts.rule(parts.clause("plan", "in", ["a"]))])
    for document, asked in _documents(seed + 10, 900):
        spoilt = document
        for _ in range(rng.randint(1, 3)):
            spoilt = _spoil(rng, spoilt)
        flags = spoilt.get("flags") if isinstance(spoilt, dict) else None
        if not isinstance(flags, list):
            continue
        spoilt = {**spoilt, "flags": [sane, *flags]}
        _write(DIALECT.read(spoilt, {}).document)
        ours = _answers(spoilt)
        for question in asked:
            ours.answer(Asked(question.flag, _spoil(rng, question.context, 1)), NOW)
        for plan, expected in (("a", "on"), ("b", "off")):
            found = ours.answer(Asked("sane", parts.target("u", {"plan": plan})), NOW)
            assert found.vendor["variation"] == expected
