"""What is answered about the past is what was served then.

A recorder asks the snapshots that every way out serves from, while a history goes on and time
passes. Afterwards the log alone is asked the same, for the same instants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generated_commands import KEYS, REFUSALS, STEPS, targets
from tests.server_world import ENVIRONMENTS, PROJECT, Clock, World, open_world

from yardarm.core.decision import Decision
from yardarm.core.evaluate import evaluate
from yardarm.core.snapshot import Snapshot
from yardarm.server.changes import commands as c
from yardarm.server.changes.asking import Question, ask, ask_all
from yardarm.server.delivery.snapshots import Snapshots

PEOPLE: tuple[Any, ...] = (
    {"key": "u"}, {"key": "w-77"}, {"kind": 1},
)  # fmt: skip
WAITS = st.sampled_from([1e-6, 0.5, 60.0, 3600.0, 5 * 3600.0])


@dataclass
class Log:
    """The world's log as `Snapshots` reads it."""

    world: World

    async def environments(self) -> Iterable[tuple[str, str]]:
        return [(PROJECT, key) for key in ENVIRONMENTS]

    async def snapshot(self, project: str, environment: str) -> Snapshot:
        return await self.world.changes.snapshot(project, environment)

    async def patches(self, project: str, environment: str, after: int) -> Sequence[bytes]:
        found = await self.world.changes.published_since(project, environment, after)
        return [each.patch for each in found]


@dataclass(frozen=True)
class Served:
    """What somebody was served at an instant, by flag."""

    environment: str
    version: int
    at: datetime
    person: Any
    decisions: dict[str, Decision]


@dataclass
class Recorder:
    """Notes what every flag answers everybody, at the instant and version that it is served at."""

    snapshots: Snapshots
    clock: Clock
    seen: list[Served] = field(default_factory=list)

    def note(self) -> None:
        at = self.clock.now
        for environment in ENVIRONMENTS:
            current = self.snapshots.find(PROJECT, environment)
            assert current is not None
            for person in PEOPLE:
                decisions = {
                    key: evaluate(current.program, key, person, "mine", now=at.timestamp())
                    for key in (*KEYS, "never")
                }
                version = current.snapshot.version
                self.seen.append(Served(environment, version, at, person, decisions))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(STEPS, WAITS), min_size=3, max_size=8))
def test_the_past_answers_what_was_served(
    steps: list[tuple[tuple[c.Command, str], float]],
) -> None:
    asyncio.run(_lived_and_asked(steps))


async def _lived_and_asked(steps: list[tuple[tuple[c.Command, str], float]]) -> None:
    async with open_world() as world:
        for key in KEYS[:2]:
            world.clock.move(seconds=1)
            await world.create(key)
        snapshots = Snapshots(Log(world))
        await snapshots.load()
        world.changes.subscribe(snapshots.published)
        recorder = Recorder(snapshots, world.clock)
        recorder.note()
        for (command, environment), wait in steps:
            world.clock.move(seconds=wait)
            with suppress(*REFUSALS):
                await world.submit(command, *targets(command, environment))
            recorder.note()  # at the very instant of the change
            world.clock.move(seconds=wait)
            recorder.note()  # and when rules about time may have begun to hold
        await snapshots.close()
        await _ask_the_past(world, recorder)


async def _ask_the_past(world: World, recorder: Recorder) -> None:
    for number, served in enumerate(recorder.seen):
        snapshot = await world.changes.snapshot(PROJECT, served.environment, at=served.at)
        assert snapshot.version == served.version
        question = Question(served.person, served.at.timestamp(), "mine")
        every = {found.decision.flag: found for found in ask_all(snapshot, question)}
        for key, decision in served.decisions.items():
            if decision.error == "FLAG_NOT_FOUND":
                assert key not in every
            else:
                assert told(every[key].decision) == told(decision)
                assert not every[key].chance
        key = (*KEYS, "never")[number % 4]
        alone = ask(snapshot, key, replace(question, explained=True)).decision
        assert told(alone) == told(served.decisions[key])
        assert alone.error is not None or alone.trace is not None


def told(decision: Decision) -> tuple[object, ...]:
    """All that a program is told."""
    return (
        decision.flag, decision.value, decision.variant, decision.reason, decision.rule,
        decision.error, decision.cause, decision.version,
    )  # fmt: skip
