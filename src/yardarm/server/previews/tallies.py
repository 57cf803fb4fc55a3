"""The tallies of `core.explaining`, counted by column over all chunks of a population."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from yardarm.core.explaining import (
    MAX_ATTRIBUTES,
    MAX_VALUES,
    Tally,
    Value,
    Values,
    is_told,
    value_of,
)
from yardarm.core.reads import Name

from .columns import Chunk, Codes, Column, Mask, Numbers


@dataclass(frozen=True, slots=True)
class Numbered:
    """One attribute of a chunk: for each of the column's codes, the value's number in all chunks.

    0 stands for what is not told. There are `size` numbers until now.
    """

    name: Name
    codes: Codes
    numbers: Numbers
    size: int


@dataclass(slots=True)
class Sums:
    """How many of some contexts have each numbered value."""

    contexts: int = 0
    counts: dict[Name, Numbers] = field(default_factory=dict)

    def add(self, which: Mask, numbered: list[Numbered]) -> None:
        """Count these contexts of the chunk."""
        rows = np.flatnonzero(which)
        if not len(rows):
            return
        self.contexts += len(rows)
        for each in numbered:
            found = np.bincount(each.numbers[each.codes[rows]], minlength=each.size)
            self.put(each.name, found)

    def put(self, name: Name, found: npt.NDArray[Any]) -> None:
        """Add counts, of at least as many values as there were before."""
        counted = self.counts.get(name)
        if counted is not None:
            found[: len(counted)] += counted
        self.counts[name] = found


class Everyone:
    """The values that contexts of all chunks have, numbered, and how many have each."""

    def __init__(self) -> None:
        self._values: dict[Name, dict[Value, int] | None] = {}  # None: it has too many
        self._sums = Sums()

    def add(self, chunk: Chunk) -> list[Numbered]:
        """Count a chunk; gives its attributes, for counting some of its contexts."""
        self._sums.contexts += len(chunk)
        found = []
        for name, column in chunk.columns.items():
            if name[1] != "key":
                each = self._number(name, column)
                if each is not None:
                    found.append(each)
        return found

    def tally(self, some: Sums | None = None) -> Tally:
        """The tally of some of the contexts, or of all."""
        sums = self._sums if some is None else some
        found: dict[Name, Values] = {}
        for name, values in self._values.items():
            counts = sums.counts.get(name)
            if values is not None and counts is not None:
                each = zip(values, counts.tolist()[1:], strict=False)  # some came later
                found[name] = {value: count for value, count in each if count}
        return Tally.of(sums.contexts, found)

    def _number(self, name: Name, column: Column) -> Numbered | None:
        if self._values.get(name, ()) is None:
            return None
        counted = np.bincount(column.codes, minlength=len(column.values))
        codes = [c for c in np.flatnonzero(counted).tolist() if is_told(name[1], column.values[c])]
        if not codes or (name not in self._values and len(self._values) >= MAX_ATTRIBUTES):
            return None
        values = self._values.setdefault(name, {})
        assert values is not None
        numbers = np.zeros(len(column.values), np.int64)
        for code in codes:
            numbers[code] = values.setdefault(value_of(column.values[code]), len(values) + 1)
            if len(values) > MAX_VALUES:
                self._values[name] = None
                self._sums.counts.pop(name, None)
                return None
        size = len(values) + 1
        sums = np.bincount(numbers, weights=counted, minlength=size).astype(np.int64)
        self._sums.put(name, sums)
        return Numbered(name, column.codes, numbers, size)
