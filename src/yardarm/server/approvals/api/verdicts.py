"""REST: what the policies say of a change that was previewed, before anybody asks for it."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency as Given
from msgspec import Meta, Struct, convert

from ...access.model import Principal
from ...previews.api import PreviewId
from ...previews.service import Previews, permit
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..service import Approvals
from .answers import Ground


class Meter(Struct):
    """One limit of a budget, and what counts against it.

    `unit` is a share of all contexts (0.1 is 10 %) or contexts. `about` says which flags it is for,
    empty for all. `used` is what the changes of the last hour took, null where one of them was
    not counted; `moved` what this one takes for sure, `unknown` how much more it may take.
    """

    environment: str
    about: str
    window: Literal["change", "hour"]
    unit: Literal["share", "contexts"]
    limit: float
    used: float | None
    moved: float
    unknown: float
    over: bool


class Verdict(Struct):
    """Whether a previewed change can be made, and how much of each budget it uses."""

    grounds: Annotated[
        list[Ground], Meta(description="Why it needs approval; none: it needs nobody's.")
    ]
    meters: list[Meter]


@get(
    "/projects/{project:str}/previews/{preview:str}/verdict",
    opt=needs("read", on="project"),
    tags=["Previews"],
    summary="Judge a preview",
)
async def get_verdict(
    project: ProjectKey,
    preview: PreviewId,
    previews: Given[Previews],
    approvals: Given[Approvals],
    caller: Given[Principal],
) -> Verdict:
    """What budgets, freezes and approval policies say of the previewed commands at this moment."""
    found = await previews.get(project, preview)
    permit(caller, project, found.versions)
    judgement = await approvals.judge(found)
    return Verdict(
        convert([ground.to_json() for ground in judgement.grounds], list[Ground]),
        convert([meter.to_json() for meter in judgement.meters], list[Meter]),
    )


ROUTES = (get_verdict,)
