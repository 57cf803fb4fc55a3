"""Outcomes give lists and objects anew each time."""

from typing import Any

import pytest

from yardarm.core.outcome import FALLBACK, Outcome, maker

NESTED: Any = 1
for _ in range(80):
    NESTED = {"x": [NESTED]}


@pytest.mark.parametrize("value", [
    [], {}, [1, "x", None, True, 1.5], {"a": {"b": []}, "": 1}, {"{0}": "%s", "'": '"'},
    list(range(5_000)), {str(n): n for n in range(5_000)}, NESTED, [[[]]] * 3,
])  # fmt: skip
def test_equal_and_new(value: Any) -> None:
    make = maker(value)
    first, second = make(), make()
    assert first == second == value
    assert first is not second
    assert repr(first) == repr(value)


def test_inner_lists_are_new_too() -> None:
    make = maker({"a": [{"b": []}]})
    make()["a"][0]["b"].append(1)
    assert make() == {"a": [{"b": []}]}


def test_scalars_are_given_as_they_are() -> None:
    for value in (True, "x", 1, 1.5, None, FALLBACK):
        assert Outcome(value, "v", "STATIC").fresh is None
    assert repr(FALLBACK) == "FALLBACK"
    assert repr(Outcome(1, "v", "STATIC")) == "Outcome('v', STATIC)"
