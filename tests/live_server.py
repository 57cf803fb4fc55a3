"""A whole server over a database in memory, on a free port, in a thread of this process."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import zlib
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from yardarm.server.access.model import Grant, local
from yardarm.server.bootstrap import Application, build
from yardarm.server.changes.commands import CreateEnvironment, ImportDocument, SetEnabled
from yardarm.server.operate.process import address_of, bind, run
from yardarm.server.settings import Settings
from yardarm.server.web.listener import listen

T = TypeVar("T")
HAND = local("test")
PROJECT, ENVIRONMENT = "shop", "production"


@dataclass
class Live:
    """The running server. Its coroutines run by `run`, on its own loop."""

    application: Application
    loop: asyncio.AbstractEventLoop
    url: str
    keys: dict[str, str]
    token: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine gives, run on the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def import_flags(
        self, flags: Mapping[str, Any], segments: Mapping[str, Any] | None = None
    ) -> None:
        """Publish these flags and segments."""
        document = {"flags": dict(flags), "segments": dict(segments or {})}
        self.submit(ImportDocument(document))

    def switch(self, flag: str, on: bool) -> None:
        """Publish a switch."""
        self.submit(SetEnabled(flag, on))

    def submit(self, command: Any) -> None:
        self.run(
            self.application.services.changes.submit(
                command, HAND, project=PROJECT, environments={ENVIRONMENT: None}
            )
        )

    def version(self) -> int:
        current = self.application.services.snapshots.find(PROJECT, ENVIRONMENT)
        assert current is not None
        return current.snapshot.version

    def bearer(self, kind: str = "server") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[kind]}"}

    def get(self, path: str, kind: str = "server", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(self.url + path, headers={**self.bearer(kind), **named})

    def post(self, path: str, body: Any, kind: str = "server", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            named.setdefault("Content-Type", "application/json")
        return self.http.post(self.url + path, headers={**self.bearer(kind), **named}, **sent)

    def stream(self, path: str = "/sdk/v1/stream", **headers: str) -> Stream:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Stream(self.port, path, {**self.bearer(), **named})


class Stream:
    """One event stream over a plain socket."""

    def __init__(self, port: int, path: str, headers: Mapping[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        lines = [f"GET {path} HTTP/1.1", "Host: test", *(f"{k}: {v}" for k, v in headers.items())]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._file = self.socket.makefile("rb")
        status = self._file.readline().split()
        self.status = int(status[1])
        self.headers: dict[str, str] = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        packed = self.headers.get("content-encoding") == "gzip"
        self._inflate = zlib.decompressobj(31) if packed else None
        self._text = b""
        self.wire_bytes = 0
        self.ended = False

    def event(self) -> dict[str, str]:
        """The next event: `event`, `id`, `data`, `retry`. Comments are `{"comment": …}`."""
        while b"\n\n" not in self._text:
            if not self._more():
                raise EOFError(self._text)
        block, _, self._text = self._text.partition(b"\n\n")
        found: dict[str, str] = {}
        for line in block.decode().split("\n"):
            name, _, value = line.partition(":")
            name, value = name or "comment", value.removeprefix(" ")
            found[name] = f"{found[name]}\n{value}" if name in found else value
        return found

    def next(self, kind: str) -> dict[str, str]:
        """The next event of this kind; heartbeats and comments before it are passed over."""
        while True:
            found = self.event()
            if found.get("event") == kind:
                return found
            assert found.get("event") in ("heartbeat", None), found

    def json(self, kind: str) -> Any:
        return json.loads(self.next(kind)["data"])

    def rest(self) -> bytes:
        """Everything until the end of the response."""
        while self._more():
            pass
        return self._text

    def body(self) -> bytes:
        """The body of an answer that is no stream."""
        length = int(self.headers.get("content-length", 0))
        return self._file.read(length)

    def _more(self) -> bool:
        size = self._file.readline()
        if not size:
            self.ended = True
            return False
        length = int(size, 16)
        data = self._file.read(length)
        self._file.readline()
        self.wire_bytes += len(size) + length + 2
        if not length:
            self.ended = True
            return False
        self._text += data if self._inflate is None else self._inflate.decompress(data)
        return True

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def live_server(**settings: Any) -> Iterator[Live]:
    """A server with one project, one environment, both kinds of key and an admin's token."""
    ready = threading.Event()
    found: dict[str, Any] = {}
    given = Settings(
        database_url="sqlite:///:memory:", secret_key="only for these tests", **settings
    )

    async def main() -> None:
        loop = asyncio.get_running_loop()
        listening = bind("127.0.0.1", 0)
        application = await build(given)
        try:
            keys, token = await _furnish(application)
            stop = asyncio.Event()
            found.update(
                live=Live(application, loop, address_of(listening), keys, token), stop=stop
            )
            serving = asyncio.create_task(_serve(application, listening, ready))
            await stop.wait()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        finally:
            await application.close()

    def target() -> None:
        try:
            run(main())
        except BaseException as error:
            found["error"] = error
        finally:
            ready.set()

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    assert ready.wait(30), "the server did not start"
    if "error" in found:
        raise found["error"]
    live: Live = found["live"]
    try:
        yield live
    finally:
        live.http.close()
        live.loop.call_soon_threadsafe(found["stop"].set)
        thread.join(10)
        assert not thread.is_alive(), "the server did not end"


async def _serve(
    application: Application, listening: socket.socket, ready: threading.Event
) -> None:
    async def say_ready() -> None:
        ready.set()

    await listen(
        application.app, [listening], on_ready=say_ready, before_end=application.end_streams
    )


async def _furnish(application: Application) -> tuple[dict[str, str], str]:
    services = application.services
    await services.projects.create_project(HAND.actor, PROJECT)
    await services.changes.submit(
        CreateEnvironment(ENVIRONMENT), HAND, project=PROJECT, environments=None
    )
    keys = {}
    for kind in ("server", "client"):
        issued = await services.access.issue_key(HAND, PROJECT, ENVIRONMENT, kind)  # type: ignore[arg-type]
        keys[kind] = issued[1]
    _, token = await services.access.issue_token(HAND, "ada", "test", [Grant("admin")])
    return keys, token


def flag(kind: str = "boolean", **given: Any) -> dict[str, Any]:
    """A flag that is on. Variants `on` and `off`, or those given as `values`."""
    values = given.pop("values", {"on": True, "off": False})
    names = list(values)
    return {
        "type": kind,
        "variants": [{"key": name, "value": value} for name, value in values.items()],
        "enabled": True,
        "off": names[-1],
        "default": names[0],
        **given,
    }
