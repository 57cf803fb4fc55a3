"""What can be kept of a context, and in which form."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.keeping import MAX_BYTES, Unkept, kept_form
from yardarm.core.observed import PLACES


def test_equal_contexts_have_one_form() -> None:
    first = kept_form({"key": "7", "b": 1, "a": {"y": 1, "x": [1]}})
    second = kept_form({"kind": "user", "a": {"x": [1], "y": 1}, "b": 1, "key": 7})
    assert first == second
    assert first[1] == b'{"a":{"x":[1],"y":1},"b":1,"key":"7"}'
    assert 0 <= first[0] < PLACES


def test_a_place_is_of_all_keys_and_of_nothing_else() -> None:
    ann = kept_form({"key": "ann"})[0]
    assert kept_form({"key": "ann", "plan": "pro"})[0] == ann
    assert kept_form({"kind": "multi", "user": {"key": "ann"}})[0] == ann
    assert kept_form({"kind": "team", "key": "ann"})[0] != ann
    assert kept_form({"kind": "multi", "user": {"key": "ann"}, "team": {"key": "t"}})[0] != ann


def test_what_is_named_private_is_not_kept() -> None:
    hashed = {"sha256": "00"}
    given = {"key": "ann", "email": "a@b", "phone": hashed, "_private": ["phone", "email"]}
    assert kept_form(given)[1] == (
        b'{"_private":["email","phone"],"key":"ann","phone":{"sha256":"00"}}'
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "a context is an object"),
        ([{"key": "a"}], "a context is an object"),
        ({"plan": "pro"}, 'give it a "key"'),
        ({"key": ""}, 'give it a "key"'),
        ({"key": 1.5}, 'give it a "key"'),
        ({"key": "a", "_private": ["key"]}, 'give it a "key"'),
        ({"kind": "multi", "user": 3}, "object of attributes"),
        ({"kind": 3, "key": "a"}, "context kind"),
        ({"key": "a", "n": 2**53}, "/n: integer beyond"),
        ({"key": "a", "n": float("nan")}, "/n: NaN"),
        ({"key": "a\0"}, "/key: holds the character U+0000"),
        ({"key": "\ud800"}, "/key: holds a lone surrogate"),
        ({"key": "k" * 257}, "more than 256 characters"),
        ({"kind": "k" * 257, "key": "a"}, "more than 256 characters"),
        ({"key": "a", "text": "x" * MAX_BYTES}, "leave attributes out"),
        ({"key": "a", **{f"a{n}": n for n in range(10_000)}}, "leave attributes out"),
    ],
)
def test_what_cannot_be_kept(value: Any, words: str) -> None:
    with pytest.raises(Unkept) as raised:
        kept_form(value)
    assert words in str(raised.value)


def test_nesting_is_bounded() -> None:
    value: Any = 1
    for _ in range(15):
        value = [value]
    assert kept_form({"key": "a", "deep": value})
    with pytest.raises(Unkept, match="nested more than 16 levels"):
        kept_form({"key": "a", "deep": [value]})
