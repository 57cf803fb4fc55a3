"""asyncio. Fault 59: the loop is never held up, and does no I/O of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.hosts import Flag, nothing_is_lost, program

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("timing")]

LOOP = """
import asyncio
from yardarm import AsyncClient

connect(report=False).close()  # what is imported is
watched, touched, slowest = threading.get_ident(), [], 0.0
run = asyncio.Handle._run

def timed(handle):
    global slowest
    before = time.thread_time()
    run(handle)
    slowest = max(slowest, time.thread_time() - before)

asyncio.Handle._run = timed

def audit(event, arguments):
    if recording and threading.get_ident() == watched:
        imported = event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".so"))
        if event.startswith(("open", "socket.", "subprocess.", "time.sleep")) and not imported:
            touched.append((event, arguments))

recording = False
sys.addaudithook(audit)

async def main():
    global recording
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()
    recording = True
    async with AsyncClient(
        os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"], report_seconds=3600
    ) as client:
        assert await client.wait_ready(20)
        client.on_change(lambda keys: changed.set() if os.environ["FLAG"] in keys else None)
        for _ in range(100):
            assert variant(client) == "on"
        await loop.run_in_executor(None, pause, "following")
        await asyncio.wait_for(changed.wait(), 20)
        assert variant(client) == "off"
    recording = False

asyncio.run(main(), debug=True)
assert not touched, touched
assert slowest < 0.01, slowest
say("closed")
"""


def test_fault_59_the_loop_is_left_alone(flag: Flag, tmp_path: Path) -> None:
    """No file, no socket, no sleep on it; and no callback that works for 10 ms.

    What a callback waits for the processor of a busy machine is not its own.
    """
    with program(LOOP, flag, tmp_path) as host:
        host.wait_for("following")
        flag.serve("off")
        host.go_on()
        host.wait_for("closed")
        assert host.process.wait(20) == 0
        assert host.said() == "following\nclosed\n"
    host.answers = 101
    nothing_is_lost(host, flag)
