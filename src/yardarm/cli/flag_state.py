"""`yardarm flags enable|disable|archive|restore|promote`."""

from __future__ import annotations

from typing import Any

import click

from .http import path
from .mutations import numbers, say_mutation, say_warnings
from .output import on_off, safe, say, say_json
from .target import Target, as_json, targeted, with_force, with_reason

_DOCUMENT = click.option(
    "--document", metavar="FILE", help="Change this file (YAML or JSON) instead of a server."
)


@click.command("enable", short_help="Switch a flag on in one environment.")
@click.argument("key")
@_DOCUMENT
@with_reason
@as_json
@targeted
def enable_flag(key: str, document: str | None, reason: str, as_json: bool, target: Target) -> None:
    """Switch a flag on in one environment.

    Its targets, rules and default decide from then on. Returns after the change is committed;
    with --json prints {change, environment, version, epoch}.
    """
    _set_enabled(key, True, document, reason, as_json, target)


@click.command("disable", short_help="Switch a flag off in one environment.")
@click.argument("key")
@_DOCUMENT
@with_reason
@as_json
@targeted
def disable_flag(
    key: str, document: str | None, reason: str, as_json: bool, target: Target
) -> None:
    """Switch a flag off in one environment.

    Everybody is served its `off` from then on. A token with the scope `kill` is enough. Returns
    after the change is committed; with --json prints {change, environment, version, epoch}.
    """
    _set_enabled(key, False, document, reason, as_json, target)


def _set_enabled(
    key: str, enabled: bool, document: str | None, reason: str, as_json: bool, target: Target
) -> None:
    word = "enable" if enabled else "disable"
    if document is not None:
        _in_file(document, key, enabled, as_json)
        return
    where = target.in_environment()
    server = target.server()
    done = server.send("POST", f"{where}{path('flags', key, word)}", {}, reason=reason).body
    environment = target.environment or ""
    if as_json:
        said = numbers(done["changes"])
        say_json(said[0] if said else _unchanged(server.get(where).body))
        return
    if done["changes"]:
        number = done["changes"][0]["version"]
        say(
            f"{safe(key)} is {on_off(enabled)} in {safe(environment)}: change {number}; "
            f"{target.undo_words(number, environment)}"
        )
        say_warnings(done)
    else:
        say(f"{safe(key)} was {on_off(enabled)} in {safe(environment)} already")


def _unchanged(state: dict[str, Any]) -> dict[str, Any]:
    """What is printed when nothing had to be changed: no change, and where things stand."""
    return {
        "change": None,
        "environment": state["key"],
        "version": state["version"],
        "epoch": state["epoch"],
    }


def _in_file(document: str, key: str, enabled: bool, as_json: bool) -> None:
    from .flag_files import FlagFile

    file = FlagFile.read(document)
    was = file.flag(key).get("enabled", False)
    if was is not enabled:
        file.put(key, {"enabled": enabled})
    if as_json:
        say_json({"file": document, "flag": key, "enabled": enabled, "changed": was is not enabled})
    else:
        say(f"{safe(key)} is {on_off(enabled)} in {safe(document)}")


@click.command("archive", short_help="Put a flag out of use everywhere.")
@click.argument("key")
@with_force("Although another flag needs it or it was evaluated lately.")
@with_reason
@as_json
@targeted
def archive_flag(key: str, force: bool, reason: str, as_json: bool, target: Target) -> None:
    """Put a flag out of use in every environment.

    Programs that ask for it get their fallback. Its configuration is kept, and its key stays
    taken. Refused while another flag needs it or it was evaluated lately, unless forced.
    """
    _move(key, "archive", {"force": force}, reason, as_json, target)


@click.command("restore", short_help="Bring a flag back, archived or to a version.")
@click.argument("key")
@click.option(
    "--version",
    type=click.IntRange(min=0),
    help="Make it what it was at this version of the environment.",
)
@with_reason
@as_json
@targeted
def restore_flag(key: str, version: int | None, reason: str, as_json: bool, target: Target) -> None:
    """Bring an archived flag back as it was, everywhere.

    With --version, make a flag in one environment what it was at that version: its rules, targets,
    splits and default, with everybody where they were. `yardarm flags history` lists the versions.
    """
    if version is None:
        _move(key, "restore", {}, reason, as_json, target)
        return
    body = {"version": version}
    nothing = f"nothing to restore: {safe(key)} is as it was at version {version}"
    _in_environment(key, "restore-version", body, nothing, reason, as_json, target)


@click.command("promote", short_help="Take a flag over from another environment.")
@click.argument("key")
@click.option("--from", "source", required=True, metavar="ENVIRONMENT", help="Where it is taken.")
@click.option("--no-segments", is_flag=True, help="Leave the segments that it needs as they are.")
@with_reason
@as_json
@targeted
def promote_flag(
    key: str, source: str, no_segments: bool, reason: str, as_json: bool, target: Target
) -> None:
    """Make a flag in this environment what it is in another one.

    Whether it is on, its rules, targets, splits and default are taken over, and the segments that
    it needs there. See what that is by `yardarm compare ENVIRONMENT OTHER` first.
    """
    body = {"from": source, "segments": not no_segments}
    nothing = f"nothing to promote: {safe(key)} is as in {safe(source)}"
    _in_environment(key, "promote", body, nothing, reason, as_json, target)


def _in_environment(
    key: str,
    word: str,
    body: dict[str, Any],
    nothing: str,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    where = target.in_environment("flags", key)
    server = target.server()
    base = server.get(where).etag
    done = server.send("POST", f"{where}/{word}", body, on=base, reason=reason).body
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, nothing)


def _move(
    key: str, word: str, body: dict[str, Any], reason: str, as_json: bool, target: Target
) -> None:
    where = target.in_project("flags", key)
    server = target.server()
    base = server.get(where).etag
    done = server.send("POST", f"{where}/{word}", body, on=base, reason=reason).body
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, f"nothing to {word}: {safe(key)} is so already")
