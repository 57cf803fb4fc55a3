"""Sends one webhook: to an address that was judged, for at most ten seconds, once.

No proxy is asked, no redirect followed, and of the answer only its head is read.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from yardarm.sdk.version import VERSION

from ..guard import Aim, Network, Resolver, Unsafe, check_shape, read_url, resolved

TIMEOUT_SECONDS = 10.0
MAX_ANSWER = 64 * 1024

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended: the receiver's status, or (None) why there is none."""

    status: int | None
    error: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, at: int, body: bytes) -> str:
    """The `Yardarm-Signature` of a body sent at a Unix time."""
    mac = hmac.digest(secret.encode(), b"%d." % at + body, "sha256")
    return f"t={at},v1={mac.hex()}"


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the system says are the addresses of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends. `allowed` are networks beside the public internet."""

    allowed: Sequence[Network] = ()
    resolver: Resolver = system_resolver
    timeout_seconds: float = TIMEOUT_SECONDS
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    async def check(self, url: str) -> None:
        """Raises `Unsafe` for a URL that nothing would be sent to. A host need not resolve yet."""
        aim = read_url(url)
        if not self.allowed:
            check_shape(aim)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(self.timeout_seconds):
                await resolved(aim, self.resolver, self.allowed)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a JSON body. Never raises for what the receiver or the network does."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._post(read_url(url), headers, body)
        except TimeoutError:
            return Outcome(None, f"no answer within {self.timeout_seconds:g} s")
        except Unsafe as error:
            return Outcome(None, str(error))
        except ssl.SSLCertVerificationError as error:
            return Outcome(None, f"its certificate is not trusted: {error.verify_message}")
        except OSError as error:
            return Outcome(None, f"it cannot be reached: {getattr(error, 'strerror', '') or error}")

    async def _post(self, aim: Aim, headers: Mapping[str, str], body: bytes) -> Outcome:
        address = await resolved(aim, self.resolver, self.allowed)
        secure = aim.scheme == "https"
        reader, writer = await asyncio.open_connection(
            str(address),
            aim.port,
            ssl=self.tls() if secure else None,
            server_hostname=aim.host if secure else None,
            limit=MAX_ANSWER // 2,
        )
        try:
            writer.write(_head(aim, headers, len(body)) + body)
            await writer.drain()
            return await _answer(reader)
        finally:
            # Not waited for: whoever hangs while closing gets no more of our time.
            writer.transport.abort()


def _head(aim: Aim, headers: Mapping[str, str], length: int) -> bytes:
    lines = [
        f"POST {aim.path} HTTP/1.1",
        f"Host: {aim.authority()}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        f"User-Agent: Yardarm/{VERSION}",
        "Accept: */*",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


async def _answer(reader: asyncio.StreamReader) -> Outcome:
    """The status of the first answer that is not 1xx. At most `MAX_ANSWER` bytes are read."""
    left = MAX_ANSWER
    while left > 0:
        head = await _head_of(reader, left)
        left -= len(head)
        found = _STATUS.match(head)
        if found is None:
            return Outcome(None, "it does not speak HTTP/1.1" if head else "it hung up")
        status = int(found[1])
        if status >= 200:
            return Outcome(status, "redirects are not followed" if 300 <= status < 400 else "")
    return Outcome(None, "its answer has no end")


async def _head_of(reader: asyncio.StreamReader, most: int) -> bytes:
    """An answer up to the empty line; less where it ends before, or is too long."""
    head = b""
    while len(head) < most:
        try:
            line = await reader.readline()
        except ValueError:  # a line longer than we read
            break
        head += line
        if line in (b"", b"\n", b"\r\n"):
            break
    return head
