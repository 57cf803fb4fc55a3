"""Plans: steps, how far they have come, and the form in which they are stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from .calendar import Repeat, Window

State: TypeAlias = Literal["waiting", "approval", "request", "paused", "finished", "cancelled"]
"""`waiting` for a time, for `approval` by a person, for a change `request` to land."""

LIVE: frozenset[State] = frozenset(("waiting", "approval", "request"))
"""States in which a plan goes on by itself."""

OPEN: frozenset[State] = LIVE | {"paused"}
"""States that are not the end."""

Missed: TypeAlias = Literal["run", "skip", "pause"]
"""What becomes of a step that was not begun in time: the server was down, say."""

KEPT_DONE = 100
MAX_STEPS = 100
MAX_COMMANDS = 100
MAX_HOLD = 366 * 24 * 3600

Target: TypeAlias = tuple[str, str, str]
"""Environment, `flag` or `segment`, key."""


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """Commands that are carried out one after the other, when it is time for them.

    `hold_seconds` is how long the step is held before the next one may begin. A step begins not
    before `at`, only within its `window`, and, if it `needs_approval`, only once a person other
    than the plan's author has approved it.
    """

    commands: Annotated[tuple[dict[str, Any], ...], Meta(min_length=1, max_length=MAX_COMMANDS)]
    environments: Annotated[
        tuple[str, ...], Meta(description="Where; empty for commands on the whole project.")
    ] = ()
    hold_seconds: Annotated[int, Meta(ge=0, le=MAX_HOLD)] = 0
    at: Annotated[datetime, Meta(tz=True)] | None = None
    window: Window | None = None
    needs_approval: bool = False


class Done(Struct, frozen=True):
    """A step that came to its end: run, or skipped, and the versions that it led to."""

    step: int
    at: datetime
    skipped: bool = False
    versions: dict[str, int] = {}


class Progress(Struct, frozen=True, omit_defaults=True):
    """How far a plan has come: the next command of the next step.

    It is not begun before `not_before`, which is when the step before has been held long enough.
    `noticed_at` is when a person last said "go on"; what was missed before that is no longer
    missed. `request` is the change request that the step became, `why` the reason of a pause.
    """

    not_before: datetime
    step: int = 0
    command: int = 0
    round: int = 1
    approved_by: str = ""
    noticed_at: datetime | None = None
    request: int | None = None
    why: str = ""
    done: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. It acts as its `author`, with the rights that the author has when it acts.

    `touches` is what it changes; a change of that by anybody else pauses it. `revision` counts
    its states.
    """

    id: int
    project: str
    name: str
    reason: str
    author: str
    steps: tuple[Step, ...]
    repeat: Repeat | None
    missed: Missed
    touches: frozenset[Target]
    movements: tuple[dict[str, Any], ...]
    state: State
    progress: Progress
    revision: int
    created_at: datetime
    updated_at: datetime

    def moved(self, state: State | None = None, **progress: Any) -> Plan:
        """The plan in another state, with these fields of its progress replaced."""
        after = msgspec.structs.replace(self.progress, **progress)
        return replace(self, state=state or self.state, progress=after)

    def environments(self) -> tuple[str, ...]:
        """Every environment that it changes."""
        named = (environment for step in self.steps for environment in step.environments)
        touched = (environment for environment, _, _ in sorted(self.touches))
        return tuple(dict.fromkeys((*named, *touched)))


class _Body(Struct, frozen=True, omit_defaults=True):
    """The stored form of what is not in a column."""

    name: str
    reason: str
    steps: tuple[Step, ...]
    progress: Progress
    missed: Missed
    touches: tuple[Target, ...]
    repeat: Repeat | None = None
    movements: tuple[dict[str, Any], ...] = ()


def body_of(plan: Plan) -> Any:
    """What is stored of a plan beside its columns, as JSON."""
    return msgspec.to_builtins(
        _Body(
            name=plan.name,
            reason=plan.reason,
            steps=plan.steps,
            progress=plan.progress,
            missed=plan.missed,
            touches=tuple(sorted(plan.touches)),
            repeat=plan.repeat,
            movements=plan.movements,
        )
    )


def plan_of(
    body: Any,
    *,
    id: int,
    project: str,
    state: Any,
    author: str,
    revision: int,
    created_at: datetime,
    updated_at: datetime,
) -> Plan:
    """A plan from its stored form."""
    read = msgspec.convert(body, _Body)
    return Plan(
        id=id,
        project=project,
        name=read.name,
        reason=read.reason,
        author=author,
        steps=read.steps,
        repeat=read.repeat,
        missed=read.missed,
        touches=frozenset(read.touches),
        movements=read.movements,
        state=state,
        progress=read.progress,
        revision=revision,
        created_at=created_at,
        updated_at=updated_at,
    )
