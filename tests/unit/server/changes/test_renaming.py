"""Variants under other keys: everything that names them follows, and nobody is placed anew."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, flag_to_json, segment_to_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.errors import DocumentError
from yardarm.server.changes.errors import Refused
from yardarm.server.changes.renaming import renamed

SPLIT = {
    "split": {
        "by": ["key"],
        "arms": [{"variant": "new", "weight": 30_000}, {"variant": "old", "weight": 70_000}],
    }
}
ASKS = {"flag": "theme", "variants": ["new"]}
FLAGS: list[dict[str, Any]] = [
    {
        "key": "theme",
        "type": "string",
        "enabled": True,
        "variants": [{"key": "new", "value": "n"}, {"key": "old", "value": "o"}],
        "off": "old",
        "default": SPLIT,
        "targets": [{"variant": "new", "keys": ["ada"]}],
        "rules": [{"id": "r", "when": {"segment": "beta"}, "serve": "new"}],
    },
    {
        "key": "banner",
        "type": "boolean",
        "enabled": True,
        "variants": [{"key": "new", "value": True}, {"key": "off", "value": False}],
        "off": "off",
        "default": "off",
        "prerequisites": [ASKS],
        "rules": [{"id": "r", "when": {"all": [{"not": ASKS}]}, "serve": "new"}],
    },
]
SEGMENTS = [{"key": "themed", "when": {"any": [ASKS]}}, {"key": "beta", "when": {"all": []}}]


@pytest.fixture
def document() -> m.Document:
    return document_from_json({"flags": FLAGS, "segments": SEGMENTS, "version": 1, "epoch": "e"})


def test_everything_that_names_a_variant_follows(document: m.Document) -> None:
    after = renamed(document, document.flags["theme"], {"new": "2027"})
    theme = flag_to_json(after.flags["theme"])
    assert [variant["key"] for variant in theme["variants"]] == ["2027", "old"]
    assert (theme["off"], theme["targets"][0]["variant"]) == ("old", "2027")
    assert theme["rules"][0]["serve"] == "2027"
    assert [arm["variant"] for arm in theme["default"]["split"]["arms"]] == ["2027", "old"]
    banner = flag_to_json(after.flags["banner"])
    assert banner["prerequisites"][0]["variants"] == ["2027"]
    assert banner["rules"][0]["when"]["all"][0]["not"]["variants"] == ["2027"]
    # Another flag's variant of the same key is another variant.
    assert (banner["variants"][0]["key"], banner["rules"][0]["serve"]) == ("new", "new")
    assert segment_to_json(after.segments["themed"])["when"]["any"][0]["variants"] == ["2027"]
    assert after.segments["beta"] is document.segments["beta"]


def test_two_change_places_and_nobody_gets_another_value(document: m.Document) -> None:
    after = renamed(document, document.flags["theme"], {"new": "old", "old": "new"})
    for number in range(200):
        context = {"key": f"p{number}"}
        one, other = (
            evaluate(Program.of(side), "theme", context, "fallback") for side in (document, after)
        )
        assert one.value == other.value
        assert {one.variant, other.variant} == {"old", "new"}


@pytest.mark.parametrize(("renames", "pointer"), [
    ({"none": "x"}, "/flags/theme/renames/none"),
    ({"new": ""}, "/flags/theme/renames/new"),
    ({"new": 1}, "/flags/theme/renames/new"),
    ({"new": "old"}, "/flags/theme/renames"),
])  # fmt: skip
def test_what_does_not_fit(document: m.Document, renames: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DocumentError) as refused:
        renamed(document, document.flags["theme"], renames)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_formula_is_not_rewritten() -> None:
    theme = {**FLAGS[0], "rules": [], "default": {"logic": {"if": [True, "new", "old"]}}}
    document = document_from_json({"flags": [theme], "version": 1, "epoch": "e"})
    with pytest.raises(Refused, match="formula"):
        renamed(document, document.flags["theme"], {"new": "x"})
