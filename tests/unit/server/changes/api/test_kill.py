"""A kill by REST: everywhere or where it is named, all or nothing, and taken back."""

from __future__ import annotations

import pytest
from tests.rest_api import ENVIRONMENTS, Api, environment, opened, project

from yardarm.server.access.model import Grant

api = pytest.fixture(opened, scope="module")
ON = {"enabled": True, "rules": [{"id": "r", "when": {"always": True}, "serve": "on"}]}


@pytest.fixture
def flag(api: Api, request: pytest.FixtureRequest) -> str:
    """A flag of the test's own, on everywhere, with a rule."""
    key = request.node.name
    api.do("POST", project("flags"), {"key": key})
    for name in ENVIRONMENTS:
        api.do("PATCH", environment(name, "flags", key), ON)
    return key


def enabled(api: Api, flag: str) -> list[bool]:
    return [api.get(environment(name, "flags", flag))["enabled"] for name in ENVIRONMENTS]


def test_everywhere_in_one_change_set(api: Api, flag: str) -> None:
    before = {name: api.get(environment(name, "flags", flag)) for name in ENVIRONMENTS}
    done = api.do("POST", project("flags", flag, "kill"), {"reason": "it fails"}, match=None)
    assert [c["environment"] for c in done["changes"]] == list(ENVIRONMENTS)
    assert {c["change_set"] for c in done["changes"]} == {done["change_set"]}
    assert {c["reason"] for c in done["changes"]} == {"it fails"}
    assert (done["already_off"], enabled(api, flag)) == ([], [False, False])
    for change in done["changes"]:
        at = environment(change["environment"], "changes", str(change["version"]), "undo")
        api.do("POST", at, {})
    for name, was in before.items():
        now = api.get(environment(name, "flags", flag))
        assert {**now, "version": 0} == {**was, "version": 0}


def test_where_it_is_named_and_what_was_off_already(api: Api, flag: str) -> None:
    done = api.do("POST", project("flags", flag, "kill"), {"environments": ["staging"]}, match=None)
    assert [c["environment"] for c in done["changes"]] == ["staging"]
    assert enabled(api, flag) == [True, False]
    done = api.do("POST", project("flags", flag, "kill"), match=None)
    assert [c["environment"] for c in done["changes"]] == ["production"]
    assert done["already_off"] == ["staging"]
    done = api.do("POST", project("flags", flag, "kill"), match=None)
    assert (done["changes"], done["already_off"]) == ([], list(ENVIRONMENTS))


@pytest.mark.parametrize("scope", ["kill", "edit"])
def test_all_or_nothing_by_the_scopes(api: Api, flag: str, scope: str) -> None:
    path = project("flags", flag, "kill")
    token = api.token(Grant(scope, "shop", "production"))  # type: ignore[arg-type]
    problem = api.refused(403, "POST", path, match=None, token=token)
    assert problem["detail"].endswith("needs the scope kill or edit on shop/staging")
    both = {"environments": list(ENVIRONMENTS)}
    assert api.refused(403, "POST", path, both, match=None, token=token)["detail"].endswith(
        "staging"
    )
    assert enabled(api, flag) == [True, True]
    api.do("POST", path, {"environments": ["production"]}, match=None, token=token)
    assert enabled(api, flag) == [False, True]


@pytest.mark.parametrize("grant", [Grant("read"), Grant("approve"), Grant("kill", "another")])
def test_other_scopes_kill_nothing(api: Api, flag: str, grant: Grant) -> None:
    token = api.token(grant)
    for body in (None, {"environments": ["production"]}):
        api.refused(403, "POST", project("flags", flag, "kill"), body, match=None, token=token)
    assert enabled(api, flag) == [True, True]


def test_it_waits_for_no_freeze(api: Api, flag: str) -> None:
    freeze = {"windows": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                           "from": "00:00", "to": "00:00", "zone": "UTC"}]}  # fmt: skip
    at = environment("production", "policies", "freezes")
    api.do("PUT", at, freeze)
    try:
        edit = {"default": "off"}
        waits = api.call("PATCH", environment("production", "flags", flag), edit)
        assert waits.status_code == 202
        api.do("POST", project("flags", flag, "kill"), match=None)
        assert enabled(api, flag) == [False, False]
    finally:
        assert api.call("DELETE", at).status_code == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [({"environments": []}, 422), ({"environments": ["none"]}, 404), ({"force": True}, 422),
     ({"environments": "production"}, 422), ({"reason": "x" * 10_000}, 422)],
)  # fmt: skip
def test_bad_input(api: Api, flag: str, body: object, status: int) -> None:
    api.refused(status, "POST", project("flags", flag, "kill"), body, match=None)
    assert enabled(api, flag) == [True, True]


def test_what_is_not_there_or_archived(api: Api, flag: str) -> None:
    api.refused(404, "POST", project("flags", "none", "kill"), match=None)
    api.refused(404, "POST", "/projects/none/flags/a/kill", match=None)
    api.do("POST", project("flags", flag, "archive"), {"force": True})
    problem = api.refused(409, "POST", project("flags", flag, "kill"), match=None)
    assert "archived" in problem["detail"]


def test_the_same_request_twice_is_one_kill(api: Api, flag: str) -> None:
    headers = {"Idempotency-Key": f"once {flag}"}
    path = project("flags", flag, "kill")
    first = api.do("POST", path, match=None, headers=headers)
    again = api.call("POST", path, match=None, headers=headers)
    assert again.json() == first
    assert again.headers["idempotency-replayed"] == "true"
