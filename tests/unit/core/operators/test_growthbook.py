"""GrowthBook's operators: a table of what each says to attributes of every type."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, prepare
from yardarm.core.operators.growthbook import (
    MAX_NESTING,
    OPERATORS,
    condition_test,
    entries,
    items,
    operator_test,
)


class _Plan(StrEnum):
    PRO = "pro"


CASES: dict[str, tuple[tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]], ...]] = {
    # values of the clause, attributes that match, attributes that do not
    "is": (
        (("pro",), ("pro", _Plan.PRO, ["pro"]), ("Pro", "", None, 1, {})),
        (("null",), ("null", None, ["null"]), ("", 0, False)),
        (("1",), ("1", 1, 1.0, [1]), (True, "1.0", None)),
        (("1,2",), ([1, 2], "1,2", [[1], 2]), ([1, 2, None], 12)),
        (("[object Object]",), ({}, {"a": 1}), ([], None)),
        ((1,), (1, 1.0, "1", " 1 ", "0x1", True, [1], ["1"]), ("one", None, {}, [1, 1], "1_")),
        ((0,), (0, -0.0, "", " ", None, False, []), ("a", {}, [1, 2])),
        ((9007199254740993,), (9007199254740992,), (9007199254740994,)),
        ((True,), (True, 1, "a", [], {}, "false"), (False, 0, "", None)),
        ((False,), (False, 0, ""), (None, [], "0")),
        ((None,), (None,), (0, "", False, "null")),
        (([1, "a"],), ([1, "a"], [1.0, "a"]), (["a", 1], [1], "1,a", None)),
        (({"a": 1, "b": 2},), ({"a": 1, "b": 2},), ({"b": 2, "a": 1}, {"a": 1}, {})),
        (({"10": 1, "2": 1},), ({"2": 1, "10": 1}, {"10": 1, "2": 1}), ()),
        (({},), ({},), ([], None, {"a": 1})),
    ),
    "json": (
        (('{"b": 1, "a": [2]}',), ({"b": 1, "a": [2.0]},), ({"a": [2], "b": 1}, None, "x")),
        (('{"10": 1, "2": 1}',), ({"2": 1, "10": 1},), ({},)),
    ),
    "eq": (
        (("a",), ("a",), ("A", ["a"], None)),
        ((1,), (1, 1.0), ("1", True, None)),
        ((True,), (True,), (1, "true")),
        ((None,), (None,), (0, "", False)),
        (([],), (), ([], None, "")),
        (({},), (), ({},)),
    ),
    "lt": (
        ((10,), (9, "9", "0x9", None, False, [5], 9.99), (10, "10", "ten", {}, [1, 2])),
        (("b",), ("a", "B", ""), ("b", "c", None, 1)),
        (("\uffee",), ("😀", "a"), ("\uffee",)),
    ),
    "lte": (((10,), (10, "10", 9), (11, "ten", {})), (("b",), ("b", "a"), ("c", None))),
    "gt": (((5,), (6, "8", [6]), (5, "5", None, "x")), ((-1,), (None, 0), (-1, "a"))),
    "gte": (((5,), (5, "5"), (4, None, {})), ((0,), (None, "", [], False), ("a",))),
    "veq": (
        (("1.2.3",), ("1.2.3", "v1.2.3", "1.2.3+build", "1-2-3"), ("1.2.3-a", "1.2", None)),
        (("0",), (None, "", True, [], {}, 0, "v0"), ("1", "0.0")),
        ((1.5,), ("1.5", 1.5), ("1.50",)),
    ),
    "vlt": ((("1.10.0",), ("1.9.0", "1.10.0-rc.1", None), ("1.10.0", "1.10.1", "a")),),
    "vlte": ((("1.10.0",), ("1.9.0", "1.10.0"), ("1.10.1",)),),
    "vgt": ((("1.0.0-beta.2",), ("1.0.0-beta.11", "1.0.0"), ("1.0.0-beta.2", "1.0.0-alpha")),),
    "vgte": ((("10000.0.0",), ("10000.0.0", "10001.0.0"), ("9999.0.0", None)),),
    "in": (
        (("a", 1), ("a", 1, 1.0, ["x", "a"]), ("A", "1", True, [], [["a"]], None)),
        ((None, True), (None, True, [None]), (1, False, "null")),
        (([1], {}), (), ([1], {}, [[1]])),
        ((), (), (None, "", [])),
    ),
    "ini": ((("US", "ß"), ("us", "Us", ["x", "uS"], "ß"), ("SS", None, ["u", "s"])),),
    "all": (
        ((1, "b"), ([1, "b"], ["1", "b", 3], ["b", [1]]), ([1], "1b", None, {})),
        ((), ([], [1]), ("a", None)),
        (({"$gt": 2},), ([3], [1, 3]), ([1], [])),
    ),
    "alli": ((("A",), (["a"], ["A", 1]), ("a", [], ["b"])), ((1,), (["1"],), (["2"],))),
    "size": (
        ((2,), ([1, 2],), ([1], "ab", None, {"length": 2})),
        (({"$gt": 1},), ([1, 2],), ([1],)),
        (("0",), ([],), ([1],)),
    ),
    "elem_match": (
        (({"$gt": 2},), ([1, 3],), ([1, None], [], "3", 3)),
        (({"a": 1},), ([{"a": 1}], [{"a": "1"}]), ([{"b": 1}], [1], {"a": 1})),
        (({"$eq": ""},), ([""],), ([None], [])),
        ((5,), ([1],), ([None], [], 5)),
    ),
    "exists": (((), (0, "", False, [], {}), (None,)),),
    "type": (
        (("string",), ("", "a"), (1, None)),
        (("number",), (1, 0.5), (True, "1")),
        (("boolean",), (True, False), (0, 1)),
        (("array",), ([], (1,)), ({}, "")),
        (("object",), ({}, {"a": 1}), ([], None)),
        (("null",), (None,), (0, "")),
        ((1,), (), (1, "1", None)),
    ),
    "regex": (
        (("^a+$",), ("aa", ["a"]), ("ab", "", None)),
        (("null",), (None, "annulled"), ("nul",)),
        (("^.$",), ("é", 1), ("😀", "ab", "\n")),
        (("(",), (), ("(", "", None)),
        ((5,), (), (5, "5")),
    ),
    "regexi": (
        (("^É",), ("é", "É"), ("e",)),
        (("s",), ("S",), ("\u017f",)),
        (("k",), ("K",), ("\u212a",)),
    ),
    "at": (
        (("0", "a"), (["a"], ["a", 1], {"0": "a"}), ("a", [], None, ["b"])),
        (("length", 2), ([1, 2], {"length": 2}), ("ab", [1])),
        (("0.b", {"$exists": False}), ([], [{}], None), ([{"b": 1}],)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_operator(name: str) -> None:
    operator = find(f"growthbook.{name}")
    assert operator is not None
    for values, yes, no in CASES[name]:
        prepared = prepare(operator.name, values)
        for value in yes:
            assert operator.test(value, prepared) is True, (values, value)
        for value in no:
            assert operator.test(value, prepared) is False, (values, value)


@pytest.mark.parametrize("name", CASES)
def test_the_quick_form_of_an_operator(name: str) -> None:
    operator = find(f"growthbook.{name}")
    assert operator is not None
    if operator.inline is None:
        return
    source = operator.inline.format(v="v", c="c", t="t")
    for values, yes, no in CASES[name]:
        bound = {"c": prepare(operator.name, values), "t": operator.test}
        assert all(eval(source, {**bound, "v": value}) is True for value in yes)
        assert not any(eval(source, {**bound, "v": value}) for value in no)


def test_every_operator_has_cases() -> None:
    assert {f"growthbook.{name}" for name in CASES} == set(OPERATORS)


@pytest.mark.parametrize(
    ("sign", "operand", "yes", "no"),
    [
        ("$ne", "a", ("b", None, ["a"]), ("a",)),
        ("$nin", ["a"], ("b", None, []), ("a", ["a"])),
        ("$nin", "a", (), ("a", "b", None)),
        ("$nini", ["A"], ("b",), ("a",)),
        ("$vne", "1.0.0", ("1.0.1", None), ("v1.0.0",)),
        ("$exists", "", (None,), (0, "")),
        ("$exists", [], (0, ""), (None,)),
        ("$not", {"$gt": 5}, (5, "x", None), (6,)),
        ("$not", "a", ("b", None), ("a", ["a"])),
        ("$not", {"$unknown": 1}, (1, None), ()),
        ("$inGroup", ["a"], ("a",), ("b",)),
        ("$notInGroup", ["a"], ("b",), ("a",)),
        ("$notInGroup", None, (), ("a", "b")),
        ("$unknown", 1, (), (1, None)),
        ("$json", '{"b": 1, "a": 2}', ({"b": 1, "a": 2},), ({"a": 2, "b": 1},)),
        ("$and", [], (), (1, None)),
    ],
)
def test_a_sign_within_an_operand(sign: str, operand: Any, yes: Any, no: Any) -> None:
    test = operator_test(sign, operand)
    assert all(test(value) is True for value in yes)
    assert not any(test(value) for value in no)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"$or": []}, True),
        ({"$nor": []}, False),
        ({"$and": []}, True),
        ({"$and": 5, "$or": {}}, True),
        ({"$not": {"a": 1}}, False),
        ({"a": 1, "b.c": "x"}, True),
        ({"b": {"c": "x"}, "list.1.d": {"$exists": False}}, True),
        ({"$or": [{"a": 2}, {"list.length": 2}]}, True),
        ({"$nor": [{"a": 2}, {"a": 1}]}, False),
        ([], True),
        ("", True),
        (5, True),
        ([1], False),
    ],
)
def test_a_condition_within_an_operand(condition: Any, expected: bool) -> None:
    user = {"a": 1, "b": {"c": "x"}, "list": [1, 2]}
    assert condition_test(condition)(user) is expected


@pytest.mark.parametrize("condition", [None, {"$not": None}, {"$and": [None]}, {"$or": None}])
def test_what_the_sdk_throws_at(condition: Any) -> None:
    with pytest.raises(ValueError, match="null"):
        condition_test(condition)


def test_nesting_is_bounded() -> None:
    condition: Any = {"a": 1}
    operand: Any = 1
    for _ in range(MAX_NESTING + 2):
        condition, operand = {"$not": condition}, {"$not": operand}
    for deep in (condition, {"a": operand}, {"a": {"$elemMatch": condition}}):
        with pytest.raises(ValueError, match="nest"):
            condition_test(deep)


def test_entries_and_items_of_odd_values() -> None:
    assert entries({"b": 1, "1": 2, "0": 3}) == [("0", 3), ("1", 2), ("b", 1)]
    assert entries("😀") == [("0", "\ud83d"), ("1", "\ude00")]
    assert entries(True) == []
    assert items("ab") == ["a", "b"]
    assert items(7) == []
