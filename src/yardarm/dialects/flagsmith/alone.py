"""A document cut down to one flag, as the SDK's `get_flag` gives it to the engine.

It holds the flag and the segments that override it. Where the engine fails at another segment, this
is what a flag is still answered from.
"""

from __future__ import annotations

from ...core.model import Json
from .source import Source
from .states import listed


def alone(source: Source, flag: str) -> dict[str, Json]:
    """The document with this flag only."""
    asked = {key for key, _ in source.overrides.get(flag, ())}
    segments = {key: part.raw for key, part in source.segments.items() if key in asked}
    state = source.features[flag].raw
    if not source.is_environment:
        return {**source.raw, "features": {flag: state}, "segments": segments}
    return {
        **source.raw,
        "feature_states": [state],
        "project": {"segments": list(segments.values())},
        "identity_overrides": [
            one
            for one in listed(source.raw, "identity_overrides")
            if any(_name(state) == flag for state in listed(one, "identity_features"))
        ],
    }


def _name(state: Json) -> Json:
    feature = state.get("feature") if isinstance(state, dict) else None
    return feature.get("name") if isinstance(feature, dict) else None
