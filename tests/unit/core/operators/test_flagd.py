"""flagd's operators: a table of what each says to attributes of every type."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, prepare
from yardarm.core.operators.flagd import OPERATORS


class _Plan(StrEnum):
    PRO = "pro"


class _Level(IntEnum):
    TWO = 2


class _Hostile:
    def __eq__(self, other: object) -> bool:
        raise AssertionError("asked")

    __hash__ = None  # type: ignore[assignment]


YES: list[tuple[str, Any, list[Any]]] = [
    ("==", "pro", ["pro"]), ("==", _Plan.PRO, ["pro"]), ("==", 5, ["5"]), ("==", "5.0", [5]),
    ("==", None, [0]), ("==", None, [None]), ("==", True, [1]), ("==", ["a", "b"], ["a,b"]),
    ("===", 1.0, [1]), ("===", True, [1]), ("===", None, [None]), ("===", _Level.TWO, [2]),
    ("<", 1, [2]), ("<", "9", [10]), ("<", None, ["o"]), ("<=", 2, [2]), (">", "b", ["a"]),
    (">", [5], [4]), (">=", None, [0]), (">=", True, [1]),
    ("in", "a", ["a", 1]), ("in", True, [1]), ("in", None, [None]), ("in", 1.0, [1]),
    ("holds", ["a", 1], ["a"]), ("holds", "abc", ["b"]), ("holds", "1", [1]),
    ("holds", [True], [1]),
    ("holds", "xnull", [None]),
    ("starts_with", "abc", ["ab"]), ("starts_with", _Plan.PRO, ["p"]), ("starts_with", "", [""]),
    ("ends_with", "abc", ["bc"]),
    ("sem_ver", "1.2.3", ["=", "1.2.3"]), ("sem_ver", "v2", [">", "1"]),
    ("sem_ver", 2, ["^", "2.5.0"]),
    ("true", "0", []), ("true", {}, []), ("true", -1, []),
]  # fmt: skip
NO: list[tuple[str, Any, list[Any]]] = [
    ("==", "pro", ["PRO"]), ("==", None, [""]), ("==", "true", [True]), ("==", {}, [None]),
    ("===", "1", [1]), ("===", [1], [1]), ("===", None, [0]),
    ("<", 2, [1]), ("<", "x", [1]), (">", None, [0]),
    ("in", "1", [1]), ("in", ["a"], ["a"]), ("in", {}, ["a"]), ("in", "a", []),
    ("holds", None, ["a"]), ("holds", 5, [5]), ("holds", ["1"], [1]), ("holds", {"a": 1}, ["a"]),
    ("starts_with", 5, ["5"]), ("starts_with", "abc", [5]), ("ends_with", None, [""]),
    ("sem_ver", "x", ["=", "1.0.0"]), ("sem_ver", "1.0.0", ["===", "1.0.0"]),
    ("sem_ver", "1.0.0", ["=", "x"]), ("sem_ver", None, ["=", "1.0.0"]),
    ("true", None, []), ("true", float("nan"), []), ("true", [], []),
]  # fmt: skip


def _holds(name: str, value: Any, values: list[Any]) -> Any:
    operator = find(f"flagd.{name}")
    assert operator is not None
    prepared = prepare(f"flagd.{name}", tuple(values))
    tested = operator.test(value, prepared)
    if operator.inline is not None:
        source = operator.inline.format(v="v", c="c", t="t")
        names = {"v": value, "c": prepared, "t": operator.test}
        assert eval(source, names) == tested
    return tested


@pytest.mark.parametrize(("name", "value", "values"), YES)
def test_what_matches(name: str, value: Any, values: list[Any]) -> None:
    assert _holds(name, value, values) is True


@pytest.mark.parametrize(("name", "value", "values"), NO)
def test_what_does_not_match(name: str, value: Any, values: list[Any]) -> None:
    assert _holds(name, value, values) is False


@pytest.mark.parametrize("name", OPERATORS)
def test_a_foreign_attribute_counts_as_missing_and_is_not_asked(name: str) -> None:
    takes = {"flagd.true": [], "flagd.sem_ver": ["=", "1.0.0"]}.get(name, ["a"])
    short = name.removeprefix("flagd.")
    assert _holds(short, _Hostile(), takes) == _holds(short, None, takes)
    assert _holds(short, [_Hostile()], takes) in (True, False)


@pytest.mark.parametrize("name", ["==", "===", "<", "in", "holds"])
def test_lists_and_objects_are_no_constants(name: str) -> None:
    with pytest.raises(ValueError, match="text, numbers"):
        prepare(f"flagd.{name}", (["a"],))


@pytest.mark.parametrize("values", [(), ("=",), (5, "1.0.0"), ("=", "1", "2")])
def test_versions_need_a_comparison(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="comparison"):
        prepare("flagd.sem_ver", values)
