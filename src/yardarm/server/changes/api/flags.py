"""REST: flags as their project sees them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from litestar import Response, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import JSONBody, QueryParameter

from yardarm.core import model as m

from ...web.paging import Page, PageRequest
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.lists import answer_page, page_of
from ...web.rest.parameters import FlagKey, ProjectKey
from ...web.rest.preconditions import TAGGED, answer
from ...web.rest.scopes import needs
from ..commands import ArchiveFlag, Command, CreateFlag, RestoreFlag, UpdateFlag
from .answers import FlagMutation, respond, what_was_done
from .bodies import Because, FlagUpdate, Guarded, NewFlag, described
from .door import Door, flag_at
from .filters import FlagFilter, read_filter
from .views import ProjectFlag, Readable, etag_of_all, project_flag

_FLAGS = "/projects/{project:str}/flags"
_FLAG = _FLAGS + "/{flag:str}"
_EDIT = needs("edit", on="project")
_READ = needs("read", on="project")
_TAGS = ["Flags"]


@get(
    _FLAGS,
    opt=_READ,
    tags=_TAGS,
    summary="List flags",
    dependencies={"wanted": Provide(read_filter)},
)
async def list_flags(
    project: ProjectKey,
    request: StrictRequest,
    readable: Given[Readable],
    page: Given[PageRequest],
    wanted: Given[FlagFilter],
    environment: Annotated[
        str | None,
        QueryParameter(
            name="environment",
            description="Show the state in this environment only.",
        ),
    ] = None,
) -> Response[Page[ProjectFlag]]:
    """The project's flags, by key. The ETag names the version of each environment shown."""
    documents = await readable.documents(project, environment)
    any_of_them = next(iter(documents.values()), m.Document())
    keys = page_of(page, (f.key for f in any_of_them.flags.values() if wanted.admits(f)), str)
    shown = Page(tuple(project_flag(key, documents) for key in keys.items), keys.next_cursor)
    return answer_page(request, shown, {"ETag": etag_of_all(documents)})


@get(_FLAG, opt={**_READ, **TAGGED}, tags=_TAGS, summary="Show a flag")
async def get_flag(
    project: ProjectKey, flag: FlagKey, request: StrictRequest, readable: Given[Readable]
) -> Response[ProjectFlag]:
    """One flag with its state in each environment, archived or not."""
    shown, tag = await readable.flag(project, flag)
    return answer(request, shown, tag)


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
    """Replace the given fields of the project, in all environments at once."""
    command = UpdateFlag(flag, described(data), data.force)
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


ROUTES = (list_flags, get_flag, create_flag, update_flag, archive_flag, restore_flag)
