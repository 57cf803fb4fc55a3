"""REST: flags as one environment has them."""

from __future__ import annotations

from litestar import Response, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from yardarm.core.codec import flag_to_json

from ...projects.errors import NotFound
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.parameters import EnvironmentKey, FlagKey, ProjectKey
from ...web.rest.preconditions import TAGGED, answer, etag
from ...web.rest.scopes import needs
from ..commands import EditFlag, PromoteFlag, RestoreVersion, SetEnabled
from ..flag_history import flag_in
from ..service import Changes
from .answers import EnvironmentFlagMutation, respond, what_was_done
from .bodies import Because, Earlier, FlagEdit, Promotion, described
from .door import Door, flag_at
from .moments import At, AtVersion, moment
from .native import FlagJson
from .reading import must_read

_FLAG = "/projects/{project:str}/environments/{environment:str}/flags/{flag:str}"
_READ = needs("read", on="environment")
_EDIT = needs("edit", on="environment")
_TAGS = ["Flags in an environment"]


@get(_FLAG, opt={**_READ, **TAGGED}, tags=_TAGS, summary="Show a flag's state")
async def get_environment_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    request: StrictRequest,
    changes: Given[Changes],
    version: AtVersion = None,
    at: At = None,
) -> Response[FlagJson]:
    """One flag as the environment has it, or had it, archived or not.

    The ETag is the environment's.
    """
    snapshot = await changes.snapshot(project, environment, version, moment(version, at))
    found = flag_in(snapshot, flag)
    if found is None:
        raise NotFound("flag", flag, f"{project}/{environment}")
    return answer(request, flag_to_json(found), etag(snapshot.version))


@patch(_FLAG, opt={**_EDIT, **LARGE}, tags=_TAGS, summary="Edit a flag's state")
async def edit_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    data: JSONBody[FlagEdit],
    door: Given[Door],
) -> Response[EnvironmentFlagMutation]:
    """Replace the given fields in this environment."""
    command = EditFlag(flag, described(data), data.force)
    return await _carry_out(command, project, environment, door, data.reason)


@post(f"{_FLAG}/enable", opt=_EDIT, tags=_TAGS, status_code=200, summary="Enable a flag")
async def enable_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    door: Given[Door],
    data: JSONBody[Because | None] = None,
) -> Response[EnvironmentFlagMutation]:
    """Have the environment ask the flag's targets, rules and default."""
    command = SetEnabled(flag, True)
    return await _carry_out(command, project, environment, door, (data or Because()).reason)


@post(
    f"{_FLAG}/disable",
    opt=needs("edit", "kill", on="environment"),
    tags=_TAGS,
    status_code=200,
    summary="Disable a flag",
)
async def disable_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    door: Given[Door],
    data: JSONBody[Because | None] = None,
) -> Response[EnvironmentFlagMutation]:
    """Have the environment serve the flag's `off` to everybody."""
    command = SetEnabled(flag, False)
    return await _carry_out(command, project, environment, door, (data or Because()).reason)


@post(
    f"{_FLAG}/restore-version",
    opt=_EDIT,
    tags=_TAGS,
    status_code=200,
    summary="Go back to an earlier version of a flag",
)
async def restore_flag_version(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    data: JSONBody[Earlier],
    door: Given[Door],
) -> Response[EnvironmentFlagMutation]:
    """Give the flag the environment fields that it had at an earlier version of the environment.

    Splits get the very ranges that they had, so everybody is where they were. What belongs to the
    project, and the segments, stay as they are.
    """
    command = RestoreVersion(flag, data.version, data.force)
    return await _carry_out(command, project, environment, door, data.reason)


@post(f"{_FLAG}/promote", opt=_EDIT, tags=_TAGS, status_code=200, summary="Promote a flag")
async def promote_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    data: JSONBody[Promotion],
    door: Given[Door],
) -> Response[EnvironmentFlagMutation]:
    """Take over the flag's environment fields from another environment, with what it needs."""
    must_read(door.caller, project, data.source)
    command = PromoteFlag(flag, data.source, data.segments, data.force)
    return await _carry_out(command, project, environment, door, data.reason)


async def _carry_out(
    command: EditFlag | SetEnabled | RestoreVersion | PromoteFlag,
    project: str,
    environment: str,
    door: Door,
    reason: str,
) -> Response[EnvironmentFlagMutation]:
    done = await door.submit_in(
        environment, command, project, reason=reason, within=flag_at(command.flag)
    )
    document = await door.changes.document(project, environment)
    flag = flag_to_json(document.flags[command.flag])
    shown = EnvironmentFlagMutation(**what_was_done(done), flag=flag)
    return respond(done, shown, environment)


ROUTES = (
    get_environment_flag,
    edit_flag,
    enable_flag,
    disable_flag,
    restore_flag_version,
    promote_flag,
)
