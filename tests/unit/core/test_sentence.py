"""One plain sentence per flag."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.codec import flag_from_json
from yardarm.core.sentence import sentence

NL = {"attribute": "country", "op": "in", "values": ["NZ", "AU"]}
PRO = {"attribute": "plan", "op": "equals", "values": ["pro"]}


def split(on: int, **more: Any) -> dict[str, Any]:
    arms = [{"variant": "on", "weight": on}, {"variant": "off", "weight": 100_000 - on}]
    return {"split": {"arms": arms, **more}}


def said(**fields: Any) -> str:
    flag = flag_from_json({
        "key": "a", "type": "boolean", "enabled": True, "off": "off", "default": "off",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}], **fields,
    })  # fmt: skip
    return "".join(part.text for part in sentence(flag))


def rule(when: Any, serve: Any, **more: Any) -> dict[str, Any]:
    return {"id": f"r{id(when)}", "when": when, "serve": serve, **more}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"default": "on"}, "Serves on to everyone."),
        ({"default": None}, "Serves the fallback in code to everyone."),
        ({"enabled": False}, "Switched off: serves off to everyone."),
        ({"enabled": False, "off": None},
         "Switched off: serves the fallback in code to everyone."),
        ({"archived_at": "2026-01-01T00:00:00Z"}, "Archived: everyone gets the fallback in code."),
        ({"default": split(10_000)}, "Serves on to 10 % and off to 90 % of everyone."),
        ({"rules": [rule({"segment": "staff"}, "on"), rule(NL, split(12_500))]},
         "Serves on to segment staff and on to 12.5 % of those whose country is NZ or AU; "
         "everyone else gets off."),
        ({"rules": [rule({"segment": "staff"}, "on"), rule(PRO, "on")]},
         "Serves on to segment staff and those whose plan is pro; everyone else gets off."),
        ({"rules": [rule(PRO, "on", paused=True)]}, "Serves off to everyone."),
        ({"rules": [rule(PRO, "on")], "default": split(5_000)},
         "Serves on to those whose plan is pro; on to 5 % and off to 95 % of everyone else."),
        ({"targets": [{"variant": "on", "keys": ["x"]}]},
         "Serves on to 1 named key; everyone else gets off."),
        ({"prerequisites": [{"flag": "payments", "variants": ["on"]}], "default": "on"},
         "Where payments is on: serves on to everyone."),
        ({"rules": [rule({"all": [NL, PRO]}, "on")]},
         "Serves on to those whose country is NZ or AU and plan is pro; everyone else gets off."),
        ({"rules": [rule({"all": [{"any": [NL, PRO]}, {"not": PRO}]}, "on")]},
         "Serves on to (country is NZ or AU or plan is pro) and all but those whose plan is pro; "
         "everyone else gets off."),
        ({"rules": [rule({"all": [NL, PRO, NL, PRO]}, "on", name="Long one")]},
         "Serves on to “Long one”; everyone else gets off."),
        ({"rules": [rule({"all": [NL, PRO, NL, PRO]}, "on")]},
         "Serves on to rule 1; everyone else gets off."),
        ({"rules": [rule({**NL, "values": ["A", "B", "C", "D", "E"]}, "on")]},
         "Serves on to those whose country is A, B, C or 2 more; everyone else gets off."),
        ({"rules": [rule({"flag": "b", "variants": ["on"]}, "on")]},
         "Serves on to those to whom b serves on; everyone else gets off."),
        ({"rules": [rule({"attribute": "seats", "op": "gte", "values": [10], "kind": "team"},
                         "on")]},
         "Serves on to those whose team seats is at least 10; everyone else gets off."),
    ],
)  # fmt: skip
def test_the_sentence(fields: dict[str, Any], expected: str) -> None:
    assert said(**fields) == expected


def test_what_is_named_is_marked() -> None:
    flag = flag_from_json({
        "key": "a", "type": "boolean", "enabled": True, "off": "off", "default": "off",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
        "rules": [rule({"segment": "staff"}, "on")],
    })  # fmt: skip
    assert [(part.kind, part.text) for part in sentence(flag)] == [
        ("text", "Serves "), ("variant", "on"), ("text", " to "), ("text", "segment "),
        ("segment", "staff"), ("text", "; everyone else gets "), ("variant", "off"), ("text", "."),
    ]  # fmt: skip
