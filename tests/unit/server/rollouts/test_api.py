"""The routes of plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import PROJECT, Api, project, rest_api

from yardarm.server.access.model import Grant

PLANS = project("plans")
LATER = "2099-01-01T09:00:00Z"


@pytest.fixture
def api() -> Iterator[Api]:
    with rest_api() as api:
        api.do("POST", project("flags"), {"key": "a", "enabled": True})
        yield api


def step(**given: Any) -> dict[str, Any]:
    command = {"type": "edit_flag", "flag": "a", "fields": {"default": "off"}}
    return {"commands": [command], "environments": ["production"], "at": LATER, **given}


def plan(**given: Any) -> dict[str, Any]:
    return {"steps": [step()], **given}


def test_a_plan_is_made_shown_and_listed(api: Api) -> None:
    window = {"from": "09:00", "to": "17:00", "days": ["mon"], "zone": "Europe/Amsterdam"}
    made = api.do(
        "POST", PLANS, plan(name="new year", steps=[step(window=window), step(hold_seconds=5)])
    )
    assert (made["state"], made["step"], made["author"]) == ("waiting", 0, "ada")
    assert made["next_at"] == "2099-01-05T08:00:00Z"
    assert made["steps"][0]["window"] == window
    assert made["missed"] == "pause"
    assert api.get(f"{PLANS}/{made['id']}") == made
    assert api.get(PLANS)["items"] == [made]
    api.do("POST", f"{PLANS}/{made['id']}/cancel")
    assert api.get(PLANS, params={"open": "true"})["items"] == []
    assert [each["id"] for each in api.get(PLANS, params={"state": "cancelled"})["items"]] == [1]


def test_lists_come_in_pages(api: Api) -> None:
    made = [api.do("POST", PLANS, plan(force=True))["id"] for _ in range(5)]
    first = api.get(PLANS, params={"limit": 2})
    second = api.get(PLANS, params={"limit": 3, "cursor": first["next_cursor"]})
    found = [each["id"] for each in first["items"] + second["items"]]
    assert found == sorted(made, reverse=True)
    assert second["next_cursor"] is None


def test_the_life_of_a_plan(api: Api) -> None:
    made = api.do("POST", PLANS, plan())
    at = f"{PLANS}/{made['id']}"
    paused = api.do("POST", f"{at}/pause", {"reason": "lunch"})
    assert (paused["state"], paused["why"]) == ("paused", "ada paused it: lunch")
    problem = api.refused(409, "POST", f"{at}/pause")
    assert (problem["reason"], problem["state"]) == ("wrong-state", "paused")
    assert api.do("POST", f"{at}/resume")["state"] == "waiting"
    assert api.do("POST", f"{at}/cancel", {"reason": "no"})["state"] == "cancelled"


def test_a_ramp(api: Api) -> None:
    made = api.do(
        "POST", f"{PLANS}/ramp",
        {
            "flag": "a", "to": "off", "environments": ["production", "staging"],
            "percentages": [1, 50, 100], "approve_between": True,
        },
    )  # fmt: skip
    assert made["name"] == "a to off"
    assert [each["hold_seconds"] for each in made["steps"]] == [3600, 3600, 0]
    assert [each["needs_approval"] for each in made["steps"]] == [False, True, True]
    assert made["steps"][0]["environments"] == ["production", "staging"]
    problem = api.refused(
        422, "POST", f"{PLANS}/ramp",
        {"flag": "a", "to": "pink", "environments": ["production"], "percentages": [1]},
    )  # fmt: skip
    assert problem["errors"][0]["pointer"] == "/to"


def test_a_preview_writes_nothing(api: Api) -> None:
    found = api.do("POST", f"{PLANS}/preview", plan())
    assert len(found["movements"]) == 1
    assert api.get(PLANS)["items"] == []


def test_the_author_does_not_approve(api: Api) -> None:
    steps = [{**step(needs_approval=True), "at": None}]
    made = api.do("POST", PLANS, plan(steps=steps))
    at = f"{PLANS}/{made['id']}"
    while api.get(at)["state"] == "waiting":
        pass
    assert api.get(at)["state"] == "approval"
    problem = api.refused(403, "POST", f"{at}/approve")
    assert "somebody else has to approve" in problem["detail"]
    bob = api.token(Grant("approve", PROJECT), actor="bob")
    assert api.do("POST", f"{at}/approve", token=bob)["state"] == "waiting"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"steps": []}, "/steps"),
        ({"steps": [step(commands=[])]}, "/steps/0/commands"),
        ({"steps": [step(commands=[{"type": "nothing"}])]}, "/steps/0/commands/0/type"),
        ({"steps": [step(commands=["x"])]}, "/steps/0/commands/0"),
        ({"steps": [step(hold_seconds=-1)]}, "/steps/0/hold_seconds"),
        ({"steps": [step(at="2099-01-01T09:00:00")]}, "/steps/0/at"),
        ({"steps": [step(at="2999-01-01T09:00:00Z")]}, "/steps/0/at"),
        ({"steps": [step(window={"zone": "Mars"})]}, "/steps/0/window/zone"),
        ({"steps": [step(window={"zone": "UTC", "days": ["dies"]})]}, "/steps/0/window/days/0"),
        ({"steps": [step(until=1)]}, "/steps/0/until"),
        ({"repeat": {"every": "hourly", "zone": "UTC"}}, "/repeat/every"),
        ({"repeat": {"every": "monthly", "zone": "UTC", "day": 32}}, "/repeat/day"),
        ({"missed": "never"}, "/missed"),
        ({"name": "x" * 201}, "/name"),
    ],
)
def test_what_is_wrong_is_pointed_at(api: Api, change: dict[str, Any], pointer: str) -> None:
    problem = api.refused(422, "POST", PLANS, plan(**change))
    found = [fault["pointer"] for fault in problem["errors"]]
    assert pointer in found or any(pointer.startswith(f"{p}") for p in found), found


def test_who_may_do_what(api: Api) -> None:
    reader = api.token(Grant("read", PROJECT), actor="rita")
    staging = api.token(Grant("edit", PROJECT, "staging"), actor="stan")
    for token in (reader, staging):
        api.refused(403, "POST", PLANS, plan(), token=token)
        api.refused(403, "POST", f"{PLANS}/preview", plan(), token=token)
    made = api.do("POST", PLANS, plan())
    for what in ("pause", "resume", "cancel", "approve"):
        for token in (reader, staging):
            api.refused(403, "POST", f"{PLANS}/{made['id']}/{what}", token=token)
    production = api.token(Grant("edit", PROJECT, "production"), actor="pam")
    assert api.do("POST", PLANS, plan(force=True), token=production)["author"] == "pam"


@pytest.mark.parametrize("number", ["0", "01", "x", "99", "9" * 30, "-1"])
def test_a_plan_that_is_not_there(api: Api, number: str) -> None:
    api.refused(404, "GET", f"{PLANS}/{number}")
    api.refused(404, "POST", f"{PLANS}/{number}/pause")
