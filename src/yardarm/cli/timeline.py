"""`yardarm timeline`."""

from __future__ import annotations

import sys
from typing import Any

import click

from .changes import Limit, some
from .output import say_json, table
from .target import Target, as_json, targeted
from .words import command_words


@click.command("timeline", short_help="List changes and deployments, newest first.")
@click.option("--since", metavar="TIME", help="Only what was at this time or later.")
@click.option("--before", metavar="TIME", help="Only what was before this time.")
@click.option("--in", "only", metavar="ENVIRONMENT", help="Only what concerns this environment.")
@click.option("--flag", metavar="KEY", help="Only changes that made this flag another.")
@click.option("--actor", metavar="NAME", help="Only what this actor did.")
@click.option("--kind", metavar="KIND,…", help="Only deployment, or commands: kill,edit_flag,…")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, as the server makes it.")
@click.option("--limit", type=Limit(), default=20, show_default=True, help="How many, or all.")
@as_json
@targeted
def timeline(
    only: str | None,
    limit: int | None,
    as_csv: bool,
    as_json: bool,
    target: Target,
    **asked: str | None,
) -> None:
    """List what was changed and deployed in all environments of the project, newest first.

    What changed just before something broke?

    \b
    yardarm timeline --before 2026-11-29T14:03:00Z --limit 5

    With --json prints a list of {kind, at, actor, environments, …}: a change has its command, its
    reason, its edits and the versions it led to; a deployment its application, version and url.
    With --csv prints all that the filters let pass, the newest 10,000.
    """
    query = {**asked, "environment": only}
    if as_csv:
        lines = target.server().lines(target.in_project("timeline-csv"), query)
        sys.stdout.buffer.writelines(lines)
        return
    found = some(target.server(), target.in_project("timeline"), limit, query)
    if as_json:
        say_json(list(found))
        return
    table(
        ("AT", "WHERE", "WHO", "WHAT", "WHY"),
        ((e["at"], _where(e), e["actor"], _what(e), e["reason"] or e["url"]) for e in found),
        empty="nothing happened",
    )


def _where(entry: dict[str, Any]) -> str:
    """The environments, each with the version that it came to."""
    versions = entry["versions"] or {}
    return ", ".join(
        f"{environment} {versions[environment]}" if environment in versions else environment
        for environment in entry["environments"]
    )


def _what(entry: dict[str, Any]) -> str:
    if entry["kind"] == "deployment":
        return f"deployed {entry['application']} {entry['version']}"
    words = command_words(entry["command"])
    return f"{words} (emergency)" if entry["emergency"] else words
