"""An environment document as the evaluation context that the SDK makes of it.

Only documents with a path such as `$.features.…` need it: a path may ask for any part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.model import Json
from .notes import Malformed
from .states import WEAKEST, State, listed

if TYPE_CHECKING:
    from .source import Source


def to_context(source: Source) -> dict[str, Json]:
    """The evaluation context, without an identity. Parts that cannot be read are left out.

    The SDK gives segments of identity overrides keys that differ from process to process; here
    they are not among the segments.
    """
    return {
        "environment": dict(source.environment),
        "features": {
            name: feature(source.read_state(part.raw)) for name, part in source.features.items()
        },
        "segments": {key: _segment(source, key) for key in source.segments},
    }


def feature(state: State) -> dict[str, Json]:
    """A state as a feature of the context."""
    made: dict[str, Json] = {
        "key": state.key,
        "name": state.name,
        "enabled": state.enabled,
        "value": state.value,
        "metadata": state.metadata,
    }
    if state.variations:
        made["variants"] = [
            {"value": one.value, "weight": one.weight, "priority": one.priority}
            | ({"key": one.key} if one.key is not None else {})
            for one in state.variations
        ]
    if state.priority != WEAKEST:
        made["priority"] = state.priority
    return made


def _segment(source: Source, key: str) -> dict[str, Json]:
    raw = source.segments[key].raw
    overrides = []
    for one in listed(raw, "feature_states"):
        try:
            overrides.append(feature(source.read_state(one)))
        except Malformed:
            continue
    return {
        "key": key,
        "name": raw.get("name"),
        "rules": [_rule(rule) for rule in listed(raw, "rules")],
        "overrides": overrides,
        "metadata": {"id": raw.get("id"), "source": "api"},
    }


def _rule(raw: Json, depth: int = 0) -> Json:
    if not isinstance(raw, dict) or depth > 50:
        return None
    return {
        "type": raw.get("type"),
        "conditions": [
            {
                "property": c.get("property_") or "",
                "operator": c.get("operator"),
                "value": c.get("value"),
            }
            for c in listed(raw, "conditions")
            if isinstance(c, dict)
        ],
        "rules": [_rule(rule, depth + 1) for rule in listed(raw, "rules")],
    }  # fmt: skip
