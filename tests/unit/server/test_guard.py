"""Where the server may be sent: a corpus of addresses that reach what only the server can reach."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.guard import Aim, Unsafe, check_aim, is_public, read_url, resolved

pytestmark = pytest.mark.anyio
PUBLIC = "93.184.215.14"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def resolver(*addresses: str):  # type: ignore[no-untyped-def]
    async def answer(host: str, port: int) -> Sequence[str]:
        return addresses

    return answer


NEVER = [
    # spellings of this machine
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/",
    "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/", "https://017700000001/",
    "https://0177.0.0.1/", "https://127.0.0.1./", "https://127.000.000.001/", "https://127.0.0.0x1/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:0:0:1]/", "https://[::1%25lo]/", "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/", "https://%31%32%37.0.0.1/",
    # networks of one's own
    "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/",
    "https://100.64.0.1/", "https://198.18.0.1/", "https://[fc00::1]/", "https://[fd12::1]/",
    "https://[fe80::1]/", "https://[fec0::1]/",
    # metadata of clouds
    "https://169.254.169.254/latest/meta-data/", "https://[::ffff:169.254.169.254]/",
    "https://2852039166/", "https://0xa9fea9fe/", "https://[fd00:ec2::254]/",
    "https://100.100.100.200/", "https://192.0.0.192/", "https://168.63.129.16/",
    # IPv4 inside IPv6
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001:0:0:0:0:0:80ff:fffe]/",
    "https://[::7f00:1]/",
    # everybody and nobody
    "https://224.0.0.1/", "https://[ff02::1]/", "https://255.255.255.255/", "https://240.0.0.1/",
    "https://192.0.2.1/", "https://[2001:db8::1]/", "https://192.88.99.1/",
    # other schemes, ports, users, tricks of parsers
    "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://x/",
    "//hooks.example.com/", "hooks.example.com", "", "https://", "https:///path",
    "https://hooks.example.com:22/", "https://hooks.example.com:0/", "https://hooks.example.com:80/",
    "https://hooks.example.com:99999/", "https://hooks.example.com:x/",
    "https://user@hooks.example.com/", "https://user:pw@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/", "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.example.com#@127.0.0.1/", "https://hooks.example.com/#", "https://a b/",
    "https://hooks.example.com/\r\nHost: x", "https://hooks.example.com/\tx", "https://ex%00ample/",
    "https://hooks..example.com/", "https://-x.example.com/", "https://[nonsense]/", "https://[::1/",
    "https://" + "a" * 64 + ".com/", "https://hooks.example.com/" + "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("url", NEVER)
async def test_nothing_is_sent_there(url: str) -> None:
    assert len(NEVER) >= 40
    with pytest.raises(Unsafe):
        await resolved(read_url(url), resolver(PUBLIC), ())


@pytest.mark.parametrize(
    ("url", "aim"),
    [
        ("https://hooks.example.com", Aim("https", "hooks.example.com", 443, "/")),
        ("HTTPS://Hooks.Example.COM/a?b=c", Aim("https", "hooks.example.com", 443, "/a?b=c")),
        ("https://hooks.example.com:8443/a", Aim("https", "hooks.example.com", 8443, "/a")),
        ("https://93.184.215.14/", Aim("https", "93.184.215.14", 443, "/")),
        ("https://[2606:4700::1111]/", Aim("https", "2606:4700::1111", 443, "/")),
        ("https://xn--bcher-kva.example/", Aim("https", "xn--bcher-kva.example", 443, "/")),
        ("https://my_host.example/", Aim("https", "my_host.example", 443, "/")),
    ],
)
async def test_the_public_internet_may_be_reached(url: str, aim: Aim) -> None:
    assert read_url(url) == aim
    assert is_public(await resolved(aim, resolver(PUBLIC), ()))


def test_the_host_header() -> None:
    assert read_url("https://a.example:8443/").authority() == "a.example:8443"
    assert read_url("https://a.example:443/").authority() == "a.example"
    assert read_url("https://[2606:4700::1111]/").authority() == "[2606:4700::1111]"
    assert read_url("http://a.example:443/").authority() == "a.example:443"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.1"], ["::1"], ["169.254.169.254"], ["::ffff:10.0.0.1"],
        [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "fe80::1%eth0"], [], ["nonsense"],
    ],
)  # fmt: skip
async def test_a_name_that_leads_inside(addresses: list[str]) -> None:
    with pytest.raises(Unsafe):
        await resolved(read_url("https://hooks.example.com/"), resolver(*addresses), ())


async def test_a_name_is_resolved_once_and_its_address_is_what_counts() -> None:
    """DNS rebinding: public when it is judged, private when it is asked again."""
    asked = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    address = await resolved(read_url("https://hooks.example.com/"), rebinding, ())
    assert str(address) == PUBLIC
    assert asked == ["hooks.example.com"]


@pytest.mark.parametrize(
    "url", ["https://10.1.2.3/", "http://10.1.2.3:9000/x", "http://i.example/"]
)
async def test_networks_of_ones_own_may_be_allowed(url: str) -> None:
    allowed = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/8")]
    address = await resolved(read_url(url), resolver("10.1.2.3"), allowed)
    assert str(address) == "10.1.2.3"
    for other in ("10.2.0.1", "127.0.0.1", "::ffff:10.1.2.3"):
        with pytest.raises(Unsafe):
            check_aim(read_url("https://i.example/"), [other], allowed)
    with pytest.raises(Unsafe):  # only where every address is inside
        check_aim(read_url("http://i.example/"), ["10.1.2.3", PUBLIC], allowed)


@given(st.ip_addresses(v=4))
def test_no_private_address_is_public(address: ipaddress.IPv4Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_private
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_reached_through_ipv6(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for text in (
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        f"::{address}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
        f"2001:0:0:0:0:0:{(number ^ 0xFFFFFFFF) >> 16:x}:{(number ^ 0xFFFFFFFF) & 0xFFFF:x}",
    ):
        assert not is_public(ipaddress.ip_address(text)), text


@given(st.text())
def test_any_text_is_an_aim_or_unsafe(text: str) -> None:
    with suppress(Unsafe):  # and nothing else
        read_url(text)
