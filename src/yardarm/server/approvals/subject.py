"""What a change is about in one environment: whom it can move, what comes and goes. Pure.

A flag that was not there before serves nobody yet: it counts as there, unless programs ask for it
already (and get their fallback).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from yardarm.core import model as m
from yardarm.core.affected import affected
from yardarm.core.jsontext import canonical
from yardarm.core.program import DocumentSource
from yardarm.core.references import Reference, survey

from ..changes.entries import body_of, find, touched
from ..changes.rehearsal import RehearsedStep
from .model import Traits

_NEVER_ASKED = frozenset({"name", "description", "owner", "tags", "purpose", "expires_at",
                          "schema", "client_visible", "metadata", "origin"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """One environment's part of a change.

    `step` is what is to be measured, `affected` the flags whose answers may differ. `entries`
    counts the flags in use and the segments before; `added` and `removed` those that come and go,
    `retired` the flags among the latter.
    """

    step: RehearsedStep
    affected: tuple[str, ...]
    traits: Mapping[str, tuple[Traits, ...]]
    entries: int
    added: int
    removed: int
    retired: int


def new_flags(step: RehearsedStep) -> set[str]:
    """The flags that were not there before."""
    return step.after.flags.keys() - step.before.flags.keys()


def subject_of(step: RehearsedStep, asked_for: Iterable[str]) -> Subject:
    """What the change is about. `asked_for` are flags that programs ask for."""
    settled = new_flags(step) - set(asked_for)
    before = step.before
    if settled:
        known = {**before.flags, **{key: step.after.flags[key] for key in sorted(settled)}}
        before = replace(before, flags=known)
    moving = tuple(affected(before, step.after))
    old, new = _in_use(step.before), _in_use(step.after)
    return Subject(
        step=replace(step, before=before),
        affected=moving,
        traits={key: _traits(key, step.before, step.after) for key in moving},
        entries=len(old),
        added=len(new - old),
        removed=len(old - new),
        retired=sum(kind == "flag" for kind, _ in old - new),
    )


def _in_use(document: m.Document) -> set[Reference]:
    flags = {("flag", key) for key, flag in document.flags.items() if flag.archived_at is None}
    return flags | {("segment", key) for key in document.segments}


def _traits(key: str, *documents: m.Document) -> tuple[Traits, ...]:
    """Before and after, so that nobody leaves a budget by the change that it would stop."""
    flags = (document.flags.get(key) for document in documents)
    return tuple(
        Traits(flag.purpose, frozenset(flag.tags), flag.owner) for flag in flags if flag is not None
    )


# --- what was judged --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """Names for what was judged in an environment at a version, to tell whether it is so still.

    `changes` stands for the flags and segments that differ, before and after; `rests_on` for all
    that the affected flags' answers depend on.
    """

    version: int
    changes: str
    rests_on: str

    def to_json(self) -> dict[str, m.Json]:
        """`{"version", "changes", "rests_on"}`."""
        return {"version": self.version, "changes": self.changes, "rests_on": self.rests_on}


def judged_of(step: RehearsedStep) -> Judged:
    """What is judged when a rehearsed step is."""
    both = (step.before, step.after)
    differing = sorted(touched(*both))
    changes = [
        [kind, key, *(_plain(document, (kind, key)) for document in both)]
        for kind, key in differing
    ]
    moving = affected(*both)
    needed = [
        [kind, key, _evaluated(document, (kind, key))]
        for document in both
        for kind, key in sorted(_needs(document, moving))
    ]
    return Judged(step.version, _digest(changes), _digest(needed))


def _needs(document: m.Document, keys: Iterable[str]) -> set[Reference]:
    source, found = DocumentSource(document), set[Reference]()
    for key in keys:
        if key in document.flags:
            found |= survey(source, ("flag", key), lambda _: None).keys()
    return found


def _plain(document: m.Document, reference: Reference) -> m.Json:
    """The flag or segment without what is made up anew whenever a command is rehearsed."""
    body = body_of(find(document, reference))
    if body is None:
        return None
    if "archived_at" in body:
        body["archived_at"] = body["archived_at"] is not None
    if "rules" in body:
        body["rules"] = [{**rule, "id": ""} for rule in body["rules"]]
    return body


def _evaluated(document: m.Document, reference: Reference) -> m.Json:
    body = _plain(document, reference) or {}
    return {name: value for name, value in body.items() if name not in _NEVER_ASKED}


def _digest(value: m.Json) -> str:
    return sha256(canonical(value)).hexdigest()
