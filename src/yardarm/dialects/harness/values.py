"""Variations: Harness holds every value as text, of one of four kinds.

A variant's value is what Harness's client would give its caller. Where the text cannot be made
again from the value, the variant keeps it as `metadata["value"]`. A text for which that client
gives its caller's default, or fails, is a withheld variant.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

from ...core import model as m
from .notes import Malformed, Notes, items, member, text

KINDS: dict[m.FlagType, str] = {
    "boolean": "boolean",
    "string": "string",
    "integer": "int",
    "number": "int",
    "json": "json",
}
"""Harness's kind of each type."""

_NOT_CONVERTED = object()


@dataclass(frozen=True, slots=True)
class Variations:
    """A flag's variations: its type, its variants and their keys."""

    type: m.FlagType
    variants: tuple[m.Variant, ...]
    keys: frozenset[str]


Seen = dict[tuple[str, ...], Variations]
"""Variations read before, by kind, identifiers and values: most flags have those of another."""


def read_variations(raw: m.Json, at: str, notes: Notes, seen: Seen) -> Variations:
    """The flag's variations. Raises `Malformed`."""
    same = _texts_of(raw)
    made = seen.get(same) if same is not None else None
    if made is None:
        before = len(notes.losses)
        made = _read(raw, at, notes)
        if same is not None and len(notes.losses) == before:
            seen[same] = made
    return made


def _texts_of(raw: m.Json) -> tuple[str, ...] | None:
    """Everything that decides about a flag's variations, if it is all text."""
    try:
        found = [raw["kind"]]
        for variation in raw["variations"]:
            found += (variation["identifier"], variation["value"])
    except (KeyError, TypeError, IndexError):
        return None
    return tuple(found) if all(type(each) is str for each in found) else None


def _read(raw: m.Json, at: str, notes: Notes) -> Variations:
    kind = member(raw, "kind", at)
    if not isinstance(kind, str) or kind not in _TYPES:
        raise Malformed(f"{at}/kind", f"{kind!r} is no kind that Harness knows")
    found: dict[str, m.Json] = {}
    for index, variation in enumerate(items(raw, "variations", at)):
        where = f"{at}/variations/{index}"
        value = member(variation, "value", where)
        identifier = text(variation, "identifier", where)
        if not identifier:
            notes.add(where, "a variation without identifier", "it is never served")
        elif identifier in found:
            notes.add(where, f"the variation {identifier!r} comes twice", "the first is served")
        else:
            notes.key(identifier, f"{where}/identifier")
            found[identifier] = value
    type_, variants = _typed(kind, found)
    if any(variant.withheld and found[variant.key] != "" for variant in variants):
        notes.add(
            f"{at}/variations",
            f"a value is not of the kind {kind}, and Harness's client fails on it",
            "whoever is served it gets the caller's fallback",
        )
    return Variations(type_, variants, frozenset(found))


def _typed(kind: str, found: dict[str, m.Json]) -> tuple[m.FlagType, tuple[m.Variant, ...]]:
    """The type of the values that can be converted, and every value as a variant."""
    best: tuple[m.FlagType, tuple[m.Variant, ...]] | None = None
    for type_ in _TYPES[kind]:
        variants = tuple(_variant(key, raw, type_) for key, raw in found.items())
        if best is None or _usable(variants) > _usable(best[1]):
            best = type_, variants
    assert best is not None
    return best


def _usable(variants: tuple[m.Variant, ...]) -> int:
    return sum(not variant.withheld for variant in variants)


def _variant(key: str, raw: m.Json, type_: m.FlagType) -> m.Variant:
    """A variant. Harness's client gives its caller's default for an empty value."""
    value = _FROM_TEXT[type_](raw) if raw else _NOT_CONVERTED
    if value is _NOT_CONVERTED:
        return m.Variant(key, _PLACEHOLDERS[type_], metadata={"value": raw}, withheld=True)
    if type(raw) is str and raw == write_text(value, type_):
        return m.Variant(key, value)
    return m.Variant(key, value, metadata={"value": raw})


def raw_value(variant: m.Variant, type_: m.FlagType) -> m.Json:
    """The text that Harness holds for a variant: what was read, unless it was changed since."""
    if "value" in variant.metadata:
        kept = variant.metadata["value"]
        read = _variant(variant.key, kept, type_)
        same = read.value == variant.value and type(read.value) is type(variant.value)
        if same and read.withheld == variant.withheld:
            return kept
    return "" if variant.withheld else write_text(variant.value, type_)


def write_text(value: m.Json, type_: m.FlagType) -> str:
    """A value as Harness's text."""
    if type_ == "string":
        return cast(str, value)
    if type_ == "boolean":
        return "true" if value else "false"
    if type_ == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return repr(value)


# --- from text ----------------------------------------------------------------------------------


def _as_text(raw: m.Json) -> m.Json:
    return raw if isinstance(raw, str) else json.dumps(raw)


def _as_boolean(raw: m.Json) -> m.Json:
    if isinstance(raw, bool):
        return raw
    return raw.lower() == "true" if isinstance(raw, str) and raw else _NOT_CONVERTED


def _as_integer(raw: m.Json) -> m.Json:
    try:
        return int(raw) if isinstance(raw, str) or type(raw) is int else _NOT_CONVERTED
    except ValueError:
        return _NOT_CONVERTED


def _as_number(raw: m.Json) -> m.Json:
    whole = _as_integer(raw)
    if whole is not _NOT_CONVERTED:
        return whole
    try:
        made = float(raw) if isinstance(raw, str | float) else _NOT_CONVERTED
    except ValueError:
        return _NOT_CONVERTED
    return made if isinstance(made, float) and isfinite(made) else _NOT_CONVERTED


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _as_json(raw: m.Json) -> m.Json:
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _NOT_CONVERTED


_FROM_TEXT: dict[m.FlagType, Callable[[m.Json], m.Json]] = {
    "boolean": _as_boolean,
    "string": _as_text,
    "integer": _as_integer,
    "number": _as_number,
    "json": _as_json,
}
_TYPES: dict[str, tuple[m.FlagType, ...]] = {
    "boolean": ("boolean",),
    "string": ("string",),
    "int": ("integer", "number"),
    "json": ("json",),
}
_PLACEHOLDERS: dict[m.FlagType, m.Json] = {
    "boolean": False, "string": "", "integer": 0, "number": 0, "json": None,
}  # fmt: skip
