"""From django-waffle's tables to our document."""

from __future__ import annotations

from functools import partial

from ...core import model as m
from .. import onoff
from ..base import Options, Reading
from .flags import Asked, Chosen, FlagReader, by_chance, percentage
from .records import KINDS, Record, is_dump, records, tables_of

NAME = "waffle"


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what is neither a dump nor tables."""
    chosen = Chosen.of(options)
    notes = onoff.Notes()
    found = list(records(source, options, notes))
    keys = _Keys(notes)
    by_kind = sorted(range(len(found)), key=lambda at: KINDS.index(found[at].kind))
    named = {at: keys.of(found[at]) for at in by_kind}
    flags: dict[str, m.Flag] = {}
    for at, record in enumerate(found):
        key = notes.flag = named[at]
        if key is None:
            continue
        made = notes.attempt(record.at, partial(_flag, key, record, chosen, notes))
        if made is not None:
            flags[key] = made
    flags = onoff.with_options(flags, options)
    layout: dict[str, m.Json] = {"layout": "dump"}
    if not is_dump(source):
        tables = tables_of(source)
        layout = {
            "layout": "tables" if tables is source else "wrapped",
            "tables": [name for name in map(str, tables) if name.startswith("waffle_")],
        }
    return Reading(m.Document(flags, environment={NAME: layout}), tuple(notes.losses))


class _Keys:
    """Gives each record its key: the name, or kind and name where another kind has it."""

    def __init__(self, notes: onoff.Notes) -> None:
        self.notes = notes
        self.taken: dict[str, str] = {}

    def of(self, record: Record) -> str | None:
        """The key; None, and a note, where there can be none."""
        name = record.fields.get("name")
        self.notes.flag = None
        if not isinstance(name, str):
            message = f"a {record.kind} without a name"
            self.notes.refuse(onoff.Refused(f"{record.at}/name", message))
            return None
        self.notes.flag = key = name
        if name in self.taken:
            self.notes.flag = key = f"{record.kind}:{name}"
            if self.taken[name] == record.kind or key in self.taken:
                message = f"the {record.kind} {name!r} comes twice"
                self.notes.add(f"{record.at}/name", message, "the first one counts")
                return None
            self.notes.lost(
                f"{record.at}/name",
                f"a {self.taken[name]} has the name {name!r} as well",
                f"this {record.kind} is read under {key!r}",
            )
        self.taken[key] = record.kind
        return key


def _flag(key: str, record: Record, chosen: Chosen, notes: onoff.Notes) -> m.Flag:
    fields, at = record.fields, record.at
    reader = FlagReader(str(fields["name"]), fields, at, chosen, notes)
    match record.kind:
        case "flag":
            asked = reader.asked()
        case "switch":
            asked = Asked(reader.truth("active"), [], onoff.ON)
        case _:
            asked = _sample(fields, at)
    note = fields.get("note")
    links = {name: rows for name, rows in record.links.items() if rows}
    return onoff.flag(
        key,
        NAME,
        record.raw,
        enabled=asked.enabled,
        default=asked.default,
        rules=asked.rules,
        description=note if isinstance(note, str) else "",
        more={"kind": record.kind, **({"links": links} if links else {})},
    )


def _sample(fields: dict[str, m.Json], at: str) -> Asked:
    """A draw at every check, of nobody in particular: so it stays one."""
    percent = percentage(fields.get("percent"), f"{at}/percent")
    if percent in (0, 100):
        return Asked(percent == 100, [], onoff.ON)
    return Asked(True, [m.Rule("sample", by_chance(percent), onoff.ON)], onoff.OFF)
