"""Drills: for each operator values of conditions and traits with which both outcomes are common."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = Any

ABSENT = object()
"""A trait that an identity does not have."""

ODD: tuple[Json, ...] = (
    "", " ", "a", "A", "abc", "é", "日本", "𝒳", "1", "01", "-1", "-0", "1.0", "1.10", "1e3",
    "1_000", " 1", "٣", "true", "True", "false", "False", "null", "None", "nan", "inf", True,
    False, 0, 1, -1, 7, 2**53, 2**63, 10**30, 1.0, 1.5, -0.0, 0.1, 1e16, 1e-7, [], ["a"],
    ["a", 1, None, True],
    [1.5, "it's"], {"a": 1}, {}, [["x"], {"k": "é\n"}], "1.2.3", "1.2.3-rc.1", "v1.2.3", "12\n",
    "-", "1.", ".5", "+1", "0x1f", "\t7", "9" * 40, "a,b", '["a"]', "𝟏",
)  # fmt: skip
"""Traits at the edges of every coercion."""

ODD_VALUES: tuple[Json, ...] = (*ODD, None, "1.0:semver", "1.2.3:semver", ":semver")
"""Values of conditions at the same edges; not all of them are text."""


@dataclass(frozen=True, slots=True)
class Drill:
    """Values for the conditions of one operator and, given one, traits close to it.

    `wrong` are traits of a type that the operator was not made for, given the value too.
    """

    values: Callable[[random.Random], Json]
    traits: Callable[[random.Random, Json], Json]
    wrong_values: tuple[Json, ...]
    wrong: Callable[[random.Random], Json]


def _one_of(*choices: Json) -> Callable[[random.Random], Json]:
    return lambda rng: rng.choice(choices)


def _like(rng: random.Random, value: Json) -> Json:
    """The value itself, the same in another type, or another."""
    text = str(value)
    readings: list[Json] = [value, text]
    for read in (int, float):
        try:
            number = read(text)
        except (ValueError, OverflowError):
            continue
        if abs(number) < 1e300:
            readings += [number, f"0{text}", f"{text}.0"]
    if text.lower() in ("true", "false"):
        readings.append(text.lower() == "true")
    if rng.random() < 0.55:
        return rng.choice(readings)
    return rng.choice((*ODD, f"{text}x"))


def _number(rng: random.Random, value: Json) -> Json:
    near = rng.choice((rng.randint(-3, 12), rng.uniform(-3, 12), float(rng.randint(-3, 12))))
    return rng.choice((near, near, str(near), f"0{rng.randint(0, 12)}", rng.choice(ODD)))


def _text_around(rng: random.Random, value: Json) -> Json:
    text = str(value)
    near = (f"x{text}y", text, text + "é", f"{text}z", text[:-1], text.upper())
    return rng.choice((*near, "none", "b", "007", "1.0", 11))


def _pattern_text(rng: random.Random, value: Json) -> Json:
    return rng.choice(
        ("abc", "ABC", "1.2.3", "a1", "12", 12, 1.5, "12\n", "\n", "é", "ß", "٣", "foo@example.com",
         "x" * 50, "", " abc", "zabc", "2026-01-31", True, "a\nb", "abcabc", "+1", "𝒳", "_", "007")
    )  # fmt: skip


PATTERNS = (
    r"\d", r"\d+$", r"^a", r"[a-c]+", r".*c$", r"(?i)abc", r"\w+", r"\W", r"\s?abc", r"a|1", r"",
    r"^\d{4}-\d{2}-\d{2}$", r"[^a]", r"\.", r".", r"(ab|12)", r"^$", r"x{10,60}", r"\S+@\S+\.com",
    r"é", r"(?:abc){2}", r"\bab", r"[\d.]+\Z", r"a?b?c?", r"True", r"(?s).\n?b", r"a.b", r"[]a]",
    r"[[a]", r"a{,2}1",
)  # fmt: skip

_BOUNDS = _one_of("0", "1", "4.0", "7", "5.5", "-1", "9", "5", " 3", "1e1", "abc", "nan", "", "0.5")
_EQUALS = _one_of(*ODD_VALUES)
_WRONG = _one_of(True, False, ["a"], ["a", "b"], {"a": 1}, 1.0, 1, 1.5, [], "True", [1], [True])
_WRONG_VALUES = (
    "1", "true", "False", "a", "['a']", "1.0", "{'a': 1}", "1.5", "[1]", "True", "0.5", "[]",
)  # fmt: skip


def _modulo(rng: random.Random) -> Json:
    divisor = rng.choice(("2", "3", "2", "1.5", "-3", "1", " 4"))
    return f"{divisor}|{rng.choice(('0', '1', '1', '0.5', '-1'))}"


def _leaving(rng: random.Random, value: Json) -> Json:
    """A number that leaves the remainder, or another."""
    divisor, remainder = map(float, value.split("|"))
    if rng.random() < 0.5:
        found = divisor * rng.randint(-5, 20) + remainder
        whole = int(found) if found.is_integer() else found
        return rng.choice((whole, found, str(whole)))
    return rng.choice((rng.randint(-5, 40), rng.uniform(0, 5), str(rng.randint(0, 40)), 2.5, "a"))


def _members(rng: random.Random) -> Json:
    """Members as the three forms that the engine reads: a list, a JSON list, commas."""
    pool = (
        "a",
        "b",
        "1",
        "01",
        "2",
        "1.5",
        "True",
        "None",
        "",
        "é",
        "x y",
        "3",
        "['a']",
        "-0",
        "0",
    )
    some = rng.sample(pool, rng.randint(1, 7))
    form = rng.random()
    if form < 0.35:
        return ",".join(some)
    if form < 0.65:
        return str(some).replace("'", '"') if "['a']" not in some else "[broken," + ",".join(some)
    if form < 0.75:
        return '[1, 2.5, null, true, "a", "é"]'
    return [*some, rng.choice((1, 2.5, None, True, "b"))]


def _member(rng: random.Random, value: Json) -> Json:
    if isinstance(value, list):
        inside = value
    else:
        inside = value.strip("[]").replace('"', "").split(",")
    if rng.random() < 0.55 and inside:
        found = str(rng.choice(inside))
        return int(found) if found.isascii() and found.isdigit() and rng.random() < 0.5 else found
    return rng.choice((*ODD, "b", "2", 1, 2, 3, "3"))


def _unit(rng: random.Random) -> str:
    return f"unit-{rng.randint(100, 10**6)}"


_COMPARED = Drill(_BOUNDS, _number, _WRONG_VALUES, _WRONG)
_EQUATED = Drill(_EQUALS, _like, _WRONG_VALUES, _WRONG)
_PRESENCE = Drill(
    _one_of("", "x", None),
    lambda rng, value: rng.choice((ABSENT, None, ABSENT, *rng.sample(ODD, 3))),
    ("",),
    _one_of(["a"], {"a": 1}, [], {}, "", 0, False),
)

DRILLS: dict[str, Drill] = {
    "EQUAL": _EQUATED,
    "NOT_EQUAL": _EQUATED,
    "GREATER_THAN": _COMPARED,
    "GREATER_THAN_INCLUSIVE": _COMPARED,
    "LESS_THAN": _COMPARED,
    "LESS_THAN_INCLUSIVE": _COMPARED,
    "CONTAINS": Drill(
        _one_of("a", "ab", "é", "", "1", "@x.com", "B", None, "z"), _text_around,
        ("a", "1", "'", "True", ",", "[", "a'"), _WRONG,
    ),
    "NOT_CONTAINS": Drill(
        _one_of("a", "ab", "é", "", "1", "@x.com", "B", None, "z"), _text_around,
        ("a", "1", "'", "True", ",", "a'"), _WRONG,
    ),
    "REGEX": Drill(
        _one_of(*PATTERNS), _pattern_text,
        ("1", r"\[", "T", ".*a", r"\{", r"\[.*1", "True|False", r"1\.5"), _WRONG,
    ),
    "PERCENTAGE_SPLIT": Drill(
        _one_of("50", "33.3", "60", 45, "1e1", 70.5, " 50 ", "abc", True),
        lambda rng, value: rng.choice((_unit(rng), rng.randint(0, 10**6), f"00{_unit(rng)[-3:]}")),
        ("50", "40", 60),
        lambda rng: rng.choice(
            (rng.uniform(0, 99), [_unit(rng)], {"a": _unit(rng)}, True, f"{rng.random():.2f}0")
        ),
    ),
    "MODULO": Drill(
        _modulo,
        _leaving,
        ("2|1", "2|0", "1|0", "2|1", "2|0", "3|0", "2|", "a|b", "2|1|0", ""),
        _one_of(True, False, "3", "4", "3.0", "abc", ["a"], "1.5", None),
    ),
    "IN": Drill(
        _members, _member,
        (
            ["['a']", "True", "1.5"], "True,['a'],1", '["1", "[1]", "{\'a\': 1}"]',
            ["[]", "1", "['a', 'b']", "1.0"],
        ),
        _WRONG,
    ),
    "IS_SET": _PRESENCE,
    "IS_NOT_SET": _PRESENCE,
}  # fmt: skip
"""One drill for each of the fourteen operators."""

SEMVER_TRAITS = (
    "1.2.3", "1.2.4", "1.10.0", "2.0.0", "0.0.1", "1.2.3-rc.1", "1.2.3-rc.2", "1.2.3-rc.10",
    "1.2.3-alpha", "1.2.3-1", "1.2.3+b1", "1.2.3-rc.1+b1", "1.2", "v1.2.3", "01.2.3", "1.2.3-01",
    "1.2.3-", "", "abc", 1, 1.2, True, "1.2.3 ", "99999999999999999999.0.0", "1.2.3-rc.1.1",
    "1.2.3-rc", "1.2.3-RC.1", "1.2.3\n",
)  # fmt: skip
SEMVER_VALUES = (
    "1.2.3", "1.2.3-rc.1", "1.2.3-rc.2", "2.0.0", "1.2.3+b1", "1.2.3-alpha", "1.10.0", "bad",
    "1.2.3-rc.1+x", "rc.1", "b1", "", "1.2", "0.0.1",
)  # fmt: skip
