"""What is read is written again as it was; what is written means the same to Flagsmith's SDK."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from tests.conformance.differential import identical
from tests.conformance.flagsmith import generate, natives
from tests.conformance.flagsmith.vendor import needs_sdk
from tests.conformance.question import Question
from tests.oracle.generate import world

from yardarm.connect.vendors.flagsmith import oracle
from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.dialects.flagsmith import DIALECT

pytestmark = pytest.mark.filterwarnings("ignore")
Json = Any


def _documents(seed: int, count: int) -> Iterator[tuple[Json, list[Question]]]:
    """Generated documents of Flagsmith, each with the questions about it."""
    asked: list[Question] = []
    for question in islice(generate.questions(random.Random(seed)), count):
        if asked and asked[0].document is not question.document:
            yield asked[0].document, asked
            asked = []
        asked.append(question)


def _read(document: Json) -> m.Document:
    return DIALECT.read(document, {}).document


def _write(document: m.Document, **options: Json) -> Any:
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_read_is_written_as_it_was(seed: int) -> None:
    for document, _ in _documents(seed, 4_000):
        kept = copy.deepcopy(document)
        written = _write(_read(document))
        assert identical(written.document, kept)
        assert not written.losses
        assert document == kept, "the document that is read stays as it was"


@pytest.mark.parametrize("seed", [3])
def test_what_was_stored_in_between_is_written_as_it_was(seed: int) -> None:
    for document, _ in _documents(seed, 2_500):
        stored = json.loads(json.dumps(document_to_json(_read(document))))
        assert identical(_write(document_from_json(stored)).document, document)


@pytest.mark.parametrize("seed", [4])
def test_flags_and_segments_alone_are_enough(seed: int) -> None:
    """A server keeps no more: what Flagsmith says beside them has no place there."""
    for document, _ in _documents(seed, 2_500):
        read = _read(document)
        if read.environment["flagsmith"]["form"] != "environment" or _has_twins(document):
            continue
        key = {"environment_key": document["api_key"], "environment_name": document["name"]}
        written = _write(replace(read, environment={}), **key).document
        parts = (document["feature_states"], document["project"]["segments"])
        assert (written["feature_states"], written["project"]["segments"]) == parts


def _has_twins(document: Json) -> bool:
    """Whether an identity comes twice, or has two overrides of a flag, or overrides are by 1 and by
    true, which the SDK takes for the same: targets do not hold what is never served."""
    individuals = document.get("identity_overrides") or ()
    features = [one for each in individuals for one in each["identity_features"]]
    names = [each["identifier"] for each in individuals]
    return (
        len(names) != len(set(names))
        or len(features) != len(individuals)
        or any(isinstance(one["feature_state_value"], bool | int) for one in features)
    )


def _bare(document: m.Document) -> m.Document:
    """Without anything that could be copied."""
    kept = document.environment["flagsmith"]
    return replace(
        document,
        flags={
            key: replace(flag, origin={"dialect": "flagsmith"})
            for key, flag in document.flags.items()
        },
        segments={key: replace(each, origin=None) for key, each in document.segments.items()},
        environment={"flagsmith": {name: kept[name] for name in ("environment", "form")}},
    )


def _meaning(answer: Json) -> Json:
    """What does not depend on ids: priorities become places, keys become numbers."""
    if "flags" in answer:
        return {name: _meaning(flag) for name, flag in answer["flags"].items()}
    reason = (answer["reason"] or "").partition(";")[0]
    return {**{name: answer[name] for name in ("enabled", "value", "variant")},
            "reason": "DEFAULT" if reason == "STATIC" else reason}  # fmt: skip


@pytest.mark.parametrize("seed", [5, 6])
def test_what_is_written_from_the_model_answers_alike(seed: int) -> None:
    needs_sdk()
    compared = 0
    for document, asked in _documents(seed, 10_000):
        read = DIALECT.read(document, {})
        if any("circle" in one.message or one.kind == "malformed" for one in read.losses):
            continue
        if any("fails" in one.cells[0] for one in asked):
            continue  # what it comes to, and so fails at, depends on the order of conditions
        written = _write(_bare(read.document))
        inexact = _lost(read.document, Program.of(read.document), written.losses)
        before, after = oracle(document), oracle(written.document)
        for question in asked:
            whole = question.flag is None and inexact
            if question.flag in inexact or whole or _is_shadowed(question.context):
                continue
            expected = before.answer(question.flag, question.context)
            found = after.answer(question.flag, question.context)
            assert identical(_meaning(expected), _meaning(found)), (seed, document, question)
            compared += 1
    assert compared > 4_500


def _is_shadowed(context: Json) -> bool:
    """Whether a trait is named like a path: a model of ours cannot say that it comes first."""
    identity = context.get("identity") or context
    traits = identity.get("traits") if isinstance(identity, dict) else None
    return isinstance(traits, dict) and any(name.startswith("$.") for name in traits)


@pytest.mark.parametrize("form", ["environment", "context"])
def test_native_flags_answer_alike_in_the_sdk(form: str) -> None:
    needs_sdk()
    compared = inexact = 0
    for seed in range(150):
        rng = random.Random(f"{form} {seed}")
        document = natives.document(rng)
        program = Program.of(document)
        written = _write(document, form=form)
        asked = oracle(written.document)
        lost = _lost(document, program, written.losses)
        inexact += len(lost)
        for key, flag in document.flags.items():
            for _ in range(0 if key in lost else 8):
                context = natives.context(rng)
                ours = evaluate(program, key, context, "fallback").value
                theirs = asked.answer(key, natives.asked_of_flagsmith(context))
                assert _same(flag, ours, theirs), (form, seed, key, context, ours, theirs)
                compared += 1
    assert compared > 3_000
    assert inexact < 500


def _lost(document: m.Document, program: Program, losses: Any) -> set[str]:
    """The flags that a loss concerns, themselves or by what they ask."""
    flags = {loss.flag for loss in losses if loss.flag is not None}
    segments = {loss.pointer.split("/")[2] for loss in losses if loss.flag is None}
    bad = {("flag", flag) for flag in flags} | {("segment", segment) for segment in segments}
    return {key for key in document.flags if key in flags or program.compiled(key).needs & bad}


def _same(flag: m.Flag, ours: Json, theirs: Json) -> bool:
    if flag.type == "boolean":
        return bool(theirs["enabled"] == (ours is True))
    return bool(theirs["value"] == ours if theirs["enabled"] else ours == "fallback")


@pytest.mark.parametrize("options", [{}, {"form": "context"}, {"splits": "rehash"}])
def test_any_native_document_can_be_written(options: dict[str, Json]) -> None:
    for seed in range(30):
        written = _write(world(random.Random(seed)).document, **options)
        json.dumps(written.document)


def test_a_rehashed_split_divides_alike() -> None:
    needs_sdk()
    arms = (m.Arm("blue", 30_000), m.Arm("red", 70_000))
    variants = (m.Variant("blue", "#00f"), m.Variant("red", "#f00"))
    flag = m.Flag("colour", "string", variants, True, None, m.Split(arms))
    written = _write(m.Document({"colour": flag}), splits="rehash", environment_key="env")
    assert [loss.effect for loss in written.losses] == ["units are placed anew, by Flagsmith's own"]
    asked = oracle(written.document)
    answers = [asked.answer("colour", {"identifier": f"user-{n}"}) for n in range(2_000)]
    blue = sum(answer["variant"] == "blue" for answer in answers)
    assert 500 < blue < 700
    assert {answer["value"] for answer in answers} == {"#00f", "#f00"}
