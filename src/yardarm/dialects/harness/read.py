"""From Harness's document to ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from ...core import model as m
from ...core.program import DocumentSource
from ...core.reading import kind_name
from ...core.references import Found, Reference, of_segment, survey
from ...errors import DocumentError, Problem
from ..base import Options, Reading
from .flags import needed_by, read_flag
from .groups import circles, read_group, read_part
from .notes import Malformed, Notes, Surroundings

T = TypeVar("T")

_KEYS = {"flags": "feature", "segments": "identifier"}


def read(source: m.Json, options: Options) -> Reading:
    """The document, and what could not be carried over. Raises `DocumentError` where there is
    neither a list of flags nor one of target groups."""
    return read_for(source, None)


def read_for(source: m.Json, held: frozenset[str] | None) -> Reading:
    """The same for targets that hold only these attributes, and on which the SDK breaks off where
    it looks for another one; None for all other targets."""
    if isinstance(source, list):
        source = {"flags": source}
    if not isinstance(source, dict) or not any(name in source for name in _KEYS):
        raise DocumentError(
            [
                Problem(
                    "", "this is no document of Harness", 'expected {"flags": […], "segments": […]}'
                )
            ]
        )
    notes = Notes()
    flags, groups = _by_key(source, "flags", notes), _by_key(source, "segments", notes)
    around = _surroundings(
        {key: raw for key, (_, raw) in flags.items()},
        {key: raw for key, (_, raw) in groups.items()},
        held,
    )
    first = Notes()
    segments = _each(groups, read_group, around, first)
    if len(segments) < len(groups):
        # A target group that cannot be read is none for those that ask for it.
        readable = {key: raw for key, raw in around.groups.items() if key in segments}
        bad = tuple(f"{at}/" for key, (at, _) in groups.items() if key not in readable)
        first.losses = [loss for loss in first.losses if f"{loss.pointer}/".startswith(bad)]
        around = _surroundings(around.flags, readable, held)
        known = {key: groups[key] for key in groups if key in readable}
        segments = _each(known, read_group, around, first)
    notes.losses += first.losses
    read_flags = _each(flags, read_flag, around, notes)
    if len(read_flags) < len(flags):
        _read_again(read_flags, flags, around, notes)
    pending = dict(around.parts)
    while pending:  # a part may ask for parts of other groups
        for key, (part, name) in sorted(pending.items()):
            segments[key] = read_part(key, part, name, around)
        pending = {key: named for key, named in around.parts.items() if key not in segments}
    rest = {name: value for name, value in source.items() if name not in _KEYS}
    document = m.Document(read_flags, segments, {"harness": rest} if rest else {})
    _unevaluable(document, flags, notes)
    return Reading(document, tuple(notes.losses))


def _surroundings(
    flags: Mapping[str, m.Json], groups: Mapping[str, m.Json], held: frozenset[str] | None
) -> Surroundings:
    return Surroundings(flags, groups, circles(groups), held=held)


def _by_key(source: m.Json, name: str, notes: Notes) -> dict[str, tuple[str, m.Json]]:
    """Pointer and JSON of each item by key. Of two with one key the higher version counts, and
    the later one where the versions do not say."""
    listed = source.get(name)
    if listed is not None and not isinstance(listed, list):
        notes.add(f"/{name}", f"expected a list, found {kind_name(listed)}", "none of it is read")
        return {}
    found: dict[str, tuple[str, m.Json]] = {}
    for index, item in enumerate(listed or ()):
        at = f"/{name}/{index}"
        key = item.get(_KEYS[name]) if isinstance(item, dict) else None
        if not isinstance(key, str):
            notes.add(at, f"an item without {_KEYS[name]!r}", "it is left out")
            continue
        if key in found:
            notes.add(at, f"{key!r} comes twice", "the one of the higher version counts")
            if _outdated(found[key][1], item):
                continue
        found[key] = (at, item)
    return found


def _outdated(before: m.Json, item: m.Json) -> bool:
    old, new = before.get("version"), item.get("version")
    return isinstance(old, int) and isinstance(new, int) and old >= new


def _each(
    raws: Mapping[str, tuple[str, m.Json]],
    read_one: Callable[[m.Json, str, Surroundings, Notes], T],
    around: Surroundings,
    notes: Notes,
) -> dict[str, T]:
    """Everything that can be read, by key; the rest is noted."""
    found = {}
    flags = read_one is read_flag
    for key, (at, raw) in raws.items():
        notes.flag = key if flags else None
        try:
            found[key] = read_one(raw, at, around, notes)
        except Malformed as error:
            notes.add(error.pointer, error.message, "it is left out; Harness's SDK refuses it")
    notes.flag = None
    return found


def _read_again(
    found: dict[str, m.Flag],
    raws: Mapping[str, tuple[str, m.Json]],
    around: Surroundings,
    notes: Notes,
) -> None:
    """Read those flags once more that have a flag as a prerequisite that could not be read: it
    is none for them."""
    readable = {key: raw for key, raw in around.flags.items() if key in found}
    again = {key for key in found if not needed_by(around.flags[key]) <= readable.keys()}
    notes.losses = [loss for loss in notes.losses if loss.flag not in again]
    fewer = replace(around, flags=readable)
    found |= _each({key: raws[key] for key in raws if key in again}, read_flag, fewer, notes)


def _unevaluable(
    document: m.Document, raws: Mapping[str, tuple[str, m.Json]], notes: Notes
) -> None:
    """Note flags that the evaluator refuses: circles, chains without end."""
    surveyed: dict[Reference, Found] = {}
    source = DocumentSource(document)
    nested = any(of_segment(segment) for segment in document.segments.values())
    for key, flag in document.flags.items():
        if not flag.prerequisites and not (nested and flag.rules):
            continue
        reference = ("flag", key)
        if reference not in surveyed:
            surveyed.update(survey(source, reference, surveyed.get))
        if surveyed[reference].fault:
            notes.flag = key
            notes.add(raws[key][0], surveyed[reference].fault, "the caller's fallback is served",
                      "lost")  # fmt: skip
    notes.flag = None
