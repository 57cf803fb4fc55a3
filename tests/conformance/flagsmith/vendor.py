"""Both sides of a question, and what to do where one of them is absent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import pytest
from tests.conformance.differential import Vendor, identical
from tests.conformance.flagsmith import generate

from yardarm.connect.vendors.flagsmith import oracle
from yardarm.dialects.flagsmith import DIALECT

Json = Any


def alike(expected: Json, found: Json) -> bool:
    """Equal, where STATIC and DEFAULT are the same reason."""
    return identical(_relaxed(expected), _relaxed(found))


def _relaxed(answer: Json) -> Json:
    if "flags" in answer:
        flags = {name: _relaxed(flag) for name, flag in answer["flags"].items()}
        return {**answer, "flags": flags}
    return {**answer, "reason": "DEFAULT"} if answer.get("reason") == "STATIC" else answer


def vendor(topics: Sequence[str] = generate.TOPICS) -> Vendor:
    """Flagsmith, asked about these topics."""
    questions = partial(generate.questions, topics=topics)
    return Vendor(DIALECT, oracle, questions, generate.hit, alike, generate.ONE_SIDED)


def needs(present: bool, what: str) -> None:
    """Skip where it is absent; in CI it has to be there."""
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI has to have it")
    pytest.skip(f"{what} is missing")


def needs_sdk() -> None:
    """Skip without Flagsmith's SDK and engine."""
    needs(find_spec("flag_engine") is not None, "flagsmith-flag-engine")
    needs(find_spec("flagsmith") is not None, "flagsmith")
