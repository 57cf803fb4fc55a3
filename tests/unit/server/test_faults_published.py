"""Faults 26, 27, 32 and 33 of configuration content, where the server is what meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.rest_api import Api, environment, opened, project

api = pytest.fixture(opened, scope="module")

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}} ${jndi:ldap://x} {0} %s",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")


def text_flag(key: str, value: str) -> dict[str, Any]:
    return {"type": "string", "variants": [{"key": "a", "value": value}]}


def load(api: Api, document: dict[str, Any], mode: str = "merge", **more: Any) -> Any:
    body = {"document": document, "mode": mode, **more}
    return api.call("POST", environment("production", "import"), body)


def test_fault_26_a_document_that_doubles_in_one_publish_needs_force(api: Api) -> None:
    big = {f"big-{i}": text_flag(f"big-{i}", "x" * 400_000) for i in range(3)}
    assert load(api, {"flags": big}).status_code == 200
    before = api.versions()
    more = {f"more-{i}": text_flag(f"more-{i}", "y" * 400_000) for i in range(4)}
    refused = load(api, {"flags": more})
    assert refused.status_code == 409, refused.text
    assert api.versions() == before
    assert load(api, {"flags": more}, force=True).status_code == 200


def test_fault_27_a_publish_that_empties_the_environment_needs_force(api: Api) -> None:
    before = api.versions()
    refused = load(api, {"flags": {"only": {"type": "boolean", "variants": ON_OFF}}}, "replace")
    assert refused.status_code == 409, refused.text
    assert api.versions() == before


@pytest.mark.parametrize("text", SCRIPTS)
def test_fault_32_text_that_looks_like_markup_comes_back_as_it_went_in(api: Api, text: str) -> None:
    key = f"markup-{SCRIPTS.index(text)}"
    flag = {
        "key": key, "type": "string", "variants": [{"key": "a", "value": text}],
        "name": text, "description": text, "owner": text, "tags": [text],
        "metadata": {"note": text},
    }  # fmt: skip
    api.do("POST", project("flags"), flag, headers={"Yardarm-Reason": "markup"})
    answer = api.call("GET", project("flags", key))
    assert answer.headers["content-type"] == "application/json"
    shown = answer.json()
    assert [shown[name] for name in ("name", "description", "owner")] == [text] * 3
    assert shown["variants"][0]["value"] == text


@pytest.mark.parametrize("text", FORMULAS)
def test_fault_33_no_export_runs_in_a_spreadsheet(api: Api, text: str) -> None:
    """In JSON a formula stays the text that it is; in a CSV export no cell begins as one."""
    key = f"formula-{FORMULAS.index(text)}"
    variants = [{"key": "a", "value": text}]
    flag = {"key": key, "type": "string", "variants": variants, "name": text, "owner": text}
    api.do("POST", project("flags"), {**flag, "reason": text})
    assert api.get(project("flags", key))["variants"][0]["value"] == text
    for export in ("flags-csv", "timeline-csv"):
        answer = api.call("GET", project(export))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert any(text.strip() in cell for cell in cells), "it is there, as text"
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


def test_fault_33_nothing_else_is_for_spreadsheets() -> None:
    root = Path(__file__).resolve().parents[3]
    described = json.loads((root / "docs" / "reference" / "openapi.json").read_text())
    found = {
        path
        for path, operations in described["paths"].items()
        for operation in operations.values()
        if isinstance(operation, dict)
        for response in operation.get("responses", {}).values()
        for kind in response.get("content", {})
        if "csv" in kind or "excel" in kind
    }
    assert {path.rpartition("/")[2] for path in found} == {"flags-csv", "timeline-csv"}
