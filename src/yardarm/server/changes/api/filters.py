"""Which flags a list of flags is to hold: the query of every route that lists them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from litestar.params import QueryParameter

from yardarm.core import model as m

from ...web.rest.durations import PATTERN, find_duration, not_valid, read_duration
from ..listing.stale import STALE_AFTER, Stale
from ..listing.wanted import SOON, SORTS, WISHES, Expiry, Wanted, Wish

NEVER = "never"
_DAYS = STALE_AFTER.days

Order: TypeAlias = Annotated[
    str,
    QueryParameter(
        name="sort",
        description=(
            f"By what they are sorted: {', '.join(SORTS)}. What was changed or evaluated last "
            "comes first, and what expires first; `-` before it turns the order round."
        ),
        schema_extra={"enum": [*SORTS, *(f"-{name}" for name in SORTS)], "default": "key"},
    ),
]


async def read_wanted(
    text: Annotated[
        str | None,
        QueryParameter(
            name="query",
            description=(
                "Only flags with this in key, name, description, owner, a tag, a value, or a rule."
            ),
            max_length=200,
        ),
    ] = None,
    tag: Annotated[
        str | None, QueryParameter(name="tag", description="Only flags with this tag.")
    ] = None,
    owner: Annotated[
        str | None,
        QueryParameter(name="owner", description="Only flags of this owner; empty: of nobody."),
    ] = None,
    purpose: Annotated[
        m.Purpose | None,
        QueryParameter(name="purpose", description="Only flags of this purpose."),
    ] = None,
    archived: Annotated[
        Literal["false", "true", "all"],
        QueryParameter(name="archived", description="`true` for archived flags only, `all`: both."),
    ] = "false",
    in_state: Annotated[
        str | None,
        QueryParameter(
            name="state",
            description=(
                "Only flags in this state in an environment: `production:off`, several divided by "
                "commas. `on`, `off`, `killed`, `one` (everybody is served one variant) or "
                "`several`."
            ),
            max_length=1000,
        ),
    ] = None,
    stale: Annotated[
        Stale | Literal["any"] | None,
        QueryParameter(
            name="stale",
            description=(
                f"Only flags that nobody changed for {_DAYS} days and that are `unused` (not "
                "evaluated for as long) or give `one-answer` (a release or experiment that serves "
                "everybody one variant in each environment)."
            ),
        ),
    ] = None,
    expiry: Annotated[
        Expiry | None,
        QueryParameter(
            name="expiry",
            description=f"`soon`: within {SOON.days} days, `set`: with a date, `none`: without.",
        ),
    ] = None,
    changed: Annotated[
        str | None,
        QueryParameter(
            name="changed",
            description="Only flags changed within this time: `24h`, `7d`.",
            schema_extra={"pattern": PATTERN},
        ),
    ] = None,
    evaluated: Annotated[
        str | None,
        QueryParameter(
            name="evaluated",
            description="Only flags evaluated within this time (`24h`), or `never`.",
        ),
    ] = None,
    not_evaluated: Annotated[
        str | None,
        QueryParameter(
            name="not_evaluated",
            description="Only flags not evaluated for this time: `30d`.",
            schema_extra={"pattern": PATTERN},
        ),
    ] = None,
    sort: Order = "key",
) -> Wanted:
    """What a request asks for. Raises a 422 problem."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise not_valid("sort", f"{sort[:40]!r} is no order", ", ".join(SORTS))
    return Wanted(
        text=text or None,
        tag=tag,
        owner=owner,
        purpose=purpose,
        archived=archived,
        states=_states(in_state),
        stale=stale,
        expiry=expiry,
        changed_within=read_duration("changed", changed),
        evaluated_within=_evaluated(evaluated),
        never_evaluated=evaluated == NEVER,
        not_evaluated_for=read_duration("not_evaluated", not_evaluated),
        sort=name,
        reverse=sort.startswith("-"),
    )


def _states(text: str | None) -> tuple[tuple[str, Wish], ...]:
    found: list[tuple[str, Wish]] = []
    for part in text.split(",") if text else ():
        environment, _, wish = part.rpartition(":")
        if not environment or wish not in WISHES:
            hint = f"production:off; states are {', '.join(WISHES)}"
            raise not_valid("state", f"{part[:40]!r} is no state in an environment", hint)
        found.append((environment, wish))
    return tuple(found)


def _evaluated(text: str | None) -> timedelta | None:
    if text is None or text == NEVER:
        return None
    found = find_duration(text)
    if found is None:
        raise not_valid("evaluated", f"{text[:40]!r} is no length of time", f"24h, 7d or {NEVER}")
    return found
