"""`yardarm kill`: turn a flag off everywhere, by the server or by an override file."""

from __future__ import annotations

from typing import Any

import click

from ..core.keys import check_key
from ..sdk.overrides import Override, Overrides
from .failures import UNREACHABLE, Failure
from .mutations import numbers, say_mutation
from .output import safe, say, say_json
from .override_edit import edit
from .target import as_json, find_target, with_plain_reason


@click.command("kill", short_help="Turn a flag off everywhere, at once.")
@click.argument("key")
@click.option(
    "--environment",
    "environments",
    multiple=True,
    help="Only in this environment. Repeatable; every one, if not said.",
)
@click.option(
    "--override-file",
    metavar="FILE",
    help="Write it into this override file (JSON or TOML) instead of asking a server.",
)
@click.option("--lift", is_flag=True, help="With --override-file: take the override out again.")
@with_plain_reason
@as_json
@click.option("--url", envvar="YARDARM_URL", help="Address of the server.", show_envvar=True)
@click.option(
    "--token",
    envvar="YARDARM_TOKEN",
    help="Token to speak with; better in the variable than here.",
    show_envvar=True,
)
@click.option("--project", envvar="YARDARM_PROJECT", help="Project.", show_envvar=True)
def kill(
    key: str,
    environments: tuple[str, ...],
    override_file: str | None,
    lift: bool,
    reason: str,
    as_json: bool,
    url: str | None,
    token: str | None,
    project: str | None,
) -> None:
    """Turn a flag off at once: everybody is served its `off`.

    \b
    yardarm kill new-checkout --reason "payments fail"
    yardarm kill new-checkout --override-file /etc/yardarm/overrides.json
    yardarm kill new-checkout --override-file /etc/yardarm/overrides.json --lift

    One change in every environment, whatever YARDARM_ENVIRONMENT says, or in those that are named.
    It waits for no preview, budget, freeze or approval; a token with the scope `kill` is enough.
    Take it back by `yardarm undo`. With --json prints {flag, killed, already_off, change_set}.

    When no server can be reached, or it cannot write, the exit code is 5. Then --override-file
    kills the flag in the file that the server's YARDARM_OVERRIDES, or the SDK's option `overrides`,
    names; it asks no server. With --json prints {flag, file, overrides}.
    """
    if override_file is not None:
        _in_file(override_file, key, environments, lift, as_json)
        return
    if lift:
        raise Failure("--lift needs --override-file; take a kill back by `yardarm undo`")
    target = find_target(url, token, project, None)
    body = {"environments": list(environments) or None}
    try:
        where = target.in_project("flags", key, "kill")
        done = target.server().send("POST", where, body, reason=reason).body
    except Failure as error:
        if error.code != UNREACHABLE:
            raise
        raise Failure(f"{error}; {_other_way(key, environments)}", UNREACHABLE) from None
    off = done["already_off"]
    if as_json:
        changes = numbers(done["changes"])
        say_json({
            "flag": key, "killed": changes, "already_off": off, "change_set": done["change_set"],
        })  # fmt: skip
        return
    say_mutation(done, target, f"nothing to kill: {safe(key)} is off everywhere")
    if off and done["changes"]:
        say(f"{safe(key)} was off already in {', '.join(map(safe, off))}")


def _other_way(key: str, environments: tuple[str, ...]) -> str:
    from shlex import quote

    more = "".join(f" --environment {quote(name)}" for name in environments)
    return (
        f"to kill it without the server's database, run `yardarm kill {quote(key)}{more} "
        "--override-file FILE` where the server runs, with the FILE of its YARDARM_OVERRIDES, or "
        "where the program runs, with the FILE of its SDK's option `overrides`"
    )


# --- the override file ------------------------------------------------------------------------


def _in_file(file: str, key: str, environments: tuple[str, ...], lift: bool, as_json: bool) -> None:
    for problem in [] if lift else check_key(key, "/flag"):
        raise Failure(f"{problem.message}; {problem.hint}")
    held = edit(file, lambda found: without(found, key, environments) if lift
                else killed(found, key, environments))  # fmt: skip
    if as_json:
        say_json({"flag": key, "file": file, "overrides": held.to_json()})
        return
    where = f"in {', '.join(map(safe, environments))}" if environments else "everywhere"
    if lift:
        say(f"{safe(key)} is no longer overridden {where} by {safe(file)}")
        return
    say(
        f"{safe(key)} is off {where} for servers and SDKs that follow {safe(file)}, within a "
        "second; take it back by the same command with --lift"
    )


def killed(held: Overrides, key: str, environments: tuple[str, ...]) -> Overrides:
    """The overrides with the flag killed."""
    if not environments:
        return Overrides(_with(held.everywhere, key), held.environments)
    below = dict(held.environments)
    for name in environments:
        below[name] = _with(below.get(name, Override()), key)
    return Overrides(held.everywhere, below)


def without(held: Overrides, key: str, environments: tuple[str, ...]) -> Overrides:
    """The overrides without the flag: in these environments' parts, or wherever it stands.

    Raises `Failure` when it does not stand there.
    """
    everywhere = held.everywhere if environments else _without(held.everywhere, key)
    below = {
        name: _without(part, key) if name in environments or not environments else part
        for name, part in held.environments.items()
    }
    left = Overrides(everywhere, {name: part for name, part in below.items() if part.keys})
    if left.to_json() == held.to_json():
        still = "; it is overridden everywhere, leave out --environment" if (
            environments and key in held.everywhere.keys
        ) else ""  # fmt: skip
        raise Failure(f"nothing to lift: the file does not override {key!r} there{still}")
    return left


def _with(part: Override, key: str) -> Override:
    return Override(part.kill | {key}, part.serve)


def _without(part: Override, key: str) -> Override:
    serve: dict[str, Any] = {name: v for name, v in part.serve.items() if name != key}
    return Override(part.kill - {key}, serve)
