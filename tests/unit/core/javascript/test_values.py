"""Coercion and comparison as JavaScript has them."""

from __future__ import annotations

from math import inf, isnan, nan
from typing import Any

import pytest

from yardarm.core.javascript import values as js


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (None, 0), (True, 1), (False, 0), ("", 0), (" \ufeff\n", 0), ("12", 12), (" 1.5e3 ", 1500),
        ("0x1F", 31), ("0b101", 5), ("0o17", 15), (".5", 0.5), ("5.", 5), ("+5", 5), ("-5", -5),
        ("Infinity", inf), ("-Infinity", -inf), ("1e999", inf), ([], 0), ([7], 7), ([[7]], 7),
        ("9" * 400, inf), (10**400, inf), (-(10**400), -inf), (0.1, 0.1),
    ],
)  # fmt: skip
def test_to_number(value: Any, number: float) -> None:
    assert js.number(value) == number


@pytest.mark.parametrize(
    "value", ["a", "1_000", "inf", "nan", "0x", "-0x1", "1e", "١", "1 2", {}, [1, 2], nan]
)
def test_no_number(value: Any) -> None:
    assert isnan(js.number(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (1.0, "1"), (1.5, "1.5"), (-1.5, "-1.5"), (1e21, "1e+21"),
        (123456789012345680000, "123456789012345680000"), (1e-6, "0.000001"), (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.1 + 0.2, "0.30000000000000004"), (2**53, "9007199254740992"), (100, "100"),
        (9007199254740993, "9007199254740992"), (10**400, "Infinity"), (-inf, "-Infinity"),
        (nan, "NaN"), (None, "null"), (True, "true"), ("a", "a"), ([], ""), ([None, 1], ",1"),
        ([1, [2, [3, None]], "x"], "1,2,3,,x"), ({}, "[object Object]"), ([[], []], ","),
        ([{}], "[object Object]"), (object(), "[object Object]"),
    ],
)  # fmt: skip
def test_to_text(value: Any, text: str) -> None:
    assert js.text(value) == text


def test_text_of_deep_arrays() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    assert js.text(deep) == "x"


def test_truth() -> None:
    for value in (None, False, 0, 0.0, "", nan):
        assert not js.truthy(value)
    for value in (True, 1, -1, "0", "false", [], {}, object()):
        assert js.truthy(value)


def test_kinds() -> None:
    assert [js.kind(v) for v in (None, True, 1, 1.5, "", [], (), {}, object())] == [
        "null", "boolean", "number", "number", "string", "array", "array", "object", "object",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "less"),
    [
        (1, 2, True), (2, 1, False), ("10", "9", True), ("10", 9, False), (9, "10", True),
        ("a", 1, None), (None, 1, True), ([], 1, True), ({}, 1, None), ({}, "a", True),
        ("😀", "\uffee", True), ("\uffee", "😀", False), ("é", "z", False), ("a", "é", True),
        (True, 2, True), ([5], "6", True), (nan, 1, None),
    ],
)  # fmt: skip
def test_order(one: Any, other: Any, less: bool | None) -> None:
    assert js.less(one, other) is less


def test_equality_of_json() -> None:
    assert js.same_json({"b": 1, "10": 2, "9": 3}, {"9": 3, "b": 1.0, "10": 2})
    assert not js.same_json({"b": 1, "a": 2}, {"a": 2, "b": 1})
    assert js.same_json([inf, 1], [None, 1])
    assert not js.same_json([True], [1])
    assert not js.same_json([1], [1, 2])
    assert not js.identical([], [])
    assert js.identical(1, 1.0)
    assert not js.identical(True, 1)


def test_paths() -> None:
    user = {"a": {"b": [1, {"c": 2}]}, "s": "text"}
    assert js.at(user, ("a", "b", "1", "c")) == 2
    assert js.at(user, ("a", "b", "length")) == 2
    for path in (("a", "b", "01"), ("a", "b", "2"), ("s", "length"), ("a", "x", "y"), ("s", "0")):
        assert js.at(user, path) is None
