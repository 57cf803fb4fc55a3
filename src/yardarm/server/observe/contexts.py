"""Contexts as events bring them: what is taken, and in which form it is handed on. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from yardarm.core.context import Context
from yardarm.core.keeping import MAX_BYTES, Unkept, kept_form
from yardarm.core.model import Json

from .model import Sighted


def sighted(raw: bytes | memoryview, at: datetime) -> Sighted | str:
    """A context from its JSON, or why it is not taken."""
    if len(raw) > MAX_BYTES:
        return f"a context of {len(raw)} bytes, at most {MAX_BYTES}"
    return _kept(msgspec.json.decode(raw), at)


def sighting(context: Context, at: datetime) -> Sighted | str:
    """A sighting of the context, or why it cannot be kept."""
    return _kept(context.to_json(), at)


def _kept(value: Json, at: datetime) -> Sighted | str:
    try:
        place, body = kept_form(value)
    except Unkept as error:
        return str(error)
    return Sighted(place, body, at)
