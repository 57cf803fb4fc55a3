"""`yardarm flags list|show`."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..core.model import PURPOSES
from .failures import Failure
from .flag_options import PLAIN
from .output import fields, on_off, paint, safe, say, say_json, table
from .target import Target, as_json, targeted
from .words import rule_words, serve_words

_STALE = click.Choice(("any", "one-answer", "unused"))
_EXPIRY = click.Choice(("expired", "soon", "set", "none"))
_DOCUMENT = click.option("--document", metavar="FILE", help="Look into this file instead.")


@click.command("list", short_help="List the project's flags.")
@click.option("--query", help="Only with this text in key, name, owner, tag, value or rule.")
@click.option("--tag", help="Only with this tag.")
@click.option("--owner", help="Only of this owner.")
@click.option("--purpose", type=click.Choice(PURPOSES), help="Only of this purpose.")
@click.option("--archived", is_flag=True, help="Archived flags instead.")
@click.option(
    "--state",
    multiple=True,
    metavar="ENVIRONMENT:STATE",
    help="Only with this state there: on, off, killed, one (variant for everybody) or several.",
)
@click.option("--stale", type=_STALE, help="Only stale: any, one-answer or unused.")
@click.option("--expiry", type=_EXPIRY, help="Only expired, expiring in 30 days, with or without.")
@click.option("--changed", metavar="TIME", help="Only changed within 24h, 7d, …")
@click.option("--evaluated", metavar="TIME", help="Only evaluated within 24h, 7d, …, or never.")
@click.option("--not-evaluated", metavar="TIME", help="Only not evaluated for 30d, …")
@click.option("--sort", metavar="ORDER", help="By name, owner, purpose, changed, evaluated, …")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, as the server makes it.")
@_DOCUMENT
@as_json
@targeted
def list_flags(
    archived: bool,
    state: tuple[str, ...],
    as_csv: bool,
    document: str | None,
    as_json: bool,
    target: Target,
    **asked: str | None,
) -> None:
    """List the project's flags, and where each is on.

    A flag is stale when nobody changed it for 30 days and it is unused (not evaluated for as long)
    or gives one answer (a release or experiment that serves everybody one variant everywhere).
    `--sort -name` turns an order round.
    """
    query = {**asked, "state": ",".join(state) or None, "archived": "true" if archived else None}
    if as_csv:
        if document is not None:
            raise Failure("CSV is made by a server: leave --document out")
        sys.stdout.buffer.writelines(target.server().lines(target.in_project("flags-csv"), query))
        return
    if document is not None:
        from .flag_files import FlagFile

        flags = [{"key": key, **flag} for key, flag in FlagFile.read(document).flags().items()]
    else:
        flags = list(target.server().items(target.in_project("flags"), query))
    if as_json:
        say_json(flags)
        return
    table(
        ("FLAG", "TYPE", "ON IN", "PURPOSE", "OWNER", "TAGS"),
        (
            (
                flag["key"],
                flag["type"],
                _where_on(flag, document),
                flag.get("purpose", "release"),
                flag.get("owner", ""),
                ", ".join(flag.get("tags", ())),
            )
            for flag in flags
        ),
        empty="no flags; create one with `yardarm flags create new-checkout`",
    )


def _where_on(flag: dict[str, Any], document: str | None) -> str:
    if document is not None:
        return "on" if flag.get("enabled") else "off"
    on = [key for key, state in flag["environments"].items() if state["enabled"]]
    return ", ".join(on) or "off"


@click.command("show", short_help="Show a flag and its state in each environment.")
@click.argument("key")
@_DOCUMENT
@as_json
@targeted
def show_flag(key: str, document: str | None, as_json: bool, target: Target) -> None:
    """Show a flag and its state in each environment.

    Rules are said in the language that `flags set --add-rule` takes.
    """
    if document is not None:
        from .flag_files import FlagFile

        flag = FlagFile.read(document).flag(key)
    else:
        flag = target.server().get(target.in_project("flags", key)).body
    if as_json:
        say_json(flag)
        return
    whole = {**PLAIN, **flag}
    fields((
        ("key", key), ("name", whole["name"]), ("description", whole["description"]),
        ("type", whole["type"]),
        ("variants", [f"{v['key']} = {safe(v['value'])}" for v in whole["variants"]]),
        ("purpose", whole["purpose"]), ("owner", whole["owner"]), ("tags", whole["tags"]),
        ("expires", whole["expires_at"]), ("archived", whole.get("archived_at")),
        ("client keys", "may ask for it" if whole["client_visible"] else ""),
        ("metadata", whole["metadata"]),
    ))  # fmt: skip
    states = {document: whole} if document is not None else flag["environments"]
    for name, state in states.items():
        say()
        _say_state(name, state)


def _say_state(name: str, state: dict[str, Any]) -> None:
    """One environment's part of a flag, in the order in which it is asked."""
    say(f"{paint(safe(name), bold=True)}: {on_off(state['enabled'])}")
    for needed in state["prerequisites"]:
        say(f"  requires  {safe(needed['flag'])} = {safe(', '.join(needed['variants']))}")
    for target in state["targets"]:
        shown = ", ".join(target["keys"][:5]) + (" …" if len(target["keys"]) > 5 else "")
        say(f"  target    {safe(target['variant'])} for {len(target['keys'])} keys: {safe(shown)}")
    for rule in state["rules"]:
        told = f" ({safe(rule['name'])})" if rule.get("name") else ""
        paused = " [paused]" if rule.get("paused") else ""
        say(f"  rule      {safe(rule['id'])}{told}: {safe(rule_words(rule))}{paused}")
    say(f"  default   {safe(serve_words(state['default']))}")
    off = "the caller's fallback" if state["off"] is None else state["off"]
    say(f"  off       {safe(off)}")
