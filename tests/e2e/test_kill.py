"""kill -9 of the server in a publish: what was acknowledged is there, the rest is absent whole.

Twenty random kills by default, `-m long` for two hundred. The seed is printed on failure.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("kill")]
PATH = "/projects/demo/environments/production"


class Writer(threading.Thread):
    """Publishes as fast as it can and remembers every change that was acknowledged."""

    def __init__(self, server: Dev, turn: int) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.turn = turn
        self.acknowledged: list[dict[str, Any]] = []

    def run(self) -> None:
        count = 0
        try:
            while True:
                count += 1
                if count % 3 == 0:
                    flag = {
                        "key": f"made-{self.turn}-{count}",
                        "type": "boolean",
                        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
                    }
                    done = self.server.rest("POST", "/projects/demo/flags", flag, If_Match="*")
                else:
                    on = "enable" if count % 2 else "disable"
                    path = f"{PATH}/flags/new-checkout/{on}"
                    done = self.server.rest("POST", path, {}, If_Match="*")
                self.acknowledged += done["changes"]
        except (OSError, ValueError, http.client.HTTPException):
            return  # the server was killed in the middle of this one


def history(server: Dev, environment: str) -> list[dict[str, Any]]:
    """Every change of an environment, newest first."""
    found: list[dict[str, Any]] = []
    while True:
        before = f"&before={found[-1]['version']}" if found else ""
        path = f"/projects/demo/environments/{environment}/changes?limit=200{before}"
        page = server.rest("GET", path)["items"]
        found += page
        if len(page) < 200:
            return found


def check(server: Dev, known: dict[tuple[str, int], str], seed: int) -> None:
    """What the restarted server has is exactly a prefix of what was asked, nothing half."""
    for environment in ("production", "staging"):
        state = server.rest("GET", f"/projects/demo/environments/{environment}")
        log = history(server, environment)
        versions = [change["version"] for change in log]
        assert sorted(versions) == list(range(1, state["version"] + 1)), f"seed {seed}"
        hashes = {(environment, change["version"]): change["hash"] for change in log}
        lost = [at for at in known if at[0] == environment and hashes.get(at) != known[at]]
        assert not lost, f"acknowledged, but not there: {lost}; seed {seed}"
        by_version = {change["version"]: change for change in log}
        for version in range(2, state["version"] + 1):
            assert by_version[version]["prev_hash"] == by_version[version - 1]["hash"]
    keys = [
        {flag["key"] for flag in server.rest("GET", f"/projects/demo/environments/{at}")["flags"]}
        for at in ("production", "staging")
    ]
    assert keys[0] == keys[1], f"a change set was committed in half of its environments; {seed}"


def kill_often(folder: Path, times: int) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    known: dict[tuple[str, int], str] = {}
    for turn in range(times):
        with dev(folder, "--no-shop") as server:
            check(server, known, seed)
            writer = Writer(server, turn)
            writer.start()
            enough = chance.randrange(1, 12)
            wait_for(lambda w=writer, n=enough: len(w.acknowledged) >= n, f"{enough} changes")
            threading.Event().wait(chance.random() * 0.02)  # anywhere within the next publish
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait(10)
            writer.join(10)
            assert not writer.is_alive()
            known |= {(c["environment"], c["version"]): c["hash"] for c in writer.acknowledged}
    with dev(folder, "--no-shop") as server:
        check(server, known, seed)
    assert len(known) >= times, json.dumps(len(known))


@pytest.mark.timeout(240)
def test_twenty_random_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 20)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_random_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 200)
