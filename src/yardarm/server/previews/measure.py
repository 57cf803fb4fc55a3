"""The movement of a change over a population in chunks: what `core.movement` counts, by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yardarm.core import model as m
from yardarm.core.affected import affected
from yardarm.core.ambient import Ambient
from yardarm.core.explaining import best
from yardarm.core.movement import MAX_EXAMPLES, FlagMovement, Movement
from yardarm.core.program import DocumentSource, Program
from yardarm.core.reads import Name

from .answers import UNKNOWN, Answers
from .columns import Chunk, Codes
from .exposed import ExposedUnits
from .tallies import Everyone, Numbered, Sums


@dataclass(slots=True)
class FlagSums:
    """The sums of one flag. `places` are those of the first contexts that move."""

    key: str
    causes: tuple[str, ...]
    answers: Answers
    exposed: ExposedUnits | None = None
    traffic: float = 0
    counts: list[int] = field(default_factory=list)
    applications: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    movers: Sums = field(default_factory=Sums)
    unknown: Sums = field(default_factory=Sums)
    places: list[int] = field(default_factory=list)
    shown: list[tuple[str | None, str | None]] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """How many contexts move."""
        return sum(self.counts[UNKNOWN + 1 :])

    def add(self, chunk: Chunk, numbered: list[Numbered], verdicts: Codes) -> None:
        """Count the chunk's contexts, each with its verdict."""
        counts = np.bincount(verdicts, minlength=len(self.answers.pairs)).tolist()
        self.counts += [0] * (len(counts) - len(self.counts))
        for number, count in enumerate(counts):
            self.counts[number] += count
        moved = verdicts > UNKNOWN
        self.unknown.add(verdicts == UNKNOWN, numbered)
        if not moved.any():
            return
        self.traffic += int(chunk.weights[moved].sum())
        self.movers.add(moved, numbered)
        names = chunk.applications.values
        for code, count in enumerate(np.bincount(chunk.applications.codes[moved]).tolist()):
            if count:
                name = names[code] or ""
                self.applications[name] = self.applications.get(name, 0) + count
        if self.exposed is not None:
            self.seen += self.exposed.among(chunk, moved)
        if len(self.places) < MAX_EXAMPLES:
            rows = np.flatnonzero(moved)[: MAX_EXAMPLES - len(self.places)]
            self.places += chunk.places[rows].tolist()
            self.shown += [self.answers.pairs[number][:2] for number in verdicts[rows].tolist()]

    def result(self, attributes: tuple[m.Json, ...]) -> FlagMovement:
        """What was counted until now, with the attributes that tell it; without examples."""
        matrix: dict[tuple[str | None, str | None], int] = {}
        errors = 0
        moves = zip(self.answers.pairs[UNKNOWN + 1 :], self.counts[UNKNOWN + 1 :], strict=False)
        for (before, after, fails), count in moves:
            matrix[before, after] = matrix.get((before, after), 0) + count
            errors += count if fails else 0
        return FlagMovement(
            self.key, self.causes, self.moved, self.counts[UNKNOWN] if self.counts else 0,
            self.traffic, errors, matrix, attributes, (),
        )  # fmt: skip


class Measurement:
    """Measures the movement from one document to another, chunk by chunk.

    `now` is seconds since 1970, for rules that ask for it. `names` are the attributes that chunks
    must hold; with `whole`, they need their contexts too.
    """

    def __init__(self, before: m.Document, after: m.Document, *, now: float | None = None) -> None:
        self.programs = Program(DocumentSource(before)), Program(DocumentSource(after))
        self.ambient = Ambient.at(now)
        self.flags = [
            FlagSums(key, causes, Answers(self.programs, key, self.ambient))
            for key, causes in affected(before, after).items()
        ]
        self._everyone = Everyone()
        self.contexts = self.moved = self.unknown = self.bad = 0

    @property
    def names(self) -> set[Name]:
        """The attributes that chunks must hold."""
        return set().union(*(flag.answers.names for flag in self.flags))

    @property
    def whole(self) -> bool:
        """Whether the chunks' contexts themselves are needed."""
        return any(flag.answers.reads.everything for flag in self.flags)

    def add(self, chunk: Chunk, between: Callable[[], Any] = lambda: None) -> None:
        """Measure a chunk; `between` is called between flags and may raise to end it."""
        count = len(chunk)
        moved, unknown = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self.contexts += count
        self.bad += chunk.bad
        numbered = self._everyone.add(chunk)
        for flag in self.flags:
            between()
            verdicts = flag.answers.judge(chunk)
            flag.add(chunk, numbered, verdicts)
            moved |= verdicts > UNKNOWN
            unknown |= verdicts == UNKNOWN
        self.moved += int(moved.sum())
        self.unknown += int((unknown & ~moved).sum())

    def result(self, rate: float = 1.0) -> Movement:
        """What was measured until now."""
        tally = self._everyone.tally
        everyone = tally()
        flags = tuple(
            flag.result(best(everyone, tally(flag.movers), tally(flag.unknown)))
            for flag in self.flags
        )
        return Movement(self.contexts, self.moved, self.unknown, flags, rate)
