"""The native protocol over real sockets: what an SDK is sent, byte by byte."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.live_server import ENVIRONMENT, PROJECT, Live, flag, live_server

from yardarm.core import snapshot as native
from yardarm.server.delivery import channel


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with live_server() as running:
        running.import_flags({"a": flag(), "b": flag("string", values={"x": "é\r\n", "y": "y"})})
        yield running


def snapshot(live: Live) -> native.Snapshot:
    return native.decode(live.get("/sdk/v1/snapshot").content)


def toggle(live: Live, key: str = "a") -> int:
    """Publish a change for sure; gives its version."""
    current = live.application.services.snapshots.find(PROJECT, ENVIRONMENT)
    assert current is not None
    live.switch(key, not native.SnapshotSource(current.snapshot).flag(key).enabled)
    return live.version()


# --- snapshots --------------------------------------------------------------------------------


def test_the_snapshot_is_the_document_in_native_bytes(live: Live) -> None:
    found = live.get("/sdk/v1/snapshot", Accept_Encoding="identity")
    read = native.decode(found.content)
    assert found.status_code == 200
    assert set(native.to_document(read).flags) == {"a", "b"}
    assert found.headers["etag"] == f'"{read.epoch}:{read.version}"'
    assert found.headers["yardarm-project"] == PROJECT
    assert found.headers["yardarm-environment"] == ENVIRONMENT
    assert found.headers["yardarm-version"] == str(read.version)
    assert "content-encoding" not in found.headers


def test_it_is_compressed_once_for_those_who_can_read_it(live: Live) -> None:
    def raw() -> bytes:
        with live.http.stream(
            "GET", live.url + "/sdk/v1/snapshot",
            headers={**live.bearer(), "Accept-Encoding": "gzip"},
        ) as answer:  # fmt: skip
            assert answer.headers["content-encoding"] == "gzip"
            return b"".join(answer.iter_raw())

    assert (
        gzip.decompress(raw()) == live.get("/sdk/v1/snapshot", Accept_Encoding="identity").content
    )
    assert raw() == raw()


def test_whoever_has_it_is_sent_nothing(live: Live) -> None:
    tag = live.get("/sdk/v1/snapshot").headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        found = live.get("/sdk/v1/snapshot", If_None_Match=given)
        assert (found.status_code, found.content) == (304, b"")
        assert found.headers["etag"] == tag
    toggle(live)
    assert live.get("/sdk/v1/snapshot", If_None_Match=tag).status_code == 200


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sdk/v1/snapshot", "/sdk/v1/stream"])
def test_keys(live: Live, path: str) -> None:
    client = live.get(path, kind="client")
    assert (client.status_code, client.json()["key_kind"]) == (403, "client")
    assert "flag\t" not in client.text
    for header in ({"Authorization": "Bearer ys_wrong"}, {"X-API-Key": "yt_wrong"}, {}):
        found = live.http.get(live.url + path, headers=header)
        assert found.status_code == 401
        assert found.headers["www-authenticate"].startswith("Bearer")
    assert live.post(path, {}).status_code == 405


def test_x_api_key_opens_too(live: Live) -> None:
    found = live.http.get(live.url + "/sdk/v1/snapshot", headers={"X-API-Key": live.keys["server"]})
    assert found.status_code == 200


# --- streams ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_stream_follows(live: Live, encoding: str) -> None:
    before = snapshot(live)
    with live.stream(Accept_Encoding=encoding) as stream:
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers.get("content-encoding", "identity") == encoding
        assert "no-transform" in stream.headers["cache-control"]
        assert stream.json("hello") == {
            "project": PROJECT, "environment": ENVIRONMENT, "epoch": before.epoch,
            "version": before.version, "root": before.root, "heartbeat_seconds": 10,
        }  # fmt: skip
        followed = before
        for _ in range(3):
            version = toggle(live)
            event = stream.next("patch")
            assert event["id"] == f"{before.epoch}:{version}"
            patch = native.decode_patch(event["data"].encode() + b"\n")
            followed = native.apply(followed, patch)
        assert followed == snapshot(live)


def test_a_reader_that_comes_back_gets_what_it_missed(live: Live) -> None:
    before = snapshot(live)
    versions = [toggle(live) for _ in range(3)]
    for given in (
        {"path": "/sdk/v1/stream", "Last_Event_ID": f"{before.epoch}:{before.version}"},
        {"path": f"/sdk/v1/stream?since={before.epoch}:{before.version}"},
    ):
        with live.stream(**given) as stream:
            assert stream.json("hello")["version"] == versions[-1]
            followed = before
            for version in versions:
                patch = native.decode_patch(stream.next("patch")["data"].encode() + b"\n")
                assert patch.version == version
                followed = native.apply(followed, patch)
            assert followed == snapshot(live)


@pytest.mark.parametrize("since", ["{epoch}:999999", "other:1", "nonsense", ":", "{epoch}:-1"])
def test_a_reader_that_cannot_go_on_is_reset(live: Live, since: str) -> None:
    current = snapshot(live)
    with live.stream(Last_Event_ID=since.format(epoch=current.epoch)) as stream:
        stream.next("hello")
        assert stream.json("reset") == {"version": current.version}
        toggle(live)
        stream.next("patch")


def test_a_reader_too_far_behind_is_reset(live: Live) -> None:
    start = snapshot(live)
    for _ in range(channel.RING_VERSIONS + 1):
        toggle(live)
    with live.stream(Last_Event_ID=f"{start.epoch}:{start.version}") as stream:
        stream.next("hello")
        assert stream.json("reset") == {"version": live.version()}
    with live.stream(Last_Event_ID=f"{start.epoch}:{start.version + 1}") as stream:
        stream.next("hello")
        stream.next("patch")


def test_a_stream_ends_when_its_reader_leaves(live: Live) -> None:
    hub = live.application.services.hub

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + 10
        while hub.count() != count:
            assert time.monotonic() < deadline, f"{hub.count()} streams are open"
            time.sleep(0.01)

    wait_for(0)
    with live.stream() as stream:
        stream.next("hello")
        wait_for(1)
    wait_for(0)


def test_toggling_one_of_500_flags_costs_little() -> None:
    with live_server() as live:
        rule = {"attribute": "country", "op": "in", "values": ["NL", "BE"]}
        made = flag(
            rules=[{"id": f"r{n}", "when": rule, "serve": "on"} for n in range(3)],
            description="A flag with a description of the usual length.", tags=["shop"],
        )  # fmt: skip
        live.import_flags({f"flag-{n}": made for n in range(500)})
        for encoding in ("identity", "gzip"):
            with live.stream(Accept_Encoding=encoding) as stream:
                stream.next("hello")
                before = stream.wire_bytes
                toggle(live, "flag-77")
                stream.next("patch")
                assert 0 < stream.wire_bytes - before <= 1024, encoding


def test_every_stream_is_told_the_same_bytes(live: Live) -> None:
    streams = [live.stream(Accept_Encoding="gzip") for _ in range(50)]
    try:
        for stream in streams:
            stream.next("hello")
        toggle(live)
        assert len({json.dumps(stream.next("patch")) for stream in streams}) == 1
    finally:
        for stream in streams:
            stream.close()


def test_the_end_of_the_server_is_told_with_a_delay() -> None:
    with live_server() as live:
        streams = [live.stream() for _ in range(20)]
        for stream in streams:
            stream.next("hello")
        live.run(live.application.end_streams())
        texts = [stream.rest().decode() for stream in streams]
        assert all(stream.ended for stream in streams)
        delays = {int(text.strip().rpartition("retry: ")[2]) for text in texts}
        assert len(delays) > 5, "they do not all come back at once"
        found = live.get("/sdk/v1/stream")
        assert (found.status_code, found.headers["retry-after"]) == (503, "5")
        for stream in streams:
            stream.close()


def test_a_reader_that_does_not_read_keeps_nobody(live: Live) -> None:
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stalled.connect(("127.0.0.1", live.port))
    ask = f"GET /sdk/v1/stream HTTP/1.1\r\nHost: x\r\nX-API-Key: {live.keys['server']}\r\n\r\n"
    stalled.sendall(ask.encode())
    values = {"on": "x" * 100_000, "off": "off"}
    with live.stream() as stream:
        stream.next("hello")
        for number in range(30):
            live.import_flags({f"large-{number}": flag("string", values=values)})
            stream.next("patch")
    stalled.close()


# --- events -----------------------------------------------------------------------------------


def batch(**given: Any) -> dict[str, Any]:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    count = {
        "flag": "a", "variant": "on", "reason": "STATIC", "version": 1, "count": 3,
        "from": now, "to": now,
    }  # fmt: skip
    return {
        "format": 1, "batch": "5f0c2a4e-1111-4222-8333-444455556666",
        "sdk": {"name": "test", "version": "1"}, "application": "shop", "instance": "1",
        "sent_at": now, "counts": [count], "exposures": [], "metrics": [],
        "lost": {"counts": 0, "exposures": 0, "metrics": 0}, **given,
    }  # fmt: skip


def test_events_are_taken_once(live: Live) -> None:
    sent = batch()
    first = live.post("/sdk/v1/events", sent)
    assert (first.status_code, first.json()["accepted"]) == (202, 1)
    body = gzip.compress(json.dumps(sent).encode())
    again = live.post("/sdk/v1/events", body, Content_Encoding="gzip")
    assert again.json()["duplicate"] is True


def test_bad_events_are_refused(live: Live) -> None:
    assert live.post("/sdk/v1/events", b"{").status_code in (400, 422)
    assert live.post("/sdk/v1/events", batch(), kind="client").status_code == 403
    assert live.post("/sdk/v1/events", b"x" * (2 << 20)).status_code == 413
    bomb = gzip.compress(b"\0" * (50 << 20))
    assert len(bomb) < 1 << 20
    assert live.post("/sdk/v1/events", bomb, Content_Encoding="gzip").status_code == 413
    rejected = batch(batch="6f0c2a4e-1111-4222-8333-444455556666", counts=[{"flag": "a"}])
    found = live.post("/sdk/v1/events", rejected)
    assert found.status_code == 202
    assert found.json()["accepted"] == 0
    assert found.json()["rejected"][0]["pointer"].startswith("/counts/0")
