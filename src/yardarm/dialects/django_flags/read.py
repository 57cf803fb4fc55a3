"""From django-flags's conditions to our document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from ..base import Options, Reading
from .conditions import Chosen, ConditionReader

NAME = "django_flags"
TABLE = "flags_flagstate"
_MODEL = "flags.flagstate"
_EXPECTED = '{"FLAGS": {"NAME": [{"condition": "boolean", "value": true}]}}'


@dataclass(frozen=True, slots=True)
class Place:
    """One condition of a flag: where it stands, and what is there."""

    at: str
    source: str
    flag: str
    raw: m.Json


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what holds no flags."""
    chosen = Chosen.of(options)
    notes = onoff.Notes()
    by_flag: dict[str, list[Place]] = {}
    for place in _places(source, notes):
        places = by_flag.setdefault(place.flag, [])
        if place.raw is not None or place.source != "empty":
            places.append(place)
    flags = {}
    for name, places in by_flag.items():
        notes.flag = name
        at = places[0].at if places else ""
        made = notes.attempt(at, partial(_flag, name, places, chosen, notes))
        if made is not None:
            flags[name] = made
    flags = onoff.with_options(flags, options)
    layout = {"layout": layout_of(source)}
    return Reading(m.Document(flags, environment={NAME: layout}), tuple(notes.losses))


def layout_of(source: m.Json) -> str:
    """How the source is laid out."""
    if isinstance(source, list):
        return "dump" if any(_is_entry(item) for item in source) else "rows"
    if isinstance(source, dict) and ("FLAGS" in source or "tables" in source):
        return "settings" if "FLAGS" in source else "tables"
    return "bare"


def _is_entry(item: m.Json) -> bool:
    return isinstance(item, dict) and isinstance(item.get("model"), str)


def _places(source: m.Json, notes: onoff.Notes) -> Iterator[Place]:
    match layout_of(source):
        case "rows":
            yield from _rows(source, "", "row", notes)
        case "dump":
            yield from _dumped(source, notes)
        case "bare":
            if not isinstance(source, dict):
                raise onoff.no_document("no settings and no rows", _EXPECTED)
            yield from _settings(source, "", notes)
        case _:
            if "FLAGS" in source:
                yield from _settings(source["FLAGS"], "/FLAGS", notes)
            tables = source.get("tables")
            if isinstance(tables, dict) and TABLE in tables:
                yield from _rows(tables[TABLE], f"/tables/{TABLE}", "row", notes)


def _settings(flags: m.Json, at: str, notes: onoff.Notes) -> Iterator[Place]:
    if not isinstance(flags, dict):
        notes.add(at, "the flags are no dictionary", "none of them is read")
        return
    for name, conditions in flags.items():
        here = f"{at}/{escape(str(name))}"
        if not isinstance(name, str):
            notes.add(here, "a flag's name is no text", "left out")
        elif not isinstance(conditions, list | tuple):
            yield Place(here, "settings", name, conditions)
        elif not conditions:
            yield Place(here, "empty", name, None)
        else:
            for index, condition in enumerate(conditions):
                yield Place(f"{here}/{index}", "settings", name, condition)


def _rows(rows: m.Json, at: str, source: str, notes: onoff.Notes) -> Iterator[Place]:
    if not isinstance(rows, list):
        notes.add(at, "the table is no list of rows", "none of it is read")
        return
    for index, row in enumerate(rows):
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            yield Place(f"{at}/{index}", source, row["name"], row)
        else:
            notes.add(f"{at}/{index}", "a row without a name", "left out")


def _dumped(entries: m.Json, notes: onoff.Notes) -> Iterator[Place]:
    others = 0
    for index, entry in enumerate(entries):
        fields = entry.get("fields") if _is_entry(entry) else None
        if not _is_entry(entry) or entry["model"].lower() != _MODEL:
            others += 1
        elif isinstance(fields, dict) and isinstance(fields.get("name"), str):
            yield Place(f"/{index}/fields", "dump", fields["name"], entry)
        else:
            notes.add(f"/{index}", "an entry without a name", "left out")
    if others:
        notes.lost("", f"{others} entries of other models", "not looked at")


def _flag(name: str, places: list[Place], chosen: Chosen, notes: onoff.Notes) -> m.Flag:
    reader = ConditionReader(chosen, notes)
    required: list[m.Condition] = []
    others: list[m.Condition] = []
    for place in places:
        condition, value, needed = _parts(place)
        read_one = reader.read(condition, value, place.at)
        (required if needed else others).append(read_one)
    raw = [place.raw for place in places]
    more: dict[str, m.Json] = {"sources": [place.source for place in places]}
    enabled, rules = True, _rules(required, others)
    default = onoff.OFF
    if all(one in (onoff.EVERYONE, onoff.NOBODY) for one in (*required, *others)):
        enabled, rules, default = _is_on(required, others), [], onoff.ON
    return onoff.flag(name, NAME, raw, enabled=enabled, default=default, rules=rules, more=more)


def _is_on(required: list[m.Condition], others: list[m.Condition]) -> bool:
    """What a flag without a question answers: one without any condition is off."""
    if not required and not others:
        return False
    return onoff.NOBODY not in required and (not others or onoff.EVERYONE in others)


def _rules(required: list[m.Condition], others: list[m.Condition]) -> list[m.Rule]:
    """One rule for each condition that suffices, or one for all that are required."""
    if not required:
        return [m.Rule(f"condition-{n}", one, onoff.ON) for n, one in enumerate(others, 1)]
    either = [others[0] if len(others) == 1 else m.AnyOf(tuple(others))] if others else []
    together = [*required, *either]
    when = together[0] if len(together) == 1 else m.All(tuple(together))
    return [m.Rule("conditions", when, onoff.ON, metadata={"required": len(required)})]


def _parts(place: Place) -> tuple[str, m.Json, bool]:
    """Name, value and whether it is required. Raises `Refused`."""
    raw = place.raw
    if place.source == "dump":
        raw = raw["fields"]
    if isinstance(raw, list | tuple):
        if not 2 <= len(raw) <= 3:
            raise onoff.Refused(place.at, "a condition is a name, a value and whether required")
        name, value, required = raw[0], raw[1], len(raw) == 3 and raw[2]
    elif isinstance(raw, dict) and "condition" in raw and "value" in raw:
        name, value, required = raw["condition"], raw["value"], raw.get("required", False)
    else:
        raise onoff.Refused(place.at, "a condition without its name or value")
    if not isinstance(name, str):
        raise onoff.Refused(place.at, "a condition whose name is no text")
    return name, value, bool(required)
