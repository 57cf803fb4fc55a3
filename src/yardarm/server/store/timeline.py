"""Rows of histories across environments, in the order of time, and of single flags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from yardarm.core.jsontext import canonical

from .changes import ChangeRow
from .deployments import DeploymentRow
from .schema import changes, deployments

CHANGES, DEPLOYMENTS = 0, 1
"""What comes later at one and the same instant has the higher rank."""

_IN_A_STEP = 200
_SMALL = 100_000
"""Characters or bytes of a patch or inverse that is read with a timeline: imports are larger."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a timeline, which goes by instant, rank, environment, and version or id."""

    at: datetime
    rank: int = -1
    environment_id: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked for of a history; what is None is not asked.

    `since` is the first instant, `kinds` are types of commands (those of commands within others
    count), `flag` is one that was made another.
    """

    since: datetime | None = None
    actor: str | None = None
    kinds: frozenset[str] | None = None
    flag: str | None = None


EVERYTHING = Sought()


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one submit did; `versions` and `movements` by environment id.

    Instant and place are the last one's, and so are `patch` and `inverse`, which are None where
    they are large.
    """

    place: Place
    change_set: str
    command: Any
    actor: str
    reason: str
    versions: dict[int, int]
    movements: dict[int, Any]
    patch: bytes | None
    inverse: Any


@dataclass(slots=True)
class _Together:
    """What one submit did in each environment."""

    versions: dict[int, int]
    movements: dict[int, Any]


class TimelineRows:
    """Reads what happened, newest first."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def steps(
        self,
        environments: Sequence[int],
        limit: int,
        before: Place | None = None,
        sought: Sought = EVERYTHING,
    ) -> list[StepRow]:
        """What was changed in these environments. What was changed at once is one step."""
        found: list[StepRow] = []
        place = before
        while len(found) < limit:
            rows = await self._changes(environments, limit, place, sought)
            together = await self._together(environments, {row.change_set for row in rows}, sought)
            for row in rows:
                place = Place(row.at, CHANGES, row.environment_id, row.version)
                step = together.get(row.change_set)
                # Told once, where it comes first; in a step without versions the flag was only
                # mentioned.
                if (
                    step is None
                    or row.environment_id != max(step.versions)
                    or not _is_of(row.command, sought.kinds)
                ):
                    continue
                small = row.patch is not None
                found.append(
                    StepRow(
                        place,
                        row.change_set,
                        row.command,
                        row.actor,
                        row.reason,
                        step.versions,
                        step.movements,
                        row.patch,
                        row.inverse if small else None,
                    )
                )
            if len(rows) < limit:
                break
        return found[:limit]

    async def _changes(
        self, environments: Sequence[int], limit: int, before: Place | None, sought: Sought
    ) -> list[sa.Row[Any]]:
        found: list[sa.Row[Any]] = []
        small = sa.and_(
            sa.func.length(changes.c.patch) <= _SMALL, sa.func.length(changes.c.inverse) <= _SMALL
        )
        for environment_id in environments:  # each by its index; merged, it would be a scan
            query = (
                sa.select(
                    changes.c.environment_id, changes.c.version, changes.c.at,
                    changes.c.change_set, changes.c.command, changes.c.actor, changes.c.reason,
                    sa.case((small, changes.c.patch), else_=None).label("patch"),
                    sa.case((small, changes.c.inverse), else_=None).label("inverse"),
                )
                .where(changes.c.environment_id == environment_id)
                .where(_earlier(changes, changes.c.version, CHANGES, before))
                .where(*self._asked(sought))
                .order_by(changes.c.at.desc(), changes.c.version.desc())
                .limit(limit)
            )  # fmt: skip
            found += await self._connection.execute(query)
        found.sort(key=lambda row: (row.at, row.environment_id, row.version), reverse=True)
        return found[:limit]

    def _asked(self, sought: Sought) -> list[sa.ColumnElement[bool]]:
        """What leaves out most that is not asked for; what it leaves in is looked at again."""
        asked: list[sa.ColumnElement[bool]] = []
        if sought.since is not None:
            asked.append(changes.c.at >= sought.since)
        if sought.actor is not None:
            asked.append(changes.c.actor == sought.actor)
        if sought.kinds is not None:
            parts = [canonical({"type": kind}).decode()[1:-1] for kind in sorted(sought.kinds)]
            asked.append(sa.or_(sa.false(), *(self._has(changes.c.command, p) for p in parts)))
        if sought.flag is not None:
            asked.append(self._mentions(sought.flag))
        return asked

    def _mentions(self, flag: str) -> sa.ColumnElement[bool]:
        """Whether a change's inverse holds the key of a flag where an entry has it."""
        return self._has(changes.c.inverse, canonical({"key": flag, "kind": "flag"}).decode()[1:])

    def _has(self, column: sa.ColumnElement[Any], part: str) -> sa.ColumnElement[bool]:
        place = sa.func.instr if self._connection.dialect.name == "sqlite" else sa.func.strpos
        found: sa.ColumnElement[bool] = place(sa.type_coerce(column, sa.Text), part) > 0
        return found

    async def _together(
        self, environments: Sequence[int], change_sets: Collection[str], sought: Sought
    ) -> dict[str, _Together]:
        """What was done at once; where a flag is sought, to it."""
        columns = [changes.c.change_set, changes.c.environment_id, changes.c.version]
        columns += [changes.c.movement]
        columns += [] if sought.flag is None else [changes.c.inverse]
        query = (
            sa.select(*columns)
            .where(changes.c.change_set.in_(change_sets))
            .order_by(changes.c.environment_id)
        )
        if sought.flag is not None:
            query = query.where(self._mentions(sought.flag))
        found: dict[str, _Together] = {}
        for row in await self._connection.execute(query):
            if row.environment_id not in environments:
                continue
            if sought.flag is not None and not _touches(row.inverse, sought.flag):
                continue
            step = found.setdefault(row.change_set, _Together({}, {}))
            step.versions[row.environment_id] = row.version
            step.movements[row.environment_id] = row.movement
        return found

    async def deployments(
        self,
        environments: Sequence[int],
        limit: int,
        before: Place | None = None,
        sought: Sought = EVERYTHING,
    ) -> list[tuple[Place, DeploymentRow]]:
        """What was deployed into these environments, by whom and since when that is sought."""
        c = deployments.c
        asked = [] if sought.since is None else [c.at >= sought.since]
        asked += [] if sought.actor is None else [c.actor == sought.actor]
        found: list[DeploymentRow] = []
        for environment_id in environments:
            query = (
                sa.select(deployments)
                .where(deployments.c.environment_id == environment_id)
                .where(_earlier(deployments, deployments.c.id, DEPLOYMENTS, before), *asked)
                .order_by(deployments.c.at.desc(), deployments.c.id.desc())
                .limit(limit)
            )
            rows = await self._connection.execute(query)
            found += [DeploymentRow(**row._mapping) for row in rows]
        found.sort(key=lambda row: (row.at, row.environment_id, row.id), reverse=True)
        return [
            (Place(row.at, DEPLOYMENTS, row.environment_id, row.id), row) for row in found[:limit]
        ]

    async def touching(
        self, environment_id: int, flag: str, limit: int, before: int | None = None
    ) -> list[ChangeRow]:
        """Changes that made the flag another, newest first, those before a version."""
        found: list[ChangeRow] = []
        while len(found) < limit:
            query = sa.select(changes).where(
                changes.c.environment_id == environment_id, self._mentions(flag)
            )
            if before is not None:
                query = query.where(changes.c.version < before)
            query = query.order_by(changes.c.version.desc()).limit(min(limit, _IN_A_STEP))
            rows = [ChangeRow(**row._mapping) for row in await self._connection.execute(query)]
            found += [row for row in rows if _touches(row.inverse, flag)]
            if len(rows) < min(limit, _IN_A_STEP):
                break
            before = rows[-1].version
        return found[:limit]


def _earlier(
    table: sa.FromClause, number: sa.ColumnElement[int], rank: int, place: Place | None
) -> sa.ColumnElement[bool]:
    """Whether a row of that rank comes before the place."""
    if place is None:
        return sa.true()
    at, environment_id = table.c.at, table.c.environment_id
    if rank != place.rank:
        return at <= place.at if rank < place.rank else at < place.at
    same = sa.or_(
        environment_id < place.environment_id,
        sa.and_(environment_id == place.environment_id, number < place.number),
    )
    return sa.and_(at <= place.at, sa.or_(at < place.at, same))  # the first part is an index's


def _is_of(command: Any, kinds: frozenset[str] | None) -> bool:
    """Whether a command, or one within it, is of one of the types."""
    if kinds is None:
        return True
    return any(each.get("type") in kinds for each in (command, *command.get("commands", ())))


def _touches(inverse: Any, flag: str) -> bool:
    """Whether the inverse puts the flag back, and does not only mention its key."""
    return any(
        (entry.get("kind"), entry.get("key")) == ("flag", flag)
        for entry in inverse.get("entries", ())
    )
