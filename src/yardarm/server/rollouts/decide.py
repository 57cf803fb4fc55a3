"""What a plan does next: a pure function of its state, of evidence, and of the time.

`evidence` is what is known of how the rollout goes, by name. Plans go by time and by people, so
it holds nothing yet that they ask for; what guards a rollout by its metrics will be read there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from .calendar import first_open, next_after
from .model import KEPT_DONE, LIVE, Done, Plan, Step

LATE = timedelta(minutes=15)
"""A step that begins later than this after it was due has been missed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing: a person has to act first, or it is over."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a person's approval of the next step."""


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Look what became of the change request."""

    request: int


@dataclass(frozen=True, slots=True)
class Run:
    """Carry out the next command."""

    step: int
    command: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the next step out, since it was missed."""

    step: int
    why: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop until a person resumes."""

    why: str


@dataclass(frozen=True, slots=True)
class Again:
    """Begin anew, at the next time of its repetition."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """Every step was done and held."""


Action: TypeAlias = Rest | Wait | Ask | AskRequest | Run | Skip | Pause | Again | Finish


def decide(plan: Plan, evidence: Mapping[str, Any], now: datetime) -> Action:
    """The next action."""
    progress = plan.progress
    if plan.state not in LIVE or plan.state == "approval":
        return Rest()
    if progress.request is not None:
        return AskRequest(progress.request)
    if progress.step == len(plan.steps):
        if now < progress.not_before:
            return Wait(progress.not_before)
        return Finish() if plan.repeat is None else Again(next_after(plan.repeat, now))
    step = plan.steps[progress.step]
    due = due_at(plan)
    if now < due:
        return Wait(due)
    if step.needs_approval and not progress.approved_by:
        return Ask()
    if step.window is not None and (opens := first_open(step.window, now)) > now:
        return Wait(opens)
    if now - max(due, progress.noticed_at or due) > LATE:
        return _missed(plan, due)
    return Run(progress.step, progress.command)


def due_at(plan: Plan) -> datetime:
    """When the next step is due: held long enough, not before its time, within its window."""
    step = plan.steps[plan.progress.step]
    due = plan.progress.not_before
    if step.at is not None:
        due = max(due, step.at.astimezone(UTC))
    return due if step.window is None else first_open(step.window, due)


def next_at(plan: Plan) -> datetime | None:
    """When the plan does something next; None when it waits for people, or is over."""
    if plan.state != "waiting":
        return None
    if plan.progress.step < len(plan.steps):
        return due_at(plan)
    if plan.repeat is None:
        return plan.progress.not_before
    return next_after(plan.repeat, plan.progress.not_before)


def _missed(plan: Plan, due: datetime) -> Action:
    number = plan.progress.step
    why = f"step {number + 1} was due at {due:%Y-%m-%d %H:%M} UTC and was missed"
    if plan.missed == "skip":
        return Skip(number, why)
    if plan.missed == "pause":
        return Pause(f"{why}; resume to run it now")
    return Run(number, plan.progress.command)


def advanced(
    plan: Plan, now: datetime, versions: Mapping[str, int], *, skipped: bool = False
) -> Plan:
    """The plan after its next command was carried out, or (skipped) its next step left out."""
    progress = plan.progress
    step: Step = plan.steps[progress.step]
    if not skipped and progress.command + 1 < len(step.commands):
        return plan.moved("waiting", command=progress.command + 1, request=None)
    done = Done(progress.step, now, skipped, dict(versions))
    return plan.moved(
        "waiting",
        step=progress.step + 1,
        command=0,
        not_before=now if skipped else now + timedelta(seconds=step.hold_seconds),
        request=None,
        approved_by="",
        noticed_at=None,
        done=(*progress.done, done)[-KEPT_DONE:],
    )


def begun_again(plan: Plan, at: datetime) -> Plan:
    """The plan at the beginning of its next round."""
    fresh = msgspec.structs.replace(
        plan.progress, step=0, command=0, not_before=at, round=plan.progress.round + 1
    )
    return plan.moved("waiting", **msgspec.structs.asdict(fresh))
