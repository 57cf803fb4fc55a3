"""LaunchDarkly's operators: a table of what each says to attributes of every type."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, prepare
from yardarm.core.operators.launchdarkly import NAMES, OPERATORS, moment, pattern, version
from yardarm.core.regex import PatternError


class _Plan(StrEnum):
    PRO = "pro"


YES = [
    ("in", "pro", ["free", "pro"]),
    ("in", _Plan.PRO, ["pro"]),
    ("in", "", [""]),
    ("in", 5, [5.0]),
    ("in", 5.0, [5]),
    ("in", -0.0, [0]),
    ("in", True, [True]),
    ("in", 2**64, [2**64]),
    ("in", ["x", "pro"], ["pro"]),
    ("in", [None], [None]),
    ("in", [[1]], [[True]]),
    ("in", {"a": [1]}, [{"a": [1.0]}]),
    ("startsWith", "prefixabc", ["x", "prefix"]),
    ("startsWith", "abc", [""]),
    ("startsWith", [1, "abc"], ["ab"]),
    ("endsWith", "abcsuffix", ["suffix"]),
    ("contains", "abcxyz", ["cx"]),
    ("contains", ["n", "abcxyz"], ["cx", "q"]),
    ("matches", "matchThis", ["^[A-Za-z]+"]),
    ("matches", "a\n", ["a$"]),
    ("matches", "٣", [r"^\d$"]),
    ("matches", "ISTANBUL", ["(?i)^istanbul"]),
    ("matches", "İSTANBUL", ["(?i)^istanbul"]),
    ("matches", "a", ["(", "a"]),
    ("matches", "]", ["[]a]"]),
    ("lessThan", 99, [100]),
    ("lessThan", 50, [10, 100]),
    ("lessThan", 0.1, [0.1 + 1e-16, 0.2]),
    ("lessThanOrEqual", 2**53 + 1, [2**53]),
    ("greaterThan", [1, 200], [100]),
    ("greaterThan", 1e308, [2**1023]),
    ("greaterThanOrEqual", 100, [100.0]),
    ("before", "2017-12-06T00:00:00.000-07:00", ["2017-12-06T07:00:01Z"]),
    ("before", 1512543599999, ["2017-12-06T07:00:00Z"]),
    ("before", "20171206T065959Z", [1512543600000]),
    ("after", "2017-W49-4T00:00:00+00:00", ["2017-12-06T07:00:00z"]),
    ("after", "2017-12-06 07:00:00.000001Z", [1512543600000]),
    ("semVerEqual", "2", ["2.0.0"]),
    ("semVerEqual", "2.0", ["2+build"]),
    ("semVerEqual", "2.0-rc.1", ["1.0.0", "2.0.0-rc.1+x"]),
    ("semVerEqual", "2\nx", ["2.0.0"]),
    ("semVerLessThan", "2.0.0-rc.2", ["2.0.0-rc.10"]),
    ("semVerLessThan", "2.9.0", ["2.10"]),
    ("semVerGreaterThan", "2.0.0-" + "9" * 300, ["2.0.0-" + "9" * 299]),
]
NO = [
    ("in", None, [None]),
    ("in", True, [1]),
    ("in", 1, [True]),
    ("in", 0, [False]),
    ("in", "1", [1]),
    ("in", 2**53 + 1, [float(2**53)]),
    ("in", [], ["a"]),
    ("in", "a", []),
    ("startsWith", "Prefix", ["prefix"]),
    ("startsWith", 99, ["99"]),
    ("startsWith", True, ["true"]),
    ("endsWith", "suffixno", ["suffix"]),
    ("contains", None, [""]),
    ("contains", ["abc"], [1]),
    ("matches", "_no", ["^[A-Za-z]+"]),
    ("matches", 99, ["99"]),
    ("matches", "a", ["(?<n>a)"]),
    ("matches", "a", [r"\x{61}"]),
    ("matches", "a", [1, None]),
    ("lessThan", "99", [100]),
    ("lessThan", True, [100]),
    ("lessThan", 100.1, [100]),
    ("lessThan", 1, ["a"]),
    ("greaterThan", 2**53 + 1, [2**53]),
    ("before", "2017-12-06", ["2018-01-01T00:00:00Z"]),
    ("before", "2017-12-06T07:00:00", ["2018-01-01T00:00:00Z"]),
    ("before", True, [5]),
    ("after", "2016-12-31T23:59:60Z", [0]),
    ("after", "x", [0]),
    ("after", 5, ["x"]),
    ("semVerEqual", "v2.0.0", ["2.0.0"]),
    ("semVerEqual", "02.0.0", ["2.0.0"]),
    ("semVerEqual", 2, ["2.0.0"]),
    ("semVerEqual", "2.0.0\n", ["2.0.0"]),
    ("semVerLessThan", "2.0.0", ["x"]),
    ("semVerGreaterThan", "2.0.0-rc", ["2.0.0"]),
    ("unknown", "a", ["regex", "a"]),
]


def holds(name: str, value: Any, values: list[Any]) -> bool:
    operator = find(f"launchdarkly.{name}")
    assert operator is not None
    return operator.test(value, prepare(operator.name, tuple(values)))


def inline(name: str, value: Any, values: list[Any]) -> bool:
    """The same by the expression that compiled flags hold."""
    operator = OPERATORS[f"launchdarkly.{name}"]
    source = (operator.inline or "{t}({v}, {c})").format(v="v", c="c", t="t")
    c = operator.prepare(tuple(values))
    return bool(eval(source, {"v": value, "c": c, "t": operator.test}))


@pytest.mark.parametrize(("name", "value", "values"), YES)
def test_holds(name: str, value: Any, values: list[Any]) -> None:
    assert holds(name, value, values)
    assert inline(name, value, values)


@pytest.mark.parametrize(("name", "value", "values"), NO)
def test_does_not_hold(name: str, value: Any, values: list[Any]) -> None:
    assert not holds(name, value, values)
    assert not inline(name, value, values)


@pytest.mark.parametrize("name", [*NAMES, "unknown"])
def test_a_missing_attribute_matches_nothing(name: str) -> None:
    assert not holds(name, None, ["a", 1, None, "2.0.0", "2017-12-06T07:00:00Z"])


def test_the_table_is_whole() -> None:
    assert {f"launchdarkly.{name}" for name in (*NAMES, "unknown")} == set(OPERATORS)
    assert {name for name, _, _ in YES} == set(NAMES)
    assert {name for name, _, _ in NO} == {*NAMES, "unknown"} - {
        "lessThanOrEqual", "greaterThanOrEqual",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["lessThan", "greaterThan", "before", "after"])
def test_an_integer_beyond_every_float_fails_the_evaluation(name: str) -> None:
    with pytest.raises(OverflowError):
        holds(name, 10**400, [5])
    assert not holds(name, 10**400, ["x"])


@pytest.mark.parametrize(("name", "within"), [
    ("lessThan", 4), ("lessThanOrEqual", 5), ("greaterThan", 6), ("greaterThanOrEqual", 5),
])  # fmt: skip
def test_an_integer_beyond_every_float_in_a_clause_fails_who_comes_to_it(
    name: str, within: int
) -> None:
    for value in (within, float(within), [within, 0, 10]):
        assert holds(name, value, [5, 10**400])
    for value, values in ((5, [10**400, 5]), (5, [10**400]), ([5, 5.5], [10**400])):
        with pytest.raises(OverflowError):
            holds(name, value, values)
    assert not holds(name, "5", [10**400])


def test_moments_are_milliseconds() -> None:
    assert moment("1970-01-01T00:00:01.5Z") == 1500.0
    assert moment(7) == 7.0
    assert moment("0001-01-01T00:00:00+14:00") == -62135647200000.0


def test_the_longest_version() -> None:
    assert version("1." + "0" * 5_000) is None
    assert version("1" * 4_300) is not None
    assert version("1" * 4_301) is None
    assert version("1.0.0-" + "a" * 100_000) is not None


@pytest.mark.parametrize("source", ["(", "(?=a)", r"(a)\1", "(?a)x", "a" * 1_001, "(?i-s)a"])
def test_what_is_no_pattern_here(source: str) -> None:
    with pytest.raises(PatternError):
        pattern(source)
