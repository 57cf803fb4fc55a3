"""Flags as CSV (RFC 4180), so that no spreadsheet runs what is in it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from yardarm.core.sentence import sentence

from ...store.instants import to_rfc3339
from .row import Row
from .wanted import Looking

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is taken for a formula by some spreadsheet."""


def to_csv(rows: Iterable[Row], environments: Sequence[str], looking: Looking) -> str:
    """A line for each flag, under a line of names; state and sentence of each environment last."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([
        "key", "name", "type", "purpose", "owner", "tags", "expires_at", "archived_at",
        "changed_at", "last_evaluated_at", "stale",
        *(inert(f"{at} {what}") for at in environments for what in ("state", "serves")),
    ])  # fmt: skip
    for row in rows:
        writer.writerow([inert(cell) for cell in _cells(row, environments, looking)])
    return out.getvalue()


def _cells(row: Row, environments: Sequence[str], looking: Looking) -> Iterable[str]:
    flag = row.flag
    yield from (row.key, flag.name, flag.type, flag.purpose, flag.owner, ", ".join(flag.tags))
    yield from (flag.expires_at or "", flag.archived_at or "", _instant(row.changed_at))
    yield from (_instant(looking.last_evaluated_at(row.key)), looking.stale(row) or "")
    for at in environments:
        here = row.here.get(at)
        yield "" if here is None else here.state
        yield "".join(part.text for part in sentence(row.flags[at])) if here is not None else ""


def inert(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_RUN) else cell


def _instant(at: datetime | None) -> str:
    return "" if at is None else to_rfc3339(at)
