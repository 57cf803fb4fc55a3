"""Docstrings as Markdown."""

from __future__ import annotations

import inspect
import textwrap


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: `::` blocks and examples become fenced ones."""
    lines: list[str] = []
    fence = ""
    for line in inspect.cleandoc(docstring or "").split("\n"):
        if fence == "text" and line and not line.startswith(" "):
            _close(lines)
            fence = ""
        elif fence == "pycon" and not line:
            lines.append("```")
            fence = ""
        if not fence and line.startswith(">>>"):
            lines.append("```pycon")
            fence = "pycon"
        if line.endswith("::"):
            lines += ([line[:-1], ""] if line != "::" else []) + ["```text"]
            fence = "text"
        elif line == "\b":
            lines.append("```text")
            fence = "lines"
        elif fence == "lines" and not line:
            lines += ["```", ""]
            fence = ""
        elif not (fence == "text" and not line and lines[-1] == "```text"):
            lines.append(line[4:] if fence == "text" else line)
    if fence:
        _close(lines)
    return "\n".join(lines).rstrip() + "\n"


def _close(lines: list[str]) -> None:
    """End a block, before the empty lines that follow it."""
    while lines[-1] == "":
        lines.pop()
    lines += ["```", ""]


def code(text: object) -> str:
    """Text as code in a cell of a table."""
    return "`" + str(text).replace("|", "\\|") + "`"


def cell(text: str) -> str:
    """Text in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(columns: str, rows: list[str]) -> str:
    """A table of rows that are ready made; nothing without rows."""
    if not rows:
        return ""
    heads = columns.split("|")
    line = "|".join("---" for _ in heads)
    head = "|".join(f" {name.strip()} " for name in heads)
    return f"|{head}|\n|{line}|\n" + "".join(f"| {row} |\n" for row in rows)


def wrapped(text: str) -> str:
    """A paragraph in lines of 100 characters."""
    return textwrap.fill(" ".join(text.split()), 100, break_long_words=False)
