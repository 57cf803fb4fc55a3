"""Operator by operator: clause values, and attributes that lie close on both sides of them.

`CASES[operator]` draws the values of a clause; `near(rng, clause)` draws an attribute that may or
may not match it, and often just so: the bound itself, one step beside it, another case, another
zone, other build metadata. Which of the two it is, the oracle says.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from yardarm.core import model as m

Values = tuple[Any, ...]


class Tier(enum.StrEnum):
    """Text that is a subclass of str, as programs pass it."""

    PRO = "pro"
    FREE = "free"


WORDS = (
    "NL", "BE", "nl", "beta", "Beta", "BETA", "pro", "free", "straße", "STRASSE", "İstanbul",
    "istanbul", "Σίσυφος", "σίσυφοσ", "", " ", "a b", "e\u0301", "é", "日本", "🙂", "x\ty", "{0}",
    "%s", "'; drop", "1", "true", "ab", "abab", "ba",
)  # fmt: skip

FOLDED = ("Beta", "PRO", "straße", "STRASSE", "ſet", "İstanbul", "Σίσυφος", "ﬁne", "É", "NL", "x")
"""Words whose case is more than a matter of lower()."""

PATTERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^v[0-9]+$", ("v1", "v12", "v", "xv1", "v1x")),
    (r"\d{3}", ("123", "12", "x4567y", "١٢٣")),
    (r"(ab|cd)+e", ("abe", "cdabe", "ae", "abcd")),
    (r"^[a-c]*[^x]$", ("abcd", "aax", "", "q")),
    (r"a.c", ("abc", "ac", "xa-cx", "a\nc")),
    (r"@example\.(com|org)$", ("me@example.com", "me@exampleXcom", "me@example.com.evil")),
    (r"\w+\s\w+", ("two words", "oneword", "é é")),
    (r"(?i)beta", ("BETA", "beta", "bet")),
    (r"^(?:ab?){2,3}$", ("aab", "ab", "ababab", "abababab")),
    (r"\bcat\b", ("a cat", "concat", "cat")),
    (r"^(a+)+$", ("aaaa", "aaab", "")),
    (r"^[A-Z]{2}$", ("NL", "nl", "N", "NLD")),
    (r"", ("", "anything")),
)
_TEXTS_OF = dict(PATTERNS)
VERSIONS = (
    "1.0.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
    "1.0.0-beta.11", "1.0.0-rc.1", "2.9.0", "2.10.0", "2.10.1", "10.2.3", "0.0.1",
    "1.0.0-0.3.7", "1.0.0-x-y.z",
)  # fmt: skip
NO_VERSIONS = ("1.0", "v1.0.0", "01.2.3", "1.2.3.4", "", "1.0.0-01", "1.0.0+", "１.0.0", "1.0.0 ")
NETWORKS = (
    "10.0.0.0/8", "192.168.1.0/24", "192.168.1.128/25", "127.0.0.1", "0.0.0.0/0", "10.1.2.3/32",
    "2001:db8::/32", "::1", "fe80::/10", "::/0", "2001:db8::8000/113", "::ffff:10.0.0.0/104",
)  # fmt: skip
ADDRESSES = (
    "10.0.0.0", "10.255.255.255", "11.0.0.0", "9.255.255.255", "192.168.1.127", "192.168.1.128",
    "192.168.2.0", "127.0.0.1", "::ffff:10.1.2.3", "::ffff:192.168.1.200", "2001:db8::1",
    "2001:db9::", "2001:db8::7fff", "2001:db8::8000", "::1", "::2", "fe80::1", "fec0::",
    "10.1.2.3", "10.1.2.4",
)  # fmt: skip
NO_ADDRESSES = ("10.0.0", "010.0.0.1", "10.0.0.256", "fe80::1%eth0", "", "10.1.2.3/32", "١.1.1.1")
ZONES = (UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8)))
OLD_AMSTERDAM = timezone(timedelta(minutes=19, seconds=32))
NO_DATES = (
    "2027-03-01T09:00:00", "2027-03-01", "2027-02-29T00:00:00Z", "2027-03-01T25:00:00Z",
    "2027-03-01T09:00:60Z", "2027-03-01 09:00:00Z", "tomorrow", "",
)  # fmt: skip


# --- values of clauses ------------------------------------------------------------------------


def scalar(rng: random.Random) -> Any:
    return rng.choice((
        rng.choice(WORDS), rng.choice(WORDS), rng.randint(-3, 3), rng.choice((0.5, 1.0, -2.0, 1e9)),
        rng.random() < 0.5, 2**53 - 1,
    ))  # fmt: skip


def instant(rng: random.Random) -> datetime:
    start = datetime(2027, 3, 1, 9, tzinfo=UTC)
    return start + timedelta(
        days=rng.choice((0, 0, 1, -1, 300)), microseconds=rng.choice((0, 0, 250_000))
    )


def date_text(at: datetime, rng: random.Random) -> str:
    text = at.astimezone(rng.choice(ZONES)).isoformat()
    return text.replace("+00:00", rng.choice(("Z", "z", "+00:00", "-00:00")))


def _some(draw: Callable[[random.Random], Any]) -> Callable[[random.Random], Values]:
    return lambda rng: tuple(draw(rng) for _ in range(rng.choice((1, 1, 2, 3))))


def _one(draw: Callable[[random.Random], Any]) -> Callable[[random.Random], Values]:
    return lambda rng: (draw(rng),)


def _word(rng: random.Random) -> str:
    return rng.choice(WORDS)


def _folded(rng: random.Random) -> str:
    return rng.choice(FOLDED)


def _part(rng: random.Random) -> str:
    return rng.choice([word for word in WORDS if word])


def _number(rng: random.Random) -> Any:
    return rng.choice((rng.randint(-3, 3), rng.randint(-3, 3) / 2, 2**53 - 1))


def _date(rng: random.Random) -> Any:
    at = instant(rng)
    return int(at.timestamp()) if rng.random() < 0.3 else date_text(at, rng)


def _version(rng: random.Random) -> str:
    return rng.choice(VERSIONS) + rng.choice(("", "", "+build.7"))


CASES: dict[str, Callable[[random.Random], Values]] = {
    "equals": _one(scalar),
    "in": _some(scalar),
    "equals_ignore_case": _one(_folded),
    "in_ignore_case": _some(_folded),
    "starts_with": _some(_part),
    "ends_with": _some(_part),
    "contains": _some(_part),
    "starts_with_ignore_case": _some(_folded),
    "ends_with_ignore_case": _some(_folded),
    "contains_ignore_case": _some(_folded),
    "matches": _some(lambda rng: rng.choice(PATTERNS)[0]),
    "lt": _one(_number), "lte": _one(_number), "gt": _one(_number), "gte": _one(_number),
    "before": _one(_date), "after": _one(_date),
    "semver_eq": _one(_version), "semver_lt": _one(_version), "semver_lte": _one(_version),
    "semver_gt": _one(_version), "semver_gte": _one(_version),
    "in_network": _some(lambda rng: rng.choice(NETWORKS)),
    "present": lambda rng: (),
    "has_any": _some(scalar), "has_all": _some(scalar),
}  # fmt: skip


# --- attributes -------------------------------------------------------------------------------


def near(rng: random.Random, clause: m.Clause) -> Any:
    """An attribute of the right type that may match the clause."""
    name = clause.operator
    value = rng.choice(clause.values) if clause.values else rng.choice(WORDS)
    if name in ("equals", "in"):
        return _near_scalar(rng, value)
    if name in ("lt", "lte", "gt", "gte"):
        return rng.choice((value, value, value + 1, value - 1, value + 0.5, float(value), -value))
    if name in ("before", "after"):
        return _near_date(rng, value)
    if name.startswith("semver_"):
        bare = value.partition("+")[0]
        build = rng.choice(("", "+other", "+1.a"))
        other = rng.choice(VERSIONS)
        return rng.choice((bare + build, other, other + build, rng.choice((*NO_VERSIONS, other))))
    if name == "in_network":
        return rng.choice((*ADDRESSES, *ADDRESSES, *NO_ADDRESSES))
    if name == "matches":
        return rng.choice(_TEXTS_OF.get(value, WORDS))
    if name in ("has_any", "has_all"):
        return _near_list(rng, clause.values)
    if name.endswith("_ignore_case") and rng.random() < 0.5:
        return rng.choice((
            value.upper(), value.lower(), value.swapcase(), value.casefold() + "x",
            value[1:].upper(), value[:-1].lower(), value[::-1],
        ))  # fmt: skip
    return _near_text(rng, value)


def _near_scalar(rng: random.Random, value: Any) -> Any:
    if isinstance(value, str):
        return _near_text(rng, value) if rng.random() < 0.6 else value
    if isinstance(value, bool):
        return rng.choice((value, value, not value))
    return rng.choice((value, value, value + 1, float(value)))


def _near_text(rng: random.Random, value: str) -> str:
    return rng.choice((
        value, value, value.swapcase(), value.upper(), value + "x", "x" + value, value[:-1],
        f"x{value}y", value.lower() + "Z", "A" + value.upper(), rng.choice(WORDS), Tier.PRO,
    ))  # fmt: skip


def _near_date(rng: random.Random, value: Any) -> Any:
    if isinstance(value, str):
        at = datetime.fromisoformat(value.upper())
    else:
        at = datetime.fromtimestamp(value, UTC)
    step = timedelta(microseconds=rng.choice((0, 0, 1, -1, 1_000_000, -1_000_000, 86_400_000_000)))
    at = (at + step).astimezone(rng.choice(ZONES))
    form = rng.randrange(8)
    if form == 0:
        return at.astimezone(rng.choice((*ZONES, OLD_AMSTERDAM)))
    if form == 1:
        return at.timestamp()
    if form == 2:
        return int(at.timestamp())
    return date_text(at, rng) if form < 7 else rng.choice(NO_DATES)


def _near_list(rng: random.Random, values: Values) -> Any:
    items = [value for value in values if rng.random() < 0.6]
    items += [scalar(rng) for _ in range(rng.choice((0, 0, 1, 2)))]
    items += [None, {"a": 1}] if rng.random() < 0.1 else []
    rng.shuffle(items)
    return rng.choice((list, list, tuple))(items)


# --- what no operator wants -------------------------------------------------------------------


class Hostile:
    """Every method that an evaluation might call by mistake raises."""

    def _raise(self, *_: object) -> Any:
        raise RuntimeError("a method of the caller's object was called")

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = __len__ = _raise  # type: ignore[assignment]
    __iter__ = __contains__ = __getitem__ = __float__ = __int__ = __index__ = _raise
    get = startswith = endswith = casefold = _raise

    def __repr__(self) -> str:
        return "<hostile>"


def wrong(rng: random.Random, clause: m.Clause) -> Any:
    """An attribute whose type the operator does not ask for (nor `present`, which takes any)."""
    name = clause.operator
    if name in ("lt", "lte", "gt", "gte"):
        return rng.choice(("1", True, [1], {"n": 1}, Hostile(), Tier.FREE))
    if name in ("before", "after"):
        return rng.choice(
            (True, ["2027-03-01T09:00:00Z"], {}, Hostile(), datetime.date(instant(rng)))
        )
    if name in ("has_any", "has_all"):
        return rng.choice((*clause.values[:1], "NL", 1, {"NL": 1}, Hostile()))
    if name in ("equals", "in"):
        return rng.choice(
            ([*clause.values], {"a": 1}, Hostile(), b"NL", _other_type(clause.values))
        )
    return rng.choice((1, 0.5, True, list(clause.values), {"a": "b"}, Hostile(), b"NL"))


def _other_type(values: Values) -> Any:
    """Something that Python may hold for equal, such as True for 1 or "1" for 1."""
    first = values[0]
    if isinstance(first, bool):
        return int(first)
    return first == 1 if isinstance(first, int | float) else 1
