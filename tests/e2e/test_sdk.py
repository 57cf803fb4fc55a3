"""The SDK against a real server in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, wait_for

from yardarm import AsyncClient, Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("sdk")]

USER = {"key": "user-1", "country": "NL", "plan": "pro"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


@pytest.fixture
def client(server: Dev) -> Iterator[Client]:
    with Client(server.url, server.ready["server_key"], report_seconds=0.2) as client:
        assert client.wait_ready(20)
        yield client


@pytest.fixture
def flag(server: Dev, request: pytest.FixtureRequest) -> str:
    """A boolean flag of this test's own, switched on and serving on."""
    key = "sdk-" + request.node.name.removeprefix("test_").replace("_", "-")[:60]
    server.yardarm("flags", "create", key)
    server.yardarm("flags", "set", key, "--default", "on")
    server.yardarm("flags", "enable", key)
    return key


def switch(server: Dev, flag: str, on: bool) -> None:
    server.yardarm("flags", "enable" if on else "disable", flag)


def test_a_client_knows_where_it_is(server: Dev, client: Client) -> None:
    status = client.status
    assert (status.ready, status.origin) == (True, "server")
    assert status.project == server.ready["project"]
    assert status.environment == server.ready["environment"]
    shown = server.yardarm("environments", "show", status.environment)
    wait_for(lambda: client.status.version == shown["version"], "the server's version")
    assert client.status.epoch == shown["epoch"]
    held = client._serving.continuity.snapshot
    assert held is not None
    assert held.root == shown["root"]


def test_a_change_arrives_as_a_patch(server: Dev, client: Client, flag: str) -> None:
    wait_for(lambda: client.status.connection == "streaming", "the stream")
    wait_for(lambda: client.boolean(flag, USER), "the flag")
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    switch(server, flag, False)
    wait_for(lambda: client.boolean_detail(flag, USER).reason == "DISABLED", "the change")
    assert wait_for(lambda: told, "the listener") == [frozenset({flag})]


def test_what_happened_can_be_asked_for(server: Dev, client: Client, flag: str) -> None:
    wait_for(lambda: client.boolean_detail(flag, USER).variant == "on", "the flag")
    for i in range(50):
        client.boolean(flag, {"key": f"u{i % 5}", "country": "NL" if i % 2 else "BE"})
    client.track("bought", {"key": "u1"}, 12.5)
    project, environment = server.ready["project"], server.ready["environment"]
    base = f"/projects/{project}/environments/{environment}"

    def served() -> int:
        return _sum(server.rest("GET", f"{base}/counts?flag={flag}"), "on")

    wait_for(lambda: served() >= 51, "the counts")
    found = server.rest("GET", f"{base}/exposures?flag={flag}")
    assert "on" in str(found)


def _sum(answer: Any, variant: str) -> int:
    """Add up the counts of a variant, wherever in the answer they stand."""
    if isinstance(answer, list):
        return sum(_sum(one, variant) for one in answer)
    if isinstance(answer, dict):
        own = answer.get("count", 0) if answer.get("variant") == variant else 0
        return int(own) + sum(_sum(one, variant) for one in answer.values())
    return 0


def test_a_client_key_is_refused_with_a_clear_line(
    server: Dev, caplog: pytest.LogCaptureFixture
) -> None:
    with Client(server.url, server.ready["client_key"]) as client:
        wait_for(lambda: client.status.error, "the refusal")
        assert client.boolean("new-checkout", USER, True) is True
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "a client key" in line or "client" in line
    assert server.ready["client_key"] not in line


def test_an_unknown_key_is_refused_with_a_clear_line(
    server: Dev, caplog: pytest.LogCaptureFixture
) -> None:
    with Client(server.url, "ys_" + "0" * 43) as client:
        wait_for(lambda: client.status.error, "the refusal")
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert "a server key" in line
    assert "401" in line


def test_forked_workers_follow(server: Dev, flag: str) -> None:
    """As gunicorn with --preload: made once, then forked."""
    program = """
import os, sys, time
from yardarm import Client
client = Client(sys.argv[1], sys.argv[2])
flag = sys.argv[3]
assert client.wait_ready(20)
pids = []
def wait(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
wait(lambda: client.boolean(flag, {"key": "u"}))
for _ in range(4):
    pid = os.fork()
    if not pid:
        wait(lambda: not client.boolean(flag, {"key": "u"}) or
                     client.boolean_detail(flag, {"key": "u"}).reason == "DISABLED")
        os._exit(0)
    pids.append(pid)
sys.stdout.write("forked\\n")
sys.stdout.flush()
print([os.waitpid(pid, 0)[1] for pid in pids])
"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    process = subprocess.Popen(
        [*command, server.url, server.ready["server_key"], flag], text=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "forked\n"
    switch(server, flag, False)
    assert process.stdout.read() == "[0, 0, 0, 0]\n"
    assert process.wait(10) == 0


def test_the_asynchronous_client_follows_too(server: Dev, flag: str) -> None:
    asyncio.run(_follow(server, flag))


async def _follow(server: Dev, flag: str) -> None:
    async with AsyncClient(server.url, server.ready["server_key"]) as client:
        assert await client.wait_ready(20)
        await asyncio.to_thread(wait_for, lambda: client.boolean(flag, USER), "the flag")
        changed = asyncio.Event()
        client.on_change(lambda keys: flag in keys and changed.set())
        await asyncio.to_thread(switch, server, flag, False)
        await asyncio.wait_for(changed.wait(), 20)
        assert client.boolean_detail(flag, USER).reason == "DISABLED"


def test_a_server_that_is_killed_and_comes_back(tmp_path: Path) -> None:
    """What was served stays, what changed meanwhile arrives, and a start without it works."""
    cache = tmp_path / "cache"
    with dev(tmp_path, "--no-shop") as server:
        key, port = server.ready["server_key"], server.url.rpartition(":")[2]
        server.yardarm("flags", "set", "new-checkout", "--default", "on")
        switch(server, "new-checkout", True)
        client = Client(server.url, key, cache_dir=cache)
        wait_for(lambda: client.boolean("new-checkout", USER), "the flag")
        wait_for(lambda: client.status.connection == "streaming", "the stream")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        wait_for(lambda: client.status.error, "the loss")
        assert client.boolean("new-checkout", USER) is True
    with Client(f"http://127.0.0.1:{port}", key, cache_dir=cache) as cold:
        wait_for(lambda: cold.boolean("new-checkout", USER), "the flag from disk")
        assert cold.status.origin == "disk"
        with dev(tmp_path, "--no-shop", "--port", port) as again:
            switch(again, "new-checkout", False)
            for one in (client, cold):
                wait_for(
                    lambda one=one: one.boolean_detail("new-checkout", USER).reason == "DISABLED",
                    "the change", 60,
                )  # fmt: skip
    client.close()


def test_a_server_that_ends_says_when_to_come_back(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server:
        client = Client(server.url, server.ready["server_key"])
        wait_for(lambda: client.status.connection == "streaming", "the stream")
        began = time.monotonic()
        server.process.terminate()
        server.process.wait(10)
        assert time.monotonic() - began < 4
        wait_for(lambda: client.status.connection == "connecting", "the end of the stream")
        client.close()
