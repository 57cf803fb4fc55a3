"""No thread, no file descriptor, no memory to be had. Faults 64, 65 and 66.

Each program puts itself into a real shortage, is asked for a flag in it, and follows afterwards.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.hosts import Flag, program

pytestmark = pytest.mark.e2e

NO_THREADS = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_AS)
threading.stack_size(1 << 30)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 29), hard))
client = connect()
assert threading.active_count() == 1
assert variant(client) is None
assert client.poll() and variant(client) == "on"
pause("polled")
assert variant(client) == "on", "an evaluation polls nothing"
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
assert client.poll() and threading.active_count() == 3
pause("threads")
until(lambda: variant(client) == "off")
say("followed")
"""


def test_fault_64_without_threads_the_program_polls(flag: Flag, tmp_path: Path) -> None:
    """One loud error, the last good state, `poll` for the host's loop; and threads when it can."""
    with program(NO_THREADS, flag, tmp_path) as host:
        host.wait_for("polled")
        flag.serve("off")
        flag.serve("on")
        host.go_on()
        host.wait_for("threads")
        flag.serve("off")
        host.go_on()
        host.wait_for("followed")
        assert host.process.wait(20) == 0
        (line,) = [one for one in host.said().splitlines() if "no thread can be started" in one]
        assert "can't start new thread" in line


NO_FILES = """
import resource
connect().close()  # what is imported is
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
client = connect()
until(lambda: "Too many open files" in client.status.error)
assert variant(client) is None
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
until(lambda: variant(client) == "on")
pause("recovered")
until(lambda: variant(client) == "off")
say("followed")
"""


def test_fault_65_without_files_it_waits_and_recovers(flag: Flag, tmp_path: Path) -> None:
    with program(NO_FILES, flag, tmp_path) as host:
        host.wait_for("recovered")
        flag.serve("off")
        host.go_on()
        host.wait_for("followed")
        assert host.process.wait(20) == 0
        assert host.said().count("Too many open files") == 1


NO_MEMORY = """
import resource
client = connect()
until(lambda: variant(client) == "on" and client.status.connection == "streaming")
_, hard = resource.getrlimit(resource.RLIMIT_AS)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used, hard))
ballast = []
for size in (1 << 20, 1 << 16):
    try:
        while True:
            ballast.append(bytearray(size))
    except MemoryError:
        pass
sys.stdout.write("full\\n"); sys.stdout.flush()
sys.stdin.readline()
asked = {client.boolean(os.environ["FLAG"], PERSON, fallback=None) for _ in range(1_000)}
del ballast
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
assert asked <= {True, False, None}, asked
until(lambda: variant(client) == "off", 60)
say("followed")
"""


def test_fault_66_without_memory_it_answers_and_recovers(flag: Flag, tmp_path: Path) -> None:
    with program(NO_MEMORY, flag, tmp_path) as host:
        host.wait_for("full")
        flag.serve("off")
        host.go_on()
        host.wait_for("followed", 80)
        assert host.process.wait(20) == 0
