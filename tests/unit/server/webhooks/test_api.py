"""The routes of a project's webhook."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import pytest
from tests.rest_api import PROJECT, Api, project, rest_api

from yardarm.server.access.model import Grant
from yardarm.server.settings import Settings

WEBHOOK = project("webhook")


@pytest.fixture
def api() -> Iterator[Api]:
    with rest_api(Settings(webhook_allow=(ipaddress.ip_network("127.0.0.0/8"),))) as api:
        yield api


@pytest.fixture
def closed() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/hook"


def test_set_show_rotate_remove(api: Api, closed: str) -> None:
    assert api.get(WEBHOOK) == {"webhook": None}
    api.refused(404, "GET", "/projects/nowhere/webhook")
    response = api.call("PUT", WEBHOOK, {"url": closed})
    assert response.headers["cache-control"] == "no-store"
    made = response.json()
    assert made["secret"].startswith("yw_")
    assert made["webhook"]["events"] == ["change", "emergency", "kill", "request", "plan"]
    again = api.do("PUT", WEBHOOK, {"url": closed, "events": ["kill"]})
    assert again["secret"] is None
    shown = api.get(WEBHOOK)["webhook"]
    assert (shown["url"], shown["events"], shown["updated_by"]) == (closed, ["kill"], "ada")
    assert "secret" not in shown
    assert api.do("POST", f"{WEBHOOK}/rotate-secret")["secret"] != made["secret"]
    assert api.call("DELETE", WEBHOOK).status_code == 204
    api.refused(404, "DELETE", WEBHOOK)


def test_a_test_tells_what_is_wrong(api: Api, closed: str) -> None:
    api.do("PUT", WEBHOOK, {"url": closed})
    found = api.do("POST", f"{WEBHOOK}/test")
    assert (found["state"], found["status"]) == ("failed", None)
    assert "it cannot be reached" in found["error"]
    assert api.get(WEBHOOK)["webhook"]["deliveries"][0]["id"] == found["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "https://169.254.169.254/"}, "/url"),
        ({"url": "file:///etc/passwd"}, "/url"),
        ({"url": "https://a.example/", "events": []}, "/events"),
        ({"url": "https://a.example/", "events": ["nothing"]}, "/events/0"),
        ({"url": "https://a.example/", "more": 1}, "/more"),
        ({}, ""),
    ],
)
def test_what_is_wrong_is_pointed_at(api: Api, body: dict[str, object], pointer: str) -> None:
    problem = api.refused(422, "PUT", WEBHOOK, body)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_it_is_for_administrators(api: Api, closed: str) -> None:
    editor = api.token(Grant("edit", PROJECT), actor="eddy")
    for method, path in (("GET", WEBHOOK), ("PUT", WEBHOOK), ("POST", f"{WEBHOOK}/test")):
        api.refused(403, method, path, {"url": closed} if method == "PUT" else None, token=editor)
