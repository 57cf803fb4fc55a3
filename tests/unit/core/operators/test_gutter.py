"""Gutter's operators: a table of what each says. Expected values came from Gutter 0.5.0 under
CPython 2.7.18, of an attribute in a `Value` or `String`, and of a plain property (`raw`)."""

from typing import Any

import pytest

from yardarm.core.operators import find, prepare
from yardarm.core.operators.gutter import OPERATORS

BIG = 2**70
COMPARED: list[tuple[Any, Any, str, str]] = [
    # value, limit; which of = < > hold for a variable, and raw
    (5, 5, "=", "="),
    (5, 6, "<", "<"),
    (5, True, ">", ">"),
    (True, 5, "<", "<"),
    (True, True, "=", "="),
    (5, 5.0, "", "="),
    (5, 5.5, "", "<"),
    (5, "5", "", "<"),
    (5, None, "", ">"),
    (5.0, 5, "", "="),
    (5.0, 5.0, "", "="),
    (5.5, "5", "", "<"),
    (5.5, None, "", ">"),
    ("5", 5, ">", ">"),
    ("5", 5.0, ">", ">"),
    ("5", "5", "=", "="),
    ("a", "b", "<", "<"),
    ("a", None, ">", ">"),
    ("B", "a", "<", "<"),
    ("é", "z", ">", ">"),
    ("", "", "=", "="),
    (None, 5, "", "<"),
    (None, "5", "", "<"),
    (None, None, "", "="),
    (None, True, "", "<"),
    (BIG, 5, "", ">"),
    (BIG, BIG, "=", "="),
    (BIG, 5.0, "", ">"),
    (5, BIG, "", "<"),
    ([1], 5, "", ">"),
    ([1], "x", "", "<"),
    ([1], [1], "", ""),
    ({}, [], "", "<"),
    (b"x", "x", "", ""),
    (float("nan"), 5.0, "", ""),
]


def says(name: str, value: Any, *limits: Any) -> bool:
    operator = find(name)
    assert operator is not None
    return operator.test(value, prepare(name, limits))


@pytest.mark.parametrize(("value", "limit", "variable", "raw"), COMPARED)
def test_comparisons(value: Any, limit: Any, variable: str, raw: str) -> None:
    for prefix, holds in (("gutter.", variable), ("gutter.raw_", raw)):
        expected = {
            "equals": "=" in holds,
            "before": "<" in holds,
            "more_than": ">" in holds,
            "less_than_or_equal_to": holds in ("<", "="),
            "more_than_or_equal_to": holds in (">", "="),
        }
        assert {name: says(prefix + name, value, limit) for name in expected} == expected


@pytest.mark.parametrize(
    ("value", "variable", "raw"),
    [
        (17, False, False),
        (18, False, False),
        (19, True, True),
        (29, True, True),
        (30, False, False),
        (19.5, False, True),
        ("19", False, False),
        (None, False, False),
        (True, False, False),
    ],
)
def test_between(value: Any, variable: bool, raw: bool) -> None:
    assert says("gutter.between", value, 18, 30) is variable
    assert says("gutter.raw_between", value, 18, 30) is raw


@pytest.mark.parametrize(
    ("value", "variable", "raw"),
    [
        (0, False, False),
        (1, True, True),
        (-1, True, True),
        (0.0, False, False),
        (7.5, True, True),
        (True, True, True),
        (False, False, False),
        ("", False, False),
        ("a", True, True),
        (None, False, False),
        ([], False, False),
        ([0], False, True),
        ({"a": 1}, False, True),
        (object(), False, False),
    ],
)
def test_true(value: Any, variable: bool, raw: bool) -> None:
    assert (says("gutter.true", value), says("gutter.raw_true", value)) == (variable, raw)


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        ("Abc ", " aBC", True),
        (" \tabc\n", "ABC", True),
        ("abc", "abd", False),
        (5, "5", True),
        (7.0, "7.0", True),
        (0.1 + 0.2, "0.3", True),
        (1e22, "1E+22", True),
        (True, "true", True),
        (None, "NONE", True),
        ("é", "é", False),
        ("K", "\u212a", True),
        ("i", "\u0130", True),
        ([], "[]", False),
        ("abc", 5, False),
    ],
)
def test_strip_ignorecase_equals(value: Any, wanted: Any, expected: bool) -> None:
    for prefix in ("gutter.", "gutter.raw_"):
        assert says(f"{prefix}strip_ignorecase_equals", value, wanted) is expected


class Text(str):
    def __eq__(self, other: object) -> bool:
        raise AssertionError("a foreign method was called")

    __lt__ = __gt__ = lower = strip = __eq__  # type: ignore[assignment]
    __hash__ = str.__hash__


class Number(int):
    __lt__ = __gt__ = __eq__ = __bool__ = lambda *_: 1 / 0  # type: ignore[assignment]


def test_no_foreign_method_is_called() -> None:
    limits = {"between": ("a", "z"), "true": (), "strip_ignorecase_equals": ("m",)}
    for name in OPERATORS:
        plain = name.removeprefix("gutter.").removeprefix("raw_")
        for value in (Text("m"), Number(5), object(), b"m"):
            assert says(name, value, *limits.get(plain, ("m",))) in (True, False)


def test_a_wrong_number_of_values_matches_nothing() -> None:
    for name in OPERATORS:
        if not name.endswith("true"):
            assert says(name, "a") is False
            assert says(name, "a", "a", "a", "a") is False
