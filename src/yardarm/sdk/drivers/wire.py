"""One connection: opened, secured, read and written under a deadline, and cut from outside.

Each wait on a socket is bounded by the wire's deadline and not by its own time-out, so that a
server that sends one byte a second does not live for ever. `Lines` lists the open sockets of a
client, so that closing it can shut them down under a thread that is blocked in one of them.
"""

from __future__ import annotations

import io
import os
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .proxies import Proxy
from .sockets import look_up, new_socket, shut

if TYPE_CHECKING:
    import ssl

MAX_HEAD = 65_536
"""How long a proxy's answer to CONNECT may be."""

_GRACE_SECONDS = 0.05
"""Even after the deadline, what has arrived is read: the process may have been asleep."""


class Lines:
    """The sockets that are open. Every method may be called by any thread and takes no lock."""

    __slots__ = ("_closed", "_open")

    def __init__(self) -> None:
        self._open: dict[int, socket.socket] = {}
        self._closed = False

    def add(self, sock: socket.socket) -> None:
        """List a socket. One that comes after the end is shut at once."""
        self._open[id(sock)] = sock
        if self._closed:
            self.cut()

    def replace(self, old: socket.socket, new: socket.socket) -> None:
        """A socket was wrapped."""
        self._open[id(new)] = new
        self._open.pop(id(old), None)

    def drop(self, sock: socket.socket) -> None:
        """The socket is closed."""
        self._open.pop(id(sock), None)

    def cut(self) -> None:
        """Shut every socket, for good: whoever waits in one gets an error at once."""
        self._closed = True
        for sock in list(self._open.values()):
            with suppress(Exception):
                shut(sock)

    def forget(self) -> list[socket.socket]:
        """In a forked child: close our copies; the connections are the parent's and live on."""
        kept = list(self._open.values())
        self._open = {}
        self._closed = False
        for sock in kept:
            with suppress(OSError, ValueError):
                os.close(sock.detach())
        return kept


class Wire:
    """A connected socket with a deadline. `http.client` uses it in a socket's place."""

    __slots__ = ("_lines", "_sock", "_until")

    def __init__(self, sock: socket.socket, lines: Lines, seconds: float) -> None:
        self._sock = sock
        self._lines = lines
        self.limit(seconds)

    def limit(self, seconds: float) -> None:
        """Everything from now on has to be done within so many seconds."""
        self._until = time.monotonic() + seconds

    def arm(self) -> None:
        """Before each wait: what is left of the time."""
        self._sock.settimeout(max(self._until - time.monotonic(), _GRACE_SECONDS))

    def sendall(self, data: Any) -> None:
        """Send all of it."""
        self.arm()
        self._sock.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        """Read what there is, wait if there is nothing."""
        self.arm()
        return self._sock.recv_into(buffer)

    def makefile(self, mode: str, *_: Any) -> io.BufferedReader:
        """A file to read the answer from."""
        return io.BufferedReader(_Reader(self), 65_536)

    def close(self) -> None:
        """Nothing: `http.client` closes before the answer is read. `hang_up` closes."""

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS."""
        self.arm()
        plain = self._sock
        self._sock = context.wrap_socket(plain, server_hostname=host)
        self._lines.replace(plain, self._sock)

    def connect_through(self, host: str, port: int, authorization: str | None) -> None:
        """Ask a proxy for a tunnel (RFC 9110, CONNECT). Raises `OSError` when it refuses."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        head = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if authorization is not None:
            head.append(f"Proxy-Authorization: {authorization}")
        self.sendall("\r\n".join([*head, "", ""]).encode("ascii"))
        answer = bytearray()
        while not answer.endswith(b"\r\n\r\n"):
            byte = bytearray(1)  # not one byte too many: what follows belongs to TLS
            if not self.receive_into(byte) or len(answer) > MAX_HEAD:
                raise ConnectionError("the proxy broke off")
            answer += byte
        status = answer.split(b"\r\n", 1)[0].decode("latin-1")
        if status.split(" ")[1:2] != ["200"]:
            raise ConnectionError(f"the proxy refuses a tunnel: {status[:100]}")

    def hang_up(self) -> None:
        """Close."""
        self._lines.drop(self._sock)
        with suppress(OSError):
            self._sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive_into(buffer)


def connect(host: str, port: int, lines: Lines, seconds: float) -> Wire:
    """Connect to the first of the host's addresses that answers. Raises `OSError`."""
    until = time.monotonic() + seconds
    found = look_up(host, port, type=socket.SOCK_STREAM)
    problem: OSError = OSError(f"{host} has no address")
    for position, (family, kind, protocol, _, address) in enumerate(found):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("connecting took too long")
        sock = new_socket(family, kind, protocol)
        lines.add(sock)
        try:
            # One address that swallows packets leaves time for the others.
            sock.settimeout(left if position == len(found) - 1 else max(left / 2, 0.1))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Wire(sock, lines, max(until - time.monotonic(), _GRACE_SECONDS))
        except OSError as error:
            problem = error
            lines.drop(sock)
            sock.close()
    raise problem


def open_wire(
    scheme: str, host: str, port: int, proxy: Proxy | None, context: ssl.SSLContext | None,
    lines: Lines, seconds: float,
) -> Wire:  # fmt: skip
    """Connect to a server, through the proxy if there is one, with TLS if asked for."""
    if proxy is None:
        wire = connect(host, port, lines, seconds)
    else:
        wire = connect(proxy.host, proxy.port, lines, seconds)
    try:
        if proxy is not None and proxy.secure:
            if context is None:
                raise OSError("TLS to a proxy needs a TLS context")
            wire.secure(context, proxy.host)
        if scheme == "https":
            if proxy is not None:
                wire.connect_through(host, port, proxy.authorization)
            if context is None:
                raise OSError("https needs a TLS context")
            wire.secure(context, host)
    except BaseException:
        wire.hang_up()
        raise
    return wire
