"""Unleash's algorithms: vectors, units of every type, chance, weights."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.bucketing import arm_ranges, find
from yardarm.core.bucketing.unleash import ALGORITHMS
from yardarm.core.program import Program

# What UnleashClient 6.9.1 says: the least rollout that is on, and one of 1,000 equal arms.
ROLLOUT = {"user-0": 79, "user-1": 86, "user-2": 74, "alice": 11, "bob@example.com": 84, "élan": 10}
VARIANT = {
    "user-0": 375, "user-1": 375, "user-2": 952, "alice": 809, "bob@example.com": 58, "élan": 506,
}  # fmt: skip


def _place(name: str, total: float = 100, *, kind: str = "user", **more: Any) -> Any:
    bucketing = m.Bucketing(name, kind=kind, **more)
    return ALGORITHMS[name].place(bucketing, "flag", total)


@pytest.mark.parametrize(("unit", "bucket"), ROLLOUT.items())
def test_rollout(unit: str, bucket: int) -> None:
    assert _place("unleash.rollout", seed="yd-rollout")((unit, None)) == bucket
    assert _place("unleash.rollout_or_random", seed="yd-rollout")((unit, None)) == bucket


@pytest.mark.parametrize(("unit", "arm"), VARIANT.items())
def test_variant(unit: str, arm: int) -> None:
    assert _place("unleash.variant", 1_000, seed="yd-multi")((unit, None)) == arm + 1


def test_the_flags_key_is_the_group() -> None:
    own = ALGORITHMS["unleash.rollout"].place(m.Bucketing("unleash.rollout"), "yd-rollout", 100)
    assert own(("alice", None)) == 11


@pytest.mark.parametrize(
    ("value", "text"), [(7, "7"), (True, "true"), (1.5, "1.5"), ("", ""), (1e16, "1e+16")]
)
def test_units_are_texts(value: Any, text: str) -> None:
    place = _place("unleash.rollout", seed="g")
    assert place((value, None)) == place((text, None)) is not None


@pytest.mark.parametrize("value", [None, [], {}, ["a"], float("nan")])
def test_no_unit(value: Any) -> None:
    assert _place("unleash.rollout")((value, None)) is None
    drawn = Ambient.at(0, lambda: 0.999_999)
    assert 1 <= _place("unleash.rollout_or_random", by=("key",))((value, drawn)) <= 100
    assert _place("unleash.variant", 3)((value, drawn)) == 3
    assert _place("unleash.variant", 3)((value, Ambient.at(0, lambda: 0.0))) == 1
    assert _place("unleash.variant", 3)((value, None)) == 1


def test_the_first_unit_counts() -> None:
    place = _place("unleash.rollout", seed="yd-rollout", by=("key", "sessionId"))
    assert place(("alice", "user-0", None)) == 11
    assert place((None, "user-0", None)) == 79


def test_stickiness_random_draws_for_everybody() -> None:
    place = _place("unleash.rollout", kind="$", by=("random1",), seed="g")
    fixed = _place("unleash.rollout", seed="g")
    for draw, number in ((0.0, 1), (0.5, 5_000), (0.9999, 9_999)):
        assert place((draw, None)) == fixed((str(number), None))


def test_random_is_less_than() -> None:
    place = _place("unleash.random", kind="$", by=("random1",))
    assert place((0.0, None)) == 2
    assert place((0.999_999, None)) == 100


def test_the_present_stands_in_for_current_time() -> None:
    place = _place("unleash.rollout", seed="g", by=("currentTime",))
    now = Ambient.at(1_654_041_600.7)
    assert place((None, now)) == place(("2022-06-01T00:00:00Z", None))
    assert place((None, None)) is None


def test_weights_wrap_around() -> None:
    ranges = ALGORITHMS["unleash.variant"].ranges
    assert ranges([1, 0, 2]) == [(0, 1), (1, 1), (1, 3)]
    assert ranges([-1, 2]) == [(0, 2**32 - 1), (2**32 - 1, 2**32 - 1)]
    big = 2**31 - 1
    assert ranges([big] * 3) == [(0, big), (big, 2 * big), (2 * big, 2 * big)]
    assert _place("unleash.variant", -1 + 2)(("u", None)) == 1
    assert _place("unleash.variant", 0)(("u", None)) is None


def test_arms_of_no_weight_have_no_range() -> None:
    arms = (m.Arm("a", 0), m.Arm("b", 3))
    algorithm = find("unleash.variant")
    assert algorithm is not None
    assert arm_ranges(arms, algorithm) == [(), ((0, 3),)]


def test_a_share_of_weights() -> None:
    """A share asks for some of a split's arms: `total` says what the weights add up to."""
    bucketing = m.Bucketing("unleash.variant", "yd-multi")
    share = m.Share(bucketing, ((1, 500),), 1_000)
    rule = m.Rule("1", share, "on")
    variants = (m.Variant("on", True), m.Variant("off", False))
    flag = m.Flag("f", "boolean", variants, True, "off", "off", rules=(rule,))
    run = Program.of(m.Document({"f": flag})).compiled("f").run
    for unit, arm in VARIANT.items():
        assert (run({"key": unit}, None, None).variant == "on") is (arm < 500)


def test_shares_are_fair() -> None:
    place = _place("unleash.rollout", seed="any")
    counts = Counter(place((f"user-{n}", None)) for n in range(20_000))
    assert set(counts) == set(range(1, 101))
    assert max(counts.values()) < 300
