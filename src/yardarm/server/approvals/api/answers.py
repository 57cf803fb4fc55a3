"""Change requests as they are answered, also in place of a change that needs approval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from litestar import Request, Response
from msgspec import Struct, convert

from ...changes.api.views import Edit
from ...store.change_requests import ChangeRequestRow
from ...store.instants import to_rfc3339
from ..errors import ApprovalNeeded
from ..life import Need

State: TypeAlias = Literal[
    "open", "stale", "approved", "landed", "rejected", "withdrawn", "expired"
]


SHORT = 3
"""Edits of an environment that a list tells."""


class Ground(Struct):
    """Why a change needs approval: by which rule, in which environment, in words with numbers."""

    environment: str
    rule: str
    words: str


class RequestApproval(Struct):
    """An approval."""

    actor: str
    at: str


class RequestEntry(Struct):
    """Something that happened to a change request.

    `what` is opened, commented, edited, approved, stale, landed, rejected, withdrawn or expired.
    """

    at: str
    actor: str
    what: str
    text: str


class Landed(Struct):
    """The change that was made: its change set, and the version it led to in each environment."""

    change_set: str
    versions: dict[str, int]


class RequestNeed(Struct):
    """How many approvals an environment still asks for.

    `by` names who may give them; null: whoever has the scope approve and no hand in the request.
    """

    environment: str
    missing: int
    by: list[str] | None


class ChangeRequest(Struct):
    """A change that waits for approval, or what became of it.

    `environments` are those that would change, `edits` what would change in each, `preview` who
    would move there. `missing` is how many more approvals it takes, at least, `needs` which.
    `revision` is raised when what is to be approved changes. Lists leave out `command` and
    `preview`, and all but the first three edits of each environment.
    """

    id: int
    project: str
    state: State
    author: str
    reason: str
    environments: list[str]
    grounds: list[Ground]
    missing: int
    needs: list[RequestNeed]
    edits: dict[str, list[Edit]]
    approvals: list[RequestApproval]
    editors: list[str]
    history: list[RequestEntry]
    landed: Landed | None
    revision: int
    created_at: str
    updated_at: str
    expires_at: str
    command: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None


class Waiting(Struct):
    """The change was not made: it waits for approval."""

    change_request: ChangeRequest


def answer(row: ChangeRequestRow, needs: Sequence[Need]) -> ChangeRequest:
    """A change request as it is answered."""
    body = row.body
    found = {
        "id": row.id,
        "project": row.project,
        "state": row.state,
        "author": row.author,
        "reason": body["reason"],
        "environments": body["concerned"],
        "grounds": body["grounds"],
        "missing": max((need.missing for need in needs), default=0),
        "needs": [
            RequestNeed(n.environment, n.missing, None if n.by is None else sorted(n.by))
            for n in needs
        ],
        # Requests that were filed before edits were kept have none.
        "edits": body.get("edits", {}),
        "approvals": body["approvals"],
        "editors": body["editors"],
        "history": body["history"],
        "landed": body["landed"],
        "revision": row.revision,
        "created_at": to_rfc3339(row.created_at),
        "updated_at": to_rfc3339(row.updated_at),
        "expires_at": to_rfc3339(row.expires_at),
    }
    if row.command is not None:
        found |= {"command": row.command, "preview": body["preview"]}
    else:
        found["edits"] = {at: told[:SHORT] for at, told in body.get("edits", {}).items()}
    return convert(found, ChangeRequest)


def _waiting(request: Request[Any, Any, Any], error: ApprovalNeeded) -> Response[Waiting]:
    """202, whichever route was asked for the change."""
    row = error.request
    headers = {
        "Location": f"/api/v1/projects/{quote(row.project, safe='')}/requests/{row.id}",
        "Cache-Control": "no-store",
    }
    return Response(Waiting(answer(row, error.needs)), status_code=202, headers=headers)


_Handler: TypeAlias = Callable[[Request[Any, Any, Any], Any], Response[Any]]

WAITING: dict[int | type[Exception], _Handler] = {ApprovalNeeded: _waiting}
"""What is answered in place of a change that needs approval."""
