"""REST: populations. Programs report whom they see by the faces; this is for people and tools."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import Meta, Struct

from ..web.paging import Page, PageRequest, cut
from ..web.problems import Fault, failed
from ..web.rest.bodies import LARGE, StrictRequest, streams
from ..web.rest.lists import answer_page, wrong_cursor
from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import Caller, needs
from .model import Attributes, Forgotten, Held, Imported, PopulationPolicy, Summary, SyntheticSchema
from .service import Population

MAX_IMPORT = 10_000
"""Most contexts of one request."""

MAX_SYNTHETIC = 100_000
"""Most contexts made up by one request."""

_READ = needs("read", on="environment")
_EDIT = needs("edit", on="environment")
_ADMIN = needs("admin", on="environment")
_TAGS = ["Population"]
_AT = "/projects/{project:str}/environments/{environment:str}/population"


class ObservedContext(Struct):
    """A context of a population: how often it was seen (`weight`), from where, and when."""

    id: Annotated[str, Meta(description="Its place in hexadecimal digits: a hash of its keys.")]
    context: dict[str, Any]
    weight: int
    source: str
    application: str
    first_at: datetime
    last_at: datetime


class Cleared(Struct):
    """How many contexts were removed."""

    contexts: int


class Synthetic(Struct, forbid_unknown_fields=True):
    """Contexts to be made up. The same schema, seed and numbers always give the same ones."""

    contexts: SyntheticSchema
    count: Annotated[int, Meta(ge=1, le=MAX_SYNTHETIC)]
    first: Annotated[
        int, Meta(ge=0, le=10**9, description="The number of the first; its key ends with it.")
    ] = 0
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


Key = Annotated[
    str, QueryParameter(name="key", description="The key.", min_length=1, max_length=256)
]
KindName = Annotated[
    str, QueryParameter(name="kind", description="The key's kind.", min_length=1, max_length=256)
]


@get(_AT, opt=_READ, tags=_TAGS, summary="Show a population in numbers")
async def get_population(
    project: ProjectKey, environment: EnvironmentKey, population: Given[Population]
) -> Summary:
    """How many contexts are kept, how many there are in all, who reports them and who does not."""
    return await population.summary(project, environment)


@get(f"{_AT}/contexts", opt=_READ, tags=_TAGS, summary="List contexts")
async def list_contexts(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    population: Given[Population],
    page: Given[PageRequest],
    key: Annotated[
        str | None,
        QueryParameter(name="key", description="Only those with a key that begins so."),
    ] = None,
    exact: Annotated[
        bool, QueryParameter(name="exact", description="Only those with exactly this key.")
    ] = False,
) -> Response[Page[ObservedContext]]:
    """The contexts that are kept, in an order that says nothing about them."""
    after = -1 if page.after is None else page.after
    if type(after) is not int or not -1 <= after < 2**63:
        raise wrong_cursor()
    found = await population.contexts(
        project, environment, after=after, limit=page.limit + 1, key=key or "", exact=exact
    )
    shown = cut(found, page, lambda held: held.place)
    items = tuple(_shown(held) for held in shown.items)
    return answer_page(request, Page(items, shown.next_cursor))


def _shown(held: Held) -> ObservedContext:
    return ObservedContext(
        f"{held.place:016x}",
        dict(held.context),
        held.weight,
        held.source,
        held.application,
        held.first_at,
        held.last_at,
    )


@get(
    f"{_AT}/contexts/export",
    opt={**_READ, **streams("application/x-ndjson")},
    tags=_TAGS,
    summary="Export contexts",
)
async def export_contexts(
    project: ProjectKey, environment: EnvironmentKey, population: Given[Population]
) -> Response[bytes]:
    """Every context as a line of JSON, `{"context": …, "weight": n}`: what an import takes."""
    lines = await population.export(project, environment)
    answer: Any = Stream(lines, media_type="application/x-ndjson")
    return cast("Response[bytes]", answer)


@post(
    f"{_AT}/contexts",
    opt={**_EDIT, **LARGE},
    tags=_TAGS,
    status_code=200,
    summary="Import contexts",
)
async def import_contexts(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[list[Any]],
    caller: Given[Caller],
    population: Given[Population],
) -> Imported:
    """Take contexts over, in place of those known with the same keys. What is none is left out.

    A list of at most 10,000, each `{"context": …, "weight": n}`; the weight is 1 if left out.
    """
    if len(data) > MAX_IMPORT:
        fault = Fault("", f"{len(data)} contexts", f"send at most {MAX_IMPORT} at a time")
        raise failed("invalid", "too many contexts at once", errors=[fault])
    return await population.import_contexts(project, environment, data, caller.actor)


@delete(
    f"{_AT}/contexts", opt=_ADMIN, tags=_TAGS, status_code=200, summary="Forget a person or thing"
)
async def forget_key(
    project: ProjectKey,
    environment: EnvironmentKey,
    key: Key,
    caller: Given[Caller],
    population: Given[Population],
    kind: KindName = "user",
) -> Forgotten:
    """Remove every context that has this key, and the unit's exposures and metric events.

    Finished previews of the project that mention the key go too. The audit log keeps that it was
    done, with the key's SHA-256 only. Programs that go on asking report the key anew.
    """
    return await population.forget(project, environment, kind, key, caller.actor)


@delete(_AT, opt=_ADMIN, tags=_TAGS, status_code=200, summary="Clear a population")
async def clear_population(
    project: ProjectKey,
    environment: EnvironmentKey,
    caller: Given[Caller],
    population: Given[Population],
) -> Cleared:
    """Remove every context, and begin anew without sampling."""
    return Cleared(await population.clear(project, environment, caller.actor))


@get(f"{_AT}/policy", opt=_READ, tags=_TAGS, summary="Show what is kept of a population")
async def get_population_policy(
    project: ProjectKey, environment: EnvironmentKey, population: Given[Population]
) -> PopulationPolicy:
    """The policy in force."""
    return await population.policy(project, environment)


@put(f"{_AT}/policy", opt=_ADMIN, tags=_TAGS, summary="Set what is kept of a population")
async def set_population_policy(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[PopulationPolicy],
    caller: Given[Caller],
    population: Given[Population],
) -> PopulationPolicy:
    """Set the whole policy; what is left out is as usual. A lower limit holds at once."""
    return await population.set_policy(project, environment, data, caller.actor)


@post(f"{_AT}/synthetic", opt=_EDIT, tags=_TAGS, status_code=200, summary="Make up contexts")
async def make_up_contexts(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[Synthetic],
    caller: Given[Caller],
    population: Given[Population],
) -> Imported:
    """Fill the population of an environment that nobody uses yet, by a small schema."""
    return await population.synthesize(
        project,
        environment,
        data.contexts,
        first=data.first,
        count=data.count,
        seed=data.seed,
        actor=caller.actor,
    )


@get(f"{_AT}/attributes", opt=_READ, tags=_TAGS, summary="List the attributes of contexts")
async def list_attributes(
    project: ProjectKey,
    environment: EnvironmentKey,
    population: Given[Population],
    prefix: Annotated[
        str | None, QueryParameter(name="prefix", description="Only names that begin so.")
    ] = None,
) -> Attributes:
    """Which attributes contexts have and with which values, as seen in at most 20,000 of them."""
    return await population.attributes(project, environment, prefix or "")


ROUTES = (
    get_population,
    list_contexts,
    export_contexts,
    import_contexts,
    forget_key,
    clear_population,
    get_population_policy,
    set_population_policy,
    make_up_contexts,
    list_attributes,
)
