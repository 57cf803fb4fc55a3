"""Harness's published buckets, by our dialect and by the SDK itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.harness import cases
from tests.conformance.harness.vendor import needs, needs_sdk

from yardarm.connect.vendors.harness import oracle
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.harness import DIALECT

CASES = list(cases.cases()) if cases.present() else []


def test_the_cases_are_there() -> None:
    needs(cases.present(), "the folder shared/conformance")
    assert len(CASES) >= 6 * 2


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_published_bucket(case: tuple[str, Any, str, Any, Any]) -> None:
    _, document, flag, context, expected = case
    assert DIALECT.evaluation is not None
    found = DIALECT.evaluation(document, {}).answer(Asked(flag, context), Ambient.at(None))
    assert found.vendor == expected


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_sdk_agrees_with_the_published_buckets(case: tuple[str, Any, str, Any, Any]) -> None:
    needs_sdk()
    _, document, flag, context, expected = case
    assert oracle(document).answer(flag, context) == expected
