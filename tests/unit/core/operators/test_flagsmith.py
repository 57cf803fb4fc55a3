"""Flagsmith's operators: a table of what each says to attributes of every type."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from yardarm.core.operators import find, prepare
from yardarm.core.operators.python_pattern import from_python
from yardarm.core.traits import Identity, Late


class _Plan(StrEnum):
    PRO = "pro"


class _Foreign:
    def __repr__(self) -> str:
        raise RuntimeError("never asked")

    __str__ = __repr__


YES: list[tuple[str, Any, Any]] = [
    ("equal", "NL", "NL"),
    ("equal", _Plan.PRO, "pro"),
    ("equal", "007", "7"),
    ("equal", "1.00", "1"),
    ("equal", 1, 1.9),
    ("equal", True, "anything but false"),
    ("equal", False, "False"),
    ("equal", "None", None),
    ("equal", ["a", None], "['a', None]"),
    ("equal", {"a": 1}, "{'a': 1}"),
    ("equal", "1.2.3+x", "1.2.3+y:semver"),
    ("equal", Identity("u", "k"), "u"),
    ("equal", Late(lambda: "u"), "u"),
    ("not_equal", "a", "b"),
    ("not_equal", 1.5, "nan"),
    ("greater_than", "b", "a"),
    ("greater_than", 10, "9"),
    ("greater_than", "10.5", "9"),
    ("greater_than", "1.10.0", "1.9.0:semver"),
    ("greater_than", True, "false"),
    ("greater_than_inclusive", 4.5, "4.0"),
    ("less_than", "1.0.0-rc.2", "1.0.0-rc.10:semver"),
    ("less_than", False, "1"),
    ("less_than_inclusive", "2.1", "2.1"),
    ("contains", "abc", "b"),
    ("contains", "abc", ""),
    ("contains", "1.0.0-rc.1", "rc.1:semver"),
    ("contains", ["a"], "'a'"),
    ("not_contains", "abc", "x"),
    ("not_contains", "b", 1),
    ("regex", "1.2.3", r"\d"),
    ("regex", 12, r"\d+$"),
    ("regex", "12\n", r"\d+$"),
    ("regex", "٣", r"\d"),
    ("regex", "é", r"\w\Z"),
    ("regex", True, "True"),
    ("modulo", 35.0, "4|3"),
    ("modulo", "35", "4|3"),
    ("modulo", True, "2|1"),
    ("modulo", 5, "-3|-1"),
    ("in", "a", "a,b"),
    ("in", "", ""),
    ("in", 2, "1,2"),
    ("in", "2", ["2"]),
    ("in", "02", '["2", "x"]'),
    ("in", "None", "[1, null]"),
    ("in", "[1", '[1, "a"'),
    ("in", 1, [1]),
    ("is_set", "", ""),
    ("is_set", False, ""),
    ("is_not_set", None, ""),
    ("is_number", "7", ""),
    ("is_number", True, ""),
]
NO: list[tuple[str, Any, Any]] = [
    ("equal", None, "None"),
    ("equal", "nl", "NL"),
    ("equal", 1, "1.0"),
    ("equal", 1, "one"),
    ("equal", "a", 1),
    ("equal", "1.0", "1.0.0:semver"),
    ("equal", "v1.2.3", "1.2.3:semver"),
    ("equal", _Foreign(), "x"),
    ("equal", [_Foreign()], "x"),
    ("equal", 1.5, "1e400"),
    ("not_equal", None, "a"),
    ("not_equal", 1, "one"),
    ("not_equal", "x", "1.0.0:semver"),
    ("not_equal", "1.0.0", "x:semver"),
    ("greater_than", "10", "9.5"),
    ("greater_than", True, "x"),
    ("greater_than", None, "0"),
    ("less_than", 5, "nan"),
    ("contains", 123, "2"),
    ("contains", "1.0.0", "0:semver"),
    ("contains", "a1", 1),
    ("not_contains", 5, "a"),
    ("not_contains", None, "a"),
    ("regex", "za", "a"),
    ("regex", None, ""),
    ("modulo", "a", "2|0"),
    ("modulo", 3, "2|0"),
    ("modulo", 3, ""),
    ("modulo", 3, "2"),
    ("modulo", 3, "2|1|0"),
    ("modulo", 3, "nan|1"),
    ("modulo", 10**400, "3|1"),
    ("in", True, "True,true,1"),
    ("in", 1.5, ["1.5"]),
    ("in", None, "None"),
    ("in", "prem", "premium"),
    ("is_set", None, ""),
    ("is_set", _Foreign(), ""),
    ("is_not_set", 0, ""),
    ("is_number", "1e3", ""),
    ("unknown", "x", "x"),
]


def _asked(name: str, attribute: Any, value: Any) -> bool:
    operator = find(f"flagsmith.{name}")
    assert operator is not None
    return operator.test(attribute, prepare(f"flagsmith.{name}", (value,)))


@pytest.mark.parametrize(("name", "attribute", "value"), YES)
def test_yes(name: str, attribute: Any, value: Any) -> None:
    assert _asked(name, attribute, value) is True


@pytest.mark.parametrize(("name", "attribute", "value"), NO)
def test_no(name: str, attribute: Any, value: Any) -> None:
    assert _asked(name, attribute, value) is False


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("regex", "(", "closed"),
        ("regex", "(a)\\1", "linear"),
        ("modulo", "0|0", "zero"),
        ("modulo", 5, "text"),
        ("in", None, "list"),
        ("in", 5, "list"),
        ("in", "[" * 100_000, "deep"),
    ],
)
def test_values_at_which_the_engine_fails(name: str, value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        prepare(f"flagsmith.{name}", (value,))


@pytest.mark.parametrize("name", ["equal", "in", "regex", "contains", "not_contains", "modulo"])
def test_a_value_is_needed(name: str) -> None:
    with pytest.raises(ValueError, match="needs a value"):
        prepare(f"flagsmith.{name}", ())


def test_a_missing_attribute_that_the_document_knows() -> None:
    for name, attribute, expected in (
        ("equal", None, True),
        ("equal", "other", False),
        ("contains", None, True),
        ("in", None, True),
        ("is_set", None, True),
        ("is_not_set", None, False),
        ("regex", None, True),
        ("not_contains", None, False),
    ):
        operator = find(f"flagsmith.{name}")
        assert operator is not None
        prepared = prepare(operator.name, ("Production", {"else": "Production"}))
        assert operator.test(attribute, prepared) is expected, name


@pytest.mark.parametrize(
    ("pattern", "ours"),
    [
        (r"a\Z", r"a\z"),
        (r"a\\Z", r"a\\Z"),
        ("a{,5}", "a{0,5}"),
        ("a{,}", "a{0,}"),
        ("a{,x}", "a{,x}"),
        ("[]a]", r"[\]a]"),
        ("[^]a]", r"[^\]a]"),
        ("[[a]", r"[\[a]"),
        (r"[\]a]", r"[\]a]"),
        (r"[\b]", r"[\x08]"),
        (r"\a", r"\x07"),
        ("[a", "[a"),
        ("a\\", "a\\"),
    ],
)
def test_pythons_own_signs(pattern: str, ours: str) -> None:
    assert from_python(pattern) == ours


_LONG = 10**5000


FAILS: list[tuple[Any, tuple[Any, ...], bool]] = [
    ("9" * 5000, ("IS_SET",), True),
    ("-" + "9" * 5000, ("EQUAL", "1"), True),
    ("9" * 400, ("EQUAL", "1"), False),
    ([_LONG], ("IS_SET",), True),
    ({"a": [1]}, ("IS_SET",), False),
    (_LONG, ("IS_SET",), False),
    (_LONG, ("IN", "1"), True),
    (_LONG, ("REGEX", "1"), True),
    (_LONG, ("PERCENTAGE_SPLIT", "50"), True),
    (_LONG, ("PERCENTAGE_SPLIT", "x"), False),
    ("\ud800", ("PERCENTAGE_SPLIT", 50), True),
    ("\ud800", ("PERCENTAGE_SPLIT by key", 50), True),
    ("\ud800", ("PERCENTAGE_SPLIT by key", "x"), False),
    ("\ud800", ("EQUAL", "a"), False),
    (10**400, ("MODULO", "2|1"), True),
    ("9" * 400, ("MODULO", "2|1"), True),
    (10**308, ("MODULO", "2|1"), False),
    (10**400, ("MODULO", "2"), False),
    (5, ("EQUAL", float("inf")), True),
    (5.0, ("EQUAL", 10**400), True),
    (5, ("EQUAL", 10**400), False),
    (True, ("EQUAL", float("inf")), False),
    (None, ("MODULO", "2|1"), False),
    (_Foreign(), ("IN", "1"), False),
    (5, ([], "1"), False),
    (5, (), False),
]


@pytest.mark.parametrize("case", range(len(FAILS)))  # long numbers cannot name a test
def test_what_the_engine_fails_at(case: int) -> None:
    value, values, expected = FAILS[case]
    operator = find("flagsmith.fails")
    assert operator is not None
    assert operator.test(value, prepare("flagsmith.fails", values)) is expected
