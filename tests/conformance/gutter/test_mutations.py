"""Plausible mistakes in Gutter's operators and algorithms are noticed by the random questions."""

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.gutter import test_differential

from yardarm.core.bucketing import gutter as buckets
from yardarm.core.operators import gutter as operators
from yardarm.dialects.gutter.read import _Switch


def swapped(name: str, other: str) -> Any:
    return replace(operators.OPERATORS[name], test=operators.OPERATORS[other].test)


MISTAKES = {
    "between includes its ends": ("gutter.between", lambda value, limits: limits is not None
        and isinstance(value, int) and isinstance(limits[0], int) and isinstance(limits[1], int)
        and limits[0] <= value <= limits[1]),
    "true of text only": ("gutter.true", lambda value, _: isinstance(value, str) and value != ""),
    "raw true of everything": ("gutter.raw_true", lambda value, _: value is not None),
    "equals is sensitive to case": ("gutter.strip_ignorecase_equals",
        lambda value, wanted: isinstance(value, str) and value == wanted),
}  # fmt: skip
SWAPS = [
    ("gutter.before", "gutter.less_than_or_equal_to"),
    ("gutter.less_than_or_equal_to", "gutter.before"),
    ("gutter.more_than", "gutter.more_than_or_equal_to"),
    ("gutter.more_than_or_equal_to", "gutter.more_than"),
    ("gutter.equals", "gutter.raw_equals"),
    ("gutter.more_than", "gutter.raw_more_than"),
    ("gutter.raw_before", "gutter.before"),
    ("gutter.raw_more_than", "gutter.more_than"),
    ("gutter.raw_equals", "gutter.raw_more_than_or_equal_to"),
    ("gutter.raw_less_than_or_equal_to", "gutter.raw_before"),
    ("gutter.raw_more_than_or_equal_to", "gutter.raw_more_than"),
    ("gutter.raw_between", "gutter.between"),
]


def noticed() -> None:
    with pytest.raises(AssertionError, match="seed"):
        test_differential.run(range(900), 8)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_operators(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, test = MISTAKES[mistake]
    wrong = replace(operators.OPERATORS[name], test=test)
    monkeypatch.setitem(operators.OPERATORS, name, wrong)
    noticed()


@pytest.mark.parametrize(("name", "other"), SWAPS)
def test_swaps(name: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(operators.OPERATORS, name, swapped(name, other))
    noticed()


@pytest.mark.parametrize(("name", "other"), [
    ("gutter.percent", "gutter.percent_raw"), ("gutter.percent_raw", "gutter.percent"),
    ("gutter.percent", "gutter.percent_bytes"),
    ("gutter.percent_range", "gutter.percent_range_raw"),
    ("gutter.percent_range_raw", "gutter.percent_range"),
    ("gutter.percent_range_raw", "gutter.percent_raw"),
])  # fmt: skip
def test_algorithms(name: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**buckets.ALGORITHMS, name: buckets.ALGORITHMS[other]}
    monkeypatch.setattr(buckets, "ALGORITHMS", wrong)
    noticed()


def test_parents_that_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Switch, "_parent", lambda self, switches: [])
    noticed()
