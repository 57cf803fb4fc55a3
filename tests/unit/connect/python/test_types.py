"""JSON Schemas as Python types."""

from typing import Any

import pytest

from yardarm.connect.python.types import MAX_TYPES, Types


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({}, "Any"), ({"type": "string"}, "str"), ({"type": "integer"}, "int"),
        ({"type": "number"}, "float"), ({"type": "boolean"}, "bool"), ({"type": "null"}, "None"),
        ({"type": "unheard-of"}, "Any"), ({"type": 3}, "Any"),
        ({"type": ["string", "null"]}, "str | None"), ({"type": []}, "Any"),
        ({"enum": ["a", "b", "a"]}, 'Literal["a", "b"]'), ({"const": None}, "Literal[None]"),
        ({"enum": [1, True, -2]}, "Literal[1, True, -2]"), ({"enum": [1.5]}, "Any"),
        ({"enum": []}, "Any"), ({"const": '"], os.system("'}, r'Literal["\"], os.system(\""]'),
        ({"type": "array"}, "list[Any]"),
        ({"type": "array", "items": {"type": "string"}}, "list[str]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "str | int"),
        ({"oneOf": [{"type": "string"}, {}]}, "Any"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, "str"),
        ({"$ref": "#/$defs/x~1y", "$defs": {"x/y": {"type": "string"}}}, "str"),
        ({"$ref": "#/nowhere"}, "Any"), ({"$ref": "https://example.com/s"}, "Any"),
        ({"$ref": "#"}, "Any"), ({"$ref": 3}, "Any"),
    ],
)  # fmt: skip
def test_what_a_schema_says(schema: dict[str, Any], kind: str) -> None:
    types = Types()
    assert types.of_schema(schema, "V") == kind
    assert types.lines == []


LINES = """\
VAB = TypedDict(
    "VAB",
    {
        "x": NotRequired[Literal[1]],
    },
)
V = TypedDict(
    "V",
    {
        "n": int,
        "a-b": NotRequired[VAB],
    },
)"""


def test_an_object_is_a_typed_dict() -> None:
    types = Types()
    schema = {
        "properties": {"n": {"type": "integer"}, "a-b": {"properties": {"x": {"const": 1}}}},
        "required": ["n"],
    }
    assert types.of_schema(schema, "V") == "V"
    assert "\n".join(types.lines) == LINES
    assert types.uses == {"TypedDict", "NotRequired", "Literal"}


def test_a_schema_that_refers_to_itself_ends() -> None:
    types = Types()
    node = {"properties": {"next": {"$ref": "#"}, "other": {"$ref": "#"}}}
    assert types.of_schema(node, "Node") == "Node"
    assert sum("TypedDict" in line for line in types.lines) <= MAX_TYPES


def test_names_are_given_once() -> None:
    types = Types(taken={"V"})
    assert types.of_schema({"properties": {"x": {}}}, "V") == "V2"
