"""Contexts as events bring them: what is taken, and in which form it is handed on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from yardarm.core.context import Context
from yardarm.core.observed import is_hashed, place_of
from yardarm.errors import ContextError

from .model import Sighted

MAX_BYTES = 8_192
"""How long a context may be as JSON."""

MAX_KEY = 256
MAX_DEPTH = 16

_encoder = msgspec.json.Encoder(order="sorted")


def sighted(raw: bytes | memoryview, at: datetime) -> Sighted | str:
    """A context from its JSON, or why it is not taken."""
    if len(raw) > MAX_BYTES:
        return f"a context of {len(raw)} bytes, at most {MAX_BYTES}"
    value = msgspec.json.decode(raw)
    if not isinstance(value, dict):
        return 'a context is an object, such as {"key": "user-1", "country": "NL"}'
    if _is_deeper(value, MAX_DEPTH):
        return f"nested more than {MAX_DEPTH} levels deep"
    try:
        context = Context.of(value)
    except ContextError as error:
        return str(error)
    return sighting(context, at)


def sighting(context: Context, at: datetime) -> Sighted | str:
    """A sighting of the context, or why it cannot be kept.

    An attribute that the context itself names as private is removed, should it still be there.
    """
    kinds = context.by_kind()
    keys = [values["key"] for values in kinds.values() if "key" in values]
    if any(len(key) > MAX_KEY for key in keys):
        return f"a key of more than {MAX_KEY} characters"
    place = place_of(kinds)
    if place is None:
        return "has no key: nobody could tell it from another"
    if context.private:
        kept = {kind: _without(values, context.private) for kind, values in kinds.items()}
        names = sorted(context.private)
        context = Context.of({"kind": "multi", **kept, "_private": names})
        if place_of(context.by_kind()) != place:
            return "names its key as private: without it, nobody could tell it from another"
    return Sighted(place, _encoder.encode(context.to_json()), at)


def _without(values: Mapping[str, Any], private: frozenset[str]) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name not in private or is_hashed(value)
    }


def _is_deeper(value: Any, most: int) -> bool:
    """Whether lists and objects are nested more than `most` levels deep."""
    level = [value]
    for _ in range(most):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
