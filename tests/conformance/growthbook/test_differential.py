"""GrowthBook's JavaScript SDK and ours on generated questions: no answer differs.

Each part of the questions is a run of its own, so that every cell comes out often both ways.
"""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from tests.conformance.differential import run
from tests.conformance.growthbook.cases import same
from tests.conformance.growthbook.generate import PARTS
from tests.conformance.growthbook.plain import questions
from tests.conformance.growthbook.vendor import needs_sdk, vendor

from yardarm.connect.vendors.growthbook import Oracle
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.growthbook import DIALECT

COUNT = 30_000
"""Questions of each part: enough for 200 of each outcome in every cell."""


@pytest.mark.parametrize("part", [*PARTS, "whole"])
def test_one_part(part: str) -> None:
    needs_sdk()
    asked = vendor(part)
    made = run(asked, 20261122, COUNT, evenly=True)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == COUNT
    assert not made.empty_cells(asked.one_sided)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(vendor(), seed, 250_000)
    assert not made.differences, "\n".join(made.differences)


def test_the_python_sdk_agrees_on_what_people_write() -> None:
    """Where attributes have the type that a condition expects, and documents are as GrowthBook's
    application makes them, its two SDKs agree with each other and with us."""
    pytest.importorskip("growthbook")
    assert DIALECT.evaluation is not None
    document = None
    for number, question in enumerate(islice(questions(Random(20261122)), 5_000)):
        if question.document is not document:
            document = question.document
            theirs, ours = Oracle(document), DIALECT.evaluation(document, {})
        expected = theirs.answer(question.flag, question.context)
        found = ours.answer(Asked(question.flag, question.context), Ambient.at(None)).vendor
        assert same(expected, found), f"{number}: {question}\n{expected}\n{found}"
