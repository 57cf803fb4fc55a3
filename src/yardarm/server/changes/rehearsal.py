"""What commands would make of the environments, without writing anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from yardarm.core.edits import edits
from yardarm.core.model import Document
from yardarm.core.snapshot import to_document
from yardarm.errors import Problem

from ..observe.model import Usage
from ..store.database import Transaction
from ..store.errors import NotFound
from ..store.instants import to_rfc3339
from ..store.projects import EnvironmentRow
from . import commands as c
from .history import past_snapshot
from .occasion import Occasion
from .prepare import Prepared, Rules, prepare, size_of
from .reach import check_targets, concerned, targets_of
from .state import State, States, describe, off_loop
from .undo import way_back

MAX_EDITS = 200


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """One environment as it is (at `version`) and as it would be."""

    environment: str
    environment_id: int
    version: int
    before: Document
    after: Document


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What commands would do. `versions` has every environment that was looked at."""

    steps: tuple[RehearsedStep, ...]
    versions: Mapping[str, int]
    warnings: tuple[Problem, ...] = ()

    def edits(self) -> dict[str, list[dict[str, Any]]]:
        """What would be edited in each environment as JSON, the first `MAX_EDITS` of each."""
        return {
            step.environment: [e.to_json() for e in edits(step.before, step.after)[:MAX_EDITS]]
            for step in self.steps
        }


Usages = Callable[[c.Command], Awaitable[Sequence[Usage]]]
NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where commands are rehearsed: a transaction, and what preparing them needs."""

    transaction: Transaction
    states: States
    rules: Rules
    usages: Usages
    new_id: NewId
    now: datetime

    async def rehearse(
        self,
        commands: Sequence[c.Command],
        project: str,
        environments: Mapping[str, int | None] | None,
        rows: Mapping[str, EnvironmentRow],
    ) -> Rehearsal:
        """Commands applied one after the other, on top of the given versions (None: the current).

        Raises all that submitting them would raise, but for what the caller may do and for a
        version that is not the current one.
        """
        first: dict[str, State] = {}
        latest: dict[str, State] = {}
        warnings: list[Problem] = []
        for command in commands:
            given = None if isinstance(command, c.CreateEnvironment) else environments
            check_targets(command, given)
            targets = targets_of(command, given, rows, project)
            back = await way_back(self.transaction, command, rows, targets)
            for key in concerned(command, rows, targets, back):
                if key not in latest:
                    first[key] = await self._state(rows[key], (environments or {}).get(key))
                    latest[key] = first[key]
            occasion = Occasion(targets, to_rfc3339(self.now), self.new_id, back)
            prepared, found = await off_loop(
                sum(state.row.bytes for state in latest.values()),
                prepare,
                command,
                latest,
                occasion,
                await self.usages(command),
                self.rules,
                lambda _: None,
            )
            latest |= {each.before.row.key: _next(each) for each in prepared}
            warnings += found
        steps = tuple(
            RehearsedStep(at, was.row.id, was.row.version, was.document, latest[at].document)
            for at, was in first.items()
            if latest[at].document is not was.document
        )
        versions = {at: was.row.version for at, was in first.items()}
        return Rehearsal(steps, versions, tuple(warnings))

    async def _state(self, row: EnvironmentRow, version: int | None) -> State:
        if version is None or version == row.version:
            return await self.states.current(self.transaction, row)
        if not 0 <= version < row.version:
            raise NotFound("change", str(version), f"{row.project}/{row.key}")
        snapshot = await past_snapshot(self.transaction, row, version)
        document = await off_loop(row.bytes, to_document, snapshot, describe(row))
        then = replace(row, version=version, root=snapshot.root, bytes=size_of(snapshot))
        return State(then, snapshot, document)


def _next(prepared: Prepared) -> State:
    row = replace(
        prepared.before.row,
        version=prepared.snapshot.version,
        root=prepared.snapshot.root,
        bytes=prepared.bytes,
    )
    return State(row, prepared.snapshot, prepared.document)
