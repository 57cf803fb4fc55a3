"""REST: an environment's segments."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, put
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, QueryParameter

from yardarm.core import model as m
from yardarm.core.codec import segment_to_json
from yardarm.errors import DocumentError, Problem

from ...projects.errors import NotFound
from ...web.paging import Page, PageRequest
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.lists import answer_page, page_of
from ...web.rest.parameters import EnvironmentKey, ProjectKey, SegmentKey
from ...web.rest.preconditions import TAGGED, answer, etag
from ...web.rest.scopes import needs
from ..commands import PutSegment, RemoveSegment
from ..service import Changes
from .answers import Mutation, SegmentMutation, respond, what_was_done
from .bodies import SegmentBody, described
from .door import Door, segment_at
from .native import SegmentJson

_SEGMENTS = "/projects/{project:str}/environments/{environment:str}/segments"
_SEGMENT = _SEGMENTS + "/{segment:str}"
_READ = needs("read", on="environment")
_EDIT = needs("edit", on="environment")
_TAGS = ["Segments"]


@get(_SEGMENTS, opt=_READ, tags=_TAGS, summary="List segments")
async def list_segments(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    changes: Given[Changes],
    page: Given[PageRequest],
    text: Annotated[
        str | None,
        QueryParameter(
            name="query",
            description="Only segments with this in key, name or description.",
            max_length=256,
        ),
    ] = None,
) -> Response[Page[SegmentJson]]:
    """The environment's segments, by key. The ETag is the environment's."""
    document = await changes.document(project, environment)
    wanted = (each for each in document.segments.values() if _is_named(each, text or ""))
    found = page_of(page, wanted, lambda segment: segment.key)
    shown = Page(tuple(segment_to_json(segment) for segment in found.items), found.next_cursor)
    return answer_page(request, shown, {"ETag": etag(document.version)})


@get(_SEGMENT, opt={**_READ, **TAGGED}, tags=_TAGS, summary="Show a segment")
async def get_segment(
    project: ProjectKey,
    environment: EnvironmentKey,
    segment: SegmentKey,
    request: StrictRequest,
    changes: Given[Changes],
) -> Response[SegmentJson]:
    """One segment. The ETag is the environment's."""
    document = await changes.document(project, environment)
    found = document.segments.get(segment)
    if found is None:
        raise NotFound("segment", segment, f"{project}/{environment}")
    return answer(request, segment_to_json(found), etag(document.version))


@put(_SEGMENT, opt={**_EDIT, **LARGE}, tags=_TAGS, summary="Make or replace a segment")
async def put_segment(
    project: ProjectKey,
    environment: EnvironmentKey,
    segment: SegmentKey,
    data: JSONBody[SegmentBody],
    door: Given[Door],
) -> Response[SegmentMutation]:
    """Make the segment, or replace it whole."""
    body = described(data)
    if body.setdefault("key", segment) != segment:
        raise DocumentError(
            [Problem("/key", f"the key differs from {segment!r} in the path", "leave it out")]
        )
    done = await door.submit_in(
        environment,
        PutSegment(body, data.force),
        project,
        reason=data.reason,
        within=segment_at(segment),
    )
    document = await door.changes.document(project, environment)
    shown = segment_to_json(document.segments[segment])
    return respond(done, SegmentMutation(**what_was_done(done), segment=shown), environment)


@delete(_SEGMENT, opt=_EDIT, tags=_TAGS, status_code=200, summary="Remove a segment")
async def remove_segment(
    project: ProjectKey,
    environment: EnvironmentKey,
    segment: SegmentKey,
    door: Given[Door],
    force: Annotated[
        bool,
        QueryParameter(
            name="force",
            description="Remove it although something needs it.",
        ),
    ] = False,
) -> Response[Mutation]:
    """Remove the segment. Refused while a flag or another segment needs it."""
    done = await door.submit_in(
        environment,
        RemoveSegment(segment, force),
        project,
        reason="",
        within=segment_at(segment),
    )
    return respond(done, Mutation(**what_was_done(done)), environment)


def _is_named(segment: m.Segment, sought: str) -> bool:
    texts = (segment.key, segment.name, segment.description)
    return any(sought.casefold() in text.casefold() for text in texts)


ROUTES = (list_segments, get_segment, put_segment, remove_segment)
