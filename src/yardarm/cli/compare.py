"""`yardarm compare`."""

from __future__ import annotations

import click

from .edit_words import say_edits
from .failures import Failure
from .output import safe, say, say_json
from .target import Target, as_json, targeted
from .words import command_words


@click.command("compare", short_help="Say what differs between moments or environments.")
@click.argument("one")
@click.argument("other")
@as_json
@targeted
def compare(one: str, other: str, as_json: bool, target: Target) -> None:
    """Say what leads from ONE to OTHER, in words.

    Each is an environment as it is, at a version, or at a time. What begins with @ is of the
    environment that is set up.

    \b
    yardarm compare production staging
    yardarm compare @12 production
    yardarm compare production@2026-11-29T12:00:00Z production

    With --json prints {from, to, edits, commands}; the commands, none or one, would make
    ONE's environment what OTHER is.
    """
    query = {"from": _named(one, target), "to": _named(other, target)}
    found = target.server().get(target.in_project("compare"), query).body
    if as_json:
        say_json(found)
        return
    say_edits(found["edits"])
    for command in found["commands"]:
        say()
        say(f"to make {safe(found['from']['environment'])} so: {safe(command_words(command))}")


def _named(moment: str, target: Target) -> str:
    if not moment.startswith("@"):
        return moment
    if not target.environment:
        raise Failure(f"{moment!r} is of which environment? write production{moment}")
    return target.environment + moment
