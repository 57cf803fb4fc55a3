"""Java's properties files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.dialects.togglz.properties import dump, load


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1\nb:2\nc 3\nd\ne=\n", {"a": "1", "b": "2", "c": "3", "d": "", "e": ""}),
        ("  a = 1 \n\t b\t=\t2", {"a": "1 ", "b": "2"}),
        ("# c\n! d\n\n  # e\na=1#2", {"a": "1#2"}),
        ("a=1\\\n   2\\\r\n3\rb=4", {"a": "123", "b": "4"}),
        ("a\\ b\\:c\\=d=x:y=z", {"a b:c=d": "x:y=z"}),
        ("a==1\nb= =2", {"a": "=1", "b": "=2"}),
        ("a=\\u00e9\\t\\q\\\\", {"a": "é\tq\\"}),
        ("a=\\uD83D\\uDE00", {"a": "😀"}),
        ("a=1\na=2", {"a": "2"}),
        ("# c\\\na=1", {"a": "1"}),
        ("a=\\\\\nb=2", {"a": "\\", "b": "2"}),
        ("a=b\\", {"a": "b"}),
        ("", {}),
    ],
)
def test_load(text: str, values: dict[str, str]) -> None:
    assert load(text) == values


@pytest.mark.parametrize("text", ["a=\\u00", "ok=1\n\nb=\\uXXXX"])
def test_a_malformed_escape(text: str) -> None:
    with pytest.raises(ValueError, match=r"line \d: "):
        load(text)


_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(st.dictionaries(_TEXTS, _TEXTS, max_size=5))
def test_what_is_dumped_is_loaded(values: dict[str, str]) -> None:
    text = dump(values)
    assert text.isascii()
    assert load(text) == values
