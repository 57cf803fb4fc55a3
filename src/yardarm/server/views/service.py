"""Keeps each person's views of a project's flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from yardarm.errors import DocumentError, Problem

from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound
from ..store.instants import utc_now
from ..store.projects import ProjectRow
from .model import MAX_VIEWS, View, check_view


class Views:
    """Views by project and actor: nobody sees those of others."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def list_views(self, project: str, actor: str) -> list[View]:
        """Somebody's views, in the order in which they were made. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await _find(transaction, project)
            found = await transaction.views.of(row.id, actor)
            return [View(each.id, each.name, each.filters) for each in found]

    async def add(self, project: str, actor: str, name: str, filters: Mapping[str, str]) -> View:
        """Keep a view. Raises `NotFound`, `AlreadyExists`, `DocumentError`."""
        name = check_view(name, filters)
        async with self._database.write() as transaction:
            row = await _find(transaction, project, lock=True)
            if len(await transaction.views.of(row.id, actor)) >= MAX_VIEWS:
                hint = "remove one first"
                raise DocumentError([Problem("", f"there are {MAX_VIEWS} views already", hint)])
            made = await transaction.views.add(row.id, actor, name, dict(filters), self._clock())
            if made is None:
                raise AlreadyExists("view", name)
            return View(made, name, filters)

    async def change(
        self,
        project: str,
        actor: str,
        view: int,
        *,
        name: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> View:
        """Give a view another name, other filters, or both. Raises what `add` raises."""
        async with self._database.write() as transaction:
            row = await _find(transaction, project, lock=True)
            kept = await transaction.views.of(row.id, actor)
            found = next((each for each in kept if each.id == view), None)
            if found is None:
                raise NotFound("view", str(view), project)
            wanted = found.filters if filters is None else filters
            checked = check_view(found.name if name is None else name, wanted)
            if any(each.name == checked and each.id != view for each in kept):
                raise AlreadyExists("view", checked)
            await transaction.views.change(view, checked, dict(wanted))
            return View(view, checked, wanted)

    async def remove(self, project: str, actor: str, view: int) -> None:
        """Remove a view. Raises `NotFound`."""
        async with self._database.write() as transaction:
            row = await _find(transaction, project)
            if not await transaction.views.remove(row.id, actor, view):
                raise NotFound("view", str(view), project)


async def _find(transaction: Transaction, project: str, *, lock: bool = False) -> ProjectRow:
    row = await transaction.projects.find(project, lock=lock)
    if row is None:
        raise NotFound("project", project)
    return row
