"""`yardarm policies …`: budgets, freezes, and who approves."""

from __future__ import annotations

import json
from typing import Any

import click

from ..connect import files
from .failures import Failure
from .output import json_text, safe, say, say_json, table
from .target import Target, as_json, targeted, with_plain_reason

_NAME = click.argument("name", type=click.Choice(("budgets", "freezes", "approval")))
_PROJECT = click.option(
    "--for-project", is_flag=True, help="The project's, for environments without one of their own."
)


@click.command("show", short_help="Show the policies that are set.")
@as_json
@targeted
def show_policies(as_json: bool, target: Target) -> None:
    """Show the policies of the project and of its environments."""
    found = target.server().get(target.in_project("policies")).body["items"]
    if as_json:
        say_json(found)
        return
    table(
        ("WHERE", "POLICY", "SAYS"),
        ((p["environment"] or "the project", p["name"], json_text(p["policy"])) for p in found),
        empty="no policies: every change is made at once",
    )


@click.command("set", short_help="Set budgets, freezes, or who approves.")
@_NAME
@click.argument("policy", metavar="JSON|@FILE")
@_PROJECT
@with_plain_reason
@as_json
@targeted
def set_policy(
    name: str, policy: str, for_project: bool, reason: str, as_json: bool, target: Target
) -> None:
    """Set a policy of the environment (or the project) to JSON, or to what a FILE holds.

    \b
    yardarm policies set budgets '{"max_share": 0.1}'
    yardarm policies set freezes @freezes.yaml --for-project
    """
    where = _where(name, for_project, target)
    done = target.server().send("PUT", where, _read(policy), reason=reason).body
    if as_json:
        say_json(done)
    else:
        say(f"set {name} of {_place(for_project, target)}")


@click.command("remove", short_help="Remove a policy.")
@_NAME
@_PROJECT
@with_plain_reason
@as_json
@targeted
def remove_policy(name: str, for_project: bool, reason: str, as_json: bool, target: Target) -> None:
    """Remove a policy of the environment (or the project)."""
    target.server().send("DELETE", _where(name, for_project, target), reason=reason)
    if as_json:
        say_json({"removed": name, "environment": None if for_project else target.environment})
    else:
        say(f"removed {name} of {_place(for_project, target)}")


def _where(name: str, for_project: bool, target: Target) -> str:
    if for_project:
        return target.in_project("policies", name)
    return target.in_environment("policies", name)


def _place(for_project: bool, target: Target) -> str:
    return "the project" if for_project else safe(target.environment)


def _read(text: str) -> Any:
    if text.startswith("@"):
        return files.load(text[1:]).value
    try:
        return json.loads(text)
    except ValueError as error:
        raise Failure(f"the policy is no JSON: {error}; a file is given as @FILE") from None
