"""Requests to the server: redirects, proxies, compression, bounds.

A redirect is followed up to five times. The SDK key goes only to the server it was given for: to
the same host, and never from https to http. A report, which holds people's attributes, is not sent
to another host at all.
"""

from __future__ import annotations

import http.client
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from ..options import Address
from ..version import VERSION
from .proxies import find_proxy
from .thread import deadline
from .wire import Lines, Wire, open_wire

if TYPE_CHECKING:
    import ssl

MAX_REDIRECTS = 5
MAX_PIECE = 1 << 20
MAX_PROBLEM = 65_536

Broken = (OSError, http.client.HTTPException, zlib.error, ValueError)
"""Whatever a network and the other side of it can do to us."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def of(cls, url: str) -> Place:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"a redirect to {url[:200]!r}")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        default = 443 if parts.scheme == "https" else 80
        return cls(parts.scheme, parts.hostname, parts.port or default, target)

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def may_have_key_of(self, first: Place) -> bool:
        """Whether the key given for `first` may be sent here."""
        if self.host != first.host:
            return False
        upgraded = first.scheme == "http" and self.scheme == "https"
        return upgraded or (self.scheme == first.scheme and self.port == first.port)


class Answer:
    """A response that is being read. Close it."""

    __slots__ = ("_inflate", "_response", "_wire", "status", "url")

    def __init__(self, response: http.client.HTTPResponse, wire: Wire, url: str) -> None:
        self._response = response
        self._wire = wire
        self.url = url
        self.status = response.status
        encoding = self.header("content-encoding").lower()
        self._inflate = zlib.decompressobj(31) if encoding in ("gzip", "x-gzip") else None

    def header(self, name: str) -> str:
        """A header's value, or an empty text."""
        return str(self._response.headers.get(name, "")).strip()

    @property
    def media_type(self) -> str:
        """Content-Type without its parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def limit(self, seconds: float) -> None:
        """What follows has to come within so many seconds."""
        self._wire.limit(seconds)

    def chunks(self) -> Iterator[bytes]:
        """What arrives, unpacked, in pieces of bounded size, until the end."""
        while data := self._response.read1(65_536):
            if self._inflate is None:
                yield data
                continue
            while data:
                yield self._inflate.decompress(data, MAX_PIECE)
                data = self._inflate.unconsumed_tail

    def read(self, most: int) -> bytes:
        """The whole body. Raises `ValueError` when it is longer than `most` bytes."""
        whole = bytearray()
        for chunk in self.chunks():
            whole += chunk
            if len(whole) > most:
                raise ValueError(f"an answer of more than {most} bytes")
        if self._inflate is not None and not self._inflate.eof:
            raise ValueError("an answer that is cut off")
        return bytes(whole)

    def close(self) -> None:
        """Hang up."""
        self._wire.hang_up()
        with suppress(*Broken):
            self._response.close()


class Transport:
    """Makes requests to one server with one key. Connecting and answering may take `seconds`."""

    __slots__ = ("_address", "_application", "_context", "_first", "lines", "seconds")

    def __init__(
        self,
        address: Address,
        ca_file: str | os.PathLike[str] | None,
        seconds: float,
        application: str = "",
    ) -> None:
        self._address = address
        self._application = quote(application, safe=" ") if application else ""
        self.seconds = seconds
        self._first = Place.of(address.url + "/")
        self.lines = Lines()
        self._context = _trust(ca_file) if address.scheme == "https" else None
        # Looked up here, because a thread that is importing when the process forks leaves the
        # import lock of that module held in the child for ever.
        "example.com".encode("idna")

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:  # fmt: skip
        """Make a request and read the head of the answer. Raises one of `Broken`."""
        url = self._address.url + path
        for _ in range(MAX_REDIRECTS + 1):
            place = Place.of(url)
            own = place.may_have_key_of(self._first)
            if not own and method != "GET":
                raise ValueError(f"a redirect to {place.origin}, which is another server")
            answer = self._ask(method, place, headers or {}, body, own=own)
            if answer.status not in _REDIRECTS or not answer.header("location"):
                return answer
            url = urljoin(url, answer.header("location"))
            answer.close()
        raise ValueError("too many redirects")

    def _ask(
        self, method: str, place: Place, extra: Mapping[str, str], body: bytes | None, *, own: bool
    ) -> Answer:
        proxy = find_proxy(place.scheme, place.host, place.port, os.environ)
        if self._context is None and (place.scheme == "https" or (proxy and proxy.secure)):
            self._context = _trust(None)
        headers = {
            "User-Agent": f"yardarm-python/{VERSION}", "Accept-Encoding": "gzip",
            "Connection": "close", **extra,
        }  # fmt: skip
        if own:
            headers["Authorization"] = f"Bearer {self._address.key}"
            if self._application:
                headers["Yardarm-Application"] = self._application
        target = place.target
        if proxy is not None and place.scheme == "http":
            target = place.origin + target
            if proxy.authorization is not None:
                headers["Proxy-Authorization"] = proxy.authorization
        left = deadline(self.seconds)
        wire = open_wire(
            place.scheme, place.host, place.port, proxy, self._context, self.lines, self.seconds
        )
        try:
            wire.limit(left())
            connection = http.client.HTTPConnection(place.host, place.port)
            connection.sock = wire
            connection.request(method, target, body, headers)
            return Answer(connection.getresponse(), wire, place.origin + place.target)
        except BaseException:
            wire.hang_up()
            raise


def _trust(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext:
    import ssl  # loads much; only when there is TLS

    return ssl.create_default_context(cafile=None if ca_file is None else os.fspath(ca_file))
