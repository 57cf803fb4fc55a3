"""`yardarm tokens …`: tokens for people and scripts."""

from __future__ import annotations

from typing import Any

import click

from .failures import Failure
from .http import path
from .output import note, safe, say, say_json, table
from .target import Target, as_json, targeted, with_plain_reason

_SCOPES = ("read", "edit", "approve", "kill", "admin")


@click.command("list", short_help="List the tokens.")
@as_json
@targeted
def list_tokens(as_json: bool, target: Target) -> None:
    """List the tokens, without their text; without `admin` only one's own."""
    found = list(target.server().items(path("tokens")))
    if as_json:
        say_json(found)
        return
    table(
        ("ID", "ACTOR", "NAME", "BEGINS", "MAY", "EXPIRES", "REVOKED"),
        (
            (
                token["id"],
                token["actor"],
                token["name"],
                token["prefix"],
                ", ".join(map(_grant_words, token["grants"])),
                token["expires_at"],
                token["revoked_at"],
            )
            for token in found
        ),
        empty="no tokens",
    )


@click.command("create", short_help="Create a token for an actor and print it.")
@click.argument("actor")
@click.option(
    "--grant", "grants", multiple=True, required=True, metavar="SCOPE[@PROJECT[/ENVIRONMENT]]",
    help=f"What it may do ({', '.join(_SCOPES)}), and where: everywhere, if not said. Repeatable.",
)  # fmt: skip
@click.option("--name", default="", help="What it is for.")
@click.option("--expires", metavar="TIME", help="When it ends: 2027-03-01T09:00:00Z.")
@with_plain_reason
@as_json
@targeted
def create_token(
    actor: str,
    grants: tuple[str, ...],
    name: str,
    expires: str | None,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    """Create a token for ACTOR (a person or a program) and print it. It is never shown again.

    \b
    yardarm tokens create ann --grant edit@shop
    yardarm tokens create pager --grant kill@shop/production
    """
    body: dict[str, Any] = {
        "actor": actor,
        "name": name,
        "grants": [parse_grant(text) for text in grants],
        "expires_at": expires,
    }
    made = target.server().send("POST", path("tokens"), body, reason=reason).body
    if as_json:
        say_json(made)
        return
    say(made["token"])
    note("keep it: it is not shown again. The command line reads it from YARDARM_TOKEN.")


@click.command("revoke", short_help="Make a token useless at once.")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@with_plain_reason
@as_json
@targeted
def revoke_token(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Make a token useless at once."""
    target.server().send("DELETE", path("tokens", str(number)), reason=reason)
    if as_json:
        say_json({"revoked": number})
    else:
        say(f"revoked token {safe(number)}")


def parse_grant(text: str) -> dict[str, str]:
    """A grant from its text: `edit`, `edit@shop`, `kill@shop/production`. Raises `Failure`."""
    scope, at, place = text.partition("@")
    project, slash, environment = place.partition("/")
    if scope not in _SCOPES or (at and not project) or (slash and not environment):
        raise Failure(
            f"{text!r} is no grant; write SCOPE, SCOPE@PROJECT or SCOPE@PROJECT/ENVIRONMENT, "
            f"with one of {', '.join(_SCOPES)}"
        )
    return {"scope": scope, "project": project or "*", "environment": environment or "*"}


def _grant_words(grant: dict[str, str]) -> str:
    if grant["project"] == "*" and grant["environment"] == "*":
        return grant["scope"]
    place = grant["project"] + ("" if grant["environment"] == "*" else f"/{grant['environment']}")
    return f"{grant['scope']}@{place}"
