"""The cursor: pointers, types, and nothing lost on the way."""

from typing import Any

import pytest

from yardarm.core.reading import Reader, escape, kind_name, texts
from yardarm.errors import Problem


def reader(value: Any, *, strict: bool = True) -> tuple[Reader, list[Problem]]:
    problems: list[Problem] = []
    return Reader(value, "/at", problems, strict), problems


@pytest.mark.parametrize(
    ("token", "escaped"), [("a/b", "a~1b"), ("~", "~0"), ("~1", "~01"), ("", "")]
)
def test_pointer_tokens(token: str, escaped: str) -> None:
    assert escape(token) == escaped


@pytest.mark.parametrize(("value", "name"), [
    (True, "a boolean"), (1, "an integer"), (1.5, "a number"), ("x", "text"), ([], "a list"),
    ({}, "an object"), (None, "null"), (object(), "object"),
])  # fmt: skip
def test_names_of_kinds(value: Any, name: str) -> None:
    assert kind_name(value) == name


@pytest.mark.parametrize(("take", "good", "bad"), [
    ("take_str", ["", "x"], [1, None, True, []]), ("take_bool", [True, False], [0, 1,
    "true", None]),
    ("take_int", [0, -1, 2**70], [True, 1.0, "1", None]), ("take_object", [{}, {"a": 1}],
    [[], None, 1]),
    ("take_optional", ["", None], [1, []]),
])  # fmt: skip
def test_fields_with_a_type(take: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        at, problems = reader({"x": value})
        assert getattr(at, take)("x") == value
        assert problems == []
    for value in bad:
        at, problems = reader({"x": value})
        getattr(at, take)("x")
        assert [problem.pointer for problem in problems] == ["/at/x"]


def test_lists_keep_what_can_be_read() -> None:
    at, problems = reader({"x": ["a", 1, "b"], "y": "ab", "z": ("a",)})
    assert at.take_list("x", texts) == ("a", "b")
    assert at.take_list("y", texts) == ()
    assert at.take_list("z", texts) == ("a",)
    assert [problem.pointer for problem in problems] == ["/at/x/1", "/at/y"]


def test_unknown_fields_are_a_problem_only_where_people_write() -> None:
    for strict in (True, False):
        at, problems = reader({"known": 1, "odd/one": 2}, strict=strict)
        at.at("known")
        at.no_others()
        assert [problem.pointer for problem in problems] == (["/at/odd~1one"] if strict else [])


def test_choices() -> None:
    at, problems = reader({"x": "b", "y": ["a"]})
    assert at.take_choice("x", ("a", "b"), "a") == "b"
    assert at.take_choice("y", ("a", "b"), "a") == "a"
    assert at.take_choice("z", ("a", "b"), "a") == "a"
    assert len(problems) == 1
