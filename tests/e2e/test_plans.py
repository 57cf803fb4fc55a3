"""Plans and webhooks on real servers: killed, restarted, two over one database."""

from __future__ import annotations

import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm, wait_for
from tests.server_world import postgres_database

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("plans"), pytest.mark.timeout(240)]
PLANS = "/projects/demo/plans"
FLAG = "new-checkout"


def serve(variant: str, **given: Any) -> dict[str, Any]:
    command = {"type": "edit_flag", "flag": FLAG, "fields": {"default": variant}}
    return {"commands": [command], "environments": ["production"], **given}


def three(hold: int = 1) -> list[dict[str, Any]]:
    return [serve("off", hold_seconds=hold), serve("on", hold_seconds=hold), serve("off")]


def kill(server: Dev) -> None:
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)


def edits(server: Dev) -> list[str]:
    """The defaults that were set, oldest first, each with who did it."""
    path = "/projects/demo/environments/production/changes?limit=200"
    found = server.rest("GET", path)["items"]
    return [
        change["command"]["fields"]["default"]
        for change in reversed(found)
        if change["command"]["type"] == "edit_flag" and "step " in change["reason"]
    ]


def state(server: Dev, plan: int, wanted: str) -> dict[str, Any]:
    """The plan once it is in that state."""
    seen: list[dict[str, Any]] = []

    def there() -> bool:
        seen[:] = [server.rest("GET", f"{PLANS}/{plan}")]
        return bool(seen[0]["state"] == wanted)

    wait_for(there, f"plan {plan} to be {wanted}", 40)
    return seen[0]


def begun(server: Dev, plan: int, steps: int = 1) -> None:
    """Wait until so many steps are done."""
    wait_for(
        lambda: server.rest("GET", f"{PLANS}/{plan}")["step"] >= steps, f"step {steps} of {plan}"
    )


def test_a_plan_runs_once_although_the_server_is_killed_in_between(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server:
        made = server.rest("POST", PLANS, {"steps": three(), "missed": "run"})
        begun(server, made["id"])
        kill(server)
    with dev(tmp_path, "--no-shop") as server:
        begun(server, made["id"], 2)
        kill(server)
    with dev(tmp_path, "--no-shop") as server:
        ended = state(server, made["id"], "finished")
        assert edits(server) == ["off", "on", "off"]
        assert [each["step"] for each in ended["done"]] == [0, 1, 2]
        assert server.rest("GET", "/audit/check")["whole"]


def test_a_schedule_that_was_due_while_the_server_was_down(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server:
        due = datetime.now(UTC) + timedelta(seconds=2)
        made = server.rest("POST", PLANS, {"steps": [serve("off", at=due.isoformat())]})
        kill(server)
    wait_for(lambda: datetime.now(UTC) > due, "the time of the schedule")
    with dev(tmp_path, "--no-shop") as server:
        state(server, made["id"], "finished")
        assert edits(server) == ["off"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


def test_a_human_edit_pauses_and_the_command_line_resumes(server: Dev) -> None:
    made = server.yardarm(
        "plans", "ramp", FLAG, "--to", "on", "--steps", "10%,100%", "--hold", "1h"
    )
    number = str(made["id"])
    begun(server, made["id"])
    server.yardarm("flags", "disable", FLAG)
    paused = server.yardarm("plans", "show", number)
    assert paused["state"] == "paused"
    assert paused["why"].startswith(f"developer changed flag '{FLAG}' in production")
    assert [plan["id"] for plan in server.yardarm("plans", "list")] == [made["id"]]
    assert server.yardarm("plans", "resume", number)["state"] == "waiting"
    server.yardarm("plans", "pause", number, expect=0)
    server.yardarm("plans", "pause", number, expect=4)
    server.yardarm("plans", "cancel", number)
    assert server.yardarm("plans", "list") == []
    assert len(server.yardarm("plans", "list", "--all")) == 1


def test_plans_from_files_and_schedules(server: Dev, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        "name: from a file\n"
        "steps:\n"
        "  - needs_approval: true\n"
        "    commands:\n"
        f"      - {{type: set_enabled, flag: {FLAG}, enabled: true}}\n"
    )
    made = server.yardarm("plans", "create", str(file))
    assert made["steps"][0]["environments"] == ["production"]
    state(server, made["id"], "approval")
    server.yardarm("plans", "approve", str(made["id"]), expect=4)  # its author
    token = server.yardarm("tokens", "create", "bob", "--grant", "approve@demo")["token"]
    environment = {**server.environment(), "YARDARM_TOKEN": token}
    approved = run_yardarm("plans", "approve", str(made["id"]), environment=environment)
    assert approved.stdout == f"approved plan {made['id']}\n", approved.stderr
    state(server, made["id"], "finished")
    weekly = server.yardarm(
        "plans", "schedule", "--disable", FLAG, "--every", "weekly", "--day", "fri", "--time",
        "18:00", "--zone", "Europe/Amsterdam",
    )  # fmt: skip
    assert weekly["repeat"]["days"] == ["fri"]
    assert weekly["missed"] == "skip"
    later = ("plans", "schedule", "--enable", FLAG, "--at", "2099-01-01T09:00:00+01:00")
    server.yardarm(*later, expect=4)  # another plan is on that flag
    assert server.yardarm(*later, "--force")["next_at"] == "2099-01-01T08:00:00Z"
    for wrong in (
        ("--enable", FLAG),
        ("--at", "2099-01-01T09:00:00Z"),
        ("--enable", FLAG, "--every", "daily"),
        ("--enable", FLAG, "--every", "daily", "--time", "9", "--zone", "UTC"),
        ("--enable", FLAG, "--every", "monthly", "--time", "09:00", "--zone", "UTC", "--day", "32"),
        ("--enable", FLAG, "--at", "tomorrow"),
    ):
        server.yardarm("plans", "schedule", *wrong, expect=2)
    shown = run_yardarm("plans", "show", str(weekly["id"]), environment=server.environment())
    assert f"disable {FLAG}" in shown.stdout
    assert "weekly fri at 18:00 Europe/Amsterdam" in shown.stdout


# --- two servers over one database ------------------------------------------------------------


@contextmanager
def serving(folder: Path, database: str, name: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`yardarm serve` over a database: the process, and its address."""
    log = folder / f"{name}.log"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("YARDARM_")}
    settings = {
        "YARDARM_SECRET_KEY": "a secret key for these tests only", "YARDARM_PORT": "0",
        "YARDARM_DATABASE_URL": database, "YARDARM_DATA": str(folder / name),
    }  # fmt: skip
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "yardarm.cli.main", "serve"],
            env={**kept, **settings}, text=True, stdout=output, stderr=output,
        )  # fmt: skip
        try:

            def address() -> str:
                assert process.poll() is None, log.read_text()
                found = re.search(r"serves at (\S+)", log.read_text())
                return found[1] if found else ""

            yield process, wait_for(address, f"the address of {name}", 40)
        finally:
            process.kill()
            process.wait(10)


def first_token(url: str, log: Path) -> str:
    found = wait_for(lambda: re.search(r"setup\?code=(\S+)", log.read_text()), "the link")
    body = json.dumps({"code": found[1], "name": "developer"}).encode()
    request = urllib.request.Request(
        f"{url}/api/v1/setup", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.loads(answer.read())["token"])


def test_two_servers_carry_plans_out_once_and_one_outlives_the_other(tmp_path: Path) -> None:
    with (
        postgres_database() as database,
        serving(tmp_path, database, "one") as (doomed, first),
        serving(tmp_path, database, "other") as (process, second),
    ):
        token = first_token(first, tmp_path / "other.log")  # who starts last has the valid link
        ready = {"url": first, "admin_token": token}
        one, other = Dev(ready, doomed, tmp_path), Dev({**ready, "url": second}, process, tmp_path)
        one.rest("POST", "/projects", {"key": "demo"})
        one.rest("POST", "/projects/demo/environments", {"key": "production"}, If_Match="*")
        made = []
        for number in range(6):
            flag = f"{FLAG}-{number}"
            one.rest("POST", "/projects/demo/flags", {"key": flag}, If_Match="*")
            steps = three()
            for step in steps:
                step["commands"][0]["flag"] = flag
            plan = (one, other)[number % 2].rest("POST", PLANS, {"steps": steps, "missed": "run"})
            made.append(plan["id"])
        begun(other, made[0])
        kill(one)
        for plan in made:

            def ended(plan: int = plan) -> bool:
                return bool(other.rest("GET", f"{PLANS}/{plan}")["state"] == "finished")

            wait_for(ended, f"plan {plan} to end", 90)  # what the dead one held is held on a while
        assert sorted(edits(other)) == sorted(["off", "on", "off"] * 6)


# --- webhooks ---------------------------------------------------------------------------------


class Receiver(HTTPServer):
    """Takes webhooks, once it is told to; before, it says that it is not ready."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ready = False
        self.heard: list[tuple[dict[str, str], bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(200 if self.server.ready else 503)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()


def test_what_was_committed_is_told_although_the_server_is_killed(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YARDARM_WEBHOOK_ALLOW", "127.0.0.0/8")
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    with dev(tmp_path, "--no-shop") as server:
        secret = server.yardarm("webhook", "set", url)["secret"]
        server.yardarm("webhook", "test", expect=5)
        receiver.heard.clear()
        done = server.rest(
            "POST", f"/projects/demo/environments/production/flags/{FLAG}/enable", {}, If_Match="*"
        )
        kill(server)
    receiver.ready = True
    with dev(tmp_path, "--no-shop") as server:

        def delivered() -> bool:
            found = server.yardarm("webhook", "show")["deliveries"]
            return any(each["event"] == "change" and each["state"] == "delivered" for each in found)

        wait_for(delivered, "the delivery", 40)
        assert server.yardarm("webhook", "test")["state"] == "delivered"
        server.yardarm("webhook", "remove")
    told = [json.loads(body) for _, body in receiver.heard if b'"change"' in body]
    assert {each["id"] for each in told} == {told[0]["id"]}
    assert told[0]["data"]["changes"][0]["hash"] == done["changes"][0]["hash"]
    headers, body = receiver.heard[-1]
    stamp, mac = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["Yardarm-Signature"]).groups()  # type: ignore[union-attr]
    assert abs(int(stamp) - time.time()) < 120
    assert mac == hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
