"""Which attributes of a context may leave the process in a report. Pure.

Only plain values (text, finite numbers, booleans) directly on the unit's kind, never its key again,
never one that is private, at most 32 of them, text cut at 256 characters. Objects of a caller's
own classes are skipped without calling any of their methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MAX_ATTRIBUTES = 32
MAX_TEXT = 256
MAX_UNIT = 256
"""Longer units (a whole document passed as key) are neither remembered nor reported."""

_LARGEST_INTEGER = 2**53 - 1
_NEVER = frozenset({"key", "kind", "multi", "_private", "targetingKey"})


class Policy:
    """What may be reported. `report` is all, none, or the attributes named."""

    __slots__ = ("_named", "_private", "_some")

    def __init__(self, report: bool | Iterable[str], private: Iterable[str]) -> None:
        self._some = bool(report)
        self._named = None if isinstance(report, bool) else frozenset(map(one_step, report))
        self._private = _NEVER | meant(private)

    def reported(
        self, attributes: Mapping[Any, Any], private: Iterable[str] = ()
    ) -> dict[str, str | int | float | bool]:
        """The attributes that may leave. `private` are the context's own."""
        found: dict[str, str | int | float | bool] = {}
        if not self._some:
            return found
        hidden = self._private | meant(private) if private else self._private
        for name, value in list(attributes.items()):
            if type(name) is not str or name in hidden:
                continue
            if self._named is not None and name not in self._named:
                continue
            plain = _scalar(value)
            if plain is not None:
                found[text(name)] = plain
                if len(found) >= MAX_ATTRIBUTES:
                    break
        return found


def one_step(name: str) -> str:
    """The attribute that a name or a JSON pointer of one step (`/email`) means."""
    return name[1:].replace("~1", "/").replace("~0", "~") if name.startswith("/") else name


def meant(names: Iterable[str]) -> frozenset[str]:
    """Every attribute that private names may mean: of a pointer also the one it leads into."""
    found = set()
    for name in names:
        found |= {name, one_step(name)}
        if name.startswith("/"):
            found.add(one_step("/" + name[1:].partition("/")[0]))
    return frozenset(found)


def _scalar(value: Any) -> str | int | float | bool | None:
    kind = type(value)
    if kind is str:
        return text(value)
    if kind is bool:
        return bool(value)
    if kind is int:
        return int(value) if abs(value) <= _LARGEST_INTEGER else None
    if kind is float:
        return float(value) if value - value == 0 else None  # neither NaN nor infinite
    return None


def text(value: str, most: int = MAX_TEXT) -> str:
    """The text, cut; a plain str, and no copy of it when it is short enough."""
    return value[:most]


def number(value: Any) -> int | float | None:
    """The value of a metric event, or None when it is no finite number that others can read."""
    plain = _scalar(value)
    if isinstance(plain, bool):
        return int(plain)
    return plain if isinstance(plain, int | float) else None
