"""The routes that look back: ranges, a flag's versions, comparing, promoting, the timeline."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.rest_api import PROJECT, Api, environment, opened, project

from yardarm.server.access.model import Grant
from yardarm.server.store.instants import to_rfc3339

api = pytest.fixture(opened, scope="module")


def state(key: str, at: str = "production") -> str:
    return environment(at, "flags", key)


def version(api: Api, at: str = "production") -> int:
    number: int = api.versions()[at]
    return number


def make(api: Api, key: str, *edits: dict[str, Any], at: str = "production") -> int:
    """A flag, edited; the version at which it was made."""
    api.do("POST", project("flags"), {"key": key})
    made = version(api, at)
    for edit in edits:
        api.do("PATCH", state(key, at), edit)
    return made


# --- going back -------------------------------------------------------------------------------


def test_a_range_is_undone(api: Api) -> None:
    made = make(api, "ranged", {"enabled": True}, {"default": "off"}, {"enabled": False})
    first, last = made + 1, made + 3
    path = environment("production", "changes", str(first)) + "/undo"
    done = api.do("POST", path, {"through": last, "reason": "all wrong"})
    command = done["changes"][0]["command"]
    assert command == {"type": "undo", "version": first, "through": last}
    flag = api.get(state("ranged"))
    assert (flag["enabled"], flag["default"]) == (False, "on")


@pytest.mark.parametrize(
    ("through", "status"), [(0, 422), ("4", 422), (500, 404), (1, 409), (10**6, 409)]
)
def test_a_range_that_is_none(api: Api, through: Any, status: int) -> None:
    make(api, f"none-{status}-{through}", {"enabled": True})
    path = environment("production", "changes", str(version(api))) + "/undo"
    api.refused(status, "POST", path, {"through": through})


def test_a_flag_goes_back_to_a_version(api: Api) -> None:
    made = make(api, "back", {"enabled": True}, {"default": "off", "enabled": False})
    done = api.do("POST", f"{state('back')}/restore-version", {"version": made + 1})
    assert (done["flag"]["enabled"], done["flag"]["default"]) == (True, "on")
    command = {"type": "restore_version", "flag": "back", "version": made + 1}
    assert done["changes"][0]["command"] == command
    again = api.do("POST", f"{state('back')}/restore-version", {"version": made + 1})
    assert again["changes"] == []


def test_what_cannot_be_gone_back_to(api: Api) -> None:
    made = make(api, "there", {"enabled": True})
    path = f"{state('there')}/restore-version"
    api.refused(404, "POST", path, {"version": made - 1})
    api.refused(404, "POST", path, {"version": made + 1_000})
    api.refused(422, "POST", path, {})
    api.refused(422, "POST", path, {"version": True})
    api.refused(404, "POST", f"{state('nobody')}/restore-version", {"version": made})
    api.do("POST", project("flags", "there") + "/archive")
    problem = api.refused(409, "POST", path, {"version": made})
    assert problem["reason"] == "flag-archived"


def test_a_flag_whose_making_was_undone_cannot_go_back(api: Api) -> None:
    made = make(api, "unmade")
    api.do("POST", environment("production", "changes", str(made)) + "/undo")
    api.refused(404, "POST", f"{state('unmade')}/restore-version", {"version": made})


def test_a_flag_is_promoted(api: Api) -> None:
    make(api, "up")
    api.do("PUT", environment("staging", "segments", "vip"), {"included": [{"keys": ["u"]}]})
    rules = [{"id": "vips", "when": {"segment": "vip"}, "serve": "off"}]
    api.do("PATCH", state("up", "staging"), {"enabled": True, "rules": rules})
    bare = api.refused(
        422, "POST", f"{state('up')}/promote", {"from": "staging", "segments": False}
    )
    assert "vip" in bare["detail"]
    done = api.do("POST", f"{state('up')}/promote", {"from": "staging"})
    assert (done["flag"]["enabled"], done["flag"]["rules"]) == (True, rules)
    assert api.get(environment("production", "segments", "vip"))["included"]


def test_promoting_shows_the_source_so_it_takes_its_scope(api: Api) -> None:
    make(api, "closed")
    token = api.token(Grant("edit", PROJECT, "production"), actor="narrow")
    body = {"from": "staging"}
    api.refused(403, "POST", f"{state('closed')}/promote", body, token=token)
    both = api.token(
        Grant("edit", PROJECT, "production"), Grant("read", PROJECT, "staging"), actor="wide"
    )
    api.do("POST", f"{state('closed')}/promote", body, token=both)
    api.refused(404, "POST", f"{state('closed')}/promote", {"from": "nowhere"})
    api.refused(404, "POST", f"{state('nobody')}/promote", body)
    api.refused(422, "POST", f"{state('closed')}/promote", {})


# --- a flag's versions ------------------------------------------------------------------------


def test_the_versions_of_a_flag_come_in_pages(api: Api) -> None:
    made = make(api, "versions", {"enabled": True}, {"default": "off"})
    make(api, "beside")
    api.do("PATCH", state("versions"), {"enabled": False})
    path = state("versions") + "/versions"
    page = api.get(path, params={"limit": "3"})
    assert [change["version"] for change in page["items"]] == [made + 4, made + 2, made + 1]
    rest = api.get(path, params={"limit": "3", "cursor": page["next_cursor"]})
    assert [change["version"] for change in rest["items"]] == [made]
    assert rest["next_cursor"] is None
    change = api.get(environment("production", "changes", str(made + 4)))
    assert {name: page["items"][0][name] for name in change} == change
    api.refused(404, "GET", state("nobody") + "/versions")
    api.refused(422, "GET", path, params={"cursor": "WyJhIl0"})


# --- comparing --------------------------------------------------------------------------------


def said(edits: Any) -> list[tuple[str, str]]:
    return [(each["key"], "".join(part["text"] for part in each["words"])) for each in edits]


def compare(api: Api, start: str, to: str) -> Any:
    return api.get(project("compare"), params={"from": start, "to": to})


def test_two_moments_of_one_environment(api: Api) -> None:
    made = make(api, "moment")
    then = to_rfc3339(datetime.now(UTC))
    api.do("PATCH", state("moment"), {"enabled": True, "default": "off"})
    now = version(api)
    found = compare(api, f"production@{now}", f"production@{then}")
    assert found["from"] == {"environment": "production", "version": now, "at": None}
    assert found["to"] == {"environment": "production", "version": made, "at": then}
    assert said(found["edits"]) == [
        ("moment", "Switched off"),
        ("moment", "Default rule: serves on instead of off"),
    ]
    assert found["commands"] == [{"type": "restore_version", "flag": "moment", "version": made}]
    same = compare(api, "production", f"production@{now}")
    assert (same["edits"], same["commands"]) == ([], [])


def test_two_environments(api: Api) -> None:
    make(api, "apart", {"enabled": True}, at="staging")
    found = compare(api, "production", "staging")
    assert ("apart", "Switched on") in said(found["edits"])
    assert found["commands"] == [{"type": "copy_environment", "source": "staging"}]


@pytest.mark.parametrize("moment", ["production@", "production@x", "production@2027-01-01", "@-1"])
def test_what_is_no_moment(api: Api, moment: str) -> None:
    for query in ({"from": moment, "to": "staging"}, {"from": "staging", "to": moment}):
        problem = api.refused(422, "GET", project("compare"), params=query)
        name = next(name for name, text in query.items() if text == moment)
        assert problem["errors"][0]["pointer"] == f"/{name}"


def test_comparing_takes_the_scope_of_both(api: Api) -> None:
    token = api.token(Grant("read", PROJECT, "production"), actor="one-eyed")
    query = {"from": "production", "to": "staging"}
    api.refused(403, "GET", project("compare"), params=query, token=token)
    api.refused(404, "GET", project("compare"), params={**query, "to": "production@999999"})
    api.refused(404, "GET", project("compare"), params={**query, "to": "nowhere"})
    api.refused(422, "GET", project("compare"), params={"from": "production"})


# --- the timeline and deployments -------------------------------------------------------------


def test_a_deployment_is_shown_beside_the_changes(api: Api) -> None:
    make(api, "lined", {"enabled": True})
    path = environment("production", "deployments")
    body = {"application": "checkout", "version": "2.14", "url": "https://ci.example.com/512"}
    made = api.do("POST", path, body, match=None)
    assert (made["actor"], made["environment"]) == ("ada", "production")
    assert api.get(path)["items"][0] == made
    page = api.get(project("timeline"), params={"limit": "2"})
    deployed, changed = page["items"]
    assert (deployed["kind"], deployed["application"], deployed["version"]) == (
        "deployment", "checkout", "2.14",
    )  # fmt: skip
    assert (deployed["environments"], deployed["at"]) == (["production"], made["at"])
    assert changed["kind"] == "change"
    assert changed["versions"] == {"production": version(api)}
    assert changed["command"]["flag"] == "lined"
    rest = api.get(project("timeline"), params={"limit": "1", "cursor": page["next_cursor"]})
    assert set(rest["items"][0]["versions"]) == {"production", "staging"}


def test_what_was_just_before(api: Api) -> None:
    make(api, "before")
    then = to_rfc3339(datetime.now(UTC))
    api.do("PATCH", state("before"), {"enabled": True})
    query = {"before": then, "limit": "1"}
    found = api.get(project("timeline"), params=query)["items"][0]
    assert found["command"]["type"] == "create_flag"
    assert found["at"] < then


def test_the_timeline_shows_what_the_token_may_read(api: Api) -> None:
    make(api, "seen", {"enabled": True}, at="staging")
    token = api.token(Grant("read", PROJECT, "production"), actor="half")
    items = api.get(project("timeline"), token=token)["items"]
    assert {name for item in items for name in item["environments"]} == {"production"}
    query = {"environment": "staging"}
    api.refused(404, "GET", project("timeline"), params=query, token=token)
    only = api.get(project("timeline"), params=query)["items"]
    assert {name for item in only for name in item["environments"]} == {"staging"}
    for bad in ({"before": "noon"}, {"cursor": "WzFd"}, {"cursor": "WyIyMDI3Iiw5LDEsMV0"}):
        api.refused(422, "GET", project("timeline"), params=bad)


def test_the_timeline_is_filtered_and_exported(api: Api) -> None:
    formula = "=HYPERLINK(1)"
    make(api, "sought", {"enabled": True})
    since = to_rfc3339(datetime.now(UTC))
    body = {"default": "off", "reason": formula}
    api.do("PATCH", state("sought"), body)
    query = {"flag": "sought", "kind": "edit_flag,deployment", "actor": "ada", "since": since}
    (entry,) = api.get(project("timeline"), params=query)["items"]
    assert said(entry["edits"]) == [("sought", "Default rule: serves off instead of on")]
    assert (entry["edited"], entry["request"], entry["approved_by"]) == (1, None, [])
    assert api.get(project("timeline"), params={**query, "kind": "kill"})["items"] == []

    answer = api.call("GET", project("timeline-csv"), params=query)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="history.csv"'
    names, line = list(csv.reader(io.StringIO(answer.text)))
    told = dict(zip(names, line, strict=True))
    assert told["what"] == "sought: Default rule: serves off instead of on"
    assert told["environments"] == f"production {version(api)}"
    assert (told["kind"], told["reason"]) == ("edit_flag", f"'{formula}")
    for bad in ({"kind": "edit_flags"}, {"kind": ""}, {"since": "noon"}, {"actor": "a\0"}):
        for path in ("timeline", "timeline-csv"):
            api.refused(422, "GET", project(path), params=bad)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"version": "1"}, ""),
        ({"application": "a", "version": "1", "at": "noon"}, "/at"),
        ({"application": "a", "version": "1", "url": "javascript:x"}, "/url"),
        ({"application": "a", "version": "1", "commit": "x"}, "/commit"),
        ({"application": "a", "version": ""}, "/version"),
    ],
)
def test_a_marker_that_cannot_be_read(api: Api, body: dict[str, str], pointer: str) -> None:
    problem = api.refused(422, "POST", environment("production", "deployments"), body)
    assert problem["errors"][0]["pointer"] == pointer


def test_a_marker_needs_the_scope_edit(api: Api) -> None:
    token = api.token(Grant("read", PROJECT), actor="onlooker")
    body = {"application": "a", "version": "1"}
    api.refused(403, "POST", environment("production", "deployments"), body, token=token)
    api.refused(404, "POST", environment("nowhere", "deployments"), body)
    for cursor in ("WzFd", "WyJub29uIiwxXQ"):
        path = environment("production", "deployments")
        api.refused(422, "GET", path, params={"cursor": cursor})


# --- asking every flag ------------------------------------------------------------------------


def test_every_flag_is_asked_at_once(api: Api) -> None:
    make(api, "asked", {"enabled": True})
    make(api, "shelved")
    api.do("POST", project("flags", "shelved") + "/archive")
    path = environment("production", "evaluate")
    found = api.do("POST", f"{path}/all", {"context": {"key": "u"}, "explain": True})
    assert found["environment_version"] == version(api)
    keys = [each["flag"] for each in found["flags"]]
    assert keys == sorted(keys)
    assert "shelved" not in keys
    single = {"flag": "asked", "context": {"key": "u"}, "explain": True, "at": found["at"]}
    alone = api.do("POST", path, single)
    assert found["flags"][keys.index("asked")] == alone
    assert alone["chance"] is False
    then = api.do("POST", f"{path}/all", {"version": 0})
    assert then["flags"] == []
    api.refused(422, "POST", f"{path}/all", {"context": []})
    api.refused(422, "POST", f"{path}/all", {"at": "noon"})


def test_a_context_that_is_none_is_said_for_every_flag(api: Api) -> None:
    make(api, "faulty", {"enabled": True})
    found = api.do("POST", environment("production", "evaluate", "all"), {"context": {"kind": 7}})
    assert {each["error"] for each in found["flags"]} == {"INVALID_CONTEXT"}


# --- one flag as it was -----------------------------------------------------------------------


def test_each_version_says_what_was_served_and_what_changed(api: Api) -> None:
    made = make(api, "told", {"enabled": True}, {"default": "off"})
    api.do("PATCH", project("flags", "told"), {"description": "d"})
    newest, off, on, first = api.get(f"{state('told')}/versions")["items"]
    says = ["".join(part["text"] for part in each["says"]) for each in (newest, off, on, first)]
    assert says == [
        "Serves off to everyone.",
        "Serves off to everyone.",
        "Serves on to everyone.",
        "Switched off: serves off to everyone.",
    ]
    assert (on["version"], first["version"]) == (made + 1, made)
    assert said(newest["edits"]) == [("told", "Description: d instead of nothing")]
    assert off["edits"] == [
        {
            "kind": "flag",
            "key": "told",
            "pointer": "/default",
            "what": "changed",
            "words": [
                {"kind": "text", "text": "Default rule: "},
                {"kind": "text", "text": "serves "},
                {"kind": "variant", "text": "off"},
                {"kind": "text", "text": " instead of "},
                {"kind": "variant", "text": "on"},
            ],
        }
    ]
    assert [(each["pointer"], each["what"]) for each in first["edits"]] == [("", "added")]


def test_a_flag_as_it_was_at_an_instant(api: Api) -> None:
    made = make(api, "then", {"enabled": True})
    at = api.get(environment("production", "changes", str(made)))["at"]
    api.do("PATCH", state("then", "staging"), {"enabled": True})
    path = project("flags", "then")
    then, now = api.get(path, params={"at": at}), api.get(path)
    assert [now["environments"][e]["enabled"] for e in ("production", "staging")] == [True, True]
    assert then["environments"]["production"]["enabled"] is False
    assert then["environments"]["production"]["says"][0]["text"].startswith("Switched off")
    api.refused(404, "GET", path, params={"at": "2020-01-01T00:00:00Z"})
    api.refused(422, "GET", path, params={"at": "yesterday"})


def test_a_flag_of_one_environment_at_a_version(api: Api) -> None:
    made = make(api, "single", {"enabled": True})
    assert api.get(state("single"))["enabled"] is True
    assert api.get(state("single"), params={"version": made})["enabled"] is False
    api.refused(404, "GET", state("single"), params={"version": made - 1})
    api.refused(422, "GET", state("single"), params={"version": made, "at": "2026-01-01T00:00:00Z"})


def test_who_needs_a_flag(api: Api) -> None:
    make(api, "needed")
    assert api.get(project("flags", "needed", "dependents"))["items"] == []
    asks = {"flag": "needed", "variants": ["on"]}
    make(api, "asks", {"prerequisites": [asks]})
    body = {"when": {"not": asks}}
    api.do("PUT", environment("staging", "segments", "asking"), body)
    assert api.get(project("flags", "needed", "dependents"))["items"] == [
        {"kind": "flag", "key": "asks", "environments": ["production"]},
        {"kind": "segment", "key": "asking", "environments": ["staging"]},
    ]
    api.refused(409, "POST", project("flags", "needed") + "/archive")
    api.refused(404, "GET", project("flags", "nobody", "dependents"))


def test_a_variant_is_renamed_and_the_rename_undone(api: Api) -> None:
    make(api, "renamed", {"enabled": True})
    make(api, "asking", {"prerequisites": [{"flag": "renamed", "variants": ["on"]}]})
    body = {
        "renames": {"on": "yes"},
        "variants": [{"key": "yes", "value": True}, {"key": "off", "value": False}],
    }
    done = api.do("PATCH", project("flags", "renamed"), body)
    assert done["flag"]["environments"]["production"]["default"] == "yes"
    asking = api.get(state("asking"))["prerequisites"]
    assert asking == [{"flag": "renamed", "variants": ["yes"]}]
    path = environment("production", "changes", str(done["versions"]["production"])) + "/undo"
    api.do("POST", path)
    for at in ("production", "staging"):
        assert api.get(state("renamed", at))["default"] == "on"
    assert api.get(state("asking"))["prerequisites"] == [{"flag": "renamed", "variants": ["on"]}]
    problem = api.refused(422, "PATCH", project("flags", "renamed"), {"renames": {"no": "x"}})
    assert problem["errors"][0]["pointer"].endswith("/renames/no")
