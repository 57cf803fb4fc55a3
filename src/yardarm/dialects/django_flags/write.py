"""From our document to django-flags's conditions."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import model as m
from .. import onoff
from ..base import Loss, Options, Writing
from .read import NAME, TABLE, read

_Condition = tuple[str, m.Json]


class _Unwritable(Exception):
    """What django-flags has no words for."""


def write(document: m.Document, options: Options) -> Writing:
    """Settings, rows or the dump, each condition where it was."""
    losses: list[Loss] = []
    settings: dict[str, list[m.Json]] = {}
    rows: list[m.Json] = []
    found = document.environment.get(NAME)
    layout = found.get("layout", "settings") if isinstance(found, dict) else "settings"
    for key, flag in document.flags.items():
        if not onoff.is_boolean(flag, losses):
            continue
        for source, raw in _conditions(flag, layout, losses):
            if source == "settings":
                settings.setdefault(key, [])
                settings[key] += [] if raw is None else [raw]
            else:
                rows.append(raw)
    return Writing(_laid_out(layout, settings, rows), tuple(losses))


def _laid_out(layout: str, settings: dict[str, list[m.Json]], rows: list[m.Json]) -> m.Json:
    match layout:
        case "rows" | "dump":
            return rows
        case "bare":
            return settings
        case "tables":
            return {"tables": {TABLE: rows}}
    tables: dict[str, m.Json] = {"tables": {TABLE: rows}} if rows else {}
    return {"FLAGS": settings, **tables}


def _conditions(flag: m.Flag, layout: str, losses: list[Loss]) -> list[tuple[str, m.Json]]:
    """The conditions of a flag, each with where it is written."""
    origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
    raw, sources = origin.get("raw"), origin.get("sources")
    if isinstance(raw, list) and isinstance(sources, list) and _unedited(flag, origin):
        pairs = list(zip(sources, raw, strict=True))
        return pairs or [("settings", None)]
    made = _asked(flag, losses)
    if layout in ("settings", "bare"):
        return [
            ("settings", {"condition": n, "value": v} | ({"required": True} if r else {}))
            for n, v, r in made
        ] or [("settings", None)]
    rows = [{"name": flag.key, "condition": n, "value": str(v), "required": r} for n, v, r in made]
    if layout != "dump":
        return [("row", row) for row in rows]
    return [("dump", {"model": "flags.flagstate", "pk": None, "fields": row}) for row in rows]


def _asked(flag: m.Flag, losses: list[Loss]) -> list[tuple[str, m.Json, bool]]:
    """Name, value and whether required of each condition."""
    if onoff.is_plain(flag):
        return [("boolean", onoff.is_on(flag), False)]
    try:
        return _of_rules(flag)
    except _Unwritable as error:
        return [("boolean", onoff.write_fixed(flag, losses, str(error)), False)]


def _of_rules(flag: m.Flag) -> list[tuple[str, m.Json, bool]]:
    on = onoff.on_variant(flag)
    rules = [rule for rule in flag.rules if not rule.paused]
    if flag.prerequisites or not isinstance(flag.default, str) or flag.default == on:
        raise _Unwritable("a prerequisite, a percentage, or a default that is on")
    if any(rule.serve != on for rule in rules) or any(t.variant != on for t in flag.targets):
        raise _Unwritable("a rule that switches off, or splits")
    named = [("user", key, False) for target in flag.targets for key in target.keys]
    if len(rules) == 1 and isinstance(rules[0].when, m.All) and not named:
        return _together(rules[0].when)
    return [*named, *((*pair, False) for rule in rules for pair in _either(rule.when))]


def _together(when: m.All) -> list[tuple[str, m.Json, bool]]:
    """Required conditions, and one of the others."""
    either = [one for one in when.conditions if isinstance(one, m.AnyOf)]
    if len(either) > 1:
        raise _Unwritable("several groups of which one suffices")
    needed = [one for one in when.conditions if not isinstance(one, m.AnyOf)]
    found: list[tuple[str, m.Json, bool]] = [(*_one(one), True) for one in needed]
    return [*found, *((*pair, False) for one in either for pair in _either(one))]


def _either(when: m.Condition) -> list[_Condition]:
    match when:
        case m.AnyOf(conditions):
            return [pair for one in conditions for pair in _either(one)]
        case m.Clause(attribute="key", operator="in", values=values):
            return [("user", value) for value in values]
    return [_one(when)]


def _one(when: m.Condition) -> _Condition:
    match when:
        case m.Always():
            return ("boolean", True)
        case m.Not(m.Always()):
            return ("boolean", False)
        case m.Not(m.Clause(attribute="key", operator="present", kind="user")):
            return ("anonymous", "True")
        case m.Clause(attribute="key", operator="present", kind="user"):
            return ("anonymous", "False")
        case m.Clause(attribute="key", operator="equals", values=(str(name),), kind="user"):
            return ("user", name)
        case m.Clause(attribute="path", operator="django_flags.path_matches", values=(pattern,)):
            return ("path matches", pattern)
        case m.Clause(attribute="now", values=(str(date),), kind=m.AMBIENT_KIND):
            if when.operator in ("after", "before"):
                return (f"{when.operator} date", date)
        case m.Clause(operator="equals", values=(str(value),), kind="user"):
            for text in _parameter(when.attribute, value):
                return ("parameter", text)
    raise _Unwritable("a condition that is none of django-flags's own")


def _parameter(attribute: str, value: str) -> Iterator[str]:
    """The texts that django-flags reads as this value of a GET parameter."""
    parts = attribute.split("/")
    if len(parts) != 3 or parts[:2] != ["", "parameters"]:
        return
    name = parts[2].replace("~1", "/").replace("~0", "~")
    if value == "True" and name.count("=") != 1:
        yield name
    if f"{name}{value}".count("=") == 0:
        yield f"{name}={value}"


def _unedited(flag: m.Flag, origin: m.Json) -> bool:
    """Whether the origin still says what the flag does."""
    pairs = zip(origin["sources"], origin["raw"], strict=True)
    rows = [one["fields"] if source == "dump" else one for source, one in pairs]
    again = read({"FLAGS": {flag.key: rows}}, onoff.options_of(origin))
    return onoff.unedited(flag, again.document.flags.get(flag.key))
