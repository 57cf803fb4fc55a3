"""JSONPath: what is found, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.jsonpath import Members, PathError, PathSyntaxError, compile_path

DATA = {
    "name": "root",
    "o": {"a": 1, "b": "x", "é": "e", "it's": "quoted", "n": None, "t": True},
    "l": ["a", 2, [3, 4], {"leaf": "green", "w": 1.5}, None, "abc"],
    "deep": {"x": {"leaf": "red"}, "y": {"leaf": "blue", "more": [1]}},
}

FOUND: list[tuple[str, Any]] = [
    ("$.name", "root"),
    ("$.o.a", 1),
    ("$['o'][\"a\"]", 1),
    ("$.o['it\\'s']", "quoted"),
    ('$.o["\\u00e9"]', "e"),
    ("$.o.é", "e"),
    ("$ .o [ 'b' ]", "x"),
    ("$.o.n", None),
    ("$.l[0]", "a"),
    ("$.l[-1]", "abc"),
    ("$.l[2][1]", 4),
    ("$.l[1:2]", 2),
    ("$.l[::-1]", "abc"),
    ("$.l[:2 -1]", "abc"),
    ("$.l[*]", "a"),
    ("$.deep.*.leaf", "red"),
    ("$..leaf", "green"),
    ("$.deep..[?@ == 'blue']", "blue"),
    ("$.o['nothing', 'b']", "x"),
    ("$.l[9, 1]", 2),
    ("$.l[?@ == 'abc']", "abc"),
    ("$.l[?@ > 1]", 2),
    ("$.l[?@.leaf]['w']", 1.5),
    ("$.deep[?@.leaf == 'blue'].more[0]", 1),
    ("$.deep[?count(@.*) > 1].leaf", "blue"),
    ("$.l[?length(@) == 3]", "abc"),
    ("$.l[?match(@, 'a.*')]", "a"),
    ("$.l[?match(@, 'a.+')]", "abc"),
    ("$.l[?search(@, '[bc]')]", "abc"),
    ("$.deep[?value(@..leaf) == 'blue'].leaf", "blue"),
    ("$.o[?@ == $.l[1]]", None),
    ("$.o[?@ == $.o.b]", "x"),
    ("$.o[?!(@ == 1) && @ != 'x']", "e"),
    ("$.o[?(@ == 5 || @ == true) && 1 == 1.0]", True),
    ("$.nothing", None),
    ("$.name.more", None),
    ("$.l.a", None),
    ("$.o[0]", None),
    ("$.l[::0]", None),
]


@pytest.mark.parametrize(("path", "expected"), FOUND)
def test_what_is_found(path: str, expected: Any) -> None:
    found = compile_path(path).first(DATA)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "path",
    [
        "", "a", "$.", "$. a", "$.a ", "$.1", "$a", "$[", "$[]", "$['a", "$['a\\x']", "$['\\u12']",
        "$['\\ud800']", "$['\\u0001']", "$[01]", "$[-0]", "$[1,]", "$[?]", "$[?@.a", "$[?1]",
        "$[?@.a && 1]", "$[?01 == 1]", "$[?(@.a]", "$[?foo]", "$.a..", "$[?@.a = 1]", "$['a'b]",
        "$[?length(@.a, ) == ]", "$.𝒳",
    ],
)  # fmt: skip
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(PathSyntaxError):
        compile_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "$[9007199254740992]", "$[?foo(@)]", "$[?length(@)]", "$[?length(@.*) == 1]",
        "$[?match(@) ]", "$[?match(@, 'a') == true]", "$[?@.* == 1]", "$[?count(1) == 1]",
        "$[?1e400 == 1]", "$." + "a" * 1_000, "$[?" + "(" * 60 + "@.a" + ")" * 60 + "]",
    ],
)  # fmt: skip
def test_what_makes_no_sense(path: str) -> None:
    with pytest.raises(PathError) as refused:
        compile_path(path)
    assert not isinstance(refused.value, PathSyntaxError)


def test_a_slice_whose_second_colon_is_left_out() -> None:
    """The library of Flagsmith's engine reads it so."""
    assert compile_path("$.l[5:0 -2]").first(DATA) == "abc"


def test_only_names_after_a_filter_among_arguments() -> None:
    assert compile_path("$[?count(@[?@.a, 'b']) > 0]")
    with pytest.raises(PathSyntaxError):
        compile_path("$[?count(@[?@.a, 0]) > 0]")


def test_members_that_are_made_when_asked_for() -> None:
    class Made(Members):
        def member(self, name: str) -> Any:
            return {"enabled": name == "on"}

    root = {"flags": Made()}
    assert compile_path("$.flags.on.enabled").first(root) is True
    assert compile_path("$.flags.off.enabled").first(root) is False
    assert compile_path("$.flags.*").first(root) is None


def test_data_without_end() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    assert compile_path("$..nothing").first(endless) is None
    assert compile_path("$..again").first(endless) is endless


@pytest.mark.parametrize("data", [None, 5, "x", object(), [object()], {"a": object()}])
def test_foreign_data(data: Any) -> None:
    for path in ("$.a.b", "$..a", "$[?@.a]", "$[?length(@) > 0]", "$[?@ < 1]"):
        compile_path(path).first(data)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a.c", "abc", True), ("a.c", "a\nc", False), ("[a-c]+", "abca", True), ("a|b", "b", True),
        ("(ab){2}", "abab", True), ("\\.", ".", True), ("\\d", "1", False), ("a{2,}", "aaa", True),
        ("[^a]", "b", True), ("a**", "a", False), ("(", "(", False), ("[]", "x", False),
        ("a\\$", "a$", False), ("\\p{Lu}", "A", False),
    ],
)  # fmt: skip
def test_patterns(pattern: str, text: str, expected: bool) -> None:
    written = pattern.replace("\\", "\\\\")
    path = compile_path(f"$[?match(@, '{written}')]")
    assert (path.first([text]) is not None) is expected
    asked = compile_path("$.texts[?match(@, $.pattern)]")
    assert (asked.first({"texts": [text], "pattern": pattern}) is not None) is expected


def test_a_pattern_that_is_no_text() -> None:
    assert (
        compile_path("$.texts[?match(@, $.pattern)]").first({"texts": ["a"], "pattern": [1]})
        is None
    )
