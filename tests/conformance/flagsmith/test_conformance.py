"""Flagsmith's published cases, by our dialect and by the SDK's own engine."""

from __future__ import annotations

import pytest
from tests.conformance.flagsmith.cases import Case, cases, present, without_comments
from tests.conformance.flagsmith.vendor import alike, needs, needs_sdk

from yardarm.connect.vendors.flagsmith import oracle
from yardarm.core.ambient import Ambient
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Asked
from yardarm.dialects.flagsmith import DIALECT

CASES = list(cases()) if present() else []
NOW = Ambient.at(None)

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_cases_are_there() -> None:
    needs(present(), "the folder shared/conformance")
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_published_case(case: Case) -> None:
    assert DIALECT.evaluation is not None
    ours = DIALECT.evaluation(case.document, {})
    found = ours.answer(Asked(None, case.context), NOW).vendor
    assert alike({"flags": case.flags, "segments": case.segments}, found)
    for name, expected in case.flags.items():
        wanted = {part: expected[part] for part in ("enabled", "value", "reason", "variant")}
        assert alike(wanted, ours.answer(Asked(name, case.context), NOW).vendor)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_published_case_is_read_without_loss_and_written_as_it_was(case: Case) -> None:
    assert DIALECT.write is not None
    reading = DIALECT.read(case.document, {})
    assert not reading.losses
    assert not errors(validate(reading.document))
    written = DIALECT.write(reading.document, {})
    assert written.document == case.document
    assert not written.losses


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_sdk_agrees_with_the_case(case: Case) -> None:
    needs_sdk()
    found = oracle(case.document).answer(None, case.context)
    assert alike({"flags": case.flags, "segments": case.segments}, found)


def test_comments_are_left_out() -> None:
    assert without_comments('{"a": "//", /* x */ "b\\"": 1} // end') == '{"a": "//",  "b\\"": 1} '
