"""What a flag around a function costs over asking the client inside of it.

    .venv/bin/python -m benchmarks.in_code [--rounds N] [--no-record]

Each case is a function that does nothing, called with one argument: once with `client.boolean` as
its first line, and once under `@flag`. Both take turns, a slice of 2,000 calls each; figures are
what the decorated one takes more, in nanoseconds of CPU: the median of the rounds, with lowest and
highest. `no context` asks for what is bound, which is nothing. Bar: 400 ns.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import yardarm
from benchmarks import results
from yardarm import Client, Context, flag

CALLS = 2_000
BAR_NS = 400

ON = {"type": "boolean", "enabled": True, "default": "on", "off": "off",
      "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}]}  # fmt: skip
CLIENT = Client.from_document({"flags": {"on": ON, "off": {**ON, "enabled": False}}})
USER = {"key": "user-1", "country": "NL", "plan": "pro"}
CONTEXT = Context("user-1", USER)


def _old(user: Any) -> Any:
    return user


Pair = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _pair(key: str, context: Any, argument: str | None) -> Pair:
    """The function that asks by itself, and the decorated one."""

    def bare(user: Any) -> Any:
        if CLIENT.boolean(key, user if argument else context, False):
            return user
        return _old(user)

    @flag(key, fallback=_old, context=argument or context)
    def decorated(user: Any) -> Any:
        return user

    return bare, decorated


def _generators() -> Pair:
    def bare(user: Any) -> Any:
        def numbers() -> Any:
            if CLIENT.boolean("on", USER, False):
                yield user

        return list(numbers())

    @flag("on", fallback=(), context=USER)
    def numbers(user: Any) -> Any:
        yield user

    return bare, lambda user: list(numbers(user))


def _coroutines() -> Pair:
    async def bare(user: Any) -> Any:
        if CLIENT.boolean("on", USER, False):
            return user
        return None

    @flag("on", fallback=None, context=USER)
    async def decorated(user: Any) -> Any:
        return user

    return lambda user: _run(bare(user)), lambda user: _run(decorated(user))


def _run(coroutine: Any) -> None:
    """One that waits for nothing needs no loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return


def cases() -> dict[str, Pair]:
    """What is compared."""
    return {
        "on, no context": _pair("on", None, None),
        "on, a dict": _pair("on", USER, None),
        "on, a Context": _pair("on", CONTEXT, None),
        "on, an argument": _pair("on", None, "user"),
        "off, an argument": _pair("off", None, "user"),
        "coroutine": _coroutines(),
        "generator": _generators(),
    }


def _slice_ns(call: Callable[[Any], Any]) -> float:
    started = time.thread_time_ns()
    for _ in range(CALLS):
        call(USER)
    return (time.thread_time_ns() - started) / CALLS


def measure(rounds: int) -> dict[str, Any]:
    """The record that is written and rendered."""
    yardarm.set_client(CLIENT)
    pairs = cases()
    bare: dict[str, list[float]] = {name: [] for name in pairs}
    more: dict[str, list[float]] = {name: [] for name in pairs}
    for number in range(rounds + 1):
        for name, pair in pairs.items():
            took = {which: _slice_ns(pair[which]) for which in ((0, 1) if number % 2 else (1, 0))}
            if number:  # the first round compiles and warms
                bare[name].append(took[0])
                more[name].append(took[1] - took[0])
    yardarm.set_client(None)
    spread = {name: [min(ns), statistics.median(ns), max(ns)] for name, ns in more.items()}
    asked = {name: statistics.median(ns) for name, ns in bare.items()}
    return {"rounds": rounds, "more_ns": spread, "bare_ns": asked}


def table(record: dict[str, Any]) -> str:
    """The record for people."""
    lines = [f"| case | bare, ns | more under `@flag`, ns (bar: {BAR_NS}) |", "| --- | --- | --- |"]
    for name, (low, middle, high) in record["more_ns"].items():
        lines.append(
            f"| {name} | {record['bare_ns'][name]:.0f} | {middle:.0f} ({low:.0f}-{high:.0f}) |"
        )
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=201)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    options = parser.parse_args()
    record = measure(options.rounds)
    if not options.no_record:
        print(results.write("in_code", record), file=sys.stderr)
    print(table(record))


if __name__ == "__main__":
    main()
