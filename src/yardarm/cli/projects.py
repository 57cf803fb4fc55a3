"""`yardarm projects …`."""

from __future__ import annotations

import click

from .http import path
from .output import safe, say, say_json, table
from .target import Target, as_json, targeted, with_plain_reason


@click.command("list", short_help="List the projects.")
@as_json
@targeted
def list_projects(as_json: bool, target: Target) -> None:
    """List the projects that the token may read."""
    found = list(target.server().items(path("projects")))
    if as_json:
        say_json(found)
        return
    table(
        ("PROJECT", "NAME", "CREATED"),
        ((p["key"], p["name"], p["created_at"]) for p in found),
        empty="no projects; create one with `yardarm projects create shop`",
    )


@click.command("create", short_help="Create a project.")
@click.argument("key")
@click.option("--name", default="", help="Name for people.")
@with_plain_reason
@as_json
@targeted
def create_project(key: str, name: str, reason: str, as_json: bool, target: Target) -> None:
    """Create a project. It has no environments yet."""
    body = {"key": key, "name": name}
    made = target.server().send("POST", path("projects"), body, reason=reason).body
    if as_json:
        say_json(made)
        return
    say(f"created project {safe(key)}")
    say(f"give it an environment: `yardarm environments create production --project {safe(key)}`")
