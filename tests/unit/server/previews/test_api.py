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
