"""The stream that says what happens in a project, from a real server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


def watched(server: Dev, name: str, value: str) -> Any:
    """The stream, opened by what stands in this header, with its first words read."""
    request = urllib.request.Request(
        f"{server.url}/api/v1/projects/demo/events", headers={name: value}
    )
    stream = urllib.request.urlopen(request, timeout=30)
    assert stream.readline() == b"retry: 2000\n"
    return stream


def told(stream: Any) -> tuple[str, Any]:
    """What it says next."""
    lines = iter(stream.readline, b"")
    kind = next(line for line in lines if line.startswith(b"event: "))
    return kind[7:-1].decode(), json.loads(next(lines).removeprefix(b"data: "))


def test_a_change_is_announced_while_it_is_watched(server: Dev) -> None:
    with watched(server, "Authorization", f"Bearer {server.ready['admin_token']}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        server.yardarm("flags", "enable", "new-checkout")
        kind, data = told(stream)
    assert (kind, data["environment"]) == ("change", "production")
    assert data["version"] > 0


def test_who_may_see_one_environment_hears_of_no_other(server: Dev) -> None:
    made = server.yardarm("tokens", "create", "cem", "--grant", "read@demo/staging")
    with watched(server, "Authorization", f"Bearer {made['token']}") as stream:
        for environment in ("production", "staging"):
            server.yardarm("flags", "disable", "banner", "--environment", environment)
        assert told(stream)[1]["environment"] == "staging"


def test_it_ends_with_the_token_or_session_that_opened_it(server: Dev) -> None:
    made = server.yardarm("tokens", "create", "dan", "--grant", "read@demo")
    with watched(server, "Authorization", f"Bearer {made['token']}") as stream:
        number = next(t["id"] for t in server.yardarm("tokens", "list") if t["actor"] == "dan")
        server.yardarm("tokens", "revoke", str(number))
        assert b"event" not in stream.read()
    body = json.dumps({"token": server.ready["admin_token"]}).encode()
    session = urllib.request.Request(
        f"{server.url}/api/v1/session", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(session, timeout=30) as answer:
        cookie = answer.headers["set-cookie"].partition(";")[0]
    with watched(server, "Cookie", cookie) as stream:
        over = urllib.request.Request(
            session.full_url, method="DELETE",
            headers={"Cookie": cookie, "Yardarm-Session": "1", "Origin": server.url},
        )  # fmt: skip
        urllib.request.urlopen(over, timeout=30).close()
        assert b"event" not in stream.read()
