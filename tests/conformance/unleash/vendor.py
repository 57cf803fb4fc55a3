"""Unleash's side of the differential runs.

Without its SDK tests are skipped, but fail in CI.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from tests.conformance.differential import Vendor
from tests.conformance.question import Question
from tests.conformance.unleash.generate import ONE_SIDED, hit, questions

from yardarm.connect.vendors.unleash import Oracle, oracle
from yardarm.dialects.unleash import DIALECT
from yardarm.errors import OptionError

EMPTY: dict[str, Any] = {"version": 2, "features": []}


def needs_sdk() -> None:
    """Skip the test where Unleash's SDK is not installed."""
    try:
        oracle(EMPTY)
    except OptionError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def oracle_of(document: Any, options: Any = None) -> Oracle:
    """The engine with this document."""
    needs_sdk()
    return oracle(document, options)


def vendor(make: Callable[[Random], Iterator[Question]] = questions) -> Vendor:
    """The run's vendor, with these questions."""
    return Vendor(DIALECT, oracle, make, hit, one_sided=ONE_SIDED)
