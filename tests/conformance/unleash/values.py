"""Values for constraints and contexts: those that match about half of the time, and odd ones."""

from __future__ import annotations

import random
from typing import Any

Json = Any

TEXTS = ("IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS")
NUMBERS = ("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE")
DATES = ("DATE_AFTER", "DATE_BEFORE")
VERSIONS = ("SEMVER_EQ", "SEMVER_GT", "SEMVER_GTE", "SEMVER_LT", "SEMVER_LTE")
OPERATORS = (*TEXTS, *NUMBERS, *DATES, *VERSIONS, "REGEX", "IN_CIDR")
CASELESS = ("STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS", "REGEX")
"""Operators that listen to `caseInsensitive`."""

FAMILY: dict[str, str] = {
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(VERSIONS, "version"),
    "REGEX": "regex",
    "IN_CIDR": "address",
}

NAMES = (
    "p", "country", "é", "a b", "key", "kind", "multi", "targetingKey", "_private", "properties",
    "user_id", "userid", "UserId", "/slash", "a/b", "~1", "a.b", "", "constructor", "hostname",
    "random", "now", "x" * 300, "0",
)  # fmt: skip
"""Names of custom fields, some with a meaning elsewhere."""
FIELDS = ("userId", "sessionId", "environment", "appName", "remoteAddress")

_WORDS = (
    "a", "b", "A", "B", "ab", "abc", "ABC", "é", "É", "ß", "SS", "ss", "İ", "i", "I", "ı", "Σ",
    "σ", "ς", "aΣ", "aσ", "aς", "日本", "👩‍💻", "a b", " a", "a ", 'q"t', '\\"', "b\\s", "a,b",
    "5", "5.0", "true", "True", "null", "None", "\n", "a\nb", "\t", "e\u0301", "\u212a", "k", "",
    "user-1", "x" * 300, "a\x00b", "\u2028", "[", "]", "or true",
)  # fmt: skip
_TEXT_NUMBERS = (
    "-1e400", "-1", "-1.0", "0", "-0", "1e-320", "2.2e-16", "0.1", "0.3", "0.30000000000000004",
    "1", "1.0000000000000002", "4.99", "5", "5.0", "+5", "05", "5.", "5e0", "5E0", "17", "42",
    "1e3", "1000", "9007199254740993", "9007199254740992", "123456789012345678901234567890",
    "1e400",
)  # fmt: skip
_ODD_NUMBERS = (
    ".5", "inf", "-inf", "Infinity", "NaN", "nan", " 5", "5 ", "", "five", "0x5", "1_000", "5,0",
    "٥", "5\n", "-", "+", "e5", "5e", "５", "true", "1.2.3", "2022-06-01T00:00:00Z", ".5e1", "5.e1",
)  # fmt: skip
_INSTANTS = (
    "0000-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
    "2022-05-31T00:00:00Z", "2022-06-01T00:00:00+23:59", "2022-05-31T23:59:59.999Z",
    "2022-05-31T23:59:60Z", "2022-06-01T00:00:00Z", "2022-06-01T00:00:00.000Z",
    "2022-06-01T02:00:00+02:00", "2022-05-31T22:00:00-02:00", "2022-06-01T00:00:00-00:00",
    "2022-06-01T00:00:00.001Z", "2022-06-02T00:00:00Z", "2024-02-29T12:00:00Z",
    "9999-12-31T23:59:59Z",
)  # fmt: skip
_LOOSE_INSTANTS = (
    "2022-06-01 00:00:00Z", "2022-6-1T0:0:0Z", "2022-06-01T00:00:00.1234567891Z",
    "2022-06-01T00:00:00 utc", " 2022-06-01T00:00:00Z", "2022-06-01T00:00:00Z\n",
    "2022 - 06 - 01T00 : 00 : 00Z", "+2022-06-01T00:00:00Z", "+12022-06-01T00:00:00Z",
    "-0001-06-01T00:00:00Z", "22-06-01T00:00:00Z", "2022-06-01t00:00:00z",
    "2022-06-01T02:00:00+0200", "2022-06-01T02:00:00+02 : 00", "2022-05-31T22:00:00−02:00",
    "2022-06-01T00:00:00.000000001Z", "2022-05-31T23:59:60.5Z", "2022-05-31T23:58:60Z",
    "+262142-12-31T23:59:59Z", "-262143-01-01T00:00:00Z", "2022-06-01T00:00:00\u00a0Z",
)  # fmt: skip
_NO_INSTANTS = (
    "2022-06-01", "2022-06-01T00:00:00", "2022-06-01T00:00Z", "2022-13-01T00:00:00Z",
    "2022-02-30T00:00:00Z", "2022-06-01T24:00:00Z", "2022-06-01T00:00:61Z", "1654041600", "", "now",
    "2022-06-01T00:00:00.Z", "2022-06-01T00:00:00+24:00", "2022-06-01T00:00:00+2:00",
    "2022-06-01T02:00:00+02", "2022-06-01T00:00:00+10:60", "2023-02-29T00:00:00Z",
    "+262143-01-01T00:00:00Z", "02022-06-01T00:00:00Z", "2022-06-01T00:00:00ZZ", "٢022-06-01",
    "2022-06-01T00:00:00,5Z", "2022-06-01T00:00:00UT", "2022-06-01T00:00:00 UTC+1", "2022-06-01T",
)  # fmt: skip
_VERSIONS = (
    "0.0.0", "1.2.3-0a", "1.2.3-1", "1.2.3-99999999999999999999999", "1.2.3--", "1.2.3-B",
    "1.2.3-a", "1.2.3-a+b", "1.2.3-a.1", "1.2.3-a.2", "1.2.3-a.10", "1.2.3", "1.2.3+b",
    "1.2.3+01.x", "1.2.4", "1.10.0", "2.0.0-rc.1", "2.0.0", "18446744073709551615.0.0",
)  # fmt: skip
_NO_VERSIONS = (
    "v1.2.3", "1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1.2.3-é", " 1.2.3",
    "1.2.3 ", "18446744073709551616.0.0", "", "latest", "1.2.x", "1.2.3-a..b", "1.2.3+a+b",
    "１.2.3", "1.2.3-a_b", "1", "-1.2.3",
)  # fmt: skip
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("^a$", "a"), ("^a$", "a\n"), ("^a$", "A"), ("a.b", "xaxbx"), ("a.b", "a\nb"), ("^$", ""),
    ("", "anything"), (r"^\d+$", "0123"), (r"^\d+$", "٣"), (r"^\d+$", "1a"), (r"\w+@\w+", "é@x"),
    (r"^\w$", "_"), (r"^\w$", "-"), (r"^\w$", "e\u0301"), (r"\bfoo\b", "a foo!"),
    (r"\bfoo\b", "éfoo"), (r"^\s$", "\u00a0"), (r"^\s$", "\x1c"), ("^(a|b)*$", "abba"),
    ("^(?:ab){2,3}$", "abab"), ("^(?:ab){2,3}$", "ab"), ("(?i)straße", "STRASSE"),
    ("(?i)É", "é"), ("k", "\u212a"), ("[^a]", "a"), ("[^a]", "A"), ("[a-z]", "\u212a"),
    (r"\.com$", "x.com"), (r"\.com$", "xcom"), ('a"b', 'a"b'), (r"a\\b", "a\\b"),
    ("(?m)^b$", "a\nb"), ("(?s)a.b", "a\nb"), ("日+", "日日"), ("^.$", "👩"),
    ("(a", "(a"), ("*a", "*a"),
    ("[z-a]", "z"), ("(?=a)", "a"), (r"(a)\1", "aa"), ("a{2,1}", "aa"), (r"\x41", "A"),
    (r"\x{1F600}", "😀"),
    ("(?P<n>a)", "a"), ("a+?b", "aab"), (r"\D", "5"), (r"\S", " "), (r"\W", "é"), (r"\Ax\z", "x"),
)  # fmt: skip
_NETWORKS: tuple[tuple[str, str], ...] = (
    ("10.0.0.0/8", "10.1.2.3"), ("10.5.5.5/8", "10.1.2.3"), ("10.0.0.0/8", "11.0.0.0"),
    ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "127.0.0.2"), ("127.0.0.1", "::ffff:127.0.0.1"),
    ("::ffff:127.0.0.1", "::ffff:7f00:1"), ("::ffff:127.0.0.1", "127.0.0.1"),
    ("2001:db8::/32", "2001:DB8:0::1"), ("2001:db8::/32", "2001:db9::"), ("::/0", "::1"),
    ("::/0", "1.1.1.1"), ("0.0.0.0/0", "1.1.1.1"), ("0.0.0.0/0", "::1"),
    ("10.0.0.0/33", "10.0.0.0"),
    ("10.0.0.0/08", "10.0.0.1"), ("10.0.0.0/+8", "10.0.0.1"), ("10.0.0.0/255.0.0.0", "10.2.0.1"),
    ("10.0.0.0/0.0.0.0", "9.2.0.1"), ("10.0.0.0/255.0.255.0", "10.2.0.1"), ("nonsense", "nonsense"),
    ("", ""), ("010.0.0.1", "10.0.0.1"), ("10.0.0.1", "010.0.0.1"), ("1.2.3", "1.2.3.0"),
    ("fe80::1%eth0", "fe80::1"), ("::1.2.3.4", "::102:304"), ("10.0.0.0/", "10.0.0.0"),
    ("10.0.0.0/8/8", "10.0.0.1"), ("[::1]", "::1"), ("::1/128", "::1"), ("::1/129", "::1"),
    ("1::2::3", "1::2"), ("10.0.0.0 /8", "10.0.0.1"), ("192.168.0.0/31", "192.168.0.1"),
    ("10.0.0.0/-1", "10.0.0.1"), ("2001:db8::/ffff::", "2001:db8::1"),
    ("10.0.0.0/8.0.0.0", "10.0.0.1"),
)  # fmt: skip


_RISING = {"number": _TEXT_NUMBERS, "date": _INSTANTS, "version": _VERSIONS}


def fields(rng: random.Random, op: str) -> tuple[Json, str]:
    """Fields of a constraint (`value` or `values`), and the text in them that contexts aim at."""
    family = FAMILY[op]
    if family == "text":
        word = rng.choice(_WORDS)
        return {"values": [*rng.choices(_WORDS, k=rng.randrange(3)), word]}, word
    if family == "address":
        network = rng.choice(_NETWORKS)[0]
        more = [rng.choice(_NETWORKS)[0] for _ in range(rng.randrange(2))]
        return {"values": [*more, network]}, network
    value = rng.choice(_PATTERNS)[0] if family == "regex" else rng.choice(_RISING[family])
    return {"value": value}, value


def matching(rng: random.Random, op: str, wanted: str) -> str:
    """A text that the operator finds true more often than not."""
    family = FAMILY[op]
    if family == "text":
        return _near(rng, op, wanted)
    if family in ("regex", "address"):
        pairs = _PATTERNS if family == "regex" else _NETWORKS
        return rng.choice([text for key, text in pairs if key == wanted] or [wanted])
    pool = _RISING[family]
    at = pool.index(wanted)
    above, below = pool[at + 1 :], pool[:at]
    if op.endswith(("GT", "GTE", "AFTER")) and above and rng.random() < 0.75:
        return rng.choice(above)
    if op.endswith(("LT", "LTE", "BEFORE")) and below and rng.random() < 0.75:
        return rng.choice(below)
    return wanted if rng.random() < 0.75 else rng.choice(pool)


def _near(rng: random.Random, op: str, word: str) -> str:
    """A text that the operator likely finds the word in."""
    if rng.random() < 0.2:
        word = rng.choice((word.upper(), word.lower(), word.swapcase(), word.casefold()))
    filler = rng.choice(("x", "y", "é", "1"))
    return {
        "STR_STARTS_WITH": word + filler,
        "STR_ENDS_WITH": filler + word,
        "STR_CONTAINS": filler + word + filler,
    }.get(op, word)


def any_text(rng: random.Random, op: str) -> str:
    """A text that the operator can read."""
    family = FAMILY[op]
    if family == "text":
        return rng.choice(_WORDS)
    if family in ("regex", "address"):
        return rng.choice(_PATTERNS if family == "regex" else _NETWORKS)[1]
    return rng.choice((*_RISING[family], *(_LOOSE_INSTANTS if family == "date" else ())))


def other_typed(rng: random.Random, op: str) -> Json:
    """A context value of another type than the operator's, or a text it cannot read."""
    odd = {
        "text": (5, 5.0, True, False, -1, 0),
        "number": (*_ODD_NUMBERS, 5, 5.0, -1, 0.1, 1e3, True, 17, 42),
        "date": (*_NO_INSTANTS, 1654041600, 1.5, True, 2022),
        "version": (*_NO_VERSIONS, 1, 1.2, True),
        "regex": (5, 5.5, True, False, 0),
        "address": (1, 10.0, True, 2130706433),
    }[FAMILY[op]]
    return rng.choice((*odd, scalar(rng), [], ["a"], {}, {"a": "b"}, [["5"]]))


def scalar(rng: random.Random) -> Json:
    """A number or truth value whose text is worth a look."""
    return rng.choice((
        5, 5.0, -0.0, 0.1, 1e16, 1e15, 1e-5, 1e-6, 1.5e-7, 1e22, 123456789.125, 2**53 + 1, 2**63,
        2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**30, True, False, 5e-324,
        1.7976931348623157e308,
        rng.random(), rng.random() * 10 ** rng.randrange(-20, 20), rng.randrange(-5, 50),
    ))  # fmt: skip


def wrong_value(rng: random.Random, op: str) -> Json:
    """Fields of a constraint of a kind that the operator does not expect."""
    if rng.random() < 0.5:  # what is compared depends on the value alone
        return {"value": rng.choice((*_TEXT_NUMBERS, *_INSTANTS, *_VERSIONS))}
    return rng.choice((
        {"value": rng.choice((*_ODD_NUMBERS, *_NO_INSTANTS, *_NO_VERSIONS, *_LOOSE_INSTANTS))},
        {"value": ""}, {"value": None}, {}, {"values": []}, {"values": None},
        {"values": ["end\\"]}, {"value": "end\\"}, {"values": ["a"], "value": "5"},
        {"value": rng.choice((" 5 ", "\t1.2.3", "2022-06-01T00:00:00Z ", "5\n", "- 5", "5 .0"))},
    ))  # fmt: skip


def word(rng: random.Random) -> str:
    """Any text."""
    return rng.choice(_WORDS)
