"""The routes of policies and change requests, and what others answer while a change waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import Api, environment, project, rest_api

from yardarm.server.access.model import Grant

EVERYBODY = {"rules": [{"id": "all", "when": {"always": True}, "serve": "on"}]}
FLAG = environment("production", "flags", "checkout")


@pytest.fixture
def api() -> Iterator[Api]:
    """A flag that serves `off` to ten people, and a budget that lets none of them move."""
    with rest_api() as made:
        made.do("POST", project("flags"), {"key": "checkout", "enabled": True, "default": "off"})
        people = [{"context": {"key": f"p{number}"}} for number in range(10)]
        made.do("POST", environment("production", "population", "contexts"), people)
        made.do("PUT", environment("production", "policies", "budgets"), {"max_share": 0})
        yield made


def waits(api: Api, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """The change request that a change becomes."""
    response = api.call(method, path, body, **more)
    assert response.status_code == 202, response.text
    found: dict[str, Any] = response.json()["change_request"]
    assert response.headers["location"] == f"/api/v1/projects/shop/requests/{found['id']}"
    return found


def request(number: int, *more: str) -> str:
    return project("requests", str(number), *more)


def test_a_change_above_the_budget_is_answered_with_its_request(api: Api) -> None:
    found = waits(api, "PATCH", FLAG, {**EVERYBODY, "reason": "launch"})
    assert (found["state"], found["author"], found["reason"]) == ("open", "ada", "launch")
    assert (found["environments"], found["missing"]) == (["production"], 1)
    assert found["grounds"][0]["words"] == (
        "moves 10 of 10 contexts (100 %) in production, the budget is 0 %"
    )
    assert found["needs"] == [{"environment": "production", "missing": 1, "by": None}]
    (edit,) = found["edits"]["production"]
    assert "".join(part["text"] for part in edit["words"]) == "Rule 1 is added: on to everyone"
    assert api.get(request(found["id"])) == found
    assert not api.get(FLAG).get("rules")


ON_AND_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
MUTATIONS: list[tuple[str, str, Any]] = [
    ("PATCH", FLAG, EVERYBODY),
    ("PATCH", project("flags", "checkout"), {"description": "words"}),
    ("POST", f"{FLAG}/disable", {}),
    ("POST", project("flags"), {"key": "another"}),
    ("POST", project("flags", "checkout", "archive"), {"force": True}),
    ("PUT", environment("production", "segments", "beta"), {"included": [{"keys": ["p1"]}]}),
    ("POST", environment("production", "copy"), {"from": "staging"}),
    ("POST", environment("production", "changes", "1", "undo"), {"force": True}),
    (
        "POST",
        environment("production", "import"),
        {"document": {"flags": {"imported": {"type": "boolean", "variants": ON_AND_OFF}}}},
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), MUTATIONS)
def test_every_route_that_changes_something_answers_alike(
    api: Api, method: str, path: str, body: Any
) -> None:
    api.do("PUT", project("policies", "approval"), {"always": True})
    api.do("PUT", environment("staging", "policies", "approval"), {})
    if path.endswith("/copy"):
        api.do("PATCH", environment("staging", "flags", "checkout"), EVERYBODY)
    before = api.get(environment("production"))
    found = waits(api, method, path, body)
    assert "every change in production needs approval" in json.dumps(found["grounds"])
    assert api.get(environment("production")) == before


def test_approved_by_another_it_is_made(api: Api) -> None:
    found = waits(api, "PATCH", FLAG, EVERYBODY)
    number = found["id"]
    refused = api.refused(409, "POST", request(number, "approve"))
    assert refused["reason"] == "own-request"
    bob = api.token(Grant("approve"), actor="bob")
    api.do("POST", request(number, "comment"), {"comment": "all of them?"}, token=bob)
    done = api.do("POST", request(number, "approve"), {"revision": 1}, token=bob)
    version = done["landed"]["versions"]["production"]
    change = api.get(environment("production", "changes", str(version)))
    assert (change["actor"], change["movement"]["approved_by"]) == ("ada", ["bob"])
    assert [entry["what"] for entry in done["history"]] == [
        "opened", "commented", "approved", "landed",
    ]  # fmt: skip
    assert api.refused(409, "POST", request(number, "reject"), token=bob)["reason"] == (
        "request-closed"
    )


def test_rejecting_withdrawing_and_editing(api: Api) -> None:
    bob = api.token(Grant("edit"), Grant("approve"), actor="bob")
    first = waits(api, "PATCH", FLAG, EVERYBODY)
    done = api.do("POST", request(first["id"], "reject"), {"reason": "no"}, token=bob)
    assert (done["state"], done["history"][-1]["text"]) == ("rejected", "no")
    second = waits(api, "PATCH", FLAG, EVERYBODY)
    edited = api.do(
        "PUT",
        request(second["id"]),
        {"command": {"type": "edit_flag", "flag": "checkout", "fields": {"default": "on"}}},
        token=bob,
    )
    assert (edited["revision"], edited["editors"]) == (2, ["bob"])
    assert edited["command"]["fields"] == {"default": "on"}
    faults = api.refused(422, "PUT", request(second["id"]), {"command": {"type": "drop"}})
    assert faults["errors"][0]["pointer"] == "/command/type"
    api.refused(409, "PUT", request(second["id"]), {"command": {"type": "undo", "version": 1},
                                                    "revision": 1})  # fmt: skip
    assert api.do("POST", request(second["id"], "withdraw"), {})["state"] == "withdrawn"


def test_requests_are_listed_a_page_at_a_time(api: Api) -> None:
    numbers = [waits(api, "PATCH", FLAG, {**EVERYBODY, "reason": str(n)})["id"] for n in range(3)]
    api.do("POST", request(numbers[0], "withdraw"))
    page = api.get(project("requests"), params={"limit": 2})
    assert [item["id"] for item in page["items"]] == [numbers[2], numbers[1]]
    assert page["items"][0]["command"] is None
    rest = api.get(project("requests"), params={"cursor": page["next_cursor"]})
    assert [item["id"] for item in rest["items"]] == [numbers[0]]
    opened = api.get(project("requests"), params={"state": "open"})
    assert [item["id"] for item in opened["items"]] == [numbers[2], numbers[1]]
    api.refused(422, "GET", project("requests"), params={"state": "closed"})


def test_requests_are_listed_by_state_environment_and_author(api: Api) -> None:
    bob = api.token(Grant("edit"), Grant("approve"), actor="bob")
    mine = waits(api, "PATCH", FLAG, EVERYBODY)["id"]
    others = waits(api, "PATCH", FLAG, {"default": "on"}, token=bob)["id"]

    def listed(**query: str) -> list[int]:
        return [each["id"] for each in api.get(project("requests"), params=query)["items"]]

    assert listed() == [others, mine]
    assert (listed(whose="mine"), listed(whose="others")) == ([mine], [others])
    assert (listed(environment="production", limit="1"), listed(environment="staging")) == (
        [others], [],
    )  # fmt: skip
    api.do("POST", request(mine, "reject"), {}, token=bob)
    assert (listed(state="open,stale"), listed(state="rejected")) == ([others], [mine])
    for bad in ({"state": "waiting"}, {"state": ""}, {"whose": "bob"}):
        api.refused(422, "GET", project("requests"), params=bad)
    (short,) = api.get(project("requests"), params={"whose": "mine"})["items"]
    assert short["edits"] == api.get(request(mine))["edits"]


def test_who_may_not_read_the_environment_does_not_see_the_request(api: Api) -> None:
    number = waits(api, "PATCH", FLAG, EVERYBODY)["id"]
    staging = api.token(Grant("read", "shop", "staging"))
    assert api.get(project("requests"), token=staging)["items"] == []
    api.refused(404, "GET", request(number), token=staging)
    api.refused(404, "POST", request(number, "comment"), {"comment": "hello"}, token=staging)


@pytest.mark.parametrize("number", ["0", "01", "x", "999"])
def test_a_request_that_never_was(api: Api, number: str) -> None:
    api.refused(404, "GET", project("requests", number))


def test_an_emergency_passes_and_says_so(api: Api) -> None:
    emergency = {"Yardarm-Emergency": "1"}
    refused = api.refused(409, "PATCH", FLAG, EVERYBODY, headers=emergency)
    assert refused["reason"] == "reason-missing"
    done = api.do("PATCH", FLAG, {**EVERYBODY, "reason": "it burns"}, headers=emergency)
    assert done["changes"][0]["movement"] == {"emergency": True}
    api.refused(400, "PATCH", FLAG, EVERYBODY, headers={"Yardarm-Emergency": "yes"})
    waits(api, "POST", f"{FLAG}/disable", {}, headers={"Yardarm-Emergency": "0"})


def test_policies_are_set_shown_removed_and_audited(api: Api) -> None:
    path = project("policies", "freezes")
    api.refused(404, "GET", path)
    body = {"windows": [{"days": ["fri"], "from": "16:00", "to": "08:00", "zone": "UTC"}]}
    put = api.do("PUT", path, body, headers={"Yardarm-Reason": "quiet weekends"})
    assert put == {"environment": None, "name": "freezes", "policy": body}
    assert api.get(path) == put
    names = [(p["environment"], p["name"]) for p in api.get(project("policies"))["items"]]
    assert names == [(None, "freezes"), ("production", "budgets")]
    assert api.call("DELETE", path).status_code == 204
    api.refused(404, "DELETE", path)
    actions = [entry["action"] for entry in api.get("/audit")["items"]]
    assert actions[:3] == ["policy.removed", "policy.set", "policy.set"]
    entry = api.get("/audit")["items"][1]
    assert (entry["reason"], entry["details"]["after"]) == ("quiet weekends", body)


def test_policies_need_admin_and_a_name_and_a_place(api: Api) -> None:
    editor = api.token(Grant("edit", "shop"))
    api.refused(403, "PUT", project("policies", "budgets"), {}, token=editor)
    api.refused(404, "PUT", project("policies", "anything"), {})
    api.refused(404, "PUT", environment("nowhere", "policies", "budgets"), {})
    faults = api.refused(422, "PUT", project("policies", "budgets"), {"max_share": 10})
    assert faults["errors"][0]["pointer"] == "/max_share"
    assert api.get(project("policies"), token=editor)["items"][0]["name"] == "budgets"


def test_a_preview_is_judged_before_anybody_asks(api: Api) -> None:
    edit = {"type": "edit_flag", "flag": "checkout", "fields": EVERYBODY}
    body = {"commands": [edit], "environments": {"production": None}}
    started = api.call("POST", project("previews"), body)
    found = api.get(started.headers["Location"].removeprefix("/api/v1"), params={"wait": 30})
    verdict = api.get(project("previews", found["id"], "verdict"))
    assert [ground["rule"] for ground in verdict["grounds"]] == ["budget"]
    (meter,) = verdict["meters"]
    assert (meter["unit"], meter["window"], meter["limit"]) == ("share", "change", 0)
    assert (meter["used"], meter["moved"], meter["unknown"], meter["over"]) == (0, 1, 0, True)
    api.do(
        "PUT", environment("production", "policies", "budgets"), {"per_hour": {"max_contexts": 50}}
    )
    after = api.get(project("previews", found["id"], "verdict"))
    assert after["grounds"] == []
    assert (after["meters"][0]["moved"], after["meters"][0]["unit"]) == (10, "contexts")
    assert api.call("GET", project("previews", "absent", "verdict")).status_code == 404
    assert not api.get("/projects/shop/requests")["items"], "nobody has asked for anything"
