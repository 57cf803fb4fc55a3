"""`yardarm environments …`."""

from __future__ import annotations

import click

from .http import path
from .mutations import base_of, say_mutation
from .output import fields, safe, say, say_json, table
from .target import Target, as_json, targeted, with_force, with_reason
from .words import serve_words


@click.command("list", short_help="List the project's environments.")
@as_json
@targeted
def list_environments(as_json: bool, target: Target) -> None:
    """List the project's environments."""
    found = list(target.server().items(target.in_project("environments")))
    if as_json:
        say_json(found)
        return
    table(
        ("ENVIRONMENT", "NAME", "VERSION", "BYTES", "CREATED"),
        ((e["key"], e["name"], e["version"], e["bytes"], e["created_at"]) for e in found),
        empty="no environments; create one with `yardarm environments create production`",
    )


@click.command("show", short_help="Show an environment and its flags.")
@click.argument("key", required=False)
@as_json
@targeted
def show_environment(key: str | None, as_json: bool, target: Target) -> None:
    """Show an environment: version, root and every flag.

    With --json prints {key, version, epoch, root, flags}.
    """
    state = target.server().get(target.in_environment(environment=key)).body
    if as_json:
        say_json({name: state[name] for name in ("key", "version", "epoch", "root", "flags")})
        return
    fields((
        ("environment", state["key"]), ("name", state["name"]), ("version", state["version"]),
        ("epoch", state["epoch"]), ("root", state["root"]),
        ("segments", [segment["key"] for segment in state["segments"]]),
    ))  # fmt: skip
    say()
    table(
        ("FLAG", "STATE", "RULES", "DEFAULT", "OFF", "CHANGED IN"),
        (
            (
                flag["key"],
                "on" if flag["enabled"] else "off",
                len(flag.get("rules", ())) or "",
                serve_words(flag.get("default")),
                flag.get("off") or serve_words(None),
                flag.get("version", ""),
            )
            for flag in state["flags"]
            if not flag.get("archived_at")
        ),
        empty="no flags",
    )


@click.command("create", short_help="Create an environment.")
@click.argument("key")
@click.option("--name", default="", help="Name for people.")
@click.option("--copy-from", metavar="ENVIRONMENT", help="Take over this one's flags and segments.")
@with_reason
@as_json
@targeted
def create_environment(
    key: str, name: str, copy_from: str | None, reason: str, as_json: bool, target: Target
) -> None:
    """Create an environment with every flag of the project.

    Its flags are switched off and without rules, or as in the environment copied from.
    """
    body = {"key": key, "name": name, "copy_from": copy_from}
    made = target.server().send("POST", target.in_project("environments"), body, reason=reason).body
    if as_json:
        say_json(made)
        return
    say(f"created environment {safe(key)}, at version {made['version']}")
    say(f"give a program access with `yardarm keys create --environment {safe(key)}`")


@click.command("copy", short_help="Copy another environment's state.")
@click.argument("source")
@click.argument("destination")
@with_force("Override guards against large removals. Never validation.")
@with_reason
@as_json
@targeted
def copy_environment(
    source: str, destination: str, force: bool, reason: str, as_json: bool, target: Target
) -> None:
    """Make DESTINATION's flags and segments what they are in SOURCE."""
    server = target.server()
    where = target.in_environment(environment=destination)
    base = base_of(server, target, destination)
    body = {"from": source, "force": force}
    done = server.send("POST", where + path("copy"), body, on=base, reason=reason).body
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, f"nothing to copy: {safe(destination)} is as {safe(source)}")
