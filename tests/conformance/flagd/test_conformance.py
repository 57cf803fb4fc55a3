"""flagd's own features: every case, asked of its evaluators and of ours."""

from __future__ import annotations

from tests.conformance.differential import NOW
from tests.conformance.flagd.cases import Case, cases
from tests.conformance.flagd.vendor import needs_sdk

from yardarm.connect.vendors.flagd import oracle
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.flagd import DIALECT


def _wrong(found: list[tuple[Case, list[str]]]) -> str:
    return "\n".join(f"{case.id}: {'; '.join(told)}" for case, told in found if told)


def test_every_case() -> None:
    found = []
    for case in cases():
        assert DIALECT.evaluation is not None
        ours = DIALECT.evaluation(case.document, case.options)
        answer = ours.answer(Asked(case.flag, case.context, options=case.options), Ambient.at(NOW))
        found.append((case, case.differences(answer.vendor)))
    assert len(found) == 48
    assert not _wrong(found)


def test_flagd_passes_them_too() -> None:
    """So the cases are read as they are meant."""
    needs_sdk()
    theirs = oracle(cases()[0].document, {"fractional": "v3"})
    found = [(case, case.differences(theirs.answer(case.flag, case.context))) for case in cases()]
    assert not _wrong(found)


def test_the_document_of_the_cases_is_read_without_a_loss_but_the_generation() -> None:
    reading = DIALECT.read(cases()[0].document, {"fractional": "v2"})
    told = [loss for loss in reading.losses if "nonexistent" not in str(loss)]
    assert {loss.flag for loss in told} <= {"ref-to-nonexistent-evaluator-flag"}
    assert len(reading.document.flags) == len(cases()[0].document["flags"])
