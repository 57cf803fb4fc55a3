"""IP addresses and networks, v4 and v6."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network


def parse_address(value: object) -> tuple[int, int] | None:
    """IP version and number; an IPv4-mapped IPv6 address is read as IPv4."""
    if not isinstance(value, str) or "%" in value or not value.isascii():
        return None
    try:
        found = ip_address(value)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.version, int(found)


class NetworkSet:
    """Networks to ask whether an address lies in one. Raises `ValueError` for a bad one."""

    __slots__ = ("_by_length",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_length: dict[tuple[int, int], set[int]] = {}
        for text in texts:
            try:
                network = ip_network(text)
            except ValueError as error:
                raise ValueError(f"{text!r} is no network such as 10.0.0.0/8: {error}") from None
            shift = network.max_prefixlen - network.prefixlen
            prefixes = self._by_length.setdefault((network.version, shift), set())
            prefixes.add(int(network.network_address) >> shift)

    def contains(self, value: object) -> bool:
        """Whether the value is an address in one of the networks."""
        found = parse_address(value)
        if found is None:
            return False
        version, number = found
        return any(
            wanted == version and number >> shift in prefixes
            for (wanted, shift), prefixes in self._by_length.items()
        )
