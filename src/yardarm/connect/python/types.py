"""JSON Schemas as Python types. Pure.

What a type can say is said: objects become `TypedDict`s, lists of values `Literal`s. What it cannot
(patterns, bounds, conditions) is left to the schema, which the server holds values against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.model import Json
from .names import class_name, identifier, literal

MAX_DEPTH = 12
"""How deep types are nested, and references followed, before all else is `Any`."""

MAX_TYPES = 200
"""How many `TypedDict`s one flag may have."""

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


@dataclass
class Types:
    """The types of one module: `lines` define them, in an order in which each is known."""

    lines: list[str] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def of_schema(self, schema: Mapping[str, Json], name: str) -> str:
        """The type of a schema's values; `name` is for the first `TypedDict` that it needs."""
        return _Schema(self, schema).type_of(schema, name, 0)

    def name(self, wished: str) -> str:
        """A name that no other type of the module has."""
        name, number = wished, 1
        while name in self.taken:
            number += 1
            name = f"{wished}{number}"
        self.taken.add(name)
        return name

    def any(self) -> str:
        """Whatever JSON can hold."""
        self.uses.add("Any")
        return "Any"

    def literals(self, values: list[str]) -> str:
        """The type of these values, each written as code."""
        self.uses.add("Literal")
        return f"Literal[{', '.join(dict.fromkeys(values))}]"


@dataclass
class _Schema:
    types: Types
    root: Mapping[str, Json]
    made: int = 0

    def type_of(self, schema: Json, name: str, depth: int) -> str:
        if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
            return self.types.any()
        if "$ref" in schema:
            return self.type_of(self._referred(schema["$ref"]), name, depth + 1)
        if "const" in schema:
            return self._values([schema["const"]])
        if isinstance(values := schema.get("enum"), list):
            return self._values(values)
        for word in ("anyOf", "oneOf"):
            if isinstance(choices := schema.get(word), list) and choices:
                return self._union(choices, name, depth)
        kind = schema.get("type")
        if isinstance(kind, list) and kind:
            return self._union([{**schema, "type": one} for one in kind], name, depth)
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, name, depth)
        if kind == "array":
            item = schema.get("items", True)
            return f"list[{self.type_of(item, f'{name}Item', depth + 1)}]"
        return (
            _PLAIN.get(kind, "") or self.types.any() if isinstance(kind, str) else self.types.any()
        )

    def _referred(self, reference: Json) -> Json:
        """What a reference into the same schema leads to; anything goes for all others."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return True
        found: Json = dict(self.root)
        for step in reference[1:].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            found = found.get(step) if isinstance(found, dict) else None
        return True if found is None else found

    def _values(self, values: list[Json]) -> str:
        shown = []
        for value in values:
            if isinstance(value, str):
                shown.append(literal(value))
            elif value is None or isinstance(value, bool | int):
                shown.append(repr(value))
            else:
                return self.types.any()
        return self.types.literals(shown) if shown else self.types.any()

    def _union(self, choices: list[Json], name: str, depth: int) -> str:
        found = [self.type_of(one, name, depth + 1) for one in choices]
        return "Any" if "Any" in found else " | ".join(dict.fromkeys(found))

    def _object(self, schema: Mapping[str, Json], name: str, depth: int) -> str:
        members = schema.get("properties")
        if not isinstance(members, Mapping) or not members:
            more = schema.get("additionalProperties", True)
            return f"dict[str, {self.type_of(more, f'{name}Member', depth + 1)}]"
        self.made += 1
        if self.made > MAX_TYPES:
            return self.types.any()
        own = self.types.name(name)
        required = schema.get("required")
        needed = required if isinstance(required, list) else []
        lines = [f"{own} = TypedDict(", f"    {literal(own)},", "    {"]
        for key, member in members.items():
            below = f"{own}{class_name(identifier(key))}"
            kind = self.type_of(member, below, depth + 1)
            if key not in needed:
                self.types.uses.add("NotRequired")
                kind = f"NotRequired[{kind}]"
            lines.append(f"        {literal(key)}: {kind},")
        self.types.uses.add("TypedDict")
        self.types.lines += [*lines, "    },", ")"]
        return own
