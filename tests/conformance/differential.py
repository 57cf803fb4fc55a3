"""The vendor's own SDK against ours, on generated documents and contexts: every answer equal.

A run prints how often each cell (an operator, a negation, a missing attribute, a strategy, a
split …) came out true and false, by the vendor's own answer, and fails where that was too seldom to
mean anything.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from tests.conformance.question import Json, Question

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked, Dialect

LEAST = 200
SPARSE = 8
NOW = 1_795_000_000.0
"""The present of every run: seconds since 1970."""


class Oracle(Protocol):
    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json: ...


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's side of a run. `one_sided` gives a reason for cells that have one outcome."""

    dialect: Dialect
    oracle: Callable[..., Oracle]
    questions: Callable[[random.Random], Iterator[Question]]
    hit: Callable[[Question, Json], bool]
    same: Callable[[Json, Json], bool] = lambda expected, found: identical(expected, found)
    one_sided: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Run:
    """What a run found."""

    asked: int = 0
    differences: list[str] = field(default_factory=list)
    tally: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def table(self) -> str:
        cells = sorted({cell for cell, _ in self.tally})
        width = max(map(len, cells), default=0)
        rows = [f"{c:{width}} {self.tally[c, True]:7} {self.tally[c, False]:7}" for c in cells]
        return "\n".join([f"{'':{width}} {'true':>7} {'false':>7}", *rows])

    def is_full(self, cell: str, one_sided: Mapping[str, str]) -> bool:
        """Whether a cell came out often enough both ways, or at all where it has one way only."""
        counts = (self.tally[cell, True], self.tally[cell, False])
        return (sum(counts) if cell in one_sided else min(counts)) >= LEAST

    def empty_cells(self, one_sided: Mapping[str, str]) -> list[str]:
        """Cells that came out too seldom one way or the other."""
        return [
            f"{cell}: {self.tally[cell, True]} true, {self.tally[cell, False]} false"
            for cell in sorted({cell for cell, _ in self.tally})
            if not self.is_full(cell, one_sided)
        ]


def run(vendor: Vendor, seed: int, count: int, *, most: int = 20, evenly: bool = False) -> Run:
    """Ask `count` questions from one seed; stop after `most` differences.

    `evenly`: of questions about nothing but full cells only each `SPARSE`th is asked, so that rare
    cells fill without asking a hundred thousand times about the frequent ones.
    """
    made = Run()
    document: Any = object()
    options: Mapping[str, Json] = {}
    questions = vendor.questions(random.Random(seed))
    if evenly:
        questions = _evenly(questions, made, vendor.one_sided)
    for question in islice(questions, count):
        if question.document is not document or question.options != options:
            document, options = question.document, question.options
            oracle = vendor.oracle(document, options)
            assert vendor.dialect.evaluation is not None
            ours = vendor.dialect.evaluation(document, options)
        expected = oracle.answer(question.flag, question.context, options)
        asked = Asked(
            question.flag, question.context, options=options, experiment=options.get("experiment")
        )
        found = ours.answer(asked, Ambient.at(NOW)).vendor
        made.asked += 1
        hit = vendor.hit(question, expected)
        made.tally.update((cell, hit) for cell in question.cells)
        if not vendor.same(expected, found):
            made.differences.append(
                f"seed {seed}, question {made.asked}: {question.flag!r} {question.context!r}\n"
                f"  {question.document!r}\n  vendor {expected!r}\n  ours   {found!r}"
            )
            if len(made.differences) >= most:
                break
    return made


def _evenly(
    questions: Iterator[Question], made: Run, one_sided: Mapping[str, str]
) -> Iterator[Question]:
    passed_over = 0
    full: set[str] = set()
    for question in questions:
        for cell in question.cells:
            if cell not in full and made.is_full(cell, one_sided):
                full.add(cell)
        if full.issuperset(question.cells):
            passed_over = (passed_over + 1) % SPARSE
            if passed_over:
                continue
        yield question


def identical(one: Json, other: Json) -> bool:
    """Equal as JSON: 1 and 1.0 are the same number, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(identical, one, other))
    return (type(one) is type(other) and one == other) or (
        isinstance(one, int | float) and isinstance(other, int | float) and one == other
    )
