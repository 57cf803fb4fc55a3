"""The operators of feature_ramp, flipper-client and django-flags: tables of what they say."""

from typing import Any

import pytest

from yardarm.core.operators import find, prepare


def says(name: str, value: Any, *values: Any) -> bool:
    operator = find(name)
    assert operator is not None
    return operator.test(value, prepare(name, values))


@pytest.mark.parametrize(("value", "entries", "expected"), [
    (3, [3], True), ("3", [3], False), (3, ["3"], False), ("3", ["3"], True), (3.0, [3], True),
    (True, [1], True), (None, [None], True), (None, [], False), ("a", ["b", "a"], True),
    ([], [[]], False), (object(), [1], False), ("é", ["é"], True),
])  # fmt: skip
def test_feature_ramps_lists(value: Any, entries: list[Any], expected: bool) -> None:
    assert says("feature_ramp.listed", value, *entries) is expected


@pytest.mark.parametrize(("operator", "value", "wanted", "expected"), [
    ("eq", 1, 1.0, True), ("eq", 1, True, True), ("eq", 1, "1", False), ("eq", None, None, True),
    ("eq", [1, {"a": 2}], [1.0, {"a": 2}], True), ("eq", (1, 2), [1, 2], True),
    ("ne", "a", "b", True), ("ne", "a", "a", False), ("ne", 1, "1", True),
    ("gt", 6, 5, True), ("gt", 5, 5, False), ("gt", "b", "a", True), ("gt", "b", 1, False),
    ("gt", None, 1, False), ("gt", [2], [1, 9], True), ("gt", {}, {}, False),
    ("gte", 5, 5.0, True), ("gte", 4.9, 5, False), ("lt", 4, 5, True), ("lt", 5, 5, False),
    ("lte", 5, 5, True), ("lte", 6, 5, False), ("lte", True, 1, True),
    ("in", "a", ["a", "b"], True), ("in", "c", ["a", "b"], False), ("in", "bc", "abcd", True),
    ("in", "", "abc", True), ("in", 1, "1", False), ("in", 1, [True], True), ("in", 1, 5, False),
    ("in", "a", {"a": 1}, True), ("in", [], {"a": 1}, False), ("in", "a", None, False),
    ("not_in", "c", ["a"], True), ("not_in", "a", ["a"], False), ("not_in", "x", "abc", True),
    ("not_in", 1, 5, False), ("eq", object(), 1, False), ("ne", object(), 1, False),
])  # fmt: skip
def test_flipper(operator: str, value: Any, wanted: Any, expected: bool) -> None:
    assert says(f"flipper.{operator}", value, wanted) is expected


class Foreign:
    def __eq__(self, other: object) -> bool:
        raise AssertionError("a foreign method was called")

    __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __eq__  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


def test_flipper_calls_no_foreign_method_and_ends() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    for operator in ("eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in"):
        for value in (Foreign(), [Foreign()], {"a": [Foreign()]}, deep):
            assert says(f"flipper.{operator}", value, [1]) in (True, False)
        assert says(f"flipper.{operator}", 1) is False


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("^/beta", "/beta/x", True),
        ("^/beta", "/x/beta", False),
        ("beta", "/x/beta", True),
        ("/$", "/a/\n", True),
        (r"/\Z", "/a/\n", False),
        (r"\d", "/\u0663", True),
        ("(?i)BETA", "/beta", True),
        ("[", "/[", False),
        ("(?=x)", "/x", False),
        ("", "", True),
        (5, "/5", False),
        ("x", None, False),
        ("x", 5, False),
        ("^(a+)+$", "a" * 30 + "!", False),
    ],
)
def test_django_flags(pattern: Any, path: Any, expected: bool) -> None:
    assert says("django_flags.path_matches", path, pattern) is expected
