"""Rows of plans: what is to be changed in steps, and how far each has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import change_requests, plans, projects


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its project's key. `revision` is raised by every update."""

    id: int
    project: str
    state: str
    body: Any
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime


_PLAN = sa.select(
    plans.c.id,
    projects.c.key.label("project"),
    plans.c.state,
    plans.c.body,
    plans.c.revision,
    plans.c.created_at,
    plans.c.created_by,
    plans.c.updated_at,
).join(projects, projects.c.id == plans.c.project_id)


class PlanRows:
    """Plans."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, project_id: int, state: str, body: Any, at: datetime, by: str) -> int:
        """A new plan; gives its id."""
        done = await self._connection.execute(
            sa.insert(plans)
            .values(
                project_id=project_id,
                state=state,
                body=body,
                revision=1,
                created_at=at,
                created_by=by,
                updated_at=at,
            )
            .returning(plans.c.id)
        )
        return int(done.scalar_one())

    async def get(self, plan_id: int, *, lock: bool = False) -> PlanRow | None:
        """One plan. `lock`: other writers of this plan wait until the transaction ends."""
        query = _PLAN.where(plans.c.id == plan_id)
        if lock:
            query = query.with_for_update(of=plans)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else PlanRow(**row._mapping)

    async def page(
        self, project: str, states: Collection[str] | None, limit: int, before: int | None
    ) -> list[PlanRow]:
        """A project's plans, newest first, those in these states, before that id."""
        query = _PLAN.where(projects.c.key == project).order_by(plans.c.id.desc()).limit(limit)
        if states is not None:
            query = query.where(plans.c.state.in_(states))
        if before is not None:
            query = query.where(plans.c.id < before)
        return [PlanRow(**row._mapping) for row in await self._connection.execute(query)]

    async def in_states(
        self, project: str, states: Collection[str], *, lock: bool = False
    ) -> list[PlanRow]:
        """Every plan of a project in these states, oldest first."""
        query = (
            _PLAN.where(projects.c.key == project, plans.c.state.in_(states))
            .order_by(plans.c.id)
        )  # fmt: skip
        if lock:
            query = query.with_for_update(of=plans)
        return [PlanRow(**row._mapping) for row in await self._connection.execute(query)]

    async def update(
        self, plan_id: int, revision: int, state: str, body: Any, at: datetime
    ) -> bool:
        """Write a plan on top of a revision; false when it has another one meanwhile."""
        done = await self._connection.execute(
            sa.update(plans)
            .where(plans.c.id == plan_id, plans.c.revision == revision)
            .values(state=state, body=body, updated_at=at, revision=revision + 1)
        )
        return bool(done.rowcount)

    async def request_state(self, request_id: int) -> str | None:
        """The state of the change request that a plan waits for."""
        query = sa.select(change_requests.c.state).where(change_requests.c.id == request_id)
        return (await self._connection.execute(query)).scalar_one_or_none()
