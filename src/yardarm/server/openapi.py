"""The OpenAPI 3.1 document of the REST interface, made from the routes and their types.

`tools/openapi` writes it to docs/reference/openapi.json, and a test compares. Bodies and answers
are described by msgspec from the structs that are also what reads them; native JSON (flags,
segments, conditions) by the schema that editors use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types.empty import Empty

from .approvals.api import Waiting
from .web.paging import Page
from .web.problems import KINDS
from .web.rest.parameters import Declared, depends_on, parameters_of
from .web.rest.schemas import REFERENCE, Schema, Schemas
from .web.rest.scopes import Need, declared

PREFIX = "/api/v1"
_PATH_PARAMETER = re.compile(r"\{(\w+):\w+\}")
_DESCRIPTION = """\
The interface of the dashboard, the command line and your own tools. Programs that ask for flags
use an SDK or OFREP instead.

Send `Authorization: Bearer <token>`. Every operation says which scope it needs.

Whatever changes configuration needs `If-Match`: the `ETag` of what you looked at, or `*` for
whatever is there. Without it the answer is 428; if somebody was faster, it is 409 and `edits`
says what they did. An `Idempotency-Key` makes it safe to send a request again.

Every error is a problem (RFC 9457): `type` names it, `errors` points at each fault of the input.
Lists come in pages: pass `next_cursor` as `cursor`, or follow the `Link` header.

Keys in paths are percent-encoded, also `/` as `%2F`. There is one spelling of each path.\
"""


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    path: str
    handler: HTTPRouteHandler
    need: Need

    def body(self) -> Any:
        field = self.handler.parsed_data_field
        return None if field is None else field.annotation

    def answer(self) -> Any:
        """The type of what is answered, None for nothing."""
        hint = get_type_hints(self.handler.fn, include_extras=True)["return"]
        if get_origin(hint) is Response:
            hint = get_args(hint)[0]
        return None if hint is type(None) else hint


def encode(app: Litestar) -> bytes:
    """The document's bytes, as checked in: indented, the same each time."""
    return (json.dumps(document(app), indent=2, ensure_ascii=False) + "\n").encode()


def document(app: Litestar) -> Schema:
    """The document. Raises `UndeclaredScope` for a route that declares no scope."""
    routes = [_Route(*found) for found in declared(app)]
    routes.sort(key=lambda route: (route.path, route.method))
    schemas = Schemas()
    paths: Schema = {}
    for route in routes:
        operations = paths.setdefault(_PATH_PARAMETER.sub(r"{\1}", route.path)[len(PREFIX) :], {})
        operations[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Yardarm",
            "version": "v1",
            "summary": "Feature flags in real time.",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": PREFIX}],
        "tags": [{"name": name} for name in dict.fromkeys(r.handler.tags[0] for r in routes)],  # type: ignore[index]
        "paths": paths,
        "components": {
            "schemas": schemas.components(),
            "responses": _problems(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token (`yt_…`).",
                }
            },
        },
        "security": [{"token": []}],
    }


def _operation(route: _Route, schemas: Schemas) -> Schema:
    handler = route.handler
    about = " ".join((handler.fn.__doc__ or "").split("\n\n")[0].split())
    more = [" ".join(part.split()) for part in (handler.fn.__doc__ or "").split("\n\n")[1:]]
    description = "\n\n".join([about, *more, f"Needs {route.need.words()}."])
    operation: Schema = {
        "operationId": handler.fn.__name__,
        "tags": list(handler.tags or ()),
        "summary": handler.summary,
        "description": description,
        "x-yardarm-scopes": {"scopes": list(route.need.scopes), "on": route.need.on},
    }
    if route.need.on == "public":
        operation["security"] = []
    parameters = list(_parameters(route, schemas))
    if parameters:
        operation["parameters"] = parameters
    if (body := route.body()) is not None:
        operation["requestBody"] = {
            "required": handler.parsed_fn_signature.parameters["data"].default is Empty,
            "content": {"application/json": {"schema": schemas.of(_without_none(body))}},
        }
    operation["responses"] = _responses(route, schemas)
    return operation


def _parameters(route: _Route, schemas: Schemas) -> Iterator[Schema]:
    for parameter in parameters_of(route.handler):
        yield _parameter(parameter, schemas, depends_on(route.handler))
    if route.handler.opt.get("etag"):
        yield {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The `ETag` that you have; if it still holds, the answer is 304.",
            "schema": {"type": "string"},
        }


def _parameter(parameter: Declared, schemas: Schemas, needed: frozenset[str]) -> Schema:
    kwarg = parameter.kwarg
    schema = schemas.of(_without_none(parameter.field.annotation))
    for name, word in (("ge", "minimum"), ("le", "maximum")):
        if kwarg is not None and getattr(kwarg, name) is not None:
            schema = {**schema, word: getattr(kwarg, name)}
    if kwarg is not None and kwarg.schema_extra:
        schema = {**schema, **kwarg.schema_extra}
    default = parameter.field.default
    if default is not Empty and default is not None:
        schema = {**schema, "default": default}
    out: Schema = {"name": parameter.wire_name, "in": parameter.where}
    out["required"] = default is Empty or (parameter.wire_name == "If-Match" and "base" in needed)
    if kwarg is not None and kwarg.description:
        out["description"] = kwarg.description
    return {**out, "schema": schema}


def _responses(route: _Route, schemas: Schemas) -> Schema:
    handler, answer = route.handler, route.answer()
    good: Schema = {"description": "Done." if answer is None else _first_line(answer)}
    if answer is not None:
        shown = {} if answer is bytes else schemas.of(answer)
        good["content"] = {route.handler.opt.get("streams", "application/json"): {"schema": shown}}
    needed = depends_on(handler)
    if headers := _headers(route, needed):
        good["headers"] = headers
    responses: Schema = {str(handler.status_code): good}
    if "door" in needed:
        where = {"description": "Where the change request is.", "schema": {"type": "string"}}
        responses["202"] = {
            "description": "The change was not made: it waits for approval.",
            "headers": {"Location": where},
            "content": {"application/json": {"schema": schemas.of(Waiting)}},
        }
    if handler.opt.get("etag"):
        responses["304"] = {"description": "What you have still holds."}
    for status in _failures(route, needed):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    return responses


def _failures(route: _Route, needed: frozenset[str]) -> Iterator[int]:
    asks = route.need.on
    has_input = route.body() is not None or parameters_of(route.handler)
    conditions = {
        400: has_input,
        401: asks != "public",
        403: asks not in ("public", "anywhere"),
        404: "{" in route.path,
        409: "base" in needed or (route.method == "POST" and route.handler.status_code == 201),
        410: route.path.endswith("/setup"),
        413: route.body() is not None,
        415: route.body() is not None,
        422: has_input,
        428: "base" in needed,
    }
    return (status for status, happens in conditions.items() if happens)


def _headers(route: _Route, needed: frozenset[str]) -> Schema:
    def text(words: str) -> Schema:
        return {"description": words, "schema": {"type": "string"}}

    headers: Schema = {}
    if "base" in needed or route.handler.opt.get("etag"):
        headers["ETag"] = text("What a later `If-Match` names.")
    if "base" in needed:
        headers["Idempotency-Replayed"] = text("`true` when it had been carried out before.")
    if "page" in needed:
        headers["Link"] = text('The next page, `rel="next"`, if there is one.')
    return headers


def _problems() -> Schema:
    def response(words: str) -> Schema:
        ref = {"$ref": REFERENCE.format(name="Problem")}
        return {"description": words, "content": {"application/problem+json": {"schema": ref}}}

    by_status: dict[int, list[str]] = {}
    for slug, kind in KINDS.items():
        by_status.setdefault(kind.status, []).append(f"`{slug}`: {kind.title}. {kind.advice}")
    named = {
        f"Problem{status}": response("\n\n".join(lines))
        for status, lines in sorted(by_status.items())
        if status < 429
    }
    return {"Problem": response("Any other failure."), **named}


def _first_line(answer: Any) -> str:
    if get_origin(answer) is Page:
        return "One page of the list."
    if isinstance(answer, type) and answer.__doc__ and answer is not bytes:
        return " ".join(answer.__doc__.split("\n\n")[0].split())
    return "The answer."


def _without_none(hint: Any) -> Any:
    """`X` of `X | None`: what a body or parameter is when it is given."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    optional = type(None) in get_args(hint)
    return kinds[0] if optional and len(kinds) == 1 else hint
