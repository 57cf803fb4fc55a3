"""Cells: values that a set of atoms cannot tell apart.

A cell is known by the sort of its values and by which atoms hold for them. Cells come from values
that were really tested, so a cell with an example is not empty; and the values that are proposed
for each sort are enough for every cell to be met. Where that cannot be told for sure (text that is
to be a date and to contain something), the cell is kept without an example, and questions that
hang on it stay open. A solver could be asked for an example, or to prove that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .sorts import OF_CONTEXTS, Sort, sorts_of
from .subjects import Atom

MAX_CELLS = 3_000
"""Most cells of one attribute. Beyond that, text operators are taken for opaque."""
MAX_EXAMPLES = 100_000
"""Most values of a finite cell that are kept."""
_SOME = 10


class TooMany(Exception):
    """The atoms divide the values into more cells than are looked at."""


@dataclass(slots=True)
class Cell:
    """Values that are alike. `vector` has the bit of every atom that holds for them.

    `examples` are all of its values if it is `finite`, else some. Without any it is not known
    whether there are such values.
    """

    sort: Sort
    vector: int
    finite: bool
    examples: list[Any] = field(default_factory=list)


class Cells:
    """Collects cells for a sequence of atoms, which are the bits of vectors in this order."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = atoms
        self._found: dict[tuple[Sort, int], Cell] = {}
        self._asking: dict[Sort, list[tuple[int, Atom]]] = {sort: [] for sort in OF_CONTEXTS}
        for number, atom in enumerate(atoms):
            for sort in sorts_of(atom):
                self._asking[sort].append((1 << number, atom))

    def vector(self, sort: Sort, value: Any) -> int:
        """Which atoms hold for a value."""
        bits = 0
        for bit, atom in self._asking.get(sort, ()):
            if atom.test(value):
                bits |= bit
        return bits

    def add(self, sort: Sort, value: Any, *, finite: bool = False) -> None:
        """A value of this sort; `finite` if it stands for nothing but itself. Raises `TooMany`."""
        self._add(sort, self.vector(sort, value), value, finite)

    def add_named(self, sort: Sort, values: Iterable[Any]) -> None:
        """Values that clauses name, each standing for itself. Quick where there are many.

        Raises `TooMany`.
        """
        naming: dict[Any, int] = {}
        others = []
        for bit, atom in self._asking[sort]:
            if atom.operator in ("equals", "in"):
                for value in atom.values:
                    if type(value) is str:
                        naming[value] = naming.get(value, 0) | bit
            else:
                others.append((bit, atom))
        for value in values:
            bits = naming.get(value, 0)
            for bit, atom in others:
                if atom.test(value):
                    bits |= bit
            self._add(sort, bits, value, True)

    def _add(self, sort: Sort, vector: int, value: Any, finite: bool) -> None:
        cell = self._found.get((sort, vector))
        if cell is None:
            self._new(Cell(sort, vector, finite, [value]))
        elif finite and cell.finite:
            cell.examples.append(value)
            # What is not kept may still be a member, so the cell is no longer listed in full.
            cell.finite = len(cell.examples) <= MAX_EXAMPLES
        elif cell.finite:
            cell.examples, cell.finite = [value, *cell.examples[: _SOME - 1]], False
        elif len(cell.examples) < _SOME:
            cell.examples.append(value)

    def suppose(self, sort: Sort, vector: int) -> None:
        """A cell that may be empty, unless it was met already. Raises `TooMany`."""
        if (sort, vector) not in self._found:
            self._new(Cell(sort, vector, False))

    def _new(self, cell: Cell) -> None:
        if len(self._found) >= MAX_CELLS:
            raise TooMany
        self._found[cell.sort, cell.vector] = cell

    def found(self) -> list[Cell]:
        """All cells."""
        return list(self._found.values())
