"""How long a preview takes, and what it needs: 100,000 and 1,000,000 stored contexts.

    .venv/bin/python -m benchmarks.previews                  # a few minutes
    .venv/bin/python -m benchmarks.previews --contexts 100000

Each population is written into a SQLite database of its own and counted by the server's worker, a
process of its own, as the server does it. *Cold*: the worker has just been made and holds nothing
(making it is counted in the wall time). *Warm*: it has counted that population before. The flag has
ten rules of two clauses each, eight of which end in a split.

- *skip*: a rule that serves one variant serves another; who does not match it cannot move.
- *slide*: the weights of eight splits change, as while somebody drags a slider.
- *ten*: the same change of slide in ten flags.
- *segment*: the condition of a segment changes which ten flags refer to.

CPU is that of the worker alone, which is one core's work. Memory is the worker's highest resident
set until then (Linux only).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from yardarm.core import model as m
from yardarm.core.jsontext import canonical
from yardarm.core.observed import place_of
from yardarm.server.access.model import local
from yardarm.server.audit.service import Audit
from yardarm.server.changes.commands import CreateEnvironment
from yardarm.server.changes.service import Changes
from yardarm.server.observe.service import Observe
from yardarm.server.previews.job import Step, Work
from yardarm.server.previews.service import counting
from yardarm.server.projects.service import Projects
from yardarm.server.store.database import Database
from yardarm.server.working.worker import Worker

COUNTRIES = ("NL", "BE", "DE", "FR", "US", "GB", "ES", "IT", "PL", "SE")
AT_ONCE = 20_000


def contexts(count: int) -> Iterator[dict[str, Any]]:
    """Ten attributes each, of which two are different for everybody."""
    rng = random.Random(11)
    for number in range(count):
        yield {
            "key": f"user-{number:07d}",
            "email": f"user{number}@{rng.choice(('example.com', 'example.org', 'example.net'))}",
            "country": rng.choice(COUNTRIES),
            "plan": rng.choice(("free", "pro", "team")),
            "age": rng.randrange(18, 90),
            "version": f"{rng.randrange(1, 9)}.{rng.randrange(20)}.{rng.randrange(9)}",
            "beta": rng.random() < 0.1,
            "device": rng.choice(("ios", "android", "web")),
            "language": rng.choice(("en", "nl", "de", "fr")),
            "since": f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
        }


def document(change: str) -> m.Document:
    """The document before (`""`) or after a change."""
    wanted = ("flag-0",) if change in ("", "skip", "slide") else None
    flags = {}
    for number in range(10):
        key = f"flag-{number}"
        touched = change in ("slide", "ten") and (wanted is None or key in wanted)
        flags[key] = _flag(key, 40_000 if touched else 30_000)
    if change == "skip":
        flag = flags["flag-0"]
        rules = (*flag.rules[:8], replace(flag.rules[8], serve="off"), *flag.rules[9:])
        flags["flag-0"] = replace(flag, rules=rules)
    countries = ("SE",) if change == "segment" else ("SE", "PL")
    segment = m.Segment("north", when=m.Clause("country", "in", countries))
    return m.Document(flags=flags, segments={"north": segment}, version=1)


def _flag(key: str, weight: int) -> m.Flag:
    split = m.Split((m.Arm("on", weight), m.Arm("off", 100_000 - weight)))
    rules = [
        m.Rule(
            f"r{number}",
            m.All((m.Clause("country", "equals", (country,)), m.Clause("age", "gte", (20,)))),
            split,
        )
        for number, country in enumerate(COUNTRIES[:8])
    ]
    pro = m.All((m.Clause("plan", "equals", ("pro",)), m.Clause("beta", "equals", (True,))))
    north = m.All((m.InSegment("north"), m.Clause("email", "ends_with", ("example.org",))))
    variants = (m.Variant("on", True), m.Variant("off", False))
    return m.Flag(
        key, "boolean", variants, enabled=True, off="off", default="off",
        rules=(*rules, m.Rule("pro", pro, "on"), m.Rule("north", north, "on")),
    )  # fmt: skip


async def fill(url: str, count: int) -> int:
    """A database with so many contexts; the environment's id."""
    database = await Database.open(url)
    audit, observe = Audit(database), Observe(database)
    changes = Changes(database, observe, audit)
    await Projects(database, audit).create_project("bench", "bench")
    command = CreateEnvironment("production")
    await changes.submit(command, local("bench"), project="bench", environments=None)
    now = datetime.now(UTC)
    async with database.write() as transaction:
        row = await transaction.projects.find_environment("bench", "production")
        assert row is not None
        state = await transaction.population.lock(row.id)
        waiting: list[dict[str, Any]] = []
        for sequence, context in enumerate(contexts(count), 1):
            waiting.append({
                "environment_id": row.id, "place": place_of({"user": context}),
                "body": canonical(context), "sightings": 1 + sequence % 7, "source": "observed",
                "application": ("web", "api")[sequence % 2], "first_at": now, "last_at": now,
                "sequence": sequence,
            })  # fmt: skip
            if len(waiting) == AT_ONCE or sequence == count:
                await transaction.population.add(waiting)
                waiting = []
        await transaction.population.save(row.id, replace(state, contexts=count, sequence=count))
    await changes.close()
    await database.close()
    return row.id


async def measure(url: str, environment_id: int, count: int) -> None:
    """Print a line for each change."""
    worker, before = counting(url), document("")
    try:
        for name in ("slide", "skip", "slide", "ten", "segment"):
            state = "cold" if worker.pid is None else "warm"
            work = Work((Step("production", environment_id, before, document(name)),), time.time())
            cpu, start = _cpu(worker), time.perf_counter()
            found = (await worker.run(work))["production"]
            wall = time.perf_counter() - start
            moved, flags = found["moved"], sum(1 for f in found["flags"].values() if f["moved"])
            print(
                f"| {count:,} | {state} | {name} | {wall:.2f} | {_cpu(worker) - cpu:.2f} "
                f"| {_memory(worker)} | {moved:,} in {flags} |",
                flush=True,
            )
    finally:
        await worker.close()


def _cpu(worker: Worker) -> float:
    """Seconds of CPU that the worker has used."""
    if worker.pid is None:
        return 0.0
    with suppress(OSError):
        fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100
    return 0.0


def _memory(worker: Worker) -> str:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
        return f"{int(next(line for line in lines if line.startswith('VmHWM')).split()[1]) >> 10}"
    return "-"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--contexts", type=int, nargs="+", default=[100_000, 1_000_000])
    counts = parser.parse_args().contexts
    print("| contexts | worker | change | wall, s | CPU, s | memory, MB | moved |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for count in counts:
        with TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/yardarm.db"
            await measure(url, await fill(url, count), count)


if __name__ == "__main__":
    asyncio.run(main())
