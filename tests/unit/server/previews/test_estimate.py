"""What a sample says: intervals that hold the truth as often as they say."""

from __future__ import annotations

import random

import pytest

from yardarm.server.previews.estimate import estimated, interval


@pytest.mark.parametrize("rate", [0.01, 0.25, 0.9])
@pytest.mark.parametrize("truth", [5, 100, 3_000])
def test_the_truth_lies_within_as_often_as_is_said(rate: float, truth: int) -> None:
    rng = random.Random(7)
    inside = 0
    for _ in range(400):
        counted = sum(rng.random() < rate for _ in range(truth))
        low, high = interval(counted, counted, rate)
        assert counted <= low <= high
        inside += low <= truth <= high
    assert inside >= 0.9 * 400  # a count is whole, so it is never exactly 95 %


def test_nobody_counted_is_not_nobody() -> None:
    low, high = interval(0, 0, 0.1)
    assert low == 0
    assert 30 < high <= 40


def test_what_is_not_sampled_is_exact() -> None:
    assert estimated(3, 5, 1.0) == {"interval": [3, 5]}


def test_a_sample_is_scaled() -> None:
    found = estimated(100, 110, 0.5)
    assert found["estimate"] == 200
    assert found["interval"][0] < 200 < 220 < found["interval"][1]
