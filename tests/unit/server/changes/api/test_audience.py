"""Whom a flag serves what: as if each were asked alone, and never more than is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.rest_api import PROJECT, Api, environment, project, rest_api

from yardarm.server.access.model import Grant

PEOPLE = [{"key": f"p{n}", "country": ("NL", "BE")[n % 2], "tags": ["x", n]} for n in range(1_200)]
PRIVATE = [
    {"key": f"q{n}", "_private": ["country"], **({"vip": True} if n == 0 else {})} for n in range(4)
]
FLAG = {
    "key": "sale",
    "enabled": True,
    "default": "off",
    "targets": [{"variant": "on", "keys": ["p7", "q3"]}],
    "rules": [
        {
            "id": "nl",
            "when": {"attribute": "country", "op": "in", "values": ["NL"]},
            "serve": {
                "split": {
                    "by": ["key"],
                    "arms": [
                        {"variant": "on", "weight": 50_000},
                        {"variant": "off", "weight": 50_000},
                    ],
                }
            },
        }
    ],
}
AUDIENCE = environment("production", "flags", "sale", "audience")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with rest_api() as made:
        made.do("POST", project("flags"), FLAG)
        path = environment("production", "population", "contexts")
        made.do("POST", path, [{"context": each} for each in [*PEOPLE, *PRIVATE]])
        yield made


def everyone(api: Api, **query: Any) -> list[dict[str, Any]]:
    """All that are listed, page after page."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = api.get(AUDIENCE, params={**query, **({"cursor": cursor} if cursor else {})})
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_each_is_answered_as_if_asked_alone(api: Api) -> None:
    listed = everyone(api, limit=200)
    assert len({each["id"] for each in listed}) == len(listed) == len(PEOPLE) + len(PRIVATE)
    for each in listed[::40]:
        if each["answer"] is None:
            continue
        body = {"flag": "sale", "context": each["context"]}
        asked = api.do("POST", environment("production", "evaluate"), body)
        assert {name: asked[name] for name in each["answer"]} == each["answer"]


def test_nobody_tells_what_depends_on_what_was_withheld(api: Api) -> None:
    hidden = everyone(api, key="q")
    assert [each["withheld"] for each in hidden] == [["country"]] * len(PRIVATE)
    for each in hidden:
        may_be = set()
        for country in ("NL", "BE"):
            body = {"flag": "sale", "context": {"key": each["context"]["key"], "country": country}}
            asked = api.do("POST", environment("production", "evaluate"), body)
            may_be.add(asked["variant"])
        told = each["answer"] and each["answer"]["variant"]
        assert {told} == may_be if told else len(may_be) == 2
    unknown = [each for each in hidden if each["answer"] is None]
    assert 0 < len(unknown) < len(hidden)
    assert everyone(api, unknown=True) == unknown


def test_filters_agree_with_the_whole(api: Api) -> None:
    whole = [each for each in everyone(api) if each["answer"]]
    variants = Counter(each["answer"]["variant"] for each in whole)
    for variant, count in variants.items():
        assert len(everyone(api, variant=variant, limit=100)) == count
    assert everyone(api, variant="") == []
    by_rule = everyone(api, part="nl")
    assert {each["context"]["country"] for each in by_rule} == {"NL"}
    parts = [len(everyone(api, part=part)) for part in ("nl", "target", "default", "off")]
    assert sum(parts) == len(whole)
    assert parts[1] == 2
    assert len(everyone(api, attribute="country", value="BE")) == 600
    assert len(everyone(api, attribute="vip")) == 1
    assert [each["context"]["key"] for each in everyone(api, attribute="tags", value="31")] == [
        "p31"
    ]
    assert len(everyone(api, attribute="tags", value="x", part="nl")) == parts[0]


def test_a_selective_question_ends(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from yardarm.server.changes.api import audience

    monkeypatch.setattr(audience, "MOST_EXAMINED", 500)
    first = api.get(AUDIENCE, params={"attribute": "vip"})
    assert first["examined"] == 500
    assert len(everyone(api, attribute="vip")) == 1


def test_who_may_not_ask(api: Api) -> None:
    assert (
        "flag"
        in api.refused(404, "GET", environment("production", "flags", "no", "audience"))["detail"]
    )
    elsewhere = api.token(Grant("read", PROJECT, "staging"))
    api.refused(403, "GET", AUDIENCE, token=elsewhere)
    api.refused(422, "GET", AUDIENCE, params={"limit": 0})
    api.refused(422, "GET", AUDIENCE, params={"cursor": "Im5vIg"})
