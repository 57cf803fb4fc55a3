"""`yardarm changes list|show`, `yardarm flags history` and `yardarm undo`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import click

from .failures import CONFLICT, Failure
from .http import PAGE, Server
from .mutations import change_json, numbers, say_mutation
from .output import fields, json_text, safe, say_json, table
from .target import Target, as_json, targeted, with_force, with_reason
from .words import command_words


class Limit(click.ParamType["int | None"]):
    """How many, or `all`."""

    name = "N|all"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value in (None, "all"):
            return None
        if not str(value).isdecimal() or int(value) == 0:
            self.fail(f"{value!r} is neither a number nor 'all'", param, ctx)
        return int(value)


@click.command("list", short_help="List the environment's changes, newest first.")
@click.option("--limit", type=Limit(), default=20, show_default=True, help="How many, or all.")
@as_json
@targeted
def list_changes(limit: int | None, as_json: bool, target: Target) -> None:
    """List the environment's changes, newest first.

    With --json prints a list of what `changes show --json` prints.
    """
    found = some(target.server(), target.in_environment("changes"), limit)
    if as_json:
        _say_list(found)
        return
    _say_table(found, empty="no changes yet")


@click.command("history", short_help="List the changes of a flag in one environment.")
@click.argument("key")
@click.option("--limit", type=Limit(), default=20, show_default=True, help="How many, or all.")
@as_json
@targeted
def flag_history(key: str, limit: int | None, as_json: bool, target: Target) -> None:
    """List the changes that made a flag another in one environment, newest first.

    Go back to one by `yardarm flags restore KEY --version CHANGE`, or ask what was answered then
    by `yardarm eval KEY --version CHANGE`. With --json prints a list of what `changes show --json`
    prints.
    """
    found = some(target.server(), target.in_environment("flags", key, "versions"), limit)
    if as_json:
        _say_list(found)
    else:
        _say_table(found, empty=f"{safe(key)} was never changed")


def some(
    server: Server, where: str, limit: int | None, query: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """The first items of a list, or all."""
    size = PAGE if limit is None else min(PAGE, limit)
    return islice(server.items(where, {**(query or {}), "limit": size}), limit)


def _say_table(found: Iterator[dict[str, Any]], *, empty: str) -> None:
    table(
        ("CHANGE", "AT", "WHO", "WHAT", "WHY"),
        (
            (c["version"], c["at"], c["actor"], command_words(c["command"]), c["reason"])
            for c in found
        ),
        empty=empty,
    )


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


class _Range(click.ParamType["tuple[int, int | None]"]):
    """A change, or the first and the last of several: `4..7`."""

    name = "N|N..M"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        first, dots, last = str(value).partition("..")
        numbers_ = [first, *([last] if dots else [])]
        if not all(text.isascii() and text.isdigit() and int(text) for text in numbers_):
            self.fail(f"{value!r} is neither a change nor a range like 4..7", param, ctx)
        return int(first), int(last) if dots else None


@click.command("undo", short_help="Take changes back by a new change.")
@click.argument("number", type=_Range())
@click.option("--through", type=click.IntRange(min=1), help="Also every change up to this one.")
@with_force("Although the same flag was changed again since.")
@with_reason
@as_json
@targeted
def undo(
    number: tuple[int, int | None],
    through: int | None,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    """Take change NUMBER back by a new change, or a range of changes at once.

    \b
    yardarm undo 7
    yardarm undo 4..7

    Refused when what was changed was changed again since, unless forced. With --json prints
    {undone, through, changes}.
    """
    first, last = number
    if last is not None and through is not None:
        raise Failure("the range names its last change already; leave out --through")
    last = through if last is None else last
    where = target.in_environment("changes", str(first), "undo")
    body = {"force": force, "through": last}
    try:
        done = target.server().send("POST", where, body, reason=reason).body
    except Failure as error:
        if error.code != CONFLICT:
            raise
        raise Failure(f"{error}; take that back first, or say --force", CONFLICT) from None
    if as_json:
        say_json({"undone": first, "through": last, "changes": numbers(done["changes"])})
        return
    what = f"what change {first} did" if last is None else f"what changes {first} to {last} did"
    say_mutation(done, target, f"nothing to take back: {what} is gone")
