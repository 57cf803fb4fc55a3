"""Tables as CSV (RFC 4180), so that no spreadsheet runs what is in them. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is taken for a formula by some spreadsheet."""


def to_csv(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A line for each row, under a line of names."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (names, *rows):
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


def inert(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_RUN) else cell
