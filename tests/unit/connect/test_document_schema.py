import copy
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from yardarm.connect.document_schema import FILE, document_schema, text_of_schema
from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json, read_document
from yardarm.core.operators import OPERATORS
from yardarm.core.validate import validate

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"
VALIDATOR = Draft7Validator(document_schema())

FLAG: dict[str, Any] = {
    "key": "f", "type": "string", "purpose": "experiment", "name": "F", "description": "d",
    "variants": [{"key": "a", "value": "A", "description": "d"}, {"key": "b", "value": "B"}],
    "enabled": True, "off": "a", "owner": "o", "tags": ["t"], "schema": {"type": "string"},
    "expires_at": "2027-03-01T09:00:00Z", "archived_at": None, "client_visible": True,
    "metadata": {"n": 1}, "origin": {"dialect": "x"}, "version": 3,
    "prerequisites": [{"flag": "g", "variants": ["on"]}],
    "targets": [{"variant": "a", "keys": ["u"], "kind": "organization"}],
    "rules": [
        {"id": "r1", "name": "n", "paused": True, "when": {"always": True}, "serve": "a"},
        {"id": "r2", "serve": "b", "when": {"all": [
            {"any": [{"not": {"segment": "s"}}]},
            {"flag": "g", "variants": ["on"]},
            {"attribute": "/a/b", "op": "in", "values": [1, "x", True], "kind": "organization"},
            {"attribute": "x", "op": "present"},
        ]}},
        {"id": "r3", "when": {"attribute": "x", "op": "lt", "values": [1.5]}, "serve": {"split": {
            "arms": [{"variant": "a", "weight": 1000, "ranges": [[0, 1000]]}],
            "algorithm": "yardarm", "seed": "s", "by": ["key"], "kind": "organization",
            "layer": {"key": "l", "ranges": [[0, 50000]]}, "outside": None,
        }}},
    ],
    "default": {"split": {"arms": [{"variant": "a", "weight": 1}], "outside": "b"}},
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "$schema": "x", "format": 1, "version": 3, "epoch": "e", "root": "", "environment": {"a": 1},
    "flags": {"f": FLAG, "g": {
        "type": "boolean", "variants": [{"key": "on", "value": True}], "off": None, "default": None,
        "schema": None, "expires_at": None, "origin": None,
    }},
    "segments": {"s": {
        "key": "s", "when": None, "included": [{"keys": ["u"], "kind": "user"}],
        "excluded": [{"keys": ["v"]}], "name": "n", "description": "d", "metadata": {},
        "origin": None, "version": 1,
    }},
}  # fmt: skip


def test_the_checked_in_files_are_what_the_model_says() -> None:
    reference = ROOT / "docs" / "reference" / "document.schema.json"
    for path in (FILE, reference):
        assert path.read_text("utf-8") == text_of_schema(), "run tools/schema"


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(document_schema())


def test_every_field_of_every_part_is_accepted() -> None:
    assert read_document(WHOLE)[1] == []
    assert list(VALIDATOR.iter_errors(WHOLE)) == []
    # The example holds every field there is, so that this test grows with the model.
    assert FLAG.keys() == {field.name for field in fields(m.Flag)}
    assert WHOLE["segments"]["s"].keys() == {field.name for field in fields(m.Segment)}
    split = FLAG["rules"][2]["serve"]["split"]
    bucketing = {field.name for field in fields(m.Bucketing)}
    assert split.keys() == {"arms", "outside", *bucketing}


def test_what_our_writers_write_is_accepted() -> None:
    written = document_to_json(document_from_json(WHOLE))
    assert list(VALIDATOR.iter_errors(written)) == []
    golden = json.loads((GOLDEN / "document.json").read_text("utf-8"))
    assert list(VALIDATOR.iter_errors(golden)) == []


def test_flags_and_segments_may_be_lists() -> None:
    listed = {"flags": [FLAG], "segments": [{"key": "s"}]}
    assert list(VALIDATOR.iter_errors(listed)) == []
    assert list(VALIDATOR.iter_errors({"flags": [{**FLAG, "key": None}]}))
    assert list(VALIDATOR.iter_errors({"segments": [{"name": "s"}]}))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if isinstance(value, dict) else []
    for name, member in members:
        if isinstance(member, dict | list) and name not in ("metadata", "origin", "schema"):
            found += places(member, (*path, name))
    return found


@pytest.mark.parametrize("path", places(WHOLE), ids=lambda path: "/".join(map(str, path)))
def test_unknown_and_wrong_fields_are_refused_where_the_codec_refuses_them(
    path: tuple[Any, ...],
) -> None:
    """At every object: one field more, each field of another type, each field missing."""
    broken: list[Any] = []
    here: Any = WHOLE
    for step in path:
        here = here[step]
    tries = [{**here, "unknown-field": {}}] if path not in ((), ("environment",)) else []
    tries += [{**here, name: member} for name in here for member in ({"?": 1}, [[1]], 7.5)]
    tries += [{n: v for n, v in here.items() if n != name} for name in here]
    for tried in tries:
        document = copy.deepcopy(WHOLE)
        at: Any = document
        for step in path[:-1]:
            at = at[step]
        if path:
            at[path[-1]] = tried
        else:
            document = tried
        if read_document(document)[1] and not list(VALIDATOR.iter_errors(document)):
            broken.append(tried)
    # Where the name above gives the key, another `key` inside is beyond a schema.
    assert broken == []


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_takes_as_many_values_as_it_takes(name: str) -> None:
    takes = OPERATORS[name].takes

    def accepted(count: int) -> bool:
        clause = {"attribute": "x", "op": name, "values": ["1"] * count}
        if count == 0:
            del clause["values"]
        rule = {"id": "r", "when": clause, "serve": "a"}
        return not list(VALIDATOR.iter_errors({"flags": {"f": {**FLAG, "rules": [rule]}}}))

    wanted = {"none": (True, False, False), "one": (False, True, False)}
    assert tuple(map(accepted, (0, 1, 2))) == wanted.get(takes, (False, True, True))


@pytest.mark.parametrize(
    "broken",
    [
        {"variants": [{"key": "a", "value": 1}]},
        {"type": "text"},
        {"purpose": "fun"},
        {"default": {"split": {"arms": []}}},
        {"default": {"split": {"arms": [{"variant": "a", "weight": 100_001}]}}},
        {"default": {"split": {"arms": [{"variant": "a", "weight": -1}]}}},
        {"rules": [{"id": "r", "when": {"attribute": "x", "op": "foo"}, "serve": "a"}]},
        {"rules": [{"id": "r", "when": {"all": []}, "serve": "a"}]},
        {"off": ""},
    ],
)
def test_mistakes_of_meaning_that_a_schema_can_see_are_seen(broken: dict[str, Any]) -> None:
    document = {"flags": {"f": {**FLAG, **broken}}}
    assert list(VALIDATOR.iter_errors(document))
    parsed, problems = read_document(document)
    assert problems or validate(parsed)
