"""IP addresses and networks: what is one, and who is inside (fault 47)."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yardarm.core import networks
from yardarm.core.networks import (
    Network,
    NetworkSet,
    network_problem,
    parse_address,
    parse_network,
)

ADDRESSES = [
    ("0.0.0.0", (4, 0)),
    ("192.0.2.1", (4, 0xC0000201)),
    ("255.255.255.255", (4, 2**32 - 1)),
    ("::", (6, 0)),
    ("::1", (6, 1)),
    ("2001:DB8::1", (6, 0x20010DB8 << 96 | 1)),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", (6, 0x20010DB8 << 96 | 1)),
    ("64:ff9b::192.0.2.1", (6, 0x64FF9B << 96 | 0xC0000201)),
    ("::ffff:192.0.2.1", (4, 0xC0000201)),
    ("::FFFF:c000:201", (4, 0xC0000201)),
    ("0000:0000:0000:0000:0000:ffff:255.255.255.255", (4, 2**32 - 1)),
    ("::192.0.2.1", (6, 0xC0000201)),
]

NOT_ADDRESSES = [
    "",
    " ",
    "192.0.2",
    "192.0.2.1.1",
    "192.0.2.256",
    "192.0.2.01",
    "192.0.2.-1",
    "192.0.2.+1",
    "192.0.2.1 ",
    " 192.0.2.1",
    "192.0.2.1\n",
    "192.0.2.1:80",
    "192.0.2.1/32",
    "0xC0.0.2.1",
    "3221225985",
    "192.0.2.\u0661",
    "192.0.2.\u00b2",
    "fe80::1%eth0",
    "fe80::1%",
    "[::1]",
    ":::",
    "1::2::3",
    "12345::",
    "::g",
    "::\uff11",
    "::1/128",
    "::ffff:192.0.2.01",
    "\ud800",
    "1" * 100_000,
    3221225985,
    b"\xc0\x00\x02\x01",
    True,
    None,
    1.5,
    ipaddress.ip_address("192.0.2.1"),
]

NETWORKS = [
    ("10.0.0.0/8", Network(4, 10 << 24, 8)),
    ("0.0.0.0/0", Network(4, 0, 0)),
    ("192.0.2.1/32", Network(4, 0xC0000201, 32)),
    ("192.0.2.1", Network(4, 0xC0000201, 32)),
    ("2001:db8::/32", Network(6, 0x20010DB8 << 96, 32)),
    ("::/0", Network(6, 0, 0)),
    ("::1", Network(6, 1, 128)),
    ("::ffff:10.0.0.0/104", Network(4, 10 << 24, 8)),
    ("::ffff:0:0/96", Network(4, 0, 0)),
    ("::ffff:192.0.2.1", Network(4, 0xC0000201, 32)),
]

# What is refused, and a piece of the reason that tells how to mend it.
NOT_NETWORKS = [
    ("", "not an IP address"),
    ("nonsense", "not an IP address"),
    ("10.0.0/8", "not an IP address"),
    ("fe80::1%eth0/64", "not an IP address"),
    (" 10.0.0.0/8", "not an IP address"),
    ("10.0.0.0/", "from 0 to 32"),
    ("10.0.0.0/08", "from 0 to 32"),
    ("10.0.0.0/00", "from 0 to 32"),
    ("10.0.0.0/+8", "from 0 to 32"),
    ("10.0.0.0/-1", "from 0 to 32"),
    ("10.0.0.0/8 ", "from 0 to 32"),
    ("10.0.0.0/\u0668", "from 0 to 32"),
    ("10.0.0.0/255.0.0.0", "from 0 to 32"),
    ("10.0.0.0/8/8", "from 0 to 32"),
    ("10.0.0.0/1000", "from 0 to 32"),
    ("2001:db8::/x", "from 0 to 128"),
    ("10.0.0.0/33", "at most 32"),
    ("2001:db8::/129", "at most 128"),
    ("10.0.0.1/8", "10.0.0.0/8"),
    ("2001:db8::1/32", "2001:db8::/32"),
    ("::ffff:10.0.0.1/104", "10.0.0.0/8"),
    ("::ffff:10.0.0.0/95", "::ffff:0:0/96"),
]


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_an_address_is_read(text: str, expected: tuple[int, int]) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize("value", NOT_ADDRESSES)
def test_anything_else_is_no_address(value: object) -> None:
    assert parse_address(value) is None
    assert not NetworkSet(["0.0.0.0/0", "::/0"]).contains(value)


@pytest.mark.parametrize(("text", "expected"), NETWORKS)
def test_a_network_is_read(text: str, expected: Network) -> None:
    assert parse_network(text) == expected
    assert network_problem(text) is None


@pytest.mark.parametrize(("text", "reason"), NOT_NETWORKS)
def test_anything_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert parse_network(text) is None
    assert reason in (network_problem(text) or "")
    with pytest.raises(ValueError, match=r"^'") as caught:
        NetworkSet([text])
    assert str(caught.value) == network_problem(text)


@pytest.mark.parametrize(
    ("network", "address", "inside"),
    [
        ("10.0.0.0/8", "10.255.255.255", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("10.0.0.0/8", "9.255.255.255", False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("10.0.0.0/8", "::10.1.2.3", False),
        ("::ffff:10.0.0.0/104", "10.1.2.3", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("0.0.0.0/0", "203.0.113.9", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("::/0", "2001:db8::1", True),
        ("::/0", "203.0.113.9", False),
        ("2001:db8::/33", "2001:db8:7fff::1", True),
        ("2001:db8::/33", "2001:db8:8000::1", False),
    ],
)
def test_who_is_inside(network: str, address: str, inside: bool) -> None:
    assert NetworkSet([network]).contains(address) is inside


def test_a_set_takes_networks_and_text_and_may_be_empty() -> None:
    both = NetworkSet([Network(4, 10 << 24, 8), "2001:db8::/32"])
    assert both.contains("10.0.0.1")
    assert both.contains("2001:db8::1")
    assert not NetworkSet([]).contains("10.0.0.1")


def test_ten_thousand_networks_cost_one_lookup_per_length(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting(int):
        shifts = 0

        def __rshift__(self, other: int) -> int:
            Counting.shifts += 1
            return int(self) >> other

    many = NetworkSet(Network(4, n << 16, 16 if n % 2 else 17) for n in range(10_000))
    monkeypatch.setattr(networks, "parse_address", lambda _: (4, Counting(0xFFFF0000)))
    assert not many.contains("any")
    assert Counting.shifts == 2


numbers = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, st.integers(0, 32)), max_size=6), numbers)
def test_the_standard_library_agrees(pairs: list[tuple[int, int]], number: int) -> None:
    theirs = [ipaddress.IPv4Network(pair, strict=False) for pair in pairs]
    address = ipaddress.IPv4Address(number)
    ours = NetworkSet(map(str, theirs))
    assert ours.contains(str(address)) == any(address in network for network in theirs)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    assert (parse_network(text) is None) == (network_problem(text) is not None)
    parse_address(text)
