"""Time the seven cases through the public client call of every library, in turns.

    python -m benchmarks.evaluate [--peers-python P] [--base-python P] [--fast-python P]

Every library lives in a process of its own. A round times every case of every library for one
short slice before the next round begins, so that a noisy minute of the machine meets all of them.
Figures are net of the harness's own empty call, measured in the same process and round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack, suppress
from typing import Any

from benchmarks import results
from benchmarks.cases import CASES
from benchmarks.libraries import LIBRARIES, ROOT, Library, interpreter
from benchmarks.report import evaluation_tables
from benchmarks.sink import Sink
from benchmarks.worker import EMPTY


class Worker:
    """The runner's end of one library's process."""

    def __init__(self, library: Library, python: str) -> None:
        self.library = library
        self.rounds: dict[str, list[dict[str, float]]] = {}
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def set_up(self, sink: str, slice_seconds: float) -> None:
        """Start the library and let it verify its answers; ``about["missing"]`` if it cannot."""
        self.about = self._ask(
            {
                "module": self.library.module,
                "options": {**self.library.options, "sink": sink},
                "slice": slice_seconds,
            }
        )
        counts = self.about.get("cases", {})
        self.calls = {case: calls for case, calls in counts.items() if isinstance(calls, int)}

    def time(self, case: str, round_number: int) -> None:
        """One slice of one case."""
        calls = self.calls[case]
        turn = {"case": case, "calls": calls, "start": round_number * calls}
        took = self._ask(turn)
        per_call = {clock: seconds / calls * 1e6 for clock, seconds in took.items()}
        self.rounds.setdefault(case, []).append(per_call)

    def close(self) -> None:
        """Let it close its library, then end it."""
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise SystemExit(f"{self.library.name}: its process ended during {order}")
        taken: dict[str, Any] = json.loads(answer)
        return taken


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Time everything and return the record that is written and rendered."""
    with ExitStack() as stack:
        sink = Sink()
        stack.callback(sink.close)
        workers = []
        for library in LIBRARIES:
            python = getattr(options, f"{library.environment}_python")
            if options.only and not any(part in library.name for part in options.only):
                continue
            if not os.path.exists(python):
                _note(f"{library.name}: left out, no interpreter at {python}")
                continue
            worker = Worker(library, python)
            stack.callback(worker.close)
            worker.set_up(sink.url, options.slice_ms / 1000)
            if "missing" in worker.about:
                _note(f"{library.name}: left out, {worker.about['missing']}")
            else:
                workers.append(worker)
        for round_number in range(options.rounds):
            _note(f"round {round_number + 1} of {options.rounds}")
            for case in (EMPTY, *CASES):
                # Another library goes first in every round.
                first = round_number % len(workers) if workers else 0
                for worker in workers[first:] + workers[:first]:
                    if case in worker.calls:
                        worker.time(case, round_number)
        return {
            "rounds": options.rounds,
            "slice_ms": options.slice_ms,
            "libraries": [_record(worker) for worker in workers],
            "telemetry_bytes": dict(sink.received),
        }


def _record(worker: Worker) -> dict[str, Any]:
    about = worker.about
    return {
        "name": worker.library.name,
        "role": worker.library.role,
        "environment": worker.library.environment,
        "version": about["version"],
        "python": about["python"],
        "setup": about["setup"],
        "notes": about["notes"],
        "empty_us": round(_median(worker.rounds[EMPTY], "wall"), 4),
        "cases": {case: _figures(worker, case) for case in CASES},
    }


def _figures(worker: Worker, case: str) -> Any:
    """None where the library cannot express the case, its wrong answer, or net microseconds."""
    if case not in worker.rounds:
        return worker.about["cases"].get(case)
    pairs = list(zip(worker.rounds[case], worker.rounds[EMPTY], strict=True))
    wall = [round(one["wall"] - empty["wall"], 4) for one, empty in pairs]
    cpu = [round(one["cpu"] - empty["cpu"], 4) for one, empty in pairs]
    return {
        "calls": worker.calls[case],
        "wall_us": statistics.median(wall),
        "wall_us_low": min(wall),
        "wall_us_high": max(wall),
        "cpu_us": statistics.median(cpu),
    }


def _median(rounds: list[dict[str, float]], clock: str) -> float:
    return statistics.median(one[clock] for one in rounds)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for environment in ("peers", "base", "fast"):
        parser.add_argument(f"--{environment}-python", default=interpreter(environment))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slice-ms", type=float, default=20, help="length of one timing")
    parser.add_argument("--only", nargs="*", help="parts of the names of libraries to run")
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    options = parser.parse_args()
    record = run(options)
    if not options.no_record:
        results.write("evaluate", record)
    print(evaluation_tables(record))


if __name__ == "__main__":
    main()
