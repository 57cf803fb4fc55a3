"""Edits in words: each names what to put back, says what a person did, and none is missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import generate

from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.edits import edits
from yardarm.core.model import Document

VARIANTS = [{"key": key, "value": key} for key in ("on", "off", "blue")]
NL = {"attribute": "country", "op": "in", "values": ["NL"]}
BE = {"attribute": "country", "op": "in", "values": ["BE"]}
DUTCH = {"id": "d", "name": "Dutch", "when": NL, "serve": "on"}
ALL = {"id": "e", "when": {"always": True}, "serve": "off"}


def split(*arms: tuple[str, int], **more: Any) -> dict[str, Any]:
    made = [{"variant": variant, "weight": weight * 1000} for variant, weight in arms]
    return {"split": {"arms": made, **more}}


def document(**fields: Any) -> Document:
    flag = {"type": "string", "variants": VARIANTS, "enabled": True, "off": "off", **fields}
    return document_from_json({"flags": {"nav": flag}})


def told(before: Document, after: Document) -> list[tuple[str, str]]:
    found = [edit.to_json() for edit in edits(before, after)]
    return [(e["pointer"], "".join(part["text"] for part in e["words"])) for e in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"enabled": False}, [("/enabled", "Switched off")]),
        (
            {},
            {"off": None},
            [("/off", "While switched off it serves the fallback in code instead of off")],
        ),
        (
            {"default": "off"},
            {"default": "on"},
            [("/default", "Default rule: serves on instead of off")],
        ),
        (
            {"default": split(("on", 10), ("off", 90))},
            {"default": split(("on", 25), ("off", 75))},
            [("/default", "Default rule: on from 10 % to 25 %")],
        ),
        (
            {"default": split(("off", 90), ("on", 10))},
            {"default": split(("off", 75), ("on", 25))},
            [("/default", "Default rule: on from 10 % to 25 %")],
        ),
        (
            {"default": split(("on", 10), ("off", 80), ("blue", 10))},
            {"default": split(("on", 20), ("off", 60), ("blue", 20))},
            [
                (
                    "/default",
                    "Default rule: on from 10 % to 20 %, off from 80 % to 60 % and "
                    "blue from 10 % to 20 %",
                )
            ],
        ),
        (
            {"default": split(("on", 10), ("off", 90))},
            {"default": split(("on", 10), ("off", 90), seed="other")},
            [
                (
                    "/default",
                    "Default rule: serves the same to others: units are placed anew",
                )
            ],
        ),
        (
            {"rules": [DUTCH]},
            {"rules": [{**DUTCH, "when": BE, "paused": True, "name": "Belgians"}]},
            [
                (
                    "/rules/d/when",
                    "Rule 1 Belgians: is for those whose country is BE instead of "
                    "those whose country is NL",
                ),
                ("/rules/d/paused", "Rule 1 Belgians is paused"),
                ("/rules/d/name", "Rule 1 Belgians was called Dutch"),
            ],
        ),
        (
            {"rules": [DUTCH, ALL]},
            {"rules": [ALL, DUTCH, {"id": "n", "when": BE, "serve": "blue"}]},
            [
                ("/rules/n", "Rule 3 is added: blue to those whose country is BE"),
                ("/rules/order", "The order of the rules: 2 then 1"),
            ],
        ),
        ({"rules": [DUTCH]}, {"rules": []}, [("/rules/d", "Rule 1 Dutch is removed")]),
        (
            {"targets": [{"variant": "on", "keys": ["a", "b"]}]},
            {"targets": [{"variant": "on", "keys": ["a", "c", "d"]}]},
            [("/targets", "Targets: c and d gain on and b loses on")],
        ),
        (
            {},
            {"prerequisites": [{"flag": "paid", "variants": ["on", "trial"]}]},
            [("/prerequisites", "Needs paid to serve on or trial")],
        ),
        (
            {},
            {"prerequisites": [{"flag": "paid", "variants": [], "enabled": True}]},
            [("/prerequisites", "Needs paid to be on")],
        ),
        (
            {"owner": "ann"},
            {"description": "words", "owner": "bob"},
            [
                ("/description", "Description: words instead of nothing"),
                ("/owner", "Owner: bob instead of ann"),
            ],
        ),
        (
            {"tags": ["old"]},
            {"tags": ["web", "shop"], "expires_at": "2027-03-01T00:00:00Z"},
            [
                ("/expires_at", "Expires: 2027-03-01T00:00:00Z instead of nothing"),
                ("/tags", "Tags: web, shop instead of old"),
            ],
        ),
        ({}, {"archived_at": "2027-03-01T00:00:00Z"}, [("/archived_at", "Archived")]),
        (
            {},
            {
                "variants": [
                    {"key": "on", "value": "ON"},
                    {"key": "off", "value": "off", "description": "none"},
                    {"key": "red", "value": "red"},
                ]
            },
            [
                (
                    "/variants",
                    "Variants: on is ON instead of on, off is described otherwise, "
                    "red is added and blue is removed",
                )
            ],
        ),
        ({}, {"variants": VARIANTS[::-1]}, [("/variants", "Variants: in another order")]),
        (
            {"rules": [{**DUTCH, "when": {**NL, "values": [*"abcde"]}}]},
            {"rules": [{**DUTCH, "when": {**NL, "values": [*"abcfg"]}}]},
            [("/rules/d/when", "Rule 1 Dutch: country gains f and g and loses d and e")],
        ),
        (
            {"rules": [{**DUTCH, "when": {"logic": {"==": [1, 1]}}}]},
            {"rules": [{**DUTCH, "when": {"logic": {"==": [1, 2]}}}]},
            [("/rules/d/when", "Rule 1 Dutch: asks for others, of whom the same is to be said")],
        ),
        ({}, {}, []),
    ],
)
def test_a_flag(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(document(**before), document(**after)) == expected


def test_a_segment_and_what_comes_and_goes() -> None:
    def having(**segments: Any) -> Document:
        return document_from_json({"segments": segments})

    before = having(beta={"included": [{"keys": ["a", "b"]}]}, old={"when": NL})
    after = having(beta={"included": [{"keys": ["b", "c", "d"]}], "when": NL}, new={"when": NL})
    assert told(before, after) == [
        ("/when", "has those whose country is NL"),
        ("/included", "included: 2 keys more, 1 fewer"),
        ("", "is new"),
        ("", "is removed"),
    ]


def test_values_are_equal_as_json_is() -> None:
    def having(value: Any) -> Document:
        return document_from_json(
            {"flags": {"f": {"type": "json", "variants": [{"key": "v", "value": value}]}}}
        )

    assert [pointer for pointer, _ in told(having([1]), having([True]))] == ["/variants"]
    assert [pointer for pointer, _ in told(having(1), having(1.0))] == ["/variants"]
    assert told(having({"a": 1, "b": 2}), having({"b": 2, "a": 1})) == []
    one = document(rules=[{**DUTCH, "when": {**NL, "values": [1]}}])
    other = document(rules=[{**DUTCH, "when": {**NL, "values": [True]}}])
    assert [pointer for pointer, _ in told(one, other)] == ["/rules/d/when"]


def test_rules_that_cannot_be_told_apart_and_long_values() -> None:
    assert told(document(rules=[DUTCH, DUTCH]), document(rules=[DUTCH])) == [
        ("/rules", "Other rules")
    ]
    ((pointer, words),) = told(document(), document(description="x" * 500))
    assert pointer == "/description"
    assert len(words) < 150


def test_versions_say_when_not_what() -> None:
    before = document()
    flag = replace(before.flags["nav"], version=7)
    assert edits(before, replace(before, flags={"nav": flag}, version=8)) == []


@settings(max_examples=40, deadline=None)
@given(generate.documents(3, 2), generate.documents(3, 2))
def test_nothing_that_differs_is_missed(one: Document, other: Document) -> None:
    assert edits(one, document_from_json(document_to_json(one))) == []
    contents = [
        (document_to_json(d)["flags"], document_to_json(d)["segments"]) for d in (one, other)
    ]
    for flags, segments in contents:
        for entry in (*flags.values(), *segments.values()):
            entry.pop("version", None)
    assert bool(edits(one, other)) == (repr(contents[0]) != repr(contents[1]))


@settings(max_examples=30, deadline=None)
@given(generate.documents(3, 2), st.randoms())
def test_pointers_lead_to_what_is_edited(made: Document, rng: Any) -> None:
    key = rng.choice(list(made.flags))
    changed = replace(made.flags[key], enabled=not made.flags[key].enabled, name="another")
    after = replace(made, flags={**made.flags, key: changed})
    assert {(e.key, e.pointer) for e in edits(made, after)} == {(key, "/enabled"), (key, "/name")}
