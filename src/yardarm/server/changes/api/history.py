"""REST: an environment's changes, those of one flag, and taking them back."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter, QueryParameter

from ...projects.errors import NotFound
from ...web.paging import Page, PageRequest, cut
from ...web.rest.bodies import StrictRequest
from ...web.rest.lists import answer_page, wrong_cursor
from ...web.rest.parameters import EnvironmentKey, FlagKey, ProjectKey
from ...web.rest.scopes import needs
from ..commands import Undo
from ..past import Past
from ..service import Changes
from .answers import (
    ChainCheck,
    Change,
    FlagChange,
    Mutation,
    change_answer,
    flag_change,
    respond,
    what_was_done,
)
from .bodies import UndoUpTo
from .door import Door

_CHANGES = "/projects/{project:str}/environments/{environment:str}/changes"
_CHANGE = _CHANGES + "/{version:str}"
_READ = needs("read", on="environment")
_TAGS = ["Changes"]
_MOST = 10**15

Version = Annotated[
    str,
    PathParameter(
        description="The version that the change led to.",
        schema_extra={"type": "integer", "minimum": 1},
    ),
]


@get(_CHANGES, opt=_READ, tags=_TAGS, summary="List changes")
async def list_changes(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    changes: Given[Changes],
    page: Given[PageRequest],
    before: Annotated[
        int | None,
        QueryParameter(
            name="before",
            description="Only changes before this version.",
            ge=0,
            le=_MOST,
        ),
    ] = None,
) -> Response[Page[Change]]:
    """The environment's changes, newest first."""
    if page.after is not None and type(page.after) is not int:
        raise wrong_cursor()
    first = page.after if page.after is not None else before
    found = await changes.list_changes(project, environment, page.limit + 1, first)
    shown = cut([change_answer(change) for change in found], page, lambda change: change.version)
    return answer_page(request, shown)


@get(
    "/projects/{project:str}/environments/{environment:str}/flags/{flag:str}/versions",
    opt=_READ,
    tags=["Flags in an environment"],
    summary="List a flag's changes",
)
async def list_flag_versions(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    request: StrictRequest,
    past: Given[Past],
    page: Given[PageRequest],
) -> Response[Page[FlagChange]]:
    """The environment's changes that made this flag another, newest first.

    Each `version` can be asked about (evaluate), compared, and gone back to (restore-version).
    """
    if page.after is not None and type(page.after) is not int:
        raise wrong_cursor()
    found = await past.flag_changes(project, environment, flag, page.limit + 1, page.after)
    shown = cut([flag_change(step) for step in found], page, lambda change: change.version)
    return answer_page(request, shown)


@get(_CHANGE, opt=_READ, tags=_TAGS, summary="Show a change")
async def get_change(
    project: ProjectKey, environment: EnvironmentKey, version: Version, changes: Given[Changes]
) -> Change:
    """One change."""
    return change_answer(await changes.get_change(project, environment, _number(version)))


@post(
    f"{_CHANGE}/undo",
    opt=needs("edit", on="environment"),
    tags=_TAGS,
    status_code=200,
    summary="Undo a change",
)
async def undo_change(
    project: ProjectKey,
    environment: EnvironmentKey,
    version: Version,
    door: Given[Door],
    data: JSONBody[UndoUpTo | None] = None,
) -> Response[Mutation]:
    """Take back what one version changed, or all up to `through`, as one change of its own.

    Refused when a later version changed the same flags or segments, unless forced.
    """
    body = data or UndoUpTo()
    command = Undo(_number(version), body.through, body.force)
    done = await door.submit_in(environment, command, project, reason=body.reason)
    return respond(done, Mutation(**what_was_done(done)), environment)


@get(f"{_CHANGES}/check", opt=_READ, tags=_TAGS, summary="Check the chain of changes")
async def check_changes(
    project: ProjectKey, environment: EnvironmentKey, changes: Given[Changes]
) -> ChainCheck:
    """Replay the whole history: numbers, links, hashes, patches and the current state."""
    report = await changes.verify_chain(project, environment)
    return ChainCheck(report.length, report.head, report.whole, list(report.faults))


def _number(version: str) -> int:
    """The version in a path; anything but its one spelling is not found."""
    if version.isascii() and version.isdigit() and version[0] != "0" and len(version) < 16:
        return int(version)
    raise NotFound("change", version)


ROUTES = (list_changes, list_flag_versions, get_change, undo_change, check_changes)
