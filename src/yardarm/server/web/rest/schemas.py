"""The schemas of the OpenAPI document: those of the routes' types, and those of native JSON.

Structs and dataclasses are described by msgspec, with their docstrings. Flags, segments and
conditions have the schema that editors use, under names in CamelCase.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args, get_origin

import msgspec

from ....connect.document_schema import document_schema
from ..paging import Page

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
_DEFINITION = "#/definitions/"
_GIVEN = {"Rule": "NewRule"}
"""Native types with a form of their own in bodies: a rule that is given needs no id yet."""


class Schemas:
    """Collects types, answers with references to them, and at last describes them all."""

    def __init__(self) -> None:
        self._types: list[Any] = []
        self._pages: dict[str, Any] = {}

    def of(self, hint: Any) -> Schema:
        """The schema of a type, or the reference to it."""
        if get_origin(hint) is Page:
            return self._page(get_args(hint)[0])
        self._types.append(hint)
        (schema,), _ = msgspec.json.schema_components([hint], ref_template=REFERENCE)
        found: Schema = _tidied(schema)
        return found

    def _page(self, item: Any) -> Schema:
        inner = self.of(item)
        name = f"{inner['$ref'].rpartition('/')[2]}Page"
        self._pages[name] = inner
        return {"$ref": REFERENCE.format(name=name)}

    def components(self) -> Schema:
        """Every schema that was referred to, by name."""
        _, ours = msgspec.json.schema_components(self._types, ref_template=REFERENCE)
        pages = {
            name: {
                "type": "object",
                "description": "One page of a list. `next_cursor` is null on the last one.",
                "properties": {
                    "items": {"type": "array", "items": inner},
                    "next_cursor": {"type": ["string", "null"]},
                },
                "required": ["items", "next_cursor"],
            }
            for name, inner in self._pages.items()
        }
        native = _native()
        if both := native.keys() & ours.keys():
            raise ValueError(f"two types have the name {', '.join(both)}")
        everything = {**native, **_tidied(ours), **pages, **_problem()}
        return {name: everything[name] for name in sorted(everything)}


def _tidied(value: Any) -> Any:
    """Without titles that repeat the name, and with nothing but words beside a reference."""
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {name: item for name, item in value.items() if name in ("$ref", "description")}
    return {
        name: _tidied(item)
        for name, item in value.items()
        if not (name == "title" and isinstance(item, str)) and not (name == "required" and not item)
    }


def _native() -> Schema:
    """The document's schema and its definitions, as components."""
    whole = document_schema()
    definitions = whole.pop("definitions")
    del whole["$schema"], whole["title"]
    whole["properties"] = {
        name: schema for name, schema in whole["properties"].items() if name != "$schema"
    }
    components = {_component(name): schema for name, schema in definitions.items()}
    components["Document"] = {**whole, "description": "Everything one environment evaluates."}
    for name, given in _GIVEN.items():
        schema = components[name]
        required = [field for field in schema["required"] if field != "id"]
        components[given] = {**schema, "required": required}
    rewritten: Schema = _rewritten(components, _to_component)
    return rewritten


def _component(name: str) -> str:
    camel = "".join(part.title() for part in re.split(r"[_-]", name))
    return "SegmentKeys" if camel == "Keys" else camel


def _to_component(reference: str) -> str:
    return REFERENCE.format(name=_component(reference.removeprefix(_DEFINITION)))


def _rewritten(value: Any, rewrite: Callable[[str], str]) -> Any:
    """The value with every reference rewritten."""
    if isinstance(value, list):
        return [_rewritten(item, rewrite) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: rewrite(item)
        if name == "$ref" and isinstance(item, str)
        else _rewritten(item, rewrite)
        for name, item in value.items()
    }


def _problem() -> Schema:
    text = {"type": "string"}
    fault = {
        "type": "object",
        "description": "One fault of the input: where (JSON pointer), what, how to mend it.",
        "properties": {"pointer": text, "detail": text, "hint": text},
        "required": ["pointer", "detail"],
    }
    problem = {
        "type": "object",
        "description": "Why there is no result (RFC 9457).",
        "properties": {
            "type": {**text, "description": "`/problems/<slug>`: stable, for programs."},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": {**text, "description": "The path of the request."},
            "request_id": {**text, "description": "What the log names the request by."},
            "errors": {"type": "array", "items": {"$ref": REFERENCE.format(name="Fault")}},
            "environment": {**text, "description": "Of a conflict: where."},
            "base": {"type": "integer", "description": "Of a conflict: what was built on."},
            "current": {"type": "integer", "description": "Of a conflict: what is there."},
            "edits": {
                "type": "array",
                "items": {"$ref": REFERENCE.format(name="Edit")},
                "description": "Of a conflict: what others changed meanwhile.",
            },
            "changed_since": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "Of an undo: later versions that changed the same things.",
            },
            "reason": {**text, "description": "Of a refusal: which guard, for programs."},
            "hint": {**text, "description": "Of a refusal: the way out."},
        },
        "required": ["type", "title", "status"],
    }
    return {"Problem": problem, "Fault": fault}
