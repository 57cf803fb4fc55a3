"""Writing features and segments in one of the two forms of a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...core.model import Json
from .states import WEAKEST, State


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what things are called in it, and how a state is written.

    `state(state, raw)` keeps of `raw` what the state does not say.
    """

    name: str
    overrides: str
    state: Callable[[State, Json], Json]
    property: str

    def name_of(self, raw: Json) -> str:
        """The name of the feature that a state is of."""
        found: Any = raw
        if self.name == "environment":
            found = raw.get("feature") if isinstance(raw, dict) else None
        return str(found.get("name", "")) if isinstance(found, dict) else ""

    def rules(self, rules: list[Json]) -> list[Json]:
        """Rules as this form has them."""
        return [
            {
                "type": rule["type"],
                "conditions": [
                    {
                        self.property: condition["property"],
                        "operator": condition["operator"],
                        "value": condition["value"],
                    }
                    for condition in rule["conditions"]
                ],
                "rules": self.rules(rule["rules"]),
            }
            for rule in rules
        ]


def _of_context(state: State, raw: Json) -> Json:
    made = dict(raw) if isinstance(raw, dict) else {}
    made |= {
        "key": state.key,
        "name": state.name,
        "enabled": state.enabled,
        "value": state.value,
    }
    for name in ("variants", "priority"):
        made.pop(name, None)
    if state.variations:
        made["variants"] = [
            {"value": one.value, "weight": one.weight, "priority": one.priority}
            | ({"key": one.key} if one.key is not None else {})
            for one in state.ordered
        ]
    if state.priority != WEAKEST:
        made["priority"] = state.priority
    return made


def _of_environment(state: State, raw: Json) -> Json:
    made = dict(raw) if isinstance(raw, dict) else {}
    feature = made.get("feature")
    kind = "MULTIVARIATE" if state.variations else "STANDARD"
    made |= {
        "feature": {"id": _number(state.key), "type": kind}
        | (feature if isinstance(feature, dict) else {})
        | {"name": state.name},
        "enabled": state.enabled,
        "feature_state_value": state.value,
        "multivariate_feature_state_values": [
            {
                "id": one.priority,
                "percentage_allocation": one.weight,
                "multivariate_feature_option": {"value": one.value}
                | ({"key": one.key} if one.key is not None else {}),
            }
            for one in state.ordered
        ],
        "feature_segment": None if state.priority == WEAKEST else {"priority": state.priority},
    }
    if state.key.isascii() and state.key.isdigit() and str(int(state.key)) == state.key:
        made["django_id"] = int(state.key)
    else:
        made.pop("django_id", None)
        made["featurestate_uuid"] = state.key
    return made


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0


CONTEXT = Form("context", "overrides", _of_context, "property")
ENVIRONMENT = Form("environment", "feature_states", _of_environment, "property_")


def form_named(name: Json) -> Form:
    """The form of this name; the environment document where there is no such form."""
    return CONTEXT if name == "context" else ENVIRONMENT
