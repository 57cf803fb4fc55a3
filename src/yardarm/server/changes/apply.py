"""What each command makes of the documents. Pure: the same input gives the same documents.

`apply` answers the documents that become different. Flags and segments that a command leaves
alone stay the same objects, so that everything after (patch, validation, compilation) looks only
at what changed; those that changed carry the environment's next version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from yardarm.core import model as m
from yardarm.core.codec import segment_from_json
from yardarm.core.reading import escape, kind_name
from yardarm.errors import DocumentError, Problem

from . import commands as c
from .entries import body_of, find, restored, same, touched
from .errors import AlreadyExists, NotFound, Refused
from .flags import edited, new_flag
from .occasion import Documents, Occasion
from .renaming import renamed
from .whole import copied, filled, imported, promoted


def apply(command: c.Command, documents: Documents, occasion: Occasion) -> dict[str, m.Document]:
    """The documents that the command changes, as they are after it, by environment.

    Raises `DocumentError`, `NotFound`, `AlreadyExists`, `Refused`.
    """
    after = _after(command, documents, occasion)
    finished = {at: _numbered(documents[at], document) for at, document in after.items()}
    return {at: doc for at, doc in finished.items() if doc is not documents[at]}


def _after(command: c.Command, documents: Documents, occasion: Occasion) -> dict[str, m.Document]:
    """The documents that the command may change, not numbered yet."""
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
        case c.Kill():
            after = _each_flag(documents, occasion, command.flag, _off)
        case c.ArchiveFlag():
            after = _archive(command.flag, occasion.now, documents)
        case c.RestoreFlag():
            after = _archive(command.flag, None, documents)
        case c.PutSegment():
            after = _put_segment(command, documents, occasion)
        case c.RemoveSegment():
            after = _remove_segment(command, documents, occasion)
        case c.ImportDocument():
            after = imported(command, documents, occasion)
        case c.CopyEnvironment():
            after = copied(command, documents, occasion)
        case c.CreateEnvironment():
            after = filled(command, documents)
        case c.PromoteFlag():
            after = promoted(command, documents, occasion)
        case c.Undo():
            after = _put_back(documents, occasion)
        case c.RestoreVersion():
            for at in occasion.targets:
                _in_use(documents[at], command.flag, at)
            after = _put_back(documents, occasion, command.flag)
        case c.RestoreEntries():
            after = {at: restored(documents[at], command.entries) for at in occasion.targets}
        case c.Together():
            after = _together(command, documents, occasion)
    return after


def _together(
    command: c.Together, documents: Documents, occasion: Occasion
) -> dict[str, m.Document]:
    """Each on top of what those before it have made."""
    after: dict[str, m.Document] = {}
    for each in command.each():
        after |= _after(each, {**documents, **after}, occasion)
    return after


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


def _in_use(document: m.Document, key: str, environment: str) -> m.Flag:
    """A flag that is not archived. Raises `NotFound`, `Refused`."""
    flag = _flag(document, key, environment)
    if flag.archived_at is not None:
        raise Refused("flag-archived", f"the flag {key!r} is archived", hint="restore it first")
    return flag


def _put_back(
    documents: Documents, occasion: Occasion, flag: str | None = None
) -> dict[str, m.Document]:
    """With what is to be put back; of `flag` alone where one is named."""
    back = occasion.back or {}
    return {
        at: restored(documents[at], [e for e in entries if flag in (None, e["key"])])
        for at, entries in back.items()
    }


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
    after = {}
    for at, document in documents.items():
        flag, rest = _flag(document, command.flag, at), document
        if command.renames:
            rest = renamed(document, flag, command.renames)
            flag = rest.flags[flag.key]
        allowed = c.EDITABLE_PROJECT_FIELDS
        after[at] = _with_flag(rest, edited(flag, command.fields, allowed, occasion.new_id))
    return after


def _edit(command: c.EditFlag, documents: Documents, occasion: Occasion) -> dict[str, m.Document]:
    return _each_flag(
        documents,
        occasion,
        command.flag,
        lambda flag: edited(flag, command.fields, c.ENVIRONMENT_FIELDS, occasion.new_id),
    )


def _off(flag: m.Flag) -> m.Flag:
    return replace(flag, enabled=False)


def _each_flag(
    documents: Documents, occasion: Occasion, key: str, change: Callable[[m.Flag], m.Flag]
) -> dict[str, m.Document]:
    return {
        at: _with_flag(documents[at], change(_in_use(documents[at], key, at)))
        for at in occasion.targets
    }


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
