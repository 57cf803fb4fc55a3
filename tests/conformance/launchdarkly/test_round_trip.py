"""What was read is written the same; what is written from the model alone answers the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from tests.conformance.launchdarkly.cases import cases
from tests.conformance.launchdarkly.generate import questions
from tests.conformance.launchdarkly.vendor import oracle_of
from tests.conformance.question import Question

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.dialects.launchdarkly.read import read
from yardarm.dialects.launchdarkly.write import write

Json = Any


def asked(count: int, seed: int) -> Iterator[tuple[Json, list[Question]]]:
    """Generated documents, each with what is asked of it."""
    together: list[Question] = []
    for question in islice(questions(random.Random(seed)), count):
        if together and together[0].document is not question.document:
            yield together[0].document, together
            together = []
        together.append(question)
    yield together[0].document, together


def without_origin(document: m.Document) -> m.Document:
    return m.Document(
        {key: replace(flag, origin=None) for key, flag in document.flags.items()},
        {key: replace(segment, origin=None) for key, segment in document.segments.items()},
    )


def test_the_data_of_the_cases() -> None:
    for case in cases():
        for document in (case.document, case.written):
            assert write(read(document, {}).document, {}).document == document, case.id


def test_generated_documents() -> None:
    for document, _ in asked(30_000, 3):
        writing = write(read(document, {}).document, {})
        assert writing.document == document
        assert not writing.losses


def test_through_our_own_format() -> None:
    for document, _ in asked(6_000, 4):
        stored = document_from_json(document_to_json(read(document, {}).document))
        assert write(stored, {}).document == document


def test_what_surrounds_flags_is_kept() -> None:
    flag = {"key": "f", "version": 1, "variations": [1], "on": False}
    gone = {"key": "g", "version": 7, "deleted": True}
    for document in (
        {"flags": {"f": flag, "g": gone}, "segments": {"g": gone}},
        {"flags": {"f": flag}},
        {"path": "/", "data": {"flags": {"f": flag}, "segments": {}}},
        {"flags": {}, "segments": {}, "flagValues": {"x": 1}},
    ):
        assert write(read(document, {}).document, {}).document == document


def test_written_from_the_model_alone() -> None:
    """Everything that was read without a loss answers as it did, by the SDK's own word."""
    compared = 0
    for document, about in asked(40_000, 5):
        reading = read(document, {})
        if reading.losses:
            continue
        writing = write(without_origin(reading.document), {})
        assert not writing.losses, (document, writing.losses)
        before, after = oracle_of(document), oracle_of(writing.document)
        for question in about:
            expected = before.answer(question.flag, question.context)
            assert after.answer(question.flag, question.context) == expected, (
                document, writing.document, question.context,
            )  # fmt: skip
            compared += 1
    assert compared > 15_000
