"""GrowthBook's side of a differential run: its JavaScript SDK, which decides."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from tests.conformance.differential import Vendor
from tests.conformance.growthbook import javascript
from tests.conformance.growthbook.cases import same
from tests.conformance.growthbook.generate import ONE_SIDED, hit, questions
from tests.conformance.question import Question

from yardarm.connect.vendors.growthbook import Oracle, shape
from yardarm.dialects.growthbook import DIALECT

Json = Any


class _Oracle(Oracle):
    """The JavaScript SDK; what it throws is an answer, too."""

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        found = super().answer(flag, context, options)
        return shape(None, "error", "", None) if "raised" in found else found


def sdk(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The SDK, loaded with a document."""
    return _Oracle(document, javascript.options())


def vendor(part: str = "all") -> Vendor:
    """The questions of one part (see `generate.PARTS`), put to the SDK and to us."""

    def of_part(rng: random.Random) -> Iterator[Question]:
        return questions(rng, part)

    return Vendor(DIALECT, sdk, of_part, hit, same, ONE_SIDED)


VENDOR = vendor()


@cache
def _missing() -> str:
    try:
        Oracle({}, javascript.options()).answer("f", {})
    except Exception as error:  # no Node, no package, no registry: whatever it is
        return f"GrowthBook's JavaScript SDK cannot be asked: {error}"
    return ""


def needs_sdk() -> None:
    """Skip the test where the SDK cannot be asked; in CI that is a failure."""
    reason = _missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
