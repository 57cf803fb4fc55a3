"""Forked processes follow by themselves, without any code of the application. Faults 53 to 56."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.native_server import NativeServer, flag, until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer({"a": flag()}, heartbeat=5.0) as server:
        yield server


def start(program: str, server: NativeServer, *arguments: str) -> subprocess.Popen[str]:
    head = "import os, sys, threading, time\nfrom yardarm import Client\nURL = sys.argv[1]\n"
    head += 'KEY = "ys_0123456789abcdefghij"\nUSER = {"key": "u1"}\n'
    head += "def wait(condition):\n    end = time.monotonic() + 20\n"
    head += "    while not condition():\n        assert time.monotonic() < end\n"
    head += "        time.sleep(0.002)\n"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", head + program, server.url, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, ""), out + err
    return out


FORKS = r"""
client = Client(URL, KEY, report_seconds=0.2)
assert client.wait_ready(10) and client.boolean("a", USER)
children = []
for i in range(8):
    pid = os.fork()
    if pid == 0:
        os.write(1, b"child\n")
        wait(lambda: not client.boolean("a", USER))
        client.boolean("child", USER)
        client.close()
        os._exit(0)
    children.append(pid)
wait(lambda: not client.boolean("a", USER))
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
assert client.boolean("a", USER) is False
client.boolean("parent", USER)
client.close()
print(codes)
"""


def test_faults_53_56_every_forked_child_follows(server: NativeServer) -> None:
    process = start(FORKS, server)
    assert process.stdout is not None
    for _ in range(8):
        assert process.stdout.readline() == "child\n"
    until(lambda: len(server.streams) == 9, 20)
    server.publish({"a": flag(False)})
    assert finish(process).endswith("[0, 0, 0, 0, 0, 0, 0, 0]\n")
    counted = server.counted()
    assert counted[("child", None, "ERROR")] == 8
    assert counted[("parent", None, "ERROR")] == 1
    assert counted[("a", "on", "STATIC")] >= 1
    assert len({batch["instance"] for batch in server.batches}) == 9, "each process is one"


NOT_TWICE = """
client = Client(URL, KEY, report_seconds=3600)
assert client.wait_ready(10)
for i in range(10):
    client.boolean("a", {"key": f"u{i}"})
client.track("bought", USER)
pid = os.fork()
if pid == 0:
    client.boolean("a", {"key": "u3"})
    client.boolean("a", {"key": "u99"})
    client.close()
    os._exit(0)
os.waitpid(pid, 0)
client.close()
"""


def test_a_child_does_not_report_what_the_parent_counted(server: NativeServer) -> None:
    finish(start(NOT_TWICE, server))
    assert server.counted() == {("a", "on", "STATIC"): 12}
    units = sorted(exposure["unit"] for exposure in server.exposures())
    assert units == sorted([*(f"u{i}" for i in range(10)), "u99"])
    assert len([m for batch in server.batches for m in batch["metrics"]]) == 1
    seen = [entry["context"]["key"] for batch in server.batches for entry in batch["contexts"]]
    assert sorted(seen) == sorted([*(f"u{i}" for i in range(10)), "u99"])


AT_ANY_MOMENT = """
import random
client = Client(URL, KEY, report_seconds=0.01)
over = threading.Event()
def busy():
    while not over.is_set():
        client.boolean("a", {"key": str(random.random())})
        client.boolean(str(random.random()), USER)
for _ in range(3):
    threading.Thread(target=busy, daemon=True).start()
client.on_change(lambda keys: None)
codes = []
for i in range(40):
    time.sleep(random.random() / 100)
    pid = os.fork()
    if pid == 0:
        wait(lambda: client.status.ready and client.boolean("a", USER))
        client.close()
        os._exit(0)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
over.set()
client.close()
print(sum(codes))
"""


def test_fault_54_a_fork_at_any_moment_leaves_no_lock_behind(server: NativeServer) -> None:
    assert finish(start(AT_ANY_MOMENT, server)) == "0\n"


AT_ONCE = """
codes = []
for i in range(12):
    client = Client(URL, KEY)
    time.sleep(i / 3000)
    pid = os.fork()
    if pid == 0:
        wait(lambda: client.boolean("a", USER))
        os._exit(0)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    client.close()
print(sum(codes))
"""


def test_fault_54_a_fork_while_the_client_is_being_made(server: NativeServer) -> None:
    """A thread that imports a module when the process forks would leave its lock held."""
    assert finish(start(AT_ONCE, server)) == "0\n"


PARENT_CONNECTION = """
client = Client(URL, KEY)
wait(lambda: client.status.connection == "streaming")
pid = os.fork()
if pid == 0:
    wait(lambda: client.status.connection == "streaming")
    client.close()
    os._exit(0)
os.waitpid(pid, 0)
assert client.status.connection == "streaming", client.status
print("ready", flush=True)
wait(lambda: not client.boolean("a", USER))
client.close()
"""


def test_a_child_that_ends_leaves_the_parent_s_connection_alone(server: NativeServer) -> None:
    process = start(PARENT_CONNECTION, server)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert server.asked("/sdk/v1/stream") == 2
    server.publish({"a": flag(False)})
    finish(process)


POOL = """
import multiprocessing
def work(i):
    return client.boolean("a", {"key": str(i)})
if __name__ == "__main__":
    client = Client(URL, KEY)
    client.wait_ready(10)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        print(all(pool.map(work, range(200))))
    client.close()
"""


def test_fault_56_a_pool_of_forked_processes(server: NativeServer) -> None:
    assert finish(start(POOL, server)) == "True\n"


CLOSED = """
client = Client(URL, KEY)
client.wait_ready(10)
client.close()
memory = Client.from_document({"flags": {}})
pid = os.fork()
if pid == 0:
    assert threading.active_count() == 1, threading.enumerate()
    memory.update({"flags": {}})
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_a_closed_client_stays_closed_in_a_child(server: NativeServer) -> None:
    assert finish(start(CLOSED, server)) == "0\n"


SUBPROCESS = """
import subprocess
client = Client(URL, KEY)
client.wait_ready(10)
for _ in range(20):
    subprocess.run(["true"], check=True, preexec_fn=lambda: None)
client.close()
"""


def test_a_fork_that_only_runs_another_program(server: NativeServer) -> None:
    finish(start(SUBPROCESS, server))


SUB_INTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
work = getattr(interpreters, "exec", None) or interpreters.run_string
one = interpreters.create()
failed = work(one, '''
import yardarm
client = yardarm.Client.from_document({"flags": {}})
client.on_change(lambda keys: None)
client.update({"flags": {}})
assert client.boolean("a", {"key": "u"}, True) is True
remote = yardarm.Client("http://127.0.0.1:9", "ys_0123456789abcdef")
assert remote.boolean("a", {"key": "u"}, True) is True
remote.close()
''')
assert failed is None, failed
os._exit(0)  # taking one down again crashes in hashlib of Python 3.12.1, whoever imported it
"""


def test_fault_70_a_sub_interpreter(server: NativeServer) -> None:
    """Without daemon threads (Python 3.12), and where RE2 would wait for ever."""
    process = start(SUB_INTERPRETER, server)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


ENDS = """
import multiprocessing
def work(i):
    client.boolean("a", {"key": str(i)})
if __name__ == "__main__":
    client = Client(URL, KEY, report_seconds=3600)
    client.wait_ready(10)
    work(0)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=work, args=(i,)) for i in range(1, 4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    client.close()
"""


def test_fault_56_a_child_of_multiprocessing_reports_before_it_ends(server: NativeServer) -> None:
    finish(start(ENDS, server))
    assert server.counted() == {("a", "on", "STATIC"): 4}
