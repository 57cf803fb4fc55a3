"""REST: change requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from litestar import Response, get, post, put
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from yardarm.errors import DocumentError

from ...access.model import Principal
from ...changes.commands import command_from_json
from ...projects.errors import NotFound
from ...store.change_requests import ChangeRequestRow, Sought
from ...web.paging import Page, PageRequest, cut
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.durations import not_valid
from ...web.rest.lists import answer_page, wrong_cursor
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..life import MAX_COMMENT, STATES
from ..service import Approvals
from .answers import ChangeRequest, answer

_REQUESTS = "/projects/{project:str}/requests"
_REQUEST = _REQUESTS + "/{number:str}"
_READ = needs("read", on="project")
_TAGS = ["Change requests"]

Number = Annotated[
    str,
    PathParameter(
        description="The change request's number.",
        schema_extra={"type": "integer", "minimum": 1},
    ),
]
Words = Annotated[str, Meta(max_length=MAX_COMMENT)]
Revision = Annotated[
    int | None,
    Meta(description="What was looked at; refused if something else is asked for by now."),
]


class RequestApprove(Struct, forbid_unknown_fields=True):
    """An approval."""

    comment: Words = ""
    revision: Revision = None


class RequestComment(Struct, forbid_unknown_fields=True):
    """Words about a change request."""

    comment: Words


class RequestEnd(Struct, forbid_unknown_fields=True):
    """Why it is turned down or taken back."""

    reason: Words = ""


class RequestEdit(Struct, forbid_unknown_fields=True):
    """Another command to be approved, in the same environments.

    `command` is as a change request or a change shows it: `{"type": "edit_flag", …}`.
    """

    command: dict[str, Any]
    reason: Annotated[Words | None, Meta(description="Why, for the log; null: as it was.")] = None
    revision: Revision = None


@get(_REQUESTS, opt=_READ, tags=_TAGS, summary="List change requests")
async def list_requests(
    project: ProjectKey,
    request: StrictRequest,
    caller: Given[Principal],
    approvals: Given[Approvals],
    page: Given[PageRequest],
    states: Annotated[
        str | None,
        QueryParameter(
            name="state",
            description=(
                f"Only those in one of these states, with commas between them: {', '.join(STATES)}."
            ),
        ),
    ] = None,
    environment: Annotated[
        str | None,
        QueryParameter(
            name="environment", description="Only those that would change this environment."
        ),
    ] = None,
    whose: Annotated[
        Literal["mine", "others"] | None,
        QueryParameter(name="whose", description="Only those that the caller wrote, or did not."),
    ] = None,
) -> Response[Page[ChangeRequest]]:
    """The project's change requests that the token may read, newest first."""
    if page.after is not None and type(page.after) is not int:
        raise wrong_cursor()
    sought = Sought(
        states=STATES if states is None else _states(states),
        environment=environment,
        author=caller.actor if whose == "mine" else None,
        not_author=caller.actor if whose == "others" else None,
    )
    found = await approvals.list(project, sought, page.limit + 1, page.after)
    shown = cut(found, page, lambda row: row.id)
    readable = [
        answer(row, await approvals.needs(row)) for row in shown.items if _may_read(caller, row)
    ]
    return answer_page(request, Page(tuple(readable), shown.next_cursor))


@get(_REQUEST, opt=_READ, tags=_TAGS, summary="Show a change request")
async def get_request(
    project: ProjectKey, number: Number, caller: Given[Principal], approvals: Given[Approvals]
) -> ChangeRequest:
    """One change request, with its preview."""
    return await _shown(approvals, await _readable(approvals, caller, project, number))


@put(_REQUEST, opt=_READ | LARGE, tags=_TAGS, summary="Edit a change request")
async def edit_request(
    project: ProjectKey,
    number: Number,
    data: JSONBody[RequestEdit],
    caller: Given[Principal],
    approvals: Given[Approvals],
) -> ChangeRequest:
    """Ask for another command instead. Approvals are void, and whoever edits cannot approve.

    Needs the scope that the command itself needs.
    """
    await _readable(approvals, caller, project, number)
    try:
        command = command_from_json(data.command)
    except DocumentError as error:
        below = [replace(p, pointer=f"/command{p.pointer}") for p in error.problems]
        raise DocumentError(below) from None
    row = await approvals.edit(
        caller, project, _number(number), command, data.reason, data.revision
    )
    return await _shown(approvals, row)


@post(f"{_REQUEST}/approve", opt=_READ, tags=_TAGS, status_code=200, summary="Approve a change")
async def approve_request(
    project: ProjectKey,
    number: Number,
    caller: Given[Principal],
    approvals: Given[Approvals],
    data: JSONBody[RequestApprove | None] = None,
) -> ChangeRequest:
    """Approve it; with enough approvals the change is made at once, and `landed` says where.

    Needs the scope approve on every environment that would change, and another person than wrote
    or edited it. If the world has moved so that something else would come of it, it is `stale`: not
    made, and to be approved anew.
    """
    body = data or RequestApprove()
    await _readable(approvals, caller, project, number)
    row = await approvals.approve(caller, project, _number(number), body.comment, body.revision)
    return await _shown(approvals, row)


@post(f"{_REQUEST}/reject", opt=_READ, tags=_TAGS, status_code=200, summary="Reject a change")
async def reject_request(
    project: ProjectKey,
    number: Number,
    caller: Given[Principal],
    approvals: Given[Approvals],
    data: JSONBody[RequestEnd | None] = None,
) -> ChangeRequest:
    """Turn it down for good. Needs the scope approve on every environment that would change."""
    await _readable(approvals, caller, project, number)
    reason = (data or RequestEnd()).reason
    return await _shown(approvals, await approvals.reject(caller, project, _number(number), reason))


@post(f"{_REQUEST}/withdraw", opt=_READ, tags=_TAGS, status_code=200, summary="Withdraw a change")
async def withdraw_request(
    project: ProjectKey,
    number: Number,
    caller: Given[Principal],
    approvals: Given[Approvals],
    data: JSONBody[RequestEnd | None] = None,
) -> ChangeRequest:
    """Take it back: whoever wrote it, or an administrator of the project."""
    await _readable(approvals, caller, project, number)
    reason = (data or RequestEnd()).reason
    row = await approvals.withdraw(caller, project, _number(number), reason)
    return await _shown(approvals, row)


@post(f"{_REQUEST}/comment", opt=_READ, tags=_TAGS, status_code=200, summary="Comment on a change")
async def comment_request(
    project: ProjectKey,
    number: Number,
    data: JSONBody[RequestComment],
    caller: Given[Principal],
    approvals: Given[Approvals],
) -> ChangeRequest:
    """Say something about it."""
    await _readable(approvals, caller, project, number)
    row = await approvals.comment(caller, project, _number(number), data.comment)
    return await _shown(approvals, row)


async def _readable(
    approvals: Approvals, caller: Principal, project: str, number: str
) -> ChangeRequestRow:
    row = await approvals.get(project, _number(number))
    if not _may_read(caller, row):
        raise NotFound("change request", number, project)
    return row


def _may_read(caller: Principal, row: ChangeRequestRow) -> bool:
    """Whether the caller may read every environment that would change."""
    return all(caller.may("read", row.project, at) for at in row.body["concerned"])


async def _shown(approvals: Approvals, row: ChangeRequestRow) -> ChangeRequest:
    return answer(row, await approvals.needs(row))


def _states(text: str) -> list[str]:
    found = text.split(",")
    for each in found:
        if each not in STATES:
            known = f"known: {', '.join(STATES)}"
            raise not_valid("state", f"{each[:40]!r} is no state of a change request", known)
    return found


def _number(number: str) -> int:
    """The number in a path; anything but its one spelling is not found."""
    if number.isascii() and number.isdigit() and number[0] != "0" and len(number) < 16:
        return int(number)
    raise NotFound("change request", number)


ROUTES = (
    list_requests,
    get_request,
    edit_request,
    approve_request,
    reject_request,
    withdraw_request,
    comment_request,
)
