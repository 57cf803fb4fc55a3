"""Requests to a server's REST API, by the standard library.

One connection a request, with time-outs. Redirects are not followed, so that a token never goes
to another host. A problem that the server answers (RFC 9457) becomes a `Failure` with the exit
code that fits.
"""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ..sdk.version import VERSION
from .edit_words import edit_words
from .failures import BAD_INPUT, CONFLICT, REFUSED, UNREACHABLE, WAITING, Failure

TIMEOUT_SECONDS = 30.0
MAX_BYTES = 256 * 1024 * 1024
PAGE = 200
"""Items asked for at a time; the most that a server gives."""

ANY = "*"
"""`If-Match` of a change that holds on top of any version."""

_CODES = {400: BAD_INPUT, 401: REFUSED, 403: REFUSED, 409: CONFLICT, 412: CONFLICT}
_SLUGS = {"refused": REFUSED, "idempotency-mismatch": BAD_INPUT}
_NOT_FORCED = frozenset({
    "reason-missing", "request-closed", "request-changed", "request-full", "own-request",
    "not-an-approver", "not-a-change", "other-environments",
})  # fmt: skip
"""What is refused whether forced or not."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered: the parsed body and the ETag, `""` if there is none."""

    body: Any
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and the token to speak with. `found` says where the address comes from.

    Changes that are an `emergency` wait for no approval. `asking` previews each change and says
    whether, and on top of which version, it is to be made.
    """

    url: str
    token: str
    found: str = ""
    emergency: bool = False
    asking: Callable[[Server, str, str, Any, str, Mapping[str, Any] | None], str] | None = None

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Fetch. Raises `Failure`."""
        return self._request("GET", path, query)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        on: str = ANY,
        reason: str = "",
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Ask for a change on top of the version `on` (an ETag). Raises `Failure`."""
        if self.asking is not None:
            on = self.asking(self, method, path, body, on, query)
        headers: dict[str, Any] = {"If-Match": on}
        if reason:  # as bytes, since it may hold any letter
            headers["Yardarm-Reason"] = " ".join(reason.split()).encode()
        if self.emergency:
            headers["Yardarm-Emergency"] = "1"
        return self._request(method, path, query, body, headers)

    def preview(
        self, method: str, path: str, body: Any, on: str, query: Mapping[str, Any] | None
    ) -> Answer:
        """Begin to preview what `send` would change. Raises `Failure`."""
        asked = {**(query or {}), "preview": "true"}  # refused by a server that knows no previews
        return self._request(method, path, asked, body, {"If-Match": on})

    def items(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Every item of a list, fetched a page at a time. Raises `Failure`."""
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = self.get(path, {"limit": PAGE, **(query or {}), **more}).body
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def lines(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """Every line of an answer of any size, while it comes. Raises `Failure`."""
        with self._answering(self._asking("GET", path, query)) as response:
            yield from response

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Answer:
        with self._answering(self._asking(method, path, query, body, headers)) as response:
            found = self._parse(_read(response))
            if response.status == 202 and isinstance(found, dict) and "change_request" in found:
                raise Failure(waiting_words(found["change_request"]), WAITING)
            return Answer(found, response.headers.get("ETag", ""))

    def _asking(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, Any] | None = None,
    ) -> urllib.request.Request:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{self.url}/api/v1{path}" + (f"?{urlencode(asked)}" if asked else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, method=method)
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", f"yardarm-cli/{VERSION}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        # Unredirected: whatever happens, these go to this host only.
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_unredirected_header(name, value)
        return request

    @contextmanager
    def _answering(self, request: urllib.request.Request) -> Iterator[Any]:
        try:
            opener = urllib.request.build_opener(_NoRedirect(), *_proxies(self.url))
            with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                yield response
        except urllib.error.HTTPError as error:
            with error:
                raise self._failure(error) from None
        except urllib.error.URLError as error:
            raise self._unreachable(error.reason) from None
        except (OSError, HTTPException, ValueError) as error:
            raise self._unreachable(error) from None

    def _parse(self, body: bytes) -> Any:
        if not body:
            return None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise Failure(
                f"{self.url} is no Yardarm server: it answered no JSON; check YARDARM_URL",
                UNREACHABLE,
            ) from None

    def _unreachable(self, why: object) -> Failure:
        if isinstance(why, TimeoutError | socket.timeout):
            words = f"no answer within {TIMEOUT_SECONDS:.0f} s; a change may have been made"
        elif isinstance(why, ssl.SSLCertVerificationError):
            words = f"its certificate is not trusted ({why.verify_message}); see SSL_CERT_FILE"
        elif isinstance(why, ConnectionRefusedError):
            words = "nothing listens there; is the server running?"
        elif isinstance(why, OSError):
            words = f"{why.strerror or why}; check the address"
        else:
            words = f"{why}; check the address"
        return Failure(f"cannot reach {self.url}{self.found}: {words}", UNREACHABLE)

    def _failure(self, error: urllib.error.HTTPError) -> Failure:
        """What an answer other than success means."""
        if 300 <= error.code < 400:
            to = error.headers.get("Location", "another address")
            return Failure(f"{self.url} redirects to {to}; set YARDARM_URL to that", UNREACHABLE)
        try:
            problem = json.loads(_read(error))
        except (ValueError, RecursionError, OSError, HTTPException):
            problem = None
        if not isinstance(problem, dict):
            words = f"{self.url} answered {error.code} {error.reason}"
            return Failure(f"{words}; is it a Yardarm server?", _code(error.code, ""))
        slug = str(problem.get("type", "")).rpartition("/")[2]
        if error.code == 401:
            return Failure(_unauthorized(self), REFUSED)
        words = words_of(problem)
        forced = problem.get("reason") not in _NOT_FORCED
        if slug == "refused" and forced and "force" not in words:
            words += "; --force overrides this"
        return Failure(words, _code(error.code, slug), slug)


def path(*segments: str) -> str:
    """A path of these segments, each escaped where it needs to be."""
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


def words_of(problem: Mapping[str, Any]) -> str:
    """A problem in one line: what, where, and how to mend it."""
    detail = str(problem.get("detail") or problem.get("title") or "the server refuses this")
    faults = problem.get("errors") or ()
    said = [_fault_words(fault, detail) for fault in faults]
    said += [f": {edit_words(edit)}" for edit in problem.get("edits") or ()]
    more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
    return detail + (said[0] if said else "") + more


def waiting_words(request: Mapping[str, Any]) -> str:
    """What became of a change that needs approval."""
    state, number = request.get("state"), request.get("id")
    if state not in ("open", "stale", "approved"):
        return f"change request {number} is {state}"
    grounds = "; ".join(str(ground.get("words")) for ground in request.get("grounds", ()))
    return f"change request {number} waits for approval: {grounds}"


def _fault_words(fault: Mapping[str, Any], detail: str) -> str:
    """What a fault adds to what is said already."""
    hint = f"; {fault['hint']}" if fault.get("hint") else ""
    what, where = str(fault.get("detail", "")), fault.get("pointer")
    if what in detail:
        return "" if hint in detail else hint
    return f": {where}: {what}{hint}" if where else f": {what}{hint}"


def _code(status: int, slug: str) -> int:
    if slug in _SLUGS:
        return _SLUGS[slug]
    return _CODES.get(status, UNREACHABLE if status >= 500 or status == 429 else BAD_INPUT)


def _unauthorized(server: Server) -> str:
    if not server.token:
        return f"{server.url} wants a token; set YARDARM_TOKEN or give --token"
    if server.token.startswith(("ys_", "yc_")):
        return "that is an SDK key, not a token; set YARDARM_TOKEN to one that begins with yt_"
    return f"{server.url} does not know this token, or it was revoked; check YARDARM_TOKEN"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _proxies(url: str) -> list[urllib.request.BaseHandler]:
    """Proxies come from the environment, but nobody's proxy reaches this machine's loopback."""
    is_local = (urlsplit(url).hostname or "") in _LOOPBACK
    return [urllib.request.ProxyHandler({})] if is_local else []


def _read(response: Any) -> bytes:
    body: bytes = response.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise Failure(f"the answer is larger than {MAX_BYTES} bytes", UNREACHABLE)
    return body
