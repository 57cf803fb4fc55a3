"""The worker as the server sees it: a process of its own, made when it is first needed.

The rules of its state: one job at a time has the pipe, the others wait in the order they came. The
process is always spawned, never forked, so that it shares nothing. When it dies, the job it had is
given once to a new one; what kills two of them fails. Starting the process and writing into its
pipe are never broken off: half a message would be the end of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from .errors import WorkFailed
from .process import Message

T = TypeVar("T")

CANCEL_SECONDS = 2.0
"""How long a cancelled job may go on; then the process is ended, with all that it holds."""

_END_SECONDS = 1.0


class _Died(WorkFailed):
    """The process ended before it answered."""


class Worker:
    """Carries out work in another process.

    `main` is what runs there, given its end of the pipe and `arguments`; `name` is what people see.
    """

    def __init__(self, name: str, main: Callable[..., None], *arguments: Any) -> None:
        self._name = name
        self._main = main
        self._arguments = arguments
        self._turn = asyncio.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._job = 0
        self._over = False
        self._answer: asyncio.Future[Message] | None = None
        self._report: Callable[[float], Any] = lambda _: None

    @property
    def pid(self) -> int | None:
        """The process's number; None while there is none."""
        return None if self._process is None else self._process.pid

    async def run(self, work: Any, report: Callable[[float], Any] = lambda _: None) -> Any:
        """The result of the work; `report` is told the share that is done, from 0 to 1.

        A caller that is cancelled stops the work. Raises `WorkFailed`.
        """
        async with self._turn:
            try:
                return await self._carried_out(work, report)
            except _Died:
                return await self._carried_out(work, report)

    async def _carried_out(self, work: Any, report: Callable[[float], Any]) -> Any:
        pipe = await _to_its_end(self._started())
        self._job += 1
        job = self._job
        self._report = report
        self._answer = answer = asyncio.get_running_loop().create_future()
        try:
            await _to_its_end(self._send(pipe, ("work", job, work)))
            what, _, more = await asyncio.shield(answer)
        except asyncio.CancelledError:
            await asyncio.shield(self._stop(pipe, job, answer))
            raise
        finally:
            self._answer = None
            self._report = lambda _: None
        if what == "died":
            raise _Died(more)
        if what != "done":
            raise WorkFailed(more)
        return more

    async def close(self) -> None:
        """End the process, for good."""
        self._over = True
        await self._end()

    async def _end(self) -> None:
        process, self._process, pipe, self._pipe = self._process, None, self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            await asyncio.to_thread(_terminate, process)

    async def _started(self) -> Connection:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        if self._over:
            raise WorkFailed("the server is ending")
        await self._end()
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=self._main,
            args=(theirs, *self._arguments),
            name=self._name,
            daemon=True,
        )
        await asyncio.to_thread(process.start)
        theirs.close()
        self._process, self._pipe = process, ours
        loop = asyncio.get_running_loop()
        self._answer = ready = loop.create_future()
        listener = threading.Thread(
            target=self._listen, args=(ours, process, loop), name=self._name, daemon=True
        )
        listener.start()
        # Whoever gives up on their job does so of a process that hears it.
        what, _, more = await ready
        if what == "died":
            raise _Died(more)
        return ours

    async def _send(self, pipe: Connection, message: Message) -> None:
        try:
            await asyncio.to_thread(pipe.send, message)
        except OSError:
            raise _Died("the process that does it has ended; try again") from None

    async def _stop(self, pipe: Connection, job: int, answer: asyncio.Future[Message]) -> None:
        with suppress(WorkFailed):
            await self._send(pipe, ("cancel", job, None))
        with suppress(WorkFailed):
            try:
                await asyncio.wait_for(asyncio.shield(answer), CANCEL_SECONDS)
            except TimeoutError:
                await self._end()

    # --- the thread that listens --------------------------------------------------------------

    def _listen(
        self, pipe: Connection, process: BaseProcess, loop: asyncio.AbstractEventLoop
    ) -> None:
        try:
            while True:
                loop.call_soon_threadsafe(self._told, pipe.recv())
        except (EOFError, OSError, TypeError):  # TypeError: the pipe was closed meanwhile
            process.join(_END_SECONDS)
            with suppress(RuntimeError):  # the loop ended first
                loop.call_soon_threadsafe(self._ended, process)

    def _told(self, message: Message) -> None:
        what, job, more = message
        if what != "ready" and job != self._job:
            return
        if what == "progress":
            self._report(more)
        elif self._answer is not None and not self._answer.done():
            self._answer.set_result(message)

    def _ended(self, process: BaseProcess) -> None:
        if self._process not in (process, None):
            return
        if self._answer is not None and not self._answer.done():
            code = process.exitcode
            words = f"the process that does it ended (exit code {code}); try again"
            self._answer.set_result(("died", self._job, words))


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Carry it out whole; who cancels it waits until it is done."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _terminate(process: BaseProcess) -> None:
    process.terminate()
    process.join(_END_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
