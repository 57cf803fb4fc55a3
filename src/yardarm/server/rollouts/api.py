"""REST: plans, which change flags in steps and at times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from ..access.model import Principal
from ..changes.api.bodies import Because, Reason
from ..store.errors import NotFound
from ..web.paging import Page, PageRequest, cut
from ..web.problems import Known, Problem, problem
from ..web.rest.bodies import StrictRequest
from ..web.rest.lists import answer_page, wrong_cursor
from ..web.rest.parameters import ProjectKey
from ..web.rest.scopes import needs
from .calendar import Repeat
from .decide import next_at
from .errors import OwnApproval, WrongState
from .model import MAX_STEPS, OPEN, Done, Missed, Plan, State, Step
from .ramp import Ramp
from .service import Draft, Plans

_PLANS = "/projects/{project:str}/plans"
_PLAN = _PLANS + "/{plan:str}"
# What a plan does is asked of each of its commands, in each environment.
_OPT = needs("read", on="project")
_TAGS = ["Plans"]

Name = Annotated[str, Meta(max_length=200, description="For people.")]
MissedBody = Annotated[
    Missed | None,
    Meta(
        description=(
            "What becomes of a step that could not begin within 15 minutes of when it was due. "
            "If not said: pause, or skip in a plan that repeats."
        )
    ),
]
Force = Annotated[bool, Meta(description="Although another plan changes the same flag.")]
Number = Annotated[
    str, PathParameter(description="Its id.", schema_extra={"type": "integer", "minimum": 1})
]


class NewPlan(Struct, forbid_unknown_fields=True):
    """Steps, one after the other; with `repeat` again and again."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MAX_STEPS)]
    name: Name = ""
    reason: Reason = ""
    repeat: Repeat | None = None
    missed: MissedBody = None
    force: Force = False


class NewRamp(Struct, forbid_unknown_fields=True):
    """A plan that gives `to` to a growing share of those whom a rule, or the default, serves.

    The others keep what they have: while the flag is disabled that is its `off`, and the first
    step enables it.
    """

    flag: str
    to: str
    environments: Annotated[tuple[str, ...], Meta(min_length=1)]
    percentages: Annotated[tuple[float, ...], Meta(min_length=1, max_length=MAX_STEPS)]
    hold_seconds: Annotated[int, Meta(ge=0)] = 3600
    rule: Annotated[str | None, Meta(description="The rule's id; the default if not said.")] = None
    approve_between: bool = False
    name: Name = ""
    reason: Reason = ""
    missed: MissedBody = None
    force: Force = False


class PlanView(Struct):
    """A plan, and how far it has come.

    `step` is the next step's index, equal to the number of steps when all are done; `next_at` is
    when something happens next by itself. `why` is the reason of a pause. `movements` has for each
    step whom it would have moved when the plan was made, by environment.
    """

    id: int
    name: str
    state: State
    why: str
    author: str
    reason: str
    steps: tuple[Step, ...]
    repeat: Repeat | None
    missed: Missed
    step: int
    round: int
    next_at: datetime | None
    request: int | None
    done: tuple[Done, ...]
    movements: tuple[dict[str, Any], ...]
    created_at: datetime
    updated_at: datetime


class PlanPreview(Struct):
    """For each step, whom it would move from how it is now, by environment."""

    movements: tuple[dict[str, Any], ...]


@get(_PLANS, opt=_OPT, tags=_TAGS, summary="List plans")
async def list_plans(
    project: ProjectKey,
    request: StrictRequest,
    plans: Given[Plans],
    page: Given[PageRequest],
    only: Annotated[
        State | None, QueryParameter(name="state", description="Only plans in this state.")
    ] = None,
    is_open: Annotated[
        bool | None, QueryParameter(name="open", description="Only plans that are not over.")
    ] = None,
) -> Response[Page[PlanView]]:
    """The project's plans, newest first."""
    if page.after is not None and type(page.after) is not int:
        raise wrong_cursor()
    states = {only} if only is not None else OPEN if is_open else None
    found = await plans.list(project, states, page.limit + 1, page.after)
    return answer_page(request, cut([_view(plan) for plan in found], page, lambda plan: plan.id))


@post(_PLANS, opt=_OPT, tags=_TAGS, summary="Make a plan")
async def create_plan(
    project: ProjectKey,
    data: JSONBody[NewPlan],
    caller: Given[Principal],
    plans: Given[Plans],
) -> PlanView:
    """Make a plan. It takes whatever scopes its commands take.

    Every step is rehearsed now and judged again, like any change, when it is due. The plan acts as
    you, with the rights that you have then.
    """
    return _view(await plans.create(caller, project, _draft(data)))


@post(f"{_PLANS}/ramp", opt=_OPT, tags=_TAGS, summary="Make a ramp")
async def create_ramp(
    project: ProjectKey,
    data: JSONBody[NewRamp],
    caller: Given[Principal],
    plans: Given[Plans],
) -> PlanView:
    """Make a plan that gives a variant to more and more units, and moves the fewest each time."""
    ramp = Ramp(data.to, data.percentages, data.hold_seconds, data.rule, data.approve_between)
    steps = await plans.ramp(project, data.environments, data.flag, ramp)
    name = data.name or f"{data.flag} to {data.to}"
    draft = Draft(steps, name, data.reason, None, data.missed, data.force)
    return _view(await plans.create(caller, project, draft))


@post(f"{_PLANS}/preview", opt=_OPT, tags=_TAGS, status_code=200, summary="Preview a plan")
async def preview_plan(
    project: ProjectKey,
    data: JSONBody[NewPlan],
    caller: Given[Principal],
    plans: Given[Plans],
) -> PlanPreview:
    """Whom each step would move, together with the steps before it. Nothing is written."""
    return PlanPreview(await plans.preview(caller, project, _draft(data)))


@get(_PLAN, opt=_OPT, tags=_TAGS, summary="Show a plan")
async def get_plan(project: ProjectKey, plan: Number, plans: Given[Plans]) -> PlanView:
    """One plan."""
    return _view(await plans.get(project, _number(plan)))


@post(f"{_PLAN}/pause", opt=_OPT, tags=_TAGS, status_code=200, summary="Pause a plan")
async def pause_plan(
    project: ProjectKey,
    plan: Number,
    caller: Given[Principal],
    plans: Given[Plans],
    data: JSONBody[Because | None] = None,
) -> PlanView:
    """Stop a plan until somebody resumes it. Needs `edit` or `kill` in its environments."""
    return _view(await plans.pause(caller, project, _number(plan), _because(data)))


@post(f"{_PLAN}/resume", opt=_OPT, tags=_TAGS, status_code=200, summary="Resume a plan")
async def resume_plan(
    project: ProjectKey,
    plan: Number,
    caller: Given[Principal],
    plans: Given[Plans],
    data: JSONBody[Because | None] = None,
) -> PlanView:
    """Have a paused plan go on. Needs `edit` in its environments."""
    return _view(await plans.resume(caller, project, _number(plan), _because(data)))


@post(f"{_PLAN}/cancel", opt=_OPT, tags=_TAGS, status_code=200, summary="Cancel a plan")
async def cancel_plan(
    project: ProjectKey,
    plan: Number,
    caller: Given[Principal],
    plans: Given[Plans],
    data: JSONBody[Because | None] = None,
) -> PlanView:
    """End a plan; what it has changed stays. Needs `edit` or `kill` in its environments."""
    return _view(await plans.cancel(caller, project, _number(plan), _because(data)))


@post(f"{_PLAN}/approve", opt=_OPT, tags=_TAGS, status_code=200, summary="Approve a step")
async def approve_plan(
    project: ProjectKey,
    plan: Number,
    caller: Given[Principal],
    plans: Given[Plans],
    data: JSONBody[Because | None] = None,
) -> PlanView:
    """Let a plan begin the step that waits for approval.

    Needs `approve` in the plan's environments, and somebody other than the plan's author.
    """
    return _view(await plans.approve(caller, project, _number(plan), _because(data)))


def _draft(data: NewPlan) -> Draft:
    return Draft(data.steps, data.name, data.reason, data.repeat, data.missed, data.force)


def _because(data: Because | None) -> str:
    return data.reason if data is not None else ""


def _view(plan: Plan) -> PlanView:
    progress = plan.progress
    return PlanView(
        id=plan.id,
        name=plan.name,
        state=plan.state,
        why=progress.why,
        author=plan.author,
        reason=plan.reason,
        steps=plan.steps,
        repeat=plan.repeat,
        missed=plan.missed,
        step=progress.step,
        round=progress.round,
        next_at=next_at(plan),
        request=progress.request,
        done=progress.done,
        movements=plan.movements,
        created_at=plan.created_at,
        updated_at=plan.updated_at,
    )


def _number(text: str) -> int:
    """The id in a path; anything but its one spelling is not found."""
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 16:
        return int(text)
    raise NotFound("plan", text)


def _wrong_state(error: WrongState) -> Problem:
    return problem("refused", str(error), reason="wrong-state", state=error.state)


def _own_approval(error: OwnApproval) -> Problem:
    return problem("forbidden", str(error))


PROBLEMS: Known = {WrongState: _wrong_state, OwnApproval: _own_approval}
"""What to answer to this package's exceptions."""

ROUTES = (
    list_plans,
    create_plan,
    create_ramp,
    preview_plan,
    get_plan,
    pause_plan,
    resume_plan,
    cancel_plan,
    approve_plan,
)
