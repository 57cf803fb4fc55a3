"""The routes of projects."""

from __future__ import annotations

import pytest
from tests.rest_api import PROJECT, Api, opened, project

from yardarm.server.access.model import Grant

api = pytest.fixture(opened, scope="module")


def test_a_project_is_made_shown_and_listed(api: Api) -> None:
    made = api.do("POST", "/projects", {"key": "billing", "name": "Billing"})
    assert (made["key"], made["name"]) == ("billing", "Billing")
    assert api.get("/projects/billing") == made
    assert [item["key"] for item in api.get("/projects")["items"]] == ["billing", PROJECT]
    assert api.get("/projects/billing/environments")["items"] == []
    assert api.get("/projects/billing/flags")["items"] == []
    entry = api.get("/audit")["items"][0]
    assert (entry["actor"], entry["action"]) == ("ada", "project.created")


def test_a_flag_needs_an_environment_to_be_in(api: Api) -> None:
    api.do("POST", "/projects", {"key": "empty"})
    problem = api.refused(409, "POST", "/projects/empty/flags", {"key": "x"})
    assert problem["reason"] == "environments-missing"


def test_a_taken_or_impossible_key(api: Api) -> None:
    api.refused(409, "POST", "/projects", {"key": PROJECT})
    for key in ("", "UPPER", "a b", "-x", "x" * 65, "a/b", "ä"):
        problem = api.refused(422, "POST", "/projects", {"key": key})
        assert problem["errors"][0]["pointer"] == "/key"
    problem = api.refused(422, "POST", "/projects", {"key": "ok", "name": "n" * 201})
    assert problem["errors"][0]["pointer"] == "/name"


def test_only_readable_projects_are_listed(api: Api) -> None:
    api.do("POST", "/projects", {"key": "hidden"})
    token = api.token(Grant("read", PROJECT), actor="reader of the shop")
    assert [item["key"] for item in api.get("/projects", token=token)["items"]] == [PROJECT]
    api.refused(403, "GET", "/projects/hidden", token=token)


def test_environments_are_listed_with_their_versions(api: Api) -> None:
    listed = api.get(project("environments"))["items"]
    assert [item["key"] for item in listed] == ["production", "staging"]
    assert all(len(item["epoch"]) == 16 for item in listed)
    assert {item["key"]: item["version"] for item in listed} == api.versions()
