"""Units, ranges, splitters and their memory. The statistics are in tests/properties."""

import gc
from enum import StrEnum
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.bucketing import (
    ALGORITHMS,
    Answers,
    Budget,
    Splitter,
    arm_ranges,
    unit_of,
    yardarm,
)
from yardarm.core.bucketing.carry import carry


class Plan(StrEnum):
    PRO = "pro"


@pytest.mark.parametrize(("value", "unit"), [
    ("u", "u"), (7, "7"), (7.0, "7"), (-7, "-7"), (2**64 - 1, str(2**64 - 1)), (Plan.PRO, "pro"),
    (0, "0"), (-0.0, "0"), ("", None), (None, None), (True, None), (0.5, None), (2**64, None),
    (float("nan"), None), (float("inf"), None), (2.0**53, None), ([], None), (b"u", None),
    ({}, None),
])  # fmt: skip
def test_what_names_a_unit(value: Any, unit: str | None) -> None:
    assert unit_of(value) == unit


def test_numbers_and_their_text_are_the_same_unit() -> None:
    part = yardarm("seed")
    assert len({part(unit_of(value) or "") for value in (42, 42.0, "42")}) == 1


def test_ranges_follow_one_another_unless_stored() -> None:
    arms = [m.Arm("a", 10), m.Arm("b", 0), m.Arm("c", 5), m.Arm("d", 3, ((50, 53),)), m.Arm("e", 1)]
    assert arm_ranges(arms) == [((0, 10),), (), ((10, 15),), ((50, 53),), ((18, 19),)]


def splitter(*arms: m.Arm, budget: Budget | None = None, **bucketing: Any) -> Splitter:
    split = m.Split(arms, m.Bucketing(**bucketing))
    answers = Answers([arm.variant for arm in arms], "uncovered", "keyless")
    return Splitter(split, "flag", answers, budget or Budget())


def test_the_flag_is_the_seed_when_none_is_given() -> None:
    assert splitter(m.Arm("a", 1)).bucket("u") == yardarm("flag")("u")
    assert splitter(m.Arm("a", 1), seed="other").bucket("u") == yardarm("other")("u")
    assert splitter(m.Arm("a", 1)).bucket(None) is None


def test_gaps_between_ranges_are_uncovered() -> None:
    made = splitter(
        m.Arm("a", 20_000, ((10_000, 20_000), (80_000, 90_000))), m.Arm("b", 1, ((0, 1),))
    )
    for number in range(300):
        unit = f"u{number}"
        part = yardarm("flag")(unit)
        inside = 10_000 <= part < 20_000 or 80_000 <= part < 90_000
        assert made.pick(unit) == ("a" if inside else "b" if part < 1 else "uncovered")


def test_a_layer_keeps_out_who_is_not_in_its_ranges() -> None:
    made = splitter(m.Arm("a", 100_000), layer=m.Layer("l", ((0, 30_000), (60_000, 70_000))))
    for number in range(300):
        spot = yardarm("l")(f"u{number}")
        inside = spot < 30_000 or 60_000 <= spot < 70_000
        assert made.pick(f"u{number}") == ("a" if inside else "uncovered")


def test_what_names_no_unit_is_keyless() -> None:
    assert [splitter(m.Arm("a", 100_000)).pick(v) for v in (None, "", True, [])] == ["keyless"] * 4


def test_memory_is_bounded_over_all_splitters() -> None:
    budget = Budget(100)
    made = [splitter(m.Arm("a", 100_000), budget=budget) for _ in range(3)]
    for number in range(1_000):
        for one in made:
            one.pick(f"u{number}")
            assert sum(len(each.memo) for each in made) <= 101
    assert all(one.pick("u1") == "a" for one in made)


def test_long_units_and_numbers_are_not_remembered() -> None:
    made = splitter(m.Arm("a", 100_000))
    for value in ("u" * 257, 7, 7.0, Plan.PRO):
        made.pick(value)
    assert made.memo == {}
    made.pick("u" * 256)
    assert len(made.memo) == 1


def test_splitters_that_are_gone_are_not_kept() -> None:
    budget = Budget(10)
    for _ in range(50):
        splitter(m.Arm("a", 100_000), budget=budget).pick("u")
    gc.collect()
    # Not isinstance, which asks lazy objects of other libraries for what they stand for.
    alive = [o for o in gc.get_objects() if type(o) is Splitter and o._budget is budget]
    assert len(alive) <= 1


def test_the_algorithms_are_named_and_described() -> None:
    assert all(algorithm.summary for algorithm in ALGORITHMS.values())


def test_a_variant_that_is_new_or_gone_is_carried_too() -> None:
    before = m.Split((m.Arm("a", 60_000), m.Arm("b", 40_000)))
    after = carry(before, m.Split((m.Arm("c", 60_000), m.Arm("b", 40_000))))
    assert [arm.ranges for arm in after.arms] == [None, None], "c stands where a stood"
    after = carry(before, m.Split((m.Arm("b", 50_000), m.Arm("c", 50_000))))
    assert [arm.ranges for arm in after.arms] == [
        ((0, 10_000), (60_000, 100_000)), ((10_000, 60_000),),
    ]  # fmt: skip
