"""What was read is written the same; what is written from the model alone answers the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from tests.conformance.differential import NOW, identical
from tests.conformance.question import Question
from tests.conformance.unleash.cases import cases
from tests.conformance.unleash.generate import questions
from tests.conformance.unleash.vendor import oracle_of

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.dialects.base import Asked
from yardarm.dialects.unleash import DIALECT
from yardarm.dialects.unleash.read import read
from yardarm.dialects.unleash.write import write

Json = Any


def asked(count: int, seed: int) -> Iterator[tuple[Json, list[Question]]]:
    """Generated documents, each with what is asked of it."""
    together: list[Question] = []
    for question in islice(questions(random.Random(seed)), count):
        if together and together[0].document is not question.document:
            if not _twice(together[0].document):
                yield together[0].document, together
            together = []
        together.append(question)


def _twice(document: Json) -> bool:
    """Whether a toggle or segment comes twice: only the last counts, and is kept."""
    names = [item["name"] for item in document.get("features", ())]
    ids = [item["id"] for item in document.get("segments", ())]
    return len(set(names)) < len(names) or len(set(ids)) < len(ids)


def without_origin(document: m.Document) -> m.Document:
    return m.Document(
        {key: replace(flag, origin=None) for key, flag in document.flags.items()},
        {key: replace(segment, origin=None) for key, segment in document.segments.items()},
    )


def test_the_data_of_the_cases() -> None:
    for case in cases():
        assert write(read(case.document, {}).document, {}).document == case.document, case.id


def test_generated_documents() -> None:
    for document, _ in asked(30_000, 3):
        writing = write(read(document, {}).document, {})
        if "events" not in document:
            assert identical(writing.document, document)
        assert not writing.losses


def test_events_become_one() -> None:
    for document, about in asked(12_000, 4):
        if "events" not in document:
            continue
        written = write(read(document, {}).document, {}).document
        (event,) = written["events"]
        assert event["type"] == "hydration"
        before, after = oracle_of(document), oracle_of(written)
        for question in about:
            expected = before.answer(question.flag, question.context)
            assert after.answer(question.flag, question.context) == expected


def test_through_our_own_format() -> None:
    for document, _ in asked(6_000, 5):
        stored = document_from_json(document_to_json(read(document, {}).document))
        written = write(stored, {}).document
        if "events" not in document:
            assert identical(written, document)


def test_what_surrounds_toggles_is_kept() -> None:
    toggle = {"name": "f", "enabled": True, "strategies": [], "more": {"of": "it"}}
    for document in (
        {"version": 1, "features": [toggle]},
        {"version": 2, "features": [toggle], "segments": []},
        {"version": 2, "features": [], "segments": None, "query": {"environment": "dev"}},
        {"version": 2, "features": [toggle], "meta": {"etag": "x", "revisionId": 7}},
    ):
        assert write(read(document, {}).document, {}).document == document


def test_written_from_the_model_alone() -> None:
    """Every toggle answers as it did, by the engine's own word, unless a loss names it."""
    compared = left_out = 0
    assert DIALECT.evaluation is not None
    for document, about in asked(25_000, 6):
        writing = write(without_origin(read(document, {}).document), {})
        lossy = {loss.flag for loss in writing.losses}
        before, after = oracle_of(document), oracle_of(writing.document)
        ours = DIALECT.evaluation(writing.document, {})
        for question in about:
            if question.flag in lossy:
                left_out += 1
                continue
            expected = before.answer(question.flag, question.context)
            found = after.answer(question.flag, question.context)
            again = ours.answer(Asked(question.flag, question.context), Ambient.at(NOW)).vendor
            assert found == expected == again, (document, writing.document, question.context)
            compared += 1
    assert compared > 20_000
    assert left_out < compared / 20


def test_an_edit_keeps_the_rest() -> None:
    """One rule of each toggle is removed: the strategies of the others stay as they were."""
    for document, _ in asked(4_000, 7):
        whole = read(document, {}).document
        flags = dict(whole.flags)
        for key, flag in flags.items():
            raw = (flag.origin or {})["raw"]
            rules = [rule for rule in flag.rules if not re.match(r"1\b|dependency", rule.id)]
            if flag.prerequisites or len(rules) == len(flag.rules) or not raw["strategies"]:
                continue
            gates = [rule for rule in flag.rules if rule.id.startswith("dependency")]
            edited = replace(flag, rules=(*gates, *rules))
            made = write(replace(whole, flags={**flags, key: edited}), {}).document
            toggles = made["events"][0]["features"] if "events" in made else made["features"]
            written = next(toggle for toggle in toggles if toggle["name"] == key)
            if raw["strategies"][1:]:
                assert written["strategies"] == raw["strategies"][1:]
            assert written.get("type", "release") == raw.get("type", "release")
