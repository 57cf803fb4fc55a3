"""Edits of flags and segments in words, as the server and `core.edits` give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .output import paint, safe, say, say_json

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def edit_words(edit: Mapping[str, Any]) -> str:
    """An edit in one line: `flag 'nav': Switched off`, `flag 'nav' is new`."""
    said = "".join(str(part["text"]) for part in edit["words"])
    return f"{edit['kind']} '{edit['key']}'{':' if edit['pointer'] else ''} {said}"


def say_edits(edits: Sequence[Mapping[str, Any]], as_json: bool = False) -> None:
    """Print edits, one a line with a sign before it; with `as_json` as a list."""
    if as_json:
        say_json(list(edits))
        return
    for edit in edits:
        # What is added within a flag changes the flag.
        sign, colour = _SIGNS[edit["what"] if edit["pointer"] == "" else "changed"]
        say(f"{paint(sign, fg=colour)} {safe(edit_words(edit))}")
    if not edits:
        say("no difference")
