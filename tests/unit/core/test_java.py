"""Java's text and numbers."""

from __future__ import annotations

import pytest

from yardarm.core.java import (
    COMMA,
    SPACE_OR_COMMA,
    equals_ignore_case,
    is_blank,
    parse_int,
    split,
    trim,
)


def test_trim_takes_what_is_not_above_a_space() -> None:
    assert trim(" \t\x00a b\x1f\n") == "a b"
    assert trim("\u00a0a\u2003") == "\u00a0a\u2003"
    assert is_blank(None)
    assert is_blank(" \x1f")
    assert not is_blank("\u00a0")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("gradual", "GRADUAL", True), ("straße", "STRASSE", False), ("ſ", "S", True),
        ("K", "k", True), ("ı", "i", True), ("İ", "i", True), ("Σ", "ς", True), ("a", "ab", False),
        ("𐐀", "𐐨", False), ("𐐀", "𐐀", True), ("é", "É", True), ("é", "e", False), ("ᾳ", "ᾼ", True),
    ],
)  # fmt: skip
def test_equals_ignore_case(one: str, other: str, expected: bool) -> None:
    assert equals_ignore_case(one, other) is expected
    assert equals_ignore_case(other, one) is expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5), ("+5", 5), ("-5", -5), ("007", 7), ("٣", 3), ("2147483647", 2**31 - 1),
        ("-2147483648", -(2**31)), ("2147483648", None), ("", None), (None, None), (" 5", None),
        ("5.0", None), ("+", None), ("--5", None), ("1_0", None), ("²", None), ("9" * 9_999, None),
    ],
)  # fmt: skip
def test_parse_int(text: str | None, number: int | None) -> None:
    assert parse_int(text) == number


def test_split() -> None:
    assert split(" a, b ,,c ", COMMA) == ["a", "b", "c"]
    assert split("a b,\nc", SPACE_OR_COMMA) == ["a", "b", "c"]
    assert split("a\u00a0b", SPACE_OR_COMMA) == ["a\u00a0b"]
    assert split(None, COMMA) == split(" ", COMMA) == []
