"""One small program as a WSGI and as an ASGI application, asked without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from yardarm.integrations import asgi, wsgi

Program = Callable[[str], Iterable[str]]
"""From a path to the parts of a body, which are made one by one."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def cookie(self) -> str:
        """The cookies that were set, as a browser sends them back."""
        return "; ".join(value.partition(";")[0] for value in self.all("set-cookie"))


class Wsgi:
    """The program behind the WSGI middleware."""

    def __init__(self, program: Program, **options: Any) -> None:
        def app(environ: Any, start_response: Any) -> Iterator[bytes]:
            headers = [("Content-Type", "text/plain"), ("Cache-Control", "max-age=60")]
            parts = program(environ["PATH_INFO"])
            for number, part in enumerate(parts):
                if number == 0:
                    start_response("200 OK", headers)
                yield part.encode()

        self.app = wsgi.FlagsMiddleware(app, **options)

    def ask(self, path: str, *, peer: str = "192.0.2.1", **headers: str) -> Answer:
        said: dict[str, Any] = {}

        def start_response(status: str, headers: Any, *_: Any) -> None:
            said.update(status=int(status[:3]), headers=headers)

        where, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": unquote(where), "QUERY_STRING": query,
            "REMOTE_ADDR": peer,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }  # fmt: skip
        body = self.app(environ, start_response)
        try:
            text = b"".join(body).decode()
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        return Answer(said["status"], said["headers"], text)


class Asgi:
    """The program behind the ASGI middleware."""

    def __init__(self, program: Program, **options: Any) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", b"text/plain"), (b"cache-control", b"max-age=60")]
            for number, part in enumerate(program(scope["path"])):
                if number == 0:
                    start = {"type": "http.response.start", "status": 200, "headers": headers}
                    await send(start)
                body = {"type": "http.response.body", "body": part.encode(), "more_body": True}
                await send(body)
            await send({"type": "http.response.body"})

        self.app = asgi.FlagsMiddleware(app, **options)

    def ask(self, path: str, *, peer: str = "192.0.2.1", **headers: str) -> Answer:
        return asyncio.run(self.fetch(path, peer=peer, **headers))

    async def fetch(self, path: str, *, peer: str = "192.0.2.1", **headers: str) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(dict(message))

        where, _, query = path.partition("?")
        raw = [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in headers.items()
        ]
        scope = {
            "type": "http", "method": "GET", "path": where, "raw_path": where.encode(),
            "query_string": query.encode(), "headers": raw, "client": (peer, 1234),
        }  # fmt: skip
        await self.app(scope, receive, send)
        pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        text = b"".join(one.get("body", b"") for one in sent).decode()
        return Answer(sent[0]["status"], pairs, text)
