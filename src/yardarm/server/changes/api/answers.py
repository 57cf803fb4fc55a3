"""What mutations answer."""

from __future__ import annotations

from typing import Any, TypeVar

from litestar import Response
from msgspec import Struct, convert

from ...web.rest.preconditions import etag, etag_of
from .. import model
from ..flag_history import FlagStep
from .native import FlagJson, SegmentJson
from .views import Edit, ProjectFlag, Said, said_of

T = TypeVar("T")


class Change(Struct):
    """One numbered step of one environment, from `version` - 1 to `version`.

    `command` is what was asked, `inverse` the command that takes it back, `root` names the
    configuration after it. `hash` is the SHA-256 of the canonical JSON of all other fields, and
    `prev_hash` that of the change before.
    """

    project: str
    environment: str
    epoch: str
    version: int
    change_set: str
    command: dict[str, Any]
    actor: str
    reason: str
    at: str
    movement: Any
    inverse: dict[str, Any]
    root: str
    patch_hash: str
    prev_hash: str
    hash: str


class FlagChange(Change):
    """A change that made a flag another.

    `says` is one plain sentence: what the flag served to whom after it; null where it was removed.
    `edits` are what of the flag it changed.
    """

    says: list[Said] | None
    edits: list[Edit]


class Notice(Struct):
    """Something to look at that did not stand in the way."""

    pointer: str
    detail: str
    hint: str = ""


class Mutation(Struct):
    """What a mutation did. Without `changes` it made no difference.

    Changes made together share `change_set`; `versions` has the version of every environment
    concerned, changed or not.
    """

    change_set: str
    changes: list[Change]
    versions: dict[str, int]
    warnings: list[Notice]


class FlagMutation(Mutation):
    """What a mutation did, and the flag after it."""

    flag: ProjectFlag


class EnvironmentFlagMutation(Mutation):
    """What a mutation did, and the flag after it as its environment has it."""

    flag: FlagJson


class SegmentMutation(Mutation):
    """What a mutation did, and the segment after it."""

    segment: SegmentJson


class ChainCheck(Struct):
    """What checking a chain found: `head` is the last hash, `faults` what does not fit."""

    length: int
    head: str
    whole: bool
    faults: list[model.ChainFault]


def change_answer(change: model.Change) -> Change:
    """A change as it is answered."""
    return Change(**change.to_json())


def flag_change(step: FlagStep) -> FlagChange:
    """A change of one flag as it is answered."""
    return FlagChange(
        **step.change.to_json(),
        says=None if step.after is None else said_of(step.after),
        edits=convert([edit.to_json() for edit in step.edits()], list[Edit]),
    )


def what_was_done(done: model.Submitted) -> dict[str, Any]:
    """The fields of a `Mutation`."""
    return {
        "change_set": done.change_set,
        "changes": [change_answer(change) for change in done.changes],
        "versions": dict(done.versions),
        "warnings": [Notice(w.pointer, w.message, w.hint) for w in done.warnings],
    }


def respond(
    done: model.Submitted, answer: T, environment: str | None = None, **more: str
) -> Response[T]:
    """The response to a mutation of one environment, or of several, with its new ETag."""
    tag = etag_of(done.versions) if environment is None else etag(done.versions[environment])
    headers = {"ETag": tag, **more}
    if done.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer, headers=headers)
