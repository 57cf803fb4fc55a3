"""Harness's SDK and ours on generated questions: no answer differs."""

from __future__ import annotations

import pytest
from tests.conformance.differential import run
from tests.conformance.harness.vendor import VENDOR, needs_sdk


def test_fifty_thousand_questions() -> None:
    needs_sdk()
    made = run(VENDOR, 20261101, 50_000, evenly=True)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == 50_000
    assert not made.empty_cells(VENDOR.one_sided)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(8))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(VENDOR, seed, 250_000)
    assert not made.differences, "\n".join(made.differences)
    assert not made.empty_cells(VENDOR.one_sided)
