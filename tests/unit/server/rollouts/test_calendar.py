"""Windows and repetitions, in zones whose clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.rollouts.calendar import (
    DAYS,
    Day,
    Repeat,
    Window,
    first_open,
    next_after,
    repeat_problems,
    window_problems,
)

AMSTERDAM = "Europe/Amsterdam"
INSTANTS = st.integers(1_577_836_800, 2_051_222_400).map(  # 2020 to 2035
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
ZONES = st.sampled_from(
    [AMSTERDAM, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# --- windows ----------------------------------------------------------------------------------

WORK = Window(AMSTERDAM, start="09:00", end="17:00", days=("mon", "tue", "wed", "thu", "fri"))


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2026-03-02T12:00:00+01:00", "2026-03-02T12:00:00+01:00"),  # Monday, open
        ("2026-03-02T08:59:00+01:00", "2026-03-02T09:00:00+01:00"),
        ("2026-03-02T17:00:00+01:00", "2026-03-03T09:00:00+01:00"),  # the end is not in it
        ("2026-03-06T17:30:00+01:00", "2026-03-09T09:00:00+01:00"),  # over a weekend
        ("2026-03-28T12:00:00+01:00", "2026-03-30T09:00:00+02:00"),  # and a change of the clock
    ],
)
def test_a_window_of_working_hours(asked: str, opens: str) -> None:
    assert first_open(WORK, at(asked)) == at(opens)


def test_a_window_over_midnight() -> None:
    night = Window(AMSTERDAM, start="22:00", end="06:00", days=("fri",))
    assert first_open(night, at("2026-03-07T05:59:00+01:00")) == at("2026-03-07T05:59:00+01:00")
    assert first_open(night, at("2026-03-07T06:00:00+01:00")) == at("2026-03-13T22:00:00+01:00")


def test_a_window_that_a_clock_put_forward_swallows_is_passed_over() -> None:
    gone = Window(AMSTERDAM, start="02:00", end="02:00", days=("sun",))
    assert first_open(gone, at("2026-03-29T00:30:00+01:00")) == at("2026-03-29T03:00:00+02:00")
    short = Window(AMSTERDAM, start="02:10", end="03:05", days=("sun",))  # opens 03:10, ends 03:05
    assert first_open(short, at("2026-03-29T00:30:00+01:00")) == at("2026-04-05T02:10:00+02:00")


def plainly_open(window: Window, instant: datetime) -> bool:
    """What a wall clock shows, away from changes of the clock."""
    local = instant.astimezone(ZoneInfo(window.zone))
    shown = f"{local:%H:%M}"
    day, before = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    if window.start < window.end:
        return day in window.days and window.start <= shown < window.end
    return (day in window.days and shown >= window.start) or (
        before in window.days and shown < window.end
    )


@given(
    st.builds(
        Window,
        zone=st.sampled_from(["UTC", "Asia/Kolkata"]),  # no changes of the clock in these years
        start=TIMES,
        end=TIMES,
        days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    ),
    INSTANTS,
)
def test_a_window_is_open_when_the_clock_says_so(window: Window, instant: datetime) -> None:
    found = first_open(window, instant)
    assert found >= instant
    assert (found == instant) is plainly_open(window, instant)
    assert plainly_open(window, found)
    if found > instant:
        assert not plainly_open(window, found - timedelta(microseconds=1))


# --- repetitions ------------------------------------------------------------------------------


def some(repeat: Repeat, start: str, count: int) -> list[str]:
    found, now = [], at(start)
    for _ in range(count):
        now = next_after(repeat, now)
        found.append(now.astimezone(ZoneInfo(repeat.zone)).isoformat())
    return found


def test_a_time_that_does_not_exist_is_moved_on() -> None:
    assert some(Repeat("daily", AMSTERDAM, "02:30"), "2026-03-28T00:00:00+01:00", 3) == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:30:00+02:00",
        "2026-03-30T02:30:00+02:00",
    ]


def test_a_time_that_exists_twice_is_the_first() -> None:
    assert some(Repeat("daily", AMSTERDAM, "02:30"), "2026-10-24T12:00:00+02:00", 2) == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-26T02:30:00+01:00",
    ]


def test_weekly_and_monthly() -> None:
    weekly = Repeat("weekly", "UTC", "09:00", days=("mon", "thu"))
    assert some(weekly, "2026-03-02T09:00:00+00:00", 3) == [
        "2026-03-05T09:00:00+00:00", "2026-03-09T09:00:00+00:00", "2026-03-12T09:00:00+00:00",
    ]  # fmt: skip
    monthly = Repeat("monthly", "UTC", "09:00", day=31)
    assert some(monthly, "2026-01-31T09:00:00+00:00", 3) == [
        "2026-02-28T09:00:00+00:00", "2026-03-31T09:00:00+00:00", "2026-04-30T09:00:00+00:00",
    ]  # fmt: skip


@given(ZONES, TIMES, INSTANTS)
def test_daily_is_once_for_each_local_day(zone: str, clock: str, instant: datetime) -> None:
    repeat = Repeat("daily", zone, clock)
    first = next_after(repeat, instant)
    second = next_after(repeat, first)
    assert instant < first < second
    # Apia left out a whole day in 2011 only, so days follow each other here.
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)


@given(ZONES, st.lists(st.sampled_from(DAYS), min_size=1, unique=True), INSTANTS)
def test_weekly_falls_on_its_days(zone: str, days: list[Day], instant: datetime) -> None:
    found = next_after(Repeat("weekly", zone, "12:00", days=tuple(days)), instant)
    assert DAYS[found.astimezone(ZoneInfo(zone)).weekday()] in days
    assert instant < found <= instant + timedelta(days=7, hours=2)


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\0", "x" * 99])
def test_a_zone_that_is_none(zone: str) -> None:
    assert [p.pointer for p in window_problems(Window(zone), "/w")] == ["/w/zone"]
    assert [p.pointer for p in repeat_problems(Repeat("daily", zone), "/r")] == ["/r/zone"]


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "09:00:00", "", "٠٩:٠٠", "noon"])
def test_a_time_that_is_none(text: str) -> None:
    window = Window("UTC", start=text, end=text)
    assert [p.pointer for p in window_problems(window, "/w")] == ["/w/from", "/w/to"]


def test_days_that_make_no_sense() -> None:
    assert [p.pointer for p in window_problems(Window("UTC", days=()), "")] == ["/days"]
    for repeat in (Repeat("weekly", "UTC"), Repeat("daily", "UTC", days=("mon",))):
        assert [p.pointer for p in repeat_problems(repeat, "/repeat")] == ["/repeat/days"]
