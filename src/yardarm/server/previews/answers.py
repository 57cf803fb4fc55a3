"""How one flag answers a chunk before and after a change: which contexts move, stay, or may move.

Contexts that answer every question of the flag alike are judged once. Only where both sides come
to different splits is anybody placed, and then each unit once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from yardarm.core.ambient import Ambient
from yardarm.core.compare import differ, fails, run_of
from yardarm.core.model import DEFAULT_KIND
from yardarm.core.movement import Observed
from yardarm.core.opened import DEPENDS, Doubts
from yardarm.core.operators import find, prepare
from yardarm.core.outcome import Outcome
from yardarm.core.program import Program
from yardarm.core.reads import Name, Reads, first_of
from yardarm.core.skeleton import same_of, skeletons

from .columns import Chunk, Codes, Column, Mask

STAYS, UNKNOWN = 0, 1
"""Verdicts; those above say which move it is."""

_PLACE = -1  # units have to be placed

Pair: TypeAlias = tuple["str | None", "str | None", bool]
"""A move: variant before, variant after, and whether there is an error only after."""

_NONE: frozenset[Name] = frozenset()
_PACKED = 62  # bits that go into one number


class Answers:
    """One flag, before and after."""

    def __init__(self, programs: tuple[Program, Program], key: str, ambient: Ambient) -> None:
        self.key = key
        self.pairs: list[Pair] = [(None, None, False), (None, None, False)]
        self._numbers: dict[Pair, int] = {}
        self._programs = programs
        self._ambient = ambient
        self._before, self._after = (run_of(program, key) for program in programs)
        self.doubts = Doubts(programs, ambient)
        self.reads = self.doubts.reads(key)
        self.names = {(kind, first_of(attribute)[0]) for kind, attribute in self.reads.names}
        self._grouped = None if self.reads.everything else _Groups(self)

    def judge(self, chunk: Chunk) -> Codes:
        """The verdict on each context of the chunk.

        Where `reads.everything`, the chunk must have its contexts.
        """
        if not len(chunk):
            return np.zeros(0, np.int32)
        if self._grouped is not None:
            return self._grouped.judge(chunk)
        assert chunk.contexts is not None
        return np.array([self._one(observed) for observed in chunk.contexts], np.int32)

    def move(self, one: Outcome, other: Outcome) -> int:
        """The verdict on who got the one and gets the other."""
        if not differ(one, other):
            return STAYS
        pair = (one.variant, other.variant, fails(one, other))
        found = self._numbers.get(pair)
        if found is None:
            found = self._numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
        return found

    def ask(
        self,
        user: dict[str, Any],
        kinds: dict[str, dict[str, Any]] | None,
        withheld: frozenset[Name] | None = None,
    ) -> int:
        """The verdict on one context, from which relevant attributes were withheld."""
        if withheld:
            everything = kinds if kinds is not None else {DEFAULT_KIND: user}
            moves = self.doubts.moves(self.key, withheld, user, everything)
            if not moves:
                return UNKNOWN if moves is None else STAYS
        around = self._ambient
        return self.move(self._before(user, kinds, around), self._after(user, kinds, around))

    def _one(self, observed: Observed) -> int:
        context = observed.context
        withheld = self.doubts.relevant(self.key, observed.withheld)
        return self.ask(context.user, context.kinds, withheld)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of one attribute. Questions of one `key` are the same."""

    key: str
    name: Name
    path: tuple[str, ...]
    holds: Callable[[Any], bool]

    def answers(self, chunk: Chunk) -> Mask:
        return chunk.answers(self.key, self.name, self.path, self.holds)


def _questions(reads: Reads) -> list[_Question]:
    found = []
    for key, clause in sorted(reads.clauses.items()):
        operator = find(clause.operator)
        if operator is None:
            continue
        try:
            prepared = prepare(clause.operator, clause.values)
        except ValueError:
            continue  # the rule that asks it never matches
        first, path = first_of(clause.attribute)
        test = _asking(operator.test, prepared)
        found.append(_Question(key, (clause.kind, first), path, test))
    for kind, lists in sorted(reads.listed.items()):
        for keys in sorted(lists, key=sorted):
            listed = _key_of(kind, keys)
            found.append(_Question(listed, (kind, "key"), (), keys.__contains__))
    return found


def _key_of(kind: str, keys: frozenset[str]) -> str:
    text = "\0".join((kind, *sorted(keys)))
    return blake2b(text.encode("utf-8", "surrogatepass")).hexdigest()


def _asking(test: Callable[[Any, Any], bool], prepared: Any) -> Callable[[Any], bool]:
    return lambda value: bool(test(value, prepared))


class _Groups:
    """Judges contexts by the answers they give to the flag's questions."""

    def __init__(self, flag: Answers) -> None:
        self._flag = flag
        self._questions = _questions(flag.reads)
        self._parts = [
            (placing, np.array(sorted({0, *borders}), np.float64))  # below 0: no unit
            for placing, borders in sorted(flag.reads.parts.items())
        ]
        self._others = sorted({(kind, first_of(name)[0]) for kind, name in flag.reads.others})
        sources = skeletons(flag._programs, flag.key)
        self._skeletons = tuple(run_of(Program(source), flag.key) for source in sources)
        self._known: dict[tuple[bytes, frozenset[Name]], int] = {}

    def judge(self, chunk: Chunk) -> Codes:
        asked = [question.answers(chunk) for question in self._questions]
        lacking = self._lacking(chunk)
        groups, firsts = _grouped(asked, lacking, len(chunk))
        bits = np.array([answers[firsts] for answers in asked], np.bool_).reshape(-1, len(firsts))
        packed = np.packbits(bits, axis=0)
        verdicts = np.zeros(len(firsts), np.int32)
        for group, row in enumerate(firsts.tolist()):
            withheld = lacking.values[lacking.codes[row]] or _NONE
            known = (packed[:, group].tobytes(), withheld)
            if known not in self._known:
                self._known[known] = self._verdict(chunk, row, withheld)
            verdicts[group] = self._known[known]
        found: Codes = verdicts[groups]
        waiting = found < 0
        if waiting.any():
            self._place(chunk, groups, lacking, found, waiting)
        return found

    def _lacking(self, chunk: Chunk) -> Column:
        """The relevant attributes that were withheld from each context."""
        flag, given = self._flag, chunk.withheld
        found = [each and flag.doubts.relevant(flag.key, each) for each in given.values]
        numbers = {each or _NONE: number for number, each in enumerate(found)}
        codes = np.array([numbers[each or _NONE] for each in found], np.int32)
        return Column(codes[given.codes], found)

    def _verdict(self, chunk: Chunk, row: int, withheld: frozenset[Name]) -> int:
        user, kinds = self._context(chunk, row)
        around = self._flag._ambient
        if withheld:
            moves = self._flag.doubts.skeleton_moves(self._flag.key, withheld, user, kinds)
            if moves is None:
                return UNKNOWN
            if moves is False:
                return STAYS
            if moves == DEPENDS:
                return _PLACE
        one, other = (run(user, kinds, around) for run in self._skeletons)
        same, also = same_of(one), same_of(other)
        if same is None and also is None:
            return self._flag.move(one, other)
        if same != also or same is None or same[0] < 0:
            return _PLACE
        return _PLACE if same[1] else STAYS

    def _context(self, chunk: Chunk, row: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """What the flag reads of a context."""
        kinds: dict[str, dict[str, Any]] = {}
        for kind, name in self._flag.names:
            column = chunk.column((kind, name))
            value = column.values[column.codes[row]]
            if value is not None:
                kinds.setdefault(kind, {})[name] = value
        return kinds.get(DEFAULT_KIND, _EMPTY), kinds

    def _place(
        self, chunk: Chunk, groups: Codes, lacking: Column, found: Codes, waiting: Mask
    ) -> None:
        """Judge those for whom units have to be placed, together where they are in one place."""
        rows = np.flatnonzero(waiting)
        places = [
            np.searchsorted(borders, chunk.parts(placing, rows), "right")
            for placing, borders in self._parts
        ]
        columns = [chunk.column(name) for name in self._others]
        each, firsts = _distinct([groups[rows], *places, *(c.codes[rows] for c in columns)])
        verdicts = np.zeros(len(firsts), np.int32)
        for number, row in enumerate(rows[firsts].tolist()):
            user, kinds = self._context(chunk, row)
            verdicts[number] = self._flag.ask(user, kinds, lacking.values[lacking.codes[row]])
        found[rows] = verdicts[each]


_EMPTY: dict[str, Any] = {}


def _grouped(asked: Sequence[Mask], lacking: Column, count: int) -> tuple[Codes, Codes]:
    """Each context's group, and each group's first context."""
    parts: list[npt.NDArray[Any]] = [lacking.codes]
    for start in range(0, len(asked), _PACKED):
        packed = np.zeros(count, np.int64)
        for answers in asked[start : start + _PACKED]:
            packed = packed * 2 + answers
        parts.append(packed)
    return _distinct(parts)


def _distinct(parts: Sequence[npt.NDArray[Any]]) -> tuple[Codes, Codes]:
    """Numbers for the different rows of several columns, and the first row of each."""
    codes, firsts = np.zeros(len(parts[0]), np.int64), np.zeros(1, np.int64)
    for part in parts:
        _, part_codes = np.unique(part, return_inverse=True)
        both = codes * (int(part_codes.max(initial=0)) + 1) + part_codes
        _, firsts, codes = np.unique(both, return_index=True, return_inverse=True)
    return codes, firsts  # type: ignore[return-value]
