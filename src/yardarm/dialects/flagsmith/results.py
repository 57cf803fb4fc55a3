"""Parts of the engine's answers that no flag makes."""

from __future__ import annotations

from ...core.model import Json
from ...core.operators import find, prepare
from .contexts import Person
from .source import IDENTITY_OVERRIDES, Source

NOTHING = {"enabled": False, "value": None, "reason": None, "variant": None}
"""For a flag that the document does not have: the SDK raises an error of its own."""

FAILED = {"enabled": False, "value": None, "reason": "ERROR; code=PARSE_ERROR", "variant": None}
"""For a flag at which the SDK's engine fails."""


def failed(source: Source) -> dict[str, Json]:
    """For everything, where the engine fails."""
    return {"flags": {name: {**FAILED, "name": name} for name in source.features}, "segments": []}


def segment_result(source: Source, key: str) -> dict[str, Json]:
    """What the engine says of a segment that matches."""
    raw = source.segments[key].raw
    made = {"name": raw.get("name")}
    if source.is_environment:
        made["metadata"] = {"id": raw.get("id"), "source": "api"}
    elif raw.get("metadata"):
        made["metadata"] = raw["metadata"]
    return made


def identity_segment() -> dict[str, Json]:
    """What it says of a segment that the SDK makes of identities with overrides."""
    return {"name": IDENTITY_OVERRIDES, "metadata": {"source": IDENTITY_OVERRIDES}}


def identity_segments(source: Source, who: Person) -> list[dict[str, Json]]:
    """Those segments of identities to which a person belongs."""
    is_in = find("flagsmith.in")
    assert is_in is not None
    key = who.user.get("key")
    return [
        identity_segment()
        for identifiers in source.groups
        if is_in.test(key, prepare("flagsmith.in", (list(identifiers),)))
    ]
