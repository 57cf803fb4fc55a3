"""Keys as identifiers, texts as literals."""

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.connect.python.names import USED, docstring, identifier, literal, unique

TEXT = st.text() | st.text(st.sampled_from("\"'\\\n\r\t{}%# a\x00\u2028\ud800"))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("new-search", "new_search"), ("newSearch", "newSearch"), ("a.b/c d", "a_b_c_d"),
        ("2fa", "flag_2fa"), ("class", "class_"), ("match", "match_"), ("None", "None_"),
        ("__init__", "init"), ("_private", "private"), ("--", "flag"), ("größe", "größe"),
        ("ﬁne", "fine"), ("新しい", "新しい"), ("a'; import os", "a___import_os"), ("😀", "flag"),
        ("property", "property_"), ("Final", "Final_"),
    ],
)  # fmt: skip
def test_a_key_becomes_an_identifier(key: str, name: str) -> None:
    assert identifier(key) == name


@given(st.text())
def test_every_identifier_can_be_an_attribute(key: str) -> None:
    name = identifier(key)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert name not in USED
    found = ast.parse(f"flags.{name}").body[0]
    assert isinstance(found, ast.Expr)
    assert isinstance(found.value, ast.Attribute)
    assert found.value.attr == name  # the interpreter normalises it no further


@given(st.sets(st.text(st.sampled_from("ab-_.A"), min_size=1), max_size=12))
def test_every_key_has_a_name_of_its_own(keys: set[str]) -> None:
    wanted = [(key, identifier(key)) for key in keys]
    names = unique(wanted)
    assert len(set(names.values())) == len(keys)
    assert unique(sorted(wanted)) == names


def test_the_key_that_is_the_very_name_keeps_it() -> None:
    names = unique((key, identifier(key)) for key in ("a_b", "a-b", "other"))
    assert names["a_b"] == "a_b"
    assert names["a-b"].startswith("a_b_")
    assert names["other"] == "other"
    sly = names["a-b"]  # a key that is called as another one would be
    names = unique((key, identifier(key)) for key in ("a_b", "a-b", sly))
    assert len(set(names.values())) == 3
    assert names[sly] == sly


@given(TEXT)
def test_a_literal_is_the_text(text: str) -> None:
    written = literal(text)
    assert "\n" not in written
    assert written.isprintable()
    assert ast.literal_eval(written) == text


@given(TEXT)
def test_a_docstring_is_one_string(text: str) -> None:
    (statement,) = ast.parse(f"def f():\n{docstring(text, '    ')}").body
    assert isinstance(statement, ast.FunctionDef)
    assert len(statement.body) == 1
    found = ast.get_docstring(statement)
    assert found is not None
    words = "".join(text.split())
    assert "".join(found.split()) == words
