"""Random attributes, and operands that have something to do with them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from yardarm.core.operators.growthbook import operator_test

Json = Any

TEXTS = (
    "", "a", "b", "ab", "A", "B", "Ab", "é", "É", "ß", "SS", "İ", "ı", "Σίσυφος", "ΣΊΣΥΦΟΣ", "😀",
    "\uffee", "\ue000", "0", "1", "8", "08", " 8 ", "1e3", "0x10", "0b11", "+5", "-0", "5.", ".5",
    "Infinity", "-Infinity", "NaN", "null", "true", "false", "undefined", "[object Object]", "1,2",
    "a,b", "1_000", "firefox", "Chrome", "us", "US", "user@example.com", "a\nb", "a/b", "𝒳",
    "2026-11-22", "2026-11-22T10:00:00Z",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, -5, -0.5, 2, 3, 5, 8, 10, 100, 1.0, 1.5, 0.1, -0.0, 1e21, 1e-7, 123456789012345680000,
    9007199254740993, -9007199254740993, 0.1 + 0.2, 1e300, 5e-324, 1048576.5,
)  # fmt: skip
VERSIONS = (
    "1", "1.2", "1.2.3", "v1.2.3", "1.2.3-beta", "1.2.3-beta.2", "1.2.3-beta.11", "1.2.3+build.5",
    "1.2.3-rc.1+b", "10.0.0", "9.99.9", "2.0.0", "1-2-3", "1.2.3.4", "01.2.3", "100000.0.0",
    "99999.0.0", "1.2.3-", "", "v", "vv1.2.3", "latest", "1.2.3+a\nb", "1.2.3-é", "1.10.0", "1.9.0",
)  # fmt: skip
OBJECTS: tuple[Json, ...] = (
    {}, {"a": 1}, {"a": "1"}, {"b": 2, "a": 1}, {"a": 1, "b": 2}, {"a": {"b": 1}},
    {"10": 1, "2": 2}, {"2": 2, "10": 1}, {"name": "a", "n": 1}, {"a": None}, {"length": 2},
    {"a": [1, {"b": True}]},
)  # fmt: skip
PATTERNS = (
    "a", "^a", "b$", "^$", "a|b", "[a-c]+", r"\d+", r"^\d{1,3}$", r"\w@\w", ".", "^.$", "^..$",
    "null", "^n", "l+", "n|x", "^tr", "[object", "^\\[object", "(?:fire|chro)", "é", "ß", "[^a]",
    r"\bb\b", "a.b", "a/b", r"\/", "x{0}", "(a", "a{2,1}", "*", r"\u{61}", "[]", "[^]", r"\s",
    "(?i:A)", "😀", "^[😀]$", ",", r"\cA", "}", "]", "1", "^[+-]?[0-9]+$", "(?<n>a)", "", "İ", "σ",
    "^user", "us", "true|false",
)  # fmt: skip
MANY_TYPES = ("string", "number", "boolean", "array", "object", "null", "undefined", "unknown", 1)


def scalar(rng: random.Random) -> Json:
    """Text, a number, a boolean or null."""
    roll = rng.random()
    if roll < 0.45:
        return rng.choice(TEXTS)
    if roll < 0.8:
        return rng.choice(NUMBERS)
    return rng.choice((True, False, None))


def array(rng: random.Random, depth: int = 0) -> list[Json]:
    """A list, mostly short, sometimes nested."""
    size = rng.choice((0, 1, 1, 2, 2, 3, 4))
    pick = rng.random()
    if pick < 0.35:
        return [rng.choice(TEXTS) for _ in range(size)]
    if pick < 0.6:
        return [rng.choice(NUMBERS) for _ in range(size)]
    return [value(rng, depth + 1) for _ in range(size)]


def value(rng: random.Random, depth: int = 0) -> Json:
    """Anything that JSON has."""
    roll = rng.random()
    if roll < 0.6 or depth > 2:
        return scalar(rng)
    if roll < 0.85:
        return array(rng, depth)
    return rng.choice(OBJECTS)


def near(rng: random.Random, given: Json) -> Json:
    """A value that JavaScript may or may not take for the given one."""
    roll = rng.random()
    if roll < 0.45:
        return given
    if roll < 0.6 and isinstance(given, str):
        return rng.choice((given.upper(), given.lower(), given + " ", given[:-1]))
    if isinstance(given, int | float) and not isinstance(given, bool) and roll < 0.7:
        return rng.choice((given + 1, given - 1, str(given), float(given), given == 1))
    if isinstance(given, dict) and roll < 0.65:
        return dict(reversed(given.items()))
    if given is None and roll < 0.7:
        return rng.choice((0, "null", "", False, "0"))
    if isinstance(given, list) and roll < 0.7:
        return rng.choice((",".join(map(str, given)), len(given), list(reversed(given))))
    return value(rng)


Operand = Callable[[random.Random, Json], Json]


def _listed(rng: random.Random, given: Json) -> Json:
    if rng.random() < 0.04:
        return rng.choice((given, None, {}, "a"))
    others = [value(rng) for _ in range(rng.choice((0, 1, 2, 3)))]
    if isinstance(given, list) and given and rng.random() < 0.6:
        item = rng.choice(given)
        others.append(item if rng.random() < 0.6 else near(rng, item))
    elif rng.random() < 0.7:
        others.append(near(rng, given))
    rng.shuffle(others)
    return others


def _all(rng: random.Random, given: Json) -> Json:
    if rng.random() < 0.03:
        return rng.choice((given, None, {}, "a"))
    known = given if isinstance(given, list) else [given]
    count = min(len(known), rng.choice((0, 1, 1, 2)))
    wanted = [near(rng, item) for item in rng.sample(known, count)]
    if wanted and rng.random() < 0.15:
        wanted[0] = {"$ne": wanted[0]}
    return wanted


def _cased(rng: random.Random, operand: Json) -> Json:
    if not isinstance(operand, list):
        return operand
    change = rng.choice((str.upper, str.lower, str.title))
    return [change(item) if isinstance(item, str) else item for item in operand]


def _ordered(rng: random.Random, given: Json) -> Json:
    if isinstance(given, str) and rng.random() < 0.6:
        return rng.choice((given, *TEXTS))
    return rng.choice((*NUMBERS, given)) if rng.random() < 0.8 else value(rng)


def _version(rng: random.Random, given: Json) -> Json:
    if given is None and rng.random() < 0.3:
        return rng.choice(("v", "+1", " ", "\t"))  # before version 0, which is what is missing
    if rng.random() < 0.25:
        return rng.choice((1, 1.2, 0, "0", "", None, True, [], given))
    if isinstance(given, int | float) and rng.random() < 0.5:
        return str(given)
    return given if isinstance(given, str) and rng.random() < 0.3 else rng.choice(VERSIONS)


def _size(rng: random.Random, given: Json) -> Json:
    size = len(given) if isinstance(given, list) else 0
    return rng.choice((size, size, str(size), size + 1, {"$gt": 1}, {"$lte": size}, [size], True))


def _element(rng: random.Random, given: Json) -> Json:
    known = rng.choice(given) if isinstance(given, list) and given else scalar(rng)
    if isinstance(known, dict):
        name = rng.choice(("name", "a", "b", "n", "a.b"))
        inner = known.get(name.partition(".")[0])
        return {name: near(rng, inner)} if rng.random() < 0.7 else {name: {"$exists": True}}
    operator = rng.choice(("$eq", "$gt", "$in", "$regex", "$ne", "$exists", "$type"))
    return {operator: OPERANDS[operator](rng, known)}


def _not(rng: random.Random, given: Json) -> Json:
    if rng.random() < 0.3:
        return near(rng, given)
    operator = rng.choice(
        ("$eq", "$gt", "$in", "$regex", "$elemMatch", "$size", "$veq", "$unknown")
    )
    return {operator: OPERANDS.get(operator, near)(rng, given)}


OPERANDS: dict[str, Operand] = {
    "$eq": near,
    "$ne": near,
    "$lt": _ordered,
    "$lte": _ordered,
    "$gt": _ordered,
    "$gte": _ordered,
    "$veq": _version,
    "$vne": _version,
    "$vlt": _version,
    "$vlte": _version,
    "$vgt": _version,
    "$vgte": _version,
    "$in": _listed,
    "$nin": _listed,
    "$ini": lambda rng, given: _cased(rng, _listed(rng, given)),
    "$nini": lambda rng, given: _cased(rng, _listed(rng, given)),
    "$all": _all,
    "$alli": lambda rng, given: _cased(rng, _all(rng, given)),
    "$size": _size,
    "$elemMatch": _element,
    "$exists": lambda rng, given: rng.choice((True, False, 0, 1, "", "a", None, [])),
    "$type": lambda rng, given: rng.choice(("null", *MANY_TYPES[: rng.choice((3, 9))])),
    "$regex": lambda rng, given: rng.choice(PATTERNS),
    "$regexi": lambda rng, given: rng.choice(PATTERNS),
    "$not": _not,
}
"""How an operand is drawn, given the attribute's value."""


def expected(sign: str, operand: Json, value: Json) -> bool:
    """What probably comes out: used to draw both outcomes equally often, and for nothing else."""
    try:
        return operator_test(sign, operand)(value)
    except ValueError:
        return False


ARRAYS = frozenset({"$all", "$alli", "$size", "$elemMatch"})
"""Operators that are about lists."""


def suited(rng: random.Random, operator: str) -> Json:
    """An attribute of the type that the operator is made for."""
    if operator in ARRAYS:
        if operator == "$elemMatch" and rng.random() < 0.4:
            return [rng.choice(OBJECTS) for _ in range(rng.choice((1, 2, 3)))]
        return array(rng)
    if operator[:2] == "$v":
        return rng.choice(VERSIONS)
    if operator in ("$regex", "$regexi"):
        return rng.choice(TEXTS)
    if operator in ("$lt", "$lte", "$gt", "$gte"):
        return rng.choice((*NUMBERS, *TEXTS))
    return scalar(rng)


def unsuited(rng: random.Random, operator: str) -> Json:
    """An attribute of another type than the operator is made for."""
    if operator in ARRAYS:
        return rng.choice((scalar(rng), rng.choice(OBJECTS)))
    if operator[:2] == "$v":
        return rng.choice((*NUMBERS, True, False, [], ["1.2.3"], {}))
    if operator in ("$regex", "$regexi", "$lt", "$lte", "$gt", "$gte"):
        return rng.choice((True, False, array(rng), rng.choice(OBJECTS), rng.choice(NUMBERS)))
    return array(rng) if rng.random() < 0.92 else rng.choice(OBJECTS)
