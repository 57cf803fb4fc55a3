"""How Flagsmith reads a value."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.traits import Identity, Late, scalar, shown, text_of, trait_value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"), ("", ""), ("7", 7), ("-7", -7), ("007", 7), ("-0", 0), ("1.0", 1.0),
        ("1.50", 1.5), ("1.", "1."), (".5", ".5"), ("1e3", "1e3"), ("+1", "+1"), (" 1", " 1"),
        ("1\n", "1\n"), ("٣", "٣"), ("1_0", "1_0"), (True, True), (None, None), (1.5, 1.5),
        ([], "[]"), (["a", 1, None, True, 1.5], "['a', 1, None, True, 1.5]"),
        ({"a": ["it's"]}, "{'a': [\"it's\"]}"), (object(), None), ([object()], None), ((1,), None),
        ("9" * 5_000, "9" * 5_000),
    ],
)  # fmt: skip
def test_a_value(value: Any, expected: Any) -> None:
    found = trait_value(value)
    assert found == expected
    assert type(found) is type(expected)


def test_an_identity_stands_for_its_identifier() -> None:
    assert trait_value(Identity("007", "k")) == 7
    assert trait_value(Identity(["a"], "k")) is None
    assert Identity("u", "k") == "u"
    assert Identity(None, "k") != "u"
    assert Identity("u", "k") in frozenset({"u", "v"})
    assert Identity(["a"], "k") not in frozenset({"u", "v"})
    assert Identity("u", 7).hashed == "7"
    assert repr(Identity("u", "k")) == "Identity('u', 'k')"


def test_what_is_late_is_looked_up() -> None:
    assert trait_value(Late(lambda: "7")) == 7


def test_lists_without_end_are_missing() -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    assert trait_value(deep) is None
    endless: list[Any] = []
    endless.append(endless)
    assert trait_value(endless) is None
    assert shown([10**5_000]) is None


def test_text() -> None:
    assert text_of(10**5_000) == ""
    assert text_of(1.0) == "1.0"
    assert scalar([1]) is None
    assert scalar(False) is False
