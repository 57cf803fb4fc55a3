"""Entries: what a change did to single flags and segments, and how to take it back. Pure.

An entry is `{"kind", "key", "body"}` (the whole flag or segment; null: it was not there) or
`{"kind", "key", "fields"}` (only these fields, null where a field had its default). An inverse
holds the smallest entries that lead back, so that taking a change back leaves alone what others
changed beside it, and so that it can be told exactly which later changes stand in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yardarm.core import model as m
from yardarm.core.codec import flag_from_json, flag_to_json, segment_from_json, segment_to_json
from yardarm.core.jsontext import canonical
from yardarm.core.reading import escape, kind_name
from yardarm.core.references import Reference
from yardarm.errors import DocumentError, Problem

Entry = Mapping[str, m.Json]
Item = m.Flag | m.Segment

_WHOLE = "*"


def touched(before: m.Document, after: m.Document) -> list[Reference]:
    """The flags and segments that are other objects in `after`, or in only one of both."""
    found: list[Reference] = []
    for kind, old, new in (
        ("flag", before.flags, after.flags),
        ("segment", before.segments, after.segments),
    ):
        found += [(kind, key) for key in old if key not in new]
        found += [(kind, key) for key, item in new.items() if old.get(key) is not item]
    return found


def find(document: m.Document, reference: Reference) -> Item | None:
    """The flag or segment, or None."""
    kind, key = reference
    return document.flags.get(key) if kind == "flag" else document.segments.get(key)


def body_of(item: Item | None) -> dict[str, m.Json] | None:
    """The JSON of a flag or segment without its version."""
    if item is None:
        return None
    body = flag_to_json(item) if isinstance(item, m.Flag) else segment_to_json(item)
    body.pop("version", None)
    return body


def inverse_entries(
    before: m.Document, after: m.Document, changed: Iterable[Reference]
) -> tuple[dict[str, m.Json], ...]:
    """The smallest entries that lead from `after` back to `before`.

    `changed` is what `touched` answers for them.
    """
    entries: list[dict[str, m.Json]] = []
    for kind, key in sorted(changed):
        old, new = body_of(find(before, (kind, key))), body_of(find(after, (kind, key)))
        entry: dict[str, m.Json] = {"kind": kind, "key": key}
        if old is None or new is None:
            entries.append({**entry, "body": old})
            continue
        fields = {
            name: old.get(name)
            for name in sorted(old.keys() | new.keys())
            if name not in old or name not in new or not same(old[name], new[name])
        }
        if fields:
            entries.append({**entry, "fields": fields})
    return tuple(entries)


def same(one: m.Json, other: m.Json) -> bool:
    """Whether two values are the same JSON. (In Python `True == 1` and `1 == 1.0`.)"""
    return one is other or canonical(one) == canonical(other)


def check_entries(entries: Sequence[Entry]) -> None:
    """Raises `DocumentError` for entries of a wrong form."""
    problems = []
    for index, entry in enumerate(entries):
        at = f"/entries/{index}"
        if entry.get("kind") not in ("flag", "segment"):
            problems.append(Problem(f"{at}/kind", "expected flag or segment"))
        if not isinstance(entry.get("key"), str):
            problems.append(
                Problem(f"{at}/key", f"expected text, found {kind_name(entry.get('key'))}")
            )
        if ("body" in entry) == ("fields" in entry):
            problems.append(Problem(at, "give either 'body' or 'fields'"))
        value = entry.get("body", entry.get("fields"))
        if not isinstance(value, Mapping) and not ("body" in entry and value is None):
            problems.append(Problem(at, f"expected an object, found {kind_name(value)}"))
        problems += [
            Problem(f"{at}/{escape(str(name))}", "unknown field")
            for name in entry
            if name not in ("kind", "key", "body", "fields")
        ]
    if problems:
        raise DocumentError(problems)


def restored(document: m.Document, entries: Sequence[Entry]) -> m.Document:
    """The document with these entries put in place. Raises `DocumentError`."""
    check_entries(entries)
    flags, segments = dict(document.flags), dict(document.segments)
    for entry in entries:
        kind, key = entry["kind"], entry["key"]
        items: dict[str, Any] = flags if kind == "flag" else segments
        body = entry.get("body")
        if "fields" in entry:
            present = body_of(items.get(key))
            if present is None:
                problem = Problem("/entries", f"there is no {kind} {key!r} to restore fields of")
                raise DocumentError([problem])
            merged = present | dict(entry["fields"])
            body = {name: value for name, value in merged.items() if value is not None}
        if body is None:
            items.pop(key, None)
        elif kind == "flag":
            flags[key] = flag_from_json(dict(body), key, f"/flags/{escape(key)}")
        else:
            segments[key] = segment_from_json(dict(body), key, f"/segments/{escape(key)}")
    return m.Document(flags, segments, document.environment, document.version, document.epoch)


def overlap(entries: Iterable[Entry], later: Iterable[Entry]) -> bool:
    """Whether two changes, by their inverses, touched the same part of a flag or segment."""
    mine = _parts(entries)
    for reference, fields in _parts(later).items():
        here = mine.get(reference)
        if here is not None and (_WHOLE in fields or _WHOLE in here or fields & here):
            return True
    return False


def _parts(entries: Iterable[Entry]) -> dict[Reference, set[str]]:
    parts: dict[Reference, set[str]] = {}
    for entry in entries:
        fields = {_WHOLE} if "body" in entry else set(entry["fields"])
        parts.setdefault((entry["kind"], entry["key"]), set()).update(fields)
    return parts
