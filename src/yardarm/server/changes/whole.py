"""Commands about whole documents: taking one over, copying an environment, filling a new one.

Pure, like `apply`, which calls these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from yardarm.core import model as m
from yardarm.core.codec import document_from_json
from yardarm.core.references import of_flag, of_segment
from yardarm.errors import DocumentError, Problem

from . import commands as c
from .errors import NotFound, Refused
from .flags import (
    blank,
    carried,
    pointer_of,
    with_environment_fields,
    with_project_fields,
    with_rule_ids,
)
from .occasion import Documents, Occasion


def imported(
    command: c.ImportDocument, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    """An import: its targets take it over, the other environments get its new flags, disabled."""
    given = document_from_json(_with_all_rule_ids(command.document, occasion.new_id))
    replacing = command.mode == "replace"
    after = {}
    for at, document in documents.items():
        target = at in occasion.targets
        flags = dict(document.flags)
        for key, flag in given.flags.items():
            flags[key] = _taken_over(flags.get(key), flag, target)
        if replacing:
            for key in flags.keys() - given.flags.keys():
                if flags[key].archived_at is None:
                    flags[key] = replace(flags[key], archived_at=occasion.now)
        segments: Mapping[str, m.Segment] = document.segments
        if target:
            segments = {**({} if replacing else segments), **given.segments}
        after[at] = replace(document, flags=flags, segments=segments)
    return after


def _taken_over(present: m.Flag | None, flag: m.Flag, target: bool) -> m.Flag:
    if present is None:
        return flag if target else blank(flag)
    if present.archived_at is not None and flag.archived_at is None:
        raise Refused(
            "flag-archived", f"the flag {flag.key!r} is archived", hint="restore it first"
        )
    if present.type != flag.type:
        raise DocumentError(
            [
                Problem(
                    f"{pointer_of(flag.key)}/type",
                    f"the flag is of type {present.type}, for life",
                    "give the new flag another key",
                )
            ]
        )
    return carried(present, flag) if target else with_project_fields(present, flag)


def _with_all_rule_ids(document: m.Json, new_id: Callable[[], str]) -> m.Json:
    flags = document.get("flags")
    if isinstance(flags, dict):
        made: m.Json = {key: _ids(flag, new_id) for key, flag in flags.items()}
    elif isinstance(flags, list):
        made = [_ids(flag, new_id) for flag in flags]
    else:
        return document
    return {**document, "flags": made}


def _ids(flag: m.Json, new_id: Callable[[], str]) -> m.Json:
    return with_rule_ids(flag, new_id) if isinstance(flag, dict) else flag


def copied(
    command: c.CopyEnvironment, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    """The targets with the segments and environment fields of the source."""
    source = documents.get(command.source)
    if source is None:
        raise NotFound("environment", command.source)
    return {at: _like(documents[at], source) for at in occasion.targets}


def _like(document: m.Document, source: m.Document) -> m.Document:
    flags = {
        key: with_environment_fields(flag, source.flags[key]) if key in source.flags else flag
        for key, flag in document.flags.items()
    }
    return replace(document, flags=flags, segments=dict(source.segments))


def promoted(
    command: c.PromoteFlag, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    """The targets with one flag as the source has it, and the segments that it needs there."""
    source = documents[command.source]
    flag = source.flags.get(command.flag)
    if flag is None:
        raise NotFound("flag", command.flag, command.source)
    if flag.archived_at is not None:
        raise Refused(
            "flag-archived", f"the flag {flag.key!r} is archived", hint="restore it first"
        )
    needed = segments_of(source, flag) if command.segments else {}
    after = {}
    for at in occasion.targets:
        here = documents[at]
        if command.flag not in here.flags:
            raise NotFound("flag", command.flag, at)
        flags = {**here.flags, flag.key: with_environment_fields(here.flags[flag.key], flag)}
        after[at] = replace(here, flags=flags, segments={**here.segments, **needed})
    return after


def segments_of(document: m.Document, flag: m.Flag) -> dict[str, m.Segment]:
    """The segments that a flag asks, and those that they ask."""
    found: dict[str, m.Segment] = {}
    waiting = [key for kind, key in of_flag(flag) if kind == "segment"]
    while waiting:
        key = waiting.pop()
        segment = document.segments.get(key)
        if segment is None or key in found:
            continue
        found[key] = segment
        waiting += [other for kind, other in of_segment(segment) if kind == "segment"]
    return found


def filled(command: c.CreateEnvironment, documents: Documents) -> dict[str, m.Document]:
    """A new environment, which is already among the documents, with the flags of the project."""
    others = [document for at, document in documents.items() if at != command.key]
    if command.copy_from is not None:
        source = documents.get(command.copy_from)
        if source is None or command.copy_from == command.key:
            raise NotFound("environment", command.copy_from)
        flags, segments = dict(source.flags), dict(source.segments)
    elif others:
        flags, segments = {key: blank(flag) for key, flag in others[0].flags.items()}, {}
    else:
        return {}
    return {command.key: replace(documents[command.key], flags=flags, segments=segments)}
