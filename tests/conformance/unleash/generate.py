"""Random questions to Unleash's engine and to ours, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.conformance.question import Json, Question
from tests.conformance.unleash.drills import drills
from tests.conformance.unleash.whole import TOGGLES, whole

ONE_SIDED: dict[str, str] = {
    "strategy:applicationHostname": "the engine in this SDK never knows a host name",
    "strategy:custom": "without an implementation a custom strategy is never on",
    "prerequisite depth 3": "a parent that has dependencies itself never satisfies",
    "prerequisite missing": "a parent that is not in the document never satisfies",
}
"""Cells with one outcome only, and why."""


def questions(rng: random.Random) -> Iterator[Question]:
    """Endless. Most documents are about one thing, the others about everything."""
    drilled = drills(rng)
    while True:
        if rng.random() < 0.04:
            document, asked = whole(rng)
            for context, cells in asked:
                for flag in TOGGLES:
                    yield Question(document, flag, context, cells)
        else:
            document, asked = next(drilled)
            for context, cells in asked:
                yield Question(document, "f", context, cells)


def hit(question: Question, answer: Json) -> bool:
    """Whether what the cells name came out true: the toggle is on; of variants, `hit` is served."""
    about_variants = any("variants" in cell or cell == "overrides" for cell in question.cells)
    if about_variants and not question.cells[0].startswith("prerequisite"):
        return answer["variant"]["name"] == "hit"
    return answer["enabled"] is True
