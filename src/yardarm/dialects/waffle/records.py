"""Flags, switches and samples from a dump or from tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from ..base import Options

KINDS = ("flag", "switch", "sample")
LINKS = {"groups": "group_id", "users": "user_id"}


@dataclass(frozen=True, slots=True)
class Record:
    """One flag, switch or sample: its fields, with groups and users, and its JSON as it was."""

    at: str
    kind: str
    fields: dict[str, m.Json]
    raw: m.Json
    links: dict[str, list[m.Json]] = field(default_factory=dict)


def is_dump(source: m.Json) -> bool:
    """Whether this is a dump, not tables."""
    return isinstance(source, list)


def tables_of(source: dict[str, m.Json]) -> dict[str, m.Json]:
    """The tables by name."""
    inner = source.get("tables")
    return inner if isinstance(inner, dict) else source


def records(source: m.Json, options: Options, notes: onoff.Notes) -> Iterator[Record]:
    """Everything in the source. Raises `DocumentError` for what is neither dump nor tables."""
    if is_dump(source):
        yield from _dumped(source, options, notes)
    elif isinstance(source, dict) and any(f"waffle_{k}" in tables_of(source) for k in KINDS):
        yield from _rows(source, notes)
    elif source == {} or source == {"tables": {}}:
        return
    else:
        raise onoff.no_document("neither a dump nor waffle's tables", '[{"model": "waffle.flag"}]')


def _dumped(entries: list[m.Json], options: Options, notes: onoff.Notes) -> Iterator[Record]:
    models = {str(options.get(f"{kind}_model", f"waffle.{kind}")).lower(): kind for kind in KINDS}
    others = 0
    for index, entry in enumerate(entries):
        model = entry.get("model") if isinstance(entry, dict) else None
        kind = models.get(model.lower()) if isinstance(model, str) else None
        if kind is None:
            others += 1
        elif isinstance(entry.get("fields"), dict):
            yield Record(f"/{index}/fields", kind, entry["fields"], entry)
        else:
            notes.add(f"/{index}", "an entry without fields", "left out")
    if others:
        notes.lost("", f"{others} entries of other models", "not looked at")


def _rows(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    tables = tables_of(source)
    prefix = "/tables" if tables is not source else ""
    linked = {name: _by_flag(tables.get(f"waffle_flag_{name}")) for name in LINKS}
    for kind in KINDS:
        rows = tables.get(f"waffle_{kind}", [])
        at = f"{prefix}/{escape(f'waffle_{kind}')}"
        if not isinstance(rows, list):
            notes.add(at, "the table is no list of rows", "none of it is read")
            continue
        for index, row in enumerate(rows):
            if not isinstance(row, dict):
                notes.add(f"{at}/{index}", "a row that is no object", "left out")
                continue
            links: dict[str, list[m.Json]] = {}
            if kind == "flag":
                links = {name: linked[name].get(_id(row.get("id")), []) for name in LINKS}
            keys = {
                name: [link.get(LINKS[name]) for link in found] for name, found in links.items()
            }
            yield Record(f"{at}/{index}", kind, {**row, **keys}, row, links)


def _by_flag(rows: m.Json) -> dict[m.Json, list[m.Json]]:
    """Rows of a table of links by the flag that they belong to."""
    found: dict[m.Json, list[m.Json]] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            found.setdefault(_id(row.get("flag_id")), []).append(row)
    return found


def _id(value: m.Json) -> m.Json:
    return value if isinstance(value, str | int) else None
