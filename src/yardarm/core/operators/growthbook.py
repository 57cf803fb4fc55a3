"""GrowthBook's operators: what its JavaScript SDK makes of an attribute and an operand.

Numbers, text and booleans are compared as JavaScript compares them, so that `"8"` is greater than
5; a missing attribute is null. The SDK's negated operators (`$ne`, `$nin`, `$nini`, `$vne`,
`$notInGroup`) are these under a `Not`. Checked against @growthbook/growthbook 1.8.0.

Operands may hold conditions of their own (`$elemMatch`, `$size`, `$all`): JSON in GrowthBook's
words, in which saved groups have been resolved: `$inGroup` and `$notInGroup` hold the values, and
there is no `$savedGroup`. An object that a value is compared with stands there as text (`$json`),
since the order of its members counts, which no document of ours keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..javascript import regex
from ..javascript import values as js
from ..javascript.inherited import NoText, is_odd
from ..javascript.versions import padded
from ..model import Json
from ..regex import PatternError
from .operator import Operator, Values

Test = Callable[[Any], bool]

MAX_NESTING = 50
"""How deep conditions within operands may nest."""


# --- conditions within operands ---------------------------------------------------------------


def condition_test(condition: Json, depth: int = 0) -> Test:
    """A test of an object by a condition in GrowthBook's words.

    Raises `ValueError` for what the SDK throws at, and for nesting beyond `MAX_NESTING`.
    """
    tests = [_member_test(name, value, depth) for name, value in entries(condition)]
    return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)


def entries(value: Json) -> list[tuple[str, Json]]:
    """Object.entries: of objects in JavaScript's order, of arrays and text by index.

    Raises `ValueError` for null, at which the SDK throws.
    """
    if value is None:
        raise ValueError("null is no condition")
    if isinstance(value, dict):
        return [(name, value[name]) for name in js.members(value)]
    if isinstance(value, list):
        return [(str(index), item) for index, item in enumerate(value)]
    if isinstance(value, str):
        return [(str(index), unit) for index, unit in enumerate(regex.code_units(value))]
    return []


def items(value: Json) -> list[Json]:
    """What `$and`, `$or` and `$nor` go over: elements, and nothing of what has none."""
    if value is None:
        raise ValueError("null is no list of conditions")
    if isinstance(value, list):
        return value
    return list(regex.code_units(value)) if isinstance(value, str) else []


def is_operators(value: Json) -> bool:
    """Whether an object has only names that begin with `$`, and has some."""
    return isinstance(value, dict) and bool(value) and all(name[:1] == "$" for name in value)


def _member_test(name: str, value: Json, depth: int) -> Test:
    if depth > MAX_NESTING:
        raise ValueError(f"conditions nest at most {MAX_NESTING} deep")
    if name in ("$or", "$nor", "$and"):
        tests = [condition_test(item, depth + 1) for item in items(value)]
        if name == "$and":
            return lambda item: all(test(item) for test in tests)
        if not tests:  # an empty `$or` holds
            return lambda item: name == "$or"
        return lambda item: any(test(item) for test in tests) == (name == "$or")
    if name == "$not":
        inner = condition_test(value, depth + 1)
        return lambda item: not inner(item)
    path, test = tuple(name.split(".")), value_test(value, depth + 1)
    return lambda item: test(js.at(item, path))


def value_test(wanted: Json, depth: int = 0, *, ignore_case: bool = False) -> Test:
    """A test of a value by what stands beside its name: a value, or operators."""
    if is_operators(wanted):
        tests = [operator_test(name, operand, depth) for name, operand in wanted.items()]
        return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)
    if ignore_case and isinstance(wanted, str):
        lower = wanted.lower()
        return lambda value: js.text(value).lower() == lower
    return lambda value: _is(value, wanted)


def operator_test(name: str, operand: Json, depth: int = 0) -> Test:
    """A test by one operator under the SDK's name. An unknown one never holds."""
    if depth > MAX_NESTING:
        raise ValueError(f"conditions nest at most {MAX_NESTING} deep")
    if name == "$not":
        inner = value_test(operand, depth + 1)
        return lambda value: not inner(value)
    if name == "$exists":
        wanted_there = js.truthy(operand)
        return lambda value: (value is not None) is wanted_there
    if name in LISTS and not isinstance(operand, list):
        return _never
    if name in NEGATED:
        test = operator_test(NEGATED[name], operand, depth)
        return lambda value: not test(value)
    operator = _BY_SIGN.get(name)
    if operator is None:
        return _never
    if name in _ORDERED and is_odd(operand):
        raise ValueError("JavaScript makes no text of the operand")
    wanted = tuple(operand) if operator.takes == "any" else (operand,)
    prepared = _NESTED[name](wanted, depth) if name in _NESTED else operator.prepare(wanted)
    test_ = operator.test
    return lambda value: test_(value, prepared)


NEGATED = {
    "$ne": "$eq", "$nin": "$in", "$nini": "$ini", "$vne": "$veq", "$notInGroup": "$inGroup",
}  # fmt: skip
"""Operators that are the opposite of another, by the SDK's names."""

_ORDERED = frozenset({"$lt", "$lte", "$gt", "$gte"})

LISTS = frozenset({"$in", "$nin", "$ini", "$nini", "$all", "$alli", "$inGroup", "$notInGroup"})
"""Operators that never hold where their operand is no list."""


def _never(value: Any) -> bool:
    return False


# --- values -----------------------------------------------------------------------------------


def _one(values: Values) -> Json:
    return values[0]


def _is(value: Any, wanted: Json) -> bool:
    """A value beside a name: text is compared as text, numbers as numbers, and so on."""
    match js.kind(wanted):
        case "string":
            text = value if type(value) is str else js.text(value)
            return bool(text == wanted)
        case "number":
            return js.number(value) == js.double(wanted)
        case "boolean":
            return value is not None and js.truthy(value) is wanted
        case "null":
            return value is None
    return js.same_json(value, wanted)


def _not_less(one: Any, other: Any) -> bool:
    return js.less(one, other) is False


def _parsed(values: Values) -> Json:
    if not isinstance(values[0], str):
        raise ValueError("takes JSON as text")
    return json.loads(values[0])


# --- membership -------------------------------------------------------------------------------

_OBJECT = object()


def _scalar(value: Any) -> Any:
    """A hashable stand-in that is equal where `===` is. Arrays and objects equal nothing."""
    match js.kind(value):
        case "string":
            return str.__str__(value)
        case "number":
            return js.double(value)
        case "boolean":
            return ("boolean", value is True)
        case "null":
            return None
    return _OBJECT


def _lowered(value: Any) -> Any:
    scalar = _scalar(value)
    return scalar.lower() if isinstance(scalar, str) else scalar


def _members(key: Callable[[Any], Any]) -> Callable[[Values], frozenset[Any]]:
    return lambda values: frozenset(map(key, values)) - {_OBJECT}


def _among(key: Callable[[Any], Any]) -> Callable[[Any, frozenset[Any]], bool]:
    def among(value: Any, wanted: frozenset[Any]) -> bool:
        if js.kind(value) == "array":
            return any(key(item) in wanted for item in value)
        return key(value) in wanted

    return among


def _all(values: Values, depth: int = 0) -> tuple[Test, ...]:
    return tuple(value_test(v, depth + 1) for v in values)


def _alli(values: Values, depth: int = 0) -> tuple[Test, ...]:
    return tuple(value_test(v, depth + 1, ignore_case=True) for v in values)


def _has_all(value: Any, tests: tuple[Test, ...]) -> bool:
    return js.kind(value) == "array" and all(any(map(test, value)) for test in tests)


# --- arrays -----------------------------------------------------------------------------------


def _size(values: Values, depth: int = 0) -> Test:
    return value_test(values[0], depth + 1)


def _element(values: Values, depth: int = 0) -> Test:
    wanted = values[0]
    if is_operators(wanted):
        return value_test(wanted, depth + 1)
    return condition_test(wanted, depth + 1)


def _has_size(value: Any, test: Test) -> bool:
    return js.kind(value) == "array" and test(len(value))


def _has_element(value: Any, test: Test) -> bool:
    return js.kind(value) == "array" and any(item is not None and test(item) for item in value)


# --- text, versions, types --------------------------------------------------------------------


def _pattern(ignore_case: bool) -> Callable[[Values], Test | None]:
    def prepare(values: Values) -> Test | None:
        source = values[0]
        if not isinstance(source, str):
            return None
        try:
            return regex.search_of(source, ignore_case=ignore_case)
        except (regex.NotAPattern, PatternError):  # it never matches, as in the SDK
            return None

    return prepare


def _found(value: Any, search: Test | None) -> bool:
    try:
        return search is not None and search(js.text(value))
    except NoText:  # the SDK catches what is thrown here
        return False


def _version(test: Callable[[str, str], bool]) -> Callable[[Any, str], bool]:
    return lambda value, wanted: test(padded(value), wanted)


def _type(value: Any) -> str:
    of = js.kind(value)
    return "unknown" if of == "function" else of


def _path(values: Values) -> tuple[tuple[str, ...], Test]:
    """A path into an array or text, and what is asked of the value there."""
    if len(values) != 2 or not isinstance(values[0], str):
        raise ValueError("takes a path and a condition")
    return tuple(values[0].split(".")), value_test(values[1])


def _at_path(value: Any, wanted: tuple[tuple[str, ...], Test]) -> bool:
    path, test = wanted
    return test(js.at(value, path))


_IS = "({v} == {c} if type({c}) is str and type({v}) is str else {t}({v}, {c}))"
_EQ = "({v} == {c} if type({v}) is str and type({c}) is str else {t}({v}, {c}))"
_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"


def _compare(sign: str) -> str:
    # What is smaller in both arithmetics: whole numbers that a double holds exactly.
    plain = "type({v}) is int and type({c}) is int and -9007199254740992 < {v} < 9007199254740992"
    return f"({{v}} {sign} {{c}} if {plain} else {{t}}({{v}}, {{c}}))"


# fmt: off
_ALL = (
    Operator("growthbook.is", "one", _one, _is,
             "is this value, as JavaScript compares text, numbers and booleans", _IS),
    Operator("growthbook.json", "one", _parsed, js.same_json,
             "is this JSON, the order of members included"),
    Operator("growthbook.eq", "one", _one, js.identical,
             "is this value, of the same type", _EQ),
    Operator("growthbook.lt", "one", _one, lambda value, wanted: js.less(value, wanted) is True,
             "is less than this, as JavaScript compares", _compare("<")),
    Operator("growthbook.lte", "one", _one, lambda value, wanted: _not_less(wanted, value),
             "is less than or equal to this, as JavaScript compares", _compare("<=")),
    Operator("growthbook.gt", "one", _one, lambda value, wanted: js.less(wanted, value) is True,
             "is greater than this, as JavaScript compares", _compare(">")),
    Operator("growthbook.gte", "one", _one, _not_less,
             "is greater than or equal to this, as JavaScript compares", _compare(">=")),
    Operator("growthbook.veq", "one", lambda values: padded(values[0]),
             _version(lambda one, other: one == other), "is this version"),
    Operator("growthbook.vlt", "one", lambda values: padded(values[0]),
             _version(js.text_less), "is a version before this"),
    Operator("growthbook.vlte", "one", lambda values: padded(values[0]),
             _version(lambda one, other: not js.text_less(other, one)),
             "is this version or one before"),
    Operator("growthbook.vgt", "one", lambda values: padded(values[0]),
             _version(lambda one, other: js.text_less(other, one)), "is a version after this"),
    Operator("growthbook.vgte", "one", lambda values: padded(values[0]),
             _version(lambda one, other: not js.text_less(one, other)),
             "is this version or one after"),
    Operator("growthbook.in", "any", _members(_scalar), _among(_scalar),
             "is one of these, or a list that holds one of them", _IN),
    Operator("growthbook.ini", "any", _members(_lowered), _among(_lowered),
             "is one of these, or a list that holds one of them, case aside"),
    Operator("growthbook.all", "any", _all, _has_all,
             "list with an element for each of these"),
    Operator("growthbook.alli", "any", _alli, _has_all,
             "list with an element for each of these, case aside"),
    Operator("growthbook.size", "one", _size, _has_size, "list whose length is this"),
    Operator("growthbook.elem_match", "one", _element, _has_element,
             "list with an element of which this holds"),
    Operator("growthbook.exists", "none", lambda values: None,
             lambda value, _: value is not None, "is there and not null", "({v} is not None)"),
    Operator("growthbook.type", "one", _one,
             lambda value, wanted: type(wanted) is str and _type(value) == wanted,
             "is a string, number, boolean, array, object or null"),
    Operator("growthbook.regex", "one", _pattern(False), _found,
             "text in which this JavaScript pattern is found (linear time)"),
    Operator("growthbook.regexi", "one", _pattern(True), _found,
             "text in which this JavaScript pattern is found, case aside"),
    Operator("growthbook.at", "any", _path, _at_path,
             "what is at this path (of an element, or the length) fits this"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""GrowthBook's operators by name."""

SIGNS = {
    "$eq": "eq", "$lt": "lt", "$lte": "lte", "$gt": "gt", "$gte": "gte", "$veq": "veq",
    "$vlt": "vlt", "$vlte": "vlte", "$vgt": "vgt", "$vgte": "vgte", "$in": "in", "$ini": "ini",
    "$all": "all", "$alli": "alli", "$size": "size", "$elemMatch": "elem_match", "$type": "type",
    "$regex": "regex", "$regexi": "regexi",
}  # fmt: skip
"""From the SDK's operators to ours: those that take their operand as it is and negate nothing."""

_BY_SIGN = {sign: OPERATORS[f"growthbook.{name}"] for sign, name in SIGNS.items()}
_BY_SIGN |= {"$inGroup": _BY_SIGN["$in"], "$json": OPERATORS["growthbook.json"]}
_NESTED: dict[str, Callable[[Values, int], Any]] = {
    "$size": _size,
    "$elemMatch": _element,
    "$all": _all,
    "$alli": _alli,
}
