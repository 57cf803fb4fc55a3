"""Building Flagsmith's documents: one content, written as either of its two forms.

The content is what the engine evaluates: features and segments as in an evaluation context. As an
environment document the same content carries database ids and other names.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

Json = Any

ENVIRONMENT = {"key": "n9fbf9h3v4fFgH3U3ngWhb", "name": "Production"}


def feature(name: str, key: str, enabled: bool, value: Json, **more: Json) -> Json:
    """A feature, or an override of one, as the engine has it."""
    return {"key": key, "name": name, "enabled": enabled, "value": value, **more}


def segment(key: str, name: str, rules: list[Json], overrides: list[Json]) -> Json:
    """A segment as the engine has it."""
    return {"key": key, "name": name, "rules": rules, "overrides": overrides}


def condition(operator: str, name: str, value: Json) -> Json:
    """One condition; `name` is a trait or a JSONPath."""
    return {"property": name, "operator": operator, "value": value}


def rule(kind: str, conditions: list[Json], rules: list[Json] | None = None) -> Json:
    """One rule with its conditions and rules."""
    return {"type": kind, "conditions": conditions, "rules": rules or []}


def engine_document(
    features: list[Json], segments: list[Json], environment: Json = ENVIRONMENT
) -> Json:
    """The evaluation context without its identity."""
    return {
        "environment": dict(environment),
        "features": {one["name"]: one for one in features},
        "segments": {one["key"]: one for one in segments},
    }


def environment_document(
    features: list[Json],
    segments: list[Json],
    environment: Json = ENVIRONMENT,
    identities: list[Json] | None = None,
) -> Json:
    """The document that the SDK fetches, of the same content.

    Keys that are no numbers become UUIDs, as for environments that the vendor keeps outside of its
    database. `identities` are `{"identifier", "overrides": [features]}`.
    """
    return {
        "id": 7,
        "api_key": environment["key"],
        "name": environment["name"],
        "updated_at": "2026-06-01T00:00:00.000000+00:00",
        "hide_disabled_flags": False,
        "project": {
            "id": 1,
            "name": "Shop",
            "organisation": {"id": 1, "name": "Shop", "feature_analytics": False},
            "hide_disabled_flags": False,
            "segments": [_segment(one) for one in segments],
        },
        "feature_states": [_feature_state(one) for one in features],
        "identity_overrides": [_identity(one) for one in identities or ()],
    }


def _segment(one: Json) -> Json:
    return {
        "id": int(one["key"]),
        "name": one["name"],
        "rules": [_rule(inner) for inner in one["rules"]],
        "feature_states": [_feature_state(override) for override in one["overrides"]],
    }


def _rule(one: Json) -> Json:
    return {
        "type": one["type"],
        "conditions": [
            {"property_": c["property"], "operator": c["operator"], "value": c["value"]}
            for c in one["conditions"]
        ],
        "rules": [_rule(inner) for inner in one["rules"]],
    }


def _identity(one: Json) -> Json:
    return {
        "identifier": one["identifier"],
        "identity_uuid": str(uuid.UUID(int=len(one["identifier"]) + 1)),
        "environment_api_key": ENVIRONMENT["key"],
        "identity_features": [_feature_state(override) for override in one["overrides"]],
    }


def _feature_state(one: Json) -> Json:
    made: Json = {
        "feature": {"id": _id(one["name"]), "name": one["name"], "type": "STANDARD"},
        "enabled": one["enabled"],
        "feature_state_value": one["value"],
        "featurestate_uuid": str(uuid.UUID(int=_id(one["name"]) << 64 | len(one["key"]))),
        "multivariate_feature_state_values": [_variant(v) for v in one.get("variants", ())],
        "feature_segment": None,
    }
    if one["key"].isdigit():
        made["django_id"] = int(one["key"])
    else:
        made["featurestate_uuid"] = one["key"]
    if "priority" in one:
        made["feature_segment"] = {"priority": one["priority"]}
    if one.get("variants"):
        made["feature"]["type"] = "MULTIVARIATE"
    return made


def _variant(one: Json) -> Json:
    option = {"value": one["value"]} | ({"key": one["key"]} if "key" in one else {})
    stored_outside = one["priority"] >= 1 << 64
    return {
        "id": None if stored_outside else one["priority"],
        "mv_fs_value_uuid": str(uuid.UUID(int=one["priority"])),
        "percentage_allocation": one["weight"],
        "multivariate_feature_option": option,
    }


def _id(name: str) -> int:
    return sum(ord(char) << (7 * at) for at, char in enumerate(name[:4]))


def variants(rng: random.Random) -> list[Json]:
    """One to four weighted values, in any order of priority, whole and broken percentages."""
    made = []
    for number in range(rng.randint(1, 4)):
        weight = rng.choice((0, 10, 20, 25.0, 30, 33.3, 12.5, 0.1, 50, 100))
        priority: int = rng.randint(1, 9)
        if rng.random() < 0.1:
            priority = rng.getrandbits(128) | 1 << 64
        one = {"value": rng.choice(("red", "", 7, True, 1.5, None, f"v{number}")), "weight": weight}
        one["priority"] = priority
        if rng.random() < 0.6:
            one["key"] = rng.choice(("blue", "green", f"arm-{number}"))
        made.append(one)
    return made
