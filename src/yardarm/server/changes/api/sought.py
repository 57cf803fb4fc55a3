"""What of a project's timeline is asked for: the query of the list and of its export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter

from ...access.model import Principal
from ...projects.errors import NotFound
from ...projects.service import Projects
from ...store.texts import storable
from ...store.timeline import Sought
from ...web.rest.durations import not_valid
from ...web.rest.parameters import ProjectKey
from ..commands import COMMANDS
from ..past import DEPLOYMENT
from .moments import instant

KINDS = (*COMMANDS, DEPLOYMENT)


@dataclass(frozen=True, slots=True)
class Asked:
    """The environments to look at, what is sought in them, and the instant that ends it."""

    environments: tuple[str, ...]
    sought: Sought
    before: datetime | None


async def read_asked(
    project: ProjectKey,
    caller: Given[Principal],
    projects: Given[Projects],
    environment: Annotated[
        str | None,
        QueryParameter(name="environment", description="Only what concerns this environment."),
    ] = None,
    flag: Annotated[
        str | None,
        QueryParameter(
            name="flag",
            description="Only changes that made this flag another; deployments concern no flag.",
        ),
    ] = None,
    actor: Annotated[
        str | None, QueryParameter(name="actor", description="Only what this actor did.")
    ] = None,
    kind: Annotated[
        str | None,
        QueryParameter(
            name="kind",
            description=(
                "Only what is of one of these kinds, with commas between them: `deployment`, or "
                "the type of a command (of several carried out together, of one of them)."
            ),
        ),
    ] = None,
    since: Annotated[
        str | None,
        QueryParameter(
            name="since",
            description="Only what was at this instant or after it (RFC 3339 with zone).",
            schema_extra={"format": "date-time"},
        ),
    ] = None,
    before: Annotated[
        str | None,
        QueryParameter(
            name="before",
            description="Only what was before this instant (RFC 3339 with zone).",
            schema_extra={"format": "date-time"},
        ),
    ] = None,
) -> Asked:
    """What is asked for, of what the token may read. Raises `NotFound`, and a 422 problem."""
    seen = tuple(
        found.key
        for found in await projects.list_environments(project)
        if caller.may("read", project, found.key) and environment in (None, found.key)
    )
    if environment is not None and not seen:
        raise NotFound("environment", environment, project)
    for name, text in (("flag", flag), ("actor", actor)):
        if text is not None and not storable(text):
            raise not_valid(name, "no such text is kept", "leave out what is no character")
    sought = Sought(
        since=None if since is None else instant(since, "/since"),
        actor=actor,
        kinds=None if kind is None else _kinds(kind),
        flag=flag,
    )
    return Asked(seen, sought, None if before is None else instant(before, "/before"))


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(text.split(","))
    for each in kinds - {*KINDS}:
        known = f"known: {', '.join(KINDS)}"
        raise not_valid("kind", f"{each[:40]!r} is no kind of change", known)
    return kinds
