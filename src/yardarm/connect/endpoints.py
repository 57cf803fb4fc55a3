"""Vendors' live SDK endpoints: one document, fetched as the vendor's own SDK fetches it.

The key comes from the caller and goes to that one address only: redirects are not followed, and
answers are bounded. Paths and headers: docs/reference/dialects.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.parse import quote

from ..core.model import Json
from ..errors import OptionError
from .files import MAX_BYTES
from .sources import parse

TIMEOUT_SECONDS = 30.0


def load_endpoint(dialect: str, address: str, key: str | None) -> Json:
    """The document that the vendor serves to its SDKs at `address`.

    Raises `OptionError` when the vendor has no such endpoint, the key is missing or refused, or the
    address cannot be reached; `DocumentError` when the answer is no document.
    """
    fetch = _FETCHES.get(dialect)
    if fetch is None:
        known = ", ".join(_FETCHES)
        raise OptionError(f"{dialect} has no SDK endpoint; those with one: {known}")
    if key is None and dialect != "flagd":
        raise OptionError(f"{dialect} needs a key: --key, or YARDARM_IMPORT_KEY")
    return fetch(address.rstrip("/"), key or "")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: HTTPMessage, newurl: str,
    ) -> None:  # fmt: skip
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _get(address: str, headers: dict[str, str], body: Json = None) -> Json:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Accept": "application/json", "User-Agent": "yardarm", **headers}
    if data is not None:
        sent["Content-Type"] = "application/json"
    try:
        request = urllib.request.Request(address, data=data, headers=sent)
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            found = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        hint = "; is it the right key, for this environment?" if error.code in (401, 403) else ""
        raise OptionError(f"the vendor's endpoint answers {error.code}{hint}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise OptionError(f"the vendor's endpoint cannot be reached: {error}") from None
    if len(found) > MAX_BYTES:
        raise OptionError(f"the vendor's answer is larger than {MAX_BYTES} bytes")
    return parse(found, "answer.json")


def _launchdarkly(address: str, key: str) -> Json:
    return _get(f"{address}/sdk/latest-all", {"Authorization": key})


def _unleash(address: str, key: str) -> Json:
    base = address if address.endswith("/api") else f"{address}/api"
    return _get(f"{base}/client/features", {"Authorization": key})


def _flagsmith(address: str, key: str) -> Json:
    base = address if address.endswith("/api/v1") else f"{address}/api/v1"
    return _get(f"{base}/environment-document/", {"X-Environment-Key": key})


def _growthbook(address: str, key: str) -> Json:
    return _get(f"{address}/api/features/{quote(key, safe='')}", {})


def _flagd(address: str, key: str) -> Json:
    return _get(address, {"Authorization": f"Bearer {key}"} if key else {})


def _harness(address: str, key: str) -> Json:
    token: Any = _get(f"{address}/client/auth", {}, {"apiKey": key})
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
        "flags": _get(f"{at}/feature-configs?{query}", headers),
        "segments": _get(f"{at}/target-segments?{query}&rules=v2", headers),
    }


def _claims(token: str) -> bytes:
    middle = token.split(".")[1]
    return urlsafe_b64decode(middle + "=" * (-len(middle) % 4))


_FETCHES: dict[str, Callable[[str, str], Json]] = {
    "launchdarkly": _launchdarkly, "unleash": _unleash, "flagsmith": _flagsmith,
    "growthbook": _growthbook, "flagd": _flagd, "harness": _harness,
}  # fmt: skip
