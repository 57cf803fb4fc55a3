"""REST: turn a flag off at once, in every environment of the project."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from ...access.errors import Forbidden
from ...access.model import Principal
from ...projects.errors import NotFound
from ...projects.service import Projects
from ...web.rest.parameters import FlagKey, ProjectKey
from ...web.rest.preconditions import Terms
from ...web.rest.scopes import TOKEN
from ..commands import Kill
from ..policy import scopes
from ..service import Changes
from .answers import Mutation, respond, what_was_done
from .bodies import Reason

Named = Annotated[
    Annotated[list[str], Meta(min_length=1)] | None,
    Meta(description="Where; null is every environment of the project."),
]


class Killing(Struct, forbid_unknown_fields=True):
    """Where, and why."""

    environments: Named = None
    reason: Reason = ""


class Killed(Mutation):
    """What a kill did. In the environments of `already_off` the flag was off before."""

    already_off: list[str]


@post(
    "/projects/{project:str}/flags/{flag:str}/kill",
    opt=TOKEN,
    tags=["Flags"],
    status_code=200,
    summary="Kill a flag",
)
async def kill_flag(
    project: ProjectKey,
    flag: FlagKey,
    caller: Given[Principal],
    projects: Given[Projects],
    changes: Given[Changes],
    terms: Given[Terms],
    data: JSONBody[Killing | None] = None,
) -> Response[Killed]:
    """Have every environment, or those named, serve the flag's `off` to everybody, at once.

    One change set, all or nothing, on top of whatever is there. It waits for no preview, budget,
    freeze or approval. Needs the scope kill or edit in each of the environments.
    """
    body, command = data or Killing(), Kill(flag)
    wanted = await _environments(body, project, flag, caller, projects)
    lacking = [key for key in wanted if not caller.may_any(scopes(command), project, key)]
    if lacking:
        raise Forbidden(caller.actor, scopes(command), project, ", ".join(lacking))
    done = await changes.submit(
        command,
        caller,
        project=project,
        environments=dict.fromkeys(wanted),
        reason=terms.because(body.reason),
        idempotency_key=terms.idempotency_key,
        emergency=terms.emergency,
    )
    changed = {change.environment for change in done.changes}
    off = [key for key in done.versions if key not in changed]
    return respond(done, Killed(**what_was_done(done), already_off=off))


async def _environments(
    body: Killing, project: str, flag: str, caller: Principal, projects: Projects
) -> list[str]:
    """Where the flag is to be killed. Raises `Forbidden`, `NotFound`."""
    if body.environments is not None:
        return list(dict.fromkeys(body.environments))
    if not caller.may("read", project):
        raise Forbidden(caller.actor, scopes(Kill(flag)), project)
    found = [environment.key for environment in await projects.list_environments(project)]
    if not found:  # flags live in environments
        raise NotFound("flag", flag, project)
    return found


ROUTES = (kill_flag,)
