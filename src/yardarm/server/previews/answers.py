"""How one flag answers a chunk before and after a change: which contexts move, stay, or may move.

Only where both sides come to different splits is anybody placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from yardarm.core.ambient import Ambient
from yardarm.core.compare import differ, fails, run_of
from yardarm.core.model import DEFAULT_KIND
from yardarm.core.opened import DEPENDS, Doubts
from yardarm.core.outcome import Outcome
from yardarm.core.program import Program
from yardarm.core.reads import Name, first_of
from yardarm.core.skeleton import same_of, skeletons

from .columns import Chunk, Codes
from .groups import PLACE, Groups, Kinds

STAYS, UNKNOWN = 0, 1
"""Verdicts; those above say which move it is."""

Pair: TypeAlias = tuple["str | None", "str | None", bool]
"""A move: variant before, variant after, and whether there is an error only after."""


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
        sources = () if self.reads.everything else skeletons(programs, key)
        self._skeletons = tuple(run_of(Program(source), key) for source in sources)
        self._groups = Groups(self)

    def judge(self, chunk: Chunk) -> Codes:
        """The verdict on each context of the chunk."""
        return self._groups.judge(chunk)

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

    def relevant(self, withheld: frozenset[Name]) -> frozenset[Name]:
        """Those of the withheld attributes that the flag reads."""
        return self.doubts.relevant(self.key, withheld)

    def unplaced(self, user: dict[str, Any], kinds: Kinds, withheld: frozenset[Name]) -> int:
        """The verdict, as far as it does not depend on the unit; else `PLACE`."""
        if withheld:
            moves = self.doubts.skeleton_moves(self.key, withheld, user, kinds)
            if moves is None:
                return UNKNOWN
            if moves is False:
                return STAYS
            if moves == DEPENDS:
                return PLACE
        one, other = (run(user, kinds, self._ambient) for run in self._skeletons)
        same, also = same_of(one), same_of(other)
        if same is None and also is None:
            return self.move(one, other)
        if same != also or same is None or same[0] < 0:
            return PLACE
        return PLACE if same[1] else STAYS

    def ask(
        self,
        user: Mapping[str, Any],
        kinds: Kinds | None,
        withheld: frozenset[Name] = frozenset(),
    ) -> int:
        """The verdict on one context, from which relevant attributes were withheld."""
        if withheld:
            everything = kinds if kinds is not None else {DEFAULT_KIND: user}
            moves = self.doubts.moves(self.key, withheld, user, everything)
            if not moves:
                return UNKNOWN if moves is None else STAYS
        around = self._ambient
        return self.move(self._before(user, kinds, around), self._after(user, kinds, around))
