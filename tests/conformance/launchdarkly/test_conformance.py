"""LaunchDarkly's own evaluation data: every case, by our dialect and by the SDK itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.launchdarkly.cases import cases
from tests.conformance.launchdarkly.vendor import oracle_of

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.launchdarkly import DIALECT

Json = Any


def _answer(document: Json, flag: str, context: Json) -> Json:
    assert DIALECT.evaluation is not None
    asked = Asked(flag, context)
    return DIALECT.evaluation(document, {}).answer(asked, Ambient.at(None)).vendor


@pytest.mark.parametrize("form", ["document", "written"])
def test_every_case(form: str) -> None:
    # `written` leaves out what the harness fills in: keys, versions, empty lists.
    wrong = []
    found = cases()
    for case in found:
        answer = _answer(getattr(case, form), case.flag, case.context)
        if answer != case.expected:
            wrong.append(f"{case.id}: expected {case.expected}, found {answer}")
    assert not wrong, "\n".join(wrong)
    assert len(found) >= 230


def test_the_sdk_agrees_with_the_cases() -> None:
    for case in cases():
        answer = oracle_of(case.document).answer(case.flag, case.context)
        assert answer == case.expected, case.id
