"""Which proxy the environment asks for. Pure: the environment is an argument.

`HTTPS_PROXY` and `HTTP_PROXY` (lower case goes before upper case, `ALL_PROXY` is the last resort),
and `NO_PROXY`: a list of hosts, domains (`.example.com` or `example.com` mean it and everything
below), addresses, networks in CIDR form, each with a port if wanted, or `*`.
"""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy for HTTP. `authorization` is the value of Proxy-Authorization, or None."""

    host: str
    port: int
    secure: bool = False
    authorization: str | None = field(default=None, repr=False)


def find_proxy(scheme: str, host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy to use for a server, or None. Raises `ValueError` for one that makes no sense."""
    if _excepted(host.lower(), port, _read(environ, "no_proxy")):
        return None
    url = _read(environ, f"{scheme}_proxy") or _read(environ, "all_proxy")
    # In a CGI program HTTP_PROXY is a header of the request ("httpoxy", CVE-2016-5385).
    if scheme == "http" and "REQUEST_METHOD" in environ:
        url = environ.get("http_proxy", "")
    if not url:
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"only HTTP proxies are supported, not {parts.scheme}://{parts.hostname}")
    authorization = None
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + b64encode(user.encode()).decode()
    secure = parts.scheme == "https"
    return Proxy(parts.hostname, parts.port or (443 if secure else 80), secure, authorization)


def _read(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _excepted(host: str, port: int, listed: str) -> bool:
    for entry in listed.lower().replace(",", " ").split():
        if entry == "*" or _matches(host, entry):
            return True
        name, colon, wanted = entry.rpartition(":")
        if colon and wanted == str(port) and _matches(host, name.strip("[]")):
            return True
    return False


def _matches(host: str, entry: str) -> bool:
    address, network = _address(host), _network(entry.strip("[]"))
    if address is not None or network is not None:
        return address is not None and network is not None and address in network
    domain = entry.removeprefix("*").removeprefix(".")
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
