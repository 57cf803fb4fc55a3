"""What a plan would do: rehearsed, and measured over the contexts that were really seen.

A step is rehearsed on top of the steps before it for the same environments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from yardarm.errors import DocumentError, Problem

from ..access.model import Principal
from ..changes import commands as c
from ..changes.entries import touched
from ..changes.idempotency import Request
from ..changes.reach import check_targets, permit, targets_of
from ..changes.rehearsal import Rehearsal
from ..changes.service import Changes
from ..store.database import Database
from ..store.errors import NotFound
from .calendar import Repeat, repeat_problems, window_problems
from .model import Step, Target

_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Measure(Protocol):
    """Says whom a rehearsal would move: `previews.service.Previews`."""

    async def measure(self, rehearsal: Rehearsal) -> Mapping[str, Any]:
        """The movement in each environment, as JSON."""


def check_times(steps: Sequence[Step], repeat: Repeat | None) -> None:
    """Raises `DocumentError` for windows, repetitions and times that make no sense."""
    problems: list[Problem] = []
    for number, step in enumerate(steps):
        at = f"/steps/{number}"
        if step.window is not None:
            problems += window_problems(step.window, f"{at}/window")
        if step.at is not None and not step.at < _LATEST:
            problems.append(Problem(f"{at}/at", "that is too far away", "before the year 2200"))
        if step.at is not None and repeat is not None:
            problems.append(
                Problem(f"{at}/at", "a plan that repeats begins at its own times", "leave it out")
            )
    if repeat is not None:
        problems += repeat_problems(repeat, "/repeat")
    if problems:
        raise DocumentError(problems)


def commands_of(steps: Sequence[Step]) -> list[tuple[c.Command, ...]]:
    """The commands of each step. Raises `DocumentError` pointing at each wrong one."""
    problems: list[Problem] = []
    found = []
    for number, step in enumerate(steps):
        commands = []
        for index, value in enumerate(step.commands):
            at = f"/steps/{number}/commands/{index}"
            try:
                command = c.command_from_json(value)
                check_targets(command, _given(step))
                commands.append(command)
            except DocumentError as error:
                problems += [_below(problem, at) for problem in error.problems]
            except ValueError as error:
                hint = "name them in the step's `environments`"
                problems.append(Problem(at, str(error), hint))
        found.append(tuple(commands))
    if problems:
        raise DocumentError(problems)
    return found


async def check_rights(
    database: Database, principal: Principal, project: str, steps: Sequence[Step]
) -> set[Target]:
    """What the commands name, in the environments that they reach.

    Raises `Forbidden` where the principal may not do all of it, and `NotFound`.
    """
    async with database.read() as transaction:
        if await transaction.projects.find(project) is None:
            raise NotFound("project", project)
        rows = {row.key: row for row in await transaction.projects.environments(project)}
    named: set[Target] = set()
    for step, commands in zip(steps, commands_of(steps), strict=True):
        for command in commands:
            request = Request(command, principal, project, _given(step), "", None)
            request.check()
            for environment in targets_of(command, _given(step), rows, project):
                permit(request, environment)
                if isinstance(flag := getattr(command, "flag", None), str):
                    named.add((environment, "flag", flag))
    return named


async def rehearse(changes: Changes, project: str, steps: Sequence[Step]) -> list[Rehearsal]:
    """What each step would make of its environments, cumulated.

    Raises what submitting the commands would raise, pointing at the step.
    """
    so_far: dict[tuple[str, ...], list[c.Command]] = {}
    found = []
    for number, (step, commands) in enumerate(zip(steps, commands_of(steps), strict=True)):
        cumulated = so_far.setdefault(step.environments, [])
        cumulated += commands
        try:
            found.append(
                await changes.rehearse(cumulated, project=project, environments=_given(step))
            )
        except DocumentError as error:
            at = f"/steps/{number}/commands"
            raise DocumentError([_told(problem, at) for problem in error.problems]) from None
    return found


def touches_of(rehearsals: Sequence[Rehearsal]) -> set[Target]:
    """Every flag and segment that the rehearsals change."""
    return {
        (step.environment, kind, key)
        for rehearsal in rehearsals
        for step in rehearsal.steps
        for kind, key in touched(step.before, step.after)
    }


def _given(step: Step) -> Mapping[str, int | None] | None:
    return dict.fromkeys(step.environments) or None


def _below(problem: Problem, at: str) -> Problem:
    return Problem(at + problem.pointer, problem.message, problem.hint, problem.severity)


def _told(problem: Problem, at: str) -> Problem:
    """A problem of the document, told in words at the step that makes it."""
    where = f"{problem.pointer}: " if problem.pointer else ""
    return Problem(at, where + problem.message, problem.hint, problem.severity)


def describe_target(target: Target) -> str:
    """`flag 'x' in production`."""
    environment, kind, key = target
    return f"{kind} {key!r} in {environment}"
