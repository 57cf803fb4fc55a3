"""Raw readers of the native stream, many in one process: what a fleet of SDKs does to a server.

    python -m benchmarks.streams URL KEY COUNT

It opens COUNT streams, prints `{"open": COUNT, "bytes": n}` when each has had its first event, and
then, for each version that arrives, one line `{"version": n, "times": [...], "bytes": n}` as soon
as every stream has it: `time.monotonic()` per stream (one clock for all processes of a machine)
and the bytes that came over all sockets together. It ends when its standard input does.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
import zlib
from urllib.parse import urlsplit

_ID = re.compile(rb"^id: ?[^:\n]*:(\d+)\r?$", re.MULTILINE)


class Stream:
    """One open stream: inflates what comes and finds the version of each patch."""

    def __init__(self, address: tuple[str, int], key: str) -> None:
        self.socket = socket.create_connection(address)
        self.socket.sendall(
            b"GET /sdk/v1/stream HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
            b"Accept-Encoding: gzip\r\nAuthorization: Bearer " + key.encode() + b"\r\n\r\n"
        )
        self.socket.setblocking(False)
        self.head = b""
        self.body = b""
        self.chunks = b""
        self.inflate = zlib.decompressobj(31)
        self.events = b""
        self.started = False

    def read(self) -> tuple[int, list[int]]:
        """How many bytes came and the versions that they complete."""
        data = self.socket.recv(65_536)
        if not data:
            raise SystemExit("the server closed a stream")
        size = len(data)
        if not self.head:
            self.body += data
            if b"\r\n\r\n" not in self.body:
                return size, []
            self.head, data = self.body.split(b"\r\n\r\n", 1)
            if b" 200 " not in self.head.split(b"\r\n", 1)[0]:
                raise SystemExit(self.head.decode() + "\n" + data.decode(errors="replace"))
        self.events += self._dechunk(data)
        whole, _, self.events = self.events.rpartition(b"\n\n")
        if whole:
            self.started = True
        found = [part for part in whole.split(b"\n\n") if b"event: patch" in part]
        return size, [int(match[1]) for part in found if (match := _ID.search(part))]

    def _dechunk(self, data: bytes) -> bytes:
        self.chunks += data
        out = b""
        while b"\r\n" in self.chunks:
            length, rest = self.chunks.split(b"\r\n", 1)
            wanted = int(length, 16)
            if len(rest) < wanted + 2:
                break
            part, self.chunks = rest[:wanted], rest[wanted + 2 :]
            zipped = b"content-encoding: gzip" in self.head.lower()
            out += self.inflate.decompress(part) if zipped else part
        return out


def main() -> None:
    """Open the streams and report what arrives."""
    url, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    where = urlsplit(url)
    address = (where.hostname or "127.0.0.1", where.port or 80)
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    for number in range(1, count + 1):
        stream = Stream(address, key)
        selector.register(stream.socket, selectors.EVENT_READ, stream)
        if number % 200 == 0:  # let the server accept before its backlog is full
            time.sleep(0.02)
    opened, total = 0, 0
    seen: dict[int, list[float]] = {}
    while True:
        for found, _ in selector.select():
            stream = found.data
            if stream is None:
                if not sys.stdin.readline():
                    return
                continue
            before = stream.started
            size, versions = stream.read()
            total += size
            opened += stream.started and not before
            for version in versions:
                seen.setdefault(version, []).append(time.monotonic())
                if len(seen[version]) == count:
                    _say({"version": version, "times": seen.pop(version), "bytes": total})
                    total = 0
            if opened == count:
                _say({"open": count, "bytes": total})
                opened, total = 0, 0


def _say(line: object) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
