"""Ranges and layers of splits. The table of all problems is in test_validate.py."""

from typing import Any

import pytest
from tests.oracle.build import boolean, document

from yardarm.core import model as m
from yardarm.core.bucketing.carry import carry
from yardarm.core.check_serve import check_layers, check_serve, splits_of


def pointers(*arms: m.Arm, **more: Any) -> list[str]:
    found = check_serve(m.Split(arms, **more), {"a", "b", "c"}, "/s")
    return [problem.pointer for problem in found]


@pytest.mark.parametrize(("first", "second", "expected"), [
    (((0, 50_000),), ((50_000, 100_000),), []),
    (((50_000, 100_000),), ((0, 50_000),), []),
    (((0, 20_000), (70_000, 100_000)), ((20_000, 70_000),), []),
    (((0, 50_000),), ((49_999, 99_999),), ["/s/split/arms/1/ranges"]),
    (((0, 50_001),), ((50_001, 100_000),), ["/s/split/arms/0/ranges", "/s/split/arms/1/ranges"]),
    (((0, 25_000), (10_000, 35_000)), ((50_000, 100_000),), ["/s/split/arms/0/ranges"]),
    ((), ((50_000, 100_000),), ["/s/split/arms/0/ranges"]),
])  # fmt: skip
def test_stored_ranges(first: Any, second: Any, expected: list[str]) -> None:
    assert pointers(m.Arm("a", 50_000, first), m.Arm("b", 50_000, second)) == expected


def test_stored_and_unstored_ranges_may_not_overlap() -> None:
    assert pointers(m.Arm("a", 50_000), m.Arm("b", 50_000, ((0, 50_000),))) == [
        "/s/split/arms/1/ranges"
    ]


def test_what_carry_makes_is_always_valid() -> None:
    shares = [(50, 30, 20), (40, 40, 20), (0, 0, 100), (33, 33, 34), (100, 0, 0), (10, 20, 30)]
    now = m.Split(
        tuple(m.Arm(v, s * 1_000) for v, s in zip("abc", shares[0], strict=True)), partial=True
    )
    for wanted in shares[1:]:
        arms = tuple(m.Arm(v, s * 1_000) for v, s in zip("abc", wanted, strict=True))
        now = carry(now, m.Split(arms, partial=True))
        assert list(check_serve(now, {"a", "b", "c"}, "")) == []


def test_a_rest_needs_to_be_meant() -> None:
    arm = m.Arm("a", 99_999)
    assert pointers(arm) == ["/s/split/arms"]
    assert pointers(arm, outside="b") == pointers(arm, partial=True) == []


def test_splits_of_a_flag() -> None:
    split = m.Split((m.Arm("on", 100_000),))
    flag = m.Flag("f", "boolean", (), rules=(
        m.Rule("r", m.Always(), "on"), m.Rule("r", m.Always(), split)), default=split)  # fmt: skip
    assert [pointer for pointer, _ in splits_of(flag)] == ["/rules/1/serve/split", "/default/split"]


def test_one_flag_may_use_a_part_of_a_layer_twice() -> None:
    serve = {"split": {"arms": [{"variant": "on", "weight": 100_000}],
                       "layer": {"key": "l", "ranges": [[0, 10]]}, "outside": "off"}}  # fmt: skip
    flag = boolean(default=serve, rules=[{"id": "r", "when": {"always": True}, "serve": serve}])
    assert list(check_layers(document({"f": flag}))) == []
    assert len(list(check_layers(document({"f": flag, "g": boolean(default=serve)})))) == 2
