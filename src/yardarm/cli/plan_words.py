"""How plans are written on the command line, and how they are shown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import click

from .failures import Failure
from .grammar import parse_percent
from .output import fields, note, safe, say, table
from .words import command_words

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:\d+[smhd])+", re.ASCII)
_PARTS_OF_A_PERCENT = 1_000


class Duration(click.ParamType[int]):
    """A length of time in seconds: `90s`, `30m`, `1h`, `1h30m`, `2d`."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if not _DURATION.fullmatch(value):
            self.fail(f"{value!r} is no length of time; write 90s, 30m, 1h or 2d", param, ctx)
        return sum(
            int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhd])", value)
        )


class Percentages(click.ParamType["list[float]"]):
    """Shares that rise: `1%,5%,25%,100%`."""

    name = "SHARES"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[float]:
        if isinstance(value, list):
            return value
        try:
            return [
                parse_percent(share.strip()) / _PARTS_OF_A_PERCENT for share in value.split(",")
            ]
        except (ValueError, Failure) as error:
            self.fail(str(error), param, ctx)


def say_plans(plans: list[dict[str, Any]]) -> None:
    """Print plans as a table."""
    table(
        ("PLAN", "STATE", "STEP", "NEXT", "WHO", "NAME", "WHY"),
        (
            (
                plan["id"], plan["state"], _progress(plan), _minute(plan["next_at"]),
                plan["author"], plan["name"], plan["why"],
            )
            for plan in plans
        ),
        empty="no plans",
    )  # fmt: skip


def say_plan(plan: dict[str, Any]) -> None:
    """Print a plan and its steps."""
    fields((
        ("plan", f"{plan['id']} {plan['name']}".strip()), ("state", _state(plan)),
        ("why", plan["why"]), ("next", plan["next_at"]), ("author", plan["author"]),
        ("reason", plan["reason"]), ("repeats", _repeat(plan["repeat"])),
        ("if missed", plan["missed"]),
    ))  # fmt: skip
    done = {each["step"]: each for each in plan["done"]}
    say()
    table(
        ("STEP", "DOES", "IN", "WHEN", "HOLD", "DONE"),
        (
            (
                number + 1, "; ".join(map(command_words, step["commands"])),
                ", ".join(step["environments"]), _when(step), _length(step["hold_seconds"]),
                _done(done.get(number)) if number < plan["step"] else "",
            )
            for number, step in enumerate(plan["steps"])
        ),
        empty="no steps",
    )  # fmt: skip


def say_made(plan: dict[str, Any]) -> None:
    """Say what was planned, and how to stop it."""
    count = len(plan["steps"])
    steps = "1 step" if count == 1 else f"{count} steps"
    begins = f", next at {plan['next_at']}" if plan["next_at"] else ""
    say(f"plan {plan['id']}: {steps}{begins}; stop it with `yardarm plans cancel {plan['id']}`")
    for number, movement in enumerate(plan["movements"]):
        for environment, found in movement.items():
            moved = found.get("moved") if isinstance(found, dict) else None
            if moved is not None:
                note(f"step {number + 1} moves {moved} contexts in {safe(environment)}")


def _state(plan: dict[str, Any]) -> str:
    words = {
        "waiting": "waits for its time",
        "approval": f"waits for approval: `yardarm plans approve {plan['id']}`",
        "request": f"waits for change request {plan['request']}",
        "paused": f"paused: `yardarm plans resume {plan['id']}` goes on",
    }
    return words.get(plan["state"], str(plan["state"]))


def _progress(plan: dict[str, Any]) -> str:
    return f"{min(plan['step'] + 1, len(plan['steps']))} of {len(plan['steps'])}"


def _when(step: dict[str, Any]) -> str:
    window = step["window"]
    parts = [
        _minute(step["at"]),
        "approval" if step["needs_approval"] else "",
        f"{window['from']}-{window['to']} {window['zone']}" if window else "",
    ]
    return ", ".join(filter(None, parts))


def _done(done: dict[str, Any] | None) -> str:
    if done is None:
        return "yes"
    word = "skipped" if done["skipped"] else "yes"
    at = ", ".join(f"{where} {version}" for where, version in done["versions"].items())
    return f"{word} ({at})" if at else word


def _repeat(repeat: dict[str, Any] | None) -> str:
    if repeat is None:
        return ""
    days = " ".join(repeat["days"]) if repeat["every"] == "weekly" else ""
    day = f"on day {repeat['day']}" if repeat["every"] == "monthly" else ""
    return " ".join(
        filter(None, (repeat["every"], days, day, "at", repeat["time"], repeat["zone"]))
    )


def _length(seconds: int) -> str:
    text = ""
    for unit in ("d", "h", "m", "s"):
        count, seconds = divmod(seconds, _UNITS[unit])
        text += f"{count}{unit}" if count else ""
    return text


def _minute(at: str | None) -> str:
    return "" if at is None else f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M:%SZ}"
