"""Flagsmith's SDK and ours on generated questions: no answer differs."""

from __future__ import annotations

import pytest
from tests.conformance.differential import run
from tests.conformance.flagsmith.generate import ONE_SIDED
from tests.conformance.flagsmith.vendor import needs_sdk, vendor

COUNT = 140_000
"""Questions of everything: as many as fill every cell of the table, what the engine raises at among
them."""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.timeout(600)
def test_no_answer_differs() -> None:
    needs_sdk()
    made = run(vendor(), 7, COUNT)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == COUNT
    assert not made.empty_cells(ONE_SIDED)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(8))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(vendor(), seed, 150_000)
    assert not made.differences, "\n".join(made.differences)
    assert not made.empty_cells(ONE_SIDED)
