"""A server with its override file: whoever follows it, follows what is overridden. Fault 113."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.live_server import ENVIRONMENT, PROJECT, Live, flag, live_server
from tests.native_server import hurried, until

from yardarm.core import snapshot as native
from yardarm.server.access.model import Grant, local
from yardarm.server.changes.commands import EditFlag, ImportDocument

FLAGS = {"a": flag(), "b": flag(), "s": flag("string", values={"x": "x", "y": "y"})}
USER = {"key": "u1"}


class Overridden:
    """A live server and its override file."""

    def __init__(self, live: Live, path: Path) -> None:
        self.live = live
        self.path = path

    def put(self, value: Any) -> None:
        beside = self.path.with_suffix(".new")
        beside.write_text(value if isinstance(value, str) else json.dumps(value))
        beside.replace(self.path)

    def lift(self) -> None:
        self.path.unlink(missing_ok=True)
        until(lambda: self.snapshot().epoch == self.epoch())

    def snapshot(self) -> native.Snapshot:
        return native.decode(self.live.get("/sdk/v1/snapshot").content)

    def epoch(self) -> str:
        current = self.live.application.services.snapshots.find(PROJECT, ENVIRONMENT)
        assert current is not None
        return current.truth.epoch

    def said(self, path: str = "/api/v1/overrides", token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token or self.live.token}"}
        return httpx.get(self.live.url + path, headers=headers)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Overridden]:
    path = tmp_path_factory.mktemp("server") / "overrides.json"
    with live_server(overrides=path) as live:
        live.import_flags(FLAGS)
        yield Overridden(live, path)


@pytest.fixture(autouse=True)
def lifted(server: Overridden) -> Iterator[None]:
    server.live.submit(ImportDocument({"flags": FLAGS}, "replace", True))
    yield
    server.lift()


def test_sdks_follow_and_end_at_the_true_state(server: Overridden) -> None:
    with hurried(server.live.url, server.live.keys["server"]) as client:
        until(lambda: client.boolean("a", USER))
        truth = client._serving.continuity.snapshot
        server.put({"kill": ["a"], "serve": {"s": "y"}})
        until(lambda: client.boolean_detail("a", USER).reason == "DISABLED")
        assert client.boolean_detail("a", USER).cause == "override file"
        assert client.string_detail("s", USER).value == "y"
        assert client.boolean("b", USER)
        server.put({"kill": ["b"]})
        until(lambda: not client.boolean("b", USER))
        assert client.boolean("a", USER)
        server.live.switch("a", False)  # a change beneath an override comes as a patch
        until(lambda: not client.boolean("a", USER))
        assert client.boolean_detail("a", USER).cause is None
        assert not client.boolean("b", USER)
        server.live.switch("a", True)
        server.path.unlink()
        until(lambda: client.boolean("b", USER) and client.boolean("a", USER))
        held = client._serving.continuity.snapshot
        assert truth is not None
        assert held == server.snapshot()
        assert held.epoch == truth.epoch == server.epoch()


def test_a_reader_is_told_to_fetch_at_the_version_it_has(server: Overridden) -> None:
    before = server.snapshot()
    with server.live.stream() as stream:
        assert stream.json("hello")["epoch"] == before.epoch
        server.put({"kill": ["a"]})
        assert stream.json("reset") == {"version": before.version}
        shown = server.snapshot()
        assert (shown.version, shown.epoch == before.epoch) == (before.version, False)
        server.live.submit(EditFlag("a", {"default": "off"}))
        patch = native.decode_patch(f"{stream.next('patch')['data']}\n".encode())
        after = native.apply(shown, patch)
        assert after == server.snapshot()
        assert native.SnapshotSource(after).flag("a").enabled is False
    since = f"{before.epoch}:{before.version}"
    with server.live.stream(Last_Event_ID=since) as stream:
        assert stream.json("hello")["epoch"] == after.epoch
        stream.next("reset")
    with server.live.stream(Last_Event_ID=f"{shown.epoch}:{shown.version}") as stream:
        stream.next("hello")
        stream.next("patch")


def test_a_page_over_ofrep_evaluates_anew(server: Overridden) -> None:
    def bulk(**headers: str) -> httpx.Response:
        context = {"context": {"targetingKey": "u1"}}
        return server.live.post("/ofrep/v1/evaluate/flags", context, **headers)

    def value(answer: httpx.Response, key: str = "a") -> Any:
        return {f["key"]: f for f in answer.json()["flags"]}[key]["value"]

    first = bulk()
    where = first.json()["eventStreams"][0]["endpoint"]["requestUri"]
    assert value(first) is True
    with server.live.stream(where) as stream:
        server.put({"kill": ["a"]})
        told = json.loads(_data(stream.event))
        assert told["type"] == "refetchEvaluation"
        again = bulk(If_None_Match=first.headers["etag"])
        assert (again.status_code, value(again)) == (200, False)
        where = again.json()["eventStreams"][0]["endpoint"]["requestUri"]
    with server.live.stream(where) as stream:
        assert stream.event() == {"comment": ""}
        server.path.unlink()
        assert (
            json.loads(_data(stream.event))["etag"] == f'"{server.epoch()}:{server.live.version()}"'
        )
        assert value(bulk()) is True
    one = server.live.post("/ofrep/v1/evaluate/flags/a", {"context": {"targetingKey": "u"}})
    assert one.json()["value"] is True


def _data(event: Callable[[], dict[str, str]]) -> str:
    while "data" not in (found := event()):
        pass
    return found["data"]


def test_it_says_so_everywhere(server: Overridden, caplog: pytest.LogCaptureFixture) -> None:
    assert server.said().json() == {"since": None, "problem": "", "environments": []}
    assert server.said("/readyz").json() == {"status": "ready"}
    with caplog.at_level(logging.WARNING, "yardarm.server.overrides"):
        server.put({"kill": ["a", "none"], "environments": {"staging": {"kill": ["b"]}}})
        until(lambda: server.said().json()["since"])
        server.put("{")
        until(lambda: server.said().json()["problem"])
    said = server.said().json()
    assert said["environments"] == [
        {"project": PROJECT, "environment": ENVIRONMENT, "kill": ["a", "none"], "serve": {},
         "misses": ["there is no flag 'none'"]},
    ]  # fmt: skip
    assert "is not valid" in said["problem"]
    ready = server.said("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    notice = ready.json()["notices"]["overrides"]
    assert "2 flags overridden by file since 20" in notice
    assert "cannot be used" in notice
    metric = f'yardarm_overrides{{environment="{ENVIRONMENT}",project="{PROJECT}"}} 2.0'
    assert metric in server.said("/metrics").text
    told = "\n".join(caplog.messages)
    assert f"OVERRIDES IN FORCE from {server.path}: flag 'a' is off, flag 'none' is off" in told
    assert "in staging: flag 'b' is off" in told
    assert "what it said before stays in force" in told
    assert native.SnapshotSource(server.snapshot()).flag("a").enabled is False


def test_only_what_the_token_may_read_is_told(server: Overridden) -> None:
    access = server.live.application.services.access
    issue = access.issue_token(local(), "else", "test", [Grant("read", "another")])
    token = server.live.run(issue)[1]
    server.put({"kill": ["a"]})
    until(lambda: server.said().json()["environments"])
    assert server.said(token=token).json()["environments"] == []
    assert server.said(token="yt_nobody").status_code == 401


def test_it_is_in_force_from_the_first_snapshot_on(tmp_path: Path) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text('kill = ["a"]')
    with live_server(overrides=path) as live:
        live.import_flags(FLAGS)  # the flag comes after its override
        read = native.decode(live.get("/sdk/v1/snapshot").content)
        assert native.SnapshotSource(read).flag("a").enabled is False


def test_any_sequence_ends_at_what_the_server_serves(server: Overridden) -> None:
    """Overrides and changes in any order: a client holds what a new one would be given."""
    rng = random.Random(7)
    with hurried(server.live.url, server.live.keys["server"]) as client:
        assert client.wait_ready(10)
        for _ in range(40):
            step = rng.randint(0, 4)
            if step == 0:
                server.put({"kill": rng.sample(["a", "b", "s", "none"], rng.randint(0, 3))})
            elif step == 1:
                server.put({"serve": {"s": rng.choice("xyz")}})
            elif step == 2:
                server.path.unlink(missing_ok=True)
            else:
                server.live.submit(
                    EditFlag(rng.choice("ab"), {"default": rng.choice(["on", "off"])})
                )
            if rng.random() < 0.5:
                until(lambda: _holds(client, server))
        until(lambda: _holds(client, server))
        server.lift()
        until(lambda: _holds(client, server))


def _holds(client: Any, server: Overridden) -> bool:
    return bool(client._serving.continuity.snapshot == server.snapshot())
