"""Observed contexts: what identifies one, where it stands in a sample, what it was seen without.

Whoever reports contexts and whoever keeps them place each by a hash of its keys. Contexts placed
below a threshold are kept, so a sample is the same people whoever samples, two samples are joined
by taking the lower threshold, and the share that is kept is known (a KMV sketch: Bar-Yossef et al.,
"Counting distinct elements in a data stream", 2002).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, TypeAlias

from .context import Context

PLACES = 1 << 62
"""How many places there are; a threshold of that many keeps every context."""

HASHED = "sha256"
"""A private value that left its process only hashed is `{"sha256": "<hex>"}`."""

Name: TypeAlias = tuple[str, str]
"""Kind and attribute."""


def place_of(kinds: Mapping[str, Mapping[str, Any]]) -> int | None:
    """Where a context stands, from 0 to `PLACES` - 1, by the keys of its kinds.

    None for a context without any key: nobody can tell it from another.
    """
    keys = sorted((kind, key) for kind, values in kinds.items() if (key := values.get("key")))
    if not keys:
        return None
    text = "\0".join(f"{kind}\0{key}" for kind, key in keys)
    found = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found) >> 2


def withheld_of(context: Context) -> frozenset[Name]:
    """The attributes that the program had and that are not in the context as it was reported."""
    if not context.private:
        return frozenset()
    return frozenset(
        (kind, name)
        for kind, attributes in context.by_kind().items()
        for name in context.private
        if name not in attributes or is_hashed(attributes[name])
    )


def is_hashed(value: Any) -> bool:
    """Whether a value stands for one that was hashed before it was reported."""
    return isinstance(value, dict) and len(value) == 1 and HASHED in value
