"""LaunchDarkly's buckets: published vectors, what names no unit, and how arms follow each other."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.bucketing import arm_ranges
from yardarm.core.bucketing.launchdarkly import ABSENT, ALGORITHMS, place, ranges
from yardarm.core.model import Arm, Bucketing

VECTORS = [
    ("yd-rollout.yd-salt", "user-0", 0.23024079050952276),
    ("yd-rollout.yd-salt", "user-1", 0.6305706877052737),
    ("yd-rollout.yd-salt", "user-2", 0.9076477370402252),
    ("yd-rollout.yd-salt", "alice", 0.044590889447527975),
    ("yd-rollout.yd-salt", "bob@example.com", 0.4348807709884629),
    ("yd-rollout.yd-salt", "élan", 0.036362112939601156),
    ("61", "user-0", 0.23211259969849862),
    ("61", "user-1", 0.8018402357891553),
    ("61", "user-2", 0.1705789263554557),
]


def bucket(seed: str, *values: Any, by: tuple[str, ...] = ("key",), kind: str = "user") -> Any:
    return place(Bucketing("launchdarkly", seed, by, kind), "flag", 100_000)(values)


@pytest.mark.parametrize(("seed", "unit", "expected"), VECTORS)
def test_vectors(seed: str, unit: str, expected: float) -> None:
    assert bucket(seed, unit) == expected


@pytest.mark.parametrize("value", [True, False, 1.0, 2.5, [], ["x"], {}, None])
def test_values_that_are_not_hashed(value: Any) -> None:
    assert bucket("s", value, "user-1", by=("plan", "key")) == 0.0


def test_a_kind_that_is_missing() -> None:
    assert bucket("s", None) == ABSENT
    assert bucket("s", None, None, by=("plan", "key")) == ABSENT


def test_integers_are_hashed_as_digits() -> None:
    assert bucket("s", 42, "k", by=("plan", "key")) == bucket("s", "42")
    assert bucket("s", 10**30, "k", by=("plan", "key")) == bucket("s", str(10**30))


def test_the_attribute_kind_is_the_kinds_name() -> None:
    assert bucket("s", None, "k", by=("kind", "key"), kind="org") == bucket("s", "org")


def test_half_of_a_character_fails_the_evaluation() -> None:
    with pytest.raises(UnicodeEncodeError):
        bucket("s", "\ud800")


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([50_000, 50_000], [(-1.0, 0.5), (0.5, 1.0)]),
        ([0, 100_000], [(-1.0, 0.0), (0.0, 1.0)]),
        ([33_333, 33_333, 33_334], [(-1.0, 0.33333), (0.33333, 0.66666), (0.66666, 1.0)]),
        ([60_000, -20_000, 30_000], [(-1.0, 0.6), (0.6, 0.6), (0.6, 0.7)]),
        ([-200_000, 250_000], [(-1.0, -1.0), (-1.0, 0.5)]),
    ],
)
def test_ranges(weights: list[int], expected: list[Any]) -> None:
    assert ranges(weights) == expected


def test_an_arm_without_weight_reaches_who_has_not_the_kind_only_if_it_says_so() -> None:
    arms = [Arm("a", 0, ((-1.0, 0.0),)), Arm("b", 100_000)]
    assert arm_ranges(arms, ALGORITHMS["launchdarkly"]) == [((-1.0, 0.0),), ((0.0, 1.0),)]
