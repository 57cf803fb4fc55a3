"""Rows of the store made into chunks.

Most contexts are alike: one object of a user's attributes, with the same names as the one before.
Those are gathered by their names and told apart column by column, without ever being contexts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import msgspec
import numpy as np

from yardarm.core.context import Context
from yardarm.core.model import DEFAULT_KIND
from yardarm.core.movement import Observed
from yardarm.core.observed import withheld_of
from yardarm.core.reads import Name
from yardarm.errors import ContextError

from .columns import MAX_ANSWERED, MAX_PLACED, Chunk, Codes, Column, Numbers, Row

MAX_COLUMNS = 128
"""Attributes kept of a chunk beside those asked for. Contexts may have thousands."""

_Names: TypeAlias = tuple[str, ...]

_AT_ONCE = 512  # few enough that what was just read is still in the processor's cache
_SPECIAL = frozenset({"kind", "multi", "_private"})
_decode = msgspec.json.Decoder().decode


def make_chunk(rows: Sequence[Row], wanted: Iterable[Name], *, contexts: bool = False) -> Chunk:
    """A chunk of rows of the store. The `wanted` attributes are never left out of it."""
    count = len(rows)
    places, bodies, weights, sequences, applications = zip(*rows, strict=True)
    columns = _Columns(wanted)
    plain: dict[_Names, _Alike | None] = {}
    apart: list[tuple[int, Any]] = []
    good = np.ones(count, np.bool_)
    for row, body in enumerate(bodies):
        try:
            value = _decode(body)
        except (msgspec.DecodeError, RecursionError):
            good[row] = False
            continue
        names = tuple(value) if type(value) is dict else ()
        try:
            alike = plain[names]
        except KeyError:
            ordinary = not contexts and "key" in names and _SPECIAL.isdisjoint(names)
            alike = plain[names] = _Alike(DEFAULT_KIND, names) if ordinary else None
        if alike is None or type(key := value["key"]) is not str or not key:
            apart.append((row, value))
        else:
            alike.rows.append(row)
            alike.values.append(value)
            if len(alike.rows) == _AT_ONCE:
                columns.take(alike)
    for each in plain.values():
        if each is not None:
            columns.take(each)
    withheld: dict[int, frozenset[Name]] = {}
    kept: list[Observed] = []
    for row, value in apart:
        try:
            context = Context.of(value)
        except ContextError:
            good[row] = False
            continue
        if context.private and (lacks := withheld_of(context)):
            withheld[row] = lacks
        for kind, attributes in context.by_kind().items():
            columns.add(row, kind, attributes)
        if contexts:
            kept.append(Observed(context, weights[row], withheld.get(row, frozenset())))
    found = columns.finished(count)
    chunk = Chunk(
        last=sequences[-1],
        places=np.array(places, np.int64),
        weights=np.array(weights, np.int64),
        applications=_column(np.arange(count), applications, count),
        withheld=_column(
            np.fromiter(withheld, np.int64, len(withheld)), list(withheld.values()), count
        ),
        columns=found,
        whole=columns.whole,
        bad=0,
        size=(24 + 4 * MAX_PLACED + MAX_ANSWERED) * count + sum(map(_size, found.values())),
        contexts=kept if contexts else None,
    )
    bad = count - int(good.sum())
    return replace(chunk.only(good), bad=bad) if bad else chunk


@dataclass(slots=True)
class _Alike:
    """Rows whose attributes of a kind have the same names, in the same order."""

    kind: str
    names: _Names
    rows: list[int] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)


class _Columns:
    """The columns of a chunk as they grow. `whole`: no attribute was left out."""

    def __init__(self, wanted: Iterable[Name]) -> None:
        self.whole = True
        self._room = MAX_COLUMNS
        self._found: dict[Name, _Values] = {name: _Values() for name in wanted}
        self._alike: dict[tuple[str, _Names], _Alike] = {}

    def add(self, row: int, kind: str, attributes: dict[str, Any]) -> None:
        """Take one context's attributes of one kind."""
        shape = (kind, tuple(attributes))
        alike = self._alike.get(shape)
        if alike is None:
            alike = self._alike[shape] = _Alike(*shape)
        alike.rows.append(row)
        alike.values.append(attributes)

    def take(self, alike: _Alike) -> None:
        """Take the attributes of several contexts, and leave none of them behind."""
        if not alike.rows:
            return
        rows = np.array(alike.rows, np.int64)
        by_name = zip(*[each.values() for each in alike.values], strict=True)
        for name, values in zip(alike.names, by_name, strict=True):
            column = self._found.get((alike.kind, name))
            if column is None:
                if not self._room:
                    self.whole = False
                    continue
                self._room -= 1
                column = self._found[alike.kind, name] = _Values()
            column.add(rows, values)
        alike.rows.clear()
        alike.values.clear()

    def finished(self, count: int) -> dict[Name, Column]:
        """The columns of so many contexts."""
        for alike in self._alike.values():
            self.take(alike)
        return {name: values.column(count) for name, values in self._found.items() if values.codes}


class _Values:
    """One attribute's values, numbered as they come.

    Equal values are the same value as long as all are of one plain type; from then on that this
    does not hold, they are told apart by `_named`.
    """

    __slots__ = ("_different", "_numbers", "_type", "codes", "rows")

    def __init__(self) -> None:
        self.rows: list[Numbers] = []
        self.codes: list[Codes] = []
        self._type: type | None = None
        self._different: list[Any] | None = None  # None while values are their own names
        self._numbers: defaultdict[Any, int] = defaultdict()
        self._numbers[None] = 0

    def add(self, rows: Numbers, values: Sequence[Any]) -> None:
        """Each of the rows with its value."""
        if self._different is None and not self._plain(values):
            self._different = list(self._numbers)
            names = map(_named, self._different)
            self._numbers = defaultdict(None, {name: at for at, name in enumerate(names)})
        if self._different is None:
            numbers = self._numbers
            numbers.default_factory = numbers.__len__  # a new value gets the next number
            codes = np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))
            numbers.default_factory = None  # or it would hold itself
        else:
            codes = np.fromiter(map(self._number, values), np.int32, len(values))
        self.rows.append(rows)
        self.codes.append(codes)

    def column(self, count: int) -> Column:
        """The column of so many rows."""
        codes = np.zeros(count, np.int32)
        codes[np.concatenate(self.rows)] = np.concatenate(self.codes)
        return Column(codes, list(self._numbers) if self._different is None else self._different)

    def _plain(self, values: Sequence[Any]) -> bool:
        types = set(map(type, values))
        types.discard(type(None))
        if not types:
            return True
        first = types.pop()
        if types or self._type not in (first, None) or first not in _PLAIN:
            return False
        self._type = first
        return first is not float or 0.0 not in values  # which equals -0.0

    def _number(self, value: Any) -> int:
        assert self._different is not None
        name = _named(value)
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self._different)
            self._different.append(value)
        return found


_PLAIN = {str, int, bool, float, frozenset}


def _column(rows: Numbers, values: Sequence[Any], count: int) -> Column:
    found = _Values()
    found.add(rows, values)
    return found.column(count)


def _named(value: Any) -> Any:
    """Equal only for the same value of the same type: 1, 1.0 and true are three."""
    kind = type(value)
    if value is None or kind is frozenset:
        return value
    if kind is str:
        return ("", value)
    if kind is bool or kind is int:
        return (kind, value)
    return (kind, repr(value))


def _size(column: Column) -> int:
    values = column.values
    some = values[:_LOOKED_AT]
    each = sum(50 + len(value) if type(value) is str else 100 for value in some) / len(some)
    return int(column.codes.nbytes + (8 + each) * len(values))


_LOOKED_AT = 100
