"""From a command and the current states to what will be written: everything before the writing.

Busy with the processor and nothing else, so it can run beside the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.references import Reference
from yardarm.core.validate import CheckSchema
from yardarm.errors import DocumentError, Problem

from ..observe.model import Usage
from . import commands as c
from .apply import apply
from .check import check, check_alike, check_size
from .entries import find, inverse_entries, touched
from .occasion import Occasion
from .policy import Step, guard
from .state import State


@dataclass(frozen=True, slots=True)
class Rules:
    """What bounds a publish."""

    max_document_bytes: int
    check_schema: CheckSchema | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One environment's next version, checked and ready to be written."""

    before: State
    document: m.Document
    changed: tuple[Reference, ...]
    snapshot: s.Snapshot
    patch: s.Patch
    bytes: int
    inverse: c.RestoreEntries


def prepare(
    command: c.Command,
    states: Mapping[str, State],
    occasion: Occasion,
    usages: Sequence[Usage],
    rules: Rules,
    permit: Callable[[str], None],
) -> tuple[list[Prepared], list[Problem]]:
    """The next version of every environment that the command changes, and warnings.

    `permit` raises for an environment that the actor may not change. Raises all that `apply`,
    the guards and the checks raise.
    """
    documents = {at: state.document for at, state in states.items()}
    after = apply(command, documents, occasion)
    for at in after:
        permit(at)
    prepared = [_prepared(states[at], document) for at, document in after.items()]
    steps = [
        Step(
            p.before.row.key, p.before.document, p.document, p.changed, p.before.row.bytes, p.bytes
        )
        for p in prepared
    ]
    guard(command, steps, usages)
    warnings: list[Problem] = []
    for step in steps:
        warnings += check_size(step.environment, step.bytes_after, rules.max_document_bytes)
        warnings += _checked(command, step, rules, several=len(states) > 1)
    keys = {key for step in steps for kind, key in step.changed if kind == "flag"}
    check_alike({**documents, **after}, keys)
    return prepared, warnings


def _prepared(before: State, document: m.Document) -> Prepared:
    changed = tuple(touched(before.document, document))
    snapshot = following(before.snapshot, document, changed)
    patch = s.between(before.snapshot, snapshot)
    inverse = c.RestoreEntries(inverse_entries(before.document, document, changed))
    return Prepared(before, document, changed, snapshot, patch, size_of(snapshot), inverse)


def following(snapshot: s.Snapshot, after: m.Document, changed: Iterable[Reference]) -> s.Snapshot:
    """The snapshot of `after`, encoding only what changed since `snapshot`."""
    lines, hashes = dict(snapshot.lines), dict(snapshot.hashes)
    for kind, key in changed:
        at, item = s.line_id(kind, key), find(after, (kind, key))
        if item is None:
            del lines[at], hashes[at]
            continue
        line = s.flag_line(item) if isinstance(item, m.Flag) else s.segment_line(item)
        lines[at], hashes[at] = line, sha256(line).hexdigest()
    return s.Snapshot(after.epoch, after.version, s.root_of(hashes), lines, hashes)


def size_of(snapshot: s.Snapshot) -> int:
    """How many bytes the snapshot has when encoded."""
    header = len(replace(snapshot, lines={}, hashes={}).encode())
    return header + sum(map(len, snapshot.lines.values())) + len(snapshot.lines)


def _checked(command: c.Command, step: Step, rules: Rules, *, several: bool) -> list[Problem]:
    try:
        return check(command, step, rules.check_schema)
    except DocumentError as error:
        if not several:
            raise
        raise DocumentError(
            [
                replace(problem, message=f"in {step.environment!r}: {problem.message}")
                for problem in error.problems
            ]
        ) from None
