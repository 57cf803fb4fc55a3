"""Hears what other nodes ring (PostgreSQL's NOTIFY). A doorbell only: the tables are the truth."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg

from .engines import Engines

_LONGEST_PAUSE = 10.0


class Doorbell:
    """Listens on one channel with a connection of its own, and reconnects by itself."""

    def __init__(self, engines: Engines, channel: str, callback: Callable[[str], None]) -> None:
        self._url = engines.url if engines.kind == "postgresql" else None
        self._channel = channel
        self._callback = callback
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen; returns once the first connection listens or was tried."""
        if self._url is None or self._task is not None:
            return
        self._task = asyncio.create_task(self._follow(), name=f"doorbell {self._channel}")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), 10)

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _follow(self) -> None:
        pause = 0.1
        while True:
            try:
                await self._listen()
                pause = 0.1
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pause = min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(random.uniform(pause / 2, pause))

    async def _listen(self) -> None:
        """Listen until the connection ends."""
        assert self._url is not None
        ended = asyncio.Event()
        plain = self._url.set(drivername="postgresql")
        if "ssl" in plain.query:
            mode = plain.query["ssl"]
            plain = plain.difference_update_query(["ssl"]).update_query_dict({"sslmode": mode})
        connection = await asyncpg.connect(
            plain.render_as_string(hide_password=False),
            timeout=10,
            server_settings={"application_name": "yardarm doorbell"},
        )
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(self._channel, self._rung)
            self._listening.set()
            self._callback("")  # what was rung before is not heard again
            while not ended.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), 20)
                if not ended.is_set():
                    await connection.execute("SELECT 1", timeout=10)  # half-open connections
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await connection.close(timeout=2)

    def _rung(self, connection: Any, process: int, channel: str, payload: Any) -> None:
        self._callback(str(payload))
