"""flagd's evaluators and ours on generated questions: no answer differs."""

from __future__ import annotations

import pytest
from tests.conformance.differential import run
from tests.conformance.flagd.vendor import VENDOR, needs_node, needs_sdk, node

COUNT = 200_000
"""Questions of one run: enough for 200 of each outcome in every cell."""


@pytest.mark.parametrize("seed", [20261122])
def test_the_python_evaluator(seed: int) -> None:
    needs_sdk()
    made = run(VENDOR, seed, COUNT)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == COUNT
    assert not made.empty_cells(VENDOR.one_sided)


@pytest.mark.xdist_group("node")
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_node_evaluators_place_units_alike(generation: str) -> None:
    needs_node()
    vendor = node(generation)
    made = run(vendor, 20261122, 20_000)
    print(made.table())
    assert not made.differences, "\n".join(made.differences)
    assert made.asked == 20_000
    assert not made.empty_cells(vendor.one_sided)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(8))
def test_many_more_questions(seed: int) -> None:
    needs_sdk()
    made = run(VENDOR, seed, 500_000)
    assert not made.differences, "\n".join(made.differences)
