"""The parameters that a route declares: its own, and those of what it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, cast

from litestar.connection import ASGIConnection
from litestar.enums import ParamType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import ParameterKwarg, PathParameter
from litestar.types.empty import Empty
from litestar.typing import FieldDefinition
from litestar.utils.signature import ParsedSignature

from ..problems import Fault, failed
from ..requests import query

ProjectKey: TypeAlias = Annotated[str, PathParameter(description="The project's key.")]
EnvironmentKey: TypeAlias = Annotated[str, PathParameter(description="The environment's key.")]
FlagKey: TypeAlias = Annotated[str, PathParameter(description="The flag's key.")]
SegmentKey: TypeAlias = Annotated[str, PathParameter(description="The segment's key.")]


@dataclass(frozen=True, slots=True)
class Declared:
    """A query, header or path parameter: its name in Python, its name on the wire, its type."""

    name: str
    wire_name: str
    where: Literal["query", "header", "path"]
    field: FieldDefinition
    kwarg: ParameterKwarg | None


def parameters_of(handler: HTTPRouteHandler) -> tuple[Declared, ...]:
    """Every parameter of the handler, each once, those of its path first."""
    path = next(iter(handler.paths))
    found = {p.wire_name: p for p in _parameters(handler, handler.parsed_fn_signature, path)}
    order = {"path": 0, "query": 1, "header": 2}
    return tuple(sorted(found.values(), key=lambda p: order[p.where]))


def depends_on(handler: HTTPRouteHandler) -> frozenset[str]:
    """The names of everything the handler depends on, directly or not."""
    return frozenset(_dependencies(handler, handler.parsed_fn_signature))


def _dependencies(handler: HTTPRouteHandler, signature: ParsedSignature) -> Iterator[str]:
    provided = handler.resolve_dependencies()
    for name in signature.parameters:
        if name in provided:
            yield name
            yield from _dependencies(handler, provided[name].parsed_fn_signature)


def _parameters(
    handler: HTTPRouteHandler, signature: ParsedSignature, path: str
) -> Iterator[Declared]:
    provided = handler.resolve_dependencies()
    for name, field in signature.parameters.items():
        kwarg = (
            field.kwarg_definition if isinstance(field.kwarg_definition, ParameterKwarg) else None
        )
        if f"{{{name}:" in path:
            yield Declared(name, name, "path", field, kwarg)
        elif name in provided:
            yield from _parameters(handler, provided[name].parsed_fn_signature, path)
        elif kwarg is not None and kwarg.param_type is ParamType.HEADER:
            yield Declared(name, kwarg.name or name, "header", field, kwarg)
        elif kwarg is not None:
            yield Declared(name, kwarg.name or name, "query", field, kwarg)


async def check_query(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """A guard: raises a 422 for query fields that the route does not know or misses, a 400 for
    bad queries.

    A misspelt filter would otherwise show everything.
    """
    if not isinstance(handler, HTTPRouteHandler):
        return
    fields = query(cast("dict[str, Any]", connection.scope))
    known = {p.wire_name: p for p in parameters_of(handler) if p.where == "query"}
    hint = "known here: " + (", ".join(sorted(known)) or "none")
    found = [
        Fault(f"/{name[:100]}", "unknown field", hint) for name in fields.keys() - known.keys()
    ]
    found += [
        Fault(f"/{name}", f"{name!r} is missing", f"add `{name}=…` to the query")
        for name, parameter in known.items()
        if name not in fields and parameter.field.default is Empty
    ]
    if found:
        raise failed("invalid", "the query does not fit", errors=found)
