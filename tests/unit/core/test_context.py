"""Contexts: what is read as one, and that reading it back gives the same."""

import copy
import pickle
from collections import OrderedDict
from typing import Any

import pytest

from yardarm.core.context import NOBODY, Context
from yardarm.errors import ContextError


def test_a_context_of_the_default_kind() -> None:
    context = Context("u", {"country": "NL"}, private=["country"])
    assert context.user == {"key": "u", "country": "NL"}
    assert context.kinds is None
    assert context.unit == "u"
    assert context.private == {"country"}


def test_a_context_of_another_kind_has_no_user() -> None:
    context = Context("acme", kind="organization")
    assert context.user is NOBODY
    assert context.kinds == {"organization": {"key": "acme"}}
    assert context.unit == "acme"


def test_several_kinds() -> None:
    context = Context.multi(
        Context("u", private=["a"]), Context("acme", kind="organization", private=["b"])
    )
    assert context.kinds == {"user": {"key": "u"}, "organization": {"key": "acme"}}
    assert context.user == {"key": "u"}
    assert context.unit == "u"
    assert context.private == {"a", "b"}
    with pytest.raises(ContextError, match="'user' is given twice"):
        Context.multi(Context("u"), Context("v"))


@pytest.mark.parametrize(("key", "read"), [
    ("u", "u"), (7, "7"), (-1, "-1"), (2**64 - 1, str(2**64 - 1)), ("", None), (None, None),
    (True, None), (1.0, None), (2**64, None), ([], None), (b"u", None),
])  # fmt: skip
def test_what_is_a_key(key: Any, read: str | None) -> None:
    assert Context.of({"key": key}).user.get("key") == read
    assert Context.of({"targetingKey": key}).user.get("key") == read
    assert Context(key).unit == read


def test_the_key_goes_before_the_targeting_key() -> None:
    assert Context.of({"key": "a", "targetingKey": "b"}).unit == "a"
    assert Context.of({"key": None, "targetingKey": "b"}).unit == "b"
    assert Context.of({"key": True, "targetingKey": "b"}).unit is None


@pytest.mark.parametrize("value", [
    {"key": "u", "a": {"b": [1]}}, {"kind": "organization", "key": "acme"}, {},
    {"kind": "multi", "user": {"key": "u"}, "device": {"key": "d", "os": "ios"}},
    {"kind": "multi", "device": {"key": "d"}}, {"key": "u", "_private": ["a", "b"]},
    {"kind": "multi", "user": {"key": "u", "kind": "vip"}}, {"kind": "multi"},
])  # fmt: skip
def test_json_leads_back(value: dict[str, Any]) -> None:
    context = Context.of(value)
    assert Context.of(context.to_json()) == context
    assert pickle.loads(pickle.dumps(context)) == context
    assert copy.deepcopy(context) == context


def test_an_attribute_called_kind_is_no_kind() -> None:
    context = Context("u", {"kind": "vip"})
    assert context.user == {"kind": "vip", "key": "u"}
    assert Context.of(context.to_json()) == context


def test_mappings_and_contexts_and_nothing_are_read() -> None:
    assert Context.of(OrderedDict(key="u")) == Context("u")
    context = Context("u")
    assert Context.of(context) is context
    assert Context.of(None) == Context()
    assert Context.of(None).unit is None


@pytest.mark.parametrize(("value", "message"), [
    ("u", "not str"), (7, "not int"), ([], "not list"), ({"kind": ""}, "non-empty name"),
    ({"kind": None}, "non-empty name"), ({"kind": "multi", "user": 1}, "needs an object"),
    ({"kind": "multi", "": {}}, "non-empty name"), ({"kind": "kind"}, "other than 'multi'"),
])  # fmt: skip
def test_what_is_no_context_says_why(value: Any, message: str) -> None:
    with pytest.raises(ContextError, match=message):
        Context.of(value)


def test_a_context_is_immutable_and_its_own() -> None:
    given = {"key": "u", "a": 1}
    context = Context.of(given)
    given["a"] = 2
    assert context.user["a"] == 1
    with pytest.raises(AttributeError, match="immutable"):
        context.user = {}
    with pytest.raises(TypeError):
        hash(context)
    assert context != "u"
    assert repr(context) == "Context({'key': 'u', 'a': 1})"


def test_private_names_that_are_none_are_left_out() -> None:
    assert Context.of({"_private": ["a", 1, None]}).private == {"a"}
    assert Context.of({"_private": "ab"}).private == frozenset()
