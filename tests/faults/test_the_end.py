"""The end of a program and of a client, whatever the server does. Faults 60 and 61."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.e2e.processes import Dev
from tests.faults.hosts import Flag, nothing_is_lost, program

from yardarm import Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("timing")]

ENDS = """
client = connect()
until(lambda: variant(client) == "on" and client.status.connection == "streaming")
pause("following")
variant(client)
say(str(time.monotonic()))
"""


@contextmanager
def hung(server: Dev) -> Iterator[None]:
    """The server is there and answers nothing."""
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_fault_60_a_program_ends_while_the_server_hangs(
    server: Dev, flag: Flag, tmp_path: Path
) -> None:
    with program(ENDS, flag, tmp_path) as host:
        host.wait_for("following")
        with hung(server):
            host.go_on()
            assert host.process.wait(20) == 0
            began = float(host.said().split()[-1])
            assert time.monotonic() - began < 3  # two, and what a busy machine adds


def test_fault_60_a_program_that_ends_sends_what_is_left(flag: Flag, tmp_path: Path) -> None:
    text = "client = connect()\nclient.wait_ready(20)\nfor _ in range(100): variant(client)\n"
    with program(text, flag, tmp_path) as host:
        assert host.process.wait(20) == 0
        assert host.said() == ""
    host.answers = 100
    nothing_is_lost(host, flag)


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that swallows packets: a queue of connections that is full and stays so."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.0])
def test_fault_61_closing_takes_no_longer_than_it_may(black_hole: str, seconds: float) -> None:
    began = time.monotonic()
    client = Client(black_hole, "ys_0123456789abcdef")
    assert client.boolean("a", {"key": "u"}, True) is True
    assert time.monotonic() - began < 0.5, "nothing waits for the network"
    began = time.monotonic()
    client.close(seconds)
    assert time.monotonic() - began < seconds + 0.5
