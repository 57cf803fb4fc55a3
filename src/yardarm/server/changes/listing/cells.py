"""A list of flags as a table of text, for CSV. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from yardarm.core.sentence import sentence

from ...store.instants import to_rfc3339
from .row import Row
from .wanted import Looking


def names(environments: Sequence[str]) -> Iterator[str]:
    """The names of the columns: state and sentence of each environment come last."""
    yield from ("key", "name", "type", "purpose", "owner", "tags", "expires_at", "archived_at")
    yield from ("changed_at", "last_evaluated_at", "stale")
    yield from (f"{at} {what}" for at in environments for what in ("state", "serves"))


def cells(row: Row, environments: Sequence[str], looking: Looking) -> Iterator[str]:
    """What the columns hold of a flag."""
    flag = row.flag
    yield from (row.key, flag.name, flag.type, flag.purpose, flag.owner, ", ".join(flag.tags))
    yield from (flag.expires_at or "", flag.archived_at or "", _instant(row.changed_at))
    yield from (_instant(looking.last_evaluated_at(row.key)), looking.stale(row) or "")
    for at in environments:
        here = row.here.get(at)
        yield "" if here is None else here.state
        yield "".join(part.text for part in sentence(row.flags[at])) if here is not None else ""


def _instant(at: datetime | None) -> str:
    return "" if at is None else to_rfc3339(at)
