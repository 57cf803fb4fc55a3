"""`yardarm plans …`: changes in steps and at times."""

from __future__ import annotations

from typing import Any

import click

from ..connect import files
from .failures import Failure
from .output import say, say_json
from .plan_words import Duration, Percentages, say_made, say_plan, say_plans
from .target import Target, as_json, targeted, with_force, with_reason

_FORCE = with_force("Although another plan changes the same flag.")
_NAME = click.option("--name", default="", help="A name, for people.")
_MISSED = click.option(
    "--missed",
    type=click.Choice(["run", "skip", "pause"]),
    help="What becomes of a step that nobody could begin in time (15 minutes).",
)
_NUMBER = click.argument("number", metavar="PLAN", type=click.IntRange(min=1))
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.command("list", short_help="List the project's plans, newest first.")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@as_json
@targeted
def list_plans(everything: bool, as_json: bool, target: Target) -> None:
    """List the project's plans that are not over, newest first."""
    query = {} if everything else {"open": "true"}
    found = list(target.server().items(target.in_project("plans"), query))
    if as_json:
        say_json(found)
    else:
        say_plans(found)


@click.command("show", short_help="Show a plan, its steps, and how far it has come.")
@_NUMBER
@as_json
@targeted
def show_plan(number: int, as_json: bool, target: Target) -> None:
    """Show a plan, its steps, and how far it has come."""
    plan = target.server().get(target.in_project("plans", str(number))).body
    if as_json:
        say_json(plan)
    else:
        say_plan(plan)


@click.command("create", short_help="Make a plan from a file.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@_FORCE
@with_reason
@as_json
@targeted
def create_plan(file: str, force: bool, reason: str, as_json: bool, target: Target) -> None:
    """Make a plan from FILE (JSON or YAML; - for standard input).

    \b
    name: new checkout
    steps:
      - environments: [production]
        hold_seconds: 3600
        commands:
          - {type: set_enabled, flag: new-checkout, enabled: true}

    A step that names no environment is for the one that the command is about.
    """
    value = files.load(file).value
    if not isinstance(value, dict) or not isinstance(value.get("steps"), list):
        raise Failure(f"{file} holds no plan; begin with 'steps:'")
    body = {**value, "steps": [_placed(step, target) for step in value["steps"]]}
    if reason:
        body["reason"] = reason
    if force:
        body["force"] = True
    _make(target, body, as_json)


def _placed(step: Any, target: Target) -> Any:
    if isinstance(step, dict) and "environments" not in step and target.environment:
        return {**step, "environments": [target.environment]}
    return step


@click.command("ramp", short_help="Give a variant to more and more, in steps.")
@click.argument("flag")
@click.option("--to", required=True, metavar="VARIANT", help="The variant that spreads.")
@click.option(
    "--steps", "percentages", type=Percentages(), default="1%,5%,25%,100%", show_default=True,
    help="The share after each step.",
)  # fmt: skip
@click.option(
    "--hold", type=Duration(), default="1h", show_default=True, help="How long each is held."
)
@click.option("--rule", metavar="ID", help="The rule whose serve grows; the default, if not said.")
@click.option("--approve-between", is_flag=True, help="Ask somebody else before each next step.")
@_NAME
@_MISSED
@_FORCE
@with_reason
@as_json
@targeted
def ramp_flag(
    flag: str,
    to: str,
    percentages: list[float],
    hold: int,
    rule: str | None,
    approve_between: bool,
    name: str,
    missed: str | None,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    """Give a variant of FLAG to a growing share, in steps, each held for a while.

    The others keep what they have; while the flag is disabled that is its `off`, and the first step
    enables it. Whoever has been given the variant keeps it. Anybody else's change of the flag
    pauses the plan.

    \b
    yardarm plans ramp new-checkout --to on --steps 1%,10%,100% --hold 30m
    """
    body = {
        "flag": flag, "to": to, "environments": [_environment(target)],
        "percentages": percentages, "hold_seconds": hold, "rule": rule,
        "approve_between": approve_between, "name": name, "reason": reason,
        "missed": missed, "force": force,
    }  # fmt: skip
    _make(target, body, as_json, "ramp")


@click.command("schedule", short_help="Change a flag at a time, once or again and again.")
@click.option("--enable", metavar="FLAG", help="Switch this flag on.")
@click.option("--disable", metavar="FLAG", help="Switch this flag off.")
@click.option("--command", "file", metavar="FILE", help="Carry out the command in this file.")
@click.option("--at", metavar="TIME", help="Once, at this time: 2027-03-01T09:00:00+01:00.")
@click.option("--every", type=click.Choice(["daily", "weekly", "monthly"]), help="Again and again.")
@click.option("--time", "clock", metavar="HH:MM", help="With --every: at this local time.")
@click.option("--zone", metavar="ZONE", help="With --every: in this zone, Europe/Amsterdam.")
@click.option(
    "--day", "days", multiple=True, metavar="DAY",
    help="With --every weekly: mon to sun, repeatable; monthly: 1 to 31.",
)  # fmt: skip
@_NAME
@_MISSED
@_FORCE
@with_reason
@as_json
@targeted
def schedule(
    enable: str | None,
    disable: str | None,
    file: str | None,
    at: str | None,
    every: str | None,
    clock: str | None,
    zone: str | None,
    days: tuple[str, ...],
    name: str,
    missed: str | None,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    """Change a flag at a time, once (--at) or again and again (--every).

    \b
    yardarm plans schedule --enable sale --at 2027-11-26T00:00:00+01:00
    yardarm plans schedule --disable chat --every weekly --day fri --time 18:00 \\
        --zone Europe/Amsterdam
    """
    command = _scheduled(enable, disable, file)
    if (at is None) is (every is None):
        raise Failure("say when: either --at TIME or --every")
    step: dict[str, Any] = {"commands": [command], "environments": [_environment(target)]}
    body: dict[str, Any] = {
        "steps": [step], "name": name, "reason": reason, "missed": missed, "force": force,
    }  # fmt: skip
    if at is not None:
        if clock or zone or days:
            raise Failure("--time, --zone and --day belong to --every")
        step["at"] = at
    else:
        body["repeat"] = _repeat(str(every), clock, zone, days)
    _make(target, body, as_json)


def _scheduled(enable: str | None, disable: str | None, file: str | None) -> Any:
    given = [word for word in (enable, disable, file) if word is not None]
    if len(given) != 1:
        raise Failure("say what: one of --enable FLAG, --disable FLAG, --command FILE")
    if file is not None:
        return files.load(file).value
    return {"type": "set_enabled", "flag": given[0], "enabled": enable is not None}


def _repeat(
    every: str, clock: str | None, zone: str | None, days: tuple[str, ...]
) -> dict[str, Any]:
    if clock is None or zone is None:
        raise Failure("--every needs --time HH:MM and --zone ZONE")
    repeat: dict[str, Any] = {"every": every, "time": clock, "zone": zone}
    if every == "monthly" and days:
        if len(days) != 1 or not (days[0].isdecimal() and 1 <= int(days[0]) <= 31):
            raise Failure("--every monthly takes one --day, from 1 to 31")
        return {**repeat, "day": int(days[0])}
    if (every == "weekly") is not bool(days) or not set(days) <= set(_DAYS):
        raise Failure(f"--day belongs to weekly and monthly; weekly takes {', '.join(_DAYS)}")
    return {**repeat, "days": list(days)} if days else repeat


@click.command("pause", short_help="Stop a plan until somebody resumes it.")
@_NUMBER
@with_reason
@as_json
@targeted
def pause_plan(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Stop a plan until somebody resumes it."""
    _act(number, "pause", "paused", reason, as_json, target)


@click.command("resume", short_help="Have a paused plan go on.")
@_NUMBER
@with_reason
@as_json
@targeted
def resume_plan(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Have a paused plan go on. A step that was due meanwhile begins now."""
    _act(number, "resume", "resumed", reason, as_json, target)


@click.command("cancel", short_help="End a plan; what it has changed stays.")
@_NUMBER
@with_reason
@as_json
@targeted
def cancel_plan(number: int, reason: str, as_json: bool, target: Target) -> None:
    """End a plan. What it has changed stays; `yardarm undo` takes that back."""
    _act(number, "cancel", "cancelled", reason, as_json, target)


@click.command("approve", short_help="Let a plan begin the step that waits for approval.")
@_NUMBER
@with_reason
@as_json
@targeted
def approve_plan(number: int, reason: str, as_json: bool, target: Target) -> None:
    """Let a plan begin the step that waits for approval. Its author cannot do that."""
    _act(number, "approve", "approved", reason, as_json, target)


def _act(number: int, verb: str, done: str, reason: str, as_json: bool, target: Target) -> None:
    where = target.in_project("plans", str(number), verb)
    plan = target.server().send("POST", where, {"reason": reason}).body
    if as_json:
        say_json(plan)
    else:
        say(f"{done} plan {number}")


def _environment(target: Target) -> str:
    target.in_environment()  # says what to do when none is named
    return str(target.environment)


def _make(target: Target, body: dict[str, Any], as_json: bool, *more: str) -> None:
    plan = target.server().send("POST", target.in_project("plans", *more), body).body
    if as_json:
        say_json(plan)
    else:
        say_made(plan)
