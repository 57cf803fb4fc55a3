"""From Flagsmith's document to ours.

A feature becomes a flag: what it is in the environment is its default, overrides of segments are
its rules in the order of their priorities, overrides of identities its targets. Segments stay
segments. Flags are made when they are first asked for: an environment may have very many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from ...core import model as m
from ...core.keys import check_key
from ...core.model import Json
from ...core.traits import trait_value
from ..base import Loss, Options, Reading
from .conditions import Conditions
from .cycles import in_circles
from .dependencies import Dependencies
from .flag import flag_of
from .notes import Notes
from .rules import Rules
from .source import Source, load

NAME = "flagsmith"


def read(source: Json, options: Options) -> Reading:
    """The document, and what could not be carried over.

    `source` is an environment document, or an evaluation context, of which an identity is kept.
    Raises `DocumentError` for what is neither.

    Option `identities`: `"named"` serves overrides to identities by their very names, also where
    Flagsmith's engine reads such a name as a number and never finds it.
    """
    return reading(source, named=options.get("identities") == "named")[0]


def reading(source: Json, *, named: bool = False) -> tuple[Reading, Source, Dependencies, bool]:
    """The same with what it was made of, and whether flags ask each other in a circle."""
    notes = Notes()
    loaded = load(source, notes)
    loaded.named = named
    dependencies = Dependencies(loaded)
    segments = _segments(loaded, Conditions(loaded, notes, dependencies), notes)
    circles = in_circles(loaded, dependencies)
    for key in circles:
        notes.add(
            loaded.features[key].pointer,
            "flags that ask each other in a circle",
            "it answers the caller's fallback; Flagsmith answers its value in the environment",
            flag=key,
        )
    if not named:
        _odd_identifiers(loaded, notes)
    flags = Flags(loaded, dependencies)
    document = m.Document(flags, segments, {NAME: _environment(loaded)})
    return Reading(document, notes.all()), loaded, dependencies, bool(circles)


class Flags(Mapping[str, m.Flag]):
    """Flags by key, each made when it is first asked for."""

    def __init__(self, source: Source, dependencies: Dependencies) -> None:
        self._source = source
        self._dependencies = dependencies
        self._made: dict[str, m.Flag] = {}

    def __getitem__(self, key: str) -> m.Flag:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = flag_of(self._source, self._dependencies.plan(key))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.features)

    def __len__(self) -> int:
        return len(self._source.features)

    def __contains__(self, key: object) -> bool:
        return key in self._source.features

    def __repr__(self) -> str:
        return f"<{len(self)} flags of Flagsmith>"


def _segments(source: Source, conditions: Conditions, notes: Notes) -> dict[str, m.Segment]:
    made = {}
    for key, part in source.segments.items():
        rules = Rules(partial(conditions.read, segment=key), conditions.fault)
        when = rules.segment(part.raw, part.pointer)
        if check_key(key, ""):
            notes.key(key, part.pointer, "segment")
        made[key] = segment_of(source, key, when)
    return made


def segment_of(source: Source, key: str, when: m.Condition | None) -> m.Segment:
    """The segment, with what Flagsmith says of it."""
    raw = source.segments[key].raw
    name = raw.get("name")
    return m.Segment(
        key=key,
        when=when,
        name=name if type(name) is str else "",
        origin={"dialect": NAME, "form": source.form, "raw": raw},
    )


def _environment(source: Source) -> dict[str, Json]:
    """What the document says beside flags and segments."""
    kept: dict[str, Json] = {
        "form": source.form,
        "environment": dict(source.environment),
        "rest": source.rest,
        "empty": {
            name: source.raw[name]
            for name in ("features", "segments", "identity_overrides")
            if name in source.raw and not source.raw[name]
        },
    }
    if source.is_environment:
        project = source.raw.get("project")
        if isinstance(project, dict):
            kept["project"] = {k: v for k, v in project.items() if k != "segments"}
        if source.raw.get("identity_overrides"):
            kept["identity_overrides"] = source.raw["identity_overrides"]
    return kept


def _odd_identifiers(source: Source, notes: Notes) -> None:
    """Note identities whose overrides Flagsmith's engine never finds."""
    for individuals in source.individuals.values():
        for one in individuals:
            for identifier in one.identifiers:
                found = trait_value(identifier)
                if type(found) is not str and str(found) != str(identifier):
                    _missed(notes, one.state.name, identifier)


def _missed(notes: Notes, flag: str, identifier: Json) -> None:
    notes.losses.append(
        Loss(
            "/identity_overrides",
            f"{identifier!r} looks like a number, which Flagsmith's engine reads as one",
            "this identity's override is never served, as in Flagsmith's local evaluation",
            flag,
            "differs",
            says="an override of this identity",
            did="an override that this identity never gets",
            option="identities=named",
        )
    )
