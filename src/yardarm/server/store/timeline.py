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


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a timeline, which goes by instant, rank, environment, and version or id."""

    at: datetime
    rank: int = -1
    environment_id: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one submit did; `versions` by environment id. Instant and place are the last one's."""

    place: Place
    change_set: str
    command: Any
    actor: str
    reason: str
    movement: Any
    versions: dict[int, int]


class TimelineRows:
    """Reads what happened, newest first."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def steps(
        self, environments: Sequence[int], limit: int, before: Place | None = None
    ) -> list[StepRow]:
        """What was changed in these environments. What was changed at once is one step."""
        found: list[StepRow] = []
        place = before
        while len(found) < limit:
            rows = await self._changes(environments, limit, place)
            versions = await self._versions(environments, {row.change_set for row in rows})
            for row in rows:
                place = Place(row.at, CHANGES, row.environment_id, row.version)
                together = versions[row.change_set]
                if row.environment_id == max(together):  # told once, where it comes first
                    found.append(
                        StepRow(
                            place,
                            row.change_set,
                            row.command,
                            row.actor,
                            row.reason,
                            row.movement,
                            together,
                        )
                    )
            if len(rows) < limit:
                break
        return found[:limit]

    async def _changes(
        self, environments: Sequence[int], limit: int, before: Place | None
    ) -> list[sa.Row[Any]]:
        found: list[sa.Row[Any]] = []
        for environment_id in environments:  # each by its index; merged, it would be a scan
            query = (
                sa.select(
                    changes.c.environment_id, changes.c.version, changes.c.at,
                    changes.c.change_set, changes.c.command, changes.c.actor, changes.c.reason,
                    changes.c.movement,
                )
                .where(changes.c.environment_id == environment_id)
                .where(_earlier(changes, changes.c.version, CHANGES, before))
                .order_by(changes.c.at.desc(), changes.c.version.desc())
                .limit(limit)
            )  # fmt: skip
            found += await self._connection.execute(query)
        found.sort(key=lambda row: (row.at, row.environment_id, row.version), reverse=True)
        return found[:limit]

    async def _versions(
        self, environments: Sequence[int], change_sets: Collection[str]
    ) -> dict[str, dict[int, int]]:
        query = (
            sa.select(changes.c.change_set, changes.c.environment_id, changes.c.version)
            .where(changes.c.change_set.in_(change_sets))
            .order_by(changes.c.environment_id)
        )
        found: dict[str, dict[int, int]] = {}
        for change_set, environment_id, version in await self._connection.execute(query):
            if environment_id in environments:
                found.setdefault(change_set, {})[environment_id] = version
        return found

    async def deployments(
        self, environments: Sequence[int], limit: int, before: Place | None = None
    ) -> list[tuple[Place, DeploymentRow]]:
        """What was deployed into these environments."""
        found: list[DeploymentRow] = []
        for environment_id in environments:
            query = (
                sa.select(deployments)
                .where(deployments.c.environment_id == environment_id)
                .where(_earlier(deployments, deployments.c.id, DEPLOYMENTS, before))
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
        part = canonical({"key": flag, "kind": "flag"}).decode()[1:]
        place = sa.func.instr if self._connection.dialect.name == "sqlite" else sa.func.strpos
        inverse = sa.type_coerce(changes.c.inverse, sa.Text)
        found: list[ChangeRow] = []
        while len(found) < limit:
            query = sa.select(changes).where(
                changes.c.environment_id == environment_id, place(inverse, part) > 0
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


def _touches(inverse: Any, flag: str) -> bool:
    """Whether the inverse puts the flag back, and does not only mention its key."""
    return any(
        (entry.get("kind"), entry.get("key")) == ("flag", flag)
        for entry in inverse.get("entries", ())
    )
