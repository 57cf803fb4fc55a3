"""Unleash's client specification: every case, by our dialect and by the engine itself."""

from __future__ import annotations

from tests.conformance.differential import NOW
from tests.conformance.unleash.cases import cases
from tests.conformance.unleash.vendor import oracle_of

from yardarm.core.ambient import Ambient
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Asked, Evaluation
from yardarm.dialects.unleash import DIALECT


def test_every_case() -> None:
    found = cases()
    wrong = []
    document, ours = None, None
    for case in found:
        if case.document is not document:
            document = case.document
            ours = _made(document)
        assert ours is not None
        answer = ours.answer(Asked(case.flag, case.context), Ambient.at(NOW)).vendor
        if case.part_of(answer) != case.expected:
            wrong.append(f"{case.id}: expected {case.expected}, found {answer}")
    assert not wrong, "\n".join(wrong)
    assert len(found) >= 173


def _made(document: object) -> Evaluation:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation(document, {})


def test_the_engine_agrees_with_the_cases() -> None:
    for case in cases():
        answer = oracle_of(case.document).answer(case.flag, case.context)
        assert case.part_of(answer) == case.expected, case.id


def test_what_is_read_can_be_published() -> None:
    for document in {id(case.document): case.document for case in cases()}.values():
        assert not errors(validate(DIALECT.read(document, {}).document))
