"""REST: previews of commands, and of any route that changes something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import Api, environment, opened, project

from yardarm.server.access.model import Grant

DUTCH = {"attribute": "country", "op": "equals", "values": ["NL"]}
EDIT = {
    "type": "edit_flag", "flag": "nav", "fields": {"rules": [{"when": DUTCH, "serve": "on"}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    for api in opened():
        api.do("POST", project("flags"), {"key": "nav", "enabled": True, "default": "off"})
        people = [
            {"context": {"key": f"u{i}", "country": "NL" if i % 4 else "BE"}} for i in range(40)
        ]
        api.run(api.services.population.import_contexts("shop", "production", people, "ada"))
        yield api


def finished(api: Api, location: str) -> Any:
    return api.get(location.removeprefix("/api/v1"), params={"wait": 30})


def test_a_preview_is_asked_for_and_found_again(api: Api) -> None:
    body = {"commands": [EDIT], "environments": {"production": None}}
    response = api.call("POST", project("previews"), body)
    assert response.status_code == 202
    found = finished(api, response.headers["Location"])
    assert found["state"] == "done"
    assert found["movement"]["production"]["moved"] == 30
    assert "fingerprint" not in found
    assert finished(api, response.headers["Location"]) == found
    ended = api.call("DELETE", project("previews", found["id"]))
    assert (ended.status_code, ended.json()["state"]) == (200, "done")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", environment("production", "flags", "nav"), {"default": "on"}),
        ("POST", environment("production", "flags", "nav", "disable"), {}),
        ("POST", project("flags"), {"key": "another"}),
        ("PUT", environment("production", "segments", "beta"), {"when": DUTCH}),
        ("POST", project("flags", "nav", "archive"), {}),
    ],
)
def test_every_change_can_be_previewed_instead(
    api: Api, method: str, path: str, body: dict[str, Any]
) -> None:
    before = api.versions()
    response = api.call(method, path, body, params={"preview": "true"})
    assert response.status_code == 202, response.text
    found = finished(api, response.headers["Location"])
    assert found["state"] == "done"
    assert len(found["commands"]) == 1
    assert api.versions() == before


def test_bad_input_is_pointed_at(api: Api) -> None:
    problem = api.refused(422, "POST", project("previews"), {"commands": [{"type": "nonsense"}]})
    assert problem["errors"][0]["pointer"] == "/commands/0/type"
    body = {"commands": [EDIT], "environments": {"production": None}, "at": "tomorrow"}
    problem = api.refused(422, "POST", project("previews"), body)
    assert problem["errors"][0]["pointer"] == "/at"
    problem = api.refused(422, "POST", project("previews"), {"commands": [EDIT]})
    assert problem["errors"][0]["pointer"] == "/environments"
    api.refused(404, "GET", project("previews", "none"))


def test_examples_are_people_so_reading_is_needed(api: Api) -> None:
    body = {"commands": [EDIT], "environments": {"production": None}}
    elsewhere = api.token(Grant("read", "another"))
    api.refused(403, "POST", project("previews"), body, token=elsewhere)
    reader = api.token(Grant("read", "shop"), actor="reader")
    assert api.call("POST", project("previews"), body, token=reader).status_code == 202


def test_a_preview_shows_only_environments_that_its_caller_may_read(api: Api) -> None:
    staging = api.token(Grant("edit", "shop", "staging"), actor="stagehand")
    rehearsed = {"commands": [EDIT], "environments": {"staging": None}}
    response = api.call("POST", project("previews"), rehearsed, token=staging)
    assert response.status_code == 202
    assert api.call("GET", project("previews", response.json()["id"]), token=staging).is_success
    both = {"commands": [EDIT], "environments": {"staging": None, "production": None}}
    copied = {"commands": [{"type": "copy_environment", "source": "production"}]}
    promoted = {"commands": [{"type": "promote_flag", "flag": "nav", "source": "production"}]}
    archived = {"commands": [{"type": "archive_flag", "flag": "nav"}]}
    for body in (both, copied | {"environments": {"staging": None}},
                 promoted | {"environments": {"staging": None}}, archived):  # fmt: skip
        problem = api.refused(403, "POST", project("previews"), body, token=staging)
        assert "production" in problem["detail"]
        assert api.call("POST", project("previews"), body).status_code == 202
    found = api.call("POST", project("previews"), both).json()["id"]
    api.refused(403, "GET", project("previews", found), token=staging)
    api.refused(403, "DELETE", project("previews", found), token=staging)


def test_a_change_is_not_previewed_where_its_caller_may_not_read(api: Api) -> None:
    staging = api.token(Grant("edit", "shop", "staging"), actor="stagehand")
    body = {"from": "production"}
    path = environment("staging", "flags", "nav", "promote")
    api.refused(403, "POST", path, body, token=staging, params={"preview": "true"})
    assert api.call("POST", path, body, params={"preview": "true"}).status_code == 202
