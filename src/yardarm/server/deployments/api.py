"""REST: deployment markers, posted by whoever deploys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from yardarm.errors import DocumentError, Problem

from ..store.instants import from_rfc3339, to_rfc3339
from ..web.paging import Page, PageRequest, cut
from ..web.rest.bodies import StrictRequest
from ..web.rest.lists import answer_page, wrong_cursor
from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import Caller, needs
from . import model
from .service import Deployments

_DEPLOYMENTS = "/projects/{project:str}/environments/{environment:str}/deployments"
_TAGS = ["Deployments"]


class NewDeployment(Struct, forbid_unknown_fields=True):
    """What was deployed, and when if that was earlier."""

    application: Annotated[
        str, Meta(max_length=model.MAX_WORD, description="The program: `checkout`.")
    ]
    version: Annotated[
        str, Meta(max_length=model.MAX_WORD, description="Its version, or a commit.")
    ]
    url: Annotated[
        str, Meta(max_length=model.MAX_URL, description="A link to more about it (http, https).")
    ] = ""
    at: Annotated[
        str | None,
        Meta(description="When (RFC 3339 with zone), not in the future; now if missing."),
    ] = None


class Deployment(Struct):
    """That a version of an application went into an environment. `actor`: whose token said so."""

    id: int
    environment: str
    application: str
    version: str
    url: str
    actor: str
    at: str


@post(_DEPLOYMENTS, opt=needs("edit", on="environment"), tags=_TAGS, summary="Mark a deployment")
async def mark_deployment(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[NewDeployment],
    caller: Given[Caller],
    deployments: Given[Deployments],
) -> Deployment:
    """Note that a version of an application was deployed; it is shown on the timeline.

    It changes no configuration, so it needs no `If-Match`. Every request adds a marker.
    """
    made = await deployments.mark(
        project,
        environment,
        application=data.application,
        version=data.version,
        url=data.url,
        actor=caller.actor,
        at=_instant(data.at) if data.at is not None else None,
    )
    return _shown(made)


@get(_DEPLOYMENTS, opt=needs("read", on="environment"), tags=_TAGS, summary="List deployments")
async def list_deployments(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    deployments: Given[Deployments],
    page: Given[PageRequest],
) -> Response[Page[Deployment]]:
    """What was deployed into the environment, newest first."""
    before = _place(page.after) if page.after is not None else None
    found = await deployments.list_deployments(project, environment, page.limit + 1, before)
    shown = cut([_shown(each) for each in found], page, lambda each: [each.at, each.id])
    return answer_page(request, shown)


def _shown(found: model.Deployment) -> Deployment:
    return Deployment(
        found.id,
        found.environment,
        found.application,
        found.version,
        found.url,
        found.actor,
        to_rfc3339(found.at),
    )


def _instant(text: str) -> datetime:
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        problem = Problem("/at", f"{text[:40]!r} is no instant with a zone", "2027-03-01T09:00:00Z")
        raise DocumentError([problem]) from None


def _place(after: object) -> tuple[datetime, int]:
    match after:
        case [str(at), int(number)] if not isinstance(number, bool) and abs(number) < 2**62:
            try:
                return from_rfc3339(at), number
            except (ValueError, OverflowError):
                pass
    raise wrong_cursor()


ROUTES = (mark_deployment, list_deployments)
