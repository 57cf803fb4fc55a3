"""Which flags a change can touch: those that differ, and those that need something that differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from . import model as m
from .codec import flag_to_json, segment_to_json
from .program import DocumentSource
from .references import Found, Reference, survey

Item = TypeVar("Item", m.Flag, m.Segment)

DIRECT = "direct"
"""The cause of a flag that itself differs."""

_NEVER_ASKED = frozenset({
    "version", "name", "description", "owner", "tags", "purpose", "expires_at", "schema",
    "client_visible", "metadata", "origin",
})  # fmt: skip
"""Fields that no evaluation looks at."""


def affected(before: m.Document, after: m.Document) -> dict[str, tuple[str, ...]]:
    """The flags that may be answered differently, each with why.

    A cause is `direct`, `segment:KEY` or `prerequisite:KEY`: what differs, of all that the flag is
    or needs. A flag that is not named here is answered the same for every context.
    """
    differing: set[Reference] = {
        *(("flag", key) for key in _differing(before.flags, after.flags)),
        *(("segment", key) for key in _differing(before.segments, after.segments)),
    }
    if not differing:
        return {}
    found: dict[str, set[str]] = {}
    for document in (before, after):
        needs = _needs(document)
        for key in document.flags:
            for kind, other in needs.get(key, frozenset()) | {("flag", key)}:
                if (kind, other) in differing:
                    found.setdefault(key, set()).add(_cause(key, kind, other))
    return {key: tuple(sorted(causes)) for key, causes in sorted(found.items())}


def _cause(key: str, kind: str, other: str) -> str:
    if kind == "segment":
        return f"segment:{other}"
    return DIRECT if other == key else f"prerequisite:{other}"


def _differing(before: Mapping[str, Item], after: Mapping[str, Item]) -> list[str]:
    return [
        key
        for key in sorted(before.keys() | after.keys())
        if before.get(key) is not after.get(key) and _asked(before, key) != _asked(after, key)
    ]


def _asked(items: Mapping[str, Item], key: str) -> str:
    """What an evaluation looks at, as text: 1 and true are equal, but not the same."""
    if key not in items:
        return ""
    item: m.Flag | m.Segment = items[key]
    found = flag_to_json(item) if isinstance(item, m.Flag) else segment_to_json(item)
    return repr({name: value for name, value in found.items() if name not in _NEVER_ASKED})


def _needs(document: m.Document) -> dict[str, frozenset[Reference]]:
    """Everything that each flag refers to, directly or not."""
    source = DocumentSource(document)
    surveyed: dict[Reference, Found] = {}
    for key in document.flags:
        if ("flag", key) not in surveyed:
            surveyed |= survey(source, ("flag", key), surveyed.get)
    return {key: found.needs for (kind, key), found in surveyed.items() if kind == "flag"}
