"""Values of attributes and constants: ordinary ones, and those at which evaluators differ."""

from __future__ import annotations

import random
from typing import Any

Json = Any

TEXTS = (
    "", "a", "abc", "abcxyz", "xyz", "NL", "BE", "nl", "é", "ß", "日本", "\N{GRINNING FACE}x", "1",
    "1.0", " 2 ", "2", "10", "-1", "0", "true", "false", "null", "x.y", "1_0", "inf", "nan",
    "Infinity", "1e3", "0x10", "[object Object]", "1,2", "v1.2.3", "\t", "a b", "None", "True",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 3, 5, 10, 17, 18, 42, 100, 2**31, 2**53 - 1, -(2**53) + 1, 0.0, 1.0, 0.5, -1.5,
    2.5, 3.14159, 1e21, 1e-7, -0.0, 99.999,
)  # fmt: skip
LARGE = (2**53, 10**20, -(10**25), 2**64, 1.7976931348623157e308, 5e-324)
VERSIONS = (
    "1.2.3", "1.2.4", "1.3.0", "2.0.0", "2.0.0-alpha", "2.0.0-alpha.1", "2.0.0-rc.2", "2.0.0+build",
    "v1.2.3", "V2.0.0", "1", "1.2", "1.2-beta", "2.1", "10.0.0", "1.10.0", "1.9.0", "0.0.1",
)  # fmt: skip
BAD_VERSIONS = (
    "", "x", "1.2.3.4", "01.2.3", "1.2.x", "1..2", "1.2.3-", "1.2.3-01", " 1.2.3", "vv1", "1.2.3\n",
    "-1", "1.2.3+", True, None, [], ["1.2.3"], {}, 1e21, "latest",
)  # fmt: skip


def scalar(rng: random.Random) -> Json:
    """Text mostly, or a number, a boolean, null."""
    drawn = rng.random()
    if drawn < 0.5:
        return rng.choice(TEXTS)
    if drawn < 0.8:
        return rng.choice(NUMBERS)
    if drawn < 0.85:
        return rng.choice(LARGE)
    return rng.choice((True, False, None))


def any_value(rng: random.Random, depth: int = 0) -> Json:
    """Any JSON value."""
    if depth > 2 or rng.random() < 0.7:
        return scalar(rng)
    size = rng.choice((0, 1, 1, 2, 3))
    if rng.random() < 0.6:
        return [any_value(rng, depth + 1) for _ in range(size)]
    names = ("a", "b", "length", "0", "name", "targetingKey")
    return {rng.choice(names): any_value(rng, depth + 1) for _ in range(size)}


def odd_value(rng: random.Random) -> Json:
    """What hardly any operation is made for."""
    return rng.choice((
        "", [], {}, None, True, False, 0, -0.0, ["a"], [1], [[]], ["a", "b"], {"a": 1}, 10**20,
        1e21, "nan", "inf", [None], [["abc"]], 2.5, "\N{GRINNING FACE}",
    ))  # fmt: skip


def user(rng: random.Random) -> str:
    """A targeting key."""
    return f"user-{rng.randrange(100_000)}"
