"""Both sides of a question, and what to do where one of them is absent."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest
from tests.conformance.differential import Vendor
from tests.conformance.harness import generate

from yardarm.connect.vendors.harness import oracle
from yardarm.dialects.harness import DIALECT

VENDOR = Vendor(DIALECT, oracle, generate.questions, generate.hit, one_sided=generate.ONE_SIDED)


def needs(present: bool, what: str) -> None:
    """Skip where it is absent; in CI it has to be there."""
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI has to have it")
    pytest.skip(f"{what} is missing")


def needs_sdk() -> None:
    """Skip without Harness's SDK."""
    needs(find_spec("featureflags") is not None, "harness-featureflags")
