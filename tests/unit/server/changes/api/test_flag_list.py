"""The list of flags: what it can be filtered and sorted by, its facets, its CSV, its activity."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.rest_api import PROJECT, Api, opened, project

from yardarm.server.changes.listing.wanted import SORTS
from yardarm.server.store.instants import to_rfc3339


@dataclass(frozen=True)
class Program:
    """A program that evaluates in production."""

    project: str = PROJECT
    environment: str = "production"


api = pytest.fixture(opened, scope="module")

NOW = datetime.now(UTC)
DUTCH = {"attribute": "country", "op": "in", "values": ["NL"]}
FLAGS: tuple[dict[str, Any], ...] = (
    {"key": "banner", "name": "Banner", "owner": "web", "tags": ["shop"], "enabled": True,
     "default": "off", "rules": [{"name": "Sale", "when": DUTCH, "serve": "on"}]},
    {"key": "checkout", "owner": "payments", "tags": ["shop", "money"], "enabled": True,
     "purpose": "operational", "expires_at": to_rfc3339(NOW + timedelta(days=3))},
    {"key": "dark-mode", "owner": "web", "expires_at": to_rfc3339(NOW - timedelta(days=3))},
    {"key": "=cmd()", "name": "@SUM(1)", "purpose": "experiment", "enabled": True},
    {"key": "broken", "enabled": True, "environments": {"staging": {"enabled": False}}},
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def flags(api: Api) -> None:
    for flag in FLAGS:
        api.do("POST", project("flags"), flag)
    api.do("POST", project("flags", "broken") + "/kill")
    origin = Program()
    api.services.observe.count(origin, "banner", "on", "TARGETING_MATCH")
    api.services.observe.count(origin, "banner", "off", "DEFAULT")
    api.services.observe.count(origin, "banner", "off", "DEFAULT")
    api.run(api.services.observe.flush())


def keys(api: Api, query: str) -> list[str]:
    return [flag["key"] for flag in api.get(project("flags") + f"?{query}")["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("query=BANN", {"banner"}),
        ("query=nl", {"banner"}),  # a value of a rule
        ("query=money", {"checkout"}),
        ("owner=web", {"banner", "dark-mode"}),
        ("owner=", {"=cmd()", "broken"}),
        ("tag=shop", {"banner", "checkout"}),
        ("purpose=experiment", {"=cmd()"}),
        ("state=production:several", {"banner"}),
        ("state=production:one", {"checkout", "=cmd()"}),
        ("state=production:off", {"dark-mode", "broken"}),
        ("state=production:killed", {"broken"}),
        ("state=staging:killed", set()),
        ("state=production:on,staging:on", {"banner", "checkout", "=cmd()"}),
        ("expiry=expired", {"dark-mode"}),
        ("expiry=soon", {"checkout"}),
        ("expiry=set", {"checkout", "dark-mode"}),
        ("expiry=none&owner=web", {"banner"}),
        ("changed=1h&owner=web", {"banner", "dark-mode"}),
        ("evaluated=1h", {"banner"}),
        ("evaluated=never&owner=web", {"dark-mode"}),
        ("not_evaluated=1h&owner=web", {"dark-mode"}),
        ("stale=any", set()),  # nothing is old enough
        ("archived=true", set()),
    ],
)
def test_filters(api: Api, query: str, found: set[str]) -> None:
    assert set(keys(api, query)) == found


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("state=production", "/state"),
        ("state=production:burning", "/state"),
        ("state=moon:on", "/state"),
        ("stale=yes", "/stale"),
        ("expiry=tomorrow", "/expiry"),
        ("changed=soon", "/changed"),
        ("evaluated=0d", "/evaluated"),
        ("not_evaluated=never", "/not_evaluated"),
        ("purpose=fun", "/purpose"),
        ("sort=size", "/sort"),
        ("offset=-1", "/offset"),
        ("offset=1&cursor=WyJhIl0", "/offset"),
        ("colour=red", "/colour"),
    ],
)
def test_what_no_filter_is_gets_refused(api: Api, query: str, pointer: str) -> None:
    problem = api.refused(422, "GET", project("flags") + f"?{query}")
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_of_every_order_are_the_whole_list(api: Api, sort: str) -> None:
    whole = keys(api, f"sort={sort}")
    assert len(whole) == len(FLAGS)
    paged, page = [], api.get(project("flags") + f"?sort={sort}&limit=2")
    while True:
        assert page["total"] == len(FLAGS)
        paged += [flag["key"] for flag in page["items"]]
        if page["next_cursor"] is None:
            break
        page = api.get(project("flags") + f"?sort={sort}&limit=2&cursor={page['next_cursor']}")
    assert paged == whole
    assert keys(api, f"sort={sort}&limit=2&offset=3") == whole[3:5]
    if not sort.startswith("-"):
        assert whole == keys(api, f"sort=-{sort}")[::-1]


def test_what_was_changed_or_evaluated_last_comes_first(api: Api) -> None:
    assert keys(api, "sort=changed")[:2] == ["broken", "=cmd()"]
    assert keys(api, "sort=evaluated")[0] == "banner"
    assert keys(api, "sort=expires")[:2] == ["dark-mode", "checkout"]
    assert api.call("GET", project("flags") + "?sort=changed&cursor=WyJhIl0").status_code == 422


def test_a_row_says_what_is_served_and_since_when(api: Api) -> None:
    (flag,) = api.get(project("flags") + "?query=broken")["items"]
    assert {at: state["state"] for at, state in flag["states"].items()} == {
        "production": "killed", "staging": "off",
    }  # fmt: skip
    assert flag["states"]["production"]["only"] == "off"
    assert flag["last_evaluated_at"] is None
    (banner,) = api.get(project("flags") + "?query=banner")["items"]
    assert banner["last_evaluated_at"] == banner["states"]["production"]["last_evaluated_at"]
    assert banner["states"]["staging"]["last_evaluated_at"] is None


def test_a_kill_is_one_until_somebody_switches_on(api: Api) -> None:
    path = project("flags", "broken")
    api.do("PATCH", path, {"owner": "nobody"})
    assert keys(api, "state=production:killed") == ["broken"]
    here = project("environments", "production", "flags", "broken")
    api.do("POST", f"{here}/enable")
    assert keys(api, "state=production:killed") == []
    api.do("POST", f"{here}/disable")
    assert keys(api, "state=production:killed") == []
    assert "broken" in keys(api, "state=production:off")
    api.do("PATCH", path, {"owner": ""})


def test_facets(api: Api) -> None:
    found = api.get(project("flag-facets"))
    assert found["total"] == len(FLAGS)
    assert {"value": "web", "flags": 2} in found["owners"]
    assert found["tags"] == [{"value": "shop", "flags": 2}, {"value": "money", "flags": 1}]


def test_csv_runs_in_no_spreadsheet(api: Api) -> None:
    answer = api.call("GET", project("flags-csv") + "?sort=name")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == len(FLAGS)
    evil = next(line for line in lines if line["key"].endswith("=cmd()"))
    assert (evil["key"], evil["name"]) == ("'=cmd()", "'@SUM(1)")
    banner = next(line for line in lines if line["key"] == "banner")
    assert banner["production state"] == "several"
    assert banner["production serves"].startswith("Serves on to those whose country is NL")
    only = api.call("GET", project("flags-csv") + "?owner=payments").text
    assert only.count("\r\n") == 2


def test_activity_of_the_last_day(api: Api) -> None:
    found = api.do(
        "POST", project("flag-activity"), {"flags": ["banner", "checkout", "no such flag"]}
    )
    here = found["flags"]["banner"]["production"]
    assert here["variants"] == {"on": 1, "off": 2}
    assert (len(here["hours"]), sum(here["hours"]), here["hours"][-1]) == (24, 3, 3)
    assert set(found["flags"]) == {"banner"}
