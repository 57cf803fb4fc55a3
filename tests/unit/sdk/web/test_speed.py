"""A middleware costs a request little, whatever it is asked to do."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("timing")
BAR_US = 30
SLOW = 3
"""How many times slower this machine may be than a quiet one."""


def test_a_request_costs_little_more() -> None:
    middleware = pytest.importorskip("benchmarks.middleware", reason="not part of a distribution")
    lowest = {name: low for name, (low, _, _) in middleware.measure(5)["more_us"].items()}
    everyday = {name: us for name, us in lowest.items() if "signed" not in name}
    assert len(everyday) == 12
    assert {name: us for name, us in everyday.items() if us > BAR_US * SLOW} == {}
