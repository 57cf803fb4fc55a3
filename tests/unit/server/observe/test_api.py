"""The routes of what clients reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.rest_api import PROJECT, Api, environment, project, rest_api

from yardarm.server.store.instants import to_rfc3339

NOW = datetime.now(UTC).replace(microsecond=0)
COUNTS, EXPOSURES, CONVERSIONS = (
    environment("production", name) for name in ("counts", "exposures", "conversions")
)


class Key:
    """Whose events they are."""

    project, environment = PROJECT, "production"


def at(minutes: float) -> str:
    return to_rfc3339(NOW - timedelta(minutes=minutes))


def batch(**parts: Any) -> bytes:
    frame = {
        "format": 1, "batch": str(uuid4()), "sdk": {"name": "test", "version": "1"},
        "application": "shop", "instance": "i", "sent_at": at(0),
        "counts": [], "exposures": [], "metrics": [],
    }  # fmt: skip
    return json.dumps({**frame, **parts}).encode()


def count(flag: str, variant: str, times: int, minutes: float) -> dict[str, Any]:
    return {
        "flag": flag, "variant": variant, "reason": "SPLIT", "version": 1, "count": times,
        "from": at(minutes), "to": at(minutes - 1),
    }  # fmt: skip


def exposure(unit: str, variant: str, country: str) -> dict[str, Any]:
    return {
        "flag": "a", "version": 1, "variant": variant, "rule": None, "kind": "user",
        "unit": unit, "at": at(20), "attributes": {"country": country},
    }  # fmt: skip


def metric(unit: str, value: float) -> dict[str, Any]:
    return {
        "event": "paid", "kind": "user", "unit": unit, "value": value, "at": at(10),
        "attributes": {},
    }  # fmt: skip


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with rest_api() as made:
        for key in ("a", "b"):
            made.do("POST", project("flags"), {"key": key})
        body = batch(
            counts=[count("a", "on", 3, 130), count("a", "off", 2, 10), count("b", "on", 1, 10)],
            exposures=[exposure("u1", "on", "NL"), exposure("u2", "on", "BE"),
                       exposure("u3", "off", "NL")],
            metrics=[metric("u1", 10.0), metric("u1", 5.0), metric("u3", 1.0)],
        )  # fmt: skip
        made.run(made.services.observe.accept(Key(), body))
        yield made


def test_counts_by_flag_variant_and_reason(api: Api) -> None:
    items = api.get(COUNTS)["items"]
    found = {(item["flag"], item["variant"]): item["count"] for item in items}
    assert found == {("a", "on"): 3, ("a", "off"): 2, ("b", "on"): 1}
    assert all(item["at"] is None for item in items)
    only = api.get(COUNTS, params={"flag": "b"})["items"]
    assert [item["flag"] for item in only] == ["b"]


def test_counts_of_a_time(api: Api) -> None:
    late = api.get(COUNTS, params={"flag": "a", "from": at(60)})["items"]
    assert [(item["variant"], item["count"]) for item in late] == [("off", 2)]
    early = api.get(COUNTS, params={"flag": "a", "to": at(60)})["items"]
    assert [(item["variant"], item["count"]) for item in early] == [("on", 3)]
    query = {"flag": "a", "from": at(240), "interval": "1h"}
    by_hour = api.get(COUNTS, params=query)["items"]
    assert {item["variant"]: item["count"] for item in by_hour} == {"on": 3, "off": 2}
    assert len({item["at"] for item in by_hour}) == 2


def test_exposures_and_conversions(api: Api) -> None:
    by_variant = api.get(EXPOSURES, params={"flag": "a"})["items"]
    assert {item["variant"]: item["units"] for item in by_variant} == {"on": 2, "off": 1}
    by_country = api.get(EXPOSURES, params={"flag": "a", "by": "country"})["items"]
    assert {(i["variant"], i["value"]): i["units"] for i in by_country} == {
        ("on", "NL"): 1, ("on", "BE"): 1, ("off", "NL"): 1,
    }  # fmt: skip
    query = {"flag": "a", "event": "paid"}
    converted = {item["variant"]: item for item in api.get(CONVERSIONS, params=query)["items"]}
    assert (converted["on"]["units"], converted["on"]["converted"]) == (2, 1)
    assert (converted["on"]["events"], converted["on"]["total"]) == (2, 15.0)
    assert (converted["off"]["units"], converted["off"]["converted"]) == (1, 1)


def test_events_by_name(api: Api) -> None:
    (paid,) = api.get(environment("production", "metric-events"))["items"]
    assert (paid["event"], paid["count"]) == ("paid", 3)
    assert paid["last_at"].startswith(at(10)[:16])
    assert api.get(environment("staging", "metric-events"))["items"] == []


@pytest.mark.parametrize(("path", "query", "pointer"), [
    (COUNTS, {"from": "yesterday"}, "/from"),
    (COUNTS, {"to": "2027-01-01T00:00:00"}, "/to"),
    (COUNTS, {"interval": "1h"}, "/from"),
    (COUNTS, {"from": "2026-01-01T00:00:00Z", "interval": "1w"}, "/interval"),
    (COUNTS, {"from": "2026-01-01T00:00:00Z", "interval": "0h"}, "/interval"),
    (COUNTS, {"from": "0001-01-01T00:00:00Z", "interval": "1m"}, "/interval"),
    (EXPOSURES, {}, "/flag"),
    (EXPOSURES, {"flag": "a", "from": "yesterday"}, "/from"),
    (CONVERSIONS, {"flag": "a", "event": "paid", "from": "2027-01-01"}, "/from"),
    (CONVERSIONS, {"flag": "a"}, "/event"),
])  # fmt: skip
def test_a_question_that_is_refused(
    api: Api, path: str, query: dict[str, str], pointer: str
) -> None:
    problem = api.refused(422, "GET", path, params=query)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_the_latest_exposures_one_by_one(api: Api) -> None:
    switched = [
        {**exposure(f"n{n}", "on", "NL"), "version": 7, "rule": "first", "at": at(10 - n / 10)}
        for n in range(30)
    ]
    old = {**exposure("long-ago", "on", "NL"), "at": at(90)}
    other = {**exposure("u9", "on", "NL"), "flag": "b"}
    api.run(api.services.observe.accept(Key(), batch(exposures=[old, other, *switched])))
    items = api.get(f"{EXPOSURES}/latest", params={"flag": "a"})["items"]
    assert [item["unit"] for item in items] == [f"n{n}" for n in range(29, 9, -1)]
    assert items[0] == {
        "variant": "on", "version": 7, "rule": "first", "kind": "user", "unit": "n29",
        "at": switched[29]["at"].replace(".000000", ""), "application": "shop",
    }  # fmt: skip
    mine = api.get(f"{EXPOSURES}/latest", params={"flag": "b"})["items"]
    assert [item["unit"] for item in mine] == ["u9"]
