"""How Flagsmith reads a trait, or any other value of its evaluation context, before comparing it.

Text that looks like a number becomes one, lists and objects become the text that Python's `str`
gives them, and everything else stays what it is. Source: flagsmith-flag-engine 11, BSD-3-Clause,
by its behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?").fullmatch
_MAX_DEPTH = 100

Scalar = None | bool | int | float | str


class Identity:
    """An identifier that comes with an identity key of its own, or is no plain text.

    Flagsmith makes the key that it hashes of the environment's key and the identifier, unless an
    identity brings one. This stands where a context's `key` would. `hashed` is the key as text.
    """

    __slots__ = ("hashed", "identifier", "key")

    def __init__(self, identifier: Any, key: Any) -> None:
        self.identifier = identifier
        self.key = key
        self.hashed: str = key if type(key) is str else shown(key) or ""

    def __eq__(self, other: object) -> bool:
        return type(self.identifier) is str and self.identifier == other

    def __hash__(self) -> int:
        return hash(self.identifier) if type(self.identifier) is str else 0

    def __repr__(self) -> str:
        return f"Identity({self.identifier!r}, {self.key!r})"


class Late:
    """A value that is looked up when a test asks for it, and not before."""

    __slots__ = ("look_up",)

    def __init__(self, look_up: Callable[[], Any]) -> None:
        self.look_up = look_up


def trait_value(value: Any) -> Scalar:
    """The value that is compared. Never raises; a foreign object is like a missing trait.

    >>> trait_value("007"), trait_value("1.50"), trait_value("1e3"), trait_value(["a", None])
    (7, 1.5, '1e3', "['a', None]")
    """
    kind = type(value)
    if kind is str:
        return _of_text(value)
    if value is None or kind is bool or kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is Identity:
        return trait_value(scalar(value.identifier))
    if kind is Late:
        return trait_value(value.look_up())
    if issubclass(kind, str):
        return _of_text(str.__str__(value))
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    return shown(value) if kind is list or kind is dict else None


def scalar(value: Any) -> Scalar:
    """The value where it is no list or object: paths that come to one of those find nothing."""
    return value if isinstance(value, str | int | float) else None


def _of_text(text: str) -> int | float | str:
    found = _NUMBER(text) if text and (text[0] <= "9") else None
    if found is None:
        return text
    try:
        return int(text) if found[1] is None else float(text)
    except ValueError:  # more digits than Python reads; the vendor's engine fails
        return text


def text_of(value: Scalar) -> str:
    """The value as the text that is searched or hashed."""
    if type(value) is str:
        return value
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return ""


def shown_text(value: Any) -> str:
    """What Python's `str` gives for parsed JSON; empty for a foreign object."""
    return value if type(value) is str else shown(value) or ""


def shown(value: Any, depth: int = 0) -> str | None:
    """Parsed JSON as Python's `str` and `repr` show it; None where it holds a foreign object.

    Written out here, so that no method of such an object is called.
    """
    kind = type(value)
    if kind is str or kind is bool or kind is float or value is None:
        return repr(value)
    if kind is int:
        try:
            return repr(value)
        except ValueError:
            return None
    if depth > _MAX_DEPTH:
        return None
    if kind is list:
        items = [shown(item, depth + 1) for item in value]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if kind is dict:
        pairs = [(shown(k, depth + 1), shown(v, depth + 1)) for k, v in value.items()]
        whole = all(k is not None and v is not None for k, v in pairs)
        return "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}" if whole else None
    return None
