import time
from typing import Any

import pytest

from yardarm.connect.jsonschema import MAX_REFERENCES, check_schema
from yardarm.core.codec import document_from_json
from yardarm.core.validate import validate


@pytest.mark.parametrize(
    ("schema", "value", "pointers"),
    [
        ({}, {"a": 1}, []),
        ({"type": "integer", "minimum": 3}, 5, []),
        ({"type": "integer", "minimum": 3}, 2, [""]),
        ({"properties": {"a": {"type": "string"}}}, {"a": 1}, ["/a"]),
        ({"items": {"type": "string"}}, ["x", 1, 2], ["/1", "/2"]),
        ({"required": ["a"]}, {}, [""]),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "number"}}}, "x", [""]),
        ({"properties": {"a/b": {"const": 1}}}, {"a/b": 2}, ["/a~1b"]),
        ({"pattern": "^[a-z]+$"}, "abc", []),
        ({"pattern": "^[a-z]+$"}, "ABC", [""]),
        ({"patternProperties": {"^x_": {"type": "integer"}}}, {"x_a": "1", "y": "2"}, ["/x_a"]),
        ({"patternProperties": {"^x_": {}}, "additionalProperties": False}, {"x_a": 1}, []),
        ({"patternProperties": {"^x_": {}}, "additionalProperties": False}, {"y": 1}, [""]),
        ({"additionalProperties": {"type": "integer"}}, {"a": 1, "b": "x"}, ["/b"]),
        ({"uniqueItems": True}, [1, True, "1", None, [1], {"a": 1}], []),
        ({"uniqueItems": True}, [{"a": 1, "b": 2}, {"b": 2.0, "a": 1}], [""]),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, 1, []),
        ({"enum": ["#", {"$ref": "http://x"}]}, "#", []),
        ({"properties": {"$id": {"type": "string"}, "pattern": {}}}, {"$id": 1}, ["/$id"]),
    ],
)
def test_values_are_checked(schema: dict[str, Any], value: Any, pointers: list[str]) -> None:
    assert [pointer for pointer, _ in check_schema(schema, value)] == pointers


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "strnig"}, "not valid at /type"),
        ({"properties": {"a": {"minLength": -1}}}, "not valid at /properties/a/minLength"),
        ({"$ref": "https://example.com/schema.json"}, "only references inside it"),
        ({"items": {"$ref": "other.json"}}, "only references inside it"),
        ({"$ref": "file:///etc/passwd"}, "only references inside it"),
        ({"$ref": "#/$defs/nowhere"}, "cannot be used"),
        ({"$id": "https://example.com/x"}, "'$id'"),
        ({"unevaluatedProperties": False}, "not supported"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "only https://json-schema.org"),
        ({"pattern": "(?=a)b"}, "look-around"),
        ({"patternProperties": {"(a)\\1": {}}}, "pattern"),
        ({"enum": ["x" * 70_000]}, "too large"),
    ],
)
def test_a_schema_that_cannot_be_used_says_why(schema: dict[str, Any], words: str) -> None:
    (fault,) = check_schema(schema, "b")
    assert fault[0] == ""
    assert "schema" in fault[1]
    assert words in fault[1]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", no_network)
    monkeypatch.setattr("urllib.request.urlopen", no_network)
    assert check_schema({"$ref": "http://127.0.0.1:9/x"}, 1)
    assert check_schema({"$ref": "#", "$defs": {"a": {"$ref": "//host/x"}}}, 1)


def doubling(depth: int) -> dict[str, Any]:
    """A schema that asks each level twice for the next: 2^depth questions."""
    levels = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(depth)}
    return {"$ref": "#/$defs/d0", "$defs": {**levels, f"d{depth}": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (doubling(40), 1),
        ({"$ref": "#"}, 1),
        ({"pattern": "^(a+)+$"}, "a" * 60_000 + "b"),
        ({"patternProperties": {"^(a+)+$": {}}}, {"a" * 5_000 + "b": 1}),
        ({"uniqueItems": True}, [{"a": number} for number in range(20_000)]),
        ({"items": {"uniqueItems": True}}, [list("ab") * 2 for _ in range(2_000)]),
    ],
    ids=["doubling", "endless", "pattern", "pattern of names", "unique", "many faults"],
)
def test_no_schema_costs_much(schema: dict[str, Any], value: Any) -> None:
    before = time.process_time()
    found = check_schema(schema, value)
    assert time.process_time() - before < 5
    assert len(found) <= 20


def test_references_are_counted_for_each_value_anew() -> None:
    schema = {"items": {"$ref": "#/$defs/n"}, "$defs": {"n": {"type": "integer"}}}
    for _ in range(3):
        assert check_schema(schema, [1] * (MAX_REFERENCES - 1)) == []
    assert "references" in check_schema(schema, [1] * (MAX_REFERENCES + 1))[0][1]


def test_it_is_what_validate_asks_for() -> None:
    flag = {
        "type": "json",
        "variants": [{"key": "a", "value": {"n": 1}}, {"key": "b", "value": {"n": "x"}}],
        "schema": {"properties": {"n": {"type": "integer"}}},
    }
    (problem,) = validate(document_from_json({"flags": {"f": flag}}), check_schema)
    assert problem.pointer == "/flags/f/variants/1/value/n"
    assert "not of type 'integer'" in problem.message
