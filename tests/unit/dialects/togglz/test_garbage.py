"""Garbage anywhere in what was stored: nothing raises, and what stands alone is read as before."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.unit.dialects.togglz.test_read import LAYOUTS

from yardarm.dialects.togglz import DIALECT
from yardarm.errors import DocumentError

GARBAGE = (
    None, True, 0, -1, 1.5, float("nan"), 10**400, "", "x", "\ud800", "a" * 3_000, [], {}, [[]],
    {"a": 1}, [{}], {"enabled": 5}, {"S": {"M": 5}}, "\\u00",
)  # fmt: skip


def _spoil(rng: random.Random, value: Any, depth: int = 0) -> Any:
    if depth and (rng.random() < 0.25 or not isinstance(value, dict | list | str) or not value):
        return rng.choice(GARBAGE)
    if isinstance(value, dict):
        name = rng.choice(list(value))
        if depth and rng.random() < 0.2:
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: _spoil(rng, value[name], depth + 1)}
    if isinstance(value, list):
        at = rng.randrange(len(value))
        return [*value[:at], _spoil(rng, value[at], depth + 1), *value[at + 1 :]]
    at = rng.randrange(len(value))
    piece = rng.choice(("", "=", "\\", "\n", ".param.", "\\u12", "\x00", "é", ".strategy"))
    return value[:at] + piece + value[at + rng.randint(0, 3) :]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_garbage_anywhere_is_survived(layout: str) -> None:
    rng = random.Random(layout)
    for _ in range(250):
        source = LAYOUTS[layout]
        for _ in range(rng.randint(1, 3)):
            source = _spoil(rng, source)
        try:
            document = DIALECT.read(source, {}).document
        except DocumentError:
            continue
        assert DIALECT.write is not None
        DIALECT.write(document, {})
        DIALECT.write(document, {"layout": rng.choice(("json", "tables", "spring-properties"))})
