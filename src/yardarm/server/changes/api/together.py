"""REST: several flags changed at once, in one change set."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from yardarm.errors import DocumentError, Problem

from ...web.rest.bodies import LARGE
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import TOKEN
from ..commands import Together
from ..reach import is_narrow
from .answers import Mutation, respond, what_was_done
from .bodies import Force, Reason
from .door import Door

MAX_TOGETHER = 500
"""Most commands that are carried out together."""


class Several(Struct, forbid_unknown_fields=True):
    """Commands as a change records them, `{"type": "set_enabled", "flag": …, "enabled": …}`.

    `environments` says where those of them hold that belong to an environment: switching on and
    off, and editing.
    """

    commands: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MAX_TOGETHER)]
    environments: Annotated[list[str], Meta(min_length=1, max_length=200)] | None = None
    reason: Reason = ""
    force: Force = False


@post(
    "/projects/{project:str}/together",
    opt={**TOKEN, **LARGE},
    tags=["Flags"],
    status_code=200,
    summary="Change several flags at once",
)
async def change_together(
    project: ProjectKey, data: JSONBody[Several], door: Given[Door]
) -> Response[Mutation]:
    """Carry out all of the commands in one change set, or none of them.

    The token needs the scope `edit` in every environment that is changed, or for switching off
    `kill`. Budgets and freezes look at what all of them move together, and one undo takes all back.
    """
    command = Together(tuple(data.commands), data.force)
    if data.environments is None and is_narrow(command):
        missing = Problem("/environments", "it has to be said where", '["production"]')
        raise DocumentError([missing])
    done = await door.submit_all(data.environments, command, project, reason=data.reason)
    return respond(done, Mutation(**what_was_done(done)))


ROUTES = (change_together,)
