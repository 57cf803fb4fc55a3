"""Harness's operators: a table of what each says to attributes of every type."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, prepare


class _Plan(StrEnum):
    PRO = "pro"


YES = [
    ("in", "pro", ["free", "pro"]),
    ("in", "", [""]),
    ("in", _Plan.PRO, ["pro"]),
    ("in", 5, [5]),
    ("in", 5, [5.0]),
    ("in", 5.0, [5]),
    ("in", 1, [True]),
    ("equal", "PRO", ["pro"]),
    ("equal", "İ", ["i̇"]),
    ("equal", "1.0", [1.0]),
    ("equal", "none", [None]),
    ("equal", 5, ["5"]),
    ("equal", 5, [" 5 "]),
    ("equal", 5, [5.9]),
    ("equal", 50, ["5_0"]),
    ("equal", 3, ["٣"]),
    ("equal", 1, [True]),
    ("equal", 5.5, ["5.5"]),
    ("equal", 1000.0, ["1e3"]),
    ("equal", True, ["false"]),
    ("equal", True, [1]),
    ("equal", False, [""]),
    ("equal", False, [0, "true"]),
    ("equal_sensitive", "Pro", ["Pro"]),
    ("equal_sensitive", "5", [5]),
    ("gt", "b", ["A"]),
    ("gt", "B", ["a"]),
    ("gt", "9", ["10"]),
    ("gt", 10, ["9"]),
    ("gt", 10.5, ["10.4"]),
    ("starts_with", "abc", ["ab", "x"]),
    ("starts_with", "abc", [""]),
    ("starts_with", "Truest", [True]),
    ("ends_with", "abc", ["bc"]),
    ("contains", "abc", ["b"]),
    ("untyped", None, []),
    ("untyped", ["a"], []),
]
NO = [
    ("in", "Pro", ["pro"]),
    ("in", 5, ["5"]),
    ("in", "5", [5]),
    ("in", True, [True]),
    ("in", None, [None]),
    ("in", {"a": 1}, [{"a": 1}]),
    ("in", ["a"], [["a"]]),
    ("in", "a", []),
    ("equal", "free", ["pro", "free"]),
    ("equal", "straße", ["STRASSE"]),
    ("equal", 5, ["5.0"]),
    ("equal", 5, ["five"]),
    ("equal", 5, ["5" * 5000]),
    ("equal", 5, [float("inf")]),
    ("equal", 5, [[5]]),
    ("equal", float("nan"), ["nan"]),
    ("equal", True, [""]),
    ("equal", None, ["None"]),
    ("equal", {}, ["{}"]),
    ("equal", "a", []),
    ("equal", 5, []),
    ("equal", False, []),
    ("equal_sensitive", "pro", ["Pro"]),
    ("equal_sensitive", 5, [5]),
    ("equal_sensitive", True, [True]),
    ("gt", "a", ["A"]),
    ("gt", 10, ["9.5"]),
    ("gt", 10.0, ["ten"]),
    ("gt", True, [False]),
    ("gt", None, ["a"]),
    ("starts_with", "abc", ["AB"]),
    ("starts_with", "abc", ["x", "ab"]),
    ("starts_with", 55, ["5"]),
    ("starts_with", "abc", []),
    ("ends_with", None, [""]),
    ("contains", "abc", ["B"]),
    ("contains", ["b"], ["b"]),
    ("contains", "abc", []),
    ("untyped", "", []),
    ("untyped", False, []),
    ("untyped", 0, []),
    ("untyped", {}, []),
]
CASES = [(*case, True) for case in YES] + [(*case, False) for case in NO]


@pytest.mark.parametrize(("name", "value", "values", "expected"), CASES)
def test_an_operator(name: str, value: Any, values: list[Any], expected: bool) -> None:
    operator = find(f"harness.{name}")
    assert operator is not None
    assert operator.test(value, prepare(operator.name, tuple(values))) is expected


@pytest.mark.parametrize(("name", "value", "values", "expected"), CASES)
def test_it_says_the_same_inline(name: str, value: Any, values: list[Any], expected: bool) -> None:
    operator = find(f"harness.{name}")
    assert operator is not None
    if operator.inline is None:
        return
    bound = {"v": value, "c": prepare(operator.name, tuple(values)), "t": operator.test}
    source = operator.inline.format(v="v", c="c", t="t")
    assert eval(source, {"__builtins__": {}, "type": type, "str": str, **bound}) is expected


def test_values_nested_without_end_match_nothing() -> None:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    for name in ("equal", "equal_sensitive", "starts_with", "contains", "gt"):
        operator = find(f"harness.{name}")
        assert operator is not None
        assert operator.test("x", prepare(operator.name, (deep,))) is False
    while deep:  # taken apart step by step: freeing it at once would recur
        deep = deep.pop()
