"""Flags for Starlette and FastAPI: middleware, lifespan, dependencies.

>>> app = FastAPI(lifespan=client_lifespan(lambda: Client("https://flags.example.com", "ys_…")))
>>> app.add_middleware(FlagsMiddleware, context=lambda request: request.user)
>>> @app.get("/search", dependencies=[Depends(require_flag("new-search"))])
... async def search() -> list[str]: ...

Needs Starlette, which FastAPI brings along.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Unpack

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from ..sdk.client import Client
from ..sdk.current import CURRENT, find_client, set_client
from ..sdk.log import Log
from ..sdk.web.asgi import App, Scope
from ..sdk.web.asgi import FlagsMiddleware as AsgiMiddleware
from ..sdk.web.options import GivenWeb

Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]
LOG = Log("flags of Starlette")


class FlagsMiddleware(AsgiMiddleware):
    """Binds a context to each request, and takes signed overrides.

    >>> app.add_middleware(FlagsMiddleware, context=lambda request: request.user)

    `context` is called with the request (an `HTTPConnection`: websockets too) when it first asks
    for a flag, so what other middlewares and dependencies put there can be read; it returns
    whatever can be a context, or None for nobody in particular, and is no coroutine function. A
    dependency that has to wait calls `bind_context` with what it found. Everything else is as for
    the middleware of `yardarm.integrations.asgi`.
    """

    def __init__(
        self, app: App, context: Callable[[HTTPConnection], object] | None = None,
        **options: Unpack[GivenWeb],
    ) -> None:  # fmt: skip
        super().__init__(app, context, **options)  # type: ignore[arg-type]  # see `request`

    def request(self, scope: Scope) -> HTTPConnection:
        """What `context` is called with."""
        return HTTPConnection(scope)


def client_lifespan(
    make: Callable[[], Client], *, inner: Lifespan | None = None, ready_seconds: float = 5.0
) -> Lifespan:
    """A lifespan that makes the process's client when the application starts, and closes it.

    It waits up to `ready_seconds` for the flags; the application starts without them when that is
    not enough, and the log says so. `inner` is a lifespan of the application's own, run inside.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        client = make()
        before = CURRENT.client
        set_client(client)
        try:
            if not await run_in_threadpool(client.wait_ready, ready_seconds):
                why = client.status.error or "the server has not answered yet"
                LOG.warning("not ready", f"the application starts without flags: {why}")
            async with AsyncExitStack() as stack:
                yield await stack.enter_async_context(inner(app)) if inner is not None else None
        finally:
            set_client(before)
            await run_in_threadpool(client.close)

    return lifespan


def flag_value(key: str, fallback: bool = False) -> Callable[[], Awaitable[bool]]:
    """A dependency: the value of a boolean flag for the request.

    >>> async def cart(express: Annotated[bool, Depends(flag_value("new-checkout"))]) -> str: ...
    """

    async def value() -> bool:
        client = find_client()
        return fallback if client is None else client.boolean(key, None, fallback)

    return value


def flag_variant(key: str, fallback: str = "") -> Callable[[], Awaitable[str]]:
    """A dependency: the key of the variant that a flag of any type serves the request."""

    async def variant() -> str:
        client = find_client()
        return fallback if client is None else client.variant(key, None, fallback)

    return variant


def require_flag(key: str, *, redirect_to: str | None = None) -> Callable[[], Awaitable[None]]:
    """A dependency that lets nobody through while a flag is off: 404, or a redirect (302)."""

    async def require() -> None:
        client = find_client()
        if client is not None and client.boolean(key, None, False):
            return
        if redirect_to is not None:
            raise HTTPException(302, headers={"Location": redirect_to})
        raise HTTPException(404)

    return require
