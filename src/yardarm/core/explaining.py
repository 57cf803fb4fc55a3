"""Which attributes tell best who moves and who stays."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2
from typing import Any

from .context import Context
from .model import DEFAULT_KIND, Json

MAX_SAMPLE = 20_000
"""Contexts looked at, of each flag: the first, which are as good as any other."""

MAX_VALUES = 200
"""Different values remembered of an attribute; whatever comes later counts as one more."""

MAX_ATTRIBUTES = 200

SHOWN = 3
"""Attributes, and values of each, that are told."""

_OTHER = object()


def is_told(name: str, value: Any) -> bool:
    """Whether an attribute can tell who moves: not the key itself, and no list or object."""
    return name != "key" and isinstance(value, str | int | float | bool)


class Attributes:
    """Counts, for each attribute, which of its values moved and which stayed."""

    __slots__ = ("_counts", "_seen")

    def __init__(self) -> None:
        self._seen = [0, 0]
        self._counts: dict[tuple[str, str], dict[Any, list[int]]] = {}

    def room(self, *, moved: bool) -> int:
        """How many more contexts of those that moved, or stayed, are looked at."""
        return MAX_SAMPLE - self._seen[moved]

    def add_many(
        self, contexts: int, counts: Iterable[tuple[str, str, Any, int]], *, moved: bool
    ) -> None:
        """Look at several at once: kind, attribute, value, and how many of them have it."""
        self._seen[moved] += contexts
        for kind, name, value, number in counts:
            self._count((kind, name), value)[moved] += number

    def add(self, context: Context, *, moved: bool) -> None:
        """Look at one context."""
        if self._seen[moved] >= MAX_SAMPLE:
            return
        self._seen[moved] += 1
        for kind, attributes in context.by_kind().items():
            for name, value in attributes.items():
                if is_told(name, value):
                    self._count((kind, name), value)[moved] += 1

    def _count(self, name: tuple[str, str], value: Any) -> list[int]:
        if name not in self._counts and len(self._counts) >= MAX_ATTRIBUTES:
            name = ("", "")
        values = self._counts.setdefault(name, {})
        at: Any = (type(value), value)
        if at not in values and len(values) >= MAX_VALUES:
            at = _OTHER
        return values.setdefault(at, [0, 0])

    def best(self) -> tuple[Json, ...]:
        """The attributes that tell most, each with the values that most of those who move have.

        Measured by information gain: how many bits of "moves or stays" the value says.
        """
        if not all(self._seen):
            return ()
        gains = [(self._gain(values), name) for name, values in self._counts.items()]
        gains.sort(key=lambda item: (-item[0], item[1]))
        return tuple(
            {"attribute": name, **({} if kind == DEFAULT_KIND else {"kind": kind}),
             "gain": round(gain, 3), "values": self._telling(self._counts[kind, name])}
            for gain, (kind, name) in gains[:SHOWN]
            if gain >= 0.001 and name
        )  # fmt: skip

    def _gain(self, values: dict[Any, list[int]]) -> float:
        stayed, moved = self._seen
        total = stayed + moved
        lacking = [stayed, moved]
        for counts in values.values():
            lacking = [left - have for left, have in zip(lacking, counts, strict=True)]
        parts = [*values.values(), lacking]
        return _entropy(stayed, moved) - sum(sum(p) / total * _entropy(*p) for p in parts)

    @staticmethod
    def _telling(values: dict[Any, list[int]]) -> list[Json]:
        known = [(at, counts) for at, counts in values.items() if at is not _OTHER]
        known.sort(key=lambda item: (-item[1][1], str(item[0][1]), item[0][0].__name__))
        return [
            {"value": at[1], "moved": moved, "contexts": stayed + moved}
            for at, (stayed, moved) in known[:SHOWN]
        ]


def _entropy(one: int, other: int) -> float:
    total = one + other
    return -sum(n / total * log2(n / total) for n in (one, other) if 0 < n < total)
