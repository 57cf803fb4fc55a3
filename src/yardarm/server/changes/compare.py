"""Two documents compared: what differs, and what command would take one to the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from yardarm.core import model as m
from yardarm.core.edits import Edit, edits

from . import commands as c
from .entries import body_of, same
from .whole import segments_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of two documents: which environment's, and whether as it is now."""

    environment: str
    document: m.Document
    current: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two sides.

    `commands`, none or one, would make what belongs to the first one's environment what it is in
    the other: the flags' environment fields and the segments. What belongs to the project stays.
    """

    edits: tuple[Edit, ...]
    commands: tuple[c.Command, ...]


def compare(one: Side, other: Side) -> Comparison:
    """Everything that leads from the one to the other."""
    return Comparison(tuple(edits(one.document, other.document)), _commands(one, other))


def _commands(one: Side, other: Side) -> tuple[c.Command, ...]:
    flags, segments = _flags(one.document, other.document), _segments(one.document, other.document)
    if not flags and not segments:
        return ()
    single = next(iter(flags)) if len(flags) == 1 else None
    if one.environment != other.environment and other.current:
        if single is not None and _brought(single, segments, other.document):
            return (c.PromoteFlag(single, other.environment),)
        return (c.CopyEnvironment(other.environment),)
    if single is not None and not segments and one.environment == other.environment:
        return (c.RestoreVersion(single, other.document.version),)
    entries: list[dict[str, m.Json]] = [
        {"kind": "segment", "key": key, "body": body} for key, body in segments.items()
    ]
    entries += [{"kind": "flag", "key": key, "fields": fields} for key, fields in flags.items()]
    return (c.RestoreEntries(tuple(entries)),)


def _flags(one: m.Document, other: m.Document) -> dict[str, dict[str, m.Json]]:
    """The environment fields as the other has them, of flags in use where any of them differs."""
    found: dict[str, dict[str, m.Json]] = {}
    for key in sorted(one.flags.keys() & other.flags.keys()):
        if one.flags[key] is other.flags[key] or one.flags[key].archived_at is not None:
            continue
        if other.flags[key].archived_at is not None:
            continue
        was, is_ = body_of(one.flags[key]) or {}, body_of(other.flags[key]) or {}
        fields = {
            name: is_.get(name)
            for name in c.ENVIRONMENT_FIELDS
            if not same(was.get(name), is_.get(name))
        }
        if fields:
            found[key] = fields
    return found


def _segments(one: m.Document, other: m.Document) -> dict[str, m.Json]:
    """The segments that differ as the other has them, None where it has none."""
    return {
        key: body_of(other.segments.get(key))
        for key in sorted(one.segments.keys() | other.segments.keys())
        if not same(body_of(one.segments.get(key)), body_of(other.segments.get(key)))
    }


def _brought(flag: str, segments: dict[str, m.Json], source: m.Document) -> bool:
    """Whether promoting the flag brings exactly these segments along."""
    return segments.keys() <= segments_of(source, source.flags[flag]).keys()
