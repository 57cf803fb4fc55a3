"""Local times: windows that are open at some hours, and moments that come again. Pure.

A local time that does not exist, because a clock is put forward, is moved on by as much as the
clock is (02:30 becomes 03:30); one that exists twice is the first of the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from yardarm.errors import Problem

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_ONE_DAY = timedelta(days=1)

Time = Annotated[str, Meta(description="A local time, `09:30`.")]
Zone = Annotated[str, Meta(description="A time zone of the IANA list, `Europe/Amsterdam`.")]


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of the week in which a step may begin. One that ends at or before `from` ends on the
    day after."""

    zone: Zone
    start: Time = field(name="from", default="00:00")
    end: Time = field(name="to", default="00:00")
    days: Annotated[tuple[Day, ...], Meta(description="The days on which it opens.")] = DAYS


class Repeat(Struct, frozen=True, forbid_unknown_fields=True):
    """When a plan begins, again and again.

    `weekly` needs `days`; `monthly` takes `day`, and the last day of shorter months.
    """

    every: Literal["daily", "weekly", "monthly"]
    zone: Zone
    time: Time = "00:00"
    days: tuple[Day, ...] = ()
    day: Annotated[int, Meta(ge=1, le=31)] = 1


def window_problems(window: Window, at: str) -> Iterator[Problem]:
    """What is wrong with a window, by pointers below `at`."""
    yield from _zone_problems(window.zone, f"{at}/zone")
    yield from _time_problems(window.start, f"{at}/from")
    yield from _time_problems(window.end, f"{at}/to")
    if not window.days:
        yield Problem(f"{at}/days", "a window opens on at least one day", "leave it out for all")


def repeat_problems(repeat: Repeat, at: str) -> Iterator[Problem]:
    """What is wrong with a repetition, by pointers below `at`."""
    yield from _zone_problems(repeat.zone, f"{at}/zone")
    yield from _time_problems(repeat.time, f"{at}/time")
    if (repeat.every == "weekly") is not bool(repeat.days):
        yield Problem(f"{at}/days", "days belong to weekly, and weekly needs them", '["mon"]')


def _zone_problems(zone: str, at: str) -> Iterator[Problem]:
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        yield Problem(at, f"{zone[:60]!r} is no time zone", "Europe/Amsterdam, or UTC")


def _time_problems(text: str, at: str) -> Iterator[Problem]:
    if _TIME.fullmatch(text) is None:
        yield Problem(at, f"{text[:20]!r} is no time of day", "09:30")


def first_open(window: Window, at: datetime) -> datetime:
    """The first instant from `at` on at which the window is open."""
    start, end, zone = _time(window.start), _time(window.end), ZoneInfo(window.zone)
    day = at.astimezone(zone).date() - _ONE_DAY
    while True:
        if DAYS[day.weekday()] in window.days:
            opens = _instant(day, start, zone)
            closes = _instant(day if start < end else day + _ONE_DAY, end, zone)
            if closes > max(opens, at):
                return max(opens, at)
        day += _ONE_DAY


def next_after(repeat: Repeat, at: datetime) -> datetime:
    """The first moment of a repetition after an instant."""
    clock, zone = _time(repeat.time), ZoneInfo(repeat.zone)
    day = at.astimezone(zone).date() - _ONE_DAY
    while True:
        found = _instant(day, clock, zone)
        if found > at and _falls_on(repeat, day):
            return found
        day += _ONE_DAY


def _falls_on(repeat: Repeat, day: date) -> bool:
    if repeat.every == "weekly":
        return DAYS[day.weekday()] in repeat.days
    if repeat.every == "monthly":
        is_last = (day + _ONE_DAY).day == 1
        return day.day == repeat.day or (is_last and day.day < repeat.day)
    return True


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    # fold=0 means the first of two, and in a gap the offset from before it.
    return datetime.combine(day, clock, zone).astimezone(UTC)
