"""What flags of a snapshot answer at an instant. Pure: the same question, the same answer.

A snapshot and an instant are all that an evaluation saw when it was made, but for the caller's
context and chance, so the answer is what was served then. Where chance had a part, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from yardarm.core.ambient import Ambient
from yardarm.core.context import Context
from yardarm.core.decision import FLAG_NOT_FOUND, Decision
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.snapshot import Snapshot, SnapshotSource, reference
from yardarm.errors import ContextError


@dataclass(frozen=True, slots=True)
class Question:
    """For whom, and when as rules see it: `now` is in seconds since 1970."""

    context: Any
    now: float
    fallback: Any = None
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision. `chance`: something was drawn, so that asked again it may be another."""

    decision: Decision
    chance: bool


def ask(snapshot: Snapshot, flag: str, question: Question) -> Answered:
    """One flag's answer. Never raises."""
    return _asked(Program(SnapshotSource(snapshot)), flag, question, question.context)


def ask_all(snapshot: Snapshot, question: Question) -> list[Answered]:
    """The answer of every flag that is not archived, by key. Never raises."""
    program = Program(SnapshotSource(snapshot))
    context = question.context
    with suppress(ContextError):  # every flag will say so
        context = Context.of(context)
    answers = (_asked(program, key, question, context) for key in _flags(snapshot))
    return [found for found in answers if found.decision.error != FLAG_NOT_FOUND]


def _flags(snapshot: Snapshot) -> Iterable[str]:
    found = (reference(at) for at in snapshot.lines)
    return sorted(key for kind, key in found if kind == "flag")


def _asked(program: Program, flag: str, question: Question, context: Any) -> Answered:
    drawn: list[float] = []

    def draw() -> float:
        drawn.append(0.0)
        return 0.0

    decision = evaluate(
        program,
        flag,
        context,
        question.fallback,
        ambient=Ambient.at(question.now, draw),
        explained=question.explained,
    )
    return Answered(decision, bool(drawn))
