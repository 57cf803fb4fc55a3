"""The middleware for WSGI, by itself: no framework, no buffering, nothing but Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import quote

from .front import Front, Visit
from .options import GivenWeb, WebOptions

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SAFE = "/:@!$&'()*+,;=-._~"


class WsgiAsked:
    """A request of WSGI, read as it is asked for."""

    __slots__ = ("_environ", "method", "query")

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ
        self.method: str = environ.get("REQUEST_METHOD", "GET")
        self.query: str = environ.get("QUERY_STRING", "")

    @property
    def path(self) -> str:
        """The path, percent-encoded, with what the application is mounted at."""
        path = self._environ.get("SCRIPT_NAME", "") + self._environ.get("PATH_INFO", "")
        return quote(path.encode("latin-1", "replace"), safe=_SAFE)

    @property
    def peer(self) -> str | None:
        """The address of whoever the connection is from."""
        found: str | None = self._environ.get("REMOTE_ADDR") or None
        return found

    def header(self, name: str) -> str:
        """A header's value; the server has joined those of several lines."""
        found: str = self._environ.get("HTTP_" + name.upper().replace("-", "_"), "")
        return found


class FlagsMiddleware:
    """Binds a context to each request of a WSGI application, and takes signed overrides.

    >>> app = FlagsMiddleware(app, context=user_of, visitors=Visitors(SECRET))

    `context` is called with the environ when the request first asks for a flag, and returns
    whatever can be a context, or None for nobody in particular. When it raises, the request's
    evaluations answer their fallbacks and say why. What else it does is said by
    [WebOptions](#weboptions).

    Each request runs in a context of its own, so that nothing of it is left in a server's thread;
    what is bound holds until its body is sent. Nothing is buffered.
    """

    def __init__(
        self, app: WSGIApplication, context: Callable[[WSGIEnvironment], object] | None = None,
        **options: Unpack[GivenWeb],
    ) -> None:  # fmt: skip
        self.app = app
        self._front = Front(WebOptions.of(options), context)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        context = copy_context()
        return context.run(self._serve, environ, start_response, context)

    def _serve(
        self, environ: WSGIEnvironment, start_response: StartResponse, context: Context
    ) -> Iterable[bytes]:
        visit = self._front.begin(WsgiAsked(environ), environ)
        try:
            if visit.page is not None:
                page = visit.page
                length = ("content-length", str(len(page.body)))
                status = f"{page.status} {HTTPStatus(page.status).phrase}"
                start_response(status, visit.headed([*page.headers, length]))
                visit.end()
                return [] if visit.asked.method == "HEAD" else [page.body]

            def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                return start_response(status, visit.headed(headers), *more)

            body = self.app(environ, started)
        except BaseException:
            visit.end()
            raise
        wrapper = environ.get("wsgi.file_wrapper")
        is_file = isinstance(wrapper, type) and isinstance(body, wrapper)
        if is_file or type(body) in (list, tuple):  # no code of the application is left to run
            visit.end()
            return body
        return Body(body, visit, context)


class Body:
    """The rest of a request: its body, sent in one context, which the visit ends with."""

    __slots__ = ("_body", "_context", "_iterator", "_visit")

    def __init__(self, body: Iterable[bytes], visit: Visit, context: Context) -> None:
        self._body = body
        self._iterator: Iterator[bytes] | None = None
        self._visit = visit
        self._context = context

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._iterator is None:
            self._iterator = self._context.run(iter, self._body)
        try:
            return self._context.run(next, self._iterator)
        except StopIteration:  # not every server that has all of it calls `close`
            self._context.run(self._visit.end)
            raise

    def close(self) -> None:
        """The server is done with it, whether it was sent as a whole or not."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                self._context.run(close)
        finally:
            self._context.run(self._visit.end)
