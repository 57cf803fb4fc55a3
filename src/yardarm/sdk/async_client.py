"""The client for programs on asyncio: the same client, the same thread, no second HTTP stack."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from ..errors import OptionError
from .evaluating import Evaluating
from .status import Status

T = TypeVar("T")


class AsyncClient(Evaluating):
    """`Client` for asyncio.

    >>> async with AsyncClient("http://127.0.0.1:8180", "ys_…") as client:
    ...     await client.wait_ready(5)
    ...     client.boolean("new-checkout", {"key": "user-1"}, fallback=False)

    Evaluations are the same and are not awaited: they never wait for anything. What does wait
    (`wait_ready`, `close`) is awaited and leaves the loop free. Listeners run on the loop and may
    be coroutine functions. Options as for `Client`.
    """

    __slots__ = ()

    async def wait_ready(self, seconds: float) -> bool:
        """Wait until the server (or file) has answered, at most this long. True when it has."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()

        def told() -> None:
            if not answered.done():
                answered.set_result(None)

        self._serving.when_ready(lambda: loop.call_soon_threadsafe(told))
        try:
            await asyncio.wait_for(answered, seconds)
        except TimeoutError:
            return False
        return True

    def on_change(
        self, callback: Callable[[frozenset[str]], Awaitable[object] | object]
    ) -> Callable[[], None]:
        """Have a function called on the running loop with the keys of the flags that changed.

        A coroutine function becomes a task. Returns a function that stops it.
        """
        if not callable(callback):
            raise OptionError("on_change takes a function")
        return self._serving.listeners.add(self._on_loop(callback))

    def on_status(
        self, callback: Callable[[Status], Awaitable[object] | object]
    ) -> Callable[[], None]:
        """Have a function called on the running loop with the status whenever it changed.

        A coroutine function becomes a task. Returns a function that stops it.
        """
        if not callable(callback):
            raise OptionError("on_status takes a function")
        return self._serving.watch(self._on_loop(callback))

    def _on_loop(
        self, callback: Callable[[T], Awaitable[object] | object]
    ) -> Callable[[T], object]:
        """A function that has the callback called on the running loop."""
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Future[Any]] = set()

        def finished(task: asyncio.Future[Any]) -> None:
            tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                self._log.error("listener", f"a listener raised {type(error).__name__}: {error}")

        def call(told: T) -> None:
            try:
                result = callback(told)
            except Exception as error:
                self._log.error("listener", f"a listener raised {type(error).__name__}: {error}")
                return
            if isinstance(result, Awaitable):
                task = asyncio.ensure_future(result, loop=loop)
                tasks.add(task)
                task.add_done_callback(finished)

        return lambda told: loop.call_soon_threadsafe(call, told)

    async def close(self, seconds: float = 2.0) -> None:
        """Send what is left and stop following, within `seconds`, while the loop goes on."""
        self._finalizer.detach()
        self._driver.finish()
        try:
            await asyncio.to_thread(self._driver.join, seconds)
        except RuntimeError:  # no thread to wait in
            self._driver.join(0.0)
        self._serving.note(connection="closed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
