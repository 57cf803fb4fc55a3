"""The address of whoever asks, through the proxies that are told to be ours and no others."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from ...errors import OptionError

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address
Trusted: TypeAlias = int | tuple[Network, ...]

MAX_HOPS = 32


def read_trusted(proxies: int | Sequence[str]) -> Trusted:
    """How many proxies there are, or which networks they are in. Raises `OptionError`."""
    if isinstance(proxies, int) and not isinstance(proxies, bool):
        if not 0 <= proxies <= MAX_HOPS:
            raise OptionError(f"the number of proxies is 0 to {MAX_HOPS}, not {proxies}")
        return proxies
    if isinstance(proxies, str | bool):
        raise OptionError(f"proxies is a number or a list of networks, not {proxies!r:.100}")
    try:
        return tuple(ip_network(one) for one in proxies)
    except ValueError as error:
        raise OptionError(f"proxies: {error}; write networks like '10.0.0.0/8'") from None


def client_address(peer: str | None, forwarded: str, trusted: Trusted) -> str | None:
    """The address of the client; None where it cannot be told.

    `peer` is whoever the connection is from, `forwarded` the `X-Forwarded-For` header, in which
    each proxy adds at the end whom it was asked by. What stands before our own proxies' entries is
    anybody's word and never looked at. With a number, as many entries from the end are ours, and
    when there are fewer it was not our proxies who were asked: then the peer counts. With networks,
    entries in them are stepped over from the end, beginning at the peer.
    """
    nearest = _read(peer or "")
    if not trusted:
        return _text(nearest)
    hops = [part.strip() for part in forwarded.split(",")] if forwarded else []
    if isinstance(trusted, int):
        if len(hops) < trusted:
            return _text(nearest)
        return _text(_read(hops[-trusted]))
    found = nearest
    for hop in reversed(hops[-MAX_HOPS:]):
        if found is None or not any(found in network for network in trusted):
            break
        found = _read(hop)
    return _text(found)


def _read(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, or in brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _text(address: Address | None) -> str | None:
    return None if address is None else str(address)
