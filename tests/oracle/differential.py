"""Compiled against interpreted: the same document and contexts through both, every answer equal.

`Comparison.run` notes each difference in words and counts what was asked, with which outcome, in
`tally`; only clauses whose outcomes were compared one by one (by their traces) are counted.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from tests.oracle import generate
from tests.oracle.interpreter import Answer, Interpreter
from tests.oracle.meaning import right_type

from yardarm.core import model as m
from yardarm.core.context import Context
from yardarm.core.decision import Decision
from yardarm.core.evaluate import evaluate, to_decision
from yardarm.core.program import Program

FALLBACK = ("the caller's fallback",)
Cell = tuple[str, str, str]
"""Subject, case, outcome."""


class Comparison:
    """Collects differences and counts over any number of worlds."""

    def __init__(self) -> None:
        self.differences: list[str] = []
        self.tally: Counter[Cell] = Counter()
        self.evaluations = 0

    def run(self, seed: int, contexts: int = 12, **options: Any) -> None:
        """One world and this many contexts, all from one seed."""
        rng = random.Random(seed)
        world = generate.world(rng, **options)
        given = [generate.context(rng, world) for _ in range(contexts)]
        self.compare(world.document, given, f"seed {seed}")

    def drill(self, seed: int, contexts: int = 12, operators: Any = generate.OPERATORS) -> None:
        """One world of single clauses and this many contexts."""
        rng = random.Random(seed)
        world = generate.drill(rng, operators)
        given = [generate.context(rng, world, missing=0.14, wrong=0.25) for _ in range(contexts)]
        self.compare(world.document, given, f"drill {seed}")

    def compare(self, document: m.Document, contexts: list[Any], where: str) -> None:
        program, oracle = Program.of(document), Interpreter(document)
        for key in document.flags:
            traced = program.traced(key)
            for number, context in enumerate(contexts):
                self.evaluations += 1
                expected = oracle.evaluate(key, context)
                place = f"{where}, {key}, context {number}"
                self._answer(place, expected, evaluate(program, key, context, FALLBACK))
                if expected.error == "INVALID_CONTEXT":
                    continue
                self._trace(place, expected, program, key, traced, context)
                if number == len(key) % len(contexts):
                    self._explained(place, expected, program, key, context)
                self._count(expected)

    def _differs(self, place: str, what: str, expected: Any, found: Any) -> None:
        self.differences.append(f"{place}: {what} is {found!r}, should be {expected!r}")

    def _answer(self, place: str, expected: Answer, found: Decision) -> None:
        names = ["variant", "reason", "rule", "error"]
        if expected.error not in ("PARSE_ERROR", "INVALID_CONTEXT"):
            names.append("cause")
        for name in names:
            if getattr(expected, name) != getattr(found, name):
                self._differs(place, name, getattr(expected, name), getattr(found, name))
        value = expected.value if expected.serves else FALLBACK
        if repr(value) != repr(found.value):  # 1, 1.0 and True are equal, but not the same
            self._differs(place, "value", value, found.value)

    def _trace(
        self, place: str, expected: Answer, program: Program, key: str, traced: Any, context: Any
    ) -> None:
        notes: dict[str, Any] = {}

        def note(pointer: str, outcome: Any) -> Any:
            notes[pointer] = outcome
            return outcome

        read = Context.of(context)
        try:
            outcome = traced(read.user, read.kinds, None, note)
        except Exception as error:
            self.differences.append(f"{place}: the traced function raises {error!r}")
            return
        self._answer(
            f"{place}, traced", expected, to_decision(program.compiled(key), outcome, FALLBACK)
        )
        if notes != expected.notes or [*map(type, notes)] != [*map(type, expected.notes)]:
            self._differs(place, "the trace", expected.notes, notes)

    def _explained(
        self, place: str, expected: Answer, program: Program, key: str, context: Any
    ) -> None:
        found = evaluate(program, key, context, FALLBACK, explained=True)
        self._answer(f"{place}, explained", expected, found)
        if expected.bucket != found.bucket:
            self._differs(place, "bucket", expected.bucket, found.bucket)
        if found.trace is None:
            self._differs(place, "trace", "a trace", None)

    # --- what was asked -----------------------------------------------------------------------

    def _count(self, answer: Answer) -> None:
        tally = self.tally
        for asked in answer.asked:
            name, value = asked.clause.operator, asked.value
            if value is None:
                case = "missing"
            elif right_type(name, value, asked.clause.values):
                case = "plain"
            else:
                case = "wrong type"
            if asked.negated:
                tally[name, f"not, {case}", str(not asked.outcome)] += 1
            else:
                tally[name, case, str(asked.outcome)] += 1
        for split, outcome in answer.splits:
            for case in _kinds_of_split(split):
                tally["split", case, outcome] += 1
        for pointer, outcome in answer.notes.items():
            kind = pointer.split("/")[1]
            if kind in ("prerequisites", "targets"):
                depth = "depth 3 and more" if answer.depth >= 3 else "any depth"
                case = depth if kind == "prerequisites" else "keys"
                tally[kind, case, str(outcome)] += 1
        tally["reason", answer.reason, answer.error or ""] += 1


def _kinds_of_split(split: m.Split) -> list[str]:
    bucketing = split.bucketing
    return [
        "any",
        *(["layer"] if bucketing.layer is not None else []),
        *(["seed"] if bucketing.seed is not None else []),
        *(["chain"] if len(bucketing.by) > 1 else []),
        *(["stored ranges"] if split.arms[0].ranges is not None else []),
    ]
