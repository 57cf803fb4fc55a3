"""What it costs a program to report whom its flags were evaluated for.

    .venv/bin/python -m benchmarks.observing [--rounds N] [--no-record]

Two clients in one process take turns, one with `observe=False`, and are given the same contexts
(key, country, plan, age, email). Times are of CPU: the median slice of 50 contexts of the one less
that of the other in the same round; the median of the rounds, with lowest and highest. `repeated`:
contexts that are known. `new`: never seen before. `other flag`: known contexts asked about a flag
for the first time. `by team`: known contexts of two kinds asked about a split by the second kind,
which always takes the longer way. `reporting`: what the background thread does for each new
context, until there are bytes to send. Memory is by tracemalloc: 50,000 contexts in one hour, then
again in the next, reports taken whenever the client asks for it; the contexts themselves belong to
the program and are counted for neither client.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import count
from typing import Any

from benchmarks import results
from yardarm import Client, Context
from yardarm.sdk.bell import Bell
from yardarm.sdk.events import Identity, encode
from yardarm.sdk.observing import HOUR_SECONDS, Observing
from yardarm.sdk.outbox import Outbox
from yardarm.sdk.withholding import Withholding

REPEATED, NEW, REMEMBERED = 1_000, 2_000, 50_000
SLICE = 50

ON = {"type": "boolean", "enabled": True, "default": "on", "off": "off",
      "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}]}  # fmt: skip
HALVES = [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]
BY_TEAM = {**ON, "default": {"split": {"kind": "team", "arms": HALVES}}}
FLAGS = {"on": ON, "other": ON, "team": BY_TEAM}

_number = count()


class Subject:
    """One client, its reports taken by hand instead of by a thread."""

    def __init__(self, *, observe: bool) -> None:
        self.client = Client.from_document({"flags": FLAGS})
        exposures = self.client._exposures
        if observe:
            exposures.observing = Observing(Withholding(True), time.time)
        self.bell = Bell()
        exposures.set_bell(self.bell)
        counting = self.client._serving.counting
        self.box = Outbox(counting, exposures, lambda: "id", interval_seconds=10, now=0, wall=0)
        self._identity = Identity("benchmark", "1")

    def report(self) -> None:
        """Make every batch that there is to send."""
        while (batch := self.box.last(time.time())) is not None:
            encode(batch, self._identity, time.time())
            self.box.delivered(0)


def people(number: int) -> list[dict[str, Any]]:
    """Contexts nobody has seen before."""
    return [
        {"key": f"user-{i}", "country": "NL", "plan": "pro", "age": i % 90,
         "email": f"user-{i}@example.com"}
        for i in (next(_number) for _ in range(number))
    ]  # fmt: skip


def members(number: int) -> list[Context]:
    """Contexts of two kinds nobody has seen before."""
    return [
        Context.multi(Context(each["key"], each), Context(f"team-{i % 50}", kind="team"))
        for i, each in enumerate(people(number))
    ]


Ask = Callable[[Subject, list[Any]], None]


def _ask(flag: str, times: int = 1) -> Ask:
    def ask(subject: Subject, contexts: list[Any]) -> None:
        boolean = subject.client.boolean
        for _ in range(times):
            for context in contexts:
                boolean(flag, context)

    return ask


def _more_us(ask: Ask, contexts: list[Any], subjects: list[Subject], times: int = 1) -> float:
    """Microseconds of CPU for each evaluation that the second client takes more.

    They take turns with slices of the contexts, each slice first by the one and then by the other.
    """
    took: list[list[float]] = [[], []]
    for at in range(0, len(contexts), SLICE):
        part = contexts[at : at + SLICE]
        for which in (0, 1) if at // SLICE % 2 else (1, 0):
            started = time.thread_time()
            ask(subjects[which], part)
            took[which].append((time.thread_time() - started) / len(part) / times * 1e6)
    return statistics.median(took[1]) - statistics.median(took[0])


def measure(rounds: int) -> dict[str, Any]:
    """The record that is written and rendered."""
    subjects = [Subject(observe=False), Subject(observe=True)]
    repeated, teams = people(REPEATED), members(REPEATED)
    for subject in subjects:
        _ask("on")(subject, repeated)
        _ask("team")(subject, teams)
        subject.report()
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        new = people(NEW)
        cases: dict[str, tuple[Ask, list[Any], int]] = {
            "repeated": (_ask("on", 10), repeated, 10),
            "new": (_ask("on"), new, 1),
            "other flag": (_ask("other"), new, 1),
            "by team": (_ask("team", 5), teams, 5),
        }
        for name, (ask, contexts, times) in cases.items():
            gc.collect()
            found.setdefault(name, []).append(_more_us(ask, contexts, subjects, times))
            for subject in subjects:
                subject.report()
        found.setdefault("reporting", []).append(_reporting_us(subjects))
    cost = {name: [min(us), statistics.median(us), max(us)] for name, us in found.items()}
    plain, observing = (_memory(observe=observe) for observe in (False, True))
    kept, peak = (b - a for a, b in zip(plain, observing, strict=True))
    return {"rounds": rounds, "us": cost, "kept_mb": kept, "peak_mb": peak}


def _reporting_us(subjects: list[Subject]) -> float:
    """Microseconds of CPU for each new context until there are bytes to send."""
    new, took = people(NEW), []
    for subject in subjects:
        _ask("on")(subject, new)
        started = time.thread_time()
        subject.report()
        took.append(time.thread_time() - started)
    return (took[1] - took[0]) / NEW * 1e6


def _memory(*, observe: bool) -> tuple[float, float]:
    """Megabytes after 50,000 contexts in each of two hours: kept, and at most."""
    contexts = people(REMEMBERED)
    subject = Subject(observe=observe)
    _ask("on")(subject, contexts[:10])
    gc.collect()
    tracemalloc.start()
    try:
        for hour in range(2):
            subject.box.next(hour * (HOUR_SECONDS + 1), time.time())
            for context in contexts:
                subject.client.boolean("on", context)
                if subject.bell.wait(0):
                    subject.report()
        held = tracemalloc.get_traced_memory()[1]
        subject.report()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / 1e6, held / 1e6
    finally:
        tracemalloc.stop()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    options = parser.parse_args()
    record = measure(options.rounds)
    if not options.no_record:
        print(results.write("observing", record), file=sys.stderr)
    from benchmarks.report import observing_table

    print(observing_table(record))


if __name__ == "__main__":
    main()
