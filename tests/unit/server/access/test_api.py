"""The routes of access: who asks, actors, tokens, SDK keys, the first set-up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.rest_api import PROJECT, Api, environment, opened, rest_api

from yardarm.server.access.model import Grant
from yardarm.server.store.instants import to_rfc3339

api = pytest.fixture(opened, scope="module")
KEYS = environment("production", "keys")


def test_me_says_what_a_token_may_do(api: Api) -> None:
    token = api.token(Grant("edit", PROJECT, "staging"), Grant("read"), actor="grace")
    me = api.get("/me", token=token)
    assert me["actor"] == "grace"
    assert me["grants"] == [
        {"scope": "edit", "project": PROJECT, "environment": "staging"},
        {"scope": "read", "project": "*", "environment": "*"},
    ]


def test_actors_are_made_and_listed(api: Api) -> None:
    made = api.do("POST", "/actors", {"name": "linus"})
    assert made["name"] == "linus"
    assert made in api.get("/actors")["items"]
    api.refused(409, "POST", "/actors", {"name": "linus"})
    api.refused(422, "POST", "/actors", {"name": ""})


def test_a_token_is_shown_once_and_works_at_once(api: Api) -> None:
    grants = [{"scope": "read", "project": PROJECT}]
    response = api.call("POST", "/tokens", {"actor": "ci", "name": "build", "grants": grants})
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    issued = response.json()
    assert issued["token"].startswith("yt_")
    assert issued["info"]["actor"] == "ci"
    assert api.get("/me", token=issued["token"])["actor"] == "ci"
    listed = api.call("GET", "/tokens")
    assert issued["info"]["id"] in [token["id"] for token in listed.json()["items"]]
    assert issued["token"] not in listed.text
    assert "hash" not in listed.text


@pytest.mark.parametrize(("change", "pointer"), [
    ({"grants": []}, "/grants"),
    ({"grants": [{"scope": "owner"}]}, "/grants/0/scope"),
    ({"grants": [{"scope": "read", "projekt": "x"}]}, "/grants/0/projekt"),
    ({"grants": [{"project": "x"}]}, "/grants/0"),
    ({"expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
    ({"expires_at": 5}, "/expires_at"),
    ({"actor": "a" * 201}, "/actor"),
    ({"token": "given-by-me"}, "/token"),
])  # fmt: skip
def test_a_token_that_is_refused(api: Api, change: dict[str, object], pointer: str) -> None:
    body = {"actor": "ci", "grants": [{"scope": "read"}], **change}
    problem = api.refused(422, "POST", "/tokens", body)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_a_token_that_would_be_expired(api: Api) -> None:
    past = to_rfc3339(datetime.now(UTC) - timedelta(seconds=1))
    body = {"actor": "ci", "grants": [{"scope": "read"}], "expires_at": past}
    assert "expired" in api.refused(422, "POST", "/tokens", body)["detail"]


def test_nobody_gives_what_they_do_not_have(api: Api) -> None:
    token = api.token(Grant("admin", PROJECT, "staging"), actor="staging admin")
    mine = {"actor": "helper", "grants": [{"scope": "edit", "project": PROJECT,
                                           "environment": "staging"}]}  # fmt: skip
    api.do("POST", "/tokens", mine, token=token)
    for grant in (
        {"scope": "read"},
        {"scope": "read", "project": PROJECT},
        {"scope": "read", "project": PROJECT, "environment": "production"},
    ):
        api.refused(403, "POST", "/tokens", {"actor": "helper", "grants": [grant]}, token=token)
    editor = api.token(Grant("edit"), actor="editor")
    api.refused(403, "POST", "/tokens", mine, token=editor)


def test_who_sees_and_revokes_which_tokens(api: Api) -> None:
    token = api.token(Grant("read"), actor="private person")
    listed = api.get("/tokens", token=token)["items"]
    assert {item["actor"] for item in listed} == {"private person"}
    others = next(t for t in api.get("/tokens")["items"] if t["actor"] == "ada")
    api.refused(403, "DELETE", f"/tokens/{others['id']}", token=token)
    assert api.call("DELETE", f"/tokens/{listed[0]['id']}", token=token).status_code == 204
    api.refused(401, "GET", "/me", token=token)
    for number in ("0", "01", "x", "-1", "9" * 30, "99999"):
        api.refused(404, "DELETE", f"/tokens/{number}")


def test_server_keys_are_shown_once_and_client_keys_can_be_shown_again(api: Api) -> None:
    server = api.do("POST", KEYS, {"kind": "server", "name": "backend"})
    client = api.do("POST", KEYS, {"kind": "client"})
    assert server["key"].startswith("ys_")
    assert client["key"].startswith("yc_")
    assert api.run(api.services.access.find_key(server["key"])).environment == "production"
    listed = api.call("GET", KEYS)
    assert [key["id"] for key in listed.json()["items"]][:2] == [
        client["info"]["id"], server["info"]["id"],
    ]  # fmt: skip
    assert server["key"] not in listed.text
    assert client["key"] not in listed.text
    shown = api.do("POST", f"{KEYS}/{client['info']['id']}/reveal")
    assert shown == {"key": client["key"]}
    api.refused(404, "POST", f"{KEYS}/{server['info']['id']}/reveal")
    actions = [entry["action"] for entry in api.get("/audit")["items"]]
    assert actions[0] == "key.revealed"


def test_a_key_belongs_to_its_environment(api: Api) -> None:
    made = api.do("POST", KEYS, {"kind": "client"})
    elsewhere = environment("staging", "keys", str(made["info"]["id"]))
    api.refused(404, "DELETE", elsewhere)
    api.refused(404, "POST", f"{elsewhere}/reveal")
    here = f"{KEYS}/{made['info']['id']}"
    assert api.call("DELETE", here).status_code == 204
    assert api.run(api.services.access.find_key(made["key"])) is None
    api.refused(404, "DELETE", here)
    api.refused(422, "POST", KEYS, {"kind": "browser"})
    api.refused(404, "POST", environment("nowhere", "keys"), {"kind": "client"})


def test_a_vendors_key_opens_the_environment_until_it_is_revoked(api: Api) -> None:
    theirs = "*:production.4b7e1d0c9a55"
    body = {"vendor": "unleash", "key": theirs, "name": "old shop"}
    response = api.call("POST", f"{KEYS}/alias", body)
    assert response.status_code == 201
    made = response.json()
    assert (made["vendor"], made["kind"], made["revealable"]) == ("unleash", "server", False)
    assert theirs not in response.text
    opened = api.run(api.services.access.find_key(theirs))
    assert (opened.environment, opened.kind, opened.name) == ("production", "server", "old shop")
    assert api.get("/audit")["items"][0]["details"]["vendor"] == "unleash"
    assert made["id"] in [key["id"] for key in api.get(KEYS)["items"]]
    api.refused(404, "POST", f"{KEYS}/{made['id']}/reveal")
    # One text opens one environment: what is in use, or was, is nobody else's.
    elsewhere = environment("staging", "keys", "alias")
    assert "in use" in api.refused(422, "POST", elsewhere, body)["detail"]
    assert api.call("DELETE", f"{KEYS}/{made['id']}").status_code == 204
    assert api.run(api.services.access.find_key(theirs)) is None
    api.refused(422, "POST", f"{KEYS}/alias", body)


@pytest.mark.parametrize(("change", "words"), [
    ({"key": "sdk-short"}, "16 to 512"),
    ({"key": "a key with spaces in it"}, "visible ASCII"),
    ({"key": "ys_" + "a" * 43}, "another vendor's"),
    ({"vendor": "acme"}, "/vendor"),
    ({"kind": "browser"}, "/kind"),
])  # fmt: skip
def test_an_alias_that_is_refused(api: Api, change: dict[str, str], words: str) -> None:
    body = {"vendor": "launchdarkly", "key": "sdk-1b2c3d4e-0000-4000-8000-abcdef", **change}
    assert words in api.refused(422, "POST", f"{KEYS}/alias", body)["detail"]


def test_an_alias_takes_admin_on_its_environment(api: Api) -> None:
    token = api.token(Grant("admin", PROJECT, "staging"), actor="staging admin")
    body = {"vendor": "growthbook", "key": "sdk-Q3bqYbGrNPLBnWzA", "kind": "client"}
    api.refused(403, "POST", f"{KEYS}/alias", body, token=token)
    made = api.do("POST", environment("staging", "keys", "alias"), body, token=token)
    assert made["kind"] == "client"
    api.refused(404, "POST", environment("nowhere", "keys", "alias"), body)


def test_set_up_takes_the_printed_code_once() -> None:
    with rest_api() as api:
        access = api.services.access
        assert api.run(access.setup_link()) is None  # there is an administrator
        mine = next(t for t in api.get("/tokens")["items"] if t["actor"] == "ada")
        api.call("DELETE", f"/tokens/{mine['id']}")
        code = api.run(access.setup_link())
        api.refused(410, "POST", "/setup", {"code": "wrong", "name": "eve"}, token="")
        done = api.do("POST", "/setup", {"code": code, "name": "ada"}, token="")
        assert api.get("/me", token=done["token"])["grants"][0]["scope"] == "admin"
        api.refused(410, "POST", "/setup", {"code": code, "name": "eve"}, token="")
        api.refused(422, "POST", "/setup", {"code": code, "name": ""}, token="")
