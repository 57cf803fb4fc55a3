"""`yardarm population show|export|forget|clear|policy`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import IO, Any

import click

from .failures import Failure
from .output import fields, note, safe, say, say_json, table
from .target import Target, as_json, targeted


@click.command("show", short_help="Show how many contexts are kept, and whose.")
@as_json
@targeted
def show_population(as_json: bool, target: Target) -> None:
    """Show how many contexts are kept, where they came from, and which programs report them."""
    found = target.server().get(target.in_environment("population")).body
    if as_json:
        say_json(found)
        return
    say(_size(found))
    if not found["contexts"]:
        note("nothing to preview with: `yardarm population import FILE` takes contexts over")
    fields(
        [
            ("sources", [f"{name} {count}" for name, count in found["sources"].items()]),
            ("last seen", " to ".join(filter(None, (found["oldest"], found["newest"])))),
            ("silent", [name or "(no name)" for name in found["silent_reporters"]]),
        ]
    )
    if found["reporters"]:
        table(
            ("APPLICATION", "SDK", "VERSION", "CONTEXTS", "LAST"),
            (
                (row["application"], row["sdk"], row["version"], row["contexts"], row["last_at"])
                for row in found["reporters"]
            ),
            empty="",
        )


def _size(found: dict[str, Any]) -> str:
    if found["rate"] == 1:
        return f"{found['contexts']} contexts, every one that came"
    return (
        f"{found['contexts']} contexts, a sample of 1 in {1 / found['rate']:.3g}: about "
        f"{found['estimate']} in all (95 % sure: {found['low']} to {found['high']})"
    )


@click.command("export", short_help="Print every context, one a line.")
@click.option("--output", metavar="FILE", help="Write them into this file.")
@as_json
@targeted
def export_population(output: str | None, as_json: bool, target: Target) -> None:
    """Print every context as JSON, {"context": …, "weight": n}, one a line; with --json as a list.

    `yardarm preview --population` and `yardarm population import` read the lines.
    """
    lines = target.server().lines(target.in_environment("population", "contexts", "export"))
    count = 0
    with ExitStack() as stack:
        out: IO[bytes] = sys.stdout.buffer
        if output is not None:
            out = stack.enter_context(open(output, "wb"))
        for count, line in enumerate(lines, 1):
            out.write((b"[" if count == 1 else b",") + line if as_json else line)
        if as_json:
            out.write(b"]\n" if count else b"[]\n")
        out.flush()
    if output is not None:
        note(f"wrote {count} contexts to {safe(output)}")


@click.command("forget", short_help="Remove everything stored of a person.")
@click.argument("key")
@click.option("--kind", default="user", show_default=True, help="What sort of thing the key names.")
@as_json
@targeted
def forget_key(key: str, kind: str, as_json: bool, target: Target) -> None:
    """Remove every context that has KEY, and the exposures and metric events of that unit.

    Finished previews that mention the key go too. Flags that name it as a target keep it, and a
    program that goes on asking about it reports it anew.
    """
    where = target.in_environment("population", "contexts")
    done = target.server().send("DELETE", where, query={"kind": kind, "key": key}).body
    if as_json:
        say_json(done)
        return
    parts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in done.items())
    say(f"forgot {safe(kind)} {safe(key)}: {parts}")


@click.command("clear", short_help="Remove every context.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@targeted
def clear_population(yes: bool, as_json: bool, target: Target) -> None:
    """Remove every context of the environment, and begin anew without sampling."""
    where = target.in_environment("population")
    if not yes:
        if not sys.stdin.isatty():
            raise Failure("this removes every context; give --yes")
        click.confirm(f"Remove every context of {safe(target.environment)}?", abort=True, err=True)
    done = target.server().send("DELETE", where).body
    if as_json:
        say_json(done)
    else:
        say(f"removed {done['contexts']} contexts")


@click.command("policy", short_help="Show or set what is kept, how long.")
@click.option("--limit", type=click.IntRange(min=1), help="Beyond as many, keep a sample.")
@click.option("--retention-days", type=click.IntRange(min=1), help="Remove what was not seen.")
@click.option("--keep", multiple=True, metavar="NAME", help="Keep these attributes only.")
@click.option("--keep-all", is_flag=True, help="Keep every attribute that is not dropped.")
@click.option("--drop", multiple=True, metavar="NAME", help="Never keep these attributes.")
@click.option("--drop-none", is_flag=True, help="Drop no attribute by its name.")
@click.option("--report/--no-report", default=None, help="Whether programs' reports are kept.")
@as_json
@targeted
def population_policy(
    limit: int | None,
    retention_days: int | None,
    keep: tuple[str, ...],
    keep_all: bool,
    drop: tuple[str, ...],
    drop_none: bool,
    report: bool | None,
    as_json: bool,
    target: Target,
) -> None:
    """Show what is kept of the environment's population, or set what options name.

    An attribute that is not kept is removed on arrival and counts as unknown in previews.
    """
    if (keep and keep_all) or (drop and drop_none):
        raise Failure("--keep goes without --keep-all, --drop without --drop-none")
    server, where = target.server(), target.in_environment("population", "policy")
    policy = server.get(where).body
    changed: dict[str, Any] = {
        name: value
        for name, value in (
            ("limit", limit),
            ("retention_days", retention_days),
            ("keep", list(keep) or None),
            ("drop", list(drop) or None),
            ("enabled", report),
        )
        if value is not None
    }
    changed |= {"keep": None} if keep_all else {}
    changed |= {"drop": []} if drop_none else {}
    if changed:
        policy = server.send("PUT", where, {**policy, **changed}).body
    if as_json:
        say_json(policy)
        return
    fields(
        [
            ("reports kept", "yes" if policy["enabled"] else "no"),
            ("limit", policy["limit"]),
            ("retention", f"{policy['retention_days']} days"),
            ("attributes", "all" if policy["keep"] is None else policy["keep"] or "none"),
            ("dropped", policy["drop"] or "none"),
        ]
    )
