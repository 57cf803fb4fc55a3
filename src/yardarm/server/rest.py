"""The REST application under /api/v1: puts the slices' routes together with what they share.

It is mounted by the outer application, which has seen to canonical paths, limits of time and the
request id. Routing goes by the path as it was sent: a key's ``%2F`` stays one segment, and
`_DecodedPath` decodes the keys after the route is found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import unquote

from litestar import Litestar, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from . import openapi
from .access import api as access_api
from .access.service import Access
from .approvals import api as approvals_api
from .approvals.policies import PolicyBook
from .approvals.service import Approvals
from .audit import api as audit_api
from .audit.service import Audit
from .changes import api as changes_api
from .changes.api.door import open_door
from .changes.api.views import open_readable
from .changes.listing.held import HeldFlags
from .changes.past import Past
from .changes.service import Changes
from .delivery import api as delivery_api
from .delivery.hub import Hub
from .delivery.overriding import Overriding
from .delivery.snapshots import Snapshots
from .deployments import api as deployments_api
from .deployments.service import Deployments
from .imports import api as imports_api
from .imports.service import Imports
from .observe import api as observe_api
from .observe.service import Observe
from .population import api as population_api
from .population.service import Population
from .previews import api as previews_api
from .previews.service import Previews
from .previews.targeting import Targeting
from .projects import api as projects_api
from .projects.service import Projects
from .rollouts import api as rollouts_api
from .rollouts.service import Plans
from .store.errors import StoreError
from .views import api as views_api
from .views.service import Views
from .web import asgi
from .web.problems import CONTENT_TYPE, Fault, Known, Problem, failed, problem, problem_of
from .web.requests import ClientGone, is_canonical, raw_path, request_id
from .web.rest.bodies import Limits, StrictRequest
from .web.rest.lists import read_page_request
from .web.rest.parameters import check_query, parameters_of
from .web.rest.preconditions import read_base, read_terms
from .web.rest.scopes import PUBLIC, check_declared, scope_guard
from .webhooks import api as webhooks_api
from .webhooks.service import Webhooks

ROUTES = (
    *access_api.ROUTES,
    *projects_api.ROUTES,
    *changes_api.ROUTES,
    *approvals_api.ROUTES,
    *delivery_api.ROUTES,
    *deployments_api.ROUTES,
    *imports_api.ROUTES,
    *observe_api.ROUTES,
    *population_api.ROUTES,
    *previews_api.ROUTES,
    *rollouts_api.ROUTES,
    *views_api.ROUTES,
    *webhooks_api.ROUTES,
    *audit_api.ROUTES,
)
"""Every route but the reference's own."""


def _store_failed(error: StoreError) -> Problem:
    return problem("unavailable", str(error), headers=[(b"retry-after", b"5")])


KNOWN: Known = {
    **access_api.PROBLEMS,
    **projects_api.PROBLEMS,
    **changes_api.PROBLEMS,
    **imports_api.PROBLEMS,
    **observe_api.PROBLEMS,
    **previews_api.PROBLEMS,
    **rollouts_api.PROBLEMS,
    **webhooks_api.PROBLEMS,
    StoreError: _store_failed,
}
"""What to answer to the packages' exceptions."""


class Services(Protocol):
    """What the routes work with. `bootstrap` puts it together."""

    @property
    def access(self) -> Access: ...

    @property
    def approvals(self) -> Approvals: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def changes(self) -> Changes: ...

    @property
    def deployments(self) -> Deployments: ...

    @property
    def held_flags(self) -> HeldFlags: ...

    @property
    def hub(self) -> Hub: ...

    @property
    def imports(self) -> Imports: ...

    @property
    def observe(self) -> Observe: ...

    @property
    def overrides(self) -> Overriding: ...

    @property
    def past(self) -> Past: ...

    @property
    def population(self) -> Population: ...

    @property
    def plans(self) -> Plans: ...

    @property
    def policies(self) -> PolicyBook: ...

    @property
    def previews(self) -> Previews: ...

    @property
    def targeting(self) -> Targeting: ...

    @property
    def projects(self) -> Projects: ...

    @property
    def settings(self) -> Limits: ...

    @property
    def snapshots(self) -> Snapshots: ...

    @property
    def views(self) -> Views: ...

    @property
    def webhooks(self) -> Webhooks: ...


def rest_app(services: Services, known: Known = KNOWN) -> asgi.App:
    """The application. `known` says what to answer to the packages' exceptions.

    Raises `UndeclaredScope` when a route does not declare the scope that it needs.
    """
    app = litestar_app(services, known)

    async def routed(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if not is_canonical(raw_path(scope)):
            raise failed("not-found", "the path is not in its one canonical spelling")
        # uvicorn leaves the body out of what answers a HEAD.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        path = raw_path(scope).decode("ascii")
        still_encoded = {**scope, "method": method, "path": path, "root_path": ""}
        await app(cast(Any, still_encoded), cast(Any, receive), cast(Any, _unstored(send)))

    return routed


def _unstored(send: asgi.Send) -> asgi.Send:
    """Sends answers on, marked as not to be kept where they do not say themselves."""

    async def marked(message: asgi.Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            if all(name != b"cache-control" for name, _ in headers):
                message = {**message, "headers": [*headers, (b"cache-control", b"no-store")]}
        await send(message)

    return marked


def litestar_app(services: Services, known: Known = KNOWN) -> Litestar:
    """The Litestar application itself, which routes by paths that are still encoded."""
    guards = [scope_guard(services.access.authenticate), check_query]
    app = _routes(_given(services), guards, known)
    app.state.limits = services.settings
    app.state.reference = openapi.encode(app)
    return app


def reference() -> bytes:
    """The description of this interface, as checked in: docs/reference/openapi.json."""
    return openapi.encode(_routes(_given(None), [], KNOWN))


def _routes(services: dict[str, Provide], guards: list[Guard], known: Known) -> Litestar:
    app = Litestar(
        route_handlers=[Router(openapi.PREFIX, route_handlers=[*ROUTES, get_reference])],
        request_class=StrictRequest,
        request_max_body_size=None,  # StrictRequest holds bodies to the settings' limits
        guards=guards,
        middleware=[_DecodedPath],
        dependencies={**services, **_ASKED},
        exception_handlers={
            Exception: _answer_with(known),
            **approvals_api.WAITING,
            **previews_api.PREVIEWED,
        },
        openapi_config=None,
        logging_config=None,
    )
    check_declared(app)
    return app


@get("/openapi.json", opt=PUBLIC, tags=["Reference"], summary="This document")
async def get_reference(state: State) -> Response[bytes]:
    """The description of this interface, as OpenAPI 3.1."""
    return Response(state.reference, media_type="application/json")


_SERVICES = (
    "access",
    "approvals",
    "audit",
    "changes",
    "deployments",
    "held_flags",
    "hub",
    "imports",
    "observe",
    "overrides",
    "past",
    "population",
    "plans",
    "policies",
    "previews",
    "projects",
    "snapshots",
    "views",
    "targeting",
    "webhooks",
)


def _given(services: Services | None) -> dict[str, Provide]:
    """What handlers are given by name; nothing, where nothing will be asked."""

    def given(service: Any) -> Provide:
        async def answer() -> Any:
            return service

        return Provide(answer)

    return {name: given(getattr(services, name, None)) for name in _SERVICES}


async def _caller(request: StrictRequest) -> Any:
    """Who asks; the guard has found it."""
    return request.user


async def _caller_now(request: StrictRequest) -> Any:
    """Asks again who it is, for what goes on after the answer has begun."""
    return request.auth


_ASKED = {
    "caller": Provide(_caller),
    "caller_now": Provide(_caller_now),
    "page": Provide(read_page_request),
    "base": Provide(read_base),
    "terms": Provide(read_terms),
    "door": Provide(open_door),
    "readable": Provide(open_readable),
}
"""What handlers are given that is read off the request."""


class _DecodedPath:
    """Decodes the keys in the path, after the route was found by the encoded ones."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # `routed` let only valid escapes pass.
        encoded: dict[str, str] = scope.get("path_params") or {}
        scope["path_params"] = {name: unquote(value) for name, value in encoded.items()}
        await self.app(scope, receive, send)


# --- what goes wrong --------------------------------------------------------------------------

_SLUGS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
}
_log = logging.getLogger("yardarm.server.rest")

_Handler = Callable[[Request[Any, Any, Any], Exception], Response[bytes]]


def _answer_with(known: Known) -> _Handler:
    """Answers every exception with a problem, Litestar's own included."""

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        if isinstance(error, ClientGone):
            return Response(b"", status_code=400)  # there is nobody to read it
        found = (
            _problem_of_litestar(request, error)
            if isinstance(error, HTTPException) and error.status_code < 500
            else problem_of(error, known)
        )
        path = raw_path(cast(Any, request.scope)).decode("ascii")
        name = request_id(cast(Any, request.scope))
        if found.status == 500:
            said = {"request_id": name, "path": path}
            _log.error("request failed", exc_info=error, extra=said)
        body = found.render(path, name)
        headers = {name.decode(): value.decode("latin-1") for name, value in found.headers}
        return Response(
            body,
            status_code=found.status,
            media_type=CONTENT_TYPE.decode(),
            headers={"cache-control": "no-store", **headers},
        )

    return answer


def _problem_of_litestar(request: Request[Any, Any, Any], error: HTTPException) -> Problem:
    if isinstance(error, ValidationException):
        return problem("invalid", "the request is not valid", errors=_faults(request, error))
    headers = [(k.encode(), v.encode()) for k, v in (error.headers or {}).items()]
    slug = _SLUGS.get(error.status_code, "bad-request")
    return problem(slug, headers=headers)


def _faults(request: Request[Any, Any, Any], error: ValidationException) -> list[Fault]:
    handler = cast(HTTPRouteHandler, request.scope["route_handler"])
    names = {p.name: p.wire_name for p in parameters_of(handler)}
    found: list[Fault] = []
    for fault in cast("list[dict[str, str]]", error.extra or []):
        key = fault.get("key", "")
        if key == "data":
            found.append(Fault("", "the body is missing", "send a JSON object"))
        else:
            message = fault["message"].replace("`", "'")
            found.append(Fault(f"/{names.get(key, key)}", message[:1].lower() + message[1:]))
    return found
