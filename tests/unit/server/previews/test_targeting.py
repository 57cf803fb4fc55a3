"""REST: what each step of a flag takes and what is odd about it, saved and drafted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import Api, environment, opened, project

from yardarm.server.access.model import Grant
from yardarm.server.previews.errors import PreviewFailed
from yardarm.server.previews.targeting import Asker, Draft

DUTCH = {"id": "dutch", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
         "serve": "on"}  # fmt: skip
NEW = {"id": "new", "when": {"attribute": "version", "op": "semver_gte", "values": ["2.0.0"]},
       "serve": "on"}  # fmt: skip
BREAKDOWN = environment("production", "flags", "nav", "breakdown")
FINDINGS = environment("production", "flags", "nav", "findings")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    for api in opened():
        body = {"key": "nav", "enabled": True, "default": "off", "rules": [DUTCH]}
        api.do("POST", project("flags"), body)
        people: list[dict[str, Any]] = [
            {"context": {"key": f"u{i}", "country": "NL" if i % 4 else "BE", "version": "2.1.0"}}
            for i in range(36)
        ]
        people += [
            {"context": {"key": f"h{i}", "country": "BE", "_private": ["version"]}}
            for i in range(4)
        ]
        api.run(api.services.population.import_contexts("shop", "production", people, "ada"))
        yield api


def said(found: Any) -> str:
    return "".join(f"[{p['text']}]" if p["changed"] else p["text"] for p in found["says"])


def test_a_flag_is_broken_down_as_it_is(api: Api) -> None:
    found = api.get(BREAKDOWN)
    assert (found["contexts"], found["rate"], found["unknown"]) == (40, 1.0, 0)
    assert found["rules"] == [{"id": "dutch", "count": 27, "possible": 0, "interval": [27, 27]}]
    assert found["default"]["count"] == 13
    assert [(v["variant"], v["count"]) for v in found["variants"]] == [("on", 27), ("off", 13)]
    assert said(found) == "Serves on to those whose country is NL; everyone else gets off."


def test_a_draft_is_broken_down_and_nothing_is_changed(api: Api) -> None:
    before = api.versions()
    found = api.call("POST", BREAKDOWN, {"rules": [NEW, DUTCH]}).json()
    assert [(r["count"], r["possible"]) for r in found["rules"]] == [(36, 4), (0, 0)]
    assert (found["default"]["count"], found["default"]["possible"]) == (0, 4)
    assert found["unknown"] == 4
    assert "[version][ is at least ][2.0.0]" in said(found)
    assert said(found).startswith("Will serve on")
    assert api.versions() == before
    same = api.call("POST", BREAKDOWN, {"rules": [DUTCH], "version": before["production"]}).json()
    assert same == api.get(BREAKDOWN)
    off = api.call("POST", BREAKDOWN, {"enabled": False}).json()
    assert (off["off"]["count"], off["default"]["count"]) == (40, 0)


def test_nobody_is_not_none(api: Api) -> None:
    found = api.get(environment("staging", "flags", "nav", "breakdown"))
    assert (found["contexts"], found["default"]["count"]) == (0, 0)


def test_what_is_odd_names_its_culprit(api: Api) -> None:
    assert api.get(FINDINGS)["items"] == []
    again = {**DUTCH, "id": "again", "serve": "off"}
    found = api.call("POST", FINDINGS, {"rules": [DUTCH, again]}).json()["items"]
    (odd,) = (each for each in found if each["kind"] == "rule-shadowed")
    assert odd["pointer"] == "/flags/nav/rules/1"
    assert odd["culprits"] == ["/flags/nav/rules/0"]
    assert odd["witness"]["country"] == "NL"


def test_what_could_not_be_saved_is_refused_with_a_pointer(api: Api) -> None:
    itself = {"prerequisites": [{"flag": "nav", "variants": ["on"]}]}
    for path in (BREAKDOWN, FINDINGS):
        problem = api.refused(422, "POST", path, itself)
        assert "nav" in problem["errors"][0]["detail"]
        assert api.refused(422, "POST", path, {"rules": [{"serve": "no"}]})["errors"]
        api.refused(422, "POST", path, {"nonsense": 1})
        api.refused(404, "POST", path, {"enabled": True, "version": 999})
    for what in ("breakdown", "findings"):
        api.refused(404, "GET", environment("production", "flags", "none", what))
        api.refused(404, "GET", environment("nowhere", "flags", "nav", what))


def test_it_is_for_those_who_may_read_the_environment(api: Api) -> None:
    staging = api.token(Grant("read", "shop", "staging"), actor="stagehand")
    for path in (BREAKDOWN, FINDINGS):
        api.refused(403, "GET", path, token=staging)
        api.refused(403, "POST", path, {"enabled": False}, token=staging)
    allowed = environment("staging", "flags", "nav", "breakdown")
    assert api.call("GET", allowed, token=staging).status_code == 200


@pytest.mark.parametrize("turns", [(1, 2), (2, 1), (0, 0)])
def test_of_ones_own_drafts_only_the_newest_is_worked_out(api: Api, turns: tuple[int, int]) -> None:
    targeting = api.services.targeting

    async def ask() -> list[Any]:
        rule = NEW | {"name": str(turns)}  # never asked about before
        drafts = [Draft({"default": serve, "rules": [rule]}) for serve in ("on", "off")]
        looked = [await targeting.look("shop", "production", "nav", draft) for draft in drafts]
        asked = (
            targeting.findings(each, "nav", Asker("ada", turn))
            for each, turn in zip(looked, turns, strict=True)
        )
        return await asyncio.gather(*asked, return_exceptions=True)

    # What was asked later may arrive earlier; of equal turns the last to arrive is the newest.
    first, second = api.run(ask())
    newest, older = (first, second) if turns[0] > turns[1] else (second, first)
    assert isinstance(older, PreviewFailed)
    assert isinstance(newest, list)


def test_what_somebody_else_asks_too_is_worked_out(api: Api) -> None:
    """A draft that changes nothing is asked about beside the flag as it is."""
    targeting = api.services.targeting

    async def ask() -> list[Any]:
        rule = NEW | {"name": "asked by two"}
        drafts = [Draft({"default": serve, "rules": [rule]}) for serve in ("on", "on", "off")]
        looked = [await targeting.look("shop", "production", "nav", draft) for draft in drafts]
        askers = (None, Asker("ada", 1), Asker("ada", 2))
        asked = (
            targeting.breakdown(each, "nav", asker)
            for each, asker in zip(looked, askers, strict=True)
        )
        return await asyncio.gather(*asked)

    one, same, newer = api.run(ask())
    assert one == same
    assert newer["variants"] != one["variants"]
