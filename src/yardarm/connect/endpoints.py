"""Vendors' live SDK endpoints: one document, fetched as the vendor's own SDK fetches it.

The key comes from the caller and goes to that one address only: redirects are not followed, and
answers are bounded. A server gives an opener that is `pinned` to the address that it has judged.
Paths and headers: docs/reference/dialects.
"""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse
from typing import IO, Any, TypeAlias
from urllib.parse import quote

from ..core.model import Json
from ..errors import OptionError
from .files import MAX_BYTES
from .sources import parse

TIMEOUT_SECONDS = 30.0

Get: TypeAlias = Callable[[str, dict[str, str], Json], Json]
"""What answers at an address, given headers and (to be posted) a body that is not None."""


def load_endpoint(
    dialect: str,
    address: str,
    key: str | None,
    opener: urllib.request.OpenerDirector | None = None,
) -> Json:
    """The document that the vendor serves to its SDKs at `address`.

    Raises `OptionError` when the vendor has no such endpoint, the key is missing or refused, or the
    address cannot be reached; `DocumentError` when the answer is no document.
    """
    fetch = _FETCHES.get(dialect)
    if fetch is None:
        known = ", ".join(_FETCHES)
        raise OptionError(f"{dialect} has no SDK endpoint; those with one: {known}")
    if key is None and needs_key(dialect):
        raise OptionError(f"{dialect} needs a key: --key, or YARDARM_IMPORT_KEY")
    return fetch(partial(_get, opener or _OPENER), address.rstrip("/"), key or "")


def has_endpoint(dialect: str) -> bool:
    """Whether the vendor's SDKs fetch their flags from an address."""
    return dialect in _FETCHES


def needs_key(dialect: str) -> bool:
    """Whether that address answers nobody without a key."""
    return dialect in _FETCHES and dialect != "flagd"


def pinned(to: str) -> urllib.request.OpenerDirector:
    """An opener that connects to the IP address `to`, whatever the host is, and asks no proxy.

    A certificate still has to be the host's.
    """
    return urllib.request.build_opener(
        _NoRedirects, urllib.request.ProxyHandler({}), _PinnedHttp(to), _PinnedHttps(to)
    )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: HTTPMessage, newurl: str,
    ) -> None:  # fmt: skip
        return None


class _PinnedConnection(HTTPConnection):
    """A connection to one address. With `tls` its certificate has to be the host's."""

    def __init__(
        self, host: str, to: str, tls: ssl.SSLContext | None, timeout: float | None
    ) -> None:
        self.default_port = 80 if tls is None else 443
        super().__init__(host, timeout=timeout)
        self._to, self._tls = to, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._to, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


class _PinnedHttp(urllib.request.HTTPHandler):
    def __init__(self, to: str) -> None:
        super().__init__()
        self._to = to

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        def connection(host: str, /, **given: Any) -> HTTPConnection:
            return _PinnedConnection(host, self._to, None, given.get("timeout"))

        return self.do_open(connection, req)


class _PinnedHttps(urllib.request.HTTPSHandler):
    def __init__(self, to: str) -> None:
        super().__init__()
        self._to = to

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        def connection(host: str, /, **given: Any) -> HTTPConnection:
            tls = ssl.create_default_context()
            return _PinnedConnection(host, self._to, tls, given.get("timeout"))

        return self.do_open(connection, req)


_OPENER = urllib.request.build_opener(_NoRedirects)


def _get(
    opener: urllib.request.OpenerDirector, address: str, headers: dict[str, str], body: Json = None
) -> Json:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Accept": "application/json", "User-Agent": "yardarm", **headers}
    if data is not None:
        sent["Content-Type"] = "application/json"
    try:
        request = urllib.request.Request(address, data=data, headers=sent)
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            found = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        hint = "; is it the right key, for this environment?" if error.code in (401, 403) else ""
        raise OptionError(f"the vendor's endpoint answers {error.code}{hint}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise OptionError(f"the vendor's endpoint cannot be reached: {error}") from None
    if len(found) > MAX_BYTES:
        raise OptionError(f"the vendor's answer is larger than {MAX_BYTES} bytes")
    return parse(found, "answer.json")


def _launchdarkly(get: Get, address: str, key: str) -> Json:
    return get(f"{address}/sdk/latest-all", {"Authorization": key}, None)


def _unleash(get: Get, address: str, key: str) -> Json:
    base = address if address.endswith("/api") else f"{address}/api"
    return get(f"{base}/client/features", {"Authorization": key}, None)


def _flagsmith(get: Get, address: str, key: str) -> Json:
    base = address if address.endswith("/api/v1") else f"{address}/api/v1"
    return get(f"{base}/environment-document/", {"X-Environment-Key": key}, None)


def _growthbook(get: Get, address: str, key: str) -> Json:
    return get(f"{address}/api/features/{quote(key, safe='')}", {}, None)


def _flagd(get: Get, address: str, key: str) -> Json:
    return get(address, {"Authorization": f"Bearer {key}"} if key else {}, None)


def _harness(get: Get, address: str, key: str) -> Json:
    token: Any = get(f"{address}/client/auth", {}, {"apiKey": key})
    try:
        found = str(token["authToken"])
        claims = json.loads(_claims(found))
        environment, cluster = str(claims["environment"]), str(claims.get("clusterIdentifier", "1"))
    except (LookupError, TypeError, ValueError):
        raise OptionError("the vendor's sign-in answers no token that can be read") from None
    headers = {"Authorization": f"Bearer {found}"}
    at = f"{address}/client/env/{quote(environment, safe='')}"
    query = f"cluster={quote(cluster, safe='')}"
    return {
        "flags": get(f"{at}/feature-configs?{query}", headers, None),
        "segments": get(f"{at}/target-segments?{query}&rules=v2", headers, None),
    }


def _claims(token: str) -> bytes:
    middle = token.split(".")[1]
    return urlsafe_b64decode(middle + "=" * (-len(middle) % 4))


_FETCHES: dict[str, Callable[[Get, str, str], Json]] = {
    "launchdarkly": _launchdarkly, "unleash": _unleash, "flagsmith": _flagsmith,
    "growthbook": _growthbook, "flagd": _flagd, "harness": _harness,
}  # fmt: skip
