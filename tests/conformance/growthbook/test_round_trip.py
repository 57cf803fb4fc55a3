"""What is read is written again as it was; what is written means the same to GrowthBook's SDK."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from tests.conformance.growthbook import generate, natives
from tests.conformance.growthbook.cases import cases, same
from tests.conformance.growthbook.vendor import needs_sdk, sdk
from tests.oracle.generate import world

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.evaluate import evaluate
from yardarm.core.javascript.inherited import NoText
from yardarm.core.outcome import FALLBACK
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Asked
from yardarm.dialects.growthbook import DIALECT
from yardarm.errors import DocumentError

NOW = Ambient.at(None)
PARTS = ("conditions", "rules", "whole")


def _documents(seed: int, part: str, count: int) -> Iterator[tuple[Any, list[Any]]]:
    """Generated documents of GrowthBook, each with the questions about it."""
    asked: list[Any] = []
    for question in islice(generate.questions(random.Random(seed), part), count):
        if asked and asked[0].document is not question.document:
            yield asked[0].document, asked
            asked = []
        asked.append(question)


def _read(source: Any) -> m.Document:
    return DIALECT.read(source, {}).document


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


@pytest.mark.parametrize("part", [*PARTS, "odd"])
def test_what_is_read_is_written_as_it_was(part: str) -> None:
    for document, _ in _documents(1, part, 4_000):
        kept = copy.deepcopy(document)
        written = _write(_read(document))
        assert written.document == kept
        assert not written.losses


def test_the_vendors_cases_are_written_as_they_were() -> None:
    for case in cases():
        if not any(name.startswith("encrypted") for name in case.document):
            assert _write(_read(case.document)).document == case.document, case.id


def test_the_rest_of_a_document_is_kept() -> None:
    document = {
        "status": 200,
        "features": {"f": {"defaultValue": 1, "metadata": {"tags": ["x"]}}, "odd": None},
        "experiments": [{"key": "e"}],
        "dateUpdated": "2026-11-22T00:00:00Z",
        "savedGroups": {"bad": 5, "g": [1, 2]},
    }
    assert _write(_read(document)).document == document


def test_a_document_of_ours_is_written_alike_after_it_was_stored() -> None:
    for document, _ in _documents(2, "whole", 600):
        if "9007199254740993" in json.dumps(document):
            continue  # no number of ours
        stored = document_from_json(json.loads(json.dumps(document_to_json(_read(document)))))
        assert same(_write(stored).document, document)


@pytest.mark.parametrize("part", ["operators 3", *PARTS])
def test_what_was_stored_answers_as_the_sdk_does(part: str) -> None:
    """A server keeps the members of objects in an order of its own; programs ask with our contexts.
    Flags in a circle answer the fallback natively."""
    needs_sdk()
    compared = 0
    for document, asked in _documents(4, part, 3_000):
        stored = json.dumps(document_to_json(_read(document)), sort_keys=True)
        program, theirs = Program.of(document_from_json(json.loads(stored))), sdk(document)
        for question in asked:
            user = question.context.get("attributes")
            if question.flag is None or question.context.keys() - {"attributes"}:
                continue
            expected = theirs.answer(question.flag, question.context)
            swapped = {{"id": "key", "key": "id"}.get(n, n): value for n, value in user.items()}
            outcome = program.compiled(question.flag).run(swapped, None, None)
            if outcome.error is None:
                compared += 1
                found = None if outcome.value is FALLBACK else outcome.value
                assert same(found, expected["value"]), question
    assert compared > 1_000


@pytest.mark.parametrize("part", [*PARTS, "odd"])
def test_what_is_written_from_the_model_answers_alike(part: str) -> None:
    """Without origins, so that nothing can be copied. Losses name the flags that may differ. What
    an evaluation is told beside the attributes (`input`, `sticky`) looks into the old words."""
    needs_sdk()
    compared = 0
    for document, asked in _documents(3, part, 6_000):
        written = _write(_without_origins(_read(document)))
        inexact = {loss.flag for loss in written.losses}
        before, after, again = sdk(document), sdk(written.document), _answers(written.document)
        for question in asked:
            told = question.context.keys() - {"attributes"}
            if question.flag is None or question.flag in inexact or told:
                continue
            if "inherited:experiment" in question.cells:
                continue  # everybody is forced into it, which is written as a force rule
            compared += 1
            expected = before.answer(question.flag, question.context)
            assert same(after.answer(question.flag, question.context), expected), question
            found = again.answer(Asked(question.flag, question.context), NOW)
            assert same(found.vendor, expected), question
    assert compared > 2_000


def test_native_flags_agree_in_the_sdk() -> None:
    needs_sdk()
    flags = exact = 0
    for seed in range(150):
        rng = random.Random(seed)
        document = natives.document(rng)
        program, written = Program.of(document), _write(document)
        theirs = sdk(written.document)
        inexact = {loss.flag for loss in written.losses}
        for key in document.flags:
            flags += 1
            exact += key not in inexact
            for _ in range(0 if key in inexact else 6):
                context = natives.context(rng)
                expected = evaluate(program, key, context).value
                found = theirs.answer(key, {"attributes": natives.attributes(context)})
                assert same(found["value"], expected), (seed, key, context)
    assert exact > flags * 0.8


def test_any_native_document_is_written() -> None:
    """Whatever the model can say is written or stated as a loss, and loads."""
    needs_sdk()
    for seed in range(60):
        document = world(random.Random(seed)).document
        for options in ({}, {"splits": "rehash"}):
            written = _write(document, **options)
            theirs = sdk(json.loads(json.dumps(written.document)))
            for key in document.flags:
                assert "raised" not in theirs.answer(key, {"attributes": {"id": "user-1"}})


def test_a_split_of_ours_is_written_only_when_asked_for() -> None:
    variants = (m.Variant("on", True), m.Variant("off", False))
    split = m.Split((m.Arm("on", 20_000), m.Arm("off", 80_000)))
    document = m.Document({"f": m.Flag("f", "boolean", variants, True, default=split)})
    plain = _write(document)
    assert "rules" not in plain.document["features"]["f"]
    assert [loss.flag for loss in plain.losses] == ["f"]
    [rule] = _write(document, splits="rehash").document["features"]["f"]["rules"]
    assert rule["variations"] == [True, False]
    assert rule["ranges"] == [[0.0, 0.2], [0.2, 1.0]]


# --- flags that were edited -----------------------------------------------------------------------


def _one() -> Any:
    return {
        "features": {
            "f": {
                "defaultValue": False,
                "metadata": {"tags": ["x"]},
                "rules": [
                    {"id": "fr_1", "condition": {"country": "NL"}, "force": True},
                    {
                        "id": "fr_2",
                        "key": "exp",
                        "variations": [False, True],
                        "weights": [0.5, 0.5],
                        "meta": [{"key": "c"}, {"key": "t"}],
                        "hashVersion": 2,
                        "coverage": 0.4,
                    },
                ],
            }
        }
    }


def test_an_untouched_rule_of_an_edited_flag_is_written_as_it_was() -> None:
    document = _read(_one())
    flag = document.flags["f"]
    first = replace(flag.rules[0], when=m.Clause("country", "in", ("NL", "BE")))
    edited = replace(flag, rules=(first, *flag.rules[1:]))
    written = _write(replace(document, flags={"f": edited})).document["features"]["f"]
    assert written["metadata"] == {"tags": ["x"]}
    assert written["rules"][1] == _one()["features"]["f"]["rules"][1]
    asked = {"$in": ["NL", "BE"], "$not": {"$type": "array"}}
    assert written["rules"][0] == {"id": "fr_1", "condition": {"country": asked}, "force": True}


def test_new_weights_keep_what_the_model_does_not_hold() -> None:
    document = _read(_one())
    flag = document.flags["f"]
    split = flag.rules[1].serve
    assert isinstance(split, m.Split)
    arms = (m.Arm("off", 0.25, ((0.0, 0.25),)), m.Arm("on", 0.75, ((0.25, 1.0),)))
    second = replace(flag.rules[1], serve=replace(split, arms=arms))
    edited = replace(flag, rules=(flag.rules[0], second))
    rule = _write(replace(document, flags={"f": edited})).document["features"]["f"]["rules"][1]
    assert rule["key"] == "exp"
    assert rule["meta"] == [{"key": "c"}, {"key": "t"}]
    assert rule["ranges"] == [[0.0, 0.25], [0.25, 1.0]]
    assert "weights" not in rule
    assert rule["hashVersion"] == 2


def test_a_flag_that_is_off_gives_its_off_value() -> None:
    document = _read(_one())
    flag = replace(document.flags["f"], enabled=False, off="off")
    written = _write(replace(document, flags={"f": flag}))
    assert written.document["features"]["f"] == {
        "metadata": {"tags": ["x"]}, "defaultValue": False,
    }  # fmt: skip
    assert [loss.flag for loss in written.losses] == ["f"]


def test_an_edited_list_stays_a_list() -> None:
    source = {
        "features": {
            "f": {
                "defaultValue": 0,
                "rules": [{"condition": {"id": {"$inGroup": "g"}}, "force": 1}],
            }
        },
        "savedGroups": {"g": ["a"]},
    }
    document = _read(source)
    segment = document.segments["g"]
    assert segment.when == m.Clause("key", "growthbook.in", ("a",))
    when = m.Clause("key", "growthbook.in", ("a", "b"))
    edited = replace(document, segments={"g": replace(segment, when=when)})
    assert _write(edited).document == {**source, "savedGroups": {"g": ["a", "b"]}}


def test_a_new_value_of_a_prerequisite_is_not_taken_for_an_old_one() -> None:
    rule = {"parentConditions": [{"id": "p", "condition": {"value": {"$gt": 1}}}], "force": True}
    source = {
        "features": {
            "p": {"defaultValue": 0, "rules": [{"condition": {"a": 1}, "force": 2}]},
            "f": {"defaultValue": False, "rules": [rule]},
        }
    }
    document = _read(source)
    parent = document.flags["p"]
    grown = replace(parent, variants=(*parent.variants, m.Variant("3", 3)))
    edited = replace(document, flags={**document.flags, "p": grown})
    [written] = _write(edited).document["features"]["f"]["rules"]
    assert written["parentConditions"] == [{"id": "p", "condition": {"value": {"$eq": 2}}}]


# --- garbage --------------------------------------------------------------------------------------

GARBAGE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, float("nan"), 10**400, "", "x", "\ud800", [], {}, [[]], [None],
    {"a": 1}, [{}], "$in", {"id": "g"}, {"$not": None}, {"$in": [1]}, [[0, 1]], 2, "1",
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


SANE = {"defaultValue": "no", "rules": [{"condition": {"plan": "a"}, "force": "yes"}]}


@pytest.mark.parametrize("part", [*PARTS, "odd"])
def test_garbage_anywhere_is_survived(part: str) -> None:
    """Nothing raises, what stands alone is answered as before, and what was read is written."""
    rng = random.Random(5)
    for document, asked in _documents(10, part, 1_500):
        spoilt = document
        for _ in range(rng.randint(1, 3)):
            spoilt = _spoil(rng, spoilt)
        if not isinstance(spoilt, dict) or not isinstance(spoilt.get("features"), dict):
            continue
        spoilt = {**spoilt, "features": {"sane": SANE, **spoilt["features"]}}
        reading = DIALECT.read(spoilt, {})
        assert all(loss.pointer for loss in reading.losses)
        validate(reading.document)
        _write(reading.document)
        ours = _answers(spoilt)
        for question in asked:
            experiment = _spoil(rng, dict(question.options).get("experiment"), 1)
            context = _spoil(rng, question.context, 1)
            asking = Asked(question.flag, context, experiment=experiment)
            with suppress(NoText):  # as in the SDK
                ours._answer(asking, NOW)  # `answer` would hide what is raised
        for plan, expected in (("a", "yes"), ("b", "no")):
            found = ours.answer(Asked("sane", {"attributes": {"plan": plan}}), NOW)
            assert found.vendor["value"] == expected


@pytest.mark.parametrize("source", [None, 5, "features", [], True])
def test_what_is_no_document_is_refused(source: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(source, {})


def test_bounds() -> None:
    """Depth, circles and lists that grow when they are written out cost little."""
    deep: Any = {"a": 1}
    for _ in range(300):
        deep = {"$not": deep}
    groups: dict[str, Any] = {
        f"g{n}": {
            "type": "condition",
            "condition": {"$or": [{"$savedGroup": {"id": f"g{(n + s) % 12}"}} for s in (1, 2, 3)]},
        }
        for n in range(12)
    }
    ring = {
        f"c{n}": {
            "defaultValue": 1,
            "rules": [{"parentConditions": [{"id": f"c{(n + 1) % 500}", "gate": True}]}],
        }
        for n in range(500)
    }
    source = {
        "features": {
            "deep": {"defaultValue": 1, "rules": [{"condition": deep, "force": 2}]},
            "wide": {"rules": [{"condition": {"$savedGroup": {"id": "g0"}}, "force": 2}]},
            "within": {
                "rules": [
                    {"condition": {"a": {"$elemMatch": {"$savedGroup": {"id": "g0"}, "b": 1}}}}
                ]
            },
            "sane": SANE,
            **ring,
        },
        "savedGroups": groups,
    }
    reading = DIALECT.read(source, {})
    assert {"deep"} <= {loss.flag for loss in reading.losses}
    assert _write(reading.document).document == source
    ours = _answers(source)
    for key in ("deep", "wide", "within", "c0"):
        ours.answer(Asked(key, {"attributes": {"a": [{"b": 1}]}}), NOW)
    found = ours.answer(Asked("sane", {"attributes": {"plan": "a"}}), NOW)
    assert found.vendor["value"] == "yes"


def test_sane_documents_are_publishable() -> None:
    from tests.conformance.growthbook import plain

    document = None
    for question in islice(plain.questions(random.Random(1)), 600):
        if question.document is not document:
            document = question.document
            reading = DIALECT.read(document, {})
            assert not reading.losses
            assert not errors(validate(reading.document))
