"""How one flag answers a chunk: which step of it takes each context, and what is served there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from yardarm.core.ambient import Ambient
from yardarm.core.compare import run_of
from yardarm.core.decision import DISABLED, FLAG_NOT_FOUND, PARSE_ERROR
from yardarm.core.model import DEFAULT_KIND
from yardarm.core.opened import Opened
from yardarm.core.outcome import Outcome
from yardarm.core.program import Program
from yardarm.core.reads import Name, first_of, is_withheld, read_by
from yardarm.core.skeleton import Skeleton, same_of
from yardarm.core.withheld import ANYTHING, UNPLACED

from .columns import Chunk, Codes
from .groups import PLACE, Groups, Kinds

OFF, STOPPED, TARGETS, DEFAULT, FAILED = "off", "stopped", "targets", "default", "failed"
"""Where a context can end besides the rules, each of which is known by its index."""


class End(NamedTuple):
    """Where a context ends, and the variant that it is served there (None: the fallback)."""

    by: str | int
    variant: str | None


Ends: TypeAlias = frozenset[End]
"""The ends that are possible; where only one is, it is certain. None at all: nobody knows."""


class Taken:
    """One flag of one document. Verdicts are indices of `ends`."""

    def __init__(self, program: Program, key: str, ambient: Ambient) -> None:
        self.ends: list[Ends] = []
        self._numbers: dict[Ends, int] = {}
        self._program = program
        self._key = key
        self._ambient = ambient
        self._run = run_of(program, key)
        self.reads = read_by((program,), key)
        self.names = {(kind, first_of(attribute)[0]) for kind, attribute in self.reads.names}
        self._bones = Skeleton(program, key, {})
        self._bare = None if self.reads.everything else run_of(Program(self._bones), key)
        self._opened: dict[tuple[bool, frozenset[Name]], tuple[Opened, int]] = {}
        self._groups = Groups(self)

    def judge(self, chunk: Chunk) -> Codes:
        """The verdict on each context of the chunk."""
        return self._groups.judge(chunk)

    def relevant(self, withheld: frozenset[Name]) -> frozenset[Name]:
        """Those of the withheld attributes that the flag reads."""
        if not withheld:
            return withheld
        found = frozenset(name for name in self.reads.names if is_withheld(name, withheld))
        return found | {ANYTHING} if self.reads.everything else found

    def unplaced(self, user: Mapping[str, Any], kinds: Kinds, withheld: frozenset[Name]) -> int:
        """The verdict, as far as it does not depend on the unit; else `PLACE`."""
        if withheld:
            opened, before = self._open(withheld, bare=True)
            found = [one for (one,) in opened.possible(self._key, user, kinds, self._ambient)]
        else:
            assert self._bare is not None
            found, before = [self._bare(user, kinds, self._ambient)], 0
        if any(same_of(outcome) is not None for outcome in found):
            return PLACE
        return self._verdict(found, before)

    def ask(self, user: Mapping[str, Any], kinds: Kinds | None, withheld: frozenset[Name]) -> int:
        """The verdict on one context, from which relevant attributes were withheld."""
        if not withheld:
            return self._verdict([self._run(user, kinds, self._ambient)])
        everything = {DEFAULT_KIND: user} if kinds is None else kinds
        opened, before = self._open(withheld, bare=False)
        possible = opened.possible(self._key, user, everything, self._ambient)
        return self._verdict([one for (one,) in possible], before)

    def _open(self, withheld: frozenset[Name], *, bare: bool) -> tuple[Opened, int]:
        """The flag with open clauses, and how many rules stand there for its targets."""
        found = self._opened.get((bare, withheld))
        if found is None:
            source = self._bones if bare else self._program.source
            opened = Opened((source,), withheld)
            found = opened, opened.rules_before(self._key, source)
            self._opened[bare, withheld] = found
        return found

    def _verdict(self, found: list[Outcome], before: int = 0) -> int:
        known = all(UNPLACED not in (outcome.cause or "") for outcome in found)
        ends = frozenset(_end(outcome, before) for outcome in found) if known else frozenset()
        number = self._numbers.get(ends)
        if number is None:
            number = self._numbers[ends] = len(self.ends)
            self.ends.append(ends)
        return number


def _end(outcome: Outcome, before: int) -> End:
    """Where an outcome comes from. `before`: rules that stand for targets come first."""
    rule, cause = outcome.at[0], outcome.cause or ""
    if rule is not None:
        return End(rule - before if rule >= before else TARGETS, outcome.variant)
    if cause == "target":
        return End(TARGETS, outcome.variant)
    if outcome.reason == DISABLED:
        return End(STOPPED if cause.startswith("prerequisite:") else OFF, outcome.variant)
    if outcome.error in (PARSE_ERROR, FLAG_NOT_FOUND):
        return End(FAILED, outcome.variant)
    return End(DEFAULT, outcome.variant)
