"""The routes of configuration: flags, segments, environments, history, import and export."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.rest_api import ENVIRONMENTS, PROJECT, Api, environment, opened, project, rest_api

from yardarm.core.codec import document_from_json
from yardarm.core.snapshot import from_document
from yardarm.server.access.model import Grant
from yardarm.server.observe.model import Origin
from yardarm.server.store.instants import to_rfc3339

api = pytest.fixture(opened, scope="module")


def state(key: str, at: str = "production") -> str:
    return environment(at, "flags", key)


# --- flags of the project ---------------------------------------------------------------------


def test_a_key_is_enough_for_a_flag(api: Api) -> None:
    done = api.do("POST", project("flags"), {"key": "new-checkout"})
    flag = done["flag"]
    assert flag["type"] == "boolean"
    assert [variant["key"] for variant in flag["variants"]] == ["on", "off"]
    assert set(flag["environments"]) == set(ENVIRONMENTS)
    for shown in flag["environments"].values():
        assert (shown["enabled"], shown["off"], shown["default"]) == (False, "off", "on")
    assert {change["environment"] for change in done["changes"]} == set(ENVIRONMENTS)
    assert api.get(project("flags", "new-checkout")) == flag


def test_a_flag_has_a_state_in_each_environment(api: Api) -> None:
    body = {
        "key": "theme", "type": "string", "enabled": True, "default": "dark", "owner": "web",
        "variants": [{"key": "dark", "value": "dark"}, {"key": "light", "value": "light"}],
        "environments": {"staging": {"default": "light"}}, "reason": "to try it",
    }  # fmt: skip
    done = api.do("POST", project("flags"), body)
    shown = done["flag"]["environments"]
    assert (shown["production"]["default"], shown["staging"]["default"]) == ("dark", "light")
    assert {change["reason"] for change in done["changes"]} == {"to try it"}


def test_a_taken_key(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "taken"})
    problem = api.refused(409, "POST", project("flags"), {"key": "taken"})
    assert problem["type"] == "/problems/already-exists"
    api.do("POST", project("flags", "taken") + "/archive")
    problem = api.refused(409, "POST", project("flags"), {"key": "taken"})
    assert "restore it" in problem["errors"][0]["hint"]


def test_project_fields_change_everywhere(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "described"})
    body = {"description": "d", "tags": ["a", "b"], "owner": "ops", "reason": "r"}
    flag = api.do("PATCH", project("flags", "described"), body)["flag"]
    assert (flag["description"], flag["tags"], flag["owner"]) == ("d", ["a", "b"], "ops")
    for at in ENVIRONMENTS:
        assert api.get(state("described", at))["description"] == "d"
    emptied = api.do("PATCH", project("flags", "described"), {"expires_at": None, "tags": []})
    assert emptied["flag"]["tags"] == []


def test_a_patch_that_changes_nothing_makes_no_change(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "same", "name": "Same"})
    before = api.versions()
    done = api.do("PATCH", project("flags", "same"), {"name": "Same"})
    assert done["changes"] == []
    assert done["versions"] == before == api.versions()


def test_the_list_of_flags_is_filtered() -> None:
    with rest_api() as api:
        for body in (
            {"key": "a", "tags": ["x"], "owner": "web", "purpose": "experiment"},
            {"key": "b", "tags": ["x", "y"], "name": "Beta of A"},
            {"key": "c", "description": "what ALPHA does"},
        ):
            api.do("POST", project("flags"), body)
        api.do("POST", project("flags", "b") + "/archive")

        def keys(**query: str) -> list[str]:
            found = api.get(project("flags"), params=query)["items"]
            return [flag["key"] for flag in found]

        assert keys() == ["a", "c"]
        assert keys(archived="true") == ["b"]
        assert keys(archived="all") == ["a", "b", "c"]
        assert keys(tag="x") == ["a"]
        assert keys(tag="x", archived="all") == ["a", "b"]
        assert keys(owner="web") == ["a"]
        assert keys(purpose="experiment") == ["a"]
        assert keys(query="alpha") == ["c"]
        assert keys(query="BETA", archived="all") == ["b"]
        only = api.get(project("flags"), params={"environment": "staging"})["items"]
        assert set(only[0]["environments"]) == {"staging"}
        api.refused(404, "GET", project("flags"), params={"environment": "nowhere"})


def test_who_may_read_one_environment_sees_only_that_one(api: Api) -> None:
    token = api.token(Grant("read", PROJECT, "staging"), actor="reader of staging")
    api.do("POST", project("flags"), {"key": "half-seen"})
    response = api.call("GET", project("flags", "half-seen"), token=token)
    assert set(response.json()["environments"]) == {"staging"}
    assert "production" not in response.headers["etag"]
    listed = api.get(project("flags"), token=token)
    assert all(set(flag["environments"]) == {"staging"} for flag in listed["items"])
    api.refused(404, "GET", project("flags"), token=token, params={"environment": "production"})


# --- archive and restore ----------------------------------------------------------------------


def test_archive_is_refused_while_a_flag_needs_it_unless_forced(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "ground"})
    needs = [{"flag": "ground", "variants": ["on"]}]
    api.do("POST", project("flags"), {"key": "house", "prerequisites": needs})
    before = api.versions()
    problem = api.refused(409, "POST", project("flags", "ground") + "/archive")
    assert (problem["type"], problem["reason"]) == ("/problems/refused", "flag-needed")
    assert any("house" in fault["detail"] for fault in problem["errors"])
    assert api.versions() == before


def test_archive_is_refused_while_an_application_asks_for_the_flag(api: Api) -> None:
    class Key:
        project, environment = PROJECT, "production"

    key: Origin = Key()
    api.do("POST", project("flags"), {"key": "busy"})
    api.services.observe.count(key, "busy", "on", "STATIC", application="checkout-service")
    problem = api.refused(409, "POST", project("flags", "busy") + "/archive")
    assert problem["reason"] == "flag-in-use"
    assert "checkout-service" in problem["errors"][0]["detail"]
    flag = api.do("POST", project("flags", "busy") + "/archive", {"force": True})["flag"]
    assert flag["archived_at"] is not None
    api.refused(409, "PATCH", state("busy"), {"enabled": True})
    flag = api.do("POST", project("flags", "busy") + "/restore", {"reason": "back"})["flag"]
    assert flag["archived_at"] is None


# --- flags in an environment ------------------------------------------------------------------


def test_a_state_is_edited_in_one_environment(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "local"})
    rule = {
        "when": {"attribute": "country", "op": "in", "values": ["NL"]},
        "serve": {"split": {"arms": [{"variant": "on", "weight": 30_000}], "outside": "off"}},
    }
    response = api.call("PATCH", state("local"), {"enabled": True, "rules": [rule]})
    assert response.status_code == 200
    done = response.json()
    assert response.headers["etag"] == f'"{done["versions"]["production"]}"'
    assert done["flag"]["rules"][0]["id"]
    assert done["flag"]["version"] == done["versions"]["production"]
    assert [change["environment"] for change in done["changes"]] == ["production"]
    assert api.get(state("local", "staging"))["enabled"] is False


def test_enable_and_disable(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "lamp"})
    on = api.do("POST", f"{state('lamp')}/enable")
    assert on["flag"]["enabled"] is True
    assert on["changes"][0]["command"] == {"type": "set_enabled", "flag": "lamp", "enabled": True}
    assert on["changes"][0]["inverse"]["type"] == "restore_entries"
    again = api.do("POST", f"{state('lamp')}/enable", {"reason": "once more"})
    assert again["changes"] == []
    off = api.do("POST", f"{state('lamp')}/disable", {})
    assert off["flag"]["enabled"] is False


def test_who_may_only_kill_can_disable_and_nothing_else(api: Api) -> None:
    token = api.token(Grant("kill", PROJECT, "production"), actor="on call")
    api.do("POST", project("flags"), {"key": "danger", "enabled": True})
    assert api.do("POST", f"{state('danger')}/disable", token=token)["flag"]["enabled"] is False
    api.refused(403, "POST", f"{state('danger')}/enable", token=token)
    api.refused(403, "PATCH", state("danger"), {"enabled": False}, token=token)
    api.refused(403, "POST", f"{state('danger', 'staging')}/disable", token=token)


def test_what_is_not_there(api: Api) -> None:
    api.refused(404, "GET", state("nothing"))
    api.refused(404, "PATCH", state("nothing"), {"enabled": True})
    api.refused(404, "POST", f"{state('nothing')}/enable")
    api.refused(404, "GET", environment("nowhere"))
    api.refused(404, "PATCH", project("flags", "nothing"), {"name": "n"})


# --- segments ---------------------------------------------------------------------------------


def test_segments_are_put_listed_and_removed(api: Api) -> None:
    path = environment("production", "segments", "beta/testers")
    when = {"attribute": "email", "op": "ends_with", "values": ["@example.com"]}
    body = {"when": when, "included": [{"keys": ["u1"]}], "name": "Beta", "reason": "r"}
    done = api.do("PUT", path, body)
    assert done["segment"]["key"] == "beta/testers"
    assert done["changes"][0]["command"]["segment"]["when"] == when
    shown = api.get(path)
    assert shown["version"] == done["versions"]["production"]
    again = api.do("PUT", path, {**shown, "name": "Beta testers"})  # what was read can be sent
    assert again["segment"]["name"] == "Beta testers"
    listed = api.get(environment("production", "segments"))["items"]
    assert "beta/testers" in [segment["key"] for segment in listed]
    found = api.get(environment("production", "segments") + "?query=BETA%20test")["items"]
    assert [segment["key"] for segment in found] == ["beta/testers"]
    assert not api.get(environment("production", "segments") + "?query=nobody")["items"]
    api.do("POST", project("flags"), {"key": "uses-beta"})
    rules = [{"when": {"segment": "beta/testers"}, "serve": "on"}]
    api.do("PATCH", state("uses-beta"), {"rules": rules})
    problem = api.refused(409, "DELETE", path)
    assert problem["reason"] == "segment-needed"
    api.do("PATCH", state("uses-beta"), {"rules": []})
    assert api.call("DELETE", path).status_code == 200
    api.refused(404, "GET", path)
    api.refused(404, "DELETE", path)


# --- environments -----------------------------------------------------------------------------


def test_an_environment_shows_all_it_has(api: Api) -> None:
    shown = api.get(environment())
    assert set(shown) == {"key", "name", "version", "epoch", "root", "flags", "segments"}
    keys = [flag["key"] for flag in shown["flags"]]
    assert "new-checkout" in keys
    document = document_from_json({
        "version": shown["version"], "epoch": shown["epoch"],
        "flags": shown["flags"], "segments": shown["segments"],
    })  # fmt: skip
    assert from_document(document).root == shown["root"]


def test_an_environment_is_made_from_another(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "copied", "enabled": True})
    path = project("environments")
    response = api.call("POST", path, {"key": "preview", "copy_from": "production"}, match=None)
    assert response.status_code == 201
    assert response.headers["location"] == "/api/v1" + environment("preview")
    assert api.get(state("copied", "preview"))["enabled"] is True
    bare = api.do("POST", path, {"key": "bare", "name": "Bare"})
    assert (bare["key"], bare["name"]) == ("bare", "Bare")
    assert api.get(state("copied", "bare"))["enabled"] is False
    api.refused(409, "POST", path, {"key": "bare"})
    assert api.refused(422, "POST", path, {"key": "Not A Key"})["errors"][0]["pointer"] == "/key"
    api.refused(404, "POST", path, {"key": "other", "copy_from": "nowhere"})


def test_copying_takes_the_right_to_read_what_is_copied(api: Api) -> None:
    token = api.token(Grant("edit", PROJECT, "staging"), actor="staging only")
    body = {"from": "production"}
    problem = api.refused(403, "POST", environment("staging", "copy"), body, token=token)
    assert "read" in problem["detail"]
    api.do("POST", project("flags"), {"key": "to-copy"})
    api.do("POST", f"{state('to-copy')}/enable")
    done = api.do("POST", environment("staging", "copy"), {**body, "force": True})
    assert [change["environment"] for change in done["changes"]] == ["staging"]
    assert api.get(state("to-copy", "staging"))["enabled"] is True


# --- history ----------------------------------------------------------------------------------


def test_changes_are_listed_shown_and_undone(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "undone"})
    done = api.do("POST", f"{state('undone')}/enable", {"reason": "go"})
    version = done["changes"][0]["version"]
    path = environment("production", "changes")
    newest = api.get(path, params={"limit": "1"})["items"]
    assert newest == [api.get(f"{path}/{version}")] == done["changes"]
    before = api.get(path, params={"before": str(version), "limit": "2"})["items"]
    assert [change["version"] for change in before] == [version - 1, version - 2]
    assert newest[0]["prev_hash"] == before[0]["hash"]
    back = api.do("POST", f"{path}/{version}/undo", {"reason": "no"})
    assert back["changes"][0]["command"]["type"] == "undo"
    assert api.get(state("undone"))["enabled"] is False


def test_an_undo_of_what_was_changed_again_is_a_conflict(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "twice"})
    first = api.do("PATCH", state("twice"), {"off": "on"})["versions"]["production"]
    second = api.do("PATCH", state("twice"), {"off": None})["versions"]["production"]
    path = f"{environment('production', 'changes')}/{first}/undo"
    problem = api.refused(409, "POST", path)
    assert problem["changed_since"] == [second]
    api.do("POST", path, {"force": True})
    assert api.get(state("twice"))["off"] == "off"


@pytest.mark.parametrize("version", ["0", "-1", "01", "1.0", "x", "9" * 30, "99999", "١"])
def test_a_change_that_never_was(api: Api, version: str) -> None:
    path = environment("production", "changes", version)
    api.refused(404, "GET", path)
    api.refused(404, "POST", f"{path}/undo")


def test_the_chain_is_checked(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "chained"})
    report = api.get(f"{environment('production', 'changes')}/check")
    assert report["whole"] is True
    assert report["length"] == api.versions()["production"]
    head = api.get(environment("production", "changes"), params={"limit": "1"})["items"][0]
    assert report["head"] == head["hash"]


# --- import, export, the past -----------------------------------------------------------------


def test_export_and_import_are_each_others_inverse() -> None:
    with rest_api() as api:
        api.do("POST", project("flags"), {"key": "a", "enabled": True, "tags": ["t"]})
        api.do("PUT", environment("production", "segments", "s"), {"included": [{"keys": ["u"]}]})
        exported = api.get(environment("production", "export"))
        before = api.get(environment())
        api.do("PATCH", state("a"), {"enabled": False})
        api.do("DELETE", environment("production", "segments", "s"))
        body = {"document": exported, "mode": "replace", "force": True, "reason": "back"}
        api.do("POST", environment("production", "import"), body)
        after = api.get(environment())

        def bare(shown: dict[str, Any]) -> list[Any]:
            items = [*shown["flags"], *shown["segments"]]
            return [{k: v for k, v in item.items() if k != "version"} for item in items]

        assert bare(after) == bare(before)


def test_the_past_can_be_exported_and_evaluated(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "history"})
    off = api.versions()["production"]
    then = to_rfc3339(datetime.now(UTC))
    api.do("POST", f"{state('history')}/enable")
    export, evaluate = environment("production", "export"), environment("production", "evaluate")
    for query in ({"version": str(off)}, {"at": then}):
        found = api.get(export, params=query)
        assert found["version"] == off
        assert found["flags"]["history"]["enabled"] is False
    question = {"flag": "history", "context": {"key": "u"}}
    assert api.do("POST", evaluate, question)["value"] is True
    for more in ({"version": off}, {"at": then}):
        answer = api.do("POST", evaluate, {**question, **more})
        assert (answer["value"], answer["environment_version"]) == (False, off)
    api.refused(404, "GET", export, params={"version": "99999"})
    api.refused(422, "GET", export, params={"version": "1", "at": then})
    for at in ("yesterday", "2027-01-01T00:00:00", "2027-01-01"):
        assert api.refused(422, "GET", export, params={"at": at})["errors"][0]["pointer"] == "/at"
        api.refused(422, "POST", evaluate, {**question, "at": at})


# --- evaluation -------------------------------------------------------------------------------


def test_an_evaluation_says_why(api: Api) -> None:
    when = {"attribute": "since", "op": "after", "values": ["2026-01-01T00:00:00Z"]}
    rules = [{"id": "recent", "when": when, "serve": "on"}]
    api.do("POST", project("flags"), {"key": "why", "enabled": True, "default": "off"})
    api.do("PATCH", state("why"), {"rules": rules})
    path = environment("production", "evaluate")
    context = {"key": "u", "since": "2026-06-01T00:00:00Z"}
    answer = api.do("POST", path, {"flag": "why", "context": context, "explain": True})
    assert (answer["value"], answer["variant"], answer["rule"]) == (True, "on", "recent")
    assert answer["reason"] == "TARGETING_MATCH"
    assert answer["trace"]["kind"] == "flag"
    plain = api.do("POST", path, {"flag": "why", "context": context})
    assert plain["trace"] is None
    missing = api.do("POST", path, {"flag": "nothing", "fallback": {"mine": 1}})
    assert (missing["value"], missing["error"]) == ({"mine": 1}, "FLAG_NOT_FOUND")
    api.refused(422, "POST", path, {"flag": "why", "context": []})


def test_an_evaluation_needs_only_read(api: Api) -> None:
    token = api.token(Grant("read", PROJECT, "production"), actor="reader")
    api.do("POST", environment("production", "evaluate"), {"flag": "why"}, token=token)
    document = {"document": {"flags": {}}}
    api.do("POST", environment("production", "validate"), document, token=token)
