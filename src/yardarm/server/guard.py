"""Which addresses the server may be sent to by others. Pure, but for the resolver that it is given.

Whoever may name an address (a webhook's, a vendor's) must not reach through the server what
only the server can reach. So a host is resolved once, every address found is judged, and the
connection goes to an address that was judged, not to the name: a name that answers otherwise the
next time changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from ..errors import YardarmError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host, as text. Raises `OSError`."""

PORTS = (443, 8443)
MAX_URL = 2_000

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII | re.IGNORECASE)
_VISIBLE = re.compile(r"[\x21-\x7e]+")

_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # a cloud's own service, on a public address
        "192.0.0.0/24",  # protocol assignments, one cloud's metadata among them
        "192.88.99.0/24",  # relays from IPv6
        "100::/64",  # discards
        "2001::/23",  # protocol assignments, tunnels to IPv4 among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # tunnels to IPv4
        "3fff::/20",  # documentation
    )
)
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")


class Unsafe(YardarmError):
    """The address is none that the server goes to for others."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a URL leads: what it says."""

    scheme: str
    host: str
    port: int
    path: str

    def authority(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"
        )


def read_url(url: str) -> Aim:
    """Where a URL leads. Raises `Unsafe` for what programs do not agree about."""
    if len(url) > MAX_URL or not _VISIBLE.fullmatch(url) or "\\" in url:
        raise Unsafe(f"a URL is visible ASCII, at most {MAX_URL} characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Unsafe(f"the URL cannot be read: {error}") from None
    if parts.scheme not in ("https", "http"):
        raise Unsafe("the URL has to begin with https://")
    if "@" in parts.netloc:
        raise Unsafe("the URL names a user; leave that out")
    if parts.fragment or url.endswith("#"):
        raise Unsafe("the URL has a fragment; leave that out")
    if port == 0:
        raise Unsafe("port 0 is no port")
    _check_host(host, bracketed="[" in parts.netloc)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Aim(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def _check_host(host: str, *, bracketed: bool) -> None:
    if bracketed:
        try:
            ipaddress.IPv6Address(host if "%" not in host else "")
        except ValueError:
            raise Unsafe(f"{host!r} is no IPv6 address") from None
        return
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Unsafe(f"{host!r} is no host; write a name like www.example.com")
    if _NUMBER.fullmatch(labels[-1]):
        # Some programs read 0x7f.1, 017700000001 and 2130706433 as addresses.
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise Unsafe(f"{host!r} is no IPv4 address; write it as four decimals") from None


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach it, and nothing else hides behind it."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _PUBLIC_IPV6 or address.ipv4_mapped is not None
    ):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(
            address in network for network in _REFUSED if network.version == address.version
        )
    )


def check_shape(aim: Aim) -> None:
    """Raises `Unsafe` for a scheme or a port that the public internet is not reached by."""
    if aim.scheme != "https":
        raise Unsafe("the URL has to begin with https://")
    if aim.port not in PORTS:
        ports = " or ".join(map(str, PORTS))
        raise Unsafe(f"the port may be {ports}, not {aim.port}")


def check_aim(aim: Aim, addresses: Sequence[str], allowed: Sequence[Network]) -> Address:
    """The address to connect to. Raises `Unsafe` unless every address found may be reached.

    In `allowed` networks any port may be, and http too.
    """
    if not addresses:
        raise Unsafe(f"{aim.host!r} has no address")
    found = [_address(text) for text in addresses]
    for address in found:
        if any(address in network for network in allowed if network.version == address.version):
            continue
        if not is_public(address):
            raise Unsafe(
                f"{aim.host!r} is at {address}, which is not on the public internet; "
                "the server's settings can allow it"
            )
        check_shape(aim)
    return found[0]


def _address(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise Unsafe(f"{text[:60]!r} is no address") from None


async def resolved(aim: Aim, resolver: Resolver, allowed: Sequence[Network]) -> Address:
    """Resolve the host, once, and judge what was found. Raises `Unsafe` and `OSError`."""
    try:
        addresses: Sequence[str] = [str(ipaddress.ip_address(aim.host))]
    except ValueError:
        addresses = await resolver(aim.host, aim.port)
    return check_aim(aim, addresses, allowed)
