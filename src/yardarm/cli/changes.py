"""`yardarm changes list|show` and `yardarm undo`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import click

from .failures import CONFLICT, Failure
from .http import PAGE, Server
from .mutations import change_json, numbers, say_mutation
from .output import fields, json_text, say_json, table
from .target import Target, as_json, targeted, with_force, with_reason
from .words import command_words


class _Limit(click.ParamType["int | None"]):
    """A number of changes, or `all`."""

    name = "N|all"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value in (None, "all"):
            return None
        if not str(value).isdecimal() or int(value) == 0:
            self.fail(f"{value!r} is neither a number of changes nor 'all'", param, ctx)
        return int(value)


@click.command("list", short_help="List the environment's changes, newest first.")
@click.option("--limit", type=_Limit(), default=20, show_default=True, help="How many, or all.")
@as_json
@targeted
def list_changes(limit: int | None, as_json: bool, target: Target) -> None:
    """List the environment's changes, newest first.

    With --json prints a list of what `changes show --json` prints.
    """
    found = _changes(target.server(), target.in_environment("changes"), limit)
    if as_json:
        _say_list(found)
        return
    table(
        ("CHANGE", "AT", "WHO", "WHAT", "WHY"),
        (
            (c["version"], c["at"], c["actor"], command_words(c["command"]), c["reason"])
            for c in found
        ),
        empty="no changes yet",
    )


def _changes(server: Server, where: str, limit: int | None) -> Iterator[dict[str, Any]]:
    size = PAGE if limit is None else min(PAGE, limit)
    return islice(server.items(where, {"limit": size}), limit)


def _say_list(found: Iterator[dict[str, Any]]) -> None:
    """Print a list of changes while it is fetched: a long history needs no memory."""
    first = next(found, None)
    if first is None:
        say_json([])
        return
    click.echo("[" + json_text(change_json(first)), nl=False)
    for change in found:
        click.echo(",\n" + json_text(change_json(change)), nl=False)
    click.echo("]")


@click.command("show", short_help="Show a change and what takes it back.")
@click.argument("number", type=click.IntRange(min=1))
@as_json
@targeted
def show_change(number: int, as_json: bool, target: Target) -> None:
    """Show change NUMBER of the environment.

    With --json prints {version, command, actor, reason, at, movement, inverse, prev_hash, hash}.
    """
    change = target.server().get(target.in_environment("changes", str(number))).body
    if as_json:
        say_json(change_json(change))
        return
    fields((
        ("change", f"{change['version']} in {change['environment']}"),
        ("what", command_words(change["command"])), ("who", change["actor"]),
        ("at", change["at"]), ("why", change["reason"]), ("command", change["command"]),
        ("movement", change["movement"]), ("taken back by", change["inverse"]),
        ("hash", change["hash"]), ("before it", change["prev_hash"]),
    ))  # fmt: skip


@click.command("undo", short_help="Take a change back by a new change.")
@click.argument("number", type=click.IntRange(min=1))
@with_force("Although the same flag was changed again since.")
@with_reason
@as_json
@targeted
def undo(number: int, force: bool, reason: str, as_json: bool, target: Target) -> None:
    """Take change NUMBER back by a new change.

    Refused when what it changed was changed again since, unless forced.
    """
    where = target.in_environment("changes", str(number), "undo")
    try:
        done = target.server().send("POST", where, {"force": force}, reason=reason).body
    except Failure as error:
        if error.code != CONFLICT:
            raise
        raise Failure(f"{error}; take that back first, or say --force", CONFLICT) from None
    if as_json:
        say_json({"undone": number, "changes": numbers(done["changes"])})
    else:
        say_mutation(done, target, f"nothing to take back: what change {number} did is gone")
