"""The REST interface over real HTTP: what only a server in a process of its own can show."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.e2e.processes import Dev, dev

pytestmark = pytest.mark.e2e

HOSTILE = "a/b c%2F?#ä旗"
"""A key with everything in it that a path has to escape."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("rest"), "--no-demo") as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Dev) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.ready['admin_token']}", "If-Match": "*"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=30) as made:
        yield made


def flags(server: Dev) -> str:
    return f"/projects/{server.ready['project']}/flags"


def here(server: Dev) -> str:
    return f"/projects/{server.ready['project']}/environments/{server.ready['environment']}"


def raw(server: Dev, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """A request whose target nobody normalises."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        connection.putheader("Authorization", f"Bearer {server.ready['admin_token']}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body, encode_chunked=body is not None)
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None
    finally:
        connection.close()


def test_a_key_with_slashes_survives_the_whole_way(server: Dev, client: httpx.Client) -> None:
    made = client.post(flags(server), json={"key": HOSTILE})
    assert made.status_code == 201
    location = made.headers["location"]
    status, shown = raw(server, "GET", location)
    assert (status, shown["key"]) == (200, HOSTILE)
    assert raw(server, "GET", location.replace("%2F", "/", 1))[0] == 404


@pytest.mark.parametrize("spoil", [
    lambda path: f"{path}/",
    lambda path: path.replace("/projects", "//projects"),
    lambda path: path.replace("/projects", "/./projects"),
    lambda path: path.replace("/projects", "/x/../projects"),
    lambda path: path.replace("/projects", "/%70rojects"),
    lambda path: path.replace("/api", "/%61pi"),
    lambda path: path.replace("/projects", "/projects%00"),
    lambda path: path.replace("/projects", "/projects%ff"),
    lambda path: path.replace("/projects", "/projects;x=1"),
])  # fmt: skip
def test_a_path_has_one_spelling(server: Dev, spoil: Any) -> None:
    path = f"/api/v1{flags(server)}"
    assert raw(server, "GET", path)[0] == 200
    status, problem = raw(server, "GET", spoil(path))
    assert (status, problem["type"]) == (404, "/problems/not-found")


def test_every_answer_carries_the_headers_of_a_careful_server(client: httpx.Client) -> None:
    for response in (client.get("/me"), client.get("/nothing"), client.post("/projects")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-request-id"]
        if response.is_error:
            assert response.json()["request_id"] == response.headers["x-request-id"]


def test_head_is_get_without_a_body(server: Dev, client: httpx.Client) -> None:
    shown, headers = client.get(here(server)), client.head(here(server))
    assert (headers.status_code, headers.content) == (200, b"")
    assert headers.headers["etag"] == shown.headers["etag"]
    assert client.head("/nothing").status_code == 404


def test_a_body_without_a_length_is_bounded_too(server: Dev) -> None:
    chunks = (b"x" * 65_536 for _ in range(400))
    headers = {
        "Content_Type": "application/json", "If_Match": "*", "Transfer_Encoding": "chunked",
    }  # fmt: skip
    try:
        status, problem = raw(server, "POST", "/api/v1/projects", chunks, **headers)
    except ConnectionError:  # the server hung up while we were still sending
        return
    assert (status, problem["type"]) == (413, "/problems/too-large")


def test_of_many_editors_at_once_one_wins(server: Dev, client: httpx.Client) -> None:
    """All on the same version: one change, and everybody else is told what it was."""
    client.post(flags(server), json={"key": "raced"}).raise_for_status()
    path = f"{here(server)}/flags/raced"
    seen = client.get(path).headers["etag"]

    def edit(number: int) -> httpx.Response:
        body = {"enabled": True, "reason": f"editor {number}"}
        return client.patch(path, json=body, headers={"If-Match": seen})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(edit, range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 11
    for answer in answers:
        if answer.status_code == 409:
            assert [d["pointer"] for d in answer.json()["edits"]] == ["/enabled"]
    assert client.get(path).headers["etag"] == f'"{int(seen[1:-1]) + 1}"'


def test_the_same_request_from_many_at_once_is_carried_out_once(
    server: Dev, client: httpx.Client
) -> None:
    def attempt(_: int) -> httpx.Response:
        return client.post(
            flags(server), json={"key": "one-of-many"}, headers={"Idempotency-Key": "many"}
        )

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["change_set"] for answer in answers}) == 1
    replayed = [answer for answer in answers if "idempotency-replayed" in answer.headers]
    assert len(replayed) == 7


def test_the_chain_holds_after_all_that(server: Dev, client: httpx.Client) -> None:
    report = client.get(f"{here(server)}/changes/check").json()
    assert report["whole"] is True
    assert client.get("/audit/check").json()["whole"] is True


def test_the_setup_page_is_closed_on_a_server_with_an_administrator(server: Dev) -> None:
    response = httpx.get(f"{server.url}/setup", params={"code": "x"})
    assert response.status_code == 410
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<form" not in response.text


def test_the_reference_is_the_one_checked_in(server: Dev) -> None:
    file = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
    assert httpx.get(f"{server.url}/api/v1/openapi.json").content == file.read_bytes()
