"""Unleash's contexts as attributes, and native contexts on imported toggles."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.unleash import parts

from yardarm import Client
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.unleash import DIALECT
from yardarm.dialects.unleash.attributes import (
    attribute_of,
    is_quotable,
    name_of,
    quoted,
    unquoted,
)
from yardarm.dialects.unleash.contexts import read_context

NOW = Ambient.at(1_654_041_600.5)
PRESENT = {"currentTime": "2022-06-01T00:00:00Z"}


def _attributes(context: Any) -> Any:
    found = read_context(context, NOW)
    return None if found is None else found[0]


@pytest.mark.parametrize("context", [None, {}, [], "", 0, False])
def test_nothing_is_an_empty_context(context: Any) -> None:
    assert _attributes(context) == PRESENT


@pytest.mark.parametrize(
    "context",
    [["x"], "x", 5, True, {"userId": float("nan")}, {"p": float("inf")}, {"a": "\ud800"},
     {"\udfff": "a"}, {"p": [{"q": "\ud800"}]}, {"properties": {"p": 10**400}}],
)  # fmt: skip
def test_what_the_engine_cannot_read(context: Any) -> None:
    assert _attributes(context) is None


@pytest.mark.parametrize(
    ("context", "attributes"),
    [
        ({"userId": "u", "sessionId": 5}, {"key": "u", "sessionId": 5}),
        ({"properties": {"userId": "u"}}, {"key": "u"}),
        ({"userId": "t", "properties": {"userId": "u"}}, {"key": "t"}),
        ({"userId": None, "properties": {"userId": "u"}}, {}),
        ({"userId": ["t"], "properties": {"userId": "u"}}, {}),
        ({"userId": ""}, {"key": ""}),
        ({"plan": "pro", "age": 5, "on": True, "tags": ["a"]}, {"plan": "pro"}),
        ({"properties": {"plan": "pro", "age": 5, "tags": ["a"], "no": None}},
         {"plan": "pro", "age": 5}),
        ({"plan": "top", "properties": {"plan": "pro"}}, {"plan": "top"}),
        ({"plan": 5, "properties": {"plan": "pro"}}, {"plan": "pro"}),
        ({"plan": None, "properties": {"plan": "pro"}}, {"plan": "pro"}),
        ({"properties": {"key": "k", "kind": "x", "properties": "p"}},
         {"properties": {"key": "k", "kind": "x", "properties": "p"}}),
        ({"properties": "text"}, {}),
        ({"properties": {"/a": "x", "": "y"}}, {"/a": "x", "": "y"}),
    ],
)  # fmt: skip
def test_attributes(context: Any, attributes: Any) -> None:
    assert _attributes(context) == {**PRESENT, **attributes}


def test_the_present_is_the_contexts() -> None:
    found = read_context({"currentTime": "2001-01-01T00:00:00Z"}, NOW)
    assert found is not None
    assert found[0] == {"currentTime": "2001-01-01T00:00:00Z"}
    assert found[1].now() == "2001-01-01T00:00:00Z"
    without = read_context({}, Ambient.at(None))
    assert without is not None
    assert without[0] == {}


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("userId", "key"), ("country", "country"), ("key", "/properties/key"),
        ("kind", "/properties/kind"), ("properties", "/properties/properties"), ("", "/"),
        ("/a/b", "/~1a~1b"), ("/~", "/~1~0"), ("a/b", "a/b"), ("é", "é"),
    ],
)  # fmt: skip
def test_names_and_attributes(name: str, attribute: str) -> None:
    assert attribute_of(name) == attribute
    assert name_of(attribute) == name


@pytest.mark.parametrize("attribute", ["/a/b", "/address/city", "properties", "/properties/x"])
def test_attributes_inside_of_others_have_no_name(attribute: str) -> None:
    assert name_of(attribute) is None


def test_quotes() -> None:
    assert [is_quotable(text) for text in ("a", 'a"b', 'a\\"b', "a\\", "a\\b", "")] == [
        True, False, True, False, True, True,
    ]  # fmt: skip
    assert unquoted('a\\"b') == 'a"b'
    assert quoted('a"b') == 'a\\"b'
    assert quoted("a\\") is None
    assert quoted('a\\"b') == 'a\\\\"b'


def test_native_contexts() -> None:
    """A caller of ours gives `key` and attributes, and is served as in Unleash."""
    constraints = [
        parts.constraint("country", "IN", {"values": ["NL"]}),
        parts.constraint("age", "NUM_GTE", {"value": "18"}),
    ]
    payload = {"type": "json", "value": '{"color": "blue"}'}
    own = [parts.variant("blue", 1, payload=payload)]
    document = parts.document([
        parts.toggle("adults", [parts.strategy(*constraints)]),
        parts.toggle("half", [parts.rollout("50", "default", "half")]),
        parts.toggle("look", [parts.strategy(*constraints)], variants=own),
        parts.toggle("later", [parts.strategy(
            parts.constraint("currentTime", "DATE_AFTER", {"value": "2001-01-01T00:00:00Z"}))]),
    ])  # fmt: skip
    read = DIALECT.read(document, {}).document
    assert DIALECT.evaluation is not None
    vendor = DIALECT.evaluation(document, {})
    with Client.from_document(read) as client:
        dutch = {"key": "u", "country": "NL", "age": 20}
        assert client.boolean("adults", dutch, False) is True
        assert client.boolean("adults", {**dutch, "age": 17}, False) is False
        assert client.boolean("adults", {**dutch, "age": "20"}, False) is True
        assert client.json("look", dutch, None) == {"color": "blue"}
        assert client.json("look", {"key": "u"}, "fallback") == "fallback"
        assert client.boolean("later", {}, False) is True
        for number in range(200):
            key = f"user-{number}"
            answer = vendor.answer(Asked("half", {"userId": key}), NOW).vendor["enabled"]
            assert client.boolean("half", {"key": key}, False) is answer
            assert client.boolean("half", {"sessionId": key}, False) is answer
