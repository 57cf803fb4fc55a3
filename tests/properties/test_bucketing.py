"""The statistics and the promises of placing units: uniform, independent, minimal movement."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle.interpreter import place

from yardarm.core import model as m
from yardarm.core.bucketing import ALGORITHMS, arm_ranges, yardarm
from yardarm.core.bucketing.carry import carry
from yardarm.core.program import Program

GOLDEN = Path(__file__).parents[1] / "golden" / "bucketing.json"
ROOT = Path(__file__).parents[2]

# --- the algorithm ----------------------------------------------------------------------------


def test_vectors_never_change() -> None:
    """These numbers are in other people's databases and languages: they are the algorithm."""
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert golden["parts"] == m.PARTS
    placing = ALGORITHMS[golden["algorithm"]].place
    wrong = [
        v
        for v in golden["vectors"]
        if placing(m.Bucketing(seed=v["seed"]), "", 0)(v["unit"]) != v["part"]
    ]
    assert wrong == []
    assert len(golden["vectors"]) >= 80


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_it_is_what_its_description_says(seed: str, unit: str) -> None:
    assert yardarm(seed)(unit) == place(seed, unit)
    assert 0 <= yardarm(seed)(unit) < m.PARTS


def _excess(counts: list[int], expected: float) -> float:
    """How many standard deviations the chi-square statistic lies above what chance gives."""
    freedom = len(counts) - 1
    statistic = sum((count - expected) ** 2 for count in counts) / expected
    return float((statistic - freedom) / (2 * freedom) ** 0.5)


SEEDS = ["new-checkout", "search", "banner", "a", "b", "", "日本"]
UNITS = {
    "counted": [f"user-{n}" for n in range(40_000)],
    "digits": [str(n) for n in range(40_000)],
    "ids": [f"{n * 2_654_435_761 % 2**64:016x}" for n in range(40_000)],
}


@pytest.mark.parametrize("units", UNITS)
def test_parts_are_uniform(units: str) -> None:
    for seed in SEEDS:
        part = yardarm(seed)
        counts = Counter(part(unit) // 500 for unit in UNITS[units])
        assert abs(_excess([counts[n] for n in range(200)], 200)) < 4, seed


def test_the_finest_share_gets_its_units() -> None:
    """0.01 % of 200,000 units are 20, give or take: weights this small are honoured."""
    part = yardarm("canary")
    chosen = sum(part(f"user-{n}") < 10 for n in range(200_000))
    assert 8 <= chosen <= 36


def test_flags_place_units_independently() -> None:
    units = UNITS["counted"]
    parts = {seed: [yardarm(seed)(unit) // 10_000 for unit in units] for seed in SEEDS}
    for one, first in enumerate(SEEDS):
        for other in SEEDS[one + 1 :]:
            joint = Counter(zip(parts[first], parts[other], strict=True))
            cells = [joint[a, b] for a in range(10) for b in range(10)]
            assert abs(_excess(cells, len(units) / 100)) < 4, (first, other)


def test_neighbouring_units_and_seeds_are_independent_too() -> None:
    """Seeds and units that differ by one character, and text moved between the two."""
    for pair in (("flag-1", "flag-2"), ("flag", "flag1"), ("x", "X")):
        first, second = map(yardarm, pair)
        joint = Counter((first(unit) // 10_000, second(unit) // 10_000) for unit in UNITS["digits"])
        assert abs(_excess([joint[a, b] for a in range(10) for b in range(10)], 400)) < 4, pair
    assert yardarm("ab")("c") != yardarm("a")("bc")


def test_the_same_in_every_process() -> None:
    """Hash randomisation and locale have no say."""
    program = (
        "from yardarm.core.bucketing import yardarm\n"
        "print([yardarm(s)(u) for s in ('a', 'é') for u in ('user-1', '日本', '42')])\n"
    )
    answers = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("4242", "C")):
        environ = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        environ["PYTHONPATH"] = str(ROOT / "src")
        done = subprocess.run(
            [sys.executable, "-c", program], env=environ, capture_output=True, check=True, text=True
        )
        answers.add(done.stdout)
    expected = [place(s, u) for s in ("a", "é") for u in ("user-1", "日本", "42")]
    assert answers == {f"{expected}\n"}


# --- who is moved by a change of weights ------------------------------------------------------

VARIANTS = "abcde"


@st.composite
def weights(draw: st.DrawFn) -> dict[str, int]:
    """Weights of some variants, adding up to everybody or less."""
    variants = draw(st.permutations(VARIANTS))[: draw(st.integers(1, 5))]
    shares = [draw(st.integers(0, 100_000)) for _ in variants]
    total = draw(st.sampled_from([m.PARTS, m.PARTS, 60_000, 1, 99_999]))
    scale = sum(shares) or 1
    made = {v: share * total // scale for v, share in zip(variants, shares, strict=True)}
    if sum(shares):
        made[variants[0]] += total - sum(made.values())
    return made


def split(shares: dict[str, int]) -> m.Split:
    return m.Split(tuple(m.Arm(variant, weight) for variant, weight in shares.items()))


def owners(of: m.Split) -> list[tuple[int, int, str | None]]:
    """Who owns which parts, from 0 to the end; None for parts that no arm covers."""
    found, at = [], 0
    pieces = [
        (start, end, arm.variant)
        for arm, ranges in zip(of.arms, arm_ranges(of.arms), strict=True)
        for start, end in ranges
    ]
    for start, end, variant in sorted(pieces):
        assert at <= start < end <= m.PARTS, "ranges overlap or lie outside"
        found += [(at, start, None), (start, end, variant)]
        at = end
    return [*found, (at, m.PARTS, None)]


def moved(before: m.Split, after: m.Split) -> Counter[tuple[str | None, str | None]]:
    """How many parts go from one variant to another, exactly."""
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for s1, e1, old in owners(before):
        for s2, e2, new in owners(after):
            common = min(e1, e2) - max(s1, s2)
            if common > 0 and old != new:
                counts[old, new] += common
    return counts


def least(before: dict[str, int], after: dict[str, int]) -> int:
    """The total variation distance: no assignment can move fewer parts."""
    old: dict[str | None, int] = {**before, None: m.PARTS - sum(before.values())}
    new: dict[str | None, int] = {**after, None: m.PARTS - sum(after.values())}
    return sum(max(0, share - new.get(variant, 0)) for variant, share in old.items())


@settings(max_examples=150, deadline=None)
@given(st.lists(weights(), min_size=2, max_size=5))
def test_every_change_of_weights_moves_the_minimum(changes: list[dict[str, int]]) -> None:
    now, shares = split(changes[0]), changes[0]
    for wanted in changes[1:]:
        after = carry(now, split(wanted))
        assert moved(now, after).total() == least(shares, wanted)
        held: Counter[str | None] = Counter()
        for start, end, variant in owners(after):
            held[variant] += end - start
        assert all(held[variant] == share for variant, share in wanted.items())
        now, shares = after, wanted


@settings(max_examples=100, deadline=None)
@given(weights(), weights())
def test_movement_goes_only_from_those_that_shrink_to_those_that_grow(
    before: dict[str, int], after: dict[str, int]
) -> None:
    for old, new in moved(split(before), carry(split(before), split(after))):
        if old is not None:
            assert after.get(old, 0) < before[old]
        if new is not None:
            assert after[new] > before.get(new, 0)


@given(st.integers(0, m.PARTS), st.integers(0, m.PARTS))
def test_raising_a_share_moves_nobody_out(one: int, other: int) -> None:
    low, high = sorted((one, other))
    before, after = split({"on": low}), split({"on": high})
    assert carry(before, after) == after, "a plain raise needs no stored ranges"
    assert set(moved(before, after)) <= {(None, "on")}


@settings(max_examples=80, deadline=None)
@given(weights(), st.integers(0, m.PARTS))
def test_raising_one_of_many_moves_nobody_out_of_it(shares: dict[str, int], more: int) -> None:
    raised = next(iter(shares))
    others = sum(shares.values()) - shares[raised]
    wanted = {**shares, raised: max(shares[raised], min(more, m.PARTS - others))}
    changes = moved(split(shares), carry(split(shares), split(wanted)))
    assert all(old is None and new == raised for old, new in changes)


def test_50_30_20_to_40_40_20_moves_a_tenth() -> None:
    before = split({"a": 50_000, "b": 30_000, "c": 20_000})
    after = carry(before, split({"a": 40_000, "b": 40_000, "c": 20_000}))
    assert moved(before, after) == {("a", "b"): 10_000}
    naive = split({"a": 40_000, "b": 40_000, "c": 20_000})
    assert moved(before, naive).total() == 10_000, "already minimal, so nothing is stored"
    assert after == naive


def test_where_the_naive_order_would_move_more_ranges_are_stored() -> None:
    before = split({"a": 50_000, "b": 30_000, "c": 20_000})
    wanted = split({"a": 40_000, "b": 30_000, "c": 30_000})
    after = carry(before, wanted)
    assert moved(before, wanted).total() == 20_000
    assert moved(before, after) == {("a", "c"): 10_000}
    assert [arm.ranges for arm in after.arms] == [
        ((0, 40_000),), ((50_000, 80_000),), ((40_000, 50_000), (80_000, 100_000)),
    ]  # fmt: skip


def test_other_placing_carries_nothing() -> None:
    before = split({"a": 50_000, "b": 50_000})
    after = replace(split({"b": 50_000, "a": 50_000}), bucketing=m.Bucketing(seed="new"))
    assert carry(before, after) == after


def test_ranges_given_by_hand_are_kept() -> None:
    before = split({"a": 50_000, "b": 50_000})
    after = m.Split((m.Arm("a", 10, ((5, 15),)), m.Arm("b", 99_990, ((0, 5), (15, 100_000)))))
    assert carry(before, after) == after


# --- seeds and layers, through the program ----------------------------------------------------

PEOPLE = [f"user-{n}" for n in range(6_000)]


def flag(key: str, serve: m.Split) -> m.Flag:
    variants = tuple(m.Variant(name, name) for name in (*VARIANTS, "off"))
    return m.Flag(key, "string", variants, True, "off", serve)


def served(*flags: m.Flag) -> list[list[str | None]]:
    """The variant of every flag, for each of the people."""
    program = Program.of(m.Document({f.key: f for f in flags}))
    return [
        [program.compiled(f.key).run({"key": key}, None, None).variant for f in flags]
        for key in PEOPLE
    ]


def test_flags_with_one_seed_have_the_same_people() -> None:
    shared = m.Bucketing(seed="summer")
    half = replace(split({"a": 50_000}), bucketing=shared, outside="off")
    more = replace(split({"a": 60_000}), bucketing=shared, outside="off")
    answers = served(flag("one", half), flag("two", half), flag("three", more))
    assert all(one == two for one, two, _ in answers)
    assert all(three == "a" for one, _, three in answers if one == "a")
    assert {one for one, _, _ in answers} == {"a", "off"}


def test_flags_without_a_seed_have_different_people() -> None:
    half = replace(split({"a": 50_000}), outside="off")
    both = Counter(map(tuple, served(flag("one", half), flag("two", half))))
    assert len(both) == 4
    assert all(1_350 < count < 1_650 for count in both.values())


def test_disjoint_ranges_of_a_layer_share_nobody() -> None:
    def part_of(*ranges: m.Range) -> m.Split:
        bucketing = m.Bucketing(layer=m.Layer("checkout", ranges))
        return replace(split({"a": 70_000, "b": 30_000}), bucketing=bucketing, outside="off")

    flags = (
        flag("one", part_of((0, 30_000))),
        flag("two", part_of((30_000, 50_000), (90_000, 100_000))),
        flag("three", part_of((50_000, 90_000))),
    )
    shares: Counter[int] = Counter()
    for answers in served(*flags):
        inside = [n for n, variant in enumerate(answers) if variant != "off"]
        assert len(inside) == 1, "the ranges cover the layer once, so everybody is in one flag"
        shares[inside[0]] += 1
    assert abs(shares[0] - 1_800) < 150
    assert abs(shares[1] - 1_800) < 150
    assert abs(shares[2] - 2_400) < 150


def test_a_layer_says_nothing_about_the_arms() -> None:
    """Who is in the layer's range is divided by the flag's own seed, in the given shares."""
    bucketing = m.Bucketing(layer=m.Layer("checkout", ((0, 50_000),)))
    halves = replace(split({"a": 50_000, "b": 50_000}), bucketing=bucketing, outside="off")
    counts = Counter(variant for (variant,) in served(flag("one", halves)))
    assert abs(counts["a"] - counts["b"]) < 200
    assert abs(counts["off"] - 3_000) < 150


def test_real_people_move_as_the_parts_do() -> None:
    before = split({"a": 50_000, "b": 30_000, "c": 20_000})
    after = carry(before, split({"a": 40_000, "b": 30_000, "c": 30_000}))
    old, new = served(flag("one", before)), served(flag("one", after))
    changes = Counter((b, a) for (b,), (a,) in zip(old, new, strict=True) if b != a)
    assert set(changes) == {("a", "c")}
    assert abs(changes["a", "c"] - 600) < 90
