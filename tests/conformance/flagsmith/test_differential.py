"""Flagsmith's SDK and ours on generated questions: no answer differs."""

from __future__ import annotations

import pytest
from tests.conformance.differential import run
from tests.conformance.flagsmith import generate
from tests.conformance.flagsmith.vendor import needs_sdk, vendor

COUNTS = {
    "comparisons": 24_000, "versions": 12_000, "sets": 26_000, "flags": 18_000, "circles": 8_000,
    "splits": 12_000, "paths": 12_000, "whole": 8_000,
}  # fmt: skip
"""Questions by topic: as many as fill every cell of the table."""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("topic", generate.TOPICS)
def test_questions_of_a_topic(topic: str) -> None:
    needs_sdk()
    asked = vendor((topic,))
    made = run(asked, 20261129, COUNTS[topic])
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == COUNTS[topic]
    assert not made.empty_cells(generate.ONE_SIDED)


def test_twenty_thousand_questions_of_everything() -> None:
    needs_sdk()
    made = run(vendor(), 7, 20_000)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == 20_000


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(8))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(vendor(), seed, 150_000)
    assert not made.differences, "\n".join(made.differences)
