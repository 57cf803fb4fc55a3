"""The OpenAPI document is checked in, whole, and says what the routes do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.rest_api import Api, environment, opened, project

from yardarm.server.rest import reference

ROOT = Path(__file__).parents[3]

api = pytest.fixture(opened, scope="module")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reference())
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def test_the_files_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "openapi"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (ROOT / "docs" / "reference" / "openapi.json").read_bytes() == reference()


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: dict[str, Any]) -> None:
    used = set(references(document))
    for ref in used:
        found: Any = document
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas <= used


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    ids = []
    for name, operation in operations(document):
        ids.append(operation["operationId"])
        assert operation["summary"], name
        assert "Needs " in operation["description"], name
        assert len(operation["tags"]) == 1, name
        assert "default" in operation["responses"], name
        in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert in_path == {part[1:-1] for part in name.split("/") if part.startswith("{")}, name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])
        assert ("401" in operation["responses"]) is (operation.get("security") != []), name
    assert len(ids) == len(set(ids))


def test_every_struct_says_what_it_is(document: dict[str, Any]) -> None:
    bare = [
        name
        for name, schema in document["components"]["schemas"].items()
        if schema.get("type") == "object"
        and not schema.get("description")
        and not any("description" in field for field in schema.get("properties", {}).values())
    ]
    assert bare == []


def test_what_is_answered_fits_what_is_described(api: Api, document: dict[str, Any]) -> None:
    """Real answers against the schemas of their operations."""
    rules = [{"when": {"all": [{"segment": "s"}]}, "serve": "on"}]
    asked = [
        ("POST", "/projects/{project}/flags", project("flags"), {"key": "a"}),
        ("PUT", "/projects/{project}/environments/{environment}/segments/{segment}",
         environment("production", "segments", "s"), {"included": [{"keys": ["u"]}]}),
        ("PATCH", "/projects/{project}/environments/{environment}/flags/{flag}",
         environment("production", "flags", "a"), {"enabled": True, "rules": rules}),
        ("GET", "/projects/{project}/flags", project("flags"), None),
        ("GET", "/projects/{project}/flags/{flag}", project("flags", "a"), None),
        ("GET", "/projects/{project}/environments/{environment}", environment(), None),
        ("GET", "/projects/{project}/environments/{environment}/changes",
         environment("production", "changes"), None),
        ("GET", "/projects/{project}/environments/{environment}/segments",
         environment("production", "segments"), None),
        ("GET", "/projects/{project}/environments/{environment}/export",
         environment("production", "export"), None),
        ("POST", "/projects/{project}/environments/{environment}/evaluate",
         environment("production", "evaluate"), {"flag": "a", "explain": True}),
        ("POST", "/projects/{project}/environments/{environment}/keys",
         environment("production", "keys"), {"kind": "client"}),
        ("GET", "/projects/{project}/environments", project("environments"), None),
        ("GET", "/projects", "/projects", None),
        ("GET", "/me", "/me", None),
        ("GET", "/tokens", "/tokens", None),
        ("GET", "/audit", "/audit", None),
        ("POST", "/projects", "/projects", {"key": "Not A Key"}),
        ("GET", "/projects/{project}", "/projects/nothing", None),
    ]  # fmt: skip
    for method, path, real, body in asked:
        response = api.call(method, real, body)
        responses = document["paths"][path][method.lower()]["responses"]
        described = responses[str(response.status_code)]
        if "$ref" in described:
            described = document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        (schema,) = (content["schema"] for content in described["content"].values())
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft202012Validator(whole).validate(response.json())
