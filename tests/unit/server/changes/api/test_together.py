"""Several flags changed in one change set."""

from __future__ import annotations

import pytest
from tests.rest_api import PROJECT, Api, environment, opened, project

from yardarm.server.access.model import Grant

api = pytest.fixture(opened, scope="module")

TOGETHER = project("together")


def switch(flag: str, *, on: bool) -> dict[str, object]:
    return {"type": "set_enabled", "flag": flag, "enabled": on}


@pytest.fixture(scope="module", autouse=True)
def flags(api: Api) -> None:
    for key in ("a", "b", "c", "d", "e"):
        api.do("POST", project("flags"), {"key": key, "enabled": True, "tags": ["old"]})


def enabled(api: Api, at: str) -> set[str]:
    return {
        flag["key"]
        for flag in api.get(project("flags"))["items"]
        if flag["environments"][at]["enabled"]
    }


def test_one_change_set_that_one_undo_takes_back(api: Api) -> None:
    before = api.versions()
    body = {
        "commands": [switch("a", on=False), switch("b", on=False)],
        "environments": ["production"],
        "reason": "an incident",
    }
    done = api.do("POST", TOGETHER, body)
    (change,) = done["changes"]
    assert (change["environment"], change["reason"]) == ("production", "an incident")
    assert change["version"] == before["production"] + 1
    assert enabled(api, "production") == {"c", "d", "e"}
    assert enabled(api, "staging") == {"a", "b", "c", "d", "e"}
    path = environment("production", "changes", str(change["version"]), "undo")
    api.do("POST", path)
    assert enabled(api, "production") == {"a", "b", "c", "d", "e"}


def test_fields_of_the_project_and_of_an_environment_together(api: Api) -> None:
    commands = [
        {"type": "update_flag", "flag": "a", "fields": {"owner": "web"}},
        switch("a", on=False),
        {"type": "archive_flag", "flag": "e"},
    ]
    done = api.do("POST", TOGETHER, {"commands": commands, "environments": ["staging"]})
    assert len({change["change_set"] for change in done["changes"]}) == 1
    assert {change["environment"] for change in done["changes"]} == {"production", "staging"}
    flag = api.get(project("flags", "a"))
    assert flag["owner"] == "web"
    assert flag["environments"]["production"]["enabled"]
    assert not flag["environments"]["staging"]["enabled"]
    assert api.get(project("flags", "e"))["archived_at"] is not None
    version = next(c["version"] for c in done["changes"] if c["environment"] == "production")
    api.do("POST", environment("production", "changes", str(version), "undo"))
    flag = api.get(project("flags", "a"))
    assert flag["owner"] == ""
    assert flag["environments"]["staging"]["enabled"]
    assert api.get(project("flags", "e"))["archived_at"] is None


def test_flags_promoted_and_set_back_together(api: Api) -> None:
    version = api.versions()["production"]
    commands = [switch("b", on=False), switch("c", on=False)]
    api.do("POST", TOGETHER, {"commands": commands, "environments": ["staging"]})
    over = [{"type": "promote_flag", "flag": key, "source": "staging"} for key in ("b", "c")]
    into = {"commands": over, "environments": ["production"]}
    (change,) = api.do("POST", TOGETHER, into)["changes"]
    assert change["version"] == version + 1
    assert enabled(api, "production").isdisjoint({"b", "c"})
    back = [{"type": "restore_version", "flag": "b", "version": version}, switch("c", on=True)]
    (change,) = api.do("POST", TOGETHER, {"commands": back, "environments": ["production"]})[
        "changes"
    ]
    assert change["version"] == version + 2
    assert {"b", "c"} <= enabled(api, "production")


def test_nothing_is_promoted_from_where_one_may_not_read(api: Api) -> None:
    over = [{"type": "promote_flag", "flag": "b", "source": "staging"}]
    into = {"commands": over, "environments": ["production"]}
    editor = api.token(Grant("edit", PROJECT, "production"), actor="only here")
    api.refused(403, "POST", TOGETHER, into, token=editor)
    api.refused(409, "POST", TOGETHER, {**into, "environments": ["staging"]})


def test_all_or_nothing(api: Api) -> None:
    before = api.versions()
    commands = [switch("a", on=False), switch("nowhere", on=False)]
    api.refused(404, "POST", TOGETHER, {"commands": commands, "environments": ["production"]})
    assert api.versions() == before
    half = [{"type": "archive_flag", "flag": key} for key in ("a", "b", "c")]
    problem = api.refused(409, "POST", TOGETHER, {"commands": half})
    assert problem["reason"] == "deletion"
    assert api.versions() == before


def test_previewed_like_any_other(api: Api) -> None:
    before = api.versions()
    body = {"commands": [switch("a", on=False)], "environments": ["production"]}
    answer = api.call("POST", TOGETHER + "?preview=true", body)
    assert answer.status_code == 202
    assert answer.json()["commands"] == [{"type": "together", "commands": body["commands"]}]
    assert api.versions() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"commands": []}, "/commands"),
        ({"commands": [switch("a", on=True)]}, "/environments"),
        ({"commands": [{"type": "fly"}]}, "/commands/0/type"),
        ({"commands": [{"type": "undo", "version": 1}]}, "/commands/0/type"),
        ({"commands": [{"type": "together", "commands": []}]}, "/commands/0/type"),
        ({"commands": [{"type": "archive_flag"}]}, "/commands/0"),
        ({"commands": [{"type": "archive_flag", "flag": "a", "force": True}]}, "/commands/0/force"),
    ],
)
def test_what_cannot_be_done_together(api: Api, body: dict[str, object], pointer: str) -> None:
    problem = api.refused(422, "POST", TOGETHER, body)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_it_takes_the_scopes_of_each(api: Api) -> None:
    off = {"commands": [switch("a", on=False)], "environments": ["production"]}
    on = {"commands": [switch("a", on=True)], "environments": ["production"]}
    everywhere = {"commands": [{"type": "update_flag", "flag": "a", "fields": {"owner": "me"}}]}
    reader = api.token(Grant("read", PROJECT))
    killer = api.token(Grant("kill", PROJECT, "production"), actor="killer")
    editor = api.token(Grant("edit", PROJECT, "production"), actor="editor")
    api.refused(403, "POST", TOGETHER, off, token=reader)
    api.do("POST", TOGETHER, off, token=killer)
    api.refused(403, "POST", TOGETHER, on, token=killer)
    api.do("POST", TOGETHER, on, token=editor)
    api.refused(403, "POST", TOGETHER, everywhere, token=editor)
