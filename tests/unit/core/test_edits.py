"""Edits in words: each names what to put back, and says what a person did."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.codec import document_from_json
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
                    "Default rule: serves on to 10 % and off to 90 % instead of "
                    "on to 10 % and off to 90 %",
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
        ({}, {"description": "words"}, [("/description", "Another description")]),
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
