"""What commands print: tables and colour for a person at a terminal, plain text or JSON else.

Text from a server or a file is shown with everything a terminal would act on made visible.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def is_fancy() -> bool:
    """Whether a person looks on who wants colour."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def say_json(value: Any) -> None:
    """Print a value as JSON: on one line for programs, indented for people."""
    click.echo(json_text(value, indent=2 if sys.stdout.isatty() else None))


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON text that the output can hold: in ASCII where it holds no more."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    text = json.dumps(value, indent=indent, ensure_ascii=encoding != "utf8", allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value, indent=indent, allow_nan=False)
    return text


def say(text: str = "") -> None:
    """Print a line."""
    click.echo(text, color=is_fancy())


def note(text: str) -> None:
    """Print a line on stderr: for the person, out of the way of what is printed."""
    click.echo(text, err=True)


def safe(value: object) -> str:
    """The value as text on one line, with control characters made visible."""
    text = "" if value is None else value if isinstance(value, str) else json_text(value)
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def paint(text: str, **style: Any) -> str:
    """The text in a colour, where there is any (`click.style`)."""
    return click.style(text, **style) if is_fancy() else text


def on_off(enabled: bool) -> str:
    """Whether a flag is enabled, in a word."""
    return paint("on", fg="green", bold=True) if enabled else paint("off", dim=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print a table; `empty` stands for one without rows."""
    cells = [[safe(cell) for cell in row] for row in rows]
    if not cells:
        say(empty)
    elif is_fancy():
        _rich_table(columns, cells)
    else:
        lines = [list(columns), *cells]
        widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
        for line in lines:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            say("  ".join(padded).rstrip())


def _rich_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    Console(highlight=False, markup=False).print(made)


_STYLES = {"on": "bold green", "off": "dim", "error": "bold red", "warning": "yellow"}


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one pair a line; empty values are left out."""
    shown = [(name, value) for name, value in pairs if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        text = ", ".join(map(safe, value)) if isinstance(value, list) else safe(value)
        say(f"{paint(name.ljust(width), dim=True)}  {text}")
