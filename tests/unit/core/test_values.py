"""Which values fit which flag type."""

from typing import Any

import pytest

from yardarm.core.model import FLAG_TYPES
from yardarm.core.values import fits

TABLE: list[tuple[Any, set[str]]] = [
    (True, {"boolean", "json"}), ("x", {"string", "json"}), ("", {"string", "json"}),
    (1, {"integer", "number", "json"}), (0, {"integer", "number", "json"}),
    (10**400, {"integer", "number", "json"}), (1.0, {"number", "json"}), (None, {"json"}),
    ([], {"json"}), ({}, {"json"}), (float("nan"), {"json"}), (float("inf"), {"json"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "types"), TABLE)
def test_table(value: Any, types: set[str]) -> None:
    assert {kind for kind in FLAG_TYPES if fits(kind, value)} == types
