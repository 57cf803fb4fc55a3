"""One library in a process of its own: set up, verified, then timed on command.

Speaks JSON lines: an order on stdin, an answer on stdout. What a library prints goes to stderr.

1. ``{"module", "options"}`` -> what was set up, and for every case how many calls fill a slice,
   or null (the library cannot express it), or ``{"wrong": ...}``.
2. ``{"case", "calls", "start"}`` -> ``{"wall", "cpu"}`` in seconds for that many calls.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from typing import Any, TextIO

from benchmarks.cases import CASES, PEOPLE, Call, Subject, verify

#: The harness's own cost: a call of the same shape that does nothing.
EMPTY = "empty"


def main() -> None:
    """Serve one runner until it closes the pipe."""
    answers = _private_stdout()
    order = json.loads(sys.stdin.readline())
    try:
        subject: Subject = importlib.import_module(order["module"]).setup(order["options"])
    except ImportError as error:
        _say(answers, {"missing": str(error)})
        return
    calls = dict(subject.calls)
    calls[EMPTY] = _empty()
    _say(
        answers,
        {
            "version": subject.version,
            "setup": subject.setup,
            "notes": subject.notes,
            "python": sys.version.split()[0],
            "cases": {case: _prepare(case, calls[case], order["slice"]) for case in calls},
        },
    )
    for line in sys.stdin:
        turn = json.loads(line)
        call = calls[turn["case"]]
        assert call is not None
        _say(answers, _timed(call, turn["calls"], turn["start"]))
    subject.close()


def _prepare(case: str, call: Call | None, slice_seconds: float) -> Any:
    """Verify the case, then find how many calls fill a slice of the given length."""
    if call is None:
        return None
    try:
        if case in CASES:
            verify(case, call)
    except Exception as error:  # whatever a library raises is its answer
        return {"wrong": f"{type(error).__name__}: {error}"[:300]}
    per_call = min(_timed(call, 200, start)["wall"] for start in (0, 200, 400)) / 200
    return max(200, int(slice_seconds / per_call) // 100 * 100)


def _timed(call: Call, calls: int, start: int) -> dict[str, float]:
    numbers = [(start + number) % len(PEOPLE) for number in range(calls)]
    cpu, wall = time.process_time(), time.perf_counter()
    for number in numbers:
        call(number)
    wall = time.perf_counter() - wall
    return {"wall": wall, "cpu": time.process_time() - cpu}


def _empty() -> Call:
    people = PEOPLE
    return lambda i: people[i]


def _private_stdout() -> TextIO:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def _say(answers: TextIO, answer: Any) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
