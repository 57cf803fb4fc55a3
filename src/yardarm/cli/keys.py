"""`yardarm keys …`: SDK keys."""

from __future__ import annotations

import sys

import click

from .output import note, safe, say, say_json, table
from .target import Target, as_json, targeted, with_plain_reason

_VENDORS = ("flagsmith", "growthbook", "harness", "launchdarkly", "unleash")


@click.command("list", short_help="List the environment's SDK keys.")
@as_json
@targeted
def list_keys(as_json: bool, target: Target) -> None:
    """List the environment's SDK keys, without their text."""
    found = list(target.server().items(target.in_environment("keys")))
    if as_json:
        say_json(found)
        return
    table(
        ("ID", "KIND", "OF", "BEGINS", "NAME", "CREATED", "BY", "REVOKED"),
        (
            (
                key["id"],
                key["kind"],
                key["vendor"] or "yardarm",
                key["prefix"],
                key["name"],
                key["created_at"],
                key["created_by"],
                key["revoked_at"],
            )
            for key in found
        ),
        empty="no keys; create one with `yardarm keys create`",
    )


@click.command("create", short_help="Create an SDK key and print it.")
@click.option(
    "--kind",
    type=click.Choice(("server", "client")),
    default="server",
    show_default=True,
    help="client: for browsers and apps, which see values only.",
)
@click.option("--name", default="", help="What it is for.")
@with_plain_reason
@as_json
@targeted
def create_key(kind: str, name: str, reason: str, as_json: bool, target: Target) -> None:
    """Create an SDK key of the environment and print it.

    The text of a server key is never shown again.
    """
    body = {"kind": kind, "name": name}
    made = target.server().send("POST", target.in_environment("keys"), body, reason=reason).body
    if as_json:
        say_json(made)
        return
    say(made["key"])
    if kind == "server":
        note("keep it: it is not shown again. Programs read it from YARDARM_SERVER_KEY.")


@click.command("alias", short_help="Have the environment accept a vendor's key.")
@click.argument("vendor", type=click.Choice(_VENDORS))
@click.argument("key")
@click.option(
    "--kind",
    type=click.Choice(("server", "client")),
    default="server",
    show_default=True,
    help="client: for browsers and apps, which see values only.",
)
@click.option("--name", default="", help="What it is for.")
@with_plain_reason
@as_json
@targeted
def add_alias(
    vendor: str, key: str, kind: str, name: str, reason: str, as_json: bool, target: Target
) -> None:
    """Have the environment accept a key that VENDOR gave: programs that hold it need no new one.

    KEY is the vendor's key, word for word; `-` reads it from the standard input, so that it stands
    in no shell history. Only its hash is kept.
    """
    text = sys.stdin.read().strip() if key == "-" else key
    body = {"vendor": vendor, "key": text, "kind": kind, "name": name}
    where = target.in_environment("keys", "alias")
    made = target.server().send("POST", where, body, reason=reason).body
    if as_json:
        say_json(made)
    else:
        say(f"the key {safe(made['prefix'])}… opens the environment now, as key {safe(made['id'])}")


@click.command("revoke", short_help="Make an SDK key useless at once.")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@with_plain_reason
@as_json
@targeted
def revoke_key(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Make an SDK key useless at once.

    Programs that use it keep what they have, and get no more.
    """
    target.server().send("DELETE", target.in_environment("keys", str(number)), reason=reason)
    if as_json:
        say_json({"revoked": number})
    else:
        say(f"revoked key {safe(number)}")
