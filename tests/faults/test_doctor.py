"""`yardarm doctor` beside a real server, with a wrong key, and without a server."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, run_yardarm

from yardarm import Client

pytestmark = pytest.mark.e2e


def examined(server: Dev, *options: str, expect: int = 0, **given: str) -> dict[str, Any]:
    done = run_yardarm("doctor", "--json", *options, environment={**server.environment(), **given})
    assert done.returncode == expect, done.stderr
    return {one["name"]: one for one in json.loads(done.stdout)}


def test_all_is_well(server: Dev, tmp_path: Path) -> None:
    key = server.ready["server_key"]
    with Client(server.url, key, cache_dir=tmp_path, report=False) as client:
        assert client.wait_ready(20)
    found = examined(server, "--cache-dir", str(tmp_path))
    assert [one["ok"] for one in found.values()] == [True] * 6
    assert found["server"]["said"].startswith(f"{server.url} answers in ")
    assert "project demo, environment production" in found["key"]["said"]
    assert found["offline"]["said"].startswith(found["flags"]["said"])
    assert key not in str(found)
    shown = run_yardarm("doctor", environment=server.environment())
    assert "WRONG" not in shown.stdout
    assert "fallbacks" in shown.stdout


def test_a_key_that_is_refused(server: Dev) -> None:
    found = examined(server, expect=4, YARDARM_SERVER_KEY=server.ready["client_key"])
    assert (found["server"]["ok"], found["key"]["ok"]) == (True, False)
    assert "client key" in found["key"]["said"]


def test_a_server_that_is_not_there(server: Dev, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        found = examined(server, "--cache-dir", str(tmp_path), expect=5, YARDARM_URL=url)
    assert (found["server"]["ok"], found["key"]["ok"], found["offline"]["ok"]) == (
        False, None, False,
    )  # fmt: skip
    assert "ConnectionRefusedError" in found["server"]["said"]


def test_nothing_to_examine_with(server: Dev) -> None:
    without = {**server.environment(), "YARDARM_SERVER_KEY": ""}
    done = run_yardarm("doctor", environment=without)
    assert done.returncode == 2
    assert "YARDARM_SERVER_KEY" in done.stderr
