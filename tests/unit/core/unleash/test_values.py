"""How Unleash's engine reads numbers, texts, dates, versions and networks."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from yardarm.core.unleash.instants import instant, instant_of, text_of_present, written_instant
from yardarm.core.unleash.networks import Networks, network
from yardarm.core.unleash.operands import compares, comparison, version
from yardarm.core.unleash.text import text_of

TEXTS: list[tuple[Any, str | None]] = [
    ("a", "a"), ("", ""), (None, None), ([], None), ({}, None), (object(), None),
    (True, "true"), (False, "false"), (0, "0"), (-5, "-5"), (2**64 - 1, "18446744073709551615"),
    (2**64, "1.8446744073709552e+19"), (-(2**63), "-9223372036854775808"),
    (-(2**63) - 1, "-9.223372036854776e+18"), (10**30, "1e+30"), (10**400, None),
    (1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
    (1.5e-7, "1.5e-7"), (1e-5, "0.00001"), (-1.23e-5, "-0.0000123"), (1e-6, "1e-6"),
    (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    (float("nan"), None), (float("inf"), None),
    # The engine's JSON reader is one unit off in the last place here.
    (0.9171763132459553, "0.9171763132459552"), (12889.366648039475, "12889.366648039477"),
    (datetime(2022, 6, 1, tzinfo=UTC), "2022-06-01T00:00:00+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_text_of(value: Any, text: str | None) -> None:
    assert text_of(value) == text


JUNE = (1_654_041_600, 0)
INSTANTS: list[tuple[str, tuple[int, int] | None]] = [
    ("2022-06-01T00:00:00Z", JUNE),
    ("2022-06-01T02:00:00+02:00", JUNE),
    ("2022-05-31T22:00:00−02:00", JUNE),
    ("2022-6-1 0:0:0 UTC", JUNE),
    (" 2022 - 06 - 01t00 : 00 : 00z\n", JUNE),
    ("2022-06-01T02:00:00+02 : 00", JUNE),
    ("2022-06-01T00:00:00.1234567891Z", (JUNE[0], 123_456_789)),
    ("2022-05-31T23:59:60Z", (JUNE[0] - 1, 1_000_000_000)),
    ("2022-05-31T23:58:60.5Z", (JUNE[0] - 61, 1_500_000_000)),
    ("1970-01-01T00:00:00Z", (0, 0)),
    ("0000-02-29T00:00:00Z", (-62_162_121_600, 0)),
    ("+12022-06-01T00:00:00Z", (317_223_561_600, 0)),
    ("+262142-12-31T23:59:59Z", (8_210_266_876_799, 0)),
    ("+262142-12-31T23:59:59-01:00", None),
    ("-262143-01-01T00:00:00+00:01", None),
    ("+262143-01-01T00:00:00Z", None),
    ("+" + "9" * 5_000 + "-01-01T00:00:00Z", None),
    ("2022-06-01", None),
    ("2022-06-01T00:00:00", None),
    ("2022-06-01T00:00Z", None),
    ("2022-02-30T00:00:00Z", None),
    ("2023-02-29T00:00:00Z", None),
    ("2022-06-01T24:00:00Z", None),
    ("2022-06-01T00:00:61Z", None),
    ("2022-06-01T00:00:00.Z", None),
    ("2022-06-01T00:00:00+24:00", None),
    ("2022-06-01T00:00:00+10:60", None),
    ("02022-06-01T00:00:00Z", None),
    ("2022-06-01T00:00:00ZZ", None),
    ("٢022-06-01T00:00:00Z", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), INSTANTS)
def test_instants(text: str, expected: tuple[int, int] | None) -> None:
    assert instant(text) == expected


def test_instants_agree_with_pythons() -> None:
    rng = random.Random(4)
    for _ in range(5_000):
        zone = timezone(timedelta(minutes=rng.randrange(-1439, 1440)))
        day = rng.randrange(1, 10_000), rng.randrange(1, 13), rng.randrange(1, 29)
        time = rng.randrange(24), rng.randrange(60), rng.randrange(60)
        at = datetime(*day, *time, tzinfo=zone)
        assert instant(at.isoformat()) == ((at - datetime(1970, 1, 1, tzinfo=UTC)) // _SECOND, 0)


_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2022-06-01T00:00:00Z", True), ("2022-06-01T00:00:00.123+02:00", True),
        ("2022-06-01T00:00:00.1Z", False), ("2022-06-01T00:00:00+0200", False),
        ("2022-06-01 00:00:00Z", False), ("2022-13-01T00:00:00Z", False),
    ],
)  # fmt: skip
def test_dates_of_constraints(text: str, is_one: bool) -> None:
    assert (written_instant(text) is not None) is is_one
    assert compares(text) is is_one


def test_the_present() -> None:
    assert instant_of(-0.5) == (-1, 0)
    assert text_of_present(1_654_041_600.9) == "2022-06-01T00:00:00Z"
    assert text_of_present(1e20) is None


@pytest.mark.parametrize(
    ("value", "text", "signs"),
    [
        ("5", "5", "eq gte lte"), (" 5\t", "6", "gt gte"), ("5.e1", "50", "eq gte lte"),
        ("1.2.3", "1.2.3-rc", "lt lte"), ("2022-06-01T00:00:00Z", "2023-06-01T00:00:00Z", "gt gte"),
        ("1.2.3", "5", ""), ("5", "1.2.3", ""), ("2022-06-01T00:00:00Z", "5", ""),
    ],
)  # fmt: skip
def test_the_value_says_what_is_compared(value: str, text: str, signs: str) -> None:
    for sign in ("eq", "gt", "gte", "lt", "lte"):
        ask = comparison(sign, value)
        assert ask is not None
        assert ask(text) is (sign in signs.split())


@pytest.mark.parametrize(
    "value", ["", "five", ".5", "5\n", "inf", "1.2.3.4", "5 or true", "v1.2.3", "2022-06-01", "5e"]
)
def test_nothing_to_compare_with(value: str) -> None:
    assert comparison("eq", value) is None
    assert not compares(value)


def test_versions_in_order() -> None:
    rising = ["1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0--", "1.0.0-A",
              "1.0.0-a", "1.0.0-a.1", "1.0.0-a-b", "1.0.0", "1.0.1", "1.10.0", "2.0.0"]  # fmt: skip
    found = [version(text) for text in rising]
    assert None not in found
    assert found == sorted(found, key=lambda made: made or ())


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("10.0.0.0/8", ["10.255.0.1"], ["11.0.0.0", "::ffff:10.0.0.1", "010.0.0.1"]),
        ("10.5.5.5/+08", ["10.0.0.1"], []),
        ("10.0.0.0/255.0.0.0", ["10.1.1.1"], ["11.1.1.1"]),
        ("10.0.0.0/0.0.0.0", ["9.9.9.9"], ["::1"]),
        ("::/0", ["::1", "::ffff:1.2.3.4"], ["1.2.3.4"]),
        ("2001:DB8::/32", ["2001:db8:0:0::1"], ["2001:db9::"]),
        ("127.0.0.1", ["127.0.0.1"], ["127.0.0.2"]),
    ],
)
def test_networks(text: str, inside: list[str], outside: list[str]) -> None:
    networks = Networks(["nonsense", text])
    assert all(networks.contains(address) for address in inside)
    assert not any(networks.contains(address) for address in outside)


@pytest.mark.parametrize(
    "text",
    ["", "/8", "10.0.0.0/", "10.0.0.0/33", "::1/129", "1.2.3", "10.0.0.0/255.0.255.0",
     "10.0.0.0/-1",
     "fe80::1%eth0", "[::1]", "10.0.0.0/8/8", "2001:db8::/ffff::", "10.0.0.0/00000000033",
     "1::2::3"],
)  # fmt: skip
def test_no_networks(text: str) -> None:
    assert network(text) is None
