"""What every operation says, as flagd's Python evaluator says it."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.ambient import Ambient
from yardarm.core.jsonlogic import UnknownOperation, compile_logic, truthy

USER = {
    "key": "user-1", "country": "NL", "age": 30, "tags": ["a", "b"], "zero": 0, "empty": "",
    "geo": {"city": "Delft", "size": [1, 2]}, "people": [{"age": 5}, {"age": 50}], "nothing": None,
}  # fmt: skip


def _value(expression: Any, user: Any = None) -> Any:
    made = compile_logic(expression, flag_key="flag")
    return made(USER if user is None else user, None, Ambient.at(1_795_000_000.9))


CASES: list[tuple[Any, Any]] = [
    # what is no operation stands for itself
    (5, 5), ("x", "x"), (None, None), ({}, {}), ({"a": 1, "b": 2}, {"a": 1, "b": 2}),
    ([1, {"var": "age"}], [1, 30]),
    # var
    ({"var": "country"}, "NL"), ({"var": ["country"]}, "NL"), ({"var": "geo.city"}, "Delft"),
    ({"var": "geo.size.1"}, 2), ({"var": "geo.size.01"}, None), ({"var": "geo.size.-1"}, None),
    ({"var": "tags.length"}, 2), ({"var": "country.length"}, 2), ({"var": "country.0"}, "N"),
    ({"var": "tags.length.x"}, 2), ({"var": "absent"}, None), ({"var": ["absent", 7]}, 7),
    ({"var": ["nothing", 7]}, 7), ({"var": ["zero", 7]}, 0), ({"var": 0}, None),
    ({"var": [{"cat": ["coun", "try"]}]}, "NL"), ({"var": "targetingKey"}, "user-1"),
    ({"var": "$flagd.flagKey"}, "flag"), ({"var": "$flagd.timestamp"}, 1_795_000_000),
    ({"var": "key"}, "user-1"), ({"var": "geo..city"}, None),
    # missing
    ({"missing": ["country", "absent", "empty"]}, ["absent", "empty"]),
    ({"missing": [["absent", "age"], "zero"]}, ["absent"]), ({"missing": []}, []),
    ({"missing_some": [1, ["country", "absent"]]}, []),
    ({"missing_some": [2, ["country", "absent"]]}, ["absent"]),
    ({"missing_some": ["x", ["absent"]]}, ["absent"]), ({"missing_some": [1, "x"]}, []),
    # equality
    ({"==": [1, "1"]}, True), ({"==": [1, "1.0"]}, True), ({"==": ["1", "1.0"]}, False),
    ({"==": [None, 0]}, True), ({"==": [None, False]}, True), ({"==": [None, ""]}, False),
    ({"==": [None, None]}, True), ({"==": [True, "1"]}, True), ({"==": [True, "true"]}, False),
    ({"==": ["a,b", {"var": "tags"}]}, True), ({"==": [[1], [1]]}, False),
    ({"==": [{"var": "tags"}, {"var": "tags"}]}, True), ({"==": ["[object Object]", {}]}, True),
    ({"==": [10, "1_0"]}, True), ({"==": [16, "0x10"]}, False), ({"==": [[5], 5]}, True),
    ({"==": ["nan", {"+": ["nan"]}]}, False), ({"!=": [1, "1"]}, False), ({"==": []}, True),
    ({"===": [1, "1"]}, False), ({"===": [1, 1.0]}, True), ({"===": [1, True]}, True),
    ({"===": [[1], [1]]}, True), ({"!==": [1, "1"]}, True),
    # order
    ({"<": [1, 2]}, True), ({"<": ["10", "9"]}, True), ({"<": [10, "9"]}, False),
    ({"<": [1, 5, 9]}, True), ({"<": [1, 9, 5]}, False), ({"<=": [1, 1, 1]}, True),
    ({">": ["b", "a"]}, True), ({">": ["x", 1]}, False), ({"<": ["x", 1]}, False),
    ({">=": [None, 0]}, True), ({"<": [None, "o"]}, True), ({">": [3, 2, 1]}, True),
    ({"<": [[5], 6]}, True), ({"<": [[1, 2], 6]}, False), ({">": [True, False]}, True),
    # truth and branches
    ({"!": []}, True), ({"!": [[]]}, True), ({"!": ["0"]}, False), ({"!": {}}, False),
    ({"!!": ["false"]}, True), ({"!!": [0.0]}, False), ({"!!": [[0]]}, True),
    ({"and": []}, None), ({"and": [1, "", 2]}, ""), ({"and": [1, 2]}, 2),
    ({"or": []}, None), ({"or": [0, "", None]}, None), ({"or": [0, 2, 3]}, 2),
    ({"if": []}, None), ({"if": [5]}, 5), ({"if": [0, 1]}, None), ({"if": [0, 1, 2]}, 2),
    ({"if": [1, 2, 3]}, 2), ({"if": [0, 1, 1, 3]}, 3), ({"if": [0, 1, 0, 3]}, None),
    ({"if": [0, 1, 0, 3, 4]}, 4), ({"?:": [1, "a", "b"]}, "a"),
    # numbers
    ({"+": [1, 2, 3]}, 6), ({"+": ["1"]}, 1.0), ({"+": []}, 0), ({"+": [True, None]}, 1),
    ({"-": [5]}, -5), ({"-": [5, 3]}, 2), ({"-": ["5", None]}, -5.0), ({"*": [2, "3"]}, 6.0),
    ({"*": []}, 1), ({"/": [1, 2]}, 0.5), ({"/": [4, 2]}, 2.0), ({"%": [-7, 3]}, 2),
    ({"%": [7.5, 2]}, 1.5), ({"min": [3, "2", 5]}, 2.0), ({"max": [3, 9]}, 9),
    ({"max": [True, 0]}, True),
    # text
    ({"cat": ["a", 1, 1.0, 2.5, True, None, [1, [2]], {}]}, "a112.5Truenull1,2[object Object]"),
    ({"cat": [1e21]}, "1e+21"), ({"cat": []}, ""), ({"cat": "x"}, "x"),
    ({"substr": ["jsonlogic", 4]}, "logic"), ({"substr": ["jsonlogic", -5]}, "logic"),
    ({"substr": ["jsonlogic", 1, 3]}, "son"), ({"substr": ["jsonlogic", 4, -2]}, "log"),
    ({"substr": ["abc", -9]}, "abc"), ({"substr": ["abc", 9]}, ""), ({"substr": [None, 0]}, "null"),
    ({"substr": ["abc", "x"]}, "abc"), ({"substr": ["abc", 1, "x"]}, ""),
    ({"starts_with": ["abc", "ab"]}, True), ({"starts_with": [5, "5"]}, None),
    ({"ends_with": ["abc", "bc"]}, True), ({"ends_with": ["abc"]}, None),
    ({"ends_with": ["abc", "c", "c"]}, None), ({"starts_with": ["abc", ""]}, True),
    # lists
    ({"in": ["a", ["a", "b"]]}, True), ({"in": [1, [True]]}, True), ({"in": ["1", [1]]}, False),
    ({"in": ["L", {"var": "country"}]}, True), ({"in": [1, "a1"]}, True), ({"in": ["a"]}, False),
    ({"in": [[1], [[1], 2]]}, True), ({"in": [None, "xnullx"]}, True),
    ({"merge": [1, [2, [3]], None]}, [1, 2, [3], None]),
    ({"map": [{"var": "people"}, {"var": "age"}]}, [5, 50]), ({"map": [[1, 2]]}, [None, None]),
    ({"map": [5, 1]}, []), ({"map": []}, []),
    ({"filter": [[0, 1, "", "a"], {"var": ""}]}, [1, "a"]), ({"filter": [[1]]}, []),
    ({"reduce": [[1, 2, 3], {"+": [{"var": "accumulator"}, {"var": "current"}]}, 10]}, 16),
    ({"reduce": [None, 1, 7]}, 7), ({"reduce": [[], 1, {"var": "age"}]}, {"var": "age"}),
    ({"reduce": []}, None), ({"all": [[1, 2], {">": [{"var": ""}, 0]}]}, True),
    ({"all": [[], True]}, False), ({"some": [[0, 2], {"var": ""}]}, True),
    ({"some": [None, True]}, False), ({"none": [[0, ""], {"var": ""}]}, True),
    ({"none": [5, True]}, True), ({"none": [[1]]}, True),
    ({"map": [[1], {"var": "country"}]}, [None]), ({"log": ["x"]}, "x"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), CASES, ids=[str(case[0]) for case in CASES])
def test_a_value(expression: Any, value: Any) -> None:
    found = _value(expression)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("version", "comparison", "other", "value"),
    [
        ("2.0.0", "=", "2.0.0", True), ("2.0.0", "!=", "2.0.0", False),
        ("1.9.0", "<", "2.0.0", True), ("1.10.0", ">", "1.9.0", True),
        ("2.0.0-rc.1", "<", "2.0.0", True), ("v1", "=", "1.0.0", True),
        ("1.2", "=", "1.2.0", True), ("1.2-beta", "<", "1.2.0", True), (1.2, ">", "1.1", True),
        (2, ">=", "2.0.0", True), ("3.1.0", "^", "3.0.0", True), ("3.1.0", "~", "3.0.0", False),
        ("3.0.9", "~", "3.0.1", True), ("1.0.0+a", "=", "1.0.0+b", True),
        ("2.0.0", "<=", "1.9.9", False),
        ("1.2.3.4", "=", "1.2.3", None), ("x", "=", "1.0.0", None), ("1.0.0", "===", "1.0.0", None),
        ("1.0.0", 5, "1.0.0", None), (True, "=", "1.0.0", None), (None, "=", "1.0.0", None),
        ("01.0.0", "=", "1.0.0", None), ([1], "=", "1.0.0", None),
    ],
)  # fmt: skip
def test_versions(version: Any, comparison: Any, other: str, value: bool | None) -> None:
    assert _value({"sem_ver": [{"var": "v"}, comparison, other]}, {"v": version}) is value


def test_sem_ver_needs_three_arguments() -> None:
    assert _value({"sem_ver": ["1.0.0", "="]}) is None


@pytest.mark.parametrize(
    "expression",
    [{"/": [1, 0]}, {"%": [1, "0"]}, {"var": ["a", 1, 2]}, {"==.x": []},
     {"substr": ["a", {"/": [1, 1e-320]}]}],
)  # fmt: skip
def test_what_python_cannot_do_raises(expression: Any) -> None:
    with pytest.raises((ArithmeticError, TypeError)):
        _value(expression)


def test_an_unknown_operation_fails_where_it_is_reached() -> None:
    assert _value({"if": [True, "a", {"stranger": []}]}) == "a"
    with pytest.raises(UnknownOperation, match="'stranger'"):
        _value({"if": [False, "a", {"stranger": []}]})


@pytest.mark.parametrize("value", [None, False, 0, 0.0, float("nan"), "", []])
def test_what_is_not_true(value: Any) -> None:
    assert not truthy(value)


@pytest.mark.parametrize("value", [True, 1, -1.5, "0", [0], {}, {"a": 1}])
def test_what_is_true(value: Any) -> None:
    assert truthy(value)


def test_an_attribute_of_flagds_own_that_is_called_key() -> None:
    """In a context of flagd's, `key` is an attribute like any other."""
    flagds = {"targetingKey": "user-1", "key": "user-1", "flagd:key": "k", "flagd:flagd:a": 5}
    assert _value({"var": "key"}, flagds) == "k"
    assert _value({"var": "flagd:a"}, flagds) == 5
    assert _value({"var": ""}, flagds) == {
        "targetingKey": "user-1", "key": "k", "flagd:a": 5,
        "$flagd": {"flagKey": "flag", "timestamp": 1_795_000_000},
    }  # fmt: skip
    assert _value({"var": "key"}, {"targetingKey": "user-1", "key": "user-1"}) is None


def test_without_a_clock_there_is_no_timestamp() -> None:
    assert compile_logic({"var": "$flagd.timestamp"}, flag_key="f")({}, None, None) is None
