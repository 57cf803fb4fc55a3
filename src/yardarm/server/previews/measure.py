"""The movement of a change over a population in chunks: what `core.movement` counts, by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yardarm.core import model as m
from yardarm.core.affected import affected
from yardarm.core.ambient import Ambient
from yardarm.core.explaining import Attributes, is_told
from yardarm.core.movement import MAX_EXAMPLES, FlagMovement, Movement
from yardarm.core.program import DocumentSource, Program
from yardarm.core.reads import Name

from .answers import UNKNOWN, Answers
from .columns import Chunk, Codes, Mask
from .exposed import ExposedUnits


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
    attributes: Attributes = field(default_factory=Attributes)
    places: list[int] = field(default_factory=list)
    shown: list[tuple[str | None, str | None]] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """How many contexts move."""
        return sum(self.counts[UNKNOWN + 1 :])

    def add(self, chunk: Chunk, verdicts: Codes) -> None:
        """Count the chunk's contexts, each with its verdict."""
        counts = np.bincount(verdicts, minlength=len(self.answers.pairs)).tolist()
        self.counts += [0] * (len(counts) - len(self.counts))
        for number, count in enumerate(counts):
            self.counts[number] += count
        moved = verdicts > UNKNOWN
        self._explain(chunk, verdicts == 0, moved=False)
        if not moved.any():
            return
        self.traffic += int(chunk.weights[moved].sum())
        self._explain(chunk, moved, moved=True)
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

    def result(self) -> FlagMovement:
        """What was counted until now, without examples."""
        matrix: dict[tuple[str | None, str | None], int] = {}
        errors = 0
        moves = zip(self.answers.pairs[UNKNOWN + 1 :], self.counts[UNKNOWN + 1 :], strict=False)
        for (before, after, fails), count in moves:
            matrix[before, after] = matrix.get((before, after), 0) + count
            errors += count if fails else 0
        return FlagMovement(
            self.key, self.causes, self.moved, self.counts[UNKNOWN] if self.counts else 0,
            self.traffic, errors, matrix, self.attributes.best(), (),
        )  # fmt: skip

    def _explain(self, chunk: Chunk, which: Mask, *, moved: bool) -> None:
        rows = np.flatnonzero(which)[: self.attributes.room(moved=moved)]
        if not len(rows):
            return
        counts = (
            (kind, name, column.values[code], count)
            for (kind, name), column in chunk.columns.items()
            if name != "key"
            for code, count in enumerate(np.bincount(column.codes[rows]).tolist())
            if count and is_told(name, column.values[code])
        )
        self.attributes.add_many(len(rows), counts, moved=moved)


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
        for flag in self.flags:
            between()
            verdicts = flag.answers.judge(chunk)
            flag.add(chunk, verdicts)
            moved |= verdicts > UNKNOWN
            unknown |= verdicts == UNKNOWN
        self.moved += int(moved.sum())
        self.unknown += int((unknown & ~moved).sum())

    def result(self, rate: float = 1.0) -> Movement:
        """What was measured until now."""
        flags = tuple(flag.result() for flag in self.flags)
        return Movement(self.contexts, self.moved, self.unknown, flags, rate)
