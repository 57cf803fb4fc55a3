"""Expressions are bounded: in nesting, and in the work that they make of a context."""

from __future__ import annotations

import time
from typing import Any

import pytest

from yardarm.core.jsonlogic import MAX_NESTING, LogicError, compile_logic, nesting

ACCUMULATOR, ITEM = {"var": "accumulator"}, {"var": ""}


def _nested(levels: int) -> Any:
    made: Any = {"var": "a"}
    for _ in range(levels - 1):
        made = {"!": [made]}
    return made


def test_nesting_is_counted_by_operations_and_lists() -> None:
    assert nesting(5) == 1
    assert nesting({"==": [1, 2]}) == 1
    assert nesting({"!": {"!": True}}) == 2
    assert nesting({"in": [1, [[2]]]}) == 3


def test_the_deepest_expression_works_and_the_next_is_refused() -> None:
    assert compile_logic(_nested(MAX_NESTING), flag_key="f")({}, None, None) is True
    with pytest.raises(LogicError, match="nested too deeply"):
        compile_logic(_nested(MAX_NESTING + 1), flag_key="f")


@pytest.mark.parametrize("levels", [10_000, 100_000])
def test_no_depth_exhausts_the_stack(levels: int) -> None:
    for expression in (_nested(levels), [_nested(levels)]):
        with pytest.raises(LogicError):
            compile_logic(expression, flag_key="f")
    deep: Any = []
    for _ in range(levels):
        deep = [deep]
    for expression in (
        {"cat": [{"var": "l"}]},
        {"==": [{"var": "l"}, 1]},
        {"==": [{"var": "l"}, "a"]},
    ):
        compile_logic(expression, flag_key="f")({"l": deep}, None, None)
    while deep:  # taken apart by hand: Python's own way recurs
        deep = deep.pop()


@pytest.mark.parametrize(
    "expression",
    [
        {"reduce": [{"var": "l"}, {"cat": [ACCUMULATOR, ACCUMULATOR]}, "xx"]},
        {"reduce": [{"var": "l"}, {"merge": [ACCUMULATOR, ACCUMULATOR]}, [1]]},
        {"reduce": [{"var": "l"}, {"*": [ACCUMULATOR, ACCUMULATOR]}, 3]},
        {"cat": [{"reduce": [{"var": "l"}, [ACCUMULATOR, ACCUMULATOR], "x"]}]},
        {
            "map": [
                {"var": "l"},
                {"map": [[1] * 500, {"map": [[1] * 500, {"map": [[1] * 500, ITEM]}]}]},
            ]
        },
        {"cat": [{"var": "t"}, {"var": "t"}, {"var": "t"}]},
    ],
)
def test_work_is_bounded(expression: Any) -> None:
    made = compile_logic(expression, flag_key="f")
    started = time.process_time()
    with pytest.raises(LogicError):
        made({"l": [1] * 500, "t": "x" * 500_000}, None, None)
    assert time.process_time() - started < 10


def test_what_people_write_is_far_from_the_bounds() -> None:
    total = {"reduce": [{"var": "l"}, {"+": [ACCUMULATOR, {"var": "current"}]}, 0]}
    assert compile_logic(total, flag_key="f")({"l": [1] * 100_000}, None, None) == 100_000


def test_nothing_is_changed() -> None:
    expression = {"merge": [{"var": "l"}, [1, {"var": "x"}]]}
    user = {"l": [1], "x": 2}
    made = compile_logic(expression, flag_key="f")
    assert made(user, None, None) == made(user, None, None) == [1, 1, 2]
    assert user == {"l": [1], "x": 2}
