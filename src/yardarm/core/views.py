"""Kinds that no context has: a vendor's own view of a context, worked out when it is asked for.

A clause or a bucketing of such a kind names what it wants in the vendor's own way, and gets it from
native contexts too. To add one: a line in `find`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Look: TypeAlias = Callable[[Mapping[str, Any], Mapping[str, Any] | None], Any]
"""From a context (attributes of the default kind, attributes by kind) to a value."""


def find(kind: str) -> Callable[[str], Look] | None:
    """From an attribute's name to how it is found; None for an ordinary kind."""
    match kind:
        case "flagsmith":
            from .flagsmith_view import look

            return look
        case _:
            return None
