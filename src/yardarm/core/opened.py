"""Flags asked about contexts of which attributes were withheld: one document, or both sides of a
change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import model as m
from .ambient import Ambient
from .compare import differ, run_of
from .outcome import Outcome
from .program import Program
from .reads import Name, Reads, is_withheld, read_by
from .references import Source
from .skeleton import same_of, skeletons
from .withheld import ANYTHING, MAX_OPEN, OPEN_KIND, UNPLACED, OpenSource, answers

DEPENDS = "depends"
"""What a skeleton answers where it depends on the unit whether a context moves."""


class Opened:
    """Some sides, mostly two, with the clauses about some withheld attributes open."""

    def __init__(self, sides: tuple[Source, ...], withheld: frozenset[Name]) -> None:
        clauses: dict[str, str] = {}
        self._programs = tuple(Program(OpenSource(side, withheld, clauses)) for side in sides)
        self._names: dict[str, list[str]] = {}

    def rules_before(self, key: str, source: Source) -> int:
        """How many rules stand before those that the flag has in the source: for its targets."""
        opened, closed = self._programs[0].source.flag(key), source.flag(key)
        return len(opened.rules) - len(closed.rules)

    def moves(
        self,
        key: str,
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
        ambient: Ambient,
    ) -> bool | None:
        """Whether the context moves between two sides whatever was withheld; None: nobody knows."""
        found = set()
        for one, other in self.possible(key, user, kinds, ambient):
            if any(UNPLACED in (outcome.cause or "") for outcome in (one, other)):
                return None
            found.add(differ(one, other))
            if len(found) > 1:
                return None
        return found.pop() if found else None

    def skeleton_moves(
        self,
        key: str,
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
        ambient: Ambient,
    ) -> bool | str | None:
        """The same where the sides are skeletons: `DEPENDS` where a unit has to be placed."""
        found = set()
        for one, other in self.possible(key, user, kinds, ambient):
            if any(UNPLACED in (outcome.cause or "") for outcome in (one, other)):
                return DEPENDS
            same, also = same_of(one), same_of(other)
            if same is None and also is None:
                found.add(differ(one, other))
            elif same == also and same is not None and not same[1]:
                found.add(False)
            else:
                return DEPENDS
        return None if len(found) != 1 else found.pop()

    def settles(
        self,
        key: str,
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
        ambient: Ambient,
    ) -> bool:
        """Whether the first side answers the context the same whatever was withheld."""
        found = [first for first, *_ in self.possible(key, user, kinds, ambient)]
        return bool(found) and not any(
            UNPLACED in (outcome.cause or "") or differ(found[0], outcome) for outcome in found
        )

    def possible(
        self,
        key: str,
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
        ambient: Ambient,
    ) -> Iterator[tuple[Outcome, ...]]:
        """What the sides can answer, together; nothing, where there are too many ways to try."""
        names = self._names.get(key)
        if names is None:
            asked = set().union(*(open_names(program, key) for program in self._programs))
            names = self._names[key] = sorted(asked)
        if len(names) > MAX_OPEN:
            return
        runs = [run_of(program, key) for program in self._programs]
        for given in answers(names):
            everything = {**kinds, OPEN_KIND: given}
            yield tuple(run(user, everything, ambient) for run in runs)


class Doubts:
    """Whether contexts move of which attributes were withheld, before and after one change."""

    def __init__(self, programs: tuple[Program, Program], ambient: Ambient) -> None:
        self._programs = programs
        self._ambient = ambient
        self._reads: dict[str, Reads] = {}
        self._whole: dict[frozenset[Name], Opened] = {}
        self._skeletons: dict[tuple[str, frozenset[Name]], Opened] = {}

    def reads(self, key: str) -> Reads:
        """What the flag reads on either side."""
        found = self._reads.get(key)
        if found is None:
            found = self._reads[key] = read_by(self._programs, key)
        return found

    def relevant(self, key: str, withheld: frozenset[Name]) -> frozenset[Name]:
        """Those attributes that the flag reads of what was withheld; the rest does not matter.

        Contexts lack attributes in many ways, a flag in few.
        """
        if not withheld:
            return withheld
        reads = self.reads(key)
        found = frozenset(name for name in reads.names if is_withheld(name, withheld))
        return found | {ANYTHING} if reads.everything else found

    def moves(
        self,
        key: str,
        withheld: frozenset[Name],
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
    ) -> bool | None:
        """Whether the context moves in the flag; None when nobody knows.

        `withheld` is what is `relevant`, and not empty.
        """
        found = self.skeleton_moves(key, withheld, user, kinds)
        if not isinstance(found, str):
            return found
        opened = self._whole.get(withheld)
        if opened is None:
            before, after = (program.source for program in self._programs)
            opened = self._whole[withheld] = Opened((before, after), withheld)
        return opened.moves(key, user, kinds, self._ambient)

    def skeleton_moves(
        self,
        key: str,
        withheld: frozenset[Name],
        user: Mapping[str, Any],
        kinds: Mapping[str, Mapping[str, Any]],
    ) -> bool | str | None:
        """The same; `DEPENDS` where a unit has to be placed to know it."""
        opened = self._skeletons.get((key, withheld))
        if opened is None:
            opened = Opened(skeletons(self._programs, key), withheld)
            self._skeletons[key, withheld] = opened
        return opened.skeleton_moves(key, user, kinds, self._ambient)


def open_names(program: Program, key: str) -> set[str]:
    """The open clauses of a flag and of everything that it needs."""
    try:
        compiled = program.compiled(key)
    except KeyError:
        return set()
    found: set[str] = set()
    for kind, other in {*compiled.needs, ("flag", key)}:
        try:
            item = program.source.flag(other) if kind == "flag" else program.source.segment(other)
        except KeyError:
            continue
        waiting: list[m.Condition | None] = (
            [item.when] if isinstance(item, m.Segment) else [rule.when for rule in item.rules]
        )
        while waiting:
            match waiting.pop():
                case m.All(inner) | m.AnyOf(inner):
                    waiting.extend(inner)
                case m.Not(inner):
                    waiting.append(inner)
                case m.Clause(name, _, _, kind_) if kind_ == OPEN_KIND:
                    found.add(name)
                case _:
                    pass
    return found
