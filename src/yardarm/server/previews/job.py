"""What the worker does: counts a change over the populations it concerns, and analyses it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from yardarm.analysis import findings
from yardarm.core import model as m
from yardarm.core.affected import affected
from yardarm.core.evaluate import evaluate
from yardarm.core.movement import FlagMovement
from yardarm.core.observed import PLACES
from yardarm.core.references import Reference

from ..store.database import Database, Transaction
from ..store.population import PopulationRow
from ..working.process import Control
from .columns import Chunk
from .estimate import estimated
from .exposed import ExposedUnits
from .held import Populations
from .measure import FlagSums, Measurement

SILENT_SINCE = timedelta(days=7)
MAX_TRACED = 20
"""Flags whose examples come with traces."""

MAX_ANALYSED = 200

HINT = (
    "no contexts are known here: import a population (`yardarm population import`), or let the "
    "SDKs report the contexts they are asked about"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One environment before and after."""

    environment: str
    environment_id: int
    before: m.Document
    after: m.Document


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be counted. `now` (seconds since 1970) is for rules that ask for it.

    `full`: also examples with traces, first exposures, and what analysis finds.
    """

    steps: tuple[Step, ...]
    now: float
    full: bool = True

    async def carry_out(
        self, database: Database, populations: Populations, control: Control
    ) -> dict[str, Any]:
        """By environment: its movement as JSON, and the findings that are new."""
        return await _carry_out(database, populations, self, control)


class Job(Protocol):
    """What the worker carries out."""

    async def carry_out(
        self, database: Database, populations: Populations, control: Control
    ) -> Any:
        """Do it, and give what can be sent back."""


async def _carry_out(
    database: Database, populations: Populations, work: Work, control: Control
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for number, step in enumerate(work.steps):
        share = _Share(control, number, len(work.steps))
        async with database.read() as transaction:
            out[step.environment] = await _count(transaction, populations, step, work, share)
        if work.full:
            found = await _found(step, control)
            out[step.environment]["findings"] = found
        control.report((number + 1) / len(work.steps))
    return out


@dataclass(frozen=True, slots=True)
class _Share:
    """One environment's share of the whole work."""

    control: Control
    number: int
    of: int

    def report(self, done: float) -> None:
        self.control.report((self.number + min(1.0, done)) / self.of)


async def _count(
    transaction: Transaction, populations: Populations, step: Step, work: Work, share: _Share
) -> dict[str, Any]:
    state = await transaction.population.state(step.environment_id)
    silent = await _silent(transaction, step.environment_id, work.now)
    if not state.contexts:
        causes = {key: list(found) for key, found in affected(step.before, step.after).items()}
        return {
            "population": "none", "hint": HINT, "affected": causes, "silent_reporters": silent,
        }  # fmt: skip
    measurement = Measurement(step.before, step.after, now=work.now)
    if not measurement.flags:  # nobody can move, whoever they are
        measurement.contexts = state.contexts
    if work.full:
        for flag in measurement.flags:
            flag.exposed = await _exposed(transaction, step.environment_id, flag)
    async for chunk in _chunks(transaction, populations, step, measurement):
        share.control.check()
        measurement.add(chunk, share.control.check)
        share.report(measurement.contexts / state.contexts)
    rate = state.threshold / PLACES
    found = measurement.result(rate)
    shown = found.to_json() | estimated(found.moved, found.moved + found.unknown, rate)
    shown["flags"] = {
        flag.key: await _flag(
            transaction, step, work, flag, movement, measurement, rate, number < MAX_TRACED
        )
        for number, (flag, movement) in enumerate(zip(measurement.flags, found.flags, strict=True))
    }
    return {
        **shown,
        "population": _population(state, measurement, rate),
        "silent_reporters": silent,
    }


async def _chunks(
    transaction: Transaction, populations: Populations, step: Step, measurement: Measurement
) -> AsyncIterator[Chunk]:
    if measurement.flags:
        chunks = populations.chunks(
            transaction, step.environment_id, measurement.names, contexts=measurement.whole
        )
        async for chunk in chunks:
            yield chunk


def _population(state: PopulationRow, measurement: Measurement, rate: float) -> dict[str, Any]:
    return {
        "contexts": state.contexts,
        "rate": rate,
        "sequence": state.sequence,
        "generation": state.generation,
        "unreadable": measurement.bad,
    }


async def _silent(transaction: Transaction, environment_id: int, now: float) -> list[str]:
    since = datetime.fromtimestamp(now, UTC) - SILENT_SINCE
    asking = await transaction.reporters.evaluating(environment_id, since)
    told = {
        row.application for row in await transaction.reporters.all(environment_id) if row.contexts
    }
    return [name for name in asking if name not in told]


async def _exposed(transaction: Transaction, environment_id: int, flag: FlagSums) -> ExposedUnits:
    found = ExposedUnits(flag.answers.reads.units)
    async for page in transaction.previews.exposed(environment_id, flag.key):
        found.add(page)
    return found


async def _flag(
    transaction: Transaction,
    step: Step,
    work: Work,
    flag: FlagSums,
    movement: FlagMovement,
    measurement: Measurement,
    rate: float,
    traced: bool,
) -> dict[str, Any]:
    shown = movement.to_json() | estimated(movement.moved, movement.moved + movement.unknown, rate)
    shown["matrix"] = [
        cell | estimated(cell["count"], cell["count"], rate) for cell in shown["matrix"]
    ]
    shown["applications"] = dict(sorted(flag.applications.items()))
    if work.full:
        shown |= {"exposed": flag.seen, "not_exposed": movement.moved - flag.seen}
        shown["examples"] = await _examples(transaction, step, movement, flag, measurement, traced)
    return shown


async def _examples(
    transaction: Transaction,
    step: Step,
    movement: FlagMovement,
    flag: FlagSums,
    measurement: Measurement,
    traced: bool,
) -> list[m.Json]:
    bodies = await transaction.previews.bodies(step.environment_id, flag.places)
    out = []
    for place, (before, after) in zip(flag.places, flag.shown, strict=True):
        context = json.loads(bodies[place])
        example = {"context": context, "from": before, "to": after}
        if traced:
            decisions = (
                evaluate(
                    program, movement.key, context, ambient=measurement.ambient, explained=True
                )
                for program in measurement.programs
            )
            example["traces"] = [
                None if decision.trace is None else decision.trace.to_json()
                for decision in decisions
            ]
        out.append(example)
    return out


async def _found(step: Step, control: Control) -> list[m.Json]:
    """What analysis finds after the change that it did not find before."""
    only = _differing(step)
    known = {_said(finding) for finding in _findings(step.before, only, control)}
    return [
        finding for finding in _findings(step.after, only, control) if _said(finding) not in known
    ]


def _findings(document: m.Document, only: Collection[Reference], control: Control) -> list[m.Json]:
    found = []
    for finding in findings(document, only):
        control.check()
        found.append(finding.to_json())
    return found


def _said(finding: m.Json) -> str:
    return json.dumps(finding, sort_keys=True)


def _differing(step: Step) -> set[Reference]:
    """The flags whose answers may differ (those changed themselves first), changed segments."""
    before, after = step.before, step.after
    keys = sorted(affected(before, after).items(), key=lambda item: "direct" not in item[1])
    changed = [
        key
        for key in {*before.segments, *after.segments}
        if before.segments.get(key) != after.segments.get(key)
    ]
    return {("flag", key) for key, _ in keys[:MAX_ANALYSED]} | {
        ("segment", key) for key in changed[:MAX_ANALYSED]
    }
