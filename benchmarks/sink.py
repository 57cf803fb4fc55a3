"""A loopback HTTP server in the runner's process: the peers' document server and telemetry sink.

It stands in for the vendors' services, so that a client may run with its default settings: it
fetches its document and sends its events as in production, and no packet leaves the machine. Being
in another process than the clients, its work is in none of their CPU figures.
"""

from __future__ import annotations

import threading
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sink:
    """PUT stores a document, GET serves it, POST is swallowed and counted by its first segment."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.received: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                document = sink.documents.get(self.path.partition("?")[0])
                self._answer(200 if document else 404, document or b"{}")

            def do_PUT(self) -> None:
                sink.documents[self.path] = self._body()
                self._answer(200, b"{}")

            def do_POST(self) -> None:
                sink.received[self.path.split("/")[1]] += len(self._body())
                self._answer(202, b'{"success":true}')

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                chunks = []
                while size := int(self.rfile.readline(), 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(chunks)

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def put(url: str, document: bytes) -> None:
    """Store a document in the sink of another process."""
    request = urllib.request.Request(url, data=document, method="PUT")
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()
