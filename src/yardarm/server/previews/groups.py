"""Contexts judged together: those that answer every question of a flag alike are asked about once.

Only where it depends on the unit is anybody placed, and then each place once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from yardarm.core.model import DEFAULT_KIND
from yardarm.core.movement import Observed
from yardarm.core.operators import find, prepare
from yardarm.core.reads import Name, Reads, first_of

from .columns import Chunk, Codes, Column, Mask

PLACE = -1
"""A verdict: units have to be placed."""

Kinds: TypeAlias = dict[str, dict[str, Any]]

_NONE: frozenset[Name] = frozenset()
_PACKED = 62  # bits that go into one number


class Flag(Protocol):
    """What is asked of a flag, about one context of each group. Verdicts are small numbers."""

    @property
    def reads(self) -> Reads:
        """What the flag reads of a context."""

    @property
    def names(self) -> set[Name]:
        """The attributes that hold it."""

    def relevant(self, withheld: frozenset[Name]) -> frozenset[Name]:
        """Those of the withheld attributes that the flag reads."""

    def unplaced(self, user: dict[str, Any], kinds: Kinds, withheld: frozenset[Name]) -> int:
        """The verdict, as far as it does not depend on the unit; else `PLACE`."""

    def ask(self, user: Mapping[str, Any], kinds: Kinds | None, withheld: frozenset[Name]) -> int:
        """The verdict on one context, from which relevant attributes were withheld."""


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


class Groups:
    """Judges contexts by the answers they give to the flag's questions.

    Where it cannot be told what the flag reads, each context is asked about by itself.
    """

    def __init__(self, flag: Flag) -> None:
        self._flag = flag
        self._questions = _questions(flag.reads)
        self._parts = [
            (placing, np.array(sorted({0, *borders}), np.float64))  # below 0: no unit
            for placing, borders in sorted(flag.reads.parts.items())
        ]
        self._others = sorted({(kind, first_of(name)[0]) for kind, name in flag.reads.others})
        self._known: dict[tuple[bytes, frozenset[Name]], int] = {}

    def judge(self, chunk: Chunk) -> Codes:
        """The verdict on each context of the chunk.

        Where `reads.everything`, the chunk must have its contexts.
        """
        if not len(chunk):
            return np.zeros(0, np.int32)
        if self._flag.reads.everything:
            assert chunk.contexts is not None
            return np.array([self._one(observed) for observed in chunk.contexts], np.int32)
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
                user, kinds = self._context(chunk, row)
                self._known[known] = self._flag.unplaced(user, kinds, withheld)
            verdicts[group] = self._known[known]
        found: Codes = verdicts[groups]
        waiting = found < 0
        if waiting.any():
            self._place(chunk, groups, lacking, found, waiting)
        return found

    def _one(self, observed: Observed) -> int:
        context = observed.context
        return self._flag.ask(context.user, context.kinds, self._flag.relevant(observed.withheld))

    def _lacking(self, chunk: Chunk) -> Column:
        """The relevant attributes that were withheld from each context."""
        flag, given = self._flag, chunk.withheld
        found = [each and flag.relevant(each) for each in given.values]
        numbers = {each or _NONE: number for number, each in enumerate(found)}
        codes = np.array([numbers[each or _NONE] for each in found], np.int32)
        return Column(codes[given.codes], found)

    def _context(self, chunk: Chunk, row: int) -> tuple[dict[str, Any], Kinds]:
        """What the flag reads of a context."""
        kinds: Kinds = {}
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
            verdicts[number] = self._flag.ask(
                user, kinds, lacking.values[lacking.codes[row]] or _NONE
            )
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
