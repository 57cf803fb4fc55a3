"""Looking back: one flag's history, the timeline of a project, and two moments compared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yardarm.core.edits import Edit

from ..deployments.model import Deployment
from ..deployments.service import deployment
from ..store.database import Database
from ..store.errors import NotFound
from ..store.texts import storable
from ..store.timeline import EVERYTHING, Place, Sought, StepRow
from .compare import Comparison, Side, compare
from .flag_history import FlagStep, edits_made, flag_step
from .history import as_change, find_environment
from .service import Changes

DEPLOYMENT = "deployment"
"""The kind of what is on a timeline and is no command."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An environment as it is, at a version, or at an instant."""

    environment: str
    version: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one submit did. `versions` are those that it led to, by environment.

    `moved` are the contexts that it moved there, where somebody counted. `edits` are what it
    changed, in the last of its environments; None where that is too much to say.
    """

    change_set: str
    command: Mapping[str, object]
    actor: str
    reason: str
    emergency: bool
    versions: Mapping[str, int]
    moved: Mapping[str, int]
    request: int | None
    approved_by: tuple[str, ...]
    edits: tuple[Edit, ...] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the timeline, and its place there."""

    place: Place
    what: Step | Deployment


class Past:
    """Answers for what was. Who may read what is asked by the caller (`api`)."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def flag_changes(
        self, project: str, environment: str, flag: str, limit: int, before: int | None = None
    ) -> list[FlagStep]:
        """The changes that made a flag another in an environment, newest first.

        Raises `NotFound`, also for a flag that never was.
        """
        async with self._database.read() as transaction:
            row = await find_environment(transaction, project, environment)
            found = (
                await transaction.timeline.touching(row.id, flag, limit, before)
                if storable(flag)
                else []
            )
        if not found and before is None:
            raise NotFound("flag", flag, f"{project}/{environment}")
        changes = [as_change(row, each) for each in found]
        return await asyncio.to_thread(lambda: [flag_step(each, flag) for each in changes])

    async def timeline(
        self,
        project: str,
        environments: Sequence[str],
        limit: int,
        before: Place | None = None,
        sought: Sought = EVERYTHING,
    ) -> list[Entry]:
        """What was changed in, and deployed into, these environments, newest first.

        A deployment is of the kind `deployment`, and concerns no single flag.
        """
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments(project)
            keys = {row.id: row.key for row in rows if row.key in environments}
            rows_of = transaction.timeline
            steps = await rows_of.steps(list(keys), limit, before, sought)
            marks = (
                await rows_of.deployments(list(keys), limit, before, sought)
                if sought.flag is None and DEPLOYMENT in (sought.kinds or {DEPLOYMENT})
                else []
            )
        found = await asyncio.to_thread(lambda: [Entry(s.place, _step(s, keys)) for s in steps])
        found += [Entry(place, deployment(keys[m.environment_id], m)) for place, m in marks]
        found.sort(key=_order, reverse=True)
        return found[:limit]

    async def compare(
        self, project: str, one: Moment, other: Moment
    ) -> tuple[Side, Side, Comparison]:
        """Two moments of environments of one project. Raises `NotFound`."""
        sides = await self._side(project, one), await self._side(project, other)
        return (*sides, await asyncio.to_thread(compare, *sides))

    async def _side(self, project: str, moment: Moment) -> Side:
        current = await self._changes.document(project, moment.environment)
        if moment.version is None and moment.at is None:
            return Side(moment.environment, current, current=True)
        document = await self._changes.document(
            project, moment.environment, moment.version, moment.at
        )
        return Side(moment.environment, document, current=document.version == current.version)


def _order(entry: Entry) -> tuple[datetime, int, int, int]:
    place = entry.place
    return (place.at, place.rank, place.environment_id, place.number)


def _step(row: StepRow, keys: Mapping[int, str]) -> Step:
    told = {at: found for at, found in row.movements.items() if isinstance(found, dict)}
    about = next(iter(told.values()), {})
    return Step(
        row.change_set,
        row.command,
        row.actor,
        row.reason,
        any(movement.get("emergency") is True for movement in told.values()),
        {keys[at]: version for at, version in row.versions.items()},
        {keys[at]: found["moved"] for at, found in told.items() if found.get("contexts")},
        about.get("request"),
        tuple(about.get("approved_by", ())),
        None if row.patch is None else tuple(edits_made(row.patch, row.inverse)),
    )
