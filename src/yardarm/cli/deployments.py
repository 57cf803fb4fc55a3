"""`yardarm deployments add|list`."""

from __future__ import annotations

import click

from .changes import Limit, some
from .output import safe, say, say_json, table
from .target import Target, as_json, targeted


@click.command("add", short_help="Note that a version of a program was deployed.")
@click.argument("application")
@click.argument("version")
@click.option("--link", default="", metavar="URL", help="Where to read more: the build, the diff.")
@click.option("--at", metavar="TIME", help="When; now if left out.")
@as_json
@targeted
def add_deployment(
    application: str, version: str, link: str, at: str | None, as_json: bool, target: Target
) -> None:
    """Note that VERSION of APPLICATION was deployed into the environment.

    It is shown on the timeline, beside the changes. The last line of a deployment script:

    \b
    yardarm deployments add checkout "$GIT_SHA" --link "$BUILD_URL"

    With --json prints {id, environment, application, version, url, actor, at}.
    """
    body = {"application": application, "version": version, "url": link, "at": at}
    made = target.server().send("POST", target.in_environment("deployments"), body).body
    if as_json:
        say_json(made)
    else:
        what = f"{safe(made['application'])} {safe(made['version'])}"
        say(f"noted {what} in {safe(made['environment'])} at {safe(made['at'])}")


@click.command("list", short_help="List what was deployed, newest first.")
@click.option("--limit", type=Limit(), default=20, show_default=True, help="How many, or all.")
@as_json
@targeted
def list_deployments(limit: int | None, as_json: bool, target: Target) -> None:
    """List what was deployed into the environment, newest first."""
    found = list(some(target.server(), target.in_environment("deployments"), limit))
    if as_json:
        say_json(found)
        return
    table(
        ("AT", "APPLICATION", "VERSION", "WHO", "LINK"),
        ((d["at"], d["application"], d["version"], d["actor"], d["url"]) for d in found),
        empty="nothing was deployed yet: `yardarm deployments add APPLICATION VERSION`",
    )
