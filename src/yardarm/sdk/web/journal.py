"""The debug page: the last requests, with every flag that each one asked for and why.

**Mutable state**: a deque of bounded length; appends are atomic, and reading copies it.
"""

from __future__ import annotations

import json
import time
from collections import deque
from html import escape
from typing import NamedTuple

from ..scope import Checked, Scope
from .asked import Asked
from .status import Page

MAX_REQUESTS = 50
_COLUMNS = ("flag", "value", "variant", "reason", "cause", "rule", "times")
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem}"
    "h2{font-size:1rem;margin:1.5rem 0 .25rem;overflow-wrap:anywhere}div{overflow-x:auto}"
    "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;"
    "padding:.25rem 1.5rem .25rem 0;border-bottom:1px solid #8888}"
    "td:nth-child(2),td:nth-child(5){overflow-wrap:anywhere;min-width:12rem;max-width:30rem}"
)
_HEADERS = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ("x-content-type-options", "nosniff"),
]


class _Entry(NamedTuple):
    at: float
    method: str
    path: str
    by: str
    checked: dict[str, Checked]


class Journal:
    """The requests that ended last."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque(maxlen=MAX_REQUESTS)

    def add(self, asked: Asked, scope: Scope) -> None:
        """A request has ended; one that asked for no flag is not worth a place."""
        if scope.checked:
            by = scope.by if scope.values else ""
            entry = _Entry(time.time(), asked.method, asked.path, by, scope.checked)
            self._entries.append(entry)

    def page(self) -> Page:
        """All of them, the last one first."""
        entries = enumerate(reversed(list(self._entries)))
        tables = "".join(_table(number, one) for number, one in entries)
        shown = tables or "<p>No request asked for a flag yet.</p>"
        body = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>Flags of the last requests</title><style>{_STYLE}</style>"
            f"<h1>Flags of the last requests</h1>{shown}"
        )
        return Page(200, _HEADERS, body.encode("utf-8", "replace"))


def _table(number: int, entry: _Entry) -> str:
    at = time.strftime("%H:%M:%S", time.gmtime(entry.at))
    by = f", signed override by {entry.by}" if entry.by else ""
    heading = escape(f"{entry.method[:20]} {entry.path[:200]} at {at} UTC{by}")
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(one) for one in entry.checked.values())
    return (
        f'<h2 id="r{number}">{heading}</h2><div role="region" aria-labelledby="r{number}" '
        f'tabindex="0"><table><tr>{head}</tr>{rows}</table></div>'
    )


def _row(one: Checked) -> str:
    said = one.decision
    cells = (
        said.flag, json.dumps(said.value, default=repr)[:500], said.variant or "fallback",
        said.reason, ": ".join(filter(None, (said.error, said.cause))), said.rule or "",
        str(one.count),
    )  # fmt: skip
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
