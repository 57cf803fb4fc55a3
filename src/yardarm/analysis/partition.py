"""A subject's values as a row of cells, and every atom about it as two sets of those cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..core import model as m
from .cells import Cell, Cells, TooMany
from .instants import bounds as instants_named
from .instants import datetimes
from .lists import lists
from .numbers import numbers
from .sorts import OF_CONTEXTS, sorts_of
from .steps import Spent, Steps
from .subjects import NOW, Atom, Attribute, Bucket, Choice, Place, Subject
from .texts import add_texts, named
from .walk import AUTOMATIC

_LISTED = frozenset({"has_any", "has_all"})


@dataclass(frozen=True, slots=True)
class Sides:
    """The cells in which an atom may hold, and those in which it may not.

    They overlap where the atom is opaque: nothing but a single value tells.
    """

    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Partition:
    """The cells of a subject. A set of cells is an integer with a bit for each.

    `sure` are those that are known not to be empty, `finite` those whose values are all listed.
    """

    subject: Subject
    cells: tuple[Cell, ...]
    sides: dict[Atom, Sides]
    sure: int
    finite: int
    opaque: frozenset[Atom]

    @property
    def everything(self) -> int:
        """All cells."""
        return (1 << len(self.cells)) - 1


def partition(subject: Subject, atoms: Sequence[Atom], steps: Steps) -> Partition:
    """The cells that these atoms about a subject make, found within so many steps.

    Text operators are taken for opaque where there would be too many cells, and if need be all
    operators are.
    """
    if not isinstance(subject, Attribute):
        return _made(subject, atoms, frozenset(), _fixed(subject, atoms))
    opaque = frozenset(atom for atom in atoms if atom.opaque)
    for more in (frozenset(), AUTOMATIC, AUTOMATIC | _LISTED):
        hidden = opaque | {atom for atom in atoms if atom.operator in more}
        try:
            return _made(subject, atoms, hidden, _attribute(subject, atoms, hidden, steps))
        except (TooMany, Spent):
            continue
    hidden = frozenset(atoms)
    return _made(subject, atoms, hidden, _attribute(subject, atoms, hidden, steps))


def _attribute(
    subject: Attribute, atoms: Sequence[Atom], hidden: frozenset[Atom], steps: Steps
) -> list[Cell]:
    seen = [atom for atom in atoms if atom not in hidden]
    cells = Cells(seen)
    cells.add("missing", None, finite=True)
    if subject != NOW:
        texts = named(seen)
        if subject.path == ("key",):  # always text, never empty
            texts[""] = None
            cells.add_named("text", [text for text in texts if text])
            add_texts(cells, texts, steps)
            return cells.found()
        cells.add_named("text", texts)
        add_texts(cells, texts, steps)
        for value in (True, False):
            cells.add("boolean", value, finite=True)
    for number, finite in numbers(seen):
        cells.add("number", number, finite=finite)
    if subject != NOW:
        for listed, finite in lists(seen):
            cells.add("list", listed, finite=finite)
        cells.add("object", {})
        for date in datetimes(instants_named(seen)):
            cells.add("date", date)
    return cells.found()


def _fixed(subject: Subject, atoms: Sequence[Atom]) -> list[Cell]:
    """The cells of what is no attribute."""
    match subject:
        case Bucket():
            starts = {0} | {int(bound) for a in atoms for pair in a.values for bound in pair}
            kept = sorted(start for start in starts if 0 <= start < m.PARTS)
            values: list[Any] = list(pairwise([*kept, m.PARTS]))
            return [Cell("bucket", _vector(atoms, pair[0]), False, [pair]) for pair in values]
        case Place():
            edges = sorted({bound for a in atoms for pair in a.values for bound in pair})
            between = [(low + high) / 2 for low, high in pairwise(edges)]
            ends = [edges[0] - 1, edges[-1] + 1] if edges else [0.0]
            values = [None, *edges, *between, *ends]
        case Choice(options=options):
            values = list(options)
        case _:
            raise AssertionError(subject)
    by_vector = {_vector(atoms, value): value for value in values}
    return [Cell("choice", vector, False) for vector in by_vector]


def _vector(atoms: Sequence[Atom], value: Any) -> int:
    return sum(1 << number for number, atom in enumerate(atoms) if atom.test(value))


def _made(
    subject: Subject, atoms: Sequence[Atom], hidden: frozenset[Atom], cells: list[Cell]
) -> Partition:
    cells = sorted(
        cells, key=lambda cell: OF_CONTEXTS.index(cell.sort) if cell.sort in OF_CONTEXTS else -1
    )
    everything = (1 << len(cells)) - 1
    sides: dict[Atom, Sides] = {}
    number = 0
    for atom in atoms:
        if atom in hidden:
            sides[atom] = _opaque_sides(atom, cells)
            continue
        true = sum(1 << at for at, cell in enumerate(cells) if cell.vector >> number & 1)
        sides[atom] = Sides(true, everything & ~true)
        number += 1
    return Partition(
        subject, tuple(cells), sides,
        sum(1 << at for at, cell in enumerate(cells) if cell.examples),
        sum(1 << at for at, cell in enumerate(cells) if cell.finite),
        hidden,
    )  # fmt: skip


_MOST_TESTED = 1_000


def _opaque_sides(atom: Atom, cells: list[Cell]) -> Sides:
    """What the values of finite cells say; anywhere else everything may be."""
    able = None if atom.opaque else sorts_of(atom)
    true = false = 0
    for at, cell in enumerate(cells):
        if able is not None and cell.sort not in able:
            false |= 1 << at
        elif cell.finite and len(cell.examples) <= _MOST_TESTED:
            outcomes = {bool(atom.test(value)) for value in cell.examples}
            true |= (True in outcomes) << at
            false |= (False in outcomes) << at
        else:
            true |= 1 << at
            false |= 1 << at
    return Sides(true, false)
