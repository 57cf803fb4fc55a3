"""The middleware for ASGI, by itself: no framework, no buffering, nothing but Python."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Unpack

from .front import Front, Visit
from .options import GivenWeb, WebOptions
from .status import Page

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

_SAFE = "/:@!$&'()*+,;=-._~%"


class AsgiAsked:
    """A request of ASGI, read as it is asked for."""

    __slots__ = ("_headers", "_scope", "method", "query")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.method: str = scope.get("method", "GET")
        self.query: str = scope.get("query_string", b"").decode("latin-1")

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        raw: bytes | None = self._scope.get("raw_path")
        if raw:
            return raw.partition(b"?")[0].decode("latin-1")
        from urllib.parse import quote

        return quote(self._scope["path"], safe=_SAFE)

    @property
    def peer(self) -> str | None:
        """The address of whoever the connection is from."""
        client = self._scope.get("client")
        return client[0] if client else None

    def header(self, name: str) -> str:
        """A header's value; those of several lines are joined as HTTP joins them."""
        wanted = name.lower().encode("latin-1")
        found = [value for key, value in self._headers if key == wanted]
        if not found:
            return ""
        joint = b"; " if wanted == b"cookie" else b", "
        return (found[0] if len(found) == 1 else joint.join(found)).decode("latin-1")


class FlagsMiddleware:
    """Binds a context to each request of an ASGI application, and takes signed overrides.

    >>> app = FlagsMiddleware(app, context=user_of, visitors=Visitors(SECRET))

    `context` is called with the scope when the request first asks for a flag, and returns whatever
    can be a context, or None for nobody in particular; it is no coroutine function. When it raises,
    the request's evaluations answer their fallbacks and say why. What else it does is said by
    [WebOptions](#weboptions).

    What is bound holds for the whole request: its dependencies, its threads, the body that it
    streams and its background tasks. A task that outlives the request keeps the context, not the
    override. Websockets are requests too, but get no cookies and no headers. Nothing is buffered.
    """

    def __init__(
        self, app: App, context: Callable[[Scope], object] | None = None,
        **options: Unpack[GivenWeb],
    ) -> None:  # fmt: skip
        self.app = app
        self._front = Front(WebOptions.of(options), context)

    def request(self, scope: Scope) -> Any:
        """What `context` is called with."""
        return scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        visit = self._front.begin(AsgiAsked(scope), self.request(scope))
        try:
            if kind == "websocket":
                await self.app(scope, receive, send)
            elif visit.page is not None:
                await _answer(visit, visit.page, send)
            else:

                async def sent(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        message = _headed(message, visit.head(), visit.is_overridden)
                    await send(message)

                await self.app(scope, receive, sent)
        finally:
            visit.end()


def _headed(message: Message, more: list[tuple[str, str]], overridden: bool) -> Message:
    if not more:
        return message
    headers: RawHeaders = list(message.get("headers") or ())
    if overridden:
        headers = [one for one in headers if one[0].lower() != b"cache-control"]
    return {**message, "headers": headers + _raw(more)}


def _raw(headers: list[tuple[str, str]]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def _answer(visit: Visit, page: Page, send: Send) -> None:
    length = ("content-length", str(len(page.body)))
    headers = _raw(visit.headed([*page.headers, length]))
    await send({"type": "http.response.start", "status": page.status, "headers": headers})
    await send({"type": "http.response.body", "body": page.body})
