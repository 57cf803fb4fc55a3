"""The routes of populations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import Api, environment, rest_api

from yardarm.server.access.model import Grant

HERE = environment("production", "population")
CONTEXTS = environment("production", "population", "contexts")
POLICY = environment("production", "population", "policy")


@pytest.fixture
def api() -> Iterator[Api]:
    with rest_api() as made:
        yield made


def imported(api: Api, *contexts: dict[str, Any]) -> Any:
    return api.do("POST", CONTEXTS, [{"context": context} for context in contexts])


def exported(api: Api) -> list[Any]:
    response = api.call("GET", f"{CONTEXTS}/export")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def test_an_empty_population(api: Api) -> None:
    assert api.get(HERE) == {
        "contexts": 0, "rate": 1.0, "estimate": 0, "low": 0, "high": 0, "sources": {},
        "reporters": [], "silent_reporters": [], "oldest": None, "newest": None, "sequence": 0,
        "generation": 0,
    }  # fmt: skip
    assert exported(api) == []
    assert api.get(CONTEXTS) == {"items": [], "next_cursor": None}


def test_what_is_imported_is_exported(api: Api) -> None:
    given = [
        {"context": {"key": "ann", "plan": "pro"}, "weight": 3},
        {"context": {"kind": "multi", "user": {"key": "b\u00e9a"}, "team": {"key": "t"}}},
    ]
    done = api.do("POST", CONTEXTS, given)
    assert done == {"taken": 2, "left_out": 0, "rejected": [], "contexts": 2, "rate": 1.0}
    lines = exported(api)
    assert sorted(lines, key=lambda line: -line["weight"]) == [given[0], {**given[1], "weight": 1}]
    assert api.do("POST", CONTEXTS, lines)["contexts"] == 2
    assert exported(api) == lines
    assert api.get(HERE)["sources"] == {"imported": 2}
    assert [entry["action"] for entry in api.get("/audit")["items"][:2]] == [
        "population.imported"
    ] * 2


def test_what_is_no_context_is_left_out_and_told(api: Api) -> None:
    given = [
        {"context": {"key": "ann"}}, {"context": {}}, 7, {"context": {"key": "b"}, "weight": -1},
        {"key": "bare"}, {"context": {"key": "c"}, "wieght": 2},
    ]  # fmt: skip
    done = api.do("POST", CONTEXTS, given)
    assert (done["taken"], done["contexts"]) == (1, 1)
    assert [refused["pointer"] for refused in done["rejected"]] == ["/1", "/2", "/3", "/4", "/5"]
    assert "weight" in done["rejected"][2]["detail"]


def test_too_many_at_once(api: Api) -> None:
    problem = api.refused(422, "POST", CONTEXTS, [{}] * 10_001)
    assert "at most 10000" in problem["errors"][0]["hint"]


def test_pages_of_contexts_and_how_keys_begin(api: Api) -> None:
    imported(api, *({"key": f"u{n}"} for n in range(25)))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": "10"}
    while True:
        page = api.get(CONTEXTS, params=query)
        seen += [item["context"]["key"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(f"u{n}" for n in range(25))
    found = api.get(CONTEXTS, params={"key": "u2"})["items"]
    assert {item["context"]["key"] for item in found} == {"u2", *(f"u2{n}" for n in range(5))}
    (item,) = api.get(CONTEXTS, params={"key": "u2", "exact": "true"})["items"]
    assert (item["weight"], item["source"], len(item["id"])) == (1, "imported", 16)


def test_a_cursor_of_another_list(api: Api) -> None:
    for cursor in ("Im5vIg", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg"):
        problem = api.refused(422, "GET", CONTEXTS, params={"cursor": cursor})
        assert problem["errors"][0]["pointer"] == "/cursor"


def test_a_person_is_forgotten(api: Api) -> None:
    imported(
        api, {"key": "ann"}, {"key": "bea"}, {"kind": "team", "key": "ann"},
        {"kind": "multi", "user": {"key": "ann"}, "team": {"key": "t"}},
    )  # fmt: skip
    done = api.do("DELETE", CONTEXTS, params={"key": "ann"})
    assert done == {"contexts": 2, "exposures": 0, "metric_events": 0, "previews": 0}
    assert api.do("DELETE", CONTEXTS, params={"key": "ann", "kind": "team"})["contexts"] == 1
    assert [line["context"] for line in exported(api)] == [{"key": "bea"}]
    assert api.get(HERE)["generation"] == 2
    entries = api.get("/audit")["items"][:2]
    assert [entry["details"]["kind"] for entry in entries] == ["team", "user"]
    assert "ann" not in json.dumps(entries)


@pytest.mark.parametrize("key", ["", "x" * 257])
def test_a_key_that_nobody_has(api: Api, key: str) -> None:
    api.refused(422, "DELETE", CONTEXTS, params={"key": key})


def test_forgetting_needs_a_key(api: Api) -> None:
    api.refused(422, "DELETE", CONTEXTS)
    assert api.do("DELETE", CONTEXTS, params={"key": "a\0b"})["contexts"] == 0


def test_a_population_is_cleared(api: Api) -> None:
    imported(api, {"key": "ann"}, {"key": "bea"})
    assert api.do("DELETE", HERE) == {"contexts": 2}
    assert exported(api) == []


def test_the_policy(api: Api) -> None:
    usual = {
        "enabled": True, "limit": 1_000_000, "retention_days": 90, "keep": None, "drop": [],
    }  # fmt: skip
    assert api.get(POLICY) == usual
    policy = api.do("PUT", POLICY, {"drop": ["email"], "limit": 2_000})
    assert policy == {**usual, "drop": ["email"], "limit": 2_000}
    assert api.get(POLICY) == policy
    imported(api, {"key": "ann", "email": "a@b"})
    assert exported(api)[0]["context"] == {"key": "ann", "_private": ["email"]}
    assert api.get(environment("staging", "population", "policy")) == usual


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": 10}, "/limit"),
        ({"retention_days": 0}, "/retention_days"),
        ({"keep": [""]}, "/keep/0"),
        ({"dorp": []}, "/dorp"),
    ],
)
def test_a_policy_that_is_none(api: Api, body: dict[str, Any], pointer: str) -> None:
    problem = api.refused(422, "PUT", POLICY, body)
    assert problem["errors"][0]["pointer"].startswith(pointer.rsplit("/0", 1)[0])


def test_contexts_are_made_up(api: Api) -> None:
    body = {"contexts": {"attributes": {"plan": {"values": ["pro"]}}}, "count": 30}
    where = environment("production", "population", "synthetic")
    assert api.do("POST", where, body)["taken"] == 30
    assert api.do("POST", where, body)["contexts"] == 30
    assert api.do("POST", where, {**body, "first": 20})["contexts"] == 50
    assert api.get(HERE)["sources"] == {"synthetic": 50}
    problem = api.refused(422, "POST", where, {"contexts": {"kind": "multi"}, "count": 1})
    assert problem["errors"][0]["pointer"] == "/kind"


def test_attributes_are_listed(api: Api) -> None:
    imported(api, {"key": "a", "plan": "pro"}, {"key": "b", "plan": "pro"}, {"key": "c"})
    where = environment("production", "population", "attributes")
    assert api.get(where, params={"prefix": "p"}) == {
        "contexts": 3,
        "items": [
            {
                "kind": "user", "name": "plan", "share": 2 / 3, "withheld": 0.0,
                "values": [{"value": "pro", "share": 2 / 3}],
            }
        ],
    }  # fmt: skip


def test_a_reader_changes_nothing(api: Api) -> None:
    reader = api.token(Grant("read", "shop", "production"))
    editor = api.token(Grant("edit", "shop", "production"), actor="ed")
    api.get(HERE, token=reader)
    api.refused(403, "POST", CONTEXTS, [], token=reader)
    api.do("POST", CONTEXTS, [], token=editor)
    for method, where in (("DELETE", HERE), ("DELETE", CONTEXTS), ("PUT", POLICY)):
        api.refused(403, method, where, {} if method == "PUT" else None, token=editor)


def test_an_environment_that_is_not_there(api: Api) -> None:
    for tail in ((), ("contexts",), ("contexts", "export"), ("policy",), ("attributes",)):
        api.refused(404, "GET", environment("nowhere", "population", *tail))
