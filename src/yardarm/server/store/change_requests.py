"""Rows of change requests: changes that wait for approval, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import change_requests, projects
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ChangeRequestRow:
    """A change request. `command` is None where a list leaves it out: it may be a whole import.

    `fingerprint` is equal for requests that ask for the same, `key` is the idempotency key that it
    came with. `revision` is raised when what is to be approved changes.
    """

    id: int
    project_id: int
    project: str
    state: str
    author: str
    key: str | None
    fingerprint: str
    revision: int
    command: Any
    body: Any
    created_at: datetime
    updated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """Which change requests are asked for; what is None is not asked."""

    states: Collection[str]
    environment: str | None = None
    author: str | None = None
    not_author: str | None = None

    def concerns(self, row: ChangeRequestRow) -> bool:
        """Whether a request would change the environment that is asked for."""
        return self.environment is None or self.environment in row.body["concerned"]


_c = change_requests.c
_LIST = sa.select(
    _c.id,
    _c.project_id,
    projects.c.key.label("project"),
    _c.state,
    _c.author,
    _c.key.label("key_"),
    _c.fingerprint,
    _c.revision,
    _c.body,
    _c.created_at,
    _c.updated_at,
    _c.expires_at,
).join(projects, projects.c.id == _c.project_id)
_ROW = _LIST.add_columns(_c.command)


class ChangeRequestRows:
    """Change requests."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, row: ChangeRequestRow) -> ChangeRequestRow:
        """A new request (the id in `row` is ignored)."""
        done = await self._connection.execute(
            insert(self._connection, change_requests).values(_values(row)).returning(_c.id)
        )
        found = await self.get(row.project_id, done.scalar_one())
        assert found is not None
        return found

    async def get(
        self, project_id: int, request_id: int, *, lock: bool = False
    ) -> ChangeRequestRow | None:
        """One request. `lock`: others who lock it wait until the transaction ends."""
        query = _ROW.where(_c.project_id == project_id, _c.id == request_id)
        if lock:
            query = query.with_for_update(of=change_requests)
        found = await self._rows(query)
        return found[0] if found else None

    async def save(self, row: ChangeRequestRow) -> None:
        """What it is now. It must be locked."""
        await self._connection.execute(
            sa.update(change_requests).where(_c.id == row.id).values(_values(row))
        )

    async def page(
        self, project_id: int, sought: Sought, limit: int, before: int | None = None
    ) -> list[ChangeRequestRow]:
        """Requests before an id, newest first, without their commands."""
        query = _LIST.where(_c.project_id == project_id, _c.state.in_(sought.states))
        if sought.author is not None:
            query = query.where(_c.author == sought.author)
        if sought.not_author is not None:
            query = query.where(_c.author != sought.not_author)
        found: list[ChangeRequestRow] = []
        while len(found) < limit:
            here = query if before is None else query.where(_c.id < before)
            rows = await self._rows(here.order_by(_c.id.desc()).limit(limit))
            found += [row for row in rows if sought.concerns(row)]
            if len(rows) < limit:
                break
            before = rows[-1].id
        return found[:limit]

    async def with_key(self, project_id: int, author: str, key: str) -> ChangeRequestRow | None:
        """The latest request that this author made with an idempotency key."""
        found = await self._rows(
            _ROW.where(_c.project_id == project_id, _c.author == author, _c.key == key)
            .order_by(_c.id.desc())
            .limit(1)
        )
        return found[0] if found else None

    async def alike(
        self, project_id: int, author: str, fingerprint: str, states: Collection[str]
    ) -> ChangeRequestRow | None:
        """The same request by the same author, in one of these states."""
        found = await self._rows(
            _ROW.where(
                _c.project_id == project_id,
                _c.state.in_(states),
                _c.author == author,
                _c.fingerprint == fingerprint,
            )
            .order_by(_c.id)
            .limit(1)
        )
        return found[0] if found else None

    async def due(self, states: Collection[str], at: datetime) -> list[ChangeRequestRow]:
        """Requests of all projects in these states whose time is over, without their commands."""
        return await self._rows(_LIST.where(_c.state.in_(states), _c.expires_at <= at))

    async def in_state(self, state: str) -> list[ChangeRequestRow]:
        """Requests of all projects in a state, oldest first, without their commands."""
        return await self._rows(_LIST.where(_c.state == state).order_by(_c.id))

    async def _rows(self, query: sa.Select[Any]) -> list[ChangeRequestRow]:
        found = []
        for row in await self._connection.execute(query):
            values = dict(row._mapping)
            values["key"] = values.pop("key_")  # two tables have a column of that name
            found.append(ChangeRequestRow(**{"command": None, **values}))
        return found


def _values(row: ChangeRequestRow) -> dict[str, Any]:
    """The columns' values. A command that was left out stays what it is."""
    values = asdict(row)
    del values["id"], values["project"]
    if row.command is None:
        del values["command"]
    return values
