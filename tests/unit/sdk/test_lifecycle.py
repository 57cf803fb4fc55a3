"""Beginning and end of a client. Faults 60 to 65 and 94: nothing keeps a program from ending."""

import gc
import os
import resource
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from tests.native_server import KEY, NativeServer, flag, hurried, until

from yardarm import Client
from yardarm.sdk.drivers.uwsgi import threads_can_run

USER = {"key": "u1"}


def ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("yardarm-")]


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer({"a": flag()}) as server:
        yield server


@pytest.fixture
def hung() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def run(program: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a program in a process of its own. What it said, and how long it lasted."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60,
    )  # fmt: skip
    return done, time.monotonic() - began


def test_closing_ends_the_threads(server: NativeServer) -> None:
    before = len(ours())
    client = hurried(server.url)
    client.wait_ready(5)
    client.boolean("a", USER)
    until(lambda: len(ours()) == before + 2)
    client.close()
    until(lambda: len(ours()) == before)
    assert client.boolean("a", USER) is True
    client.close()


def test_closing_from_a_listener(server: NativeServer) -> None:
    client = hurried(server.url)
    closed = threading.Event()
    until(lambda: client.status.connection == "streaming")
    client.on_change(lambda keys: (client.close(), closed.set()))
    server.publish({"a": flag(False)})
    assert closed.wait(10)


EXIT = """
import sys, time, logging
from yardarm import Client
client = Client(sys.argv[1], "ys_0123456789abcdefghij", report_seconds=float(sys.argv[2]))
client.wait_ready(float(sys.argv[3]))
for i in range(100):
    client.boolean("a", {"key": f"u{i}"})
print("done", flush=True)
"""


def test_fault_60_a_program_ends_though_the_server_hangs(hung: str) -> None:
    started = run("import yardarm.sdk.drivers.remote")[1]
    done, seconds = run(EXIT, hung, "10", "0.1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
    assert seconds - started < 3.5  # two, and what a busy machine adds


def test_fault_60_a_program_that_ends_sends_what_is_left(server: NativeServer) -> None:
    done, _ = run(EXIT, server.url, "3600", "10")
    assert (done.returncode, done.stderr) == (0, "")
    assert server.counted() == {("a", "on", "STATIC"): 100}


def test_fault_60_a_program_that_ends_in_the_middle_of_things(server: NativeServer) -> None:
    """While connecting, while reading, while reporting: never a message, never a wrong code."""
    for wait in ("0", "0.001", "0.05", "5"):
        done, _ = run(EXIT, server.url, "0.001", wait)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def no_dns(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Name look-up that does not come back before the test is over."""
    over, asked = threading.Event(), threading.Event()
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        if host != "flags.example.com":
            return real(host, *arguments, **more)
        asked.set()
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "over")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    over.set()


def test_faults_61_94_closing_while_name_look_up_hangs(no_dns: threading.Event) -> None:
    client = Client("http://flags.example.com", KEY)
    assert no_dns.wait(10)
    client.boolean("a", USER)
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 2.5


def test_fault_61_closing_while_the_server_hangs(hung: str) -> None:
    client = hurried(hung, timeout_seconds=60.0)
    client.boolean("a", USER)
    until(lambda: client._driver._follower.transport.lines._open)  # type: ignore[attr-defined]
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 2.5
    until(lambda: not client._driver._follower.worker.running)  # type: ignore[attr-defined]


def test_fault_61_closing_while_reports_hang(server: NativeServer) -> None:
    over = threading.Event()
    server.intervene = lambda h: h.path == "/sdk/v1/events" and over.wait(20)
    client = hurried(server.url, timeout_seconds=60.0)
    assert client.wait_ready(5)
    client.boolean("a", USER)
    until(lambda: server.asked("/sdk/v1/events"))
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 2.5
    over.set()


def test_closing_leaves_no_socket_open(server: NativeServer) -> None:
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        client = hurried(server.url)
        client.wait_ready(5)
        until(lambda client=client: client.status.connection == "streaming")
        client.close()
    gc.collect()
    until(lambda: len(os.listdir("/proc/self/fd")) <= before + 1)


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "no such name"), []])
def test_fault_94_a_name_without_address_is_tried_again(
    server: NativeServer, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    """NXDOMAIN and empty answers; and the address that comes later is used."""
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        if host != "flags.example.com":
            return real(host, *arguments, **more)
        if isinstance(error, Exception):
            raise error
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with hurried(f"http://flags.example.com:{server.port}") as client:
        until(lambda: client.status.error)
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **m: real("127.0.0.1", *a, **m))
        assert client.wait_ready(5)


def test_fault_94_an_address_that_does_not_answer_leaves_time_for_the_next(
    server: NativeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", server.port))

    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        return [dead, *real("127.0.0.1", *arguments, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with hurried(f"http://flags.example.com:{server.port}", timeout_seconds=0.5) as client:
        assert client.wait_ready(10)


def test_fault_62_two_clients_do_not_know_each_other(server: NativeServer) -> None:
    with NativeServer({"a": flag(False)}) as other:
        with hurried(server.url) as one, hurried(other.url) as two:
            assert one.wait_ready(5)
            assert two.wait_ready(5)
            assert (one.boolean("a", USER), two.boolean("a", USER)) == (True, False)
            until(lambda: server.counted())
            until(lambda: other.counted())
        assert server.counted() == {("a", "on", "STATIC"): 1}
        assert other.counted() == {("a", "off", "STATIC"): 1}


def test_fault_62_many_clients_in_one_process(server: NativeServer) -> None:
    clients = [hurried(server.url, report_seconds=3600.0) for _ in range(100)]
    try:
        for client in clients:
            assert client.wait_ready(30)
        for client in clients:
            until(lambda client=client: client.status.connection == "streaming")
        server.publish({"a": flag(False)})
        for client in clients:
            until(lambda client=client: not client.boolean("a", USER))
    finally:
        for client in clients:
            client.close()


def test_fault_62_a_thousand_clients_at_once_then_closed() -> None:
    before = len(ours())
    flags = {"flags": {"a": flag()}}
    clients = [Client("http://127.0.0.1:9", KEY, bootstrap=flags) for _ in range(1_000)]
    assert all(client.boolean("a", USER) for client in clients)
    began = time.monotonic()
    for client in clients:
        client._driver.finish()
    for client in clients:
        client.close()
    assert time.monotonic() - began < 30
    until(lambda: len(ours()) <= before, 30)


def test_fault_63_clients_that_were_never_closed_are_collected(server: NativeServer) -> None:
    gc.collect()
    before, watched = len(ours()), []
    for _ in range(100):
        client = hurried(server.url)
        client.on_change(lambda keys: None)
        client.boolean("a", USER)
        driver: Any = client._driver
        watched += map(weakref.ref, (client, driver, driver._follower, driver._reporter))
    del client, driver
    gc.collect()
    until(lambda: len(ours()) <= before, 30)
    until(lambda: gc.collect() >= 0 and not any(one() for one in watched), 30)
    until(lambda: not server.streams)


def test_fault_64_no_thread_can_be_started(
    server: NativeServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("yardarm-"):
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        client = hurried(server.url)
        told: list[frozenset[str]] = []
        client.on_change(told.append)
        assert client.boolean("a", USER, False) is False
        assert client.poll() is True
        assert client.boolean("a", USER) is True
        assert client.wait_ready(0) is True
        server.intervene = lambda h: h.path == "/sdk/v1/snapshot" and (h.answer(503) or True)
        assert client.poll() is False
        assert client.boolean("a", USER) is True
        until(lambda: client.poll() is False and server.counted())
        client.close()
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "can't start new thread" in line
    assert "client.poll()" in line
    assert told == [frozenset("a")]


@pytest.mark.parametrize(("told", "run_"), [(0, False), (1, True), (None, True)])
def test_fault_64_uwsgi_without_threads_is_noticed(
    monkeypatch: pytest.MonkeyPatch, told: int | None, run_: bool
) -> None:
    module = type(sys)("uwsgi")
    if told is not None:
        module.has_threads = told  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "uwsgi", module)
    assert threads_can_run() is run_


def test_fault_65_no_file_descriptor_is_left(server: NativeServer) -> None:
    client = hurried(server.url)
    try:
        until(lambda: client.status.connection == "streaming")
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # what is open stays open
        try:
            server.send_raw(None)
            assert "Too many open files" in until(lambda: client.status.error)
            assert client.boolean("a", USER) is True
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        until(lambda: client.status.connection == "streaming")
    finally:
        client.close()
