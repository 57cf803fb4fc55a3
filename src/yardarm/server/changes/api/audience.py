"""REST: whom a flag serves what, of the contexts that were really seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from yardarm.core.snapshot import line_id

from ...population.model import Held
from ...population.service import Population
from ...projects.errors import NotFound
from ...web.paging import PageRequest, cursor_of
from ...web.rest.lists import wrong_cursor
from ...web.rest.parameters import EnvironmentKey, FlagKey, ProjectKey
from ...web.rest.scopes import needs
from ..audience import PARTS, Audience, Member, Wanted
from ..service import Changes

MOST_EXAMINED = 5_000
"""Contexts that one request asks about; the rest is behind the cursor."""

_AT_ONCE = 500
"""Contexts that are asked about between two looks at the clock of the event loop."""

Key = Annotated[
    str | None, QueryParameter(name="key", description="Only those with a key that begins so.")
]
Variant = Annotated[
    str | None,
    QueryParameter(
        name="variant", description="Only who gets this variant; empty: the caller's fallback."
    ),
]
Part = Annotated[
    str | None,
    QueryParameter(
        name="part", description=f"Only who is taken by this rule (its id), or {', '.join(PARTS)}."
    ),
]
Attribute = Annotated[
    str | None, QueryParameter(name="attribute", description="Only who has this attribute.")
]
Value = Annotated[
    str | None,
    QueryParameter(name="value", description="Only those whose attribute has this value."),
]
Unknown = Annotated[
    bool | None,
    QueryParameter(
        name="unknown",
        description="Only those whose answer depends on an attribute that was withheld, or not.",
    ),
]


class AudienceAnswer(Struct):
    """What the flag answers a context, and why."""

    variant: str | None
    reason: str
    rule: str | None
    error: str | None
    cause: str | None


class AudienceMember(Struct):
    """A context that was seen, and what the flag answers it now.

    `withheld` are attributes that its programs did not report. Where the answer depends on one of
    them, nobody can tell it: `answer` is null.
    """

    id: Annotated[str, Meta(description="Its place in hexadecimal digits: a hash of its keys.")]
    context: dict[str, Any]
    application: str
    last_at: datetime
    withheld: list[str]
    answer: AudienceAnswer | None


class AudiencePage(Struct):
    """Some of an audience. `examined` contexts were asked about to find them.

    A page may be short or empty, and have more behind it: `next_cursor` is null on the last one.
    """

    items: list[AudienceMember]
    next_cursor: str | None
    examined: int
    version: int


@get(
    "/projects/{project:str}/environments/{environment:str}/flags/{flag:str}/audience",
    opt=needs("read", on="environment"),
    tags=["Flags in an environment"],
    summary="List a flag's audience",
)
async def list_audience(
    project: ProjectKey,
    environment: EnvironmentKey,
    flag: FlagKey,
    changes: Given[Changes],
    population: Given[Population],
    page: Given[PageRequest],
    key: Key = None,
    variant: Variant = None,
    part: Part = None,
    attribute: Attribute = None,
    value: Value = None,
    unknown: Unknown = None,
) -> AudiencePage:
    """Contexts of the population, and what the flag answers each of them now, with the reason.

    They come in an order that says nothing about them. At most 5,000 are asked about at a time.
    """
    after = -1 if page.after is None else page.after
    if type(after) is not int or not -1 <= after < 2**63:
        raise wrong_cursor()
    snapshot = await changes.snapshot(project, environment)
    if line_id("flag", flag) not in snapshot.lines:
        raise NotFound("flag", flag, f"{project}/{environment}")
    audience = Audience(snapshot, flag, datetime.now(UTC).timestamp())
    wanted = Wanted(variant, part, attribute, value, unknown)
    found: list[Member] = []
    examined = 0
    while examined < MOST_EXAMINED and len(found) <= page.limit:
        held: list[Held] = await population.contexts(
            project, environment, after=after, limit=_AT_ONCE, key=key or ""
        )
        found += await asyncio.to_thread(audience.members, held, wanted)
        examined += len(held)
        after = held[-1].place if len(held) == _AT_ONCE else None
        if after is None:
            break
    if len(found) > page.limit:
        found = found[: page.limit]
        after = found[-1].held.place
    cursor = None if after is None else cursor_of(after)
    return AudiencePage([_shown(each) for each in found], cursor, examined, snapshot.version)


def _shown(member: Member) -> AudienceMember:
    held, found = member.held, member.decision
    return AudienceMember(
        f"{held.place:016x}",
        dict(held.context),
        held.application,
        held.last_at,
        list(member.withheld),
        None
        if member.unknown
        else AudienceAnswer(found.variant, found.reason, found.rule, found.error, found.cause),
    )


ROUTES = (list_audience,)
