"""A thousand clients in one process, and a thousand that nobody closes. Faults 62 and 63."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.hosts import Flag, program

pytestmark = pytest.mark.e2e

THOUSAND = """
threading.stack_size(256 * 1024)
clients = [connect(report=False) for _ in range(1_000)]
until(lambda: all(variant(client) == "on" for client in clients), 60)
pause("following")
until(lambda: all(variant(client) == "off" for client in clients), 60)
began = time.monotonic()
for client in clients:
    client.close()
assert time.monotonic() - began < 30
until(lambda: threading.active_count() == 1)
say("closed")
"""


def test_fault_62_a_thousand_clients_follow(flag: Flag, tmp_path: Path) -> None:
    with program(THOUSAND, flag, tmp_path) as host:
        host.wait_for("following", 80)
        flag.serve("off")
        host.go_on()
        host.wait_for("closed", 80)
        assert host.process.wait(20) == 0


FORGOTTEN = """
import gc, os

def hundred():
    clients = [connect() for _ in range(100)]
    for client in clients:
        client.on_change(lambda keys: None)
        assert client.wait_ready(30)
        variant(client)

def objects():
    until(lambda: gc.collect() >= 0 and threading.active_count() == 1, 30)
    gc.collect()
    return len(gc.get_objects()), len(os.listdir("/proc/self/fd"))

hundred()
first, files = objects()
for _ in range(9):
    hundred()
last, still = objects()
assert last < first + 100, (first, last)
assert still <= files, (files, still)
"""


def test_fault_63_clients_that_nobody_closes_leave_nothing(flag: Flag, tmp_path: Path) -> None:
    with program(FORGOTTEN, flag, tmp_path) as host:
        assert host.process.wait(100) == 0, host.said()
