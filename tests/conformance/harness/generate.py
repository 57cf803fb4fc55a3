"""Random questions to Harness's SDK and to ours, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.conformance.harness.drills import drills
from tests.conformance.harness.values import OPERATORS, TEXT_ONLY
from tests.conformance.harness.whole import whole
from tests.conformance.question import Json, Question

_ABSENT = "the SDK gives an attribute that is not there no type, and every operator but one fails"
_TYPES = "the SDK's types other than text answer no to this operator"
_ODD = "the SDK's booleans, objects and lists answer no to this operator"

ONE_SIDED: dict[str, str] = {
    **{f"missing:{op}": _ABSENT for op in OPERATORS},
    **{f"wrong type:{op}": _TYPES for op in TEXT_ONLY},
    **{f"wrong type:{op}": _ODD for op in ("in", "equal", "gt")},
    "split:no target": "without a usable identifier the SDK serves the last arm, or raises",
}
"""Cells with one outcome only, and why."""


def questions(rng: random.Random) -> Iterator[Question]:
    """Endless. Most documents are about one thing, the others about everything."""
    drilled = drills(rng)
    while True:
        if rng.random() < 0.04:
            document, asked = whole(rng)
            for context, cells in asked:
                for flag in ("f0", "f2", "f5"):
                    yield Question(document, flag, context, cells)
        else:
            document, asked = next(drilled)
            for context, cells in asked:
                yield Question(document, "f", context, cells)


def hit(question: Question, answer: Json) -> bool:
    """Whether what the cells name came out true: a variation other than `off` was served, or
    nothing at all where they are about that."""
    if question.cells[0].startswith("raises:"):
        return answer["variation"] == ""  # type: ignore[no-any-return]
    return answer["variation"] not in ("", "off")
