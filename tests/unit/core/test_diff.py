"""What differs, where, and in words that a person reads."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import generate
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.diff import Difference, diff

BASE = boolean(
    rules=[rule({"always": True}, key="a"), rule(clause("c", "equals", "NL"), key="b/1")],
    metadata={"x": 1},
)


def between(**changes: Any) -> list[Difference]:
    return diff(document({"f": BASE}), document({"f": {**BASE, **changes}}))


@pytest.mark.parametrize(("changes", "pointer", "words"), [
    ({"enabled": False}, "/enabled", "flag 'f': switched off"),
    ({"default": "off"}, "/default", "flag 'f': default changes from 'on' to 'off'"),
    ({"off": None}, "/off", "flag 'f': off is removed"),
    ({"name": "New"}, "/name", "flag 'f': name is set to 'New'"),
    ({"metadata": {"x": 2}}, "/metadata/x", "flag 'f': metadata x changes from 1 to 2"),
    ({"metadata": {"x": True}}, "/metadata/x", "flag 'f': metadata x changes from 1 to True"),
    ({"rules": BASE["rules"][:1]}, "/rules/b~11", "flag 'f': rule 'b/1' is removed"),
    ({"rules": [*BASE["rules"], rule({"always": True}, key="c")]}, "/rules/c",
    "flag 'f': rule 'c' is added"),
    ({"rules": BASE["rules"][::-1]}, "/rules/order",
     "flag 'f': the order of the rules changes from ['a', 'b/1'] to ['b/1', 'a']"),
    ({"rules": [{**BASE["rules"][0], "serve": "on"}, BASE["rules"][1]]}, "/rules/a/serve",
     "flag 'f': rule 'a' serve changes from 'off' to 'on'"),
    ({"default": split(("on", 100_000))}, "/default",
     "flag 'f': default changes from 'on' to "
     "{'split': {'arms': [{'variant': 'on', 'weight': 100000}]}}"),
])  # fmt: skip
def test_one_change_is_one_difference(changes: dict[str, Any], pointer: str, words: str) -> None:
    (found,) = between(**changes)
    assert (found.kind, found.key, found.pointer) == ("flag", "f", pointer)
    assert found.words == words


def test_added_and_removed() -> None:
    before, after = document({"a": boolean()}, {"s": {}}), document({"b": boolean()}, {"t": {}})
    found = diff(before, after)
    assert [(d.kind, d.key, d.words) for d in found] == [
        ("flag", "a", "flag 'a' is removed"), ("flag", "b", "flag 'b' is added"),
        ("segment", "s", "segment 's' is removed"), ("segment", "t", "segment 't' is added"),
    ]  # fmt: skip
    assert found[0].after is None
    assert found[1].before is None
    assert found[1].to_json()["after"]["key"] == "b"


def test_versions_say_when_not_what() -> None:
    before = document({"f": boolean()})
    flag = replace(before.flags["f"], version=7)
    assert diff(before, replace(before, flags={"f": flag}, version=8)) == []


def test_true_is_not_one_in_a_value() -> None:
    def with_value(value: Any) -> m.Document:
        return document({"f": {"type": "json", "variants": [{"key": "v", "value": value}]}})

    assert len(diff(with_value([1]), with_value([True]))) == 1
    assert len(diff(with_value(1), with_value(1.0))) == 1
    assert diff(with_value({"a": 1, "b": 2}), with_value({"b": 2, "a": 1})) == []


@pytest.mark.parametrize("origin", [
    {"rules": [{"id": 7, "x": 1}]}, {"rules": [{"id": [1]}, {"id": [1]}]}, {"list": [{"id": None}]},
])  # fmt: skip
def test_foreign_data_with_ids_of_any_type(origin: Any) -> None:
    changed = {"rules": [{"id": 7, "x": 2}]}
    (found,) = diff(
        document({"f": boolean(origin=origin)}), document({"f": boolean(origin=changed)})
    )[:1]
    assert found.pointer.startswith("/origin")


def test_long_values_are_cut_in_words_only() -> None:
    (found,) = between(description="x" * 500)
    assert len(found.words) < 150
    assert found.after == "x" * 500


@settings(max_examples=40, deadline=None)
@given(generate.documents(3, 2), generate.documents(3, 2))
def test_nothing_that_differs_is_missed(one: m.Document, other: m.Document) -> None:
    assert diff(one, document_from_json(document_to_json(one))) == []
    contents = [
        (document_to_json(d)["flags"], document_to_json(d)["segments"]) for d in (one, other)
    ]
    for flags, segments in contents:
        for entry in (*flags.values(), *segments.values()):
            entry.pop("version", None)
    assert bool(diff(one, other)) == (repr(contents[0]) != repr(contents[1]))


@settings(max_examples=30, deadline=None)
@given(generate.documents(3, 2), st.randoms())
def test_pointers_lead_to_what_differs(made: m.Document, rng: Any) -> None:
    key = rng.choice(list(made.flags))
    changed = replace(made.flags[key], enabled=not made.flags[key].enabled, name="another")
    after = replace(made, flags={**made.flags, key: changed})
    assert {(d.key, d.pointer) for d in diff(made, after)} == {(key, "/enabled"), (key, "/name")}
