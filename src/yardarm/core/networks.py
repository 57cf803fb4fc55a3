"""IP addresses and networks, versions 4 and 6, in their strict textual forms.

An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is the IPv4 address it
carries, so a dual-stack proxy does not change who is inside a network. IPv4 addresses are only in
IPv4 networks: `::/0` does not contain them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

_DIGITS = frozenset("0123456789")
_WIDTH = {4: 32, 6: 128}
_LONGEST = 49  # an IPv6 address with a dotted quad (45), a slash and three digits
_MAPPED = 0xFFFF

Address = tuple[int, int]
"""IP version (4 or 6) and the address as a number."""


@dataclass(frozen=True, slots=True)
class Network:
    """All addresses of one IP version whose first `prefix` bits are those of `number`."""

    version: int
    number: int
    prefix: int


def parse_address(value: object) -> Address | None:
    """The address that `value` is, or None. Never raises.

    Accepted are four decimal numbers without leading zeros, and IPv6 without a zone identifier.
    Text with a port, a prefix or white space is not an address.
    """
    if not issubclass(type(value), str):
        return None
    text = str.__str__(value)
    if len(text) > _LONGEST or "%" in text:
        return None
    try:
        if ":" not in text:
            return 4, int(IPv4Address(text))
        number = int(IPv6Address(text))
    except AddressValueError:
        return None
    return (4, number & 0xFFFF_FFFF) if number >> 32 == _MAPPED else (6, number)


def parse_network(text: str) -> Network | None:
    """The network in CIDR notation, or None (`network_problem` says why). Never raises.

    A bare address is the network of that address alone. Bits after the prefix must be zero:
    `10.0.0.1/8` is more often a mistake than a way to write `10.0.0.0/8`.
    """
    found = _read(text)
    return found if isinstance(found, Network) else None


def network_problem(text: str) -> str | None:
    """What is wrong with a network and how to mend it, or None when it is accepted."""
    found = _read(text)
    return found if isinstance(found, str) else None


class NetworkSet:
    """Networks that are asked together. Immutable.

    A question costs one lookup per distinct prefix length, not per network: the address, cut to
    each length, is looked up among the networks of that length.

    Raises `ValueError` for text that is no network, with the reason.
    """

    __slots__ = ("_by_length",)

    def __init__(self, networks: Iterable[Network | str]) -> None:
        found: dict[tuple[int, int], set[int]] = {}
        for network in networks:
            known = _read(network) if isinstance(network, str) else network
            if isinstance(known, str):
                raise ValueError(known)
            shift = _WIDTH[known.version] - known.prefix
            found.setdefault((known.version, shift), set()).add(known.number >> shift)
        self._by_length: dict[int, tuple[tuple[int, frozenset[int]], ...]] = {
            version: tuple((s, frozenset(n)) for (v, s), n in found.items() if v == version)
            for version in _WIDTH
        }

    def contains(self, value: object) -> bool:
        """Whether `value` is an address inside any of the networks. Never raises."""
        address = parse_address(value)
        if address is None:
            return False
        version, number = address
        return any(number >> shift in starts for shift, starts in self._by_length[version])


def _read(text: str) -> Network | str:
    """The network, or what is wrong with it."""
    shown = repr(text[:_LONGEST])
    head, slash, tail = text.partition("/")
    address = parse_address(head)
    if address is None:
        return f"{shown} is not an IP address or network; write 192.0.2.0/24 or 2001:db8::/32"
    version, number = address
    width = _WIDTH[version]
    written = 128 if ":" in head else 32
    if not slash:
        return Network(version, number, width)
    if not tail or not _DIGITS.issuperset(tail) or len(tail) > 3 or (tail[0] == "0" != tail):
        return f"{shown} has no prefix length after the slash; write a number from 0 to {written}"
    prefix = int(tail)
    if prefix > written:
        return f"{shown} has a prefix length over {written}; write at most {written}"
    # A mapped IPv4 network is written with 96 bits more; with fewer it is no IPv4 network.
    prefix -= written - width
    if prefix < 0:
        return f"{shown} is shorter than the mapped IPv4 range; write ::ffff:0:0/96 or longer"
    host_bits = number & (1 << width - prefix) - 1
    if host_bits:
        start = _text_of(version, number - host_bits)
        return f"{shown} has bits set after its prefix; write {start}/{prefix} or drop the prefix"
    return Network(version, number, prefix)


def _text_of(version: int, number: int) -> str:
    return str(IPv4Address(number) if version == 4 else IPv6Address(number))
