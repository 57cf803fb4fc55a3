"""GrowthBook's own test cases: every one answered by us, and by its SDKs."""

from __future__ import annotations

import pytest
from tests.conformance.growthbook import javascript
from tests.conformance.growthbook.cases import Case, cases, holds, raw
from tests.conformance.growthbook.vendor import needs_sdk

from yardarm.connect.decryption import decrypter
from yardarm.connect.vendors.growthbook import Oracle
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.growthbook import DIALECT
from yardarm.dialects.growthbook.targeting import redirected

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case(case: Case) -> None:
    options = {**case.options, "decrypter": decrypter}
    assert DIALECT.evaluation is not None
    made = DIALECT.evaluation(case.document, options)
    asked = Asked(case.flag, case.context, experiment=options.get("experiment"))
    found = made.answer(asked, Ambient.at(None)).vendor
    assert holds(case.expected, found), f"expected {case.expected}, found {found}"


def test_the_sdk_agrees_with_its_cases() -> None:
    needs_sdk()
    for case in CASES:
        key = case.options.get("decryptionKey")
        options = javascript.options() | ({} if key is None else {"decryptionKey": key})
        found = Oracle(case.document, options).answer(case.flag, case.context, case.options)
        assert holds(case.expected, found), f"{case.id}: {found}"


def test_redirects_keep_the_query() -> None:
    for _, given, expected in raw()["urlRedirect"]:
        for experiment, known in zip(given["experiments"], expected, strict=False):
            if known["inExperiment"]:
                to = known["urlRedirect"]
                keeps = experiment.get("persistQueryString")
                assert (redirected(given["url"], to) if keeps else to) == known["urlWithParams"]
