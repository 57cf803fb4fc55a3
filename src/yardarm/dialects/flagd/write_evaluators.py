"""From our segments to flagd's evaluators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...core import model as m
from ...core.codec import segment_to_json
from ...core.model import Json
from ...core.reading import escape
from ...core.references import of_segment
from ..base import Loss
from .conditions import Words
from .evaluators import Evaluators
from .expressions import Note, Writer
from .native import Unsayable


@dataclass(slots=True)
class Evaluated:
    """Segments in flagd's words.

    `rules` are evaluators, each before those that it mentions. `inlined` are segments that flags
    say themselves: flagd's Python evaluator takes an evaluator for a replacement pattern, so that
    one in which a backslash stands (as in the escape of any letter beyond ASCII) would make it
    refuse the whole document. `inexact` are segments with a loss.
    """

    rules: dict[str, Json] = field(default_factory=dict)
    inlined: dict[str, Json] = field(default_factory=dict)
    inexact: set[str] = field(default_factory=set)
    losses: list[Loss] = field(default_factory=list)


def written_evaluators(
    document: m.Document, rest: Mapping[str, Json], generation: str
) -> Evaluated:
    """What flags may mention, and what could not be said.

    Evaluators that were read and still say the same stay as they are; so do those that were no
    segments. Other segments are written from what they say.
    """
    made = Evaluated()
    read = _read_before(document, rest)
    known = Evaluators.of({"$evaluators": read})
    portable = known.portable()
    mentions: dict[str, list[str]] = {}
    edited: dict[str, m.Segment] = {}
    for name in [*read, *(name for name in document.segments if name not in read)]:
        segment = document.segments.get(name)
        if segment is None and name in portable:
            continue  # it was a segment, and was removed
        if segment is None or (name in read and _says(segment, known, portable)):
            made.rules[name] = read[name]
            mentions[name] = list(known.after(name).mentions(read[name]))
        elif name not in read and _says(segment, alone := _alone(segment), frozenset()):
            made.rules[name] = alone.rules[name]
        else:
            made.rules[name] = None  # its place; what it says comes below
            edited[name] = segment
    order = _asked_first(edited)
    for name in order:
        _write_segment(edited[name], made, generation)
    for name in edited:
        if name not in order:
            made.inexact.add(name)
            at = f"/segments/{escape(name)}"
            made.losses.append(Loss(at, "it asks for itself", "left out, with what asks for it"))
        if made.rules[name] is None:
            del made.rules[name]
        else:
            mentions[name] = _mentioned_in(made.rules[name])
    made.rules = _ordered(made.rules, mentions)
    return made


def _mentioned_in(rule: Json) -> list[str]:
    found: list[str] = []
    waiting = [rule]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found += (name for name in (item.get("$ref"),) if isinstance(name, str))
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return found


def _asked_first(segments: Mapping[str, m.Segment]) -> list[str]:
    """The segments, each after those that it asks for; those in a cycle are left out."""
    asks = {
        name: {key for kind, key in of_segment(each) if kind == "segment" and key in segments}
        for name, each in segments.items()
    }
    askers: dict[str, list[str]] = {name: [] for name in segments}
    for name, asked in asks.items():
        for other in asked:
            askers[other].append(name)
    ready = [name for name, asked in asks.items() if not asked]
    for name in ready:
        for asker in askers[name]:
            asks[asker].discard(name)
            if not asks[asker]:
                ready.append(asker)
    return ready


def _write_segment(segment: m.Segment, made: Evaluated, generation: str) -> None:
    name = segment.key

    def note(message: str, effect: str) -> None:
        made.inexact.add(name)
        made.losses.append(Loss(f"/segments/{escape(name)}", message, effect))

    known = {key for key in made.rules if made.rules[key] is not None}
    try:
        rule = _rule(segment, Writer(generation, known, made.inlined, made.inexact), note)
    except Unsayable as error:
        note(str(error), "left out, and so are the rules that ask for it")
        return
    if "\\" in json.dumps([name, rule]):
        made.inlined[name] = rule
    else:
        made.rules[name] = rule


def _read_before(document: m.Document, rest: Mapping[str, Json]) -> dict[str, Json]:
    """The evaluators of the document that was read, or else those that its flags mentioned."""
    found = rest.get("$evaluators")
    read = dict(found) if isinstance(found, dict) else {}
    for flag in document.flags.values():
        mentioned = flag.origin.get("evaluators") if flag.origin else None
        if isinstance(mentioned, dict):
            read |= {name: rule for name, rule in mentioned.items() if name not in read}
    return read


def _alone(segment: m.Segment) -> Evaluators:
    """The evaluator that a segment was, where it comes without its document."""
    origin = segment.origin or {}
    known = {segment.key: origin["raw"]} if origin.get("dialect") == "flagd" else {}
    return Evaluators.of({"$evaluators": known})


def _says(segment: m.Segment, known: Evaluators, portable: frozenset[str]) -> bool:
    """Whether the segment says what its evaluator says."""
    if segment.key not in known.rules or segment.included or segment.excluded:
        return False
    words = Words(known.after(segment.key), "v2", portable)
    again = replace(segment, when=words.condition(known.rules[segment.key]))
    return _text(again) == _text(segment)


def _text(segment: m.Segment) -> str:
    return json.dumps(segment_to_json(segment), sort_keys=True)


def _rule(segment: m.Segment, writer: Writer, note: Note) -> Json:
    """Included keys, or whoever matches and is not excluded."""
    keys: dict[str, list[str]] = {"included": [], "excluded": []}
    for name, found in keys.items():
        for listed in getattr(segment, name):
            if listed.kind != m.DEFAULT_KIND:
                raise Unsayable(f"flagd has no contexts of kind {listed.kind!r}")
            found += listed.keys
    matches = False if segment.when is None else writer.condition(segment.when, note)
    if keys["excluded"]:
        matches = {"and": [{"!": [_among(keys["excluded"])]}, matches]}
    return {"or": [_among(keys["included"]), matches]} if keys["included"] else matches


def _among(keys: list[str]) -> Json:
    return {"in": [{"var": "targetingKey"}, keys]}


def _ordered(rules: dict[str, Json], mentions: dict[str, list[str]]) -> dict[str, Json]:
    """The rules, each before those it mentions; in their own order where that is so already."""
    place = {name: index for index, name in enumerate(rules)}
    known: dict[str, list[str]] = {}
    for name in rules:
        others = {other for other in mentions.get(name, ()) if other in place}
        known[name] = sorted(others, key=place.__getitem__)
    if all(place[name] < place[other] for name, found in known.items() for other in found):
        return rules
    waiting = Counter(other for found in known.values() for other in found)
    ready = [name for name in rules if not waiting[name]]
    ordered: dict[str, Json] = {}
    for name in ready:
        ordered[name] = rules[name]
        for other in known[name]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ordered | rules  # those in a cycle come last, as they were
