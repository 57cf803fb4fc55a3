"""Imports by REST: from a vendor's document to a change that can be undone."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.rest_api import Api, environment, rest_api

from yardarm.connect.verify import is_installed
from yardarm.server.imports import running, sources
from yardarm.server.settings import Settings

IMPORTS = environment("production", "imports")
WAIT = {"wait": 30}
DUTCH = {"contextName": "country", "operator": "IN", "values": ["NL", "BE"]}
UNLEASH = {
    "version": 2,
    "features": [
        {
            "name": "new-checkout", "type": "release", "enabled": True, "project": "shop",
            "strategies": [
                {
                    "name": "flexibleRollout",
                    "parameters": {"rollout": "25", "stickiness": "default", "groupId": "n"},
                    "constraints": [DUTCH],
                },
            ],
        },
        {
            "name": "own-strategy", "enabled": True,
            "strategies": [{"name": "moonPhase", "parameters": {}}],
        },
        {"name": "menu", "enabled": False, "strategies": [{"name": "default"}]},
    ],
}  # fmt: skip
FLAGON = {
    "new_checkout": {"active": True, "strategy": None, "params": {}},
    "beta_menu": {"active": True, "strategy": "username", "params": {"users": "ann, bob"}},
}


@pytest.fixture
def api() -> Iterator[Api]:
    with rest_api(Settings(import_allow=(ipaddress.ip_network("127.0.0.0/8"),))) as api:
        yield api


def files(name: str, value: Any) -> dict[str, Any]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return {"files": {name: base64.b64encode(data).decode()}}


def begun(api: Api, dialect: str, **more: Any) -> Any:
    return api.do("POST", IMPORTS, {"dialect": dialect, **more}, params=WAIT)


def flags(api: Api, found: Any, **query: Any) -> list[Any]:
    items: list[Any] = api.get(f"{IMPORTS}/{found['id']}/flags", params=query)["items"]
    return items


def test_a_document_is_read_verified_taken_over_and_taken_back(api: Api) -> None:
    if not is_installed("unleash"):
        if os.environ.get("CI") == "true":
            pytest.fail("UnleashClient is not installed")
        pytest.skip("UnleashClient is not installed")
    found = begun(api, "unleash", **files("features.json", UNLEASH))
    assert (found["state"], found["source"], found["title"]) == ("read", "features.json", "Unleash")
    summary = found["summary"]
    assert (summary["flags"], summary["exact"], summary["losses"]) == (3, 2, 1)
    assert (summary["new"], summary["unchanged"]) == (3, 0)
    rows = flags(api, found)
    assert rows[0]["key"] == "own-strategy"  # what needs a look comes first
    assert "moonPhase" in json.dumps(rows[0]["losses"])
    assert [row["key"] for row in flags(api, found, fate="exact", search="CHECK")] == [
        "new-checkout"
    ]
    first = api.get(f"{IMPORTS}/{found['id']}/flags", params={"limit": 2})
    rest = flags(api, found, limit=2, cursor=first["next_cursor"])
    assert [row["key"] for row in first["items"] + rest] == [row["key"] for row in rows]
    assert api.get(environment("production", "export"))["flags"] == {}  # nothing has happened yet

    at = f"{IMPORTS}/{found['id']}"
    verified = api.do("POST", f"{at}/verification", {"count": 50}, params=WAIT)["verification"]
    assert (verified["state"], verified["asked"], verified["seen"]) == ("done", 150, 50)
    assert verified["differing"] == 0
    given = [{"userId": "ann", "properties": {"country": "NL"}}]
    asked = {"contexts": "given", "given": given}
    verified = api.do("POST", f"{at}/verification", asked, params=WAIT)["verification"]
    assert (verified["state"], verified["asked"]) == ("done", 3)
    problem = api.refused(422, "POST", f"{at}/verification", {"contexts": "observed"})
    assert problem["errors"][0]["pointer"] == "/contexts"

    api.do("POST", f"{at}/preview", {})
    counted = api.get(f"{at}/preview", params=WAIT)
    assert counted["state"] == "done", counted
    assert set(counted["movement"]) == {"production", "staging"}

    done = api.do("POST", f"{at}/apply", {"reason": "we move"})
    change = next(c for c in done["changes"] if c["environment"] == "production")
    assert change["reason"] == "we move"
    applied = api.get(at)
    assert applied["state"] == "applied"
    assert applied["applied"]["version"] == change["version"]
    assert api.refused(409, "POST", f"{at}/apply", {})["reason"] == "import-applied"

    again = begun(api, "unleash", **files("features.json", UNLEASH))
    assert (again["summary"]["new"], again["summary"]["unchanged"]) == (0, 3)
    nothing = api.do("POST", f"{IMPORTS}/{again['id']}/apply", {})
    assert nothing["changes"] == []
    assert api.get(f"{IMPORTS}/{again['id']}")["applied"]["version"] is None

    undo = environment("production", "changes", str(change["version"]), "undo")
    api.do("POST", undo, {"force": True})
    assert api.get(environment("production", "export"))["flags"] == {}
    assert [one["id"] for one in api.get(IMPORTS)] == [again["id"], found["id"]]
    assert api.call("DELETE", at).status_code == 204
    assert [one["id"] for one in api.get(IMPORTS)] == [again["id"]]


def test_a_person_chooses_between_what_it_said_and_what_it_did(api: Api) -> None:
    found = begun(api, "flagon", **files("features.json", FLAGON))
    [choice] = found["summary"]["choices"]
    assert (choice["option"], choice["chosen"], choice["flags"]) == ("strategies", "did", 1)
    assert (choice["example"]["says"], choice["example"]["did"]) == (
        "on for ann, bob",
        "on for everybody",
    )
    did = flags(api, found, search="beta")[0]["says"]
    chosen = {"options": {"strategies": choice["values"]["said"]}}
    again = api.do("PATCH", f"{IMPORTS}/{found['id']}", chosen, params=WAIT)
    assert again["state"] == "read"
    assert again["summary"]["choices"][0]["chosen"] == "said"
    said = flags(api, found, search="beta")[0]["says"]
    assert did != said


def test_what_is_asked_wrongly_is_pointed_at(api: Api) -> None:
    one = files("a.json", {})
    for body, pointer in [
        ({"dialect": "split", **one}, "/dialect"),
        ({"dialect": "unleash"}, ""),
        ({"dialect": "unleash", "address": "https://a.example", **one}, ""),
        ({"dialect": "unleash", "files": {}}, "/files"),
        ({"dialect": "unleash", "files": {"a": "no base64!"}}, "/files"),
        ({"dialect": "flagd", "options": {"node": "/bin/sh"}, **one}, "/options/node"),
        ({"dialect": "waffle", "options": {"a": "x" * 70_000}, **one}, "/options"),
        ({"dialect": "waffle", "address": "https://flags.example.com"}, "/address"),
        ({"dialect": "unleash", "address": "https://192.0.2.1/"}, "/key"),
        ({"dialect": "unleash", "key": "k", "address": "https://10.0.0.1/"}, "/address"),
        ({"dialect": "unleash", "key": "k", "address": "http://[::1]/"}, "/address"),
        ({"dialect": "unleash", "key": "k", "address": "file:///etc/passwd"}, "/address"),
        ({"dialect": "unleash", "key": "k", "address": "http://["}, "/address"),
        ({"dialect": "togglz", "address": "redis://127.0.0.1/0"}, "/address"),
        ({"dialect": "togglz", "address": "sqlite:////etc/passwd"}, "/address"),
        ({"dialect": "waffle", "address": "postgresql://a:b@127.0.0.1/x"}, "/address"),
    ]:
        problem = api.refused(422, "POST", IMPORTS, body)
        assert problem["errors"][0]["pointer"] == pointer, (body, problem)
    assert api.get(IMPORTS) == []
    assert api.refused(404, "GET", f"{IMPORTS}/none")
    found = begun(api, "unleash", **files("a.json", {"features": 7}))
    assert found["state"] == "failed"
    assert found["troubles"]
    at = f"{IMPORTS}/{found['id']}"
    assert api.refused(409, "POST", f"{at}/apply", {})["reason"] == "import-unread"
    assert api.refused(409, "POST", f"{at}/verification", {})["reason"] == "import-unread"
    # Of another environment it is not found.
    assert api.refused(404, "GET", f"{environment('staging', 'imports')}/{found['id']}")


# --- from an address --------------------------------------------------------------------------

KEY = "a-very-secret-key-of-a-vendor"


@pytest.fixture
def vendor() -> Iterator[Any]:
    class Vendor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.asked.append((self.path, self.headers["Authorization"]))  # type: ignore[attr-defined]
            moved = self.path.startswith("/moved")
            self.send_response(302 if moved else 200)
            self.send_header("Location", "http://169.254.169.254/latest/")
            self.end_headers()
            self.wfile.write(json.dumps(UNLEASH).encode())

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_vendors_endpoint_is_asked_with_a_key_that_nobody_keeps(api: Api, vendor: Any) -> None:
    # The name is resolved once, and then no more: the connection goes to the judged address.
    address = f"http://localhost:{vendor.server_port}"
    found = begun(api, "unleash", address=address, key=KEY)
    assert (found["state"], found["summary"]["flags"], found["source"]) == ("read", 3, address)
    assert ("/api/client/features", KEY) in vendor.asked
    row = api.run(_everything(api, found["id"]))
    assert KEY not in json.dumps(api.get(IMPORTS))
    assert KEY.encode() not in row
    moved = begun(api, "unleash", address=f"{address}/moved", key=KEY)
    assert moved["state"] == "failed"
    assert "302" in json.dumps(moved["troubles"])


async def _everything(api: Api, name: str) -> bytes:
    async with api.services.imports._book._database.read() as transaction:
        parts = [await transaction.imports.part(name, p) for p in ("source", "document", "flags")]
    return b"".join(part or b"" for part in parts)


# --- what is too much -------------------------------------------------------------------------


def test_what_takes_too_long_or_too_much_is_ended(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "READ_SECONDS", 0.05)
    found = begun(api, "unleash", **files("features.json", UNLEASH))
    assert (found["state"], found["error"]) == (
        "failed",
        "it took too long; import it in parts",
    )
    monkeypatch.undo()
    monkeypatch.setattr(running, "MAX_WAITING", 0)
    response = api.call("POST", IMPORTS, {"dialect": "unleash", **files("a", UNLEASH)})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "10"


def test_databases_are_read_where_a_setting_allows_it() -> None:
    with rest_api(Settings(import_databases=True)) as api:
        for address in ("redis://[", "redis://h:99999/"):
            body = {"dialect": "togglz", "address": address}
            assert api.refused(422, "POST", IMPORTS, body)["errors"][0]["pointer"] == "/address"
        found = begun(api, "togglz", address="redis://ann:secret@127.0.0.1:1/0?protocol=3")
        assert (found["state"], found["source"]) == ("failed", "redis://127.0.0.1:1/0")
        assert "Redis cannot be read" in json.dumps(found["troubles"])
        assert "secret" not in json.dumps(found)


def test_every_source_says_what_this_server_can_do_for_it(api: Api) -> None:
    found = {one["name"]: one for one in api.get("/import-sources")}
    assert found["unleash"]["endpoint"]
    assert found["unleash"]["verifier"]["packages"] == ["UnleashClient"]
    assert (found["waffle"]["endpoint"], found["waffle"]["databases"]) == (False, [])
    assert sources.known(databases=True)[6].databases == ("redis", "postgresql")
