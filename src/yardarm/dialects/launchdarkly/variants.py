"""LaunchDarkly's variations as variants: they have an index there and a key here.

The key is what a person would call the value: `true`, `blue`, `20`; where that is no good name, or
not the only one, all of the flag's are called `variation-0`, `variation-1` and so on.
"""

from __future__ import annotations

import re

from ...core import model as m
from ...core.values import fits
from .fields import NOTHING

_LONGEST_NAME = 40
_SWITCH = (m.Variant("true", True), m.Variant("false", False))
_TYPES: tuple[m.FlagType, ...] = ("boolean", "string", "integer", "number")
_REFUSED = frozenset({"__proto__", "constructor", "prototype", ".", ".."})


def variants_of(values: list[m.Json]) -> tuple[m.FlagType, tuple[m.Variant, ...]]:
    """The flag's type and its variants."""
    if len(values) == 2 and values[0] is True and values[1] is False:
        return "boolean", _SWITCH  # what most flags are
    named = zip(variant_keys(values), values, strict=True)
    return flag_type(values), tuple(m.Variant(key, value, "", NOTHING) for key, value in named)


def flag_type(values: list[m.Json]) -> m.FlagType:
    """The narrowest type that all values have."""
    if values:
        for type_ in _TYPES:
            if all(fits(type_, value) for value in values):
                return type_
    return "json"


def variant_keys(values: list[m.Json]) -> tuple[str, ...]:
    """A key for each value, by index."""
    named = [_name(value) for value in values]
    if None in named or len(set(named)) < len(named):
        return tuple(f"variation-{index}" for index in range(len(values)))
    return tuple(name or "" for name in named)


def _name(value: m.Json) -> str | None:
    """What the value can be called; None where that would be no key, or hard to read."""
    kind = type(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is str:
        return value if is_plain(value) and len(value) <= _LONGEST_NAME else None
    return repr(value) if kind is int and abs(value) < 10**15 else None


_USUAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,255}").fullmatch


def is_plain(key: str) -> bool:
    """Whether the text is beyond doubt a key (`core.keys` has the whole rule, and is slower)."""
    if _USUAL(key):
        return key != "constructor" and key != "prototype"
    return (
        key.isascii()
        and key.isprintable()
        and 0 < len(key) <= 256
        and key.strip() == key
        and key not in _REFUSED
    )
