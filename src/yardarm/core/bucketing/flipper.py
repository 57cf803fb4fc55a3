"""flipper-client's buckets: SHA-1 over the JSON of what was passed, modulo 100, as a fraction.

Source: flipper-client 1.3.2, by its behaviour. What is hashed is the list of name and value, sorted
by name, of those keyword arguments that were passed; `seed` is the JSON list of their names, one
for each attribute in `by`, followed by the word `integer` where our text key stands for a number
(``["user_id", "integer"]``). No flag's name is hashed. A bucket is 0, 0.01, … 0.99, and one that
equals the percentage belongs to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha1
from typing import Any

from ..model import Bucketing
from .algorithms import Algorithm, Place

_PLAIN = frozenset({str, int, float, bool, type(None)})
_REMEMBERED = 256

INTEGER = "integer"
"""Stands behind the names where text of our key is hashed as the number it shows."""


def names_of(seed: str | None, by: tuple[str, ...]) -> tuple[list[str], bool]:
    """The names that are hashed, and whether the first value is a number shown as text."""
    try:
        named = json.loads(seed or "null")
    except (ValueError, RecursionError):
        named = None
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return list(by), False
    return named[: len(by)], named[len(by) :] == [INTEGER]


def _place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    names, integer = names_of(bucketing.seed, bucketing.by)

    def score(*values: Any) -> float | None:
        given = [
            (name, _number(value) if integer and at == 0 else value)
            for at, (name, value) in enumerate(zip(names, values, strict=False))
            if value is not None
        ]
        try:
            text = json.dumps(sorted(given, key=lambda pair: pair[0]))
        except (TypeError, ValueError, RecursionError):
            return None  # what is no JSON breaks the library off
        return int(sha1(text.encode(), usedforsecurity=False).hexdigest(), 16) % 100 / 100

    # The core remembers text only, and most programs pass numbers. 1, 1.0 and true differ in JSON.
    remembered = lru_cache(_REMEMBERED, typed=True)(score)

    def place(values: tuple[Any, ...]) -> float | None:
        return remembered(*values) if _PLAIN.issuperset(map(type, values)) else score(*values)

    return place


def _number(value: Any) -> Any:
    """The whole number that a text shows in digits; the value itself where it shows none."""
    if type(value) is not str or len(value) > 40:
        return value
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() else value


ALGORITHMS: Mapping[str, Algorithm] = {
    "flipper": Algorithm(
        _place,
        "flipper-client: SHA-1 of the JSON of what was passed, 0 to 0.99, the limit included",
        whole=1,
        closed=True,
        chain=True,
        joint=True,
    ),
}
"""flipper-client's algorithms by name."""
