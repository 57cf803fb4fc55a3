"""LaunchDarkly's contexts and legacy users as ours."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.dialects.launchdarkly.contexts import read_context

Json = Any


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({"kind": "user", "key": "a", "x": 1}, {"user": {"key": "a", "x": 1}}),
        ({"kind": "org", "key": "a", "x": None}, {"org": {"key": "a"}}),
        ({"kind": "user", "key": "a", "name": None, "anonymous": True},
         {"user": {"key": "a", "anonymous": True}}),
        ({"kind": "multi", "user": {"key": "a"}, "org": {"key": "b"}},
         {"user": {"key": "a"}, "org": {"key": "b"}}),
        ({"kind": "multi", "user": {"key": "a", "kind": "team"}}, {"team": {"key": "a"}}),
        ({"key": ""}, {"user": {"key": ""}}),
        ({"key": "a", "email": "e", "custom": {"x": [1], "key": "z", "y": None}, "z": 1},
         {"user": {"key": "a", "email": "e", "x": [1]}}),
        ({"key": "a", "anonymous": None, "name": "n"}, {"user": {"key": "a", "name": "n"}}),
    ],
)  # fmt: skip
def test_kinds(given: Json, kinds: Json) -> None:
    context = read_context(given)
    assert context is not None
    assert context.by_kind() == kinds


@pytest.mark.parametrize(
    "given",
    [
        None, [], "a", {}, {"kind": "user"}, {"kind": "user", "key": ""}, {"kind": 1, "key": "a"},
        {"kind": "multi"}, {"kind": "kind", "key": "a"}, {"kind": "a b", "key": "a"},
        {"kind": "user", "key": "a", "name": 5}, {"kind": "user", "key": "a", "anonymous": None},
        {"kind": "multi", "user": {"key": "a"}, "org": {"key": "b", "kind": "user"}},
        {"kind": "user", "key": "a", "": 1}, {"kind": "user", "key": "a", "_meta": []},
        {"key": 1}, {"key": "a", "custom": []}, {"key": "a", "email": 5}, {"custom": {}},
    ],
)  # fmt: skip
def test_what_the_sdk_refuses(given: Json) -> None:
    assert read_context(given) is None


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "user", "key": "a", "_meta": {"privateAttributes": ["x", "/y/z", "/a~1b"]}},
        {"key": "a", "privateAttributeNames": ["x", "y", "a/b"]},
    ],
)
def test_private_attributes_stay_private(given: Json) -> None:
    context = read_context(given)
    assert context is not None
    assert context.private == {"x", "y", "a/b"}
