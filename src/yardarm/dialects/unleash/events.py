"""Events: what `/api/client/delta` answers, played from nothing to the last one."""

from __future__ import annotations

from typing import Any

from ...core.model import Json
from ..base import Loss

Placed = list[tuple[str, Any]]
"""Things with their pointers into the document."""


def applied(source: dict[str, Any], losses: list[Loss]) -> tuple[Placed, Placed, dict[str, Json]]:
    """Toggles and segments after all events, and the rest of the document."""
    features: dict[Any, tuple[str, Any]] = {}
    segments: dict[Any, tuple[str, Any]] = {}
    number: Json = 0
    for index, event in enumerate(source["events"]):
        at = f"/events/{index}"
        if not isinstance(event, dict) or not _apply(event, at, features, segments):
            effect = "it is left out; the SDK refuses the whole document"
            losses.append(Loss(at, "not an event that is known", effect, kind="malformed"))
        else:
            number = event.get("eventId", number)
    rest = {name: value for name, value in source.items() if name != "events"}
    return list(features.values()), list(segments.values()), {**rest, "eventId": number}


def _apply(
    event: dict[str, Any],
    at: str,
    features: dict[Any, tuple[str, Any]],
    segments: dict[Any, tuple[str, Any]],
) -> bool:
    """Apply one event; False when it makes no sense."""
    match event:
        case {"type": "hydration", "features": list(toggles), "segments": list(groups)}:
            features.clear()
            segments.clear()
            for index, toggle in enumerate(toggles):
                features[_key(toggle, "name", at)] = (f"{at}/features/{index}", toggle)
            for index, group in enumerate(groups):
                segments[_key(group, "id", at)] = (f"{at}/segments/{index}", group)
        case {"type": "feature-updated", "feature": toggle}:
            features[_key(toggle, "name", at)] = (f"{at}/feature", toggle)
        case {"type": "feature-removed", "featureName": str(name)}:
            features.pop(name, None)
        case {"type": "segment-updated", "segment": group}:
            segments[_key(group, "id", at)] = (f"{at}/segment", group)
        case {"type": "segment-removed", "segmentId": int(number)}:
            segments.pop(number, None)
        case _:
            return False
    return True


def _key(thing: Any, name: str, at: str) -> Any:
    """What tells things apart; of something without, where it stands."""
    found = thing.get(name) if isinstance(thing, dict) else None
    return found if isinstance(found, str | int) else (at, id(thing))
