"""The cases of Unleash's own client specification.

A file holds `state` (what the SDK is given), `tests` (a toggle, a context, on or off) and
`variantTests` (the same with the variant that is expected).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Json = Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "unleash"


@dataclass(frozen=True, slots=True)
class Case:
    """One question. `expected` is True or False, or the whole variant where `variant` says so."""

    id: str
    document: Json
    flag: str
    context: Json
    expected: Json
    variant: bool

    def part_of(self, answer: Json) -> Json:
        """What of an answer the case is about."""
        return answer["variant"] if self.variant else answer["enabled"]


def cases() -> list[Case]:
    """Every case. Skips the test when the data is not there, but fails in CI."""
    if not FOLDER.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the conformance data is missing: {FOLDER}")
        pytest.skip(f"no conformance data in {FOLDER}")
    return [case for path in sorted(FOLDER.glob("*.json")) for case in _of_file(path)]


def _of_file(path: Path) -> Iterator[Case]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    for part in ("tests", "variantTests"):
        for index, test in enumerate(loaded.get(part, ())):
            yield Case(
                f"{path.stem} {part} {index} {test['description']}",
                loaded["state"],
                test["toggleName"],
                test["context"],
                test["expectedResult"],
                part == "variantTests",
            )
