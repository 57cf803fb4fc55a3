"""Each person's saved views."""

from __future__ import annotations

import pytest
from tests.rest_api import PROJECT, Api, opened, project

from yardarm.server.access.model import Grant
from yardarm.server.views.model import MAX_VIEWS

api = pytest.fixture(opened, scope="module")


def test_saved_renamed_changed_and_removed(api: Api) -> None:
    made = api.do("POST", project("views"), {"name": " My team ", "filters": {"owner": "web"}})
    assert (made["name"], made["filters"]) == ("My team", {"owner": "web"})
    path = project("views", str(made["id"]))
    assert api.do("PATCH", path, {"name": "Web"})["filters"] == {"owner": "web"}
    assert api.do("PATCH", path, {"filters": {}}) == {**made, "name": "Web", "filters": {}}
    assert api.get(project("views"))["items"] == [{**made, "name": "Web", "filters": {}}]
    assert api.call("DELETE", path).status_code == 204
    assert api.get(project("views"))["items"] == []
    api.refused(404, "DELETE", path)
    api.refused(404, "PATCH", path, {"name": "x"})


def test_nobody_sees_those_of_others(api: Api) -> None:
    made = api.do("POST", project("views"), {"name": "Mine", "filters": {}})
    reader = api.token(Grant("read", PROJECT), actor="reader")
    path = project("views", str(made["id"]))
    assert api.get(project("views"), token=reader)["items"] == []
    api.refused(404, "DELETE", path, token=reader)
    api.refused(404, "PATCH", path, {"name": "Stolen"}, token=reader)
    theirs = api.do("POST", project("views"), {"name": "Mine", "filters": {}}, token=reader)
    assert theirs["id"] != made["id"]
    stranger = api.token(Grant("read", "other"), actor="stranger")
    api.refused(403, "GET", project("views"), token=stranger)
    api.call("DELETE", path)


def test_what_is_no_view(api: Api) -> None:
    views = project("views")
    api.do("POST", views, {"name": "Taken", "filters": {}})
    api.refused(409, "POST", views, {"name": "Taken", "filters": {}})
    other = api.do("POST", views, {"name": "Other", "filters": {}})
    api.refused(409, "PATCH", project("views", str(other["id"])), {"name": "Taken"})
    for body, pointer in (
        ({"name": " ", "filters": {}}, "/name"),
        ({"name": "a\nb", "filters": {}}, "/name"),
        ({"name": "x", "filters": {"query": "q" * 1001}}, "/filters/query"),
        ({"name": "x", "filters": {f"f{n}": "" for n in range(21)}}, "/filters"),
    ):
        problem = api.refused(422, "POST", views, body)
        assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    for number in range(MAX_VIEWS - 2):
        api.do("POST", views, {"name": f"view {number}", "filters": {}})
    api.refused(422, "POST", views, {"name": "one too many", "filters": {}})
