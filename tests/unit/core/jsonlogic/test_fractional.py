"""`fractional` in its three generations: vectors made with flagd's own evaluators."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.bucketing import find
from yardarm.core.jsonlogic import compile_logic
from yardarm.core.jsonlogic.fractional import percentage, text_unit
from yardarm.core.model import Bucketing

ARMS = [[f"arm-{index}", 1] for index in range(1000)]


def _served(name: str, arguments: list[Any], key: Any, **attributes: Any) -> Any:
    made = compile_logic({name: arguments}, flag_key="yd-rollout")
    return made({"key": key, **attributes}, None, None)


@pytest.mark.parametrize(
    ("user", "arm"), [("user-0", 116), ("user-1", 208), ("user-2", 850), ("alice", 383)]
)
def test_v2(user: str, arm: int) -> None:
    assert _served("fractional_v2", ARMS, user) == f"arm-{arm}"
    assert _served("fractional", ARMS, user) == f"arm-{arm}"
    text = {"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}
    assert _served("fractional_v2", [text, *ARMS], user) == f"arm-{arm}"


@pytest.mark.parametrize(
    ("user", "short", "text"),
    [("user-0", 933, 586), ("user-1", 185, 905), ("user-2", 910, 586), ("alice", 591, 310)],
)
def test_v3(user: str, short: int, text: int) -> None:
    assert _served("fractional_v3", ARMS, user) == f"arm-{short}"
    joined = {"cat": ["yd-rollout", {"var": "targetingKey"}]}
    assert _served("fractional_v3", [joined, *ARMS], user) == f"arm-{text}"


@pytest.mark.parametrize(
    ("user", "per_cent"),
    [("user-0", 23.38404), ("user-1", 41.67155), ("user-2", 29.86842), ("alice", 76.61970)],
)
def test_v1(user: str, per_cent: float) -> None:
    unit = text_unit(f"yd-rollout{user}")
    assert unit is not None
    assert round(percentage(unit), 5) == per_cent
    served = _served("fractional_v1", [["low", int(per_cent)], ["high", 100 - int(per_cent)]], user)
    assert served == "high"


@pytest.mark.parametrize("name", ["v1", "v2", "v3"])
def test_splits_place_units_as_the_operation_does(name: str) -> None:
    for algorithm, seed, first in (
        (f"flagd.{name}", None, []),
        (f"flagd.{name}", "", [{"var": "email"}]),
        (f"flagd.{name}.text", None, [{"cat": [{"var": "$flagd.flagKey"}, {"var": "email"}]}]),
        (f"flagd.{name}.text", "s-", [{"cat": ["s-", {"var": "email"}]}]),
    ):
        found = find(algorithm)
        assert found is not None
        place = found.place(Bucketing(algorithm, seed), "yd-rollout", 100)
        ranges = found.ranges([25, 25, 50])
        for number in range(200):
            unit = f"user-{number}"
            bucket = place(unit)
            assert bucket is not None
            index = next(i for i, (low, high) in enumerate(ranges) if low <= bucket < high)
            arms = [["a", 25], ["b", 25], ["c", 50]]
            served = _served(f"fractional_{name}", [*first, *arms], unit, email=unit)
            assert served == "abc"[index]


@pytest.mark.parametrize(
    ("arguments", "v1", "v2", "v3"),
    [
        ([], None, None, None),
        ([["a", 1]], None, "a", "a"),
        ([["a"], ["b", 0]], "a", "a", "a"),
        ([["a", 0], ["b", 0]], None, None, None),
        ([["a", -5], ["b", 5]], None, "b", "b"),
        ([["a", 25.0], ["b", 0]], "a", "a", None),
        ([["a", 2.5], ["b", 0]], None, None, None),
        ([["a", True], ["b", 0]], None, None, None),
        ([["a", "1"], ["b", 0]], None, None, None),
        ([["a", 1, 1], ["b", 0]], None, None, None),
        ([[], ["b", 1]], None, None, None),
        (["u", ["a", 1]], "a", "a", "a"),
        (["", ["a", 1]], "a", "a", "a"),
        ([None, ["a", 1]], None, None, None),
        ([5, ["a", 1]], None, None, "a"),
        ([True, ["a", 1]], None, None, "a"),
        ([{"var": "list"}, ["b", 0]], "a", "a", "a"),
        ([[True, 1], [False, 0]], None, True, True),
        ([[None, 1], ["a", 0]], None, None, None),
        ([[["a"], 1], ["b", 0]], None, None, ["a"]),
        ([["a", 2**31], ["b", 0]], "a", None, None),
        ([["a", 2**31 - 1], ["b", 0]], "a", "a", "a"),
        (["u", "a"], None, None, None),
    ],
)
def test_odd_arguments(arguments: list[Any], v1: Any, v2: Any, v3: Any) -> None:
    found = [
        _served(f"fractional_{name}", arguments, "user-1", list=["a"])
        for name in ("v1", "v2", "v3")
    ]
    assert found == [v1, v2, v3]


@pytest.mark.parametrize("name", ["v1", "v2", "v3"])
@pytest.mark.parametrize("key", [None, ""])
def test_without_a_targeting_key(name: str, key: Any) -> None:
    assert _served(f"fractional_{name}", [["a", 1], ["b", 1]], key) is None


def test_v3_takes_values_for_what_they_are() -> None:
    def served(value: Any) -> Any:
        return _served("fractional_v3", [{"var": "id"}, *ARMS], "u", id=value)

    assert served(5) == served(5.0) != served("5")
    assert served({"a": 1, "b": 2}) == served({"b": 2, "a": 1})


def test_a_text_that_is_none_names_no_unit() -> None:
    found = find("flagd.v2")
    assert found is not None
    place = found.place(Bucketing("flagd.v2", ""), "f", 10)
    assert [place(value) for value in (None, 5, True, ["a"], "\ud800")] == [None] * 5
    joined = find("flagd.v2.text")
    assert joined is not None
    assert joined.place(Bucketing("flagd.v2.text", "s"), "f", 10)(None) is not None
