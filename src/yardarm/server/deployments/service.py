"""Keeps deployment markers and lists them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..store.database import Database, Transaction
from ..store.deployments import DeploymentRow
from ..store.errors import NotFound
from ..store.instants import utc_now
from ..store.projects import EnvironmentRow
from .model import Deployment, check_marker


class Deployments:
    """Deployment markers of all environments. Who may do what is asked by the caller (`api`)."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def mark(
        self,
        project: str,
        environment: str,
        *,
        application: str,
        version: str,
        url: str = "",
        actor: str,
        at: datetime | None = None,
    ) -> Deployment:
        """Keep that a version of an application was deployed, now or at an earlier instant.

        Raises `NotFound`, `DocumentError`.
        """
        now = self._clock()
        check_marker(application, version, url, at or now, now)
        async with self._database.write() as transaction:
            row = await _find(transaction, project, environment)
            made = await transaction.deployments.add(
                row.id,
                application=application,
                version=version,
                url=url,
                actor=actor,
                at=at or now,
            )
        return deployment(environment, made)

    async def list_deployments(
        self,
        project: str,
        environment: str,
        limit: int = 50,
        before: tuple[datetime, int] | None = None,
    ) -> list[Deployment]:
        """Markers of an environment, newest first, those before an instant and id.

        Raises `NotFound`.
        """
        async with self._database.read() as transaction:
            row = await _find(transaction, project, environment)
            found = await transaction.deployments.page(row.id, limit, before)
        return [deployment(environment, each) for each in found]


def deployment(environment: str, row: DeploymentRow) -> Deployment:
    """A stored marker."""
    return Deployment(row.id, environment, row.application, row.version, row.url, row.actor, row.at)


async def _find(transaction: Transaction, project: str, environment: str) -> EnvironmentRow:
    row = await transaction.projects.find_environment(project, environment)
    if row is not None:
        return row
    if await transaction.projects.find(project) is None:
        raise NotFound("project", project)
    raise NotFound("environment", environment, project)
