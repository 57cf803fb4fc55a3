"""A flag's origin, read once more."""

from __future__ import annotations

from collections.abc import Mapping

from ...core import model as m
from ...errors import DocumentError, OptionError
from .. import onoff
from . import objects
from .read import read_flag
from .states import Choices, State
from .texts import of_entries, of_ini, of_spec


def read_again(feature: str, origin: Mapping[str, m.Json]) -> tuple[State, m.Flag] | None:
    """The state and the flag that the origin gives, None where it gives none."""
    layout, raw, options = origin["layout"], origin["raw"], origin.get("options")
    notes = onoff.Notes()
    try:
        choices = Choices.of(options if isinstance(options, dict) else {})
        found = _found(feature, str(layout), raw, choices, notes)
        if len(found) != 1 or found[0].feature != feature:
            return None
        return found[0], read_flag(found[0], str(layout), choices, notes)
    except (DocumentError, OptionError, onoff.Refused):
        return None


def _found(
    feature: str, layout: str, raw: m.Json, choices: Choices, notes: onoff.Notes
) -> tuple[State, ...]:
    entries = raw if isinstance(raw, dict) else {}
    texts = {str(part): str(value) for part, value in entries.items()}
    match layout:
        case "properties":
            return (of_entries(feature, texts),)
        case "ini":
            return (of_ini(feature, texts, notes),)
        case "features":
            return (of_spec(feature, str(raw)),)
        case "spring" | "spring-properties":
            found = objects.from_spring({feature: raw}, layout, notes)
        case "tables":
            found = objects.from_rows([raw], choices, notes)
        case "redis":
            found = objects.from_redis({choices.prefix + feature: raw}, choices, notes)
        case "json" | "files":
            found = objects.from_json({feature: raw}, layout, "", notes)
        case _:
            found = objects.from_list([raw], layout, notes)
    return found.states
