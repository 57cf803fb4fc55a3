"""LaunchDarkly's side of the differential runs.

Without its SDK tests are skipped, but fail in CI.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from tests.conformance.differential import Vendor
from tests.conformance.launchdarkly.generate import ONE_SIDED, hit, questions
from tests.conformance.question import Question

from yardarm.connect.vendors.launchdarkly import Oracle, oracle
from yardarm.dialects.launchdarkly import DIALECT
from yardarm.errors import OptionError

# The SDK logs every flag that it cannot evaluate.
logging.getLogger("ldclient.flag").setLevel(logging.CRITICAL)


def needs_sdk() -> None:
    """Skip the test where LaunchDarkly's SDK is not installed."""
    try:
        oracle({})
    except OptionError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def oracle_of(document: Any, options: Any = None) -> Oracle:
    """The SDK with this document."""
    needs_sdk()
    return oracle(document, options)


def vendor(make: Callable[[Random], Iterator[Question]] = questions) -> Vendor:
    """The run's vendor, with these questions."""
    return Vendor(DIALECT, oracle, make, hit, one_sided=ONE_SIDED)
