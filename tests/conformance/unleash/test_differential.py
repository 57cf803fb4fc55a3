"""Unleash's engine and ours on generated questions: no answer differs.

No pattern of the questions is beyond the linear-time grammar, so none had to be left out. What is
left to chance is asked at 0 and 100 % only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest
from tests.conformance.differential import run
from tests.conformance.question import Question
from tests.conformance.unleash.generate import questions
from tests.conformance.unleash.vendor import needs_sdk, vendor


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [20261201])
def test_a_hundred_and_twenty_thousand_questions(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    needs_sdk()
    made = run(vendor(), seed, 120_000)
    record_property("table", made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == 120_000
    assert not made.empty_cells(vendor().one_sided)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(8))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(vendor(), seed, 300_000)
    assert not made.differences, "\n".join(made.differences)


@pytest.mark.timeout(300)
def test_contexts_as_the_sdk_for_python_sends_them() -> None:
    """The same questions with the option `client` = `python`: every value becomes text before."""
    needs_sdk()

    def asked(rng: Random) -> Iterator[Question]:
        for question in questions(rng):
            yield replace(question, options={"client": "python"})

    made = run(vendor(asked), 20261203, 30_000)
    assert not made.differences, "\n".join(made.differences)
