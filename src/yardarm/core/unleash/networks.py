"""IP networks as the crate ipnetwork reads them.

Bits after the prefix are ignored, a netmask may stand for the prefix of an IPv4 network, and the
two versions never meet: `::ffff:10.0.0.1` is not in `10.0.0.0/8`. What is no network contains
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address

_WIDTH = {4: 32, 6: 128}
_PREFIX = re.compile(r"\+?([0-9]+)")

Network = tuple[int, int, int]
"""Version (4 or 6), the address as a number, how many bits at its end do not count."""


class Networks:
    """Networks that are asked together: one lookup for each length of prefix."""

    __slots__ = ("_by_length",)

    def __init__(self, texts: Iterable[str]) -> None:
        found: dict[tuple[int, int], set[int]] = {}
        for version, number, shift in filter(None, map(network, texts)):
            found.setdefault((version, shift), set()).add(number >> shift)
        self._by_length: dict[int, tuple[tuple[int, frozenset[int]], ...]] = {
            version: tuple((s, frozenset(n)) for (v, s), n in found.items() if v == version)
            for version in _WIDTH
        }

    def contains(self, text: str) -> bool:
        """Whether the text is an address in one of the networks."""
        found = _address(text)
        if found is None:
            return False
        version, number = found
        return any(number >> shift in starts for shift, starts in self._by_length[version])


def network(text: str) -> Network | None:
    """The network that a text names, an address alone being a network of one; None for nothing."""
    head, slash, tail = text.partition("/")
    found = _address(head)
    if found is None:
        return None
    version, number = found
    width = _WIDTH[version]
    if not slash:
        return version, number, 0
    prefix = _netmask(tail) if version == 4 and "." in tail else _prefix(tail)
    if prefix is None or prefix > width:
        return None
    return version, number, width - prefix


def _address(text: str) -> tuple[int, int] | None:
    """Version and number of an address, without zone, port or white space."""
    if len(text) > 45 or "%" in text:
        return None
    try:
        return (6, int(IPv6Address(text))) if ":" in text else (4, int(IPv4Address(text)))
    except AddressValueError:
        return None


def _prefix(text: str) -> int | None:
    found = _PREFIX.fullmatch(text)
    digits = found[1].lstrip("0") if found else ""
    return int(digits or "0") if found and len(digits) <= 3 else None


def _netmask(text: str) -> int | None:
    found = _address(text)
    if found is None:
        return None
    zeros = found[1] ^ 0xFFFF_FFFF  # of a netmask, ones at the end only
    return None if zeros & (zeros + 1) else 32 - zeros.bit_length()
