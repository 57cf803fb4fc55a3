"""Contexts as the oracle reads them: by kind, with the rules of `Context`'s docstring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Kinds = dict[str, dict[Any, Any]]
RESERVED = ("kind", "multi", "_private")


def kinds_of(given: Any) -> Kinds | None:
    """Attributes by kind of a dict as callers give it; None when it is no context."""
    if given is None:
        return {"user": {}}
    if not isinstance(given, Mapping):
        return None
    kind = given.get("kind", "user")
    if not isinstance(kind, str) or kind in ("", "kind"):
        return None
    if kind != "multi":
        return {kind: _keyed({k: v for k, v in given.items() if k not in RESERVED})}
    found = {}
    for name, part in given.items():
        if name in RESERVED:
            continue
        if not isinstance(name, str) or not name or not isinstance(part, Mapping):
            return None
        found[name] = _keyed(dict(part))
    return found


def _keyed(attributes: dict[Any, Any]) -> dict[Any, Any]:
    """The key as text; no key where it is none. OpenFeature's `targetingKey` is one too."""
    key = attributes.pop("key", None)
    if key is None:
        key = attributes.get("targetingKey")
    if type(key) is int and -(2**63) <= key < 2**64:
        key = str(key)
    if issubclass(type(key), str) and str.__len__(key) > 0:
        attributes["key"] = str.__str__(key)
    return attributes


def attribute(kinds: Kinds, kind: str, name: str) -> Any:
    """An attribute by name, or by JSON pointer into nested ones; None when there is none."""
    value: Any = kinds.get(kind, {})
    if not name.startswith("/"):
        return value.get(name)
    for token in name[1:].split("/"):
        if not isinstance(value, dict):
            return None
        value = value.get(token.replace("~1", "/").replace("~0", "~"))
    return value


def unit(value: Any) -> str | None:
    """The text a unit is placed by: text, or a whole number's digits."""
    if issubclass(type(value), str):
        return str.__str__(value) or None
    if type(value) is int and -(2**63) <= value < 2**64:
        return str(value)
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return None
