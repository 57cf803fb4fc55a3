"""Contexts fall on either side of what the rules ask for, and every one can be evaluated."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, find, given, settings
from tests.unit.testing.documents import DUTCH, FLAGS, ON_OFF

from yardarm import Client, Context
from yardarm.testing.strategies import contexts

NESTED = {"attribute": "/address/city", "op": "in", "values": ["Delft"]}
TEAM = {"attribute": "plan", "op": "equals", "values": ["pro"], "kind": "team"}
LATE = {"attribute": "now", "op": "gt", "values": [0], "kind": "$"}


def flag(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    numbered = [{"id": f"r{n}", "when": when, "serve": "on"} for n, when in enumerate(rules)]
    body = {"type": "boolean", "variants": ON_OFF, "enabled": True, "off": "off", "default": "off"}
    return {**body, "rules": numbered, **more}


WHOLE = {
    "flags": {
        **FLAGS,
        "nested": flag({"all": [NESTED, {"not": DUTCH}]}),
        "team": flag(TEAM),
        "late": flag(LATE),
        "listed": flag(targets=[{"variant": "on", "keys": ["ann"]}]),
    }
}


@given(contexts(WHOLE))
def test_every_context_is_one(context: dict[str, Any]) -> None:
    with Client.from_document(WHOLE) as client:
        Context.of(context)
        for key in ("checkout", "nested", "team", "listed", "late"):
            assert client.boolean_detail(key, context).error is None


def test_either_side_of_every_rule_is_found() -> None:
    with Client.from_document(WHOLE) as client:
        for key in ("checkout", "nested", "team", "listed"):
            for wanted in (True, False):
                found = find(
                    contexts(WHOLE),
                    lambda context, key=key, wanted=wanted: client.boolean(key, context) is wanted,
                    settings=settings(max_examples=20_000, suppress_health_check=list(HealthCheck)),
                )
                assert client.boolean(key, found) is wanted
