"""Unleash's engine and ours on generated questions: no answer differs.

No pattern of the questions is beyond the linear-time grammar, so none had to be left out. What is
left to chance is asked one by one where chance has no say, and by its frequency where it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import sqrt
from random import Random

import pytest
from tests.conformance.differential import NOW, run
from tests.conformance.question import Json, Question
from tests.conformance.unleash import parts
from tests.conformance.unleash.generate import questions
from tests.conformance.unleash.vendor import needs_sdk, oracle_of, vendor

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.unleash import DIALECT


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


_OLD = "gradualRolloutRandom"
_VARIANTS = [parts.variant("a", 1, stickiness="random"), parts.variant("b", 3)]
CHANCE: dict[str, Json] = {
    "random 2": parts.strategy(name=_OLD, parameters={"percentage": "2"}),
    "random 50": parts.strategy(name=_OLD, parameters={"percentage": "50"}),
    "random 99": parts.strategy(name=_OLD, parameters={"percentage": "99"}),
    "rollout 1": parts.rollout("1", "random", "g"),
    "rollout 50": parts.rollout("50", "random", "g"),
    "rollout of nobody 30": parts.rollout("30", "default", "g"),
    "variants": parts.strategy(variants=_VARIANTS),
    "variants of a rollout": parts.rollout("60", "random", "g", variants=_VARIANTS),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("case", CHANCE)
def test_what_is_left_to_chance_is_as_frequent(case: str) -> None:
    """Six standard deviations of the difference, so that it fails once in 500 million."""
    needs_sdk()
    count = 8_000
    document = parts.document([parts.toggle("f", [CHANCE[case]])])
    theirs = oracle_of(document)
    assert DIALECT.evaluation is not None
    ours = DIALECT.evaluation(document, {})
    ambient = Ambient(lambda: NOW, Random(20261204).random)
    found: Counter[tuple[str, str]] = Counter()
    for _ in range(count):
        for side, answer in (
            ("theirs", theirs.answer("f", {})),
            ("ours", ours.answer(Asked("f", {}), ambient).vendor),
        ):
            # The engine draws for each of the two anew.
            found[side, f"enabled: {answer['enabled']}"] += 1
            found[side, answer["variant"]["name"]] += 1
    for served in {served for _, served in found}:
        shares = [found[side, served] / count for side in ("theirs", "ours")]
        middle = sum(shares) / 2
        assert abs(shares[0] - shares[1]) <= 6 * sqrt(2 * middle * (1 - middle) / count), served
