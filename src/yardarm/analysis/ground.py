"""The ground that formulas stand on: their subjects' cells, and what a literal leaves of them."""

from __future__ import annotations

from collections.abc import Iterable

from .formula import Formula, Literal, either
from .partition import Partition, partition
from .steps import Steps
from .subjects import Atom, Atoms, Attribute

Cache = dict[tuple[int, frozenset[Atom]], Partition]

HOLDS, FAILS = 1, 2
"""The two cells of an opaque atom's own answer."""


Limit = tuple[int, int]
"""What a literal leaves of one subject: the subject's number, and a set of its cells."""

State = dict[int, int]
"""The cells that are left of each subject; a subject that is not in it has all of its cells.

Subjects are numbered as in `Atoms`; the answer of an opaque atom has a negative number.
"""


class Ground:
    """The partitions of some atoms' subjects."""

    def __init__(self, atoms: Atoms, used: Iterable[Atom], cache: Cache, steps: Steps) -> None:
        self.ties: list[Formula] = []
        used = set(used)
        every = {
            *used,
            *self._tie(atoms, {a.subject for a in used if isinstance(a.subject, Attribute)}),
        }
        self.known = frozenset(every)
        """The atoms that can be asked about."""
        by_subject: dict[int, list[Atom]] = {}
        for atom in sorted(every, key=lambda atom: atom.number):
            by_subject.setdefault(atom.subject_id, []).append(atom)
        self.partitions: dict[int, Partition] = {}
        for number, about in by_subject.items():
            key = (number, frozenset(about))
            if key not in cache:
                cache[key] = partition(atoms.subjects[number], about, steps)
            self.partitions[number] = cache[key]
        self.opaque: dict[int, Atom] = {}
        self._own: dict[Atom, int] = {}
        for found in self.partitions.values():
            for atom in sorted(found.opaque, key=lambda atom: atom.number):
                self._own[atom] = -1 - len(self._own)
                self.opaque[self._own[atom]] = atom
        self.everything: dict[int, int] = {
            **{number: found.everything for number, found in self.partitions.items()},
            **dict.fromkeys(self.opaque, HOLDS | FAILS),
        }
        """All cells of each subject."""
        self._limits: dict[Literal, tuple[Limit, ...]] = {}

    def _tie(self, atoms: Atoms, used: set[Attribute]) -> set[Atom]:
        """An attribute under another one is there only if that other one is an object, and none is
        there under a key, which is text."""
        made: set[Atom] = set()
        for low in sorted(used, key=lambda attribute: (attribute.kind, attribute.path)):
            if low.path[0] == "key" and len(low.path) > 1:
                there = atoms.present(low)
                self.ties.append(Literal(there, False))
                made.add(there)
                continue
            above = [Attribute(low.kind, low.path[:n]) for n in range(1, len(low.path))]
            for high in [attribute for attribute in above if attribute in used][-1:]:
                there, is_object = atoms.present(low), atoms.is_object(high)
                self.ties.append(either((Literal(there, False), Literal(is_object))))
                made |= {there, is_object}
        return made

    def limits(self, literal: Literal) -> tuple[Limit, ...]:
        """What is left where the literal is true."""
        found = self._limits.get(literal)
        if found is None:
            found = self._limits[literal] = self._limits_of(literal.atom, literal.holds)
        return found

    def alone(self, literal: Literal) -> bool | None:
        """Whether a literal alone can be true, where that is told by its subject alone."""
        limits = self.limits(literal)
        if not all(mask for _, mask in limits):
            return False
        if len(limits) > 1 or self.ties:
            return None
        subject, mask = limits[0]
        return True if mask & self.partitions[subject].sure else None

    def _limits_of(self, atom: Atom, holds: bool) -> tuple[Limit, ...]:
        sides = self.partitions[atom.subject_id].sides[atom]
        limit = (atom.subject_id, sides.true if holds else sides.false)
        own = self._own.get(atom)
        if own is None:
            return (limit,)
        return limit, (own, HOLDS if holds else FAILS)
