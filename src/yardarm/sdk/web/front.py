"""What happens around each request, whatever the framework: begun, answered, ended.

Nothing here raises because of what a request holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import Token
from typing import Any
from urllib.parse import quote

from ...core.context import Context
from ..binding import BOUND, Bound, Deferred, merged
from ..current import find_client
from ..extracting import Unreadable
from ..log import Log
from ..scope import SCOPE, SCOPES, Checked, Scope
from .addresses import client_address
from .asked import Asked
from .cookies import find_cookie
from .journal import Journal
from .options import WebOptions
from .signed import NOTHING_FOUND
from .status import Page, status_page

LOG = Log("web")
Header = tuple[str, str]
MAX_TIMING = 2_000
"""Characters of the header that names flags."""

_NOTHING = Context()


class Visit:
    """One request: what is bound for it, and what its answer carries. Ended at least once."""

    __slots__ = (
        "_bound", "_entered", "_front", "_scope", "_scoped", "asked", "headers", "page",
    )  # fmt: skip

    def __init__(self, front: Front, asked: Asked) -> None:
        self._front = front
        self.asked = asked
        self.headers: list[Header] = []
        self.page: Page | None = None
        """What is answered in the application's place."""
        self._scope: Scope | None = None
        self._entered = False
        self._scoped: Token[Scope | None] | None = None
        self._bound: Token[Bound] | None = None

    def bind(self, context: Bound) -> None:
        """Have the request's evaluations use this context."""
        self._bound = BOUND.set(context)

    def hold(self, scope: Scope) -> None:
        """Have this scope hold; evaluations look at it if it overrides anything."""
        self._scope = scope
        self._scoped = SCOPE.set(scope)
        if scope.values:
            self._entered = True
            SCOPES.enter()

    @property
    def is_overridden(self) -> bool:
        """Whether the answer is one that nobody else may be given, by a cache or otherwise."""
        return self._entered

    def headed(self, headers: list[Header]) -> list[Header]:
        """The headers of an answer with ours, as it begins."""
        if self.is_overridden:
            headers = [one for one in headers if one[0].lower() != "cache-control"]
        return [*headers, *self.head()]

    def head(self) -> list[Header]:
        """The headers that the answer gets, as it begins."""
        scope = self._scope
        if scope is not None and scope.checked and self._front.options.server_timing:
            return [*self.headers, ("server-timing", timing(scope.checked))]
        return self.headers

    def end(self) -> None:
        """The request is over: what was bound for it holds no longer, wherever it still is."""
        scope, self._scope = self._scope, None
        if scope is not None:
            scope.open = False
            if self._front.journal is not None and scope.checked is not None:
                self._front.journal.add(self.asked, scope)
        if self._entered:
            self._entered = False
            SCOPES.leave()
        self.leave()

    def leave(self) -> None:
        """Bind nothing here any longer. Copies of this context go on until the end."""
        for token in (self._scoped, self._bound):
            if token is not None:
                try:
                    token.var.reset(token)  # type: ignore[arg-type]
                except ValueError:  # ended in another context than it began in: that one is over
                    continue
        self._scoped = self._bound = None


class Front:
    """What a middleware asks. `context_of` makes a context of the framework's own request."""

    __slots__ = ("_context_of", "_notes", "journal", "options")

    def __init__(
        self, options: WebOptions, context_of: Callable[[Any], object] | None = None
    ) -> None:
        self.options = options
        self._context_of = context_of
        self.journal = Journal() if options.debug_path else None
        self._notes = options.server_timing or self.journal is not None
        if self._notes:
            SCOPES.enter()  # for good: every request is looked at

    def begin(self, asked: Asked, request: Any) -> Visit:
        """A request begins here, in its own context."""
        visit = Visit(self, asked)
        options = self.options
        try:
            self._prepare(visit, asked, request)
            if visit.page is None and (options.status_path or options.debug_path):
                visit.page = self._page(asked)
        except Exception as error:  # nothing that we know of; the request goes on all the same
            LOG.error("begin", f"a request is served without: {type(error).__name__}: {error}")
        return visit

    def _prepare(self, visit: Visit, asked: Asked, request: Any) -> None:
        options = self.options
        visitor: dict[str, Any] = {}
        peer = None
        if options.address or options.overrides is not None:
            peer = client_address(asked.peer, asked.header("x-forwarded-for"), options.trusted)
        if options.visitors is not None:
            key, stale = options.visitors.read(
                find_cookie(asked.header("cookie"), options.visitors.cookie) or ""
            )
            if key is None:
                key = options.visitors.new()
            if stale:
                visit.headers.append(("set-cookie", options.visitors.header(key)))
            visitor = {"key": key, "anonymous": True}
        if visitor or options.address or self._context_of is not None:
            visit.bind(self._context(visitor, peer, request))
        found = NOTHING_FOUND
        if options.overrides is not None:
            found = options.overrides.find(asked, peer, time.time())
        if found.cookie:
            visit.headers.append(("set-cookie", found.cookie))
        if found.location:
            headers = [("location", found.location), ("cache-control", "no-store")]
            visit.page = Page(303, headers, b"")
        if self._notes or found.override is not None:
            scope = Scope(checked={} if self._notes else None)
            if found.override is not None:
                scope.values, scope.by = found.override.flags, found.override.by
                visit.headers.append(("cache-control", "private, no-store"))
            visit.hold(scope)

    def _context(self, visitor: dict[str, Any], peer: str | None, request: Any) -> Deferred:
        """Made when it is asked for, of nothing bound before: that is not this request's."""
        found = Deferred(_NOTHING, lambda: visitor)
        context_of, address = self._context_of, self.options.address
        if context_of is not None:
            found = Deferred(found, lambda: context_of(request))
        if address is None or peer is None:
            return found
        said = Context.of({address: peer, "_private": [address]})
        return Deferred(_NOTHING, lambda: _with(found.read(), said))

    def _page(self, asked: Asked) -> Page | None:
        options = self.options
        if options.debug_path == asked.path and self.journal is not None:
            return self.journal.page()
        if options.status_path and asked.path.startswith(options.status_path + "/"):
            client = options.client or find_client()
            return status_page(client, asked.path[len(options.status_path) + 1 :])
        return None


def _with(context: Context | Unreadable, more: Context) -> Context | Unreadable:
    """The context with attributes that hold whoever asks."""
    return merged(context, more) if isinstance(context, Context) else context


def timing(checked: dict[str, Checked]) -> str:
    """The flags that were asked for, as a value of `Server-Timing`."""
    words: list[str] = []
    left = MAX_TIMING
    for key, one in checked.items():
        variant = one.decision.variant
        word = f"{quote(key)}={'fallback' if variant is None else quote(variant)}"
        left -= len(word) + 1
        if left < 0:
            words.append("...")
            break
        words.append(word)
    return f'yardarm;desc="{" ".join(words)}"'
