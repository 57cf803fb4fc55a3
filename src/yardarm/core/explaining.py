"""Which attributes tell best who moves and who stays.

Nothing is sampled: the values of every context are counted. Left out are attributes with more than
`MAX_VALUES` different values, which name contexts rather than describe them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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

_LEAST = 0.01  # a gain that is worth telling
_AT_ONCE = 1_024  # contexts that wait to be counted
_NORMAL = 25.0  # variance above which a count is as good as normal
_REACH = 9.0  # standard deviations beyond which nothing is expected


def is_told(name: str, value: Any) -> bool:
    """Whether an attribute can tell who moves: not the key itself, and no list or object."""
    return name != "key" and isinstance(value, str | int | float | bool)


def value_of(value: Any) -> Value:
    """The value's name in a tally."""
    return value if type(value) is str else (type(value), value)


class Tally:
    """How many contexts have each value of each attribute. Exact.

    A tally of some of the contexts of another (`among`) counts what that one counts, and must be
    given each of them after it. Contexts with the same attributes are counted together.
    """

    __slots__ = ("_among", "_counts", "_waiting", "contexts")

    def __init__(self, among: Tally | None = None) -> None:
        self.contexts = 0
        self._among = among
        self._counts: dict[Name, Values | None] = {}  # None: it has too many values
        self._waiting: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}

    @classmethod
    def of(cls, contexts: int, counts: dict[Name, Values]) -> Tally:
        """What was counted elsewhere."""
        made = cls()
        made.contexts = contexts
        made._counts = dict(counts)
        return made

    def add(self, context: Context) -> None:
        """Count one context."""
        self.contexts += 1
        for kind, attributes in context.by_kind().items():
            shape = (kind, tuple(attributes))
            waiting = self._waiting.get(shape)
            if waiting is None:
                waiting = self._waiting[shape] = []
            waiting.append(attributes)
        if not self.contexts % _AT_ONCE:
            self._flush()

    def counts(self) -> dict[Name, Values]:
        """How many have each value, of the attributes that have few enough values."""
        self._flush()
        return {name: values for name, values in self._counts.items() if values is not None}

    def _flush(self) -> None:
        if self._among is not None:
            self._among._flush()
        for (kind, names), waiting in self._waiting.items():
            by_name = zip(*(attributes.values() for attributes in waiting), strict=True)
            for name, values in zip(names, by_name, strict=True):
                if name != "key":
                    self._count((kind, name), values)
        self._waiting.clear()

    def _count(self, name: Name, values: Sequence[Any]) -> None:
        counted = self._counts.get(name)
        if counted is None:
            if name in self._counts or not self._begins(name):
                return
            counted = {}
        types = set(map(type, values))
        if types == {str}:
            found: Iterable[tuple[Value, int]] = Counter(values).items()
        else:
            told = (value_of(value) for value in values if is_told(name[1], value))
            found = Counter(told).items()
        for at, number in found:
            counted[at] = counted.get(at, 0) + number
        if counted:
            self._counts[name] = counted if len(counted) <= MAX_VALUES else None

    def _begins(self, name: Name) -> bool:
        if self._among is None:
            return len(self._counts) < MAX_ATTRIBUTES
        return self._among._counts.get(name) is not None


def best(everyone: Tally, moved: Tally, unknown: Tally) -> tuple[Json, ...]:
    """The attributes that tell most, each with the values that most of those who move have.

    `gain` is the share, 0 to 1, of what there is to know about "moves or stays" that the value
    says: its information gain, less what values that have nothing to do with it would gain by
    chance, of the whole entropy. Contexts of which nobody knows whether they move are not looked
    at. Of each value, `moved` and `contexts` are exact.
    """
    moves = moved.contexts
    stays = everyone.contexts - moves - unknown.contexts
    if not moves or not stays:
        return ()
    of_moved, of_unknown = moved.counts(), unknown.counts()
    tables = [
        (name, _table(values, of_moved.get(name, {}), of_unknown.get(name, {})))
        for name, values in everyone.counts().items()
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
    return 1 - left / _entropy(moves / total)


def _by_chance(table: _Table, stays: int, moves: int) -> float:
    """The gain that is expected if contexts had these values whether they move or not.

    The expected mutual information of N. X. Vinh, J. Epps and J. Bailey, "Information theoretic
    measures for clusterings comparison", 2010: how many move of those with a value is then
    hypergeometric. An attribute that names every context gains nothing beyond it. Where the counts
    are large, G. A. Miller's correction of entropy ("Note on the bias of information estimates",
    1955) is as good.
    """
    total = stays + moves
    known: dict[int, float] = {}
    left = 0.0
    for have, _ in _parts(table, total, moves):
        if have not in known:
            known[have] = _expected(have, total, moves)
        left += have / total * known[have]
    return max(0.0, 1 - left / _entropy(moves / total))


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
