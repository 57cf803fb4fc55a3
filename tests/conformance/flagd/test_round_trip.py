"""What is read is written again as it was; what is written means the same to flagd."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from tests.conformance.flagd import generate, natives, whole
from tests.conformance.flagd.vendor import VENDOR, needs_sdk
from tests.oracle.generate import world

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Asked
from yardarm.dialects.flagd import DIALECT

V3 = {"fractional": "v3"}
NOW = Ambient.at(1_795_000_000.0)


def _documents(seed: int, count: int) -> Iterator[Any]:
    """Generated documents of flagd."""
    last: Any = None
    made = 0
    for question in generate.questions(random.Random(seed)):
        if question.document is not last:
            last, made = question.document, made + 1
            yield last
            if made == count:
                return


def _write(document: m.Document, **options: Any) -> Any:
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


def _without_origins(document: m.Document) -> m.Document:
    rest = document.environment.get("flagd", {})
    return replace(
        document,
        flags={key: replace(flag, origin=None) for key, flag in document.flags.items()},
        segments={key: replace(each, origin=None) for key, each in document.segments.items()},
        environment={"flagd": {k: v for k, v in rest.items() if k == "metadata"}},
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_read_is_written_as_it_was(seed: int) -> None:
    for document in _documents(seed, 1_500):
        kept = copy.deepcopy(document)
        written = _write(DIALECT.read(document, V3).document)
        assert written.document == kept
        assert document == kept
        assert not written.losses


def test_what_is_read_is_a_document_like_any_other() -> None:
    """It has a JSON form of ours, from which the same is written."""
    compared = 0
    for document in _documents(3, 800):
        read = DIALECT.read(document, V3).document
        if not errors(validate(read)):  # numbers beyond 2**53 are refused
            again = document_from_json(json.loads(json.dumps(document_to_json(read))))
            assert _write(again).document == document
            compared += 1
    assert compared > 700


@pytest.mark.parametrize("seed", [4, 5])
def test_what_is_written_from_the_model_answers_alike(seed: int) -> None:
    """Without origins, so that nothing can be copied. Losses name the flags that may differ."""
    needs_sdk()
    rng = random.Random(seed)
    compared = 0
    for document in _documents(seed, 1_200):
        written = _write(_without_origins(DIALECT.read(document, V3).document), **V3)
        inexact = {loss.flag for loss in written.losses}
        before, after = VENDOR.oracle(document, V3), VENDOR.oracle(written.document, V3)
        for key in document["flags"]:
            for context in [whole.context(rng) for _ in range(0 if key in inexact else 3)]:
                compared += 1
                assert after.answer(key, context) == before.answer(key, context), document
    assert compared > 3_000


def test_native_flags_agree_in_flagd() -> None:
    needs_sdk()
    flags = exact = 0
    for seed in range(250):
        rng = random.Random(seed)
        document = natives.document(rng)
        assert not errors(validate(document))
        program, written = Program.of(document), _write(document, **V3)
        theirs = VENDOR.oracle(written.document, V3)
        inexact = {loss.flag for loss in written.losses}
        if None in inexact:  # a segment, which any flag may ask for
            continue
        for key in document.flags:
            flags += 1
            exact += key not in inexact
            for _ in range(0 if key in inexact else 8):
                context = natives.context(rng)
                expected = evaluate(program, key, context)
                found = theirs.answer(key, natives.asked_of_flagd(context))
                assert (found["variant"], found["value"]) == (
                    expected.variant,
                    expected.value,
                ), (seed, key, context, written.document)
    assert flags > 600
    assert exact > flags / 3


def test_any_native_document_is_written() -> None:
    """Whatever the model can say is written or stated as a loss, and loads."""
    needs_sdk()
    for seed in range(60):
        for options in ({}, {"splits": "rehash"}):
            written = _write(world(random.Random(seed)).document, **options)
            text = json.dumps(written.document)
            if "\\" not in text:  # which its Python evaluator takes for a pattern's
                VENDOR.oracle(json.loads(text), V3)
            DIALECT.read(written.document, V3)


# --- flags that were edited -----------------------------------------------------------------------


def _read_one() -> tuple[m.Document, Any]:
    flag = {
        "state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off",
        "targeting": {"if": [{"$ref": "staff"}, "on", {"fractional": [["on", 10], ["off", 90]]}]},
        "metadata": {"owner": "web"}, "source": "file.json", "comment": "kept",
    }  # fmt: skip
    staff = {"ends_with": [{"var": "email"}, "@example.com"]}
    return DIALECT.read({"flags": {"f": flag}, "$evaluators": {"staff": staff}}, {}).document, flag


def test_an_edited_flag_keeps_what_the_model_does_not_hold() -> None:
    document, raw = _read_one()
    flag = replace(document.flags["f"], enabled=False)
    written = _write(replace(document, flags={"f": flag})).document
    assert written["flags"]["f"] == {**raw, "state": "DISABLED"}
    assert written["$evaluators"] == {"staff": {"ends_with": [{"var": "email"}, "@example.com"]}}


def test_an_edited_segment_is_an_edited_evaluator() -> None:
    document, raw = _read_one()
    when = m.Clause("email", "flagd.ends_with", ("@example.org",))
    segment = replace(document.segments["staff"], when=when)
    written = _write(replace(document, segments={"staff": segment})).document
    assert written["$evaluators"] == {"staff": {"ends_with": [{"var": "email"}, "@example.org"]}}
    assert written["flags"]["f"] == raw


def test_a_flag_alone_brings_its_evaluators() -> None:
    """As a server has it, which keeps flags and segments, not the document they came in."""
    document, raw = _read_one()
    alone = m.Document(document.flags, document.segments)
    written = _write(alone).document
    assert written["flags"]["f"] == raw
    assert list(written["$evaluators"]) == ["staff"]


# --- garbage --------------------------------------------------------------------------------------

GARBAGE = (
    None, True, 0, -1, 1.5, float("nan"), 10**400, "", "x", "\ud800", [], {}, [[]], [None],
    {"a": 1}, [{}], "ENABLED", {"$ref": "e0"}, {"$ref": 5}, {"var": []}, {"if": {}},
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
    sane = {"state": "ENABLED", "variants": {"on": 1, "off": 0}, "defaultVariant": "off",
            "targeting": {"if": [{"in": [{"var": "plan"}, ["a"]]}, "on"]}}  # fmt: skip
    assert DIALECT.evaluation is not None
    for document in _documents(seed + 10, 600):
        spoilt = document
        for _ in range(rng.randint(1, 3)):
            spoilt = _spoil(rng, spoilt)
        if not isinstance(spoilt, dict) or not isinstance(spoilt.get("flags"), dict):
            continue
        spoilt = {**spoilt, "flags": {**spoilt["flags"], "sane": sane}}
        _write(DIALECT.read(spoilt, {}).document)
        ours = DIALECT.evaluation(spoilt, {})
        for key in spoilt["flags"]:
            ours.answer(Asked(key, _spoil(rng, whole.context(rng), 1)), NOW)
        for plan, expected in (("a", "on"), ("b", "off")):
            found = ours.answer(Asked("sane", {"plan": plan}), NOW)
            assert found.vendor["variant"] == expected


def test_documents_stay_as_they_are_while_they_are_answered() -> None:
    assert DIALECT.evaluation is not None
    rng = random.Random(6)
    for question in islice(generate.questions(rng), 2_000):
        kept = copy.deepcopy((question.document, question.context))
        ours = DIALECT.evaluation(question.document, question.options)
        ours.answer(Asked(question.flag, question.context), NOW)
        assert (question.document, question.context) == kept
