"""Instants: what is one, what is none, and how two compare (fault 44)."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yardarm.core.dates import END_SECONDS, MIN_SECONDS, format_instant, instant_us

SECOND = 1_000_000
LAST_US = END_SECONDS * SECOND - 1

INSTANTS = [
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01t00:00:00z", 0),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("1970-01-01T05:30:00+05:30", 0),
    ("1969-12-31T16:00:00-08:00", 0),
    ("1970-01-01T00:00:00-00:00", 0),
    ("1970-01-01T23:59:00+23:59", 0),
    ("1970-01-01T00:00:00.5Z", 500_000),
    ("1970-01-01T00:00:00.000001Z", 1),
    ("1970-01-01T00:00:00.0000019Z", 1),
    ("1970-01-01T00:00:00." + "0" * 43 + "Z", 0),
    ("2001-09-09T01:46:40Z", 1_000_000_000 * SECOND),
    ("2000-02-29T00:00:00Z", 951_782_400 * SECOND),
    ("2024-02-29T00:00:00Z", 1_709_164_800 * SECOND),
    ("0001-01-01T00:00:00Z", MIN_SECONDS * SECOND),
    ("9999-12-31T23:59:59.999999Z", LAST_US),
    # The leap second is the instant of the second that follows.
    ("2016-12-31T23:59:60Z", 1_483_228_800 * SECOND),
    ("2016-12-31T23:59:60.25z", 1_483_228_800 * SECOND + 250_000),
    # Both sides of the hour that Europe's clocks skip, and of the one they repeat.
    ("2024-03-31T01:59:59+01:00", 1_711_846_799 * SECOND),
    ("2024-03-31T03:00:00+02:00", 1_711_846_800 * SECOND),
    ("2024-10-27T02:30:00+02:00", 1_729_989_000 * SECOND),
    ("2024-10-27T02:30:00+01:00", 1_729_992_600 * SECOND),
    (0, 0),
    (-1, -SECOND),
    (1_700_000_000, 1_700_000_000 * SECOND),
    (1_700_000_000.1, 1_700_000_000_100_000),
    (-0.000001, -1),
    (MIN_SECONDS, MIN_SECONDS * SECOND),
    (END_SECONDS - 1, (END_SECONDS - 1) * SECOND),
    (math.nextafter(END_SECONDS, 0), END_SECONDS * SECOND - 31),
]

NOT_INSTANTS = [
    "",
    "2024-01-01",
    "2024-01-01T00:00:00",
    "2024-01-01T00:00:00.5",
    "2024-01-01 00:00:00Z",
    "2024-01-01T00:00Z",
    "2024-01-01T00:00:00 Z",
    "2024-01-01T00:00:00Z ",
    "2024-01-01T00:00:00Z\n",
    " 2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00,5Z",
    "2024-01-01T00:00:00ZZ",
    "2024-01-01T00:00:00+0530",
    "2024-01-01T00:00:00+05",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00+05:60",
    "2024-01-01T00:00:00+05:30:00",
    "2024-01-01T00:00:00\u221205:30",
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:60:00Z",
    "2024-01-01T23:59:61Z",
    "2024-01-01T22:59:60Z",
    "2016-12-31T15:59:60-08:00",
    "2016-12-31T23:59:60+00:00",
    "2016-12-31T23:59:60-08:00",
    "9999-12-31T23:59:60Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "2024-1-01T00:00:00Z",
    "+024-01-01T00:00:00Z",
    "2024-W01-1T00:00:00Z",
    "20240101T000000Z",
    "\u0662024-01-01T00:00:00Z",
    "2024-01-01T00:00:00.\u0661Z",
    "2024-01-01T00:00:00.\ud800Z",
    "1970-01-01T00:00:00." + "0" * 44 + "Z",
    "1700000000",
    1_700_000_000_000,
    1_700_000_000_000.0,
    END_SECONDS,
    MIN_SECONDS - 1,
    float(END_SECONDS),
    10**400,
    -(10**400),
    float("nan"),
    float("inf"),
    float("-inf"),
    True,
    False,
    None,
    b"1970-01-01T00:00:00Z",
    datetime(2024, 1, 1, tzinfo=UTC),
    [],
]


@pytest.mark.parametrize(("value", "expected"), INSTANTS)
def test_an_instant_is_read(value: object, expected: int) -> None:
    assert instant_us(value) == expected


@pytest.mark.parametrize("value", NOT_INSTANTS)
def test_anything_else_is_no_instant(value: object) -> None:
    assert instant_us(value) is None


def test_subclasses_are_read_as_what_they_are() -> None:
    class Launch(IntEnum):
        DAY = 86_400

    class Odd(float):
        def __le__(self, other: object) -> bool:
            raise RuntimeError

        def as_integer_ratio(self) -> tuple[int, int]:
            raise RuntimeError

    assert instant_us(Launch.DAY) == 86_400 * SECOND
    assert instant_us(Odd(1.5)) == 1_500_000


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_500_000, "1970-01-01T00:00:01.5Z"),
        (MIN_SECONDS * SECOND, "0001-01-01T00:00:00Z"),
        (LAST_US, "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_an_instant_is_written(instant: int, expected: str) -> None:
    assert format_instant(instant) == expected


@pytest.mark.parametrize("instant", [MIN_SECONDS * SECOND - 1, LAST_US + 1])
def test_an_instant_outside_the_years_is_not_written(instant: int) -> None:
    with pytest.raises(ValueError, match="years 1 to 9999"):
        format_instant(instant)


@settings(deadline=None)
@given(st.integers(MIN_SECONDS * SECOND, LAST_US))
def test_what_is_written_is_read_back(instant: int) -> None:
    assert instant_us(format_instant(instant)) == instant


@settings(deadline=None)
@given(
    st.timedeltas(timedelta(days=366), timedelta(days=3_651_000)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_the_standard_library_agrees(since_year_1: timedelta, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    aware = datetime(1, 1, 1, tzinfo=zone) + since_year_1
    expected = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert instant_us(aware.isoformat()) == expected


@settings(deadline=None)
@given(st.text(max_size=40) | st.floats() | st.integers() | st.none() | st.booleans())
def test_nothing_makes_it_raise(value: object) -> None:
    found = instant_us(value)
    assert found is None or MIN_SECONDS * SECOND <= found <= LAST_US
