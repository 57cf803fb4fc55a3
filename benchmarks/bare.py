"""The least an ASGI endpoint can do with an OFREP request: parse the JSON, answer JSON.

Run by uvicorn beside Yardarm, so that `benchmarks.server` can say what evaluation adds. As a
program it listens on a free port and prints it.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvicorn

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_HEADERS = [(b"content-type", b"application/json")]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer every request with a decision-shaped object that names the context's key."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    context = _decode(body)["context"]
    answer = _encode(
        {
            "key": scope["path"].rpartition("/")[2],
            "value": context["targetingKey"] != "",
            "reason": "TARGETING_MATCH",
            "variant": "on",
            "metadata": {},
        }
    )
    length = (b"content-length", str(len(answer)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
    await send({"type": "http.response.body", "body": answer})


def main() -> None:
    """Serve on a free port of this machine until stopped."""
    # Named as TCP, or asyncio would leave Nagle's algorithm on.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, lifespan="off", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
