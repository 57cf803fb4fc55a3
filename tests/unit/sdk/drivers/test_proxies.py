"""Which proxy the environment asks for."""

import pytest

from yardarm.sdk.drivers.proxies import Proxy, find_proxy

P = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("environ", "scheme", "found"),
    [
        ({}, "http", None),
        ({"HTTP_PROXY": P}, "http", Proxy("proxy.example", 3128)),
        ({"HTTP_PROXY": P}, "https", None),
        ({"HTTPS_PROXY": P}, "https", Proxy("proxy.example", 3128)),
        ({"https_proxy": P, "HTTPS_PROXY": "http://no"}, "https", Proxy("proxy.example", 3128)),
        ({"ALL_PROXY": P}, "https", Proxy("proxy.example", 3128)),
        ({"HTTP_PROXY": "proxy.example"}, "http", Proxy("proxy.example", 80)),
        ({"HTTP_PROXY": "https://proxy.example"}, "http", Proxy("proxy.example", 443, True)),
        ({"HTTP_PROXY": "  "}, "http", None),
        ({"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, "http", None),
        ({"http_proxy": P, "REQUEST_METHOD": "GET"}, "http", Proxy("proxy.example", 3128)),
    ],
)
def test_the_proxy_of_a_scheme(environ: dict[str, str], scheme: str, found: Proxy | None) -> None:
    assert find_proxy(scheme, "flags.example.com", 443, environ) == found


def test_a_proxy_s_password_is_sent_and_not_shown() -> None:
    found = find_proxy("http", "x", 80, {"HTTP_PROXY": "http://me:p%40ss@proxy:1"})
    assert found == Proxy("proxy", 1, False, "Basic bWU6cEBzcw==")
    assert "bWU6" not in repr(found)


@pytest.mark.parametrize(
    ("listed", "host", "excepted"),
    [
        ("*", "flags.example.com", True),
        ("flags.example.com", "flags.example.com", True),
        ("example.com", "flags.example.com", True),
        (".example.com", "flags.example.com", True),
        (".example.com", "example.com", True),
        ("*.example.com", "flags.example.com", True),
        ("ample.com", "flags.example.com", False),
        ("other.com, EXAMPLE.com", "Flags.Example.com", True),
        ("flags.example.com:443", "flags.example.com", True),
        ("flags.example.com:80", "flags.example.com", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("2001:db8::/32", "2001:db8::7", True),
        ("[2001:db8::7]:443", "2001:db8::7", True),
        ("1", "10.1.2.1", False),
        ("", "x", False),
        (",", "x", False),
    ],
)
def test_exceptions(listed: str, host: str, excepted: bool) -> None:
    found = find_proxy("https", host, 443, {"HTTPS_PROXY": P, "NO_PROXY": listed})
    assert (found is None) is excepted


def test_a_proxy_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="socks5"):
        find_proxy("https", "x", 443, {"HTTPS_PROXY": "socks5://proxy:1080"})
