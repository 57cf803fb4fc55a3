"""Request bodies: strict JSON, then the type that the route declares.

Litestar would decode leniently (last of two equal names wins, `"1"` is an integer). So the request
class reads the bytes as a document is read, converts without coercion, and answers with every
problem and its JSON pointer. Litestar finds an instance of the declared type and leaves it alone.
"""

from __future__ import annotations

import asyncio
import re
from types import UnionType
from typing import Any, Protocol, Union, get_args, get_origin

import msgspec
from litestar import Request
from litestar.datastructures import State

from ....core.jsontext import parse_json
from ....core.reading import escape, kind_name
from ....errors import DocumentError, Problem
from ..problems import failed, faults
from ..requests import header, read_body, require_json

_WHERE = re.compile(r" - at `\$(?P<path>.*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_NAME = re.compile(r"Object (?:contains unknown|missing required) field `(?P<name>[^`]*)`")


LARGE: dict[str, Any] = {"large": True}
"""Route options: the body carries configuration and may be as large as an import."""

_IN_A_THREAD = 1 << 18
"""Bodies of more bytes than this are parsed beside the event loop, which others wait for too."""


def streams(media_type: str) -> dict[str, Any]:
    """Route options: the answer is no JSON document, but a stream of this type."""
    return {"streams": media_type}


class Limits(Protocol):
    """How large bodies may be, in bytes and decompressed. The server's settings have them."""

    @property
    def max_body_bytes(self) -> int: ...

    @property
    def max_import_bytes(self) -> int: ...


class StrictRequest(Request[Any, Any, State]):
    """A request whose JSON body is read strictly and converted to the type of `data`.

    The application's state holds `limits`.
    """

    _read: bytes | None = None

    async def body(self) -> bytes:
        """The body, decompressed. Raises a 413, 415 or 400 problem."""
        if self._read is None:
            limits: Limits = self.app.state.limits
            large = self.route_handler.opt.get("large", False)
            limit = limits.max_import_bytes if large else limits.max_body_bytes
            self._read = await read_body(self.scope, self.receive, limit)
        return self._read

    async def json(self) -> Any:
        """The body as the type that the handler's `data` declares.

        Raises a problem: 415 for what is no JSON, 400 for JSON that readers disagree about, 422
        (by `DocumentError`) for JSON that is not what the route takes.
        """
        if header(self.scope, b"content-type") is None:
            raise failed("unsupported-media-type", "say `Content-Type: application/json`")
        require_json(self.scope)
        body = await self.body()
        if len(body) > _IN_A_THREAD:
            return await asyncio.to_thread(self._parsed, body)
        return self._parsed(body)

    def _parsed(self, body: bytes) -> Any:
        try:
            value = parse_json(body)
        except DocumentError as error:
            raise failed("not-json", str(error), errors=faults(error.problems)) from None
        declared = self.route_handler.parsed_data_field
        return value if declared is None else read_as(declared.annotation, value)


def read_as(declared: Any, value: Any) -> Any:
    """`value` as the declared type. Raises `DocumentError` with a problem for each wrong field."""
    struct = _struct_of(declared)
    if struct is None:
        return _convert(value, declared, "")
    if not isinstance(value, dict):
        raise DocumentError([Problem("", f"expected an object, found {kind_name(value)}")])
    problems: list[Problem] = []
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name in value.keys() - fields.keys():
        known = ", ".join(sorted(fields))
        problems.append(Problem(f"/{escape(name)}", "unknown field", f"known here: {known}"))
    for name, field in fields.items():
        if name in value:
            try:
                _convert(value[name], field.type, f"/{escape(name)}")
            except DocumentError as error:
                problems.extend(error.problems)
        elif field.required:
            problems.append(Problem("", f"{name!r} is missing", f"add {name!r}"))
    if problems:
        raise DocumentError(sorted(problems, key=lambda problem: problem.pointer))
    return _convert(value, struct, "")


def _struct_of(declared: Any) -> type[msgspec.Struct] | None:
    kinds = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, msgspec.Struct)), None)


def _convert(value: Any, declared: Any, at: str) -> Any:
    try:
        return msgspec.convert(value, declared, strict=True)
    except msgspec.ValidationError as error:
        raise DocumentError([_problem(str(error), at)]) from None


def _problem(text: str, at: str) -> Problem:
    """What msgspec says, with its path (``$.arms[0].weight``) as a JSON pointer."""
    where = _WHERE.search(text)
    message = text[: where.start()] if where else text
    steps = _STEP.finditer(where["path"]) if where else ()
    pointer = at + "".join(
        f"/{escape(step['name'] or step['index'])}"
        for step in steps
        if step["name"] or step["index"]
    )
    if named := _NAME.match(message):
        if "unknown" in message:
            return Problem(f"{pointer}/{escape(named['name'])}", "unknown field")
        return Problem(pointer, f"{named['name']!r} is missing", f"add {named['name']!r}")
    message = message.replace("`", "'")
    return Problem(pointer, message[:1].lower() + message[1:])
