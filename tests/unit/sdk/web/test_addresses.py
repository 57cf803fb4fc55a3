"""Who asks: believed of our own proxies only."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm import OptionError
from yardarm.sdk.web.addresses import client_address, read_trusted

INNER = ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "found"),
    [
        # Nobody is trusted unless told.
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (0, None, "198.51.100.7", None),
        # A number: that many entries from the end are ours, what is before them is anybody's word.
        (1, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (2, "10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "192.0.2.1", "", "192.0.2.1"),
        (1, "10.0.0.1", "198.51.100.7:443", "198.51.100.7"),
        (1, "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        (1, "10.0.0.1", "2001:db8::1", "2001:db8::1"),
        (1, "10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1", "<script>", None),
        # Networks: stepped over from the end.
        (INNER, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (INNER, "10.0.0.1", "1.1.1.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        (INNER, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (INNER, "fd00::1", "198.51.100.7", "198.51.100.7"),
        (INNER, "10.0.0.1", "unknown", None),
        (INNER, "10.0.0.1", ", ".join(["10.0.0.2"] * 5000), "10.0.0.2"),
        (INNER, None, "198.51.100.7", None),
    ],
)
def test_the_client_is_found(
    proxies: Any, peer: str | None, forwarded: str, found: str | None
) -> None:
    assert client_address(peer, forwarded, read_trusted(proxies)) == found


@pytest.mark.parametrize("proxies", [-1, 33, True, "10.0.0.0/8", ["10.0.0.1/8"], ["all"]])
def test_what_makes_no_sense_is_refused(proxies: Any) -> None:
    with pytest.raises(OptionError, match="prox"):
        read_trusted(proxies)
