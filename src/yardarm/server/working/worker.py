"""The worker as the server sees it: a process of its own, made when it is first needed.

The rules of its state: one job at a time has the pipe, the others wait in the order they came. The
process is always spawned, never forked, so that it shares nothing. When it dies the job it had
fails, and the next job makes a new one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from .errors import WorkFailed
from .process import Message

CANCEL_SECONDS = 2.0
"""How long a cancelled job may go on; then the process is ended, with all that it holds."""

_END_SECONDS = 1.0


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
            pipe = await self._started()
            self._job += 1
            job = self._job
            self._report = report
            self._answer = answer = asyncio.get_running_loop().create_future()
            try:
                await self._send(pipe, ("work", job, work))
                what, _, more = await asyncio.shield(answer)
            except asyncio.CancelledError:
                await asyncio.shield(self._stop(pipe, job, answer))
                raise
            finally:
                self._answer = None
                self._report = lambda _: None
            if what != "done":
                raise WorkFailed(more)
            return more

    async def close(self) -> None:
        """End the process."""
        process, self._process, pipe, self._pipe = self._process, None, self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            await asyncio.to_thread(_end, process)

    async def _started(self) -> Connection:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        await self.close()
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
        listener = threading.Thread(
            target=self._listen, args=(ours, process, loop), name=self._name, daemon=True
        )
        listener.start()
        return ours

    async def _send(self, pipe: Connection, message: Message) -> None:
        try:
            await asyncio.to_thread(pipe.send, message)
        except OSError:
            raise WorkFailed("the process that does it has ended; try again") from None

    async def _stop(self, pipe: Connection, job: int, answer: asyncio.Future[Message]) -> None:
        with suppress(WorkFailed):
            await self._send(pipe, ("cancel", job, None))
        with suppress(WorkFailed):
            try:
                await asyncio.wait_for(asyncio.shield(answer), CANCEL_SECONDS)
            except TimeoutError:
                await self.close()

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
        if job != self._job:
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
            self._answer.set_result(("failed", self._job, words))


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(_END_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
