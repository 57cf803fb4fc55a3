"""REST: what each step of a flag takes, and what is odd about its rules; saved or drafted."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from yardarm.analysis.finding import Kind, Severity
from yardarm.core.sentence import PartKind

from ...access.model import Principal
from ...changes.api.bodies import FlagEdit, described
from ...web.rest.bodies import LARGE
from ...web.rest.parameters import EnvironmentKey, FlagKey, ProjectKey
from ...web.rest.scopes import needs
from ..targeting import Asker, Draft, Targeting

_FLAG = "/projects/{project:str}/environments/{environment:str}/flags/{flag:str}"
_READ = needs("read", on="environment")
_TAGS = ["Flags in an environment"]


class FlagDraft(FlagEdit, forbid_unknown_fields=True):
    """Fields of a flag that are not saved; `reason` and `force` are not looked at."""

    version: Annotated[
        int | None, Meta(description="The version they are on top of; null: the current one.")
    ] = None
    asker: Annotated[
        str,
        Meta(
            max_length=64,
            description=(
                "Any name of who asks, say one window: its newest draft takes the place of those "
                "that are still being worked out, which are then refused. Empty: all are."
            ),
        ),
    ] = ""
    turn: Annotated[
        int,
        Meta(
            ge=0,
            le=2**53,
            description="What this asker asks later has a larger one; on the way it may overtake.",
        ),
    ] = 0


class Taken(Struct):
    """How many observed contexts are there for sure, and how many more may be.

    Of those that may be, attributes that decide it were withheld. `interval` bounds the number of
    all contexts, of which a population may be a sample.
    """

    count: int
    possible: int
    interval: list[int]


class RuleTaken(Taken):
    """What one rule takes of the contexts that come to it."""

    id: str


class VariantTaken(Taken):
    """Who is served one variant; null: the caller's fallback."""

    variant: str | None


class DraftSaid(Struct):
    """A piece of a sentence; `changed`: the saved flag's sentence does not say it."""

    kind: PartKind
    text: str
    changed: bool


class Breakdown(Struct):
    """What each step of a flag takes of the observed contexts, and what each variant gets.

    Each context ends at one step: `off` (the flag is disabled), `stopped` by a prerequisite,
    `targets`, a rule, `default`, or `failed` (the flag cannot be evaluated for it). `contexts` 0
    means that nobody is known here. `rate` is the share of all contexts that is known. `unknown`
    counts the contexts of which it cannot be told where they end.
    """

    version: int
    says: list[DraftSaid]
    contexts: int
    rate: float
    unknown: int
    off: Taken
    stopped: Taken
    targets: Taken
    rules: list[RuleTaken]
    default: Taken
    failed: Taken
    variants: list[VariantTaken]


class FlagFinding(Struct):
    """What analysis proves about a part of a flag. Pointers are into the environment's document."""

    kind: Kind
    severity: Severity
    pointer: str
    words: str
    culprits: list[str]
    proof: str
    witness: dict[str, Any] | None


class FlagFindings(Struct):
    """Everything analysis has to say about a flag."""

    version: int
    items: list[FlagFinding]


@get(f"{_FLAG}/breakdown", opt=_READ, tags=_TAGS, summary="Break down who a flag serves")
async def get_breakdown(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    targeting: Given[Targeting],
) -> Breakdown:
    """How many of the observed contexts each step of the flag takes."""
    return await _breakdown(project, environment, flag, targeting, None)


@post(
    f"{_FLAG}/breakdown",
    opt={**_READ, **LARGE},
    tags=_TAGS,
    status_code=200,
    summary="Break down who a draft would serve",
)
async def break_down_draft(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    data: JSONBody[FlagDraft],
    targeting: Given[Targeting],
    caller: Given[Principal],
) -> Breakdown:
    """How many of the observed contexts each step would take. Nothing is changed."""
    return await _breakdown(project, environment, flag, targeting, _draft(data, caller))


@get(f"{_FLAG}/findings", opt=_READ, tags=_TAGS, summary="Analyse a flag")
async def get_findings(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    targeting: Given[Targeting],
) -> FlagFindings:
    """What can be proven odd about the flag's rules, with the culprits."""
    return await _findings(project, environment, flag, targeting, None)


@post(
    f"{_FLAG}/findings",
    opt={**_READ, **LARGE},
    tags=_TAGS,
    status_code=200,
    summary="Analyse a draft",
)
async def find_in_draft(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    data: JSONBody[FlagDraft],
    targeting: Given[Targeting],
    caller: Given[Principal],
) -> FlagFindings:
    """What would be odd about the flag's rules. Nothing is changed."""
    return await _findings(project, environment, flag, targeting, _draft(data, caller))


def _draft(data: FlagDraft, caller: Principal) -> Draft:
    # Nobody takes the place of somebody else's question.
    asker = Asker(f"{caller.actor} {data.asker}", data.turn) if data.asker else None
    return Draft(described(data), data.version, asker)


async def _breakdown(
    project: str,
    environment: str,
    flag: str,
    targeting: Targeting,
    draft: Draft | None,
) -> Breakdown:
    looked = await targeting.look(project, environment, flag, draft)
    found = await targeting.breakdown(looked, flag, draft.asker if draft else None)
    says = [DraftSaid(*part) for part in looked.says(flag)]
    return Breakdown(
        version=looked.version,
        says=says,
        contexts=found["contexts"],
        rate=found["rate"],
        unknown=found["unknown"],
        off=Taken(**found["off"]),
        stopped=Taken(**found["stopped"]),
        targets=Taken(**found["targets"]),
        rules=[RuleTaken(**rule) for rule in found["rules"]],
        default=Taken(**found["default"]),
        failed=Taken(**found["failed"]),
        variants=[VariantTaken(**each) for each in found["variants"]],
    )


async def _findings(
    project: str,
    environment: str,
    flag: str,
    targeting: Targeting,
    draft: Draft | None,
) -> FlagFindings:
    looked = await targeting.look(project, environment, flag, draft)
    items = [
        FlagFinding(**{name: each[name] for name in FlagFinding.__struct_fields__})
        for each in await targeting.findings(looked, flag, draft.asker if draft else None)
    ]
    return FlagFindings(looked.version, items)


ROUTES = (get_breakdown, break_down_draft, get_findings, find_in_draft)
