"""`yardarm sessions …`: who is signed in to the dashboard."""

from __future__ import annotations

import click

from .http import path
from .output import safe, say, say_json, table
from .target import Target, as_json, targeted, with_plain_reason


@click.command("list", short_help="List who is signed in to the dashboard.")
@as_json
@targeted
def list_sessions(as_json: bool, target: Target) -> None:
    """List who is signed in to the dashboard; without `admin` only oneself."""
    found = list(target.server().items(path("sessions")))
    if as_json:
        say_json(found)
        return
    table(
        ("ID", "ACTOR", "TOKEN", "FROM", "BROWSER", "SINCE", "UNTIL"),
        (
            (
                session["id"],
                session["actor"],
                session["token"] or session["token_id"],
                session["address"],
                session["agent"],
                session["created_at"],
                session["expires_at"],
            )
            for session in found
        ),
        empty="nobody is signed in",
    )


@click.command("end", short_help="Sign somebody out at once.")
@click.argument("session", metavar="ID")
@with_plain_reason
@as_json
@targeted
def end_session(session: str, reason: str, as_json: bool, target: Target) -> None:
    """Sign somebody out at once: oneself elsewhere, or with `admin` anybody.

    Who holds the token can sign in again: `yardarm tokens revoke` ends that too.
    """
    target.server().send("DELETE", path("sessions", session), reason=reason)
    if as_json:
        say_json({"ended": session})
    else:
        say(f"ended session {safe(session)}")
