"""From our document to django-waffle's dump or tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core import model as m
from .. import onoff
from ..base import Loss, Options, Writing
from .read import NAME, read
from .records import KINDS, LINKS

_NEW: dict[str, m.Json] = {
    "everyone": None, "percent": None, "testing": False, "superusers": False, "staff": False,
    "authenticated": False, "languages": "", "rollout": False, "note": "",
}  # fmt: skip
_COLUMNS = {"authenticated": "authenticated", "staff": "staff", "superuser": "superusers"}


class _Unwritable(Exception):
    """What waffle has no words for."""


def write(document: m.Document, options: Options) -> Writing:
    """The dump, or the tables, as they were laid out."""
    losses: list[Loss] = []
    kept = document.environment.get(NAME)
    layout = kept if isinstance(kept, dict) else {"layout": "dump"}
    dump = layout.get("layout", "dump") == "dump"
    flags = [flag for flag in document.flags.values() if onoff.is_boolean(flag, losses)]
    written = [_record(flag, dump, losses) for flag in flags]
    if dump:
        return Writing([raw for _, raw, _ in written], tuple(losses))
    tables: dict[str, list[m.Json]] = {name: [] for name in layout.get("tables", [])}
    for kind, raw, links in written:
        tables.setdefault(f"waffle_{kind}", []).append(raw)
        for name, rows in links.items():
            tables.setdefault(f"waffle_flag_{name}", []).extend(rows)
    whole: m.Json = {"tables": tables} if layout["layout"] == "wrapped" else tables
    return Writing(whole, tuple(losses))


def _record(
    flag: m.Flag, dump: bool, losses: list[Loss]
) -> tuple[str, m.Json, dict[str, list[m.Json]]]:
    origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
    raw, kind = origin.get("raw"), str(origin.get("kind", "flag"))
    links = origin.get("links") or {}
    was_dump = isinstance(raw, dict) and "fields" in raw
    if raw is not None and was_dump == dump and _unedited(flag, origin):
        return kind, raw, links
    before = _fields_of(raw) if isinstance(raw, dict) else {}
    fields = _fields(flag, kind, before, losses)
    if kind not in KINDS or (kind != "flag" and "everyone" in fields):
        kind = "flag"
    return kind, *_laid_out(kind, fields, raw, dump)


def _laid_out(
    kind: str, fields: dict[str, m.Json], raw: m.Json, dump: bool
) -> tuple[m.Json, dict[str, list[m.Json]]]:
    if dump:
        own = kind == "flag"
        known = raw if isinstance(raw, dict) and "fields" in raw else {"pk": None}
        linked = {name: fields.get(name, []) for name in LINKS} if own else {}
        return {"model": f"waffle.{kind}", **known, "fields": {**fields, **linked}}, {}
    row = {name: value for name, value in fields.items() if name not in LINKS}
    links = {
        name: [{"flag_id": row.get("id"), column: key} for key in fields.get(name, [])]
        for name, column in LINKS.items()
    }
    return row, links


def _fields(
    flag: m.Flag, kind: str, before: dict[str, m.Json], losses: list[Loss]
) -> dict[str, m.Json]:
    named = {"name": before.get("name") or flag.key, "note": flag.description}
    if kind == "switch" and onoff.is_plain(flag):
        return {**before, **named, "active": onoff.is_on(flag)}
    try:
        if kind == "sample":
            return {**before, **named, "percent": _sampled(flag)}
        made = _asked(flag)
    except _Unwritable as error:
        made = {"everyone": onoff.write_fixed(flag, losses, str(error))}
    if isinstance(flag.default, m.Split) and made.get("percent"):
        losses.append(
            Loss(
                f"/flags/{flag.key}/default",
                "waffle draws at random and remembers by cookie",
                "whoever has no cookie is drawn anew, with the same odds",
                flag=flag.key,
            )
        )
    kept = {n: v for n, v in before.items() if n not in ("active", *LINKS)}
    return {**_NEW, **kept, **named, **made}


def _sampled(flag: m.Flag) -> m.Json:
    if onoff.is_plain(flag):
        return "100.0" if onoff.is_on(flag) else "0.0"
    rules = [rule for rule in flag.rules if not rule.paused]
    match [rule.when for rule in rules]:
        case [m.Clause(attribute="random", operator="lte", values=(odds,))]:
            return str(round(odds * 100, 1))
    raise _Unwritable("a sample is a percentage of chance, and nothing else")


def _asked(flag: m.Flag) -> dict[str, m.Json]:
    """The columns that say what the flag asks. Raises `_Unwritable`."""
    if onoff.is_plain(flag):
        return {"everyone": onoff.is_on(flag)}
    if flag.prerequisites or not flag.enabled:
        raise _Unwritable("a prerequisite, or a flag that is on where it is disabled")
    made: dict[str, m.Json] = {
        "everyone": None, "superusers": False, "percent": _split(flag), "groups": [], "users": [],
    }  # fmt: skip
    on = onoff.on_variant(flag)
    for target in flag.targets:
        if target.variant != on:
            raise _Unwritable("keys that are switched off one by one")
        made["users"] += map(_user, target.keys)
    for rule in flag.rules:
        if rule.paused or rule.id.partition("-")[0] in ("cookie", "test", "override"):
            continue
        if rule.serve != on:
            raise _Unwritable("a rule that switches off, or splits")
        for column, value in _columns(rule.when):
            made[column] = [*made[column], *value] if isinstance(value, list) else value
    return {**made, "testing": any(rule.id.startswith("test-") for rule in flag.rules)}


def _columns(when: m.Condition) -> Iterator[tuple[str, m.Json]]:
    match when:
        case m.AnyOf(conditions):
            for inner in conditions:
                yield from _columns(inner)
        case m.Clause(operator="equals", values=(True,)) if when.attribute in _COLUMNS:
            yield _COLUMNS[when.attribute], True
        case m.Clause(attribute="language", operator="in" | "equals", values=values):
            yield "languages", ",".join(map(str, values))
        case m.Clause(attribute="key", operator="in" | "equals", values=values):
            yield "users", [_user(str(value)) for value in values]
        case m.Clause(attribute="groups", operator="has_any", values=values):
            yield "groups", list(values)
        case _:
            raise _Unwritable("a condition that is none of waffle's own")


def _user(key: str) -> m.Json:
    return int(key) if key.isascii() and key.isdigit() and len(key) < 16 else key


def _split(flag: m.Flag) -> m.Json:
    match flag.default:
        case m.Split((m.Arm() as arm,), outside="off") if arm.variant == onoff.on_variant(flag):
            if flag.default.bucketing.algorithm == "yardarm" and arm.weight % 100 == 0:
                return str(arm.weight / 1000)
        case "off":
            return None
    raise _Unwritable("a percentage of more than one decimal, or of another bucketing")


def _unedited(flag: m.Flag, origin: m.Json) -> bool:
    """Whether the origin still says what the flag does; alone it has its own name for a key."""
    raw, links = origin["raw"], origin.get("links") or {}
    tables = {f"waffle_flag_{name}": rows for name, rows in links.items()}
    source: m.Json = [raw] if "fields" in raw else {f"waffle_{origin['kind']}": [raw], **tables}
    name = str(_fields_of(raw).get("name"))
    again = read(source, onoff.options_of(origin)).document.flags.get(name)
    return again is not None and onoff.unedited(flag, replace(again, key=flag.key))


def _fields_of(raw: dict[str, m.Json]) -> dict[str, m.Json]:
    fields = raw.get("fields", raw)
    return fields if isinstance(fields, dict) else raw
