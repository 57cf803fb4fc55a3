"""Rows of jobs: what is to be done later, by whichever node claims it first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import jobs
from .upsert import insert

KEPT_GIVEN_UP = 1_000
"""How many jobs that were given up are kept, with their errors."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job. `due_at` None: it was given up; `error` says why."""

    id: int
    kind: str
    body: Any
    unique_key: str | None
    due_at: datetime | None
    attempts: int
    error: str


_JOB = sa.select(
    jobs.c.id,
    jobs.c.kind,
    jobs.c.body,
    jobs.c.unique_key,
    jobs.c.due_at,
    jobs.c.attempts,
    jobs.c.error,
)


def _free(now: datetime, longest_hold: timedelta) -> sa.ColumnElement[bool]:
    """Held by nobody. A hold that reaches too far ahead was made before a clock went back."""
    held = jobs.c.held_until
    return sa.or_(held.is_(None), held <= now, held > now + longest_hold)


class JobRows:
    """Jobs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, kind: str, body: Any, due_at: datetime, unique_key: str | None) -> None:
        """A new job, or in place of the one with that key: as new, and held by nobody."""
        fresh = {
            "kind": kind,
            "body": body,
            "due_at": due_at,
            "attempts": 0,
            "held_until": None,
            "holder": "",
            "error": "",
        }
        statement = insert(self._connection, jobs).values(unique_key=unique_key, **fresh)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["unique_key"], set_=fresh)
        )

    async def claim(
        self,
        kind: str,
        most: int,
        *,
        now: datetime,
        until: datetime,
        holder: str,
        longest_hold: timedelta,
    ) -> list[JobRow]:
        """Take jobs that are due and free, longest due first, and hold them until then.

        `holder` names this one claim; whoever claims a job again has another name. What
        another node is just taking is passed over.
        """
        due = (
            _JOB.where(jobs.c.kind == kind, jobs.c.due_at <= now, _free(now, longest_hold))
            .order_by(jobs.c.due_at, jobs.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        found = [JobRow(**row._mapping) for row in await self._connection.execute(due)]
        if found:
            await self._connection.execute(
                sa.update(jobs)
                .where(jobs.c.id.in_([row.id for row in found]))
                .values(held_until=until, holder=holder, attempts=jobs.c.attempts + 1)
            )
        return found

    async def next_due(
        self, kinds: Collection[str], now: datetime, longest_hold: timedelta
    ) -> datetime | None:
        """When the next job can be claimed: it is due then, or no longer held."""
        free = _free(now, longest_hold)
        wanted = jobs.c.kind.in_(kinds)
        due = sa.select(sa.func.min(jobs.c.due_at)).where(wanted, free)
        held = sa.select(sa.func.min(jobs.c.held_until)).where(
            wanted, jobs.c.due_at.is_not(None), sa.not_(free)
        )
        found = [
            (await self._connection.execute(query)).scalar_one_or_none() for query in (due, held)
        ]
        return min((at for at in found if at is not None), default=None)

    async def extend(self, job_id: int, holder: str, until: datetime) -> None:
        """Hold a job for longer, if this holder still does."""
        await self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.holder == holder)
            .values(held_until=until)
        )

    async def finish(self, job_id: int, holder: str) -> bool:
        """Remove a job that is done; false when it is no longer held by this holder."""
        done = await self._connection.execute(
            sa.delete(jobs).where(jobs.c.id == job_id, jobs.c.holder == holder)
        )
        return bool(done.rowcount)

    async def put_off(self, job_id: int, holder: str, due_at: datetime | None, error: str) -> None:
        """Give a job back that failed: to be tried again at `due_at`, or (None) given up."""
        await self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.holder == holder)
            .values(due_at=due_at, held_until=None, holder="", error=error)
        )
        if due_at is None:
            newest = (
                sa.select(jobs.c.id)
                .where(jobs.c.due_at.is_(None))
                .order_by(jobs.c.id.desc())
                .limit(KEPT_GIVEN_UP)
            )
            oldest = sa.select(sa.func.min(newest.subquery().c.id)).scalar_subquery()
            await self._connection.execute(
                sa.delete(jobs).where(jobs.c.due_at.is_(None), jobs.c.id < oldest)
            )

    async def release_all(self) -> None:
        """Free every job: for a database of one server, which has only just begun."""
        await self._connection.execute(
            sa.update(jobs).where(jobs.c.holder != "").values(held_until=None, holder="")
        )

    async def remove(self, unique_key: str) -> None:
        """Remove the job with that key, if there is one."""
        await self._connection.execute(sa.delete(jobs).where(jobs.c.unique_key == unique_key))

    async def all(self, kind: str | None = None) -> list[JobRow]:
        """Every job, of a kind or of any, in the order they were added."""
        query = _JOB.order_by(jobs.c.id)
        if kind is not None:
            query = query.where(jobs.c.kind == kind)
        return [JobRow(**row._mapping) for row in await self._connection.execute(query)]
