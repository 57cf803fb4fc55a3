"""The least an ASGI endpoint can do with an OFREP request: parse the JSON, answer JSON.

Run by uvicorn beside Yardarm, so that `benchmarks.server` can say what evaluation adds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

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
