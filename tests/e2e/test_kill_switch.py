"""The kill switch by real processes: by one command, and by file while nothing can be written."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm, wait_for

from yardarm import Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("kill-switch")]

USER = {"key": "user-1"}
SOON = 3.0
"""How long following a file may take here, where other tests run: it promises one second."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("dev")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YARDARM_OVERRIDES", str(folder / "overrides.json"))
        with dev(folder, "--no-shop", "--no-demo") as running:
            yield running


@pytest.fixture
def overrides(server: Dev) -> Iterator[Path]:
    path = server.folder / "overrides.json"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def flag(server: Dev, request: pytest.FixtureRequest) -> str:
    """A flag of the test's own, on everywhere, with a rule."""
    key = request.node.name.replace("_", "-")
    server.yardarm("flags", "create", key)
    for name in ("production", "staging"):
        if name not in [e["key"] for e in server.yardarm("environments", "list")]:
            server.yardarm("environments", "create", name)
        server.yardarm("flags", "enable", key, "--environment", name)
        server.yardarm("flags", "set", key, "--add-rule", "plan = pro -> on", "--environment", name)
    return key


@pytest.fixture
def client(server: Dev) -> Iterator[Client]:
    with Client(server.url, server.ready["server_key"], report=False) as client:
        assert client.wait_ready(20)
        yield client


@contextlib.contextmanager
def locked(server: Dev) -> Iterator[None]:
    """The database held by another process's transaction, so that nothing can be written."""
    (database,) = server.folder.glob("data/**/*.db")
    connection = sqlite3.connect(database, timeout=20, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        connection.close()


def ofrep(server: Dev, flag: str) -> Any:
    """What a client without an SDK is served."""
    request = urllib.request.Request(
        f"{server.url}/ofrep/v1/evaluate/flags/{flag}",
        json.dumps({"context": {"targetingKey": "user-1"}}).encode(),
        {"Authorization": f"Bearer {server.ready['server_key']}",
         "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def test_one_command_kills_everywhere_and_undo_restores_what_was(
    server: Dev, client: Client, flag: str
) -> None:
    names = ("production", "staging")
    shown = [server.yardarm("flags", "show", flag)["environments"][name] for name in names]
    wait_for(lambda: client.boolean(flag, USER), "the flag")
    done = server.yardarm("kill", flag, "--reason", "payments fail")
    assert [change["environment"] for change in done["killed"]] == list(names)
    assert done["already_off"] == []
    wait_for(lambda: client.boolean_detail(flag, USER, True).reason == "DISABLED", "the kill")
    assert ofrep(server, flag)["value"] is False
    again = run_yardarm("kill", flag, environment=server.environment())
    assert again.stdout == f"nothing to kill: {flag} is off everywhere\n"
    for change in done["killed"]:
        server.yardarm("undo", str(change["change"]), "--environment", change["environment"])
    wait_for(lambda: client.boolean(flag, USER), "the undo")
    now = [server.yardarm("flags", "show", flag)["environments"][name] for name in names]
    for before, after in zip(shown, now, strict=True):
        assert {**after, "version": 0} == {**before, "version": 0}


def test_a_token_for_kills_only_is_enough(server: Dev, flag: str) -> None:
    token = server.yardarm("tokens", "create", "pager", "--grant", "kill@demo/staging")["token"]
    environment = {**server.environment(), "YARDARM_TOKEN": token}
    done = run_yardarm("kill", flag, environment=environment)
    assert (done.returncode, "demo/production" in done.stderr) == (4, True), done.stderr
    done = run_yardarm("kill", flag, "--environment", "staging", environment=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"kill {flag}: change ")
    assert "in staging; take it back with `yardarm undo " in done.stdout
    assert "--environment staging`" in done.stdout


def test_fault_113_the_file_kills_while_the_database_cannot_write(
    server: Dev, client: Client, flag: str, overrides: Path
) -> None:
    wait_for(lambda: client.boolean(flag, USER), "the flag")
    wait_for(lambda: client.status.connection == "streaming", "the stream")
    epoch = client.status.epoch
    with locked(server):
        refused = run_yardarm("kill", flag, environment=server.environment())
        assert refused.returncode == 5, refused.stderr
        assert "--override-file FILE" in refused.stderr
        began = time.monotonic()
        killed = run_yardarm("kill", flag, "--override-file", str(overrides))
        assert killed.returncode == 0, killed.stderr
        wait_for(lambda: not client.boolean(flag, USER, True), "the SDK", SOON)
        took = time.monotonic() - began
        found = client.boolean_detail(flag, USER, True)
        assert (found.variant, found.reason, found.cause) == ("off", "DISABLED", "override file")
        assert ofrep(server, flag)["value"] is False
        said = server.rest("GET", "/overrides")
        assert {e["environment"]: e["kill"] for e in said["environments"]} == {
            "production": [flag], "staging": [flag],
        }  # fmt: skip
        with Client(server.url, server.ready["server_key"], report=False) as late:
            assert late.wait_ready(20)
            assert late.boolean(flag, USER, True) is False
    assert took < SOON + 5
    notices = json.loads(urllib.request.urlopen(f"{server.url}/readyz", timeout=10).read())
    assert "overridden by file" in notices["notices"]["overrides"]
    # The kill beneath the override, then the override away: nobody notices anything.
    server.yardarm("kill", flag)
    assert run_yardarm("kill", flag, "--override-file", str(overrides), "--lift").returncode == 0
    wait_for(lambda: client.status.epoch == epoch, "the true history", SOON)
    found = client.boolean_detail(flag, USER, True)
    assert (found.variant, found.reason, found.cause) == ("off", "DISABLED", None)
    held = client._serving.continuity.snapshot
    assert held is not None
    assert held.root == server.yardarm("environments", "show", "production")["root"]


def test_fault_113_a_program_kills_by_itself_when_the_server_is_gone(tmp_path: Path) -> None:
    file, kept = tmp_path / "own.json", tmp_path / "kept"
    with dev(tmp_path, "--no-shop", "--no-demo") as server:
        server.yardarm("flags", "create", "checkout")
        server.yardarm("flags", "enable", "checkout")
        given: Any = {"report": False, "overrides": file, "cache_dir": kept}
        client = Client(server.url, server.ready["server_key"], **given)
        wait_for(lambda: client.boolean("checkout", USER), "the flag")
        os.kill(server.process.pid, 9)
        server.process.wait()
        assert run_yardarm("kill", "checkout", "--override-file", str(file)).returncode == 0
        wait_for(lambda: not client.boolean("checkout", USER, True), "the file", SOON)
        client.close()
    with Client(server.url, server.ready["server_key"], **given) as started_later:
        wait_for(lambda: started_later.status.origin == "disk", "the snapshot on disk")
        assert started_later.boolean("checkout", USER, True) is False
        done = run_yardarm("kill", "checkout", "--override-file", str(file), "--lift")
        assert done.returncode == 0, done.stderr
        wait_for(lambda: started_later.boolean("checkout", USER), "the file's end", SOON)
