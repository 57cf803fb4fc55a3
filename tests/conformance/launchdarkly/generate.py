"""Random questions for LaunchDarkly's SDK and for the dialect, endless and of every kind."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.question import Question

from .drills import anonymous_questions, kind_questions, operator_questions, unknown_questions
from .odd import (
    boolean_questions,
    chain_questions,
    huge_questions,
    misnamed_flag_questions,
    misnamed_segment_questions,
)
from .parts import (
    big_questions,
    broken_questions,
    context_questions,
    list_questions,
    target_questions,
)
from .splits import split_questions, weight_questions
from .values import OPERATORS
from .whole import whole_questions

Json = Any

_NOT_THERE = "LaunchDarkly: a clause about an attribute that is not there is false, negated or not"

ONE_SIDED: dict[str, str] = {f"missing:{operator}": _NOT_THERE for operator in OPERATORS}
"""Cells that can have one outcome only, and why."""

_Maker = Callable[[random.Random], Iterator[Question]]


def _makers() -> list[_Maker]:
    """One round: every operator several times, everything else as often as its cells need."""

    def about(operator: str) -> _Maker:
        return lambda rng: operator_questions(rng, operator)

    round_ = [about(operator) for operator in OPERATORS for _ in range(9)]
    round_ += [split_questions] * 14 + [weight_questions] * 7 + [broken_questions] * 22
    round_ += [target_questions] * 16 + [list_questions] * 5 + [big_questions] * 5
    round_ += [context_questions] * 3 + [kind_questions] * 4 + [unknown_questions] * 5
    round_ += [anonymous_questions] * 3 + [boolean_questions] * 4 + [huge_questions] * 12
    round_ += [misnamed_flag_questions] * 4 + [misnamed_segment_questions] * 4
    round_ += [chain_questions]
    return round_ + [whole_questions] * 6


def questions(rng: random.Random) -> Iterator[Question]:
    """Endless questions; those about one document follow each other and share it."""
    makers = _makers()
    while True:
        rng.shuffle(makers)
        for make in makers:
            yield from make(rng)


def hit(question: Question, answer: Json) -> bool:
    """Whether what the question is about came out true, by the SDK's answer."""
    if question.cells[0].startswith("error:"):
        return bool(answer["reason"]["kind"] == "ERROR")
    return bool(answer["variationIndex"] == 0)
