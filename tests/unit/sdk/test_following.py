"""Following a server that behaves, and one that does not. Faults 71 to 88."""

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.native_server import (
    HURRY,
    KEY,
    Handler,
    NativeServer,
    event,
    flag,
    hurried,
    snapshot_of,
    until,
)  # fmt: skip

from yardarm import Client
from yardarm.core.snapshot import between
from yardarm.sdk.drivers.follow import Tempo

USER = {"key": "u1"}
ON, OFF = {"a": flag()}, {"a": flag(False)}


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer(ON) as server:
        yield server


@pytest.fixture
def client(server: NativeServer) -> Iterator[Client]:
    with hurried(server.url) as client:
        yield client


def streaming(client: Client) -> None:
    until(lambda: client.status.connection == "streaming")


def follows(client: Client, server: NativeServer) -> None:
    """Two changes arrive, whatever came before."""
    for value in (False, True):
        server.publish({"a": flag(value)})
        until(lambda value=value: client.boolean("a", USER) is value)


def test_a_change_arrives(server: NativeServer, client: Client) -> None:
    assert client.wait_ready(5)
    assert client.boolean("a", USER) is True
    streaming(client)
    follows(client, server)
    status = client.status
    assert (status.origin, status.version, status.epoch) == ("server", 3, "e1")
    assert (status.project, status.environment, status.error) == ("shop", "production", "")
    assert server.asked("/sdk/v1/snapshot") == 1, "patches are enough"


def test_an_uncompressed_stream_will_do() -> None:
    with NativeServer(ON, compress=False) as server, hurried(server.url) as client:
        streaming(client)
        follows(client, server)


def test_making_a_client_returns_at_once_whatever_the_network_does() -> None:
    hurried("http://127.0.0.1:9").close()  # what is imported once is not counted
    began = time.perf_counter()
    client = Client("http://192.0.2.1", KEY)  # an address that swallows packets
    assert time.perf_counter() - began < 0.5
    assert client.boolean("a", USER, True) is True
    began = time.perf_counter()
    client.close()
    assert time.perf_counter() - began < 2.5


def test_a_hundred_publishes_end_in_the_right_state(server: NativeServer, client: Client) -> None:
    streaming(client)
    for i in range(300):
        server.publish({"a": flag(i % 2 == 0), f"f{i % 7}": flag(i % 3 == 0)})
    until(lambda: client.status.version == 301)
    assert client._serving.continuity.snapshot == server.snapshot


def test_a_flag_that_was_removed_is_gone(server: NativeServer, client: Client) -> None:
    streaming(client)
    assert client.boolean("a", USER) is True
    server.publish({"b": flag()})
    until(lambda: client.boolean("b", USER))
    assert client.boolean_detail("a", USER).error == "FLAG_NOT_FOUND"


def test_listeners_hear_what_changed(server: NativeServer, client: Client) -> None:
    streaming(client)
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    server.publish(OFF)
    assert until(lambda: told) == [frozenset("a")]


# --- the server goes and comes ----------------------------------------------------------------


def test_fault_71_the_server_is_down_at_the_start() -> None:
    with NativeServer(ON) as first:
        port = first.port
    with hurried(f"http://127.0.0.1:{port}") as client:
        assert client.wait_ready(0.1) is False
        assert client.boolean("a", USER, True) is True
        assert "refused" in until(lambda: client.status.error).lower()
        with NativeServer(OFF, port=port):
            assert client.wait_ready(5)
            assert client.boolean("a", USER, True) is False
            assert client.status.error == ""


def test_faults_72_73_the_server_is_away_for_a_while(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)
    server.stop()
    until(lambda: client.status.error)
    for _ in range(100):
        assert client.boolean("a", USER) is True
    again = NativeServer(OFF, port=server.port, version=2)
    with again:
        until(lambda: not client.boolean("a", USER))
        streaming(client)
        follows(client, again)
    assert "version 1 stays in use" in caplog.text


def test_fault_73_a_reset_in_the_middle_of_an_event(server: NativeServer, client: Client) -> None:
    streaming(client)
    server.send_raw(b"event: patch\ndata: {")
    for sock in list(server._http.open):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(sock.detach())
    until(lambda: server.asked("/sdk/v1/stream") == 2)
    follows(client, server)


def test_fault_73_the_end_in_the_middle_of_an_event(server: NativeServer, client: Client) -> None:
    streaming(client)
    patch = between(server.snapshot, snapshot_of(OFF, 2)).encode()
    server.send_raw(event("patch", patch)[:-2])
    server.send_raw(None)
    until(lambda: server.asked("/sdk/v1/stream") == 2)
    streaming(client)
    assert client.boolean("a", USER) is True, "half an event is none"
    follows(client, server)


def test_the_server_asks_to_come_back_later(server: NativeServer, client: Client) -> None:
    streaming(client)
    server.send_raw(b"retry: 400\n\n")
    server.send_raw(None)
    began = time.monotonic()
    until(lambda: server.asked("/sdk/v1/stream") == 2)
    assert time.monotonic() - began >= 0.35


def test_what_was_missed_is_replayed(server: NativeServer, client: Client) -> None:
    streaming(client)
    server.send_raw(b"retry: 100\n\n")
    server.send_raw(None)
    until(lambda: not server.streams)
    server.publish(OFF)
    until(lambda: not client.boolean("a", USER))
    assert server.asked("/sdk/v1/snapshot") == 1
    last = [headers for _, path, headers in server.requests if path == "/sdk/v1/stream"][-1]
    assert last["last-event-id"] == "e1:1"


def test_what_can_no_longer_be_replayed_is_fetched(server: NativeServer, client: Client) -> None:
    streaming(client)
    server.send_raw(b"retry: 100\n\n")
    server.send_raw(None)
    until(lambda: not server.streams)
    server.publish(ON)
    server.publish(OFF)
    del server.history[0]
    until(lambda: not client.boolean("a", USER))
    assert server.asked("/sdk/v1/snapshot") == 2


# --- connections that are no good -------------------------------------------------------------


def test_fault_74_a_connection_that_went_silent_is_noticed(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """The other side is gone and no packet says so: nothing comes, nothing fails."""
    streaming(client)
    server.heartbeat = 3600.0
    until(lambda: "the connection is dead" in caplog.text)
    server.heartbeat = 0.2
    follows(client, server)


def test_fault_74_the_time_to_notice_is_below_thirty_seconds() -> None:
    assert Tempo().silence_seconds < 30


def test_fault_75_accepted_and_never_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with hurried(url, timeout_seconds=0.2) as client:
            assert "TimeoutError" in until(lambda: client.status.error)
            assert client.boolean("a", USER, True) is True


def test_fault_76_a_byte_at_a_time_is_no_life(server: NativeServer, client: Client) -> None:
    """Bytes that drip in keep a socket's own time-out from ever striking."""
    streaming(client)
    drip = threading.Event()

    def intervene(handler: Handler) -> bool:
        if handler.path != "/sdk/v1/stream":
            return False
        handler.start_stream()
        while not drip.wait(0.05):
            handler.chunk(b":")
        return True

    server.intervene = intervene
    server.drop()
    until(lambda: server.asked("/sdk/v1/stream") >= 3)
    server.intervene = None
    drip.set()
    follows(client, server)


def test_fault_76_a_head_that_drips_in_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def drip() -> None:
            sock, _ = listening.accept()
            with sock:
                while not over.wait(0.05):
                    try:
                        sock.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with hurried(url, timeout_seconds=0.3) as client:
            began = time.monotonic()
            until(lambda: client.status.error)
            assert time.monotonic() - began < 2
            over.set()
        thread.join()


@pytest.mark.parametrize("compress", [True, False])
def test_fault_77_events_split_at_any_byte_on_the_wire(compress: bool) -> None:
    with NativeServer(ON, compress=compress) as server, hurried(server.url) as client:
        streaming(client)
        after = snapshot_of(OFF, 2)
        data = event("patch", between(server.snapshot, after).encode(), "e1:2")
        server.snapshot = after
        for i in range(len(data)):
            server.send_raw(data[i : i + 1])
        until(lambda: not client.boolean("a", USER))
        assert server.asked("/sdk/v1/snapshot") == 1


def test_fault_78_a_proxy_that_holds_everything_back_leads_to_polling(
    server: NativeServer, caplog: pytest.LogCaptureFixture
) -> None:
    held = threading.Event()

    def intervene(handler: Handler) -> bool:
        if handler.path == "/sdk/v1/stream":
            handler.start_stream()
            held.wait(20)
            return True
        return False

    server.intervene = intervene
    tempo = Tempo(0.05, HURRY.pace, silence_seconds=0.2, stream_again_seconds=1.0)
    with hurried(server.url, tempo=tempo) as client:
        assert client.wait_ready(5), "flags come even while no stream gets through"
        until(lambda: client.status.connection == "polling")
        follows(client, server)
        assert "polling instead" in caplog.text
        server.intervene = None
        held.set()
        streaming(client)  # it is tried again
        follows(client, server)


def test_fault_79_a_proxy_that_adds_a_charset(server: NativeServer) -> None:
    def intervene(handler: Handler) -> bool:
        if handler.path != "/sdk/v1/stream":
            return False
        send = handler.send_header

        def change(name: str, value: str) -> None:
            send(name, "Text/Event-Stream; charset=UTF-8" if name == "content-type" else value)

        handler.send_header = change  # type: ignore[method-assign]
        handler.serve_stream()
        return True

    server.intervene = intervene
    with hurried(server.url) as client:
        streaming(client)
        follows(client, server)


def test_fault_79_a_proxy_that_unpacks(server: NativeServer) -> None:
    server.compress = False
    with hurried(server.url) as client:
        streaming(client)
        follows(client, server)


def test_fault_79_a_proxy_of_the_old_protocol(server: NativeServer) -> None:
    """HTTP/1.0: no chunks, the answer lasts until the connection ends."""

    def intervene(handler: Handler) -> bool:
        if handler.path != "/sdk/v1/stream":
            return False
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        handler.chunk = lambda data: (handler.wfile.write(data), handler.wfile.flush())  # type: ignore[method-assign,assignment,return-value]
        handler.start_stream = lambda **_: None  # type: ignore[method-assign]
        server.compress = False
        handler.serve_stream()
        return True

    server.intervene = intervene
    with hurried(server.url) as client:
        streaming(client)
        follows(client, server)


PORTAL = b"<!DOCTYPE html><html><body>Please log in to the network</body></html>"


def test_fault_80_a_captive_portal_changes_nothing(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)

    def intervene(handler: Handler) -> bool:
        handler.answer(200, PORTAL, {"content-type": "text/html; charset=utf-8"})
        return True

    server.intervene = intervene
    client.boolean("a", USER)
    server.drop()
    until(lambda: "captive portal" in caplog.text)
    until(lambda: "a report waits" in caplog.text)
    assert client.boolean("a", USER) is True
    before = server.asked("/")
    until(lambda: server.asked("/") > before + 3)
    server.intervene = None
    follows(client, server)
    until(lambda: sum(server.counted().values()))


def test_fault_80_a_captive_portal_at_the_start(server: NativeServer) -> None:
    server.intervene = lambda handler: handler.answer(200, PORTAL) or True  # type: ignore[func-returns-value]
    with hurried(server.url) as client:
        assert "captive portal" in until(lambda: client.status.error)
        server.intervene = None
        assert client.wait_ready(5)


# --- answers that are none --------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_fault_81_a_redirect_never_carries_the_key_to_another_host(
    server: NativeServer, status: int
) -> None:
    with NativeServer(OFF) as other:
        other.key = "the other server wants no key of ours"
        place = f"http://localhost:{other.port}"  # another host by name

        def intervene(handler: Handler) -> bool:
            handler.answer(status, b"", {"location": place + handler.path})
            return True

        server.intervene = intervene
        with hurried(server.url) as client:
            client.boolean("a", USER)
            until(lambda: other.asked("/sdk/v1/snapshot") > 1)
            assert client.boolean("a", USER, True) is True
            assert [path for _, path, _ in other.requests if "events" in path] == []
            for _, _, headers in other.requests:
                assert KEY not in str(headers)
                assert "authorization" not in headers


def test_fault_81_a_redirect_on_the_same_host_is_followed(server: NativeServer) -> None:
    def intervene(handler: Handler) -> bool:
        if handler.path.startswith("/old"):
            handler.answer(302, b"", {"location": handler.path.removeprefix("/old")})
            return True
        return False

    server.intervene = intervene
    with hurried(server.url + "/old") as client:
        streaming(client)
        client.boolean("a", USER)
        until(lambda: server.batches)
        follows(client, server)


def test_fault_81_another_name_is_another_host_even_if_it_leads_here(server: NativeServer) -> None:
    def intervene(handler: Handler) -> bool:
        if handler.headers["host"].startswith("127.0.0.1"):
            place = f"http://localhost:{server.port}{handler.path}"
            handler.answer(308, b"", {"location": place})
            return True
        return False

    server.intervene = intervene
    with hurried(server.url) as client:
        until(lambda: client.status.error)
    asked = [headers for _, _, headers in server.requests if "localhost" in headers["host"]]
    assert asked
    assert all("authorization" not in headers for headers in asked)


def test_fault_81_a_report_goes_to_no_other_host(server: NativeServer, client: Client) -> None:
    with NativeServer(OFF) as other:

        def intervene(handler: Handler) -> bool:
            if handler.path != "/sdk/v1/events":
                return False
            handler.answer(307, b"", {"location": other.url + handler.path})
            return True

        server.intervene = intervene
        assert client.wait_ready(5)
        client.boolean("a", USER)
        until(lambda: server.asked("/sdk/v1/events") > 1)
        assert other.requests == []
        server.intervene = None
        until(lambda: server.counted())


def test_fault_81_another_port_is_another_server(server: NativeServer) -> None:
    with NativeServer(OFF) as other:
        location = other.url + "/sdk/v1/snapshot"
        server.intervene = lambda h: h.answer(307, b"", {"location": location}) or True  # type: ignore[func-returns-value]
        with hurried(server.url):
            until(lambda: other.requests)
            assert all("authorization" not in headers for _, _, headers in other.requests)


@pytest.mark.parametrize("location", ["/sdk/v1/snapshot", "file:///etc/passwd", "http://", "//"])
def test_fault_81_redirects_to_nowhere(server: NativeServer, location: str) -> None:
    server.intervene = lambda h: h.answer(302, b"", {"location": location}) or True  # type: ignore[func-returns-value]
    with hurried(server.url) as client:
        until(lambda: client.status.error)
        server.intervene = None
        assert client.wait_ready(5)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_fault_82_refused_at_the_start_and_then_not(
    server: NativeServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"title": "No", "detail": "the server is starting"}).encode()
    server.intervene = lambda handler: handler.answer(status, body) or True  # type: ignore[func-returns-value]
    with hurried(server.url) as client:
        until(lambda: server.asked("/") >= 3)
        assert "the server is starting" in caplog.text
        assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1, "one clear line"
        server.intervene = None
        assert client.wait_ready(5)
        follows(client, server)


def test_fault_82_a_wrong_key_is_one_clear_line(
    server: NativeServer, caplog: pytest.LogCaptureFixture
) -> None:
    with hurried(server.url, "yc_abcdefghijklmnopqrst") as client:
        until(lambda: server.asked("/") >= 3)
        (line,) = [record.getMessage() for record in caplog.records]
        assert client.boolean("a", USER, True) is True
    assert line == (
        f"{server.url}: the SDK key yc_ab… (a client key) is refused by {server.url} (401): "
        "this key is not known here"
    )


def test_fault_82_a_key_that_is_revoked_keeps_what_is_served(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)
    server.key = "another"
    server.drop()
    until(lambda: "a server key of environment production" in caplog.text)
    assert client.boolean("a", USER) is True
    server.key = KEY
    streaming(client)
    follows(client, server)


@pytest.mark.parametrize("status", [429, 503])
def test_fault_83_retry_after_is_respected(server: NativeServer, status: int) -> None:
    server.intervene = lambda h: h.answer(status, b"", {"retry-after": "99999"}) or True  # type: ignore[func-returns-value]
    with hurried(server.url) as client:
        until(lambda: server.asked("/"))
        began = time.monotonic()
        server.intervene = None
        assert client.wait_ready(5), "a huge Retry-After is capped"
        assert time.monotonic() - began >= 0.4


def test_fault_84_the_wall_clock_may_jump(
    server: NativeServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    streaming(client)
    real = time.time
    for skew in (-86_400.0, 86_400.0, -2e9):
        monkeypatch.setattr(time, "time", lambda skew=skew: real() + skew)
        follows(client, server)
        client.boolean("a", USER)
        batches = len(server.batches)
        until(lambda batches=batches: len(server.batches) > batches)
    for batch in server.batches:
        for count in batch["counts"]:
            assert count["from"] <= count["to"]


def test_fault_85_a_missing_patch_is_made_up_for(server: NativeServer, client: Client) -> None:
    streaming(client)
    with server.lock:
        server.snapshot = snapshot_of({"a": flag(), "b": flag()}, 2)  # never told
        server.publish(OFF)
    until(lambda: not client.boolean("a", USER))
    assert client._serving.continuity.snapshot == server.snapshot
    assert server.asked("/sdk/v1/snapshot") == 2


def test_fault_85_a_missed_patch_is_noticed_by_the_heartbeat(
    server: NativeServer, client: Client
) -> None:
    streaming(client)
    server.snapshot = snapshot_of(OFF, 2)  # never told
    until(lambda: not client.boolean("a", USER))


def test_fault_86_a_stale_patch_changes_nothing(server: NativeServer, client: Client) -> None:
    streaming(client)
    server.publish({"a": flag(), "b": flag()})
    server.publish({"a": flag()})
    (first_version, first), _ = server.history
    until(lambda: client.status.version == 3)
    server.send("patch", first, f"e1:{first_version}")
    follows(client, server)
    assert client.boolean_detail("b", USER).error == "FLAG_NOT_FOUND"


def test_fault_87_a_server_with_another_history(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)
    server.publish(ON)
    until(lambda: client.status.version == 2)
    server.stop()
    with NativeServer(OFF, epoch="e2", port=server.port) as other:
        until(lambda: not client.boolean("a", USER))
        assert (client.status.epoch, client.status.version) == ("e2", 1)
        follows(client, other)
    assert "another history (epoch 'e2', held 'e1')" in caplog.text


def test_fault_88_a_server_from_an_old_backup_is_refused(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)
    for _ in range(4):
        server.publish(ON)
    until(lambda: client.status.version == 5)
    server.stop()
    with NativeServer(OFF, port=server.port, version=3) as old:
        until(lambda: "the server is at version 3, keeping 5" in caplog.text)
        until(lambda: old.asked("/sdk/v1/stream") and client.status.connection == "streaming")
        assert client.boolean("a", USER) is True
        old.publish(OFF)
        old.publish(OFF | {"b": flag()})
        old.publish(OFF)  # version 6: its history has gone past ours
        until(lambda: not client.boolean("a", USER))


# --- what comes is not what it should be ------------------------------------------------------


NONSENSE: list[Any] = [b"", b"\n", b"not a snapshot", b"{}\n", b"\x00" * 100, b'{"format":1}\n']


@pytest.mark.parametrize("body", NONSENSE, ids=range(len(NONSENSE)))
def test_a_snapshot_of_nonsense_changes_nothing(
    server: NativeServer, client: Client, body: bytes
) -> None:
    streaming(client)

    def intervene(handler: Handler) -> bool:
        if handler.path == "/sdk/v1/snapshot":
            handler.answer(200, body)
            return True
        return False

    server.intervene = intervene
    server.snapshot = snapshot_of(OFF, 2)  # only a snapshot would tell
    until(lambda: server.asked("/sdk/v1/snapshot") >= 3)
    assert client.boolean("a", USER) is True
    server.intervene = None
    until(lambda: not client.boolean("a", USER))


@pytest.mark.parametrize(
    "data",
    [event("hello", b"nonsense"), event("heartbeat", b"[]"), event("patch", b"x"), b"\xff\xfe\n\n",
     event("new-kind-of-event", b"{}"), event("reset", b"nonsense")],
)  # fmt: skip
def test_an_event_of_nonsense_changes_nothing(
    server: NativeServer, client: Client, data: bytes
) -> None:
    streaming(client)
    server.send_raw(data)
    follows(client, server)


def test_a_newer_format_keeps_what_is_served(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    streaming(client)

    def intervene(handler: Handler) -> bool:
        if handler.path != "/sdk/v1/snapshot":
            return False
        future = snapshot_of(OFF, 2).encode().replace(b'"format":1', b'"format":2')
        handler.answer(200, future)
        return True

    server.intervene = intervene
    server.snapshot = snapshot_of(OFF, 2)
    until(lambda: "format 2 is newer than 1; upgrade" in caplog.text)
    assert client.boolean("a", USER) is True


def test_compressed_data_without_end_is_given_up(server: NativeServer) -> None:
    """A little data that becomes far too much: nothing here grows with it."""
    import gzip

    bomb = gzip.compress(b"\0" * (100 << 20), 9)

    def intervene(handler: Handler) -> bool:
        if handler.path == "/sdk/v1/snapshot":
            handler.answer(200, bomb, {"content-encoding": "gzip"})
            return True
        return False

    server.intervene = intervene
    with hurried(server.url) as client:
        assert "more than" in until(lambda: client.status.error)
        server.intervene = None
        assert client.wait_ready(5)


def test_a_flag_that_cannot_be_read_leaves_the_others_alone(server: NativeServer) -> None:
    from yardarm.core.snapshot import from_lines

    broken = [b'flag\t"bad"\t{"type":"colour"}', b'flag\t"worse"\tnot json']
    good = list(snapshot_of({f"f{i}": flag() for i in range(999)}).lines.values())
    server.snapshot = from_lines([*good, *broken], "e1", 1)
    with hurried(server.url) as client:
        assert client.wait_ready(5)
        assert all(client.boolean(f"f{i}", USER) for i in range(999))
        assert client.boolean_detail("bad", USER, True).error == "PARSE_ERROR"
        assert client.boolean_detail("worse", USER, True).value is True


def test_polling_alone(server: NativeServer) -> None:
    with hurried(server.url, streaming=False) as client:
        assert client.wait_ready(5)
        follows(client, server)
        assert client.status.connection == "polling"
        assert server.asked("/sdk/v1/stream") == 0
        until(lambda: any("if-none-match" in headers for _, _, headers in server.requests))
