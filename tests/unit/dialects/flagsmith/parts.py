"""Small parts of Flagsmith's documents."""

from __future__ import annotations

from typing import Any

Json = Any


def state(name: str, enabled: bool = True, value: Json = None, **more: Json) -> Json:
    """A feature state of an environment document."""
    return {
        "feature": {"id": 1, "name": name, "type": "STANDARD"},
        "enabled": enabled,
        "feature_state_value": value,
        "django_id": 7,
        "multivariate_feature_state_values": [],
        **more,
    }


def condition(name: str, operator: str, value: Json) -> Json:
    """A condition of an environment document."""
    return {"property_": name, "operator": operator, "value": value}


def segment(number: int, rules: list[Json], *states: Json) -> Json:
    """A segment with rules, and the states that it overrides."""
    return {"id": number, "name": f"s{number}", "rules": rules, "feature_states": list(states)}


def all_of(*conditions: Json) -> list[Json]:
    """Rules that hold these conditions."""
    return [{"type": "ALL", "conditions": list(conditions), "rules": []}]


def arm(number: int, value: Json, weight: float, key: str | None = None) -> Json:
    """One of a multivariate feature's values."""
    option = {"value": value} | ({"key": key} if key else {})
    return {"id": number, "percentage_allocation": weight, "multivariate_feature_option": option}


def environment(*states: Json, segments: Json = (), individuals: Json = ()) -> Json:
    """An environment document."""
    return {
        "api_key": "env",
        "name": "Production",
        "updated_at": "2026-06-01T00:00:00+00:00",
        "feature_states": list(states),
        "project": {"id": 1, "name": "Shop", "segments": list(segments)},
        "identity_overrides": list(individuals),
    }


def individual(identifier: Json, *states: Json) -> Json:
    """What an identity overrides."""
    return {"identifier": identifier, "identity_features": list(states)}
