"""Sockets as the calling thread can use them: gevent may have replaced them, see `greenlets`."""

from __future__ import annotations

import socket
from typing import Any

from ..greenlets import in_real_thread, original


def look_up(*arguments: Any, **named: Any) -> list[Any]:
    """`socket.getaddrinfo`."""
    found: list[Any] = _fitting("getaddrinfo")(*arguments, **named)
    return found


def new_socket(family: int, kind: int, protocol: int) -> socket.socket:
    """A `socket.socket`."""
    made: socket.socket = _fitting("socket")(family, kind, protocol)
    return made


def shut(sock: socket.socket) -> None:
    """Shut a socket of either sort, from any thread: whoever waits in it gets an error at once.

    Not by its own method if it is real: TLS would want to say goodbye and wait.
    """
    real = original(socket, "socket")
    kind = real if isinstance(sock, real) else type(sock)
    kind.shutdown(sock, socket.SHUT_RDWR)


def _fitting(name: str) -> Any:
    return original(socket, name) if in_real_thread() else getattr(socket, name)
