"""What each command makes of the documents. Pure: the same input gives the same documents.

`apply` answers the documents that become different. Flags and segments that a command leaves
alone stay the same objects, so that everything after (patch, validation, compilation) looks only
at what changed; those that changed carry the environment's next version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, segment_from_json
from yardarm.core.reading import escape, kind_name
from yardarm.errors import DocumentError, Problem

from . import commands as c
from .entries import body_of, find, restored, same, touched
from .errors import AlreadyExists, NotFound, Refused
from .flags import (
    blank,
    carried,
    edited,
    new_flag,
    pointer_of,
    with_environment_fields,
    with_project_fields,
    with_rule_ids,
)

Documents = Mapping[str, m.Document]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a command needs besides the documents.

    `targets` are the environments it was submitted for, `now` an RFC 3339 instant, `new_id` gives
    ids for new rules. `undone` has, for an `Undo`, the entries to restore per environment.
    """

    targets: tuple[str, ...]
    now: str
    new_id: Callable[[], str]
    undone: Mapping[str, tuple[Mapping[str, m.Json], ...]] | None = None


def apply(command: c.Command, documents: Documents, occasion: Occasion) -> dict[str, m.Document]:
    """The documents that the command changes, as they are after it, by environment.

    Raises `DocumentError`, `NotFound`, `AlreadyExists`, `Refused`.
    """
    match command:
        case c.CreateFlag():
            after = _create(command, documents, occasion)
        case c.UpdateFlag():
            after = _update(command, documents, occasion)
        case c.EditFlag():
            after = _edit(command, documents, occasion)
        case c.SetEnabled():
            after = _each_flag(
                documents, occasion, command.flag, lambda f: replace(f, enabled=command.enabled)
            )
        case c.ArchiveFlag():
            after = _archive(command.flag, occasion.now, documents)
        case c.RestoreFlag():
            after = _archive(command.flag, None, documents)
        case c.PutSegment():
            after = _put_segment(command, documents, occasion)
        case c.RemoveSegment():
            after = _remove_segment(command, documents, occasion)
        case c.ImportDocument():
            after = _import(command, documents, occasion)
        case c.CopyEnvironment():
            after = _copy(command, documents, occasion)
        case c.CreateEnvironment():
            after = _create_environment(command, documents)
        case c.Undo():
            undone = occasion.undone or {}
            after = {at: restored(documents[at], entries) for at, entries in undone.items()}
        case c.RestoreEntries():
            after = {at: restored(documents[at], command.entries) for at in occasion.targets}
    finished = {at: _numbered(documents[at], document) for at, document in after.items()}
    return {at: doc for at, doc in finished.items() if doc is not documents[at]}


def _numbered(before: m.Document, after: m.Document) -> m.Document:
    """`after` with the next version on what differs, or `before` itself when nothing does."""
    flags, segments, differs = dict(after.flags), dict(after.segments), False
    version = before.version + 1
    for kind, key in touched(before, after):
        items: dict[str, m.Flag] | dict[str, m.Segment] = flags if kind == "flag" else segments
        old, new = find(before, (kind, key)), find(after, (kind, key))
        if old is not None and new is not None and same(body_of(old), body_of(new)):
            items[key] = old  # type: ignore[assignment]
            continue
        differs = True
        if new is not None:
            items[key] = replace(new, version=version)  # type: ignore[assignment]
    return (
        m.Document(flags, segments, before.environment, version, before.epoch)
        if differs
        else before
    )


def _with_flag(document: m.Document, flag: m.Flag) -> m.Document:
    return replace(document, flags={**document.flags, flag.key: flag})


def _flag(document: m.Document, key: str, environment: str) -> m.Flag:
    flag = document.flags.get(key)
    if flag is None:
        raise NotFound("flag", key, environment)
    return flag


# --- flags ------------------------------------------------------------------------------------


def _create(
    command: c.CreateFlag, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    if not documents:
        raise Refused(
            "environments-missing", "the project has no environment yet", hint="create one first"
        )
    problems = []
    for at, fields in command.environments.items():
        if at not in documents:
            raise NotFound("environment", at)
        if not isinstance(fields, Mapping):
            problems.append(
                Problem(f"/environments/{at}", f"expected an object, found {kind_name(fields)}")
            )
    if problems:
        raise DocumentError(problems)
    after = {}
    for at, document in documents.items():
        flag = new_flag(command.flag, command.environments.get(at, {}), occasion.new_id)
        present = document.flags.get(flag.key)
        if present is not None:
            hint = (
                "it is archived: restore it, or choose another key" if present.archived_at else ""
            )
            raise AlreadyExists("flag", flag.key, hint)
        after[at] = _with_flag(document, flag)
    return after


def _update(
    command: c.UpdateFlag, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    return {
        at: _with_flag(
            document,
            edited(
                _flag(document, command.flag, at),
                command.fields,
                c.EDITABLE_PROJECT_FIELDS,
                occasion.new_id,
            ),
        )
        for at, document in documents.items()
    }


def _edit(command: c.EditFlag, documents: Documents, occasion: Occasion) -> dict[str, m.Document]:
    return _each_flag(
        documents,
        occasion,
        command.flag,
        lambda flag: edited(flag, command.fields, c.ENVIRONMENT_FIELDS, occasion.new_id),
    )


def _each_flag(
    documents: Documents, occasion: Occasion, key: str, change: Callable[[m.Flag], m.Flag]
) -> dict[str, m.Document]:
    after = {}
    for at in occasion.targets:
        flag = _flag(documents[at], key, at)
        if flag.archived_at is not None:
            raise Refused("flag-archived", f"the flag {key!r} is archived", hint="restore it first")
        after[at] = _with_flag(documents[at], change(flag))
    return after


def _archive(key: str, archived_at: str | None, documents: Documents) -> dict[str, m.Document]:
    after = {}
    for at, document in documents.items():
        flag = _flag(document, key, at)
        if (flag.archived_at is None) != (archived_at is None):
            after[at] = _with_flag(document, replace(flag, archived_at=archived_at))
    return after


# --- segments ---------------------------------------------------------------------------------


def _put_segment(
    command: c.PutSegment, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    key = command.segment.get("key")
    if not isinstance(key, str):
        raise DocumentError([Problem("/segments", "the segment has no key", 'give it a "key"')])
    body = {name: value for name, value in command.segment.items() if name != "version"}
    segment = segment_from_json(body, key, f"/segments/{escape(key)}")
    return {
        at: replace(documents[at], segments={**documents[at].segments, key: segment})
        for at in occasion.targets
    }


def _remove_segment(
    command: c.RemoveSegment, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    after = {}
    for at in occasion.targets:
        segments = dict(documents[at].segments)
        if segments.pop(command.segment, None) is None:
            raise NotFound("segment", command.segment, at)
        after[at] = replace(documents[at], segments=segments)
    return after


# --- whole documents --------------------------------------------------------------------------


def _import(
    command: c.ImportDocument, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    given = document_from_json(_with_all_rule_ids(command.document, occasion.new_id))
    replacing = command.mode == "replace"
    after = {}
    for at, document in documents.items():
        target = at in occasion.targets
        flags = dict(document.flags)
        for key, flag in given.flags.items():
            flags[key] = _imported(flags.get(key), flag, target)
        if replacing:
            for key in flags.keys() - given.flags.keys():
                if flags[key].archived_at is None:
                    flags[key] = replace(flags[key], archived_at=occasion.now)
        segments: Mapping[str, m.Segment] = document.segments
        if target:
            segments = {**({} if replacing else segments), **given.segments}
        after[at] = replace(document, flags=flags, segments=segments)
    return after


def _imported(present: m.Flag | None, flag: m.Flag, target: bool) -> m.Flag:
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


def _copy(
    command: c.CopyEnvironment, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
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


def _create_environment(
    command: c.CreateEnvironment, documents: Documents
) -> dict[str, m.Document]:
    """The new environment is already among the documents, empty."""
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
