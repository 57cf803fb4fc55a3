"""Values that show what an operator does: what its clause asks for, and what a context holds.

`aimed` values are made from a clause's values so that about half of them match; `wrong` values are
of a type that the operator does not take.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

Json = Any

TEXTS = (
    "", " ", "a", "A", "ab", "abc", "prefix", "suffix", "x", "user-1", "élan", "e\u0301lan",
    "Straße", "STRASSE", "İstanbul", "ıI", "日本", "😀x", "line\n", "a\nb", "a\n", "99", "1", "1.0",
    "true", "null", "a.b", "a/b", "~", "%41", "\u0661\u0662", "a\u00a0b", "\ufb01", "1e3",
    "x" * 300,
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 5, 99, 100, 101, -100, 0.0, -0.0, 0.5, 1.0, 99.9, 100.0, 100.1, 1e3, 1e308,
    -1e308, 5e-324, 0.1 + 0.2, 0.3, 2**31, 2**53 - 1, 2**53, 2**53 + 1, float(2**53), 2**63,
    2**64, 2**64 + 1, 10**20, 10**30, 1512543600000, 1512543600000.5, 10**400, -(10**400),
)  # fmt: skip
OTHERS: tuple[Json, ...] = (
    True, False, {}, {"a": 1}, [], [1], ["a"], [[1]], [True], [None], [{"a": [1]}], {"a": True},
    {"a": 1.0}, ["a", 1, True, None],
)  # fmt: skip

STAMPS = (
    "2017-12-06T00:00:00.000-07:00", "2017-12-06T07:00:00.000Z", "2017-12-06T07:00:00Z",
    "2017-12-06t07:00:00z", "2017-12-06T07:00:00.0001Z", "2017-12-06T07:00:00.123456789Z",
    "2017-12-06T07:00:00.5+00:00", "2017-12-06 07:00:00Z", "2017-12-06T07:00Z", "2017-12-06T07Z",
    "2017-12-06T07:00:00+0000", "2017-12-06T07:00:00+00:00:30", "20171206T070000Z",
    "2017-W49-3T07:00:00Z", "2017-12-05T23:59:59Z", "2017-12-06T07:00:01Z", "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00+14:00", "2020-02-29T12:00:00+05:30", "2016-12-31T23:59:59.9Z",
)  # fmt: skip
BAD_STAMPS = (
    "", "hello", "2017-12-06", "2017-12-06T07:00:00", "20171206", "2017-12-06T25:00:00Z",
    "2017-12-06T24:00:00Z", "2017-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "1512543600000",
    "2017-12-06T07:00:00ZZ", "2017-12-06T07:00:00Z\n", " 2017-12-06T07:00:00Z", "Z", "z",
    "2017-12-06T07:00:00+24:00", "2017-12-06T07:00:00,5Z", "2017-12-06T07:00:00.Z",
    "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "２０１７-12-06T07:00:00Z", "\ud800",
    "2017-12-06\ud800T07:00:00Z", "2017-12-06T07:00:00 Z", "2017-12-06T07:00:00-07", "2017",
)  # fmt: skip
MOMENTS = (
    0, -1, 1512543600000, 1512543600000.0, 1512543600000.1, 1512543599999, 1512543600001,
    1512543600000.4999, -1000, 1e300, 1582957800000, 253402300799999.999,
)  # fmt: skip

VERSIONS = (
    "2.0.0", "2", "2.0", "2.0.1", "2.1", "1.9.9", "3", "2.0.0-rc.1", "2.0.0-rc.2", "2.0.0-rc.10",
    "2.0.0-rc", "2-rc.1", "2.0-rc.1", "2.0.0-alpha.beta", "2.0.0-1", "2.0.0-10", "2.0.0--",
    "2.0.0-a-b", "2.0.0+build", "2.0.0+build.01", "2.0.0-rc.1+x", "2+build", "2.0+x.y", "0.0.0",
    "10.0.0", "2.10.0", "2.9.0", "99999999999999999999.0.0", "2\nx", "2.0\n", "2.0.0-x1",
    "2.0.0-" + "9" * 300, "2.0.0-" + "9" * 299, "2.0.0-0", "2.0.0-A", "2.0.0-a",
    "2.0.0-" + "9" * 4300, "2.0.0-" + "a" * 5000, "2.0.0-a." + "b" * 5000, "2.0+" + "b" * 5000,
)  # fmt: skip
BAD_VERSIONS = (
    "", "v2.0.0", "2.0.0.0", "02.0.0", "2.00.0", "2.", "2.0.", ".2", "2.0.0-", "2.0.0-01",
    "2.0.0-rc..1", "2.0.0+", "2.0.0+a..b", "2.0.0\n", " 2.0.0", "2.0.0 ", "hello", "2.x", "2,0",
    "-1.0.0", "2.0.0-é", "٢.0.0", "2.0.0-rc_1", "2\n.0", "\n2.0.0", "1" * 5000, "2.0." + "1" * 5000,
)  # fmt: skip

# Each is within the grammar of linear-time patterns, or invalid in Python's `re` as well.
PATTERNS = (
    "^[A-Za-z]+", "a", "^a", "a$", "^a$", r"\d", r"^\d+$", r"\w", r"^\w+$", r"\s", r"\S$", ".",
    "^.$", "a.b", "^$", "", "(?i)STRASSE", "(?i)élan", "(?i)^İ", "(?s)a.b", "(?m)^b$", "(?m)a$",
    "a|b", "^(a|ab)(c|bcd)?$", "x{3}", "^x{2,}$", "[^a]", r"\.", r"a\/b", r"\bx\b", r"\Bx", "😀",
    "[日本]+", r"\n", r"[\d.]+", "(?:ab)+", "(?P<n>a)", "^\\s*$", r"\A", r"[\w-]+@", "é", r"\x41",
    "(", "[", "a**", "*a", "a)", "(?P<1>a)", "[b-a]", "\\",
    r"a\z", r"\x{61}", "(?<n>a)", "(?i-s)a", r"[\x{61}]", r"[(?<n>a)]", r"\\z", r"a\Z",
    "x{,3}y", "[]a]", "[^]x]", r"[\b]",
)  # fmt: skip


def pick(rng: random.Random, values: tuple[Json, ...] | list[Json]) -> Json:
    return values[int(rng.random() * len(values))]


def _aimed_in(rng: random.Random, value: Json) -> Json:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**60:
        return rng.choice((value, float(value), value, str(value)))
    return value


def _aimed_start(rng: random.Random, value: Json) -> Json:
    return value + pick(rng, TEXTS) if isinstance(value, str) else value


def _aimed_end(rng: random.Random, value: Json) -> Json:
    return pick(rng, TEXTS) + value if isinstance(value, str) else value


def _aimed_part(rng: random.Random, value: Json) -> Json:
    return pick(rng, TEXTS) + value + pick(rng, TEXTS) if isinstance(value, str) else value


def _near(rng: random.Random, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        return value
    return value + rng.choice((0, 0, 1, -1, 0.5, -0.5, 100, -100, 1e6, -1e6))


def _moment(rng: random.Random, value: Json) -> Json:
    if rng.random() < 0.3:
        return _near(rng, value)
    return pick(rng, (*STAMPS, *MOMENTS))


def _anything(rng: random.Random) -> Json:
    return pick(rng, (*TEXTS, *NUMBERS, *OTHERS))


def _text(rng: random.Random) -> Json:
    return pick(rng, TEXTS)


def _number(rng: random.Random) -> Json:
    return pick(rng, NUMBERS)


def _stamp(rng: random.Random) -> Json:
    return pick(rng, (*STAMPS, *STAMPS, *MOMENTS, *BAD_STAMPS))


def _held_stamp(rng: random.Random) -> Json:
    # A clause with this number would make the SDK refuse the whole document.
    return _stamp(rng) if rng.random() < 0.98 else 10**400


def _version(rng: random.Random) -> Json:
    return pick(rng, (*VERSIONS, *VERSIONS, *BAD_VERSIONS))


def _pattern(rng: random.Random) -> Json:
    return pick(rng, PATTERNS)


def _no_text(rng: random.Random) -> Json:
    return pick(rng, (*NUMBERS, *OTHERS))


def _no_number(rng: random.Random) -> Json:
    return pick(rng, (*TEXTS, *OTHERS))


def _no_moment(rng: random.Random) -> Json:
    return pick(rng, (*BAD_STAMPS, *OTHERS))


def _no_version(rng: random.Random) -> Json:
    return pick(rng, (*BAD_VERSIONS, *NUMBERS, *OTHERS))


_Make = Callable[[random.Random], Json]
_Aim = Callable[[random.Random, Json], Json]

# Per operator: values of its clause, values of its type, aimed at a clause's value, of wrong type.
OPERATORS: Mapping[str, tuple[_Make, _Make, _Aim, _Make]] = {
    "in": (_anything, _anything, _aimed_in, _anything),
    "startsWith": (_text, _text, _aimed_start, _no_text),
    "endsWith": (_text, _text, _aimed_end, _no_text),
    "contains": (_text, _text, _aimed_part, _no_text),
    "matches": (_pattern, _text, _aimed_part, _no_text),
    "lessThan": (_number, _number, _near, _no_number),
    "lessThanOrEqual": (_number, _number, _near, _no_number),
    "greaterThan": (_number, _number, _near, _no_number),
    "greaterThanOrEqual": (_number, _number, _near, _no_number),
    "before": (_stamp, _held_stamp, _moment, _no_moment),
    "after": (_stamp, _held_stamp, _moment, _no_moment),
    "semVerEqual": (_version, _version, lambda _, value: value, _no_version),
    "semVerLessThan": (_version, _version, lambda rng, _: pick(rng, VERSIONS), _no_version),
    "semVerGreaterThan": (_version, _version, lambda rng, _: pick(rng, VERSIONS), _no_version),
}


def asked(rng: random.Random, operator: str) -> list[Json]:
    """The values of a clause: mostly one or two, at times none or one that makes no sense."""
    make = OPERATORS[operator][0]
    count = rng.choices((0, 1, 2, 3, 6), (2, 50, 25, 15, 8))[0]
    found = [make(rng) if rng.random() < 0.94 else _anything(rng) for _ in range(count)]
    if operator not in ("before", "after"):
        return found
    # No date is beyond every float: the SDK refuses the document.
    return [value for value in found if type(value) is not int or abs(value) < 2**1023]
