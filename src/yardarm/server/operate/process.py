"""What a server needs of its process: a loop, ports, open files, a lock on its folder."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from ...errors import OptionError
from ..bootstrap import Application
from ..web.listener import BACKLOG, listen

T = TypeVar("T")

_SPARE_FILES = 512
"""Open files kept for the database, logs and requests beside the streams."""

_PORTS_TO_TRY = 100


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end, on uvloop where there is one."""
    make_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):
        from uvloop import new_event_loop as make_loop
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(main)


def most_streams() -> int:
    """How many streams this process can hold: its limit of open files, raised as far as it goes."""
    try:
        import resource
    except ImportError:
        return 500  # Windows: select
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 1 << 20) if hard != resource.RLIM_INFINITY else 1 << 20
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    except (OSError, ValueError):
        pass
    return max(soft - _SPARE_FILES, soft // 2)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `OptionError` in one line."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise OptionError(f"cannot listen on {host!r}: {error.strerror or error}") from None
    try:
        if os.name == "posix":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        why = error.strerror or str(error)
        raise OptionError(f"cannot listen on port {port} of {host}: {why}") from None
    found.setblocking(False)
    return found


class PortTaken(OptionError):
    """Somebody listens there already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"port {port} of {host} is taken by another program; choose another with --port or "
            "YARDARM_PORT"
        )


def bind_near(host: str, port: int) -> socket.socket:
    """A socket on this port or, if it is taken, on the next that is free."""
    for candidate in range(port, min(port + _PORTS_TO_TRY, 65535) + 1):
        try:
            return bind(host, candidate)
        except PortTaken:
            continue
    raise PortTaken(host, port)


def address_of(listening: socket.socket) -> str:
    """The address that a client on this machine uses."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - read, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def run_until_told(
    application: Application, listening: socket.socket, on_ready: Callable[[], Awaitable[None]]
) -> None:
    """Serve until a signal comes, then end everything in order."""
    # What exists now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    try:
        await listen(
            application.app, [listening],
            on_ready=on_ready, before_end=application.end_streams,
        )  # fmt: skip
    finally:
        await application.close()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: two servers on one SQLite file would not hear of each other.

    The lock ends with the process, however it ends. Raises `OptionError`.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+")
    except OSError as error:
        why = error.strerror or str(error)
        raise OptionError(f"the data folder {folder} cannot be written: {why}") from None
    with lock:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise OptionError(
                    f"another server uses the data folder {folder}; stop it, or give another "
                    "folder with --data or YARDARM_DATA"
                ) from None
        yield
