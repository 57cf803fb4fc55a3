"""What a command prints after a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .http import Server
from .output import note, safe, say
from .target import Target
from .words import command_words

CHANGE_FIELDS = (
    "version", "command", "actor", "reason", "at", "movement", "inverse", "prev_hash", "hash",
)  # fmt: skip
"""What `changes show` and `changes list` print of a change: a stable interface."""


def base_of(server: Server, target: Target, environment: str | None = None) -> str:
    """The version that an environment is at, as `If-Match` names it."""
    where = target.in_environment("changes", environment=environment)
    newest = server.get(where, {"limit": 1}).body["items"]
    return f'"{newest[0]["version"] if newest else 0}"'


def change_json(change: dict[str, Any]) -> dict[str, Any]:
    """A change as it is printed."""
    return {name: change.get(name) for name in CHANGE_FIELDS}


def numbers(done: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number and place of each change."""
    return [
        {
            "change": change["version"],
            "environment": change["environment"],
            "version": change["version"],
            "epoch": change["epoch"],
        }
        for change in done
    ]


def say_mutation(done: dict[str, Any], target: Target, nothing: str) -> None:
    """Say what was changed where, and how to take it back; `nothing` if it made no difference."""
    changes = done.get("changes") or []
    if not changes:
        say(nothing)
    for change in changes:
        words = safe(command_words(change["command"]))
        number, where = change["version"], safe(change["environment"])
        say(f"{words}: change {number} in {where}; {target.undo_words(number, where)}")
    say_warnings(done)


def say_warnings(done: dict[str, Any]) -> None:
    """Say what the server found worth a look, on stderr."""
    for warning in done.get("warnings") or ():
        note(f"warning: {safe(warning.get('pointer'))}: {safe(warning.get('detail'))}")
