"""Which attributes tell best who moves and who stays.

Nothing is sampled: the values of every context are counted. Left out are attributes with more than
`MAX_VALUES` different values, which name contexts rather than describe them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma, log, log2, sqrt
from typing import Any, TypeAlias

from .context import Context
from .model import DEFAULT_KIND, Json

Name: TypeAlias = tuple[str, str]
"""Kind and attribute."""

Value: TypeAlias = str | tuple[type, Any]
"""A value's name in a tally: 1, 1.0 and true are three, so all but text come with their type."""

Values: TypeAlias = dict[Value, int]
"""How many contexts have each value."""

MAX_VALUES = 1_000
MAX_ATTRIBUTES = 200
"""Attributes that are looked at: those seen first."""

SHOWN = 3
"""Attributes, and values of each, that are told."""

_LEAST = 0.001  # bits that are worth telling
_NORMAL = 25.0  # variance above which a count is as good as normal
_REACH = 9.0  # standard deviations beyond which nothing is expected


def is_told(name: str, value: Any) -> bool:
    """Whether an attribute can tell who moves: not the key itself, and no list or object."""
    return name != "key" and isinstance(value, str | int | float | bool)


def value_of(value: Any) -> Value:
    """The value's name in a tally."""
    return value if type(value) is str else (type(value), value)


class Tally:
    """How many contexts have each value of each attribute. Exact, for whatever is in `counts`.

    A tally of some of the contexts of another (`among`) counts what that one counts, and must be
    given each of them after it.
    """

    __slots__ = ("_among", "contexts", "counts")

    def __init__(self, among: Tally | None = None) -> None:
        self.contexts = 0
        self.counts: dict[Name, Values | None] = {}  # None: it has too many values
        self._among = among

    def add(self, context: Context) -> None:
        """Count one context."""
        self.contexts += 1
        counts = self.counts
        for kind, attributes in context.by_kind().items():
            for name, value in attributes.items():
                if not is_told(name, value):
                    continue
                values = counts.get((kind, name))
                if values is None:
                    values = self._begin((kind, name))
                    if values is None:
                        continue
                at = value if type(value) is str else (type(value), value)
                values[at] = values.get(at, 0) + 1
                if len(values) > MAX_VALUES:
                    counts[kind, name] = None

    def _begin(self, name: Name) -> Values | None:
        """Where the values of a new attribute are counted; None where they are not."""
        if name in self.counts:
            return None
        if self._among is None:
            if len(self.counts) >= MAX_ATTRIBUTES:
                return None
        elif self._among.counts.get(name) is None:
            return None
        found: Values = {}
        self.counts[name] = found
        return found


def best(everyone: Tally, moved: Tally, unknown: Tally) -> tuple[Json, ...]:
    """The attributes that tell most, each with the values that most of those who move have.

    Measured by information gain: how many bits of "moves or stays" the value says, beyond what
    values that have nothing to do with it would say by chance. Contexts of which nobody knows
    whether they move are not looked at. Of each value, `moved` and `contexts` are exact.
    """
    moves = moved.contexts
    stays = everyone.contexts - moves - unknown.contexts
    if not moves or not stays:
        return ()
    tables = [
        (name, _table(values, moved.counts.get(name) or {}, unknown.counts.get(name) or {}))
        for name, values in everyone.counts.items()
        if values is not None
    ]
    gains = sorted(
        ((_gain(table, stays, moves), name, table) for name, table in tables),
        key=lambda item: (-item[0], item[1]),
    )
    found: list[tuple[float, Name, _Table]] = []
    for gain, name, table in gains:
        if gain < _LEAST or (len(found) >= SHOWN and gain < found[SHOWN - 1][0]):
            break  # chance only takes away from it
        found.append((gain - _by_chance(table, stays, moves), name, table))
        found.sort(key=lambda item: (-item[0], item[1]))
    return tuple(
        {"attribute": name, **({} if kind == DEFAULT_KIND else {"kind": kind}),
         "gain": round(gain, 3), "values": _telling(table)}
        for gain, (kind, name), table in found[:SHOWN]
        if gain >= _LEAST
    )  # fmt: skip


_Table: TypeAlias = dict[Value, tuple[int, int]]
"""Of each value: how many have it, and how many of these move."""


def _table(everyone: Values, moved: Values, unknown: Values) -> _Table:
    counted = ((at, n - unknown.get(at, 0), moved.get(at, 0)) for at, n in everyone.items())
    return {at: (contexts, moves) for at, contexts, moves in counted if contexts}


def _telling(table: _Table) -> list[Json]:
    shown = [
        (at, "str", contexts, moved)
        if isinstance(at, str)
        else (at[1], at[0].__name__, contexts, moved)
        for at, (contexts, moved) in table.items()
    ]
    shown.sort(key=lambda item: (-item[3], str(item[0]), item[1]))
    return [
        {"value": value, "moved": moved, "contexts": contexts}
        for value, _, contexts, moved in shown[:SHOWN]
    ]


def _gain(table: _Table, stays: int, moves: int) -> float:
    total = stays + moves
    left = sum(have / total * _entropy(moved / have) for have, moved in _parts(table, total, moves))
    return _entropy(moves / total) - left


def _by_chance(table: _Table, stays: int, moves: int) -> float:
    """The gain that is expected if contexts had these values whether they move or not.

    The expected mutual information of N. X. Vinh, J. Epps and J. Bailey, "Information theoretic
    measures for clusterings comparison", 2010: how many move of those with a value is then
    hypergeometric. An attribute that names every context gains nothing beyond it. Where the counts
    are large, G. A. Miller's correction of entropy ("Note on the bias of information estimates",
    1955) is as good.
    """
    total = stays + moves
    share = moves / total
    whole = _entropy(share)
    known: dict[int, float] = {}
    left = 0.0
    for have, _ in _parts(table, total, moves):
        if have not in known:
            known[have] = _expected(have, total, moves)
        left += have / total * known[have]
    return max(0.0, whole - left)


def _expected(have: int, total: int, moves: int) -> float:
    """The entropy expected within so many contexts, drawn from all."""
    share = moves / total
    among_rest = (total - have) / max(1, total - 1)
    variance = have * share * (1 - share) * among_rest
    if variance > _NORMAL:
        return _entropy(share) - among_rest / (2 * have * log(2))
    reach = _REACH * sqrt(variance) + _REACH
    low = max(0, have + moves - total, int(have * share - reach))
    high = min(have, moves, int(have * share + reach) + 1)
    most = _log_choose(total, have)
    return sum(
        exp(_log_choose(moves, k) + _log_choose(total - moves, have - k) - most)
        * _entropy(k / have)
        for k in range(low, high + 1)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _parts(table: _Table, total: int, moves: int) -> Iterator[tuple[int, int]]:
    """What the values part the contexts into; those without one are a part too."""
    for have, moved in table.values():
        total -= have
        moves -= moved
        yield have, moved
    if total:
        yield total, moves


def _entropy(share: float) -> float:
    if not 0 < share < 1:
        return 0.0
    return -share * log2(share) - (1 - share) * log2(1 - share)
