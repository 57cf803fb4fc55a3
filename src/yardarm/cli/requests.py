"""`yardarm requests …`: changes that wait for approval."""

from __future__ import annotations

from typing import Any

import click

from .edit_words import say_edits
from .output import fields, safe, say, say_json, table
from .request_words import grounds_words, happened, moved_words, outcome_words
from .target import Target, as_json, targeted
from .words import command_words

_STATES = ("open", "stale", "approved", "landed", "rejected", "withdrawn", "expired")
_NUMBER = click.argument("number", type=click.IntRange(min=1))
_SHOWN_MATRIX = 10


@click.command("list", short_help="List the change requests, newest first.")
@click.option(
    "--state", type=click.Choice(_STATES), multiple=True, help="Only those in this state."
)
@click.option("--in", "only", metavar="ENVIRONMENT", help="Only what would change this one.")
@click.option("--whose", type=click.Choice(("mine", "others")), help="Only yours, or others'.")
@as_json
@targeted
def list_requests(
    state: tuple[str, ...],
    only: str | None,
    whose: str | None,
    as_json: bool,
    target: Target,
) -> None:
    """List the change requests, newest first.

    With --json prints a list of what `requests show --json` prints, without commands and previews.
    """
    query = {"state": ",".join(state) or None, "environment": only, "whose": whose}
    found = list(target.server().items(target.in_project("requests"), query))
    if as_json:
        say_json(found)
        return
    table(
        ("REQUEST", "STATE", "WHO", "WHERE", "WHY IT WAITS"),
        (
            (r["id"], r["state"], r["author"], ", ".join(r["environments"]), grounds_words(r))
            for r in found
        ),
        empty="no change requests",
    )


@click.command("show", short_help="Show a change request and whom it would move.")
@_NUMBER
@as_json
@targeted
def show_request(number: int, as_json: bool, target: Target) -> None:
    """Show change request NUMBER: what is asked for, whom it would move, what was said."""
    request = target.server().get(target.in_project("requests", str(number))).body
    if as_json:
        say_json(request)
        return
    approvals = [given["actor"] for given in request["approvals"]]
    fields((
        ("request", f"{number} in {', '.join(request['environments'])}"),
        ("state", request["state"]), ("what", command_words(request["command"])),
        ("who", request["author"]), ("edited by", request["editors"]),
        ("why", request["reason"]), ("waits because", grounds_words(request)),
        ("approved by", approvals), ("approvals missing", request["missing"] or None),
        ("expires", request["expires_at"]), ("revision", request["revision"]),
        ("command", request["command"]),
    ))  # fmt: skip
    for environment, edits in sorted(request["edits"].items()):
        say()
        say(f"{safe(environment)}:")
        say_edits(edits)
    for environment, movement in sorted((request["preview"] or {}).items()):
        _say_movement(environment, movement)
    say()
    for entry in request["history"]:
        say(happened(entry))


def _say_movement(environment: str, movement: dict[str, Any]) -> None:
    say()
    say(f"{safe(environment)}: {moved_words(movement)}")
    for key, flag in movement.get("flags", {}).items():
        for cell in flag["matrix"][:_SHOWN_MATRIX]:
            sides = (safe(cell[side] or "fallback") for side in ("from", "to"))
            say(f"  {safe(key)}: {' -> '.join(sides)}: {cell['count']:,}")


@click.command("approve", short_help="Approve a change, so that it is made.")
@_NUMBER
@click.option("--comment", default="", help="Words to go with it.")
@click.option("--revision", type=click.IntRange(min=1), help="Refuse if it was changed since this.")
@as_json
@targeted
def approve_request(
    number: int, comment: str, revision: int | None, as_json: bool, target: Target
) -> None:
    """Approve change request NUMBER. With enough approvals the change is made at once.

    Nobody approves what they wrote or edited themselves. If the world has moved so that something
    else would come of it, it is not made: look at it again, and approve it anew.
    """
    body = {"comment": comment, "revision": revision}
    _act(number, "approve", body, as_json, target)


@click.command("reject", short_help="Turn a change request down for good.")
@_NUMBER
@click.option("--reason", default="", help="Why.")
@as_json
@targeted
def reject_request(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Turn change request NUMBER down for good."""
    _act(number, "reject", {"reason": reason}, as_json, target)


@click.command("withdraw", short_help="Take your own change request back.")
@_NUMBER
@click.option("--reason", default="", help="Why.")
@as_json
@targeted
def withdraw_request(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Take change request NUMBER back: your own, or any with `admin`."""
    _act(number, "withdraw", {"reason": reason}, as_json, target)


@click.command("comment", short_help="Say something about a change request.")
@_NUMBER
@click.argument("text")
@as_json
@targeted
def comment_request(number: int, text: str, as_json: bool, target: Target) -> None:
    """Say TEXT about change request NUMBER."""
    _act(number, "comment", {"comment": text}, as_json, target)


def _act(number: int, word: str, body: dict[str, Any], as_json: bool, target: Target) -> None:
    where = target.in_project("requests", str(number), word)
    request = target.server().send("POST", where, body).body
    if as_json:
        say_json(request)
    elif word == "comment":
        say(f"said about change request {number}")
    else:
        say(outcome_words(request, target))
