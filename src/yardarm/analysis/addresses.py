"""IP addresses: one in each stretch that the networks of clauses cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address

from ..core.networks import Network, parse_network
from .subjects import Atom

_WIDTH = {4: 32, 6: 128}
_MAPPED = 0xFFFF << 32


def networks(atoms: Sequence[Atom]) -> list[Network]:
    """The networks that clauses name."""
    found = (parse_network(v) for a in atoms if a.operator == "in_network" for v in a.values)
    return [network for network in found if network is not None]


def addresses(named: Sequence[Network]) -> Iterator[tuple[str, ...]]:
    """The first address of each stretch, in several spellings."""
    for version in (4, 6):
        starts = {0, 1} | ({_MAPPED, _MAPPED + 2**32} if version == 6 else set())
        for network in named:
            if network.version == version:
                starts.add(network.number)
                starts.add(network.number + (1 << _WIDTH[version] - network.prefix))
        for number in sorted(starts):
            if number < 1 << _WIDTH[version]:
                yield _spellings(version, number)


def _spellings(version: int, number: int) -> tuple[str, ...]:
    if version == 4:
        plain = str(IPv4Address(number))
        return plain, f"::ffff:{plain}", f"::FFFF:{plain}", f"0:0:0:0:0:ffff:{plain}"
    address = IPv6Address(number)
    return str(address), address.exploded, str(address).upper(), address.exploded.upper()
