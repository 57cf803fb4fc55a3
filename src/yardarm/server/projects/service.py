"""Lists, finds and makes projects; lists and finds environments.

An environment is made through the door of `changes` (`CreateEnvironment`), because a new one at
once holds the project's flags.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from ..store.database import Database, Transaction
from ..store.instants import utc_now
from ..store.projects import EnvironmentRow, ProjectRow
from .errors import AlreadyExists, NotFound
from .model import Environment, Project, check_key, check_name


class SystemChain(Protocol):
    """Where it is written down who made a project: `audit.service.Audit`."""

    async def append(
        self,
        transaction: Transaction,
        *,
        actor: str,
        action: str,
        details: Mapping[str, Any],
        at: datetime,
        reason: str = "",
    ) -> object:
        """Add an entry within the transaction."""


class Projects:
    """Projects and environments. Who may do what is asked by the caller (`api`)."""

    def __init__(
        self, database: Database, audit: SystemChain, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def list_projects(self) -> list[Project]:
        """Every project, by key."""
        async with self._database.read() as transaction:
            return [_project(row) for row in await transaction.projects.all()]

    async def get_project(self, project: str) -> Project:
        """One project. Raises `NotFound`."""
        async with self._database.read() as transaction:
            return _project(await _find(transaction, project))

    async def create_project(self, actor: str, key: str, name: str = "") -> Project:
        """Make a project without environments; audited.

        Raises `AlreadyExists`, `DocumentError`.
        """
        key = check_key(key)
        name, at = check_name(name, key), self._clock()
        async with self._database.write() as transaction:
            row = await transaction.projects.add(key, name, at, actor)
            if row is None:
                raise AlreadyExists("project", key)
            await self._audit.append(
                transaction,
                actor=actor,
                action="project.created",
                details={"project": key, "name": name},
                at=at,
            )
            return _project(row)

    async def list_environments(self, project: str) -> list[Environment]:
        """A project's environments in the order they were made. Raises `NotFound`."""
        async with self._database.read() as transaction:
            await _find(transaction, project)
            found = await transaction.projects.environments(project)
            return [_environment(row) for row in found]

    async def get_environment(self, project: str, environment: str) -> Environment:
        """One environment. Raises `NotFound` for the project or the environment."""
        async with self._database.read() as transaction:
            row = await transaction.projects.find_environment(project, environment)
            if row is None:
                await _find(transaction, project)
                raise NotFound("environment", environment, project)
            return _environment(row)

    async def all_environments(self) -> list[Environment]:
        """Every environment of every project."""
        async with self._database.read() as transaction:
            return [_environment(row) for row in await transaction.projects.environments()]


async def _find(transaction: Transaction, project: str) -> ProjectRow:
    row = await transaction.projects.find(project)
    if row is None:
        raise NotFound("project", project)
    return row


def _project(row: ProjectRow) -> Project:
    return Project(row.key, row.name, row.created_at)


def _environment(row: EnvironmentRow) -> Environment:
    return Environment(
        project=row.project,
        key=row.key,
        name=row.name,
        epoch=row.epoch,
        version=row.version,
        root=row.root,
        bytes=row.bytes,
        created_at=row.created_at,
    )
