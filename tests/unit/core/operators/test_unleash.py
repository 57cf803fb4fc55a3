"""Unleash's operators: a table of what each says to values of every type."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, of_vendor, prepare


class _Plan(StrEnum):
    PRO = "pro"


YES: list[tuple[str, Any, list[str]]] = [
    ("in", "pro", ["free", "pro"]),
    ("in", _Plan.PRO, ["pro"]),
    ("in", "", [""]),
    ("in", 5, ["5"]),
    ("in", True, ["true"]),
    ("in", 1e16, ["1e+16"]),
    ("str_starts_with", "abc", ["x", "ab"]),
    ("str_starts_with", 51, ["5"]),
    ("str_ends_with", "abc", ["bc"]),
    ("str_contains", "abc", ["b", "x"]),
    ("str_contains", "", [""]),
    ("str_starts_with_ignore_case", "ÉA", ["éa"]),
    ("str_ends_with_ignore_case", "aΣ", ["AΣ"]),
    ("str_contains_ignore_case", "İ", ["i"]),
    ("regex", "xay", ["a"]),
    ("regex", "anything", [""]),
    ("regex_ignore_case", "A", ["^a$"]),
    ("in_cidr", "10.1.2.3", ["nonsense", "10.9.9.9/8"]),
    ("host", "WEB-1", ["db", "web-1"]),
    ("num_eq", "5.0", ["5"]),
    ("num_eq", 5, ["5"]),
    ("num_eq", "0.30000000000000004", ["0.3"]),
    ("num_gt", "1e400", ["5"]),
    ("num_gte", ".5", ["0.5"]),
    ("num_lt", "-inf", ["0"]),
    ("num_lte", "05", ["5"]),
    ("num_gt", "1.10.0", ["1.9.0"]),
    ("num_eq", "2022-06-01T02:00:00+02:00", ["2022-06-01T00:00:00Z"]),
    ("date_after", "2022-6-1 0:0:0.000000001 utc", ["2022-06-01T00:00:00Z"]),
    ("date_before", "-0044-03-15T12:00:00Z", ["2022-06-01T00:00:00Z"]),
    ("semver_eq", "1.2.3+b", ["1.2.3+a"]),
    ("semver_gt", "1.2.3", ["1.2.3-rc.1"]),
    ("semver_gte", "1.2.3-a.10", ["1.2.3-a.2"]),
    ("semver_lt", "1.2.3-1", ["1.2.3-a"]),
    ("semver_lte", "1.2.3-99999999999999999999", ["1.2.3-99999999999999999999"]),
    ("semver_eq", "5", ["5"]),
    ("now_gt", 1_654_041_601.9, ["2022-06-01T00:00:00Z"]),
    ("now_eq", 1_654_041_600.9, ["2022-06-01T00:00:00Z"]),
    ("now_eq", "2022-06-01T00:00:00Z", ["2022-06-01T00:00:00Z"]),
    ("now_lt", 0, ["2022-06-01T00:00:00Z"]),
    ("now_lte", 1_654_041_600, ["2022-06-01T00:00:00Z"]),
    ("now_gte", 1_654_041_600, ["2022-06-01T00:00:00Z"]),
]
NO: list[tuple[str, Any, list[str]]] = [
    ("in", "Pro", ["pro"]),
    ("in", None, ["", "null", "None"]),
    ("in", ["pro"], ["pro"]),
    ("in", 5.0, ["5"]),
    ("in", True, ["True", "1"]),
    ("in", "a", []),
    ("str_contains", "SS", ["ß"]),
    ("str_contains_ignore_case", "SS", ["ß"]),
    ("str_ends_with_ignore_case", "aσ", ["AΣ"]),
    ("regex", "A", ["a"]),
    ("regex", "a", ["("]),
    ("regex", "ab", ["(?=a)b"]),
    ("regex", None, [""]),
    ("in_cidr", "::ffff:10.1.2.3", ["10.0.0.0/8"]),
    ("in_cidr", " 10.1.2.3", ["10.0.0.0/8"]),
    ("in_cidr", "nonsense", ["nonsense"]),
    ("host", None, [""]),
    ("num_eq", " 5", ["5"]),
    ("num_eq", "5_0", ["50"]),
    ("num_eq", "٥", ["5"]),
    ("num_eq", "nan", ["5"]),
    ("num_eq", "inf", ["1e400"]),
    ("num_eq", "1.0000000000000002", ["1"]),
    ("num_gt", "9", ["five"]),
    ("num_gt", "1.10.0", ["1.9"]),
    ("date_after", "2023-01-01", ["2022-06-01T00:00:00Z"]),
    ("date_after", 1_700_000_000, ["2022-06-01T00:00:00Z"]),
    ("date_after", "2023-01-01T00:00:00Z", ["2022-06-01"]),
    ("date_before", "2022-05-31T23:59:60Z", ["2022-05-31T23:59:59Z"]),
    ("semver_eq", "v1.2.3", ["1.2.3"]),
    ("semver_eq", "1.2", ["1.2.0"]),
    ("semver_eq", "01.2.3", ["1.2.3"]),
    ("semver_gt", "18446744073709551616.0.0", ["1.0.0"]),
    ("semver_gt", "9.0.0", ["v1.2.3"]),
    ("now_gt", None, ["2022-06-01T00:00:00Z"]),
    ("now_gt", True, ["1970-01-01T00:00:00Z"]),
    ("now_gt", float("nan"), ["1970-01-01T00:00:00Z"]),
    ("now_gt", float("inf"), ["1970-01-01T00:00:00Z"]),
    ("now_gt", "tomorrow", ["1970-01-01T00:00:00Z"]),
    ("now_gt", 1_700_000_000, ["tomorrow"]),
]


def _says(name: str, value: Any, values: list[str]) -> bool:
    operator = find(f"unleash.{name}")
    assert operator is not None
    prepared = prepare(operator.name, tuple(values))
    tested = operator.test(value, prepared)
    if operator.inline is not None:
        names = {"v": value, "c": prepared, "t": operator.test}
        source = operator.inline.format(v="v", c="c", t="t")
        assert eval(source, {"type": type, "str": str}, names) is tested
    return tested


@pytest.mark.parametrize(("name", "value", "values"), YES)
def test_yes(name: str, value: Any, values: list[str]) -> None:
    assert _says(name, value, values) is True


@pytest.mark.parametrize(("name", "value", "values"), NO)
def test_no(name: str, value: Any, values: list[str]) -> None:
    assert _says(name, value, values) is False


def test_every_operator_has_both() -> None:
    names = {f"unleash.{name}" for name, _, _ in YES} & {f"unleash.{name}" for name, _, _ in NO}
    assert {"unleash.in", "unleash.regex", "unleash.num_eq", "unleash.host"} <= names
    assert {f"unleash.{name}" for name, _, _ in YES} == set(of_vendor("unleash"))


@pytest.mark.parametrize("name", sorted(of_vendor("unleash")))
@pytest.mark.parametrize("value", [None, [], {}, object(), 10**400, "x" * 100_000, "\ud800"])
def test_any_value_is_answered(name: str, value: Any) -> None:
    operator = of_vendor("unleash")[name]
    assert operator.test(value, operator.prepare(("1.0.0",))) in (True, False)


@pytest.mark.parametrize("name", sorted(of_vendor("unleash")))
def test_values_must_be_text(name: str) -> None:
    with pytest.raises(ValueError, match="text"):
        prepare(name, (5,))
