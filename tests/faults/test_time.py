"""A process that is stopped for a while, and a clock that jumps. Faults 68 and 69."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.e2e.processes import wait_for
from tests.faults.hosts import Flag, program
from tests.native_server import KEY, NativeServer
from tests.native_server import flag as native_flag

pytestmark = pytest.mark.e2e

FOLLOWS = """
client = connect()
until(lambda: variant(client) == "on" and client.status.connection == "streaming")
pause("following")
until(lambda: variant(client) == "off")
say("followed")
"""


def test_fault_68_a_stopped_process_goes_on_where_the_flags_are(flag: Flag, tmp_path: Path) -> None:
    """Events that waited in its socket are read; none of it counts as silence."""
    with program(FOLLOWS, flag, tmp_path) as host:
        host.wait_for("following")
        host.process.send_signal(signal.SIGSTOP)
        flag.serve("on")
        flag.serve("off")
        host.process.send_signal(signal.SIGCONT)
        host.go_on()
        host.wait_for("followed", 5)
        assert host.process.wait(20) == 0
        assert host.said() == "following\nfollowed\n"


def test_fault_68_a_connection_that_died_meanwhile_is_made_again(
    flag: Flag, tmp_path: Path
) -> None:
    """The server ends the stream of a client that is stopped, and goes on without it."""
    with NativeServer({flag.key: native_flag()}) as server:
        given = {"YARDARM_URL": server.url, "YARDARM_SERVER_KEY": KEY}
        with program(FOLLOWS, flag, tmp_path, **given) as host:
            host.wait_for("following")
            host.process.send_signal(signal.SIGSTOP)
            server.drop()
            wait_for(lambda: not server.streams, "the end of its stream")
            server.publish({flag.key: native_flag(False)})
            host.process.send_signal(signal.SIGCONT)
            host.go_on()
            host.wait_for("followed")
            assert host.process.wait(20) == 0


JUMPS = """
ahead, real = 0.0, time.monotonic
time.monotonic = lambda: real() + ahead
client = connect(report_seconds=1)
until(lambda: variant(client) == "on" and client.status.connection == "streaming")
pause("following")
ahead = 8 * 3600.0
pause("jumped")
end = real() + 20
while variant(client) != "off":
    assert real() < end
    time.sleep(0.01)
say("followed")
client.close()
"""


def test_fault_69_a_clock_that_jumps_ahead_by_hours(flag: Flag, tmp_path: Path) -> None:
    """As after a night's sleep of a laptop: every time-out is over at once, and nothing is lost.

    A process has no second monotonic clock, so the program moves the one that the SDK reads.
    """
    with program(JUMPS, flag, tmp_path) as host:
        host.wait_for("following")
        host.go_on()
        host.wait_for("jumped")
        flag.serve("off")
        host.go_on()
        host.wait_for("followed")
        assert host.process.wait(20) == 0
        assert "Traceback" not in host.said()
