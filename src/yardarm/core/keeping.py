"""How a context is kept in a population: where it stands, and its canonical bytes.

A population holds what strangers sent. So what is kept is bounded, can be stored in any database,
and is a context: whoever reads it later need not look again.
"""

from __future__ import annotations

from ..errors import ContextError
from .context import Context
from .jsontext import canonical, check_value
from .model import Json
from .observed import is_hashed, place_of

MAX_BYTES = 8_192
"""Most bytes of a context's canonical JSON."""

MAX_DEPTH = 16
"""How deep a context may nest."""

MAX_KEY = 256
"""Longest key and longest name of a kind, in characters."""


class Unkept(ValueError):
    """Why a context cannot be kept, and how to mend it."""


def kept_form(value: Json) -> tuple[int, bytes]:
    """Place and canonical bytes of a context given as JSON. Raises `Unkept`.

    What the context names as private is not in the bytes, should it still be there.
    """
    if not isinstance(value, dict):
        raise Unkept('a context is an object; write {"key": "user-1", "country": "NL"}')
    if problems := check_value(value):
        raise Unkept(f"{problems[0].pointer or '/'}: {problems[0].message}")
    if _depth(value) > MAX_DEPTH:
        raise Unkept(f"nested more than {MAX_DEPTH} levels")
    try:
        context = Context.of(value)
    except ContextError as error:
        raise Unkept(str(error)) from None
    kinds = {
        kind: {n: v for n, v in values.items() if n not in context.private or is_hashed(v)}
        for kind, values in context.by_kind().items()
    }
    place = place_of(kinds)
    if place != place_of(context.by_kind()):
        raise Unkept('names its key as private; give it a "key" that may be told')
    if place is None:
        raise Unkept('has no key that tells it from others; give it a "key", a text or an integer')
    for kind, attributes in kinds.items():
        if len(kind) > MAX_KEY:
            raise Unkept(f"a kind of more than {MAX_KEY} characters")
        if len(attributes.get("key", "")) > MAX_KEY:
            raise Unkept(f"a key of more than {MAX_KEY} characters")
    if context.private:
        context = Context.of({"kind": "multi", **kinds, "_private": sorted(context.private)})
    body = canonical(context.to_json())
    if len(body) > MAX_BYTES:
        raise Unkept(f"{len(body)} bytes, at most {MAX_BYTES}: leave attributes out")
    return place, body


def _depth(value: Json) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            member
            for item in level
            if isinstance(item, dict | list)
            for member in (item.values() if isinstance(item, dict) else item)
            if isinstance(member, dict | list)
        ]
    return depth
