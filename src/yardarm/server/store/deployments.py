"""Rows of deployment markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import deployments


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One marker: what was deployed where and when, and whose token said so."""

    id: int
    environment_id: int
    application: str
    version: str
    url: str
    actor: str
    at: datetime


class DeploymentRows:
    """Deployment markers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        environment_id: int,
        *,
        application: str,
        version: str,
        url: str,
        actor: str,
        at: datetime,
    ) -> DeploymentRow:
        """Keep a marker."""
        done = await self._connection.execute(
            sa.insert(deployments)
            .values(
                environment_id=environment_id,
                application=application,
                version=version,
                url=url,
                actor=actor,
                at=at,
            )
            .returning(deployments.c.id)
        )
        return DeploymentRow(
            done.scalar_one(), environment_id, application, version, url, actor, at
        )

    async def page(
        self, environment_id: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> Sequence[DeploymentRow]:
        """Markers of an environment, newest first, those before an instant and id."""
        query = sa.select(deployments).where(deployments.c.environment_id == environment_id)
        if before is not None:
            at, number = before
            same_instant = sa.and_(deployments.c.at == at, deployments.c.id < number)
            query = query.where(sa.or_(deployments.c.at < at, same_instant))
        query = query.order_by(deployments.c.at.desc(), deployments.c.id.desc()).limit(limit)
        return [DeploymentRow(**row._mapping) for row in await self._connection.execute(query)]
