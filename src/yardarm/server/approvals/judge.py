"""Judges what a change would do by the policies that hold where it would do it.

The rules of its state: movements that were counted after the fact (of kills and emergencies) are
remembered, the oldest forgotten first; changes never change.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ..changes.gate import Clearance
from ..changes.rehearsal import Rehearsal, RehearsedStep
from ..changes.service import Changes
from ..store.database import Database
from ..store.instants import utc_now
from .decide import decide
from .meters import Meter, meters
from .model import Case, Ground, Moved, Policies, moved_from_json
from .policies import PolicyBook
from .subject import Subject, new_flags, subject_of

HOUR = timedelta(hours=1)
_ASKED_WITHIN = timedelta(hours=72)
_MOST_RECOUNTED = 20
"""Changes of the last hour that were never counted and that are counted now, at most."""

_REMEMBERED = 1_000
_NOT_SHOWN = frozenset({"examples"})
"""What of a movement is not kept with a change request: people, who may ask to be forgotten."""


class Measure(Protocol):
    """Counts who moves: `previews`."""

    async def measure(
        self, rehearsal: Rehearsal, preview: str | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """The movement in each environment as JSON (`core.movement.Movement.to_json`).

        `population` is "none", with a `hint`, where no contexts are known. `preview` names a
        finished preview, whose movement is taken if it is of this rehearsal and this population.
        """


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found: why approval is needed (not at all, if empty), on top of which versions.

    `environments` are those that would change. `shown` is the movement as people see it, `meters`
    what it uses of each budget.
    """

    grounds: tuple[Ground, ...]
    clearance: Clearance
    environments: tuple[str, ...]
    shown: Mapping[str, Any]
    meters: tuple[Meter, ...] = ()


class Judge:
    """Judges rehearsals."""

    def __init__(
        self,
        database: Database,
        changes: Changes,
        policies: PolicyBook,
        measure: Measure,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._policies = policies
        self._measure = measure
        self._clock = clock
        self._recounted: OrderedDict[tuple[int, int], Moved] = OrderedDict()

    async def judge(
        self, project: str, rehearsal: Rehearsal, preview: str | None = None, *, count: bool = False
    ) -> Judgement:
        """Judge a change. With `count` it is measured even where no budget asks for that."""
        now = self._clock()
        held = {
            s.environment: await self._policies.of(project, s.environment) for s in rehearsal.steps
        }
        wanted = {at for at, policies in held.items() if count or _counts(policies)}
        subjects = [await self._subject(project, step, now) for step in rehearsal.steps]
        counting = [s for s in subjects if s.step.environment in wanted and s.affected]
        whole = len(counting) == len(subjects) and all(
            not new_flags(step) for step in rehearsal.steps
        )
        shown = await self._measured(counting, rehearsal, preview if whole else None)
        cases = [await self._case(project, s, held, shown, wanted, now) for s in subjects]
        movement = {
            case.environment: case.moved.to_json() for case in cases if case.moved is not None
        }
        grounds = decide(cases, now)
        if grounds and len(wanted) < len(held):
            return await self.judge(project, rehearsal, preview, count=True)  # for who approves
        return Judgement(
            grounds,
            Clearance(rehearsal.versions, movement),
            tuple(step.environment for step in rehearsal.steps),
            {at: _without_people(found) for at, found in shown.items()},
            tuple(meter for case in cases for meter in meters(case)),
        )

    async def _subject(self, project: str, step: RehearsedStep, now: datetime) -> Subject:
        asked_for: set[str] = set()
        if added := new_flags(step):
            async with self._database.read() as transaction:
                rows = await transaction.observations.usage(project, None, now - _ASKED_WITHIN)
            asked_for = {row.flag for row in rows if row.environment == step.environment} & added
        return await asyncio.to_thread(subject_of, step, asked_for)

    async def _measured(
        self, subjects: Sequence[Subject], rehearsal: Rehearsal, preview: str | None
    ) -> Mapping[str, Mapping[str, Any]]:
        if not subjects:
            return {}
        steps = tuple(subject.step for subject in subjects)
        return await self._measure.measure(Rehearsal(steps, rehearsal.versions), preview)

    async def _case(
        self,
        project: str,
        subject: Subject,
        held: Mapping[str, Policies],
        shown: Mapping[str, Mapping[str, Any]],
        wanted: set[str],
        now: datetime,
    ) -> Case:
        environment, policies = subject.step.environment, held[subject.step.environment]
        moved, why_not = (
            _moved(subject, shown.get(environment)) if environment in wanted else (None, "")
        )
        past: tuple[Moved | None, ...] = ()
        if policies.budgets is not None and policies.budgets.counts_hours and moved is not None:
            past = await self._past(project, subject.step, now)
        return Case(
            environment=environment,
            policies=policies,
            moved=moved,
            why_not=why_not,
            past=past,
            traits=subject.traits,
            entries=subject.entries,
            added=subject.added,
            removed=subject.removed,
            retired=subject.retired,
        )

    # --- the last hour ------------------------------------------------------------------------

    async def _past(
        self, project: str, step: RehearsedStep, now: datetime
    ) -> tuple[Moved | None, ...]:
        """The movement of each of the last hour's changes."""
        async with self._database.read() as transaction:
            since = await transaction.changes.version_at(step.environment_id, now - HOUR)
            rows = await transaction.changes.movements_after(step.environment_id, since)
        uncounted = [version for version, value in rows if moved_from_json(value) is None]
        again = {
            version: await self._recount(project, step, version)
            for version in uncounted[-_MOST_RECOUNTED:]
        }
        return tuple(
            again.get(version) if version in uncounted else moved_from_json(value)
            for version, value in rows
        )

    async def _recount(self, project: str, step: RehearsedStep, version: int) -> Moved | None:
        """What a change moved that nobody had measured, over the population as it is now."""
        known = (step.environment_id, version)
        if known not in self._recounted:
            one, other = [
                await self._changes.document(project, step.environment, at)
                for at in (version - 1, version)
            ]
            made = RehearsedStep(step.environment, step.environment_id, version - 1, one, other)
            subject = await asyncio.to_thread(subject_of, made, ())
            counting = [subject] if subject.affected else []
            versions = {step.environment: version - 1}
            shown = await self._measured(counting, Rehearsal((), versions), None)
            moved, _ = _moved(subject, shown.get(step.environment))
            if moved is None:
                return None  # there may be a population the next time
            self._recounted[known] = moved
            while len(self._recounted) > _REMEMBERED:
                self._recounted.popitem(last=False)
        return self._recounted[known]


def _counts(policies: Policies) -> bool:
    return policies.budgets is not None and policies.budgets.counts_movement


def _moved(subject: Subject, shown: Mapping[str, Any] | None) -> tuple[Moved | None, str]:
    """The movement, or why there is none."""
    if not subject.affected:
        return Moved(0, 0), ""  # no answer can differ, whoever asks
    if shown is None or shown.get("population") == "none" or not shown.get("contexts"):
        hint = (shown or {}).get("hint") or "import a population"
        return None, f"no contexts are known there ({hint})"
    flags = {
        key: (flag["moved"], flag["unknown"])
        for key, flag in shown["flags"].items()
        if flag["moved"] or flag["unknown"]
    }
    kept = shown.get("population")
    unreadable = kept.get("unreadable", 0) if isinstance(kept, Mapping) else 0  # they may move too
    contexts, unknown = shown["contexts"] + unreadable, shown["unknown"] + unreadable
    return Moved(contexts, shown["moved"], unknown, shown["sample_rate"], flags), ""


def _without_people(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A movement without the contexts that it shows as examples."""
    flags = {
        key: {name: value for name, value in flag.items() if name not in _NOT_SHOWN}
        for key, flag in shown.get("flags", {}).items()
    }
    return {**shown, "flags": flags}
