"""What each step of one flag takes of a population, and what each variant gets: work to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from yardarm.analysis import findings
from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.observed import PLACES
from yardarm.core.program import DocumentSource, Program

from ..store.database import Database
from ..working.process import Control
from .estimate import interval
from .held import Populations
from .taken import DEFAULT, FAILED, OFF, STOPPED, TARGETS, End, Ends, Taken


@dataclass(frozen=True, slots=True)
class Breaking:
    """To count who is taken by each step of a flag. `now` is in seconds since 1970."""

    environment_id: int
    document: m.Document
    flag: str
    now: float

    async def carry_out(
        self, database: Database, populations: Populations, control: Control
    ) -> dict[str, Any]:
        """The counts as JSON, see `counted`, beside how many contexts there are."""
        program = Program(DocumentSource(self.document))
        taken = Taken(program, self.flag, Ambient.at(self.now))
        counts: Counter[int] = Counter()
        contexts = 0
        async with database.read() as transaction:
            state = await transaction.population.state(self.environment_id)
            chunks = populations.chunks(
                transaction, self.environment_id, taken.names, contexts=taken.reads.everything
            )
            async for chunk in chunks:
                control.check()
                contexts += len(chunk)
                for verdict, count in enumerate(np.bincount(taken.judge(chunk)).tolist()):
                    counts[verdict] += count
                control.report(contexts / max(1, state.contexts))
        rate = state.threshold / PLACES
        ends = [(taken.ends[verdict], count) for verdict, count in counts.items() if count]
        found = counted(self.document.flags[self.flag], ends, rate)
        return {"contexts": contexts, "rate": rate, **found}


@dataclass(frozen=True, slots=True)
class Analysing:
    """To find what is odd about a flag's rules."""

    document: m.Document
    flag: str

    async def carry_out(
        self, database: Database, populations: Populations, control: Control
    ) -> list[m.Json]:
        """The findings as JSON."""
        found = []
        for finding in findings(self.document, {("flag", self.flag)}):
            control.check()
            found.append(finding.to_json())
        return found


def counted(flag: m.Flag, ends: Collection[tuple[Ends, int]], rate: float) -> dict[str, Any]:
    """How many contexts came to each end of the flag, from how many came to some of several ends.

    Of every step: `count` for sure, and `possible` more, of whom attributes that decide it were
    withheld. `interval` bounds the number of all contexts where the population is a sample.
    """
    steps: tuple[str | int, ...] = (
        OFF, STOPPED, TARGETS, DEFAULT, FAILED, *range(len(flag.rules)),
    )  # fmt: skip
    served = {None, *(variant.key for variant in flag.variants)}
    everywhere = frozenset(End(by, variant) for by in _open_steps(flag) for variant in served)
    by_step, by_variant = _Sums(), _Sums()
    unknown = 0
    for possible, count in ends:
        some = possible or everywhere
        unknown += count * (len({end.by for end in some}) > 1)
        by_step.add((end.by for end in some), count)
        by_variant.add((end.variant for end in some), count)
    variants = [v.key for v in flag.variants] + [None] * by_variant.knows(None)
    return {
        **{str(by): by_step.shown(by, rate) for by in steps if isinstance(by, str)},
        "rules": [
            {"id": rule.id, **by_step.shown(index, rate)} for index, rule in enumerate(flag.rules)
        ],
        "variants": [{"variant": key, **by_variant.shown(key, rate)} for key in variants],
        "unknown": unknown,
    }


def _open_steps(flag: m.Flag) -> list[str | int]:
    """Where a context of which nothing is known may end."""
    if not flag.enabled:
        return [OFF]
    rules = (index for index, rule in enumerate(flag.rules) if not rule.paused)
    stopped = [STOPPED] if flag.prerequisites else []
    return [*stopped, *([TARGETS] if flag.targets else []), *rules, DEFAULT]


class _Sums:
    """How many are at a place for sure, and how many more may be."""

    def __init__(self) -> None:
        self._sure: Counter[Any] = Counter()
        self._more: Counter[Any] = Counter()

    def add(self, places: Iterable[Any], count: int) -> None:
        """Count contexts that are at one of these places."""
        distinct = set(places)
        sums = self._sure if len(distinct) == 1 else self._more
        for place in distinct:
            sums[place] += count

    def knows(self, place: Any) -> bool:
        """Whether anybody may be there."""
        return bool(self._sure[place] or self._more[place])

    def shown(self, place: Any, rate: float) -> dict[str, Any]:
        """The counts of a place as JSON."""
        count, more = self._sure[place], self._more[place]
        return {
            "count": count, "possible": more, "interval": interval(count, count + more, rate),
        }  # fmt: skip
