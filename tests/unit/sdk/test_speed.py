"""The short way stays short. Measured against the empty function of the same machine and moment."""

import subprocess
import sys
import timeit
from collections.abc import Callable
from typing import Any

import pytest
from tests.native_server import flag, split_flag

from yardarm import Client, Context

pytestmark = pytest.mark.xdist_group("timing")

RULE = {"id": "nl", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
        "serve": "on"}  # fmt: skip
FLAGS = {
    "off": {**flag(), "enabled": False},
    "on": flag(),
    "equality": flag(False, rules=[RULE]),
    "split": split_flag(),
}
DICTS = [{"key": f"u{i}", "country": "NL" if i % 2 else "BE", "plan": "pro"} for i in range(1000)]
CONTEXTS = [Context(given["key"], given) for given in DICTS]


def nanoseconds(call: Callable[[Any], object], contexts: list[Any]) -> float:
    def loop() -> None:
        for context in contexts:
            call(context)

    loop()
    return min(timeit.repeat(loop, number=5, repeat=20)) / 5 / len(contexts) * 1e9


@pytest.mark.parametrize("contexts", [DICTS, CONTEXTS], ids=["dict", "Context"])
@pytest.mark.parametrize("case", ["off", "on", "equality", "split"])
def test_an_evaluation_costs_a_few_function_calls(case: str, contexts: list[Any]) -> None:
    """Six to fifteen of them, by the version of Python; the longer way takes a hundred."""
    client = Client.from_document({"flags": FLAGS})
    boolean = client.boolean
    empty = nanoseconds(lambda context: None, contexts)
    found = nanoseconds(lambda context: boolean(case, context, False), contexts)
    assert found / empty < 30, f"{found:.0f} ns against {empty:.0f} ns"


def test_ten_thousand_flags_are_no_slower_than_a_hundred() -> None:
    few = Client.from_document({"flags": {**FLAGS, **{f"f{i}": flag() for i in range(100)}}})
    many = Client.from_document({"flags": {**FLAGS, **{f"f{i}": flag() for i in range(10_000)}}})
    times = [
        nanoseconds(lambda context, client=client: client.boolean("equality", context), CONTEXTS)
        for client in (few, many)
    ]
    assert times[1] < times[0] * 1.5


def test_importing_is_cheap() -> None:
    """At most 60 ms of CPU on an idle machine: here against what Python's own parts take."""
    program = (
        "import time\nbefore = time.process_time()\n"
        "import dataclasses, datetime, hashlib, json, logging, threading, typing, weakref\n"
        "base = time.process_time()\nfrom yardarm import Client\n"
        "print((time.process_time() - base) / (base - before))"
    )
    ratios = []
    for _ in range(5):
        command = [sys.executable, "-c", program]
        environment = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        ratios.append(float(done.stdout))
    assert min(ratios) < 3, ratios
