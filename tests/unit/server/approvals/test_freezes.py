"""Freeze windows, also where clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from yardarm.server.approvals.freezes import frozen_until
from yardarm.server.approvals.policy import read_policy

AMSTERDAM = {"zone": "Europe/Amsterdam"}


def until(window: dict[str, Any], now: str) -> str | None:
    found = read_policy("freezes", {"windows": [window]})
    assert isinstance(found, tuple)
    end = frozen_until(found[0], datetime.fromisoformat(now))
    return None if end is None else end.astimezone(UTC).isoformat()[:16]


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-12-20T23:59:59Z", None),
        ("2026-12-21T00:00:00Z", "2027-01-02T00:00"),
        ("2027-01-02T00:59:59+01:00", "2027-01-02T00:00"),
        ("2027-01-02T00:00:00Z", None),
    ],
)
def test_from_one_instant_to_another(now: str, end: str | None) -> None:
    window = {"from": "2026-12-21T00:00:00Z", "to": "2027-01-02T01:00:00+01:00"}
    assert until(window, now) == end


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-06-05T13:59:59Z", None),  # Friday, 15:59:59 in summer
        ("2026-06-05T14:00:00Z", "2026-06-06T06:00"),
        ("2026-06-06T05:59:59Z", "2026-06-06T06:00"),
        ("2026-06-06T06:00:00Z", None),  # Saturday morning
        ("2026-12-04T14:30:00Z", None),  # Friday, 15:30 in winter
        ("2026-12-04T15:00:00Z", "2026-12-05T07:00"),
        ("2026-12-02T20:00:00Z", None),  # Wednesday
    ],
)
def test_weekly_by_the_clocks_of_a_zone(now: str, end: str | None) -> None:
    assert until({"days": ["fri"], "from": "16:00", "to": "08:00", **AMSTERDAM}, now) == end


def test_a_day_from_midnight_to_midnight() -> None:
    window = {"days": ["sun"], "from": "00:00", "to": "00:00", **AMSTERDAM}
    assert until(window, "2026-06-06T22:00:00Z") == "2026-06-07T22:00"
    assert until(window, "2026-06-07T22:00:00Z") is None


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # 29 March 2026: from 02:00 to 03:00 there is no local time.
        ("2026-03-29T00:29:59Z", None),
        ("2026-03-29T00:30:00Z", "2026-03-29T01:45"),  # 02:30 read as summer time: 01:30 by day
        ("2026-03-29T01:44:59Z", "2026-03-29T01:45"),  # 02:45 read as winter time: 03:45 by day
        ("2026-03-29T01:45:00Z", None),
    ],
)
def test_a_local_time_that_does_not_exist_is_read_as_the_longer_freeze(
    now: str, end: str | None
) -> None:
    window = {"days": ["sun"], "from": "02:30", "to": "02:45", **AMSTERDAM}
    assert until(window, now) == end


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # 25 October 2026: from 02:00 to 03:00 every local time is twice.
        ("2026-10-25T00:14:59Z", None),
        ("2026-10-25T00:15:00Z", "2026-10-25T01:45"),
        ("2026-10-25T00:50:00Z", "2026-10-25T01:45"),
        ("2026-10-25T01:45:00Z", None),
    ],
)
def test_a_local_time_that_exists_twice_is_read_as_the_longer_freeze(
    now: str, end: str | None
) -> None:
    window = {"days": ["sun"], "from": "02:15", "to": "02:45", **AMSTERDAM}
    assert until(window, now) == end


def test_several_days_run_into_each_other() -> None:
    window = {"days": ["fri", "sat"], "from": "16:00", "to": "15:00", **AMSTERDAM}
    assert until(window, "2026-06-06T13:30:00Z") is None
    assert until(window, "2026-06-06T14:30:00Z") == "2026-06-07T13:00"
