"""Whether documents may be published: valid, compilable, alike across environments, small enough.

Only what a command touched is looked at, and what depends on it, so that turning one of ten
thousand flags off costs no more than it must. Only problems that the command brings are held
against it: a flag that an earlier version let pass never stands in the way of its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from yardarm.core import model as m
from yardarm.core.check_serve import splits_of
from yardarm.core.codec import flag_to_json
from yardarm.core.keys import check_lookalikes
from yardarm.core.program import DocumentSource, Program
from yardarm.core.reading import escape
from yardarm.core.references import Reference, direct, of_flag, of_segment
from yardarm.core.validate import CheckSchema, validate
from yardarm.errors import DocumentError, Problem

from . import commands as c
from .commands import PROJECT_FIELDS
from .entries import find, same
from .errors import Refused
from .policy import Step


def check(command: c.Command, step: Step, check_schema: CheckSchema | None) -> list[Problem]:
    """Warnings of what was touched. Raises `DocumentError` for errors that are new."""
    before, after = step.before, step.after
    near = neighbourhood(after, step.changed, _felt_by_others(step))
    found = list(dict.fromkeys([*_problems(near, check_schema), *_lookalikes(step)]))
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        was = {
            (problem.pointer, problem.message)
            for problem in _problems(neighbourhood(before, _references(near), ()), check_schema)
        }
        new = [p for p in errors if (p.pointer, p.message) not in was and not _allowed(command, p)]
        if new:
            raise DocumentError(new)
    _compile(before, near, step.changed)
    return [problem for problem in found if problem.severity != "error"]


def _problems(near: m.Document, check_schema: CheckSchema | None) -> list[Problem]:
    """Problems, but not those of archived flags, which serve nobody."""
    resting = tuple(
        f"/flags/{escape(key)}/" for key, flag in near.flags.items() if flag.archived_at is not None
    )
    return [
        p for p in validate(near, check_schema) if not (resting and p.pointer.startswith(resting))
    ]


def _allowed(command: c.Command, problem: Problem) -> bool:
    """Forced, a flag or segment may be taken from those that need it: their conditions on it
    then do not match."""
    match command:
        case c.ArchiveFlag(force=True) | c.ImportDocument(force=True) | c.Together(force=True):
            return problem.message.startswith("archived: ")
        case c.RemoveSegment(force=True):
            return problem.message == f"there is no segment {command.segment!r}"
        case _:
            return False


def _lookalikes(step: Step) -> list[Problem]:
    """Look-alikes among all keys, when there are new ones."""
    new = {kind for kind, key in step.changed if find(step.before, (kind, key)) is None}
    found: list[Problem] = []
    if "flag" in new:
        found += check_lookalikes(step.after.flags, "/flags")
    if "segment" in new:
        found += check_lookalikes(step.after.segments, "/segments")
    return found


def _compile(before: m.Document, near: m.Document, changed: Iterable[Reference]) -> None:
    """Compile what changed: what is published must not fail where it is read."""
    program, was = Program.of(near), Program.of(before)
    for kind, key in changed:
        if kind != "flag" or key not in near.flags or near.flags[key].archived_at is not None:
            continue
        if program.compiled(key).flag is None and not (
            key in before.flags and was.compiled(key).flag is None
        ):
            raise DocumentError([Problem(f"/flags/{escape(key)}", "cannot be compiled")])


# --- what is near a change --------------------------------------------------------------------


def neighbourhood(
    document: m.Document, changed: Iterable[Reference], felt: Iterable[Reference]
) -> m.Document:
    """The part of a document that can have other problems than before: what changed, whatever
    refers to what is `felt` by others, whatever those need, and the flags that share a layer."""
    near = set(changed) | _dependents(document, set(felt))
    near |= _same_layers(document, near)
    near |= _needs(document, near)
    flags = {key: flag for key, flag in document.flags.items() if ("flag", key) in near}
    segments = {key: s for key, s in document.segments.items() if ("segment", key) in near}
    return replace(document, flags=flags, segments=segments)


def _felt_by_others(step: Step) -> list[Reference]:
    """What changed in a way that can make those who refer to it wrong."""
    return [
        reference
        for reference in step.changed
        if _seen(step.before, reference) != _seen(step.after, reference)
    ]


def _seen(document: m.Document, reference: Reference) -> object:
    """What others see of a flag or segment: its variants, whether it rests, what it needs."""
    item = find(document, reference)
    if isinstance(item, m.Flag):
        variants = {variant.key for variant in item.variants}
        return variants, item.archived_at is None, of_flag(item)
    return None if item is None else of_segment(item)


def _references(document: m.Document) -> list[Reference]:
    flags: list[Reference] = [("flag", key) for key in document.flags]
    return flags + [("segment", key) for key in document.segments]


def _dependents(document: m.Document, start: set[Reference]) -> set[Reference]:
    """Everything that refers to these, directly or not."""
    if not start:
        return set()
    users: dict[Reference, list[Reference]] = {}
    for key, flag in document.flags.items():
        if flag.prerequisites or flag.rules:
            for needed in of_flag(flag):
                users.setdefault(needed, []).append(("flag", key))
    for key, segment in document.segments.items():
        for needed in of_segment(segment):
            users.setdefault(needed, []).append(("segment", key))
    found: set[Reference] = set()
    waiting = list(start)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return found


def _needs(document: m.Document, start: set[Reference]) -> set[Reference]:
    """Everything that these refer to, directly or not."""
    source, found, waiting = DocumentSource(document), set(start), list(start)
    while waiting:
        try:
            following = direct(source, waiting.pop())
        except KeyError:
            continue
        new = following - found
        found |= new
        waiting.extend(new)
    return found


def _same_layers(document: m.Document, near: set[Reference]) -> set[Reference]:
    wanted = {
        layer
        for kind, key in near
        if kind == "flag" and key in document.flags
        for layer in _layers(document.flags[key])
    }
    if not wanted:
        return set()
    return {
        ("flag", key)
        for key, flag in document.flags.items()
        if not wanted.isdisjoint(_layers(flag))
    }


def _layers(flag: m.Flag) -> set[str]:
    layers = (split.bucketing.layer for _, split in splits_of(flag))
    return {layer.key for layer in layers if layer is not None}


# --- across environments, and size ------------------------------------------------------------


def check_alike(documents: Mapping[str, m.Document], keys: Iterable[str]) -> None:
    """Raises `Refused` when one of these flags is not in every environment of the project, or
    has other project fields in one than in another."""
    for key in keys:
        flags = {at: document.flags.get(key) for at, document in documents.items()}
        present = {at: flag for at, flag in flags.items() if flag is not None}
        if not present:
            continue
        missing = [at for at in flags if at not in present]
        first = next(iter(present.values()))
        other = [
            f"{name} in {at!r}"
            for at, flag in present.items()
            for name in PROJECT_FIELDS
            if not _equal(flag, first, name)
        ]
        if missing or other:
            raise Refused(
                "environments-differ",
                f"the flag {key!r} would differ between environments",
                [*(f"missing in {at!r}" for at in missing), *other],
                "change it in all environments of the project at once",
            )


def _equal(one: m.Flag, other: m.Flag, name: str) -> bool:
    if getattr(one, name) is getattr(other, name):
        return True
    mine, theirs = (flag_to_json(flag).get(name) for flag in (one, other))
    return same(mine, theirs)


def check_size(environment: str, size: int, limit: int) -> list[Problem]:
    """A warning from half of the limit on. Raises `DocumentError` beyond it."""
    hint = "remove unused flags, or keep long lists of keys in fewer places"
    if size > limit:
        raise DocumentError(
            [Problem("", f"{environment!r} would have {size} bytes, the limit is {limit}", hint)]
        )
    if 2 * size > limit:
        message = f"{environment!r} has {size} of at most {limit} bytes"
        return [Problem("", message, hint, "warning")]
    return []
