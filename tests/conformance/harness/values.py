"""Values and attributes that fall close on both sides of each operator."""

from __future__ import annotations

import random
from typing import Any

Json = Any

TEXT_ONLY = ("equal_sensitive", "starts_with", "ends_with", "contains")
TYPED = ("in", "equal", "gt")
OPERATORS = (*TEXT_ONLY, *TYPED)

WORDS = (
    "", " ", "a", "A", "ab", "Ab", "abc", "ABC", "bc", "b", "beta", "Beta@x.org", "@x.org",
    "straße", "STRASSE", "İ", "i̇", "É", "é", "ǅ", "日本", "👩‍💻", "true", "false", "True", "None",
    "null", "0", "1", "5", "5.0", "05", "10", "-3", "1e3", "x" * 70,
)  # fmt: skip
NUMERALS = (
    "0", "1", "-1", "5", " 5 ", "+5", "05", "5_0", "5.0", "5.5", "1e3", "1E3", "-0", "nan", "inf",
    "-inf", "٣", "0x10", "9007199254740993", "9" * 30, "9" * 5000, "", " ", "five", "1e400",
)  # fmt: skip
INTEGERS = (0, 1, -1, 3, 4, 5, 6, 50, 100, -3, 9007199254740993, 10**29, 10**30 - 1, 10**40)
FLOATS = (0.0, -0.0, 1.0, 5.0, 5.5, 4.999, -1.5, 1000.0, 1e300, 3.0, 0.1, 50.0)
ODD = (True, False, None, 5, 5.5, 1, 0, [], ["a"], {}, {"a": 1}, 10**400)


def wanted(rng: random.Random, op: str, type_: str) -> list[Json]:
    """A clause's values, meant for attributes of this type."""
    words: tuple[Json, ...] = (*WORDS, *WORDS, *ODD)
    if type_ != "text":  # mostly what can be converted
        words = (*NUMERALS, *ODD, *(2 * (*INTEGERS, *FLOATS, *map(str, INTEGERS))))
    if op == "in":  # text is never equal to a number
        words = words if type_ == "text" else (*INTEGERS, *FLOATS, *INTEGERS, *FLOATS, *NUMERALS)
        return rng.sample(words, rng.randint(1, 5))
    return [rng.choice(words) for _ in range(rng.choice((1, 1, 1, 2, 4)))]


def attribute(rng: random.Random, op: str, type_: str, values: list[Json]) -> Json:
    """An attribute of this type that the values may or may not match."""
    match type_:
        case "text":
            return _text(rng, op, values)
        case "int" | "float":
            return _number(rng, int if type_ == "int" else float, op, values)
        case "bool":
            return rng.random() < 0.5
        case "object":
            return rng.choice(({}, {"a": "b"}))
        case "list":
            return rng.choice(([], ["a"], [1, 2], values))
        case _:
            return None


def _text(rng: random.Random, op: str, values: list[Json]) -> str:
    near = rng.choice(values) if op == "in" else values[0]
    text = rng.choice(WORDS) if rng.random() < 0.3 else str(near)[:400]
    match op:
        case "starts_with":
            text += rng.choice(("", "z", text))
        case "ends_with":
            text = rng.choice(("", "z", text)) + text
        case "contains":
            text = rng.choice(("", "z")) + text + rng.choice(("", "z"))
        case "equal":
            text = rng.choice((text, text.upper(), text.lower()))
        case "gt":
            text = rng.choice((text, text + "a", text + "Z", "~" + text, text[1:], text.upper()))
        case _:
            text = rng.choice((text, text, text, text.swapcase()))
    return text


def _number(rng: random.Random, make: type, op: str, values: list[Json]) -> int | float:
    """The number that a value reads as, one close to it, or another one."""
    near = rng.choice(values) if op == "in" else values[0]
    other: int | float = rng.choice(INTEGERS if make is int else FLOATS)
    try:
        number = make(near)
        moved = number + rng.choice((1, 2, 0, -1) if op == "gt" else (0, 0, 0, 1, -1))
    except (ValueError, TypeError, OverflowError):
        return other
    return rng.choice((moved, moved, moved, other))  # type: ignore[no-any-return]
