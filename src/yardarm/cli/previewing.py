"""Previews by a server: waited for, shown, and asked about before a change is made."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from .failures import OK, UNREACHABLE, Failure
from .http import ANY, Answer, Server, path
from .movement_words import say_movement
from .output import note, safe, say, say_json

_WAIT = 2  # seconds, so that progress is seen
_BAR = 30


@dataclass(frozen=True, slots=True)
class Asking:
    """Before each change: preview it, and go on only when told to.

    `yes` goes on without asking; `as_json` shows the preview to programs.
    """

    yes: bool
    as_json: bool

    def __call__(
        self,
        server: Server,
        method: str,
        where: str,
        body: Any,
        on: str,
        query: Mapping[str, Any] | None,
    ) -> str:
        """On top of which versions to make the change: those that the preview speaks of.

        Raises `Failure`, with the exit code 0, where the change is not to be made.
        """
        found = finished(server, server.preview(method, where, body, on, query))
        if self.as_json and not self.yes:
            say_json(found)
        else:
            say_preview(found, to_person=not self.as_json)
        if not self.yes:
            if self.as_json or not sys.stdin.isatty() or not sys.stdout.isatty():
                raise Failure("nothing was changed; --yes changes it", OK)
            if not click.confirm("Apply?", default=False):
                raise Failure("nothing was changed", OK)
        return _base(where, found["versions"]) if on == ANY else on


def say_preview(found: Mapping[str, Any], *, to_person: bool = True) -> None:
    """Say whom commands would move; to others than people in one line, on stderr."""
    for environment, movement in found["movement"].items():
        if not to_person:
            note(f"{safe(environment)}: {movement.get('moved', 'an unknown number')} move")
            continue
        say(f"{safe(environment)}, version {found['versions'].get(environment, 0)}:")
        say_movement(movement)
    if not found["movement"]:
        (say if to_person else note)("nothing that is asked for would change")


def finished(server: Server, started: Answer) -> dict[str, Any]:
    """The preview when it has ended well; its progress is shown on a terminal.

    Raises `Failure`. Whoever interrupts it cancels it.
    """
    found = started.body
    where = path("projects", found["project"], "previews", found["id"])
    shown = sys.stderr.isatty()
    try:
        while found["state"] in ("queued", "running"):
            if shown:
                done = round(found["progress"] * _BAR)
                bar = "#" * done + "." * (_BAR - done)
                click.echo(f"\rcounting [{bar}] {found['progress']:4.0%}", nl=False, err=True)
            found = server.get(where, {"wait": _WAIT}).body
    except KeyboardInterrupt:
        server.send("DELETE", where)
        raise
    finally:
        if shown:
            click.echo(f"\r{' ' * (_BAR + 20)}\r", nl=False, err=True)
    if found["state"] != "done":
        why = found["error"] or "it was cancelled"
        raise Failure(f"the preview was not finished: {why}", UNREACHABLE)
    return dict(found)


def _base(where: str, versions: Mapping[str, int]) -> str:
    """`If-Match` for the versions that were previewed."""
    parts = where.split("/")
    if len(parts) > 4 and parts[3] == "environments":
        known = {path(key)[1:]: version for key, version in versions.items()}
        return f'"{known[parts[4]]}"' if parts[4] in known else ANY
    if where.endswith("/environments") or not versions:
        return ANY  # a new environment builds on none
    return '"' + ",".join(f"{path(k)[1:]}={version}" for k, version in versions.items()) + '"'
