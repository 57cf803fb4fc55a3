"""REST: what happened in a project, in the order of time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter
from msgspec import Struct

from ...access.model import Principal
from ...projects.errors import NotFound
from ...projects.service import Projects
from ...store.instants import from_rfc3339, to_rfc3339
from ...store.timeline import Place
from ...web.paging import Page, PageRequest, cut
from ...web.rest.bodies import StrictRequest
from ...web.rest.lists import answer_page, wrong_cursor
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..past import Entry, Past, Step
from .moments import instant

_RANKS = (0, 1)


class TimelineEntry(Struct):
    """A change, or a deployment.

    What was changed at once is one entry: `versions` has the version that each environment came
    to. `emergency` marks what waited for no approval. A deployment has `application`, `version`
    and `url` instead of a command, a reason and versions.
    """

    kind: Literal["change", "deployment"]
    at: str
    actor: str
    environments: list[str]
    change_set: str | None = None
    command: dict[str, Any] | None = None
    reason: str = ""
    emergency: bool = False
    versions: dict[str, int] | None = None
    application: str | None = None
    version: str | None = None
    url: str | None = None


@get(
    "/projects/{project:str}/timeline",
    opt=needs("read", on="project"),
    tags=["Changes"],
    summary="Show the timeline",
)
async def show_timeline(
    project: ProjectKey,
    request: StrictRequest,
    caller: Given[Principal],
    projects: Given[Projects],
    past: Given[Past],
    page: Given[PageRequest],
    environment: Annotated[
        str | None,
        QueryParameter(name="environment", description="Only what concerns this environment."),
    ] = None,
    before: Annotated[
        str | None,
        QueryParameter(
            name="before",
            description="Only what was before this instant (RFC 3339 with zone).",
            schema_extra={"format": "date-time"},
        ),
    ] = None,
) -> Response[Page[TimelineEntry]]:
    """Changes and deployments of all environments that the token may read, newest first."""
    seen = [
        found.key
        for found in await projects.list_environments(project)
        if caller.may("read", project, found.key) and environment in (None, found.key)
    ]
    if environment is not None and not seen:
        raise NotFound("environment", environment, project)
    # A page goes on from its cursor, which lies before that instant already.
    place = Place(instant(before, "/before")) if before is not None else None
    if page.after is not None:
        place = _place(page.after)
    entries = await past.timeline(project, seen, page.limit + 1, place)
    kept = cut(entries, page, lambda entry: _cursor(entry.place))
    shown = Page(tuple(_shown(entry) for entry in kept.items), kept.next_cursor)
    return answer_page(request, shown)


def _shown(entry: Entry) -> TimelineEntry:
    what, at = entry.what, to_rfc3339(entry.place.at)
    if isinstance(what, Step):
        return TimelineEntry(
            kind="change",
            at=at,
            actor=what.actor,
            environments=list(what.versions),
            change_set=what.change_set,
            command=dict(what.command),
            reason=what.reason,
            emergency=what.emergency,
            versions=dict(what.versions),
        )
    return TimelineEntry(
        kind="deployment",
        at=at,
        actor=what.actor,
        environments=[what.environment],
        application=what.application,
        version=what.version,
        url=what.url,
    )


def _cursor(place: Place) -> list[Any]:
    return [to_rfc3339(place.at), place.rank, place.environment_id, place.number]


def _place(after: object) -> Place:
    match after:
        case [str(at), int(rank), int(environment_id), int(number)] if (
            rank in _RANKS and max(abs(environment_id), abs(number)) < 2**62
        ):
            try:
                return Place(from_rfc3339(at), rank, environment_id, number)
            except (ValueError, OverflowError):
                pass
    raise wrong_cursor()


ROUTES = (show_timeline,)
