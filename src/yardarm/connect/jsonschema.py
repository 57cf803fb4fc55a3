"""Check a flag's values against its JSON Schema, for `core.validate`.

A schema comes from outside, so nothing it says may cost much or reach out: references stay inside
it (no file, no network), patterns go through our linear-time matcher, and the number of references
followed is bounded. JSON Schema 2020-12; `format` is an annotation, as the standard has it.

Needs the package jsonschema, which `yardarm[cli]` and `yardarm[server]` bring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from ..core.jsontext import canonical, parse_json
from ..core.model import Json
from ..core.reading import escape
from ..core.regex import PatternError, compile_pattern
from ..errors import OptionError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_SCHEMA_BYTES = 65_536
MAX_REFERENCES = 2_000
"""References followed while one value is checked."""
MAX_FAULTS = 20
"""Faults reported for one value."""

_UNSUPPORTED = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$id", "$vocabulary")

_BY_NAME = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
)
_VALUES = frozenset({"const", "default", "enum", "examples"})

_followed: ContextVar[list[int]] = ContextVar("references followed")


@dataclass(frozen=True, slots=True)
class _Package:
    validator: Any
    registry: Any
    schema_error: Any
    unresolvable: type[Exception]


class _TooInvolved(Exception):
    """The schema asks for more work than a schema may."""


def check_schema(schema: Mapping[str, Json], value: Json) -> list[tuple[str, str]]:
    """What is wrong with `value`: pointers into it, and the fault. Nothing when it fits.

    A schema that cannot be used is a fault of the whole value (pointer `""`). Raises `OptionError`
    when the package jsonschema is not installed.
    """
    try:
        encoded = canonical(schema)
    except (TypeError, ValueError):
        return [("", "the schema is no JSON")]
    if len(encoded) > MAX_SCHEMA_BYTES:
        return [("", f"the schema is too large: at most {MAX_SCHEMA_BYTES} bytes")]
    validator = _validator(encoded)
    if isinstance(validator, str):
        return [("", validator)]
    token = _followed.set([0])
    try:
        faults = islice(validator.iter_errors(value), MAX_FAULTS)
        return list(dict.fromkeys((_pointer(f.absolute_path), _short(f.message)) for f in faults))
    except (_TooInvolved, RecursionError):
        return [("", f"the schema follows more than {MAX_REFERENCES} references")]
    except (ArithmeticError, _package().unresolvable) as error:
        return [("", f"the schema cannot be used: {_short(str(error))}")]
    finally:
        _followed.reset(token)


@lru_cache(maxsize=256)
def _validator(encoded: bytes) -> Any:
    """A validator, or why the schema cannot be used."""
    schema = parse_json(encoded, strict=False)
    if fault := _fault(schema):
        return fault
    package = _package()
    try:
        package.validator.check_schema(schema, format_checker=None)
    except package.schema_error as error:
        where = _pointer(error.absolute_path) or "its root"
        return f"the schema is not valid at {where}: {_short(error.message)}"
    except RecursionError:
        return "the schema is nested too deeply"
    return package.validator(schema, registry=package.registry)


def _fault(schema: Json) -> str | None:
    """What the schema must not hold, wherever it stands."""
    stack: list[Json] = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(part)
        if not isinstance(part, dict):
            continue
        for name, below in part.items():
            if name in _BY_NAME and isinstance(below, dict):
                stack.extend(below.values())
            elif name not in _VALUES:
                stack.append(below)
        if fault := _fault_of_keywords(part):
            return fault
    return None


def _fault_of_keywords(part: dict[str, Json]) -> str | None:
    for name in _UNSUPPORTED:
        if name in part:
            return f"the schema uses {name!r}, which is not supported"
    reference, dialect = part.get("$ref"), part.get("$schema")
    if isinstance(reference, str) and not reference.startswith("#"):
        return f"the schema refers to {reference!r}; only references inside it are followed"
    if isinstance(dialect, str) and dialect.rstrip("#") != DIALECT:
        return f"the schema is of {dialect!r}; only {DIALECT} is known"
    named = part.get("patternProperties")
    for pattern in [part.get("pattern"), *(named if isinstance(named, dict) else ())]:
        if isinstance(pattern, str):
            try:
                compile_pattern(pattern)
            except PatternError as error:
                return f"the schema's pattern {pattern!r}: {error}"
    return None


@lru_cache(maxsize=1)
def _package() -> _Package:
    """What is used of the package. With an empty registry nothing is ever fetched."""
    try:
        from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators
        from referencing import Registry
        from referencing.exceptions import Unresolvable
    except ImportError:
        raise OptionError("checking schemas needs yardarm[cli] or yardarm[server]") from None
    standard = Draft202012Validator.VALIDATORS
    keywords = _keywords(standard, ValidationError)
    kind = validators.extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return _Package(kind, Registry(), SchemaError, Unresolvable)


def _keywords(standard: Mapping[str, Any], fault: Callable[[str], Any]) -> dict[str, Any]:
    """The keywords that the package would answer with `re`, in quadratic time or without bound."""

    def reference(validator: Any, ref: Any, instance: Any, schema: Any) -> Iterator[Any]:
        count = _followed.get()
        count[0] += 1
        if count[0] > MAX_REFERENCES:
            raise _TooInvolved
        yield from standard["$ref"](validator, ref, instance, schema)

    def pattern(validator: Any, source: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not _search(source)(instance):
            yield fault(f"{instance!r} does not match {source!r}")

    def pattern_properties(validator: Any, given: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, dict):
            for source, below in given.items():
                search = _search(source)
                for name in filter(search, instance):
                    yield from validator.descend(
                        instance[name], below, path=name, schema_path=source
                    )

    def additional(validator: Any, below: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(instance, dict):
            return
        searches = [_search(p) for p in schema.get("patternProperties", ())]
        known = schema.get("properties", {})
        for name in instance:
            if name not in known and not any(search(name) for search in searches):
                if below is False:
                    yield fault(f"{name!r} is not allowed here")
                else:
                    yield from validator.descend(instance[name], below, path=name)

    def unique(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if wanted and isinstance(instance, list):
            seen = {canonical(_comparable(item)) for item in instance}
            if len(seen) != len(instance):
                yield fault("some items are equal")

    return {
        "$ref": reference,
        "pattern": pattern,
        "patternProperties": pattern_properties,
        "additionalProperties": additional,
        "uniqueItems": unique,
    }


@lru_cache(maxsize=512)
def _search(source: str) -> Callable[[str], bool]:
    search: Callable[[str], bool] = compile_pattern(source).search
    return search


def _comparable(value: Json) -> Json:
    """The value with 1.0 as 1: JSON Schema knows one kind of number."""
    if isinstance(value, dict):
        return {name: _comparable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _pointer(path: Any) -> str:
    return "".join(f"/{escape(str(step))}" for step in path)


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:150]} … {message[-40:]}"
