"""A small real server that speaks the native protocol, and misbehaves when it is told to.

It stands in for `yardarm serve` where a test must decide what goes over the wire and when. What it
serves is made by `yardarm.core.snapshot`, as the server's own bytes are.
"""

from __future__ import annotations

import gzip
import json
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from yardarm.core.codec import document_from_json
from yardarm.core.snapshot import Snapshot, between, from_document
from yardarm.sdk.client import Client
from yardarm.sdk.drivers.follow import Tempo
from yardarm.sdk.drivers.make import Parts, remote_driver
from yardarm.sdk.options import Options
from yardarm.sdk.retry import Pace

KEY = "ys_0123456789abcdefghij"

HURRY = Tempo(
    poll_seconds=0.1,
    pace=Pace(0.02, 0.1, refused_seconds=0.1, most_refused_seconds=0.2, most_asked_seconds=0.5),
    silence_seconds=1.0,
    stream_again_seconds=0.5,
)
"""As the defaults, but in a hurry."""


def hurried(url: str, key: str = KEY, tempo: Tempo = HURRY, **options: Any) -> Client:
    """A client as `Client(url, key)` makes it, with waiting times that suit a test."""
    chosen = Options.of({"report_seconds": 0.1, "timeout_seconds": 2.0, **options})
    parts = Parts.of(chosen, name=url)
    client = Client.__new__(Client)
    client._start(parts, remote_driver(parts, chosen, url, key, tempo))
    return client


def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def flag(value: bool = True, **given: Any) -> dict[str, Any]:
    """A boolean flag that serves `value`."""
    return {
        "type": "boolean",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
        "enabled": True, "off": "off", "default": "on" if value else "off", **given,
    }  # fmt: skip


def split_flag(share: int = 50_000, **split: Any) -> dict[str, Any]:
    """A boolean flag that is on for a share of the units, in parts of 100,000."""
    arms = [{"variant": "on", "weight": share}, {"variant": "off", "weight": 100_000 - share}]
    return flag() | {"default": {"split": {"arms": arms, **split}}}


def snapshot_of(
    flags: Mapping[str, Any], version: int = 1, epoch: str = "e1", segments: Any = None
) -> Snapshot:
    """The snapshot of these flags."""
    document = {"version": version, "epoch": epoch, "flags": flags, "segments": segments or {}}
    return from_document(document_from_json(document))


Intervention = Callable[["Handler"], bool]


class NativeServer:
    """Serves one environment to any number of streams. `intervene` may take over a request."""

    def __init__(
        self, flags: Mapping[str, Any] | None = None, *, epoch: str = "e1", version: int = 1,
        heartbeat: float = 0.2, port: int = 0, context: ssl.SSLContext | None = None,
        compress: bool = True, key: str = KEY,
    ) -> None:  # fmt: skip
        self.key = key
        self.heartbeat = heartbeat
        self.compress = compress
        self.snapshot = snapshot_of(flags or {"a": flag()}, version, epoch)
        self.history: list[tuple[int, bytes]] = []
        self.streams: list[queue.SimpleQueue[bytes | None]] = []
        self.lock = threading.RLock()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.batches: list[dict[str, Any]] = []
        self.intervene: Intervention | None = None
        self.events_answer: tuple[int, dict[str, str]] = (202, {})
        self._http = _Http(("127.0.0.1", port), self, context)
        self.port: int = self._http.server_address[1]
        self.scheme = "http" if context is None else "https"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> NativeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close everything, as a process that ends."""
        self._http.shutdown()
        self._http.server_close()
        self.drop()
        self._thread.join()

    def drop(self) -> None:
        """Break every connection."""
        for sock in list(self._http.open):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def publish(self, flags: Mapping[str, Any], **more: Any) -> int:
        """The next version, told to every stream."""
        with self.lock:
            before = self.snapshot
            after = snapshot_of(flags, before.version + 1, before.epoch, **more)
            data = between(before, after).encode()
            self.snapshot = after
            self.history.append((after.version, data))
            self.send("patch", data, f"{after.epoch}:{after.version}")
            return after.version

    def send(self, kind: str, data: bytes, at: str = "") -> None:
        """An event for every stream."""
        with self.lock:
            for stream in self.streams:
                stream.put(event(kind, data, at))

    def send_raw(self, data: bytes | None) -> None:
        """Bytes for every stream; None ends them."""
        with self.lock:
            for stream in self.streams:
                stream.put(data)

    def hello(self) -> bytes:
        held = self.snapshot
        told = {
            "project": "shop", "environment": "production", "epoch": held.epoch,
            "version": held.version, "root": held.root, "heartbeat_seconds": self.heartbeat,
        }  # fmt: skip
        return json.dumps(told).encode()

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one[1].startswith(path) for one in list(self.requests))

    def counted(self) -> dict[tuple[str, str | None, str], int]:
        """Counts reported so far, by flag, variant and reason; a batch that came twice once."""
        sums: dict[tuple[str, str | None, str], int] = {}
        batches = {batch["batch"]: batch for batch in list(self.batches)}
        for batch in batches.values():
            for count in batch["counts"]:
                at = (count["flag"], count["variant"], count["reason"])
                sums[at] = sums.get(at, 0) + count["count"]
        return sums

    def exposures(self) -> list[dict[str, Any]]:
        """Exposures reported so far."""
        return [exposure for batch in list(self.batches) for exposure in batch["exposures"]]


def event(kind: str, data: bytes, at: str = "") -> bytes:
    """One event as bytes. The last LF of `data` is what ends its last line."""
    lines = b"".join(b"data: " + line + b"\n" for line in data.removesuffix(b"\n").split(b"\n"))
    head = f"id: {at}\n".encode() if at else b""
    return head + f"event: {kind}\n".encode() + lines + b"\n"


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: Any, owner: NativeServer, context: ssl.SSLContext | None) -> None:
        self.owner = owner
        self.context = context
        self.open: set[socket.socket] = set()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is not None:
            self.open.discard(request)
            request = self.context.wrap_socket(request, server_side=True)
            self.open.add(request)
        super().finish_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections break all the time here; that is what the tests are about."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: _Http

    @property
    def owner(self) -> NativeServer:
        return self.server.owner

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _serve(self, body: bytes) -> None:
        self.body = body
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.requests.append((self.command, self.path, headers))
        if self.owner.intervene is not None and self.owner.intervene(self):
            return
        if headers.get("authorization") != f"Bearer {self.owner.key}":
            self.answer(401, b'{"title":"Unauthorized","detail":"this key is not known here"}',
                        {"content-type": "application/problem+json"})  # fmt: skip
        elif self.path == "/sdk/v1/snapshot":
            self.serve_snapshot()
        elif self.path == "/sdk/v1/stream":
            self.serve_stream()
        elif self.path == "/sdk/v1/events":
            self.take_events()
        else:
            self.answer(404)

    def answer(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def serve_snapshot(self) -> None:
        held = self.owner.snapshot
        tag = f'"{held.epoch}:{held.version}"'
        headers = {
            "etag": tag, "yardarm-project": "shop", "yardarm-environment": "production",
            "yardarm-version": str(held.version),
        }  # fmt: skip
        if self.headers.get("if-none-match") == tag:
            self.answer(304, b"", headers)
        elif self.owner.compress:
            body = gzip.compress(held.encode())
            self.answer(200, body, {**headers, "content-encoding": "gzip"})
        else:
            self.answer(200, held.encode(), headers)

    def take_events(self) -> None:
        status, headers = self.owner.events_answer
        if status == 202:
            self.owner.batches.append(json.loads(gzip.decompress(self.body)))
            self.answer(202, b'{"accepted":1,"rejected":[]}', headers)
        else:
            self.answer(status, b"", headers)

    def start_stream(self, **headers: str) -> None:
        """The head of a stream."""
        self.send_response(200)
        self.send_header("content-type", headers.pop("content_type", "text/event-stream"))
        self.send_header("transfer-encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.flush()

    def chunk(self, data: bytes) -> None:
        """One chunk, sent at once."""
        if data:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            self.wfile.flush()

    def serve_stream(self) -> None:
        owner = self.owner
        mine: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        with owner.lock:
            for data in self._first():
                mine.put(data)
            owner.streams.append(mine)
        packer = zlib.compressobj(6, zlib.DEFLATED, 31) if owner.compress else None
        try:
            self.start_stream(**({"content_encoding": "gzip"} if packer else {}))
            while True:
                try:
                    data = mine.get(timeout=owner.heartbeat)
                except queue.Empty:
                    version = owner.snapshot.version
                    data = event("heartbeat", json.dumps({"version": version}).encode())
                if data is None:
                    self.wfile.write(b"0\r\n\r\n")
                    return
                if packer is not None:
                    data = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
                self.chunk(data)
        finally:
            with owner.lock:
                owner.streams.remove(mine)

    def _first(self) -> list[bytes]:
        owner = self.owner
        found = [event("hello", owner.hello())]
        epoch, _, version = self.headers.get("last-event-id", "").partition(":")
        if not version or epoch != owner.snapshot.epoch:
            return found
        missed = [(v, data) for v, data in owner.history if v > int(version)]
        if missed and missed[0][0] != int(version) + 1:
            reset = json.dumps({"version": owner.snapshot.version}).encode()
            return [*found, event("reset", reset)]
        return found + [event("patch", data, f"{epoch}:{v}") for v, data in missed]
