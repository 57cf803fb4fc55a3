"""REST: flags as their project sees them."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from litestar import Response, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Struct

from ...projects.errors import NotFound
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.parameters import FlagKey, ProjectKey
from ...web.rest.preconditions import TAGGED, answer
from ...web.rest.scopes import needs
from ..commands import ArchiveFlag, Command, CreateFlag, RestoreFlag, UpdateFlag
from ..policy import needing
from .answers import FlagMutation, respond, what_was_done
from .bodies import Because, FlagUpdate, Guarded, NewFlag, described
from .door import Door, flag_at
from .moments import At, moment
from .views import ProjectFlag, Readable

_FLAGS = "/projects/{project:str}/flags"
_FLAG = _FLAGS + "/{flag:str}"
_EDIT = needs("edit", on="project")
_READ = needs("read", on="project")
_TAGS = ["Flags"]


@get(_FLAG, opt={**_READ, **TAGGED}, tags=_TAGS, summary="Show a flag")
async def get_flag(
    project: ProjectKey,
    flag: FlagKey,
    request: StrictRequest,
    readable: Given[Readable],
    at: At = None,
) -> Response[ProjectFlag]:
    """One flag with its state in each environment, archived or not.

    Of an instant it shows the environments that had the flag then, as they had it.
    """
    shown, tag = await readable.flag(project, flag, moment(None, at))
    return answer(request, shown, tag)


class Dependent(Struct):
    """A flag or segment that asks for another flag, and the environments where it does."""

    kind: Literal["flag", "segment"]
    key: str
    environments: list[str]


class Dependents(Struct):
    """Who asks for a flag, flags first."""

    items: list[Dependent]


@get(f"{_FLAG}/dependents", opt=_READ, tags=_TAGS, summary="List what needs a flag")
async def list_dependents(
    project: ProjectKey, flag: FlagKey, readable: Given[Readable]
) -> Dependents:
    """The flags and segments that ask for this flag: as a prerequisite, or in a condition.

    While there are any, archiving the flag is refused.
    """
    documents = await readable.documents(project)
    if not any(flag in document.flags for document in documents.values()):
        raise NotFound("flag", flag, project)
    where: dict[tuple[Any, str], list[str]] = {}
    for environment, document in documents.items():
        for reference in needing(document, flag):
            where.setdefault(reference, []).append(environment)
    return Dependents([Dependent(kind, key, where[kind, key]) for kind, key in sorted(where)])


@post(_FLAGS, opt={**_EDIT, **LARGE}, tags=_TAGS, summary="Make a flag")
async def create_flag(
    project: ProjectKey, data: JSONBody[NewFlag], door: Given[Door], readable: Given[Readable]
) -> Response[FlagMutation]:
    """Make a flag in every environment of the project."""
    command = CreateFlag(described(data), data.environments, data.force)
    response = await _carry_out(command, project, data.key, door, readable, data.reason)
    response.headers["Location"] = (
        f"/api/v1/projects/{quote(project, safe='')}/flags/{quote(data.key, safe='')}"
    )
    return response


@patch(_FLAG, opt={**_EDIT, **LARGE}, tags=_TAGS, summary="Edit a flag's project fields")
async def update_flag(
    project: ProjectKey,
    flag: FlagKey,
    data: JSONBody[FlagUpdate],
    door: Given[Door],
    readable: Given[Readable],
) -> Response[FlagMutation]:
    """Replace the given fields of the project, in all environments at once.

    A variant keeps its place under a new key of `renames`: rules, targets, and other flags that
    ask for it follow.
    """
    command = UpdateFlag(flag, described(data), data.force, data.renames)
    return await _carry_out(command, project, flag, door, readable, data.reason)


@post(f"{_FLAG}/archive", opt=_EDIT, tags=_TAGS, status_code=200, summary="Archive a flag")
async def archive_flag(
    project: ProjectKey,
    flag: FlagKey,
    door: Given[Door],
    readable: Given[Readable],
    data: JSONBody[Guarded | None] = None,
) -> Response[FlagMutation]:
    """Put a flag out of use everywhere. Its configuration is kept, and its key stays taken.

    Refused while another flag needs it or it was evaluated lately, unless forced.
    """
    body = data or Guarded()
    command = ArchiveFlag(flag, body.force)
    return await _carry_out(command, project, flag, door, readable, body.reason)


@post(f"{_FLAG}/restore", opt=_EDIT, tags=_TAGS, status_code=200, summary="Restore a flag")
async def restore_flag(
    project: ProjectKey,
    flag: FlagKey,
    door: Given[Door],
    readable: Given[Readable],
    data: JSONBody[Because | None] = None,
) -> Response[FlagMutation]:
    """Bring an archived flag back as it was."""
    body = data or Because()
    return await _carry_out(RestoreFlag(flag), project, flag, door, readable, body.reason)


async def _carry_out(
    command: Command,
    project: str,
    flag: str,
    door: Door,
    readable: Readable,
    reason: str,
) -> Response[FlagMutation]:
    done = await door.submit(command, project, reason=reason, within=flag_at(flag))
    shown, _ = await readable.flag(project, flag)
    return respond(done, FlagMutation(**what_was_done(done), flag=shown))


ROUTES = (
    get_flag,
    list_dependents,
    create_flag,
    update_flag,
    archive_flag,
    restore_flag,
)
