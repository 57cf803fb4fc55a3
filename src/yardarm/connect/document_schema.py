"""The JSON Schema of a document, for editors: completion, descriptions, mistakes underlined.

It is made from the model: its fields, types, choices and defaults are read off the dataclasses,
operators and algorithms off their tables. What only a whole document shows (unknown variants,
cycles, weights that do not add up) is the business of `core.validate`.

Draft 7 of JSON Schema, because that is what editors know for JSON, YAML and TOML alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..core import model as m
from ..core.bucketing import names as algorithms
from ..core.keys import MAX_KEY
from ..core.operators import OPERATORS, every_operator
from .schema_words import WORDS

FILE = Path(__file__).with_name("document.schema.json")
"""The schema as it is shipped. `yardarm schema` prints it."""

Schema = dict[str, Any]

_NAMES: dict[Any, str] = {
    m.Flag: "flag", m.Variant: "variant", m.Prerequisite: "prerequisite", m.Target: "target",
    m.Rule: "rule", m.Segment: "segment", m.SegmentKeys: "keys", m.Arm: "arm", m.Layer: "layer",
}  # fmt: skip
_SHAPES = (
    "clause", "all", "any", "not", "in_segment", "flag_serves", "always", "share", "logic", "fault",
)  # fmt: skip


def document_schema() -> Schema:
    """The schema, as parsed JSON."""
    definitions: Schema = {
        "key": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
        "range": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
        **{name: _of_class(cls) for cls, name in _NAMES.items()},
        **_conditions(),
        "serve": {
            "anyOf": [
                _ref("key"),
                _object({"split": _ref("split")}, ["split"]),
                _ref("logic"),
                _ref("fault"),
            ],
            "description": WORDS["serve"],
        },
        "split": _split(),
    }
    definitions["flag"]["allOf"] = [_values_of(kind) for kind in m.FLAG_TYPES if kind != "json"]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Yardarm document",
        **_document(),
        "definitions": definitions,
    }


def text_of_schema() -> str:
    """The schema as the text of its file."""
    return json.dumps(document_schema(), indent=2, ensure_ascii=False) + "\n"


def _document() -> Schema:
    hints = get_type_hints(m.Document)
    properties: Schema = {"$schema": {"type": "string"}, "root": {"type": "string"}}
    for field in fields(m.Document):
        properties[field.name] = _of_type(hints[field.name])
    properties["format"] |= {"minimum": 1, "maximum": m.FORMAT}
    for name, item in (("flags", "flag"), ("segments", "segment")):
        keyed = {"allOf": [_ref(item), {"required": ["key"]}]}
        properties[name] = {
            "anyOf": [
                {"type": "object", "additionalProperties": _ref(item)},
                {"type": "array", "items": keyed},
            ]
        }
    for name, schema in properties.items():
        schema["description"] = WORDS[f"document.{name}"]
    return _object(properties, [])


def _of_class(cls: Any) -> Schema:
    name = _NAMES[cls]
    hints = get_type_hints(cls)
    # A key may be left out where the name above it says it, so it is never required here.
    required = [f.name for f in fields(cls) if _is_required(f) and f.name not in ("key", "enabled")]
    if cls is m.Variant:
        required.insert(0, "key")
    if cls is m.Layer:
        required.insert(0, "key")
    properties = {field.name: _of_field(name, field, hints[field.name]) for field in fields(cls)}
    return _object(properties, required)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _of_field(owner: str, field: Field[Any], hint: Any) -> Schema:
    schema = _of_type(hint, key=field.name in ("key", "variant", "id", "flag", "off"))
    if "$ref" in schema:  # in draft 7 nothing stands beside a reference
        schema = {"allOf": [schema]}
    schema["description"] = WORDS[f"{owner}.{field.name}"]
    if field.default is not MISSING and field.default not in (None, "", (), 0):
        default = field.default
        schema["default"] = list(default) if isinstance(default, tuple) else default
    return schema


def _of_type(hint: Any, *, key: bool = False) -> Schema:
    """The schema of a type annotation of the model."""
    if hint == m.Serve:
        return _ref("serve")
    if hint == m.Serve | None:
        return {"anyOf": [_ref("serve"), {"type": "null"}]}
    if hint == m.Condition:
        return _ref("condition")
    if hint is Any:
        return {}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        others = [argument for argument in arguments if argument is not NoneType]
        inner = _of_type(reduce(or_, others), key=key)
        if set(inner) == {"type"}:
            return {"type": [inner["type"], "null"]}
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if hint == m.Range:
        return _ref("range")
    if origin is tuple:
        return {"type": "array", "items": _of_type(arguments[0])}
    if origin is not None:  # Mapping
        return {"type": "object"}
    if is_dataclass(hint):
        return _ref(_NAMES[hint])
    if key and hint is str:
        return _ref("key")
    return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]}


def _conditions() -> Schema:
    """Every shape of a condition. Their JSON is that of `core.conditions`."""
    many = {"type": "array", "items": _ref("condition"), "minItems": 1}
    variants = {"type": "array", "items": _ref("key"), "minItems": 1}
    shapes: dict[str, Schema] = {
        "clause": _clause(),
        "all": _object({"all": many}, ["all"]),
        "any": _object({"any": many}, ["any"]),
        "not": _object({"not": _ref("condition")}, ["not"]),
        "in_segment": _object({"segment": _ref("key")}, ["segment"]),
        "flag_serves": _object({"flag": _ref("key"), "variants": variants}, ["flag", "variants"]),
        "always": _object({"always": {"const": True}}, ["always"]),
        "share": _object({"share": _share()}, ["share"]),
        "logic": _object({"logic": {}}, ["logic"]),
        "fault": _object({"fault": {"type": "string"}}, ["fault"]),
    }
    for name in _SHAPES:
        shapes[name]["description"] = WORDS[name]
    return {
        "condition": {"anyOf": [_ref(name) for name in _SHAPES], "description": WORDS["condition"]},
        **shapes,
    }


def _clause() -> Schema:
    takes: dict[str, list[str]] = {}
    for operator in OPERATORS.values():
        takes.setdefault(operator.takes, []).append(operator.name)
    schema = _object(
        {
            "attribute": {"type": "string", "minLength": 1, "maxLength": 1_000},
            "op": {
                "anyOf": [{"const": o.name, "description": o.summary} for o in every_operator()]
            },
            "values": {"type": "array"},
            "kind": {"type": "string", "minLength": 1, "default": m.DEFAULT_KIND},
        },
        ["attribute", "op"],
    )
    for name in ("attribute", "op", "values", "kind"):
        schema["properties"][name]["description"] = WORDS[f"clause.{name}"]
    counts: dict[str, Schema] = {
        "one": {"minItems": 1, "maxItems": 1}, "many": {"minItems": 1}, "none": {"maxItems": 0},
    }  # fmt: skip
    scalars = {"items": {"type": ["string", "number", "boolean"]}}
    schema["allOf"] = [
        {
            "if": {"properties": {"op": {"enum": sorted(names)}}, "required": ["op"]},
            "then": {
                "properties": {"values": counts[arity] | scalars},
                **({} if arity == "none" else {"required": ["values"]}),
            },
        }
        for arity, names in sorted(takes.items())
    ]
    return schema


def _split() -> Schema:
    hints = get_type_hints(m.Split)
    properties = {
        field.name: _of_field("split", field, hints[field.name])
        for field in fields(m.Split)
        if field.name not in ("bucketing", "partial")  # one is flattened, one is "outside": null
    }
    properties["arms"]["minItems"] = 1
    schema = _object(properties | _bucketing(), ["arms"])
    part = {"type": "integer", "minimum": 0, "maximum": m.PARTS}
    arm = {"properties": {"weight": part, "ranges": {"items": {"items": part}}}}
    native = {"properties": {"algorithm": {"const": "yardarm"}}}  # or left out
    return schema | {"if": native, "then": {"properties": {"arms": {"items": arm}}}}


def _share() -> Schema:
    ranges = {"type": "array", "items": _ref("range"), "description": WORDS["share.ranges"]}
    total = {"type": "number", "description": WORDS["share.total"]}
    return _object({"ranges": ranges, "total": total} | _bucketing(), ["ranges"])


def _bucketing() -> Schema:
    hints = get_type_hints(m.Bucketing)
    properties = {
        field.name: _of_field("split", field, hints[field.name]) for field in fields(m.Bucketing)
    }
    algorithm = {"enum": algorithms(), "default": "yardarm"}
    return properties | {"algorithm": algorithm | {"description": WORDS["split.algorithm"]}}


def _values_of(kind: m.FlagType) -> Schema:
    """Variants of a flag of this type have values of this type."""
    of_kind = {"properties": {"type": {"const": kind}}, "required": ["type"]}
    value = {"properties": {"value": {"type": kind}}}
    return {"if": of_kind, "then": {"properties": {"variants": {"items": value}}}}


def _object(properties: Schema, required: Iterable[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if list(required) else schema


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}
