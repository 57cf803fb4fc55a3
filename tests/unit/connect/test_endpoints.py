"""Vendors' SDK endpoints: paths, keys, and what a hostile or broken one may answer."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from yardarm.connect import endpoints, sources
from yardarm.errors import DocumentError, OptionError

KEY = "the key"
DOCUMENT = {"what": "a document"}
CLAIMS = {"environment": "e1", "clusterIdentifier": "2"}
TOKEN = f"head.{base64.urlsafe_b64encode(json.dumps(CLAIMS).encode()).decode().rstrip('=')}.sign"


class Vendor(BaseHTTPRequestHandler):
    """Answers what the vendors answer, and notes how it was asked."""

    def answer(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))  # type: ignore[attr-defined]
        status, headers, body = self.server.answers.get(self.path, (404, {}, b""))  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def vendor() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.answers, server.asked = {}, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(vendor: Any) -> str:
    return f"http://127.0.0.1:{vendor.server_port}"


def json_answer(value: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@pytest.mark.parametrize(("dialect", "path", "header"), [
    ("launchdarkly", "/sdk/latest-all", "Authorization"),
    ("unleash", "/api/client/features", "Authorization"),
    ("flagsmith", "/api/v1/environment-document/", "X-Environment-Key"),
    ("growthbook", "/api/features/the%20key", None),
])  # fmt: skip
def test_each_vendor_is_asked_as_its_sdk_asks(
    vendor: Any, dialect: str, path: str, header: str | None
) -> None:
    vendor.answers[path] = json_answer(DOCUMENT)
    assert sources.load(dialect, address(vendor) + "/", key=KEY) == DOCUMENT
    [(method, _, headers)] = vendor.asked
    assert method == "GET"
    if header is not None:
        assert headers[header] == KEY


def test_harness_is_signed_in_to_first(vendor: Any) -> None:
    vendor.answers = {
        "/client/auth": json_answer({"authToken": TOKEN}),
        "/client/env/e1/feature-configs?cluster=2": json_answer(["flag"]),
        "/client/env/e1/target-segments?cluster=2&rules=v2": json_answer(["segment"]),
    }
    found = sources.load("harness", address(vendor), key=KEY)
    assert found == {"flags": ["flag"], "segments": ["segment"]}
    assert vendor.asked[1][2]["Authorization"] == f"Bearer {TOKEN}"


def test_flagd_needs_no_key(vendor: Any) -> None:
    vendor.answers["/flags"] = json_answer(DOCUMENT)
    assert sources.load("flagd", address(vendor) + "/flags") == DOCUMENT


def test_a_key_is_needed_and_named(vendor: Any) -> None:
    with pytest.raises(OptionError, match="YARDARM_IMPORT_KEY"):
        sources.load("unleash", address(vendor))
    assert vendor.asked == []


def test_a_redirect_is_not_followed(vendor: Any) -> None:
    """The key would go wherever it points to."""
    vendor.answers["/sdk/latest-all"] = (302, {"Location": "/elsewhere"}, b"")
    vendor.answers["/elsewhere"] = json_answer(DOCUMENT)
    with pytest.raises(OptionError, match="answers 302"):
        sources.load("launchdarkly", address(vendor), key=KEY)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_refusal_is_said_without_the_key(vendor: Any, status: int) -> None:
    vendor.answers["/sdk/latest-all"] = (status, {}, b"")
    with pytest.raises(OptionError, match=f"answers {status}") as caught:
        sources.load("launchdarkly", address(vendor), key=KEY)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>", b"\xff", b"{"])
def test_what_is_no_document_is_refused(vendor: Any, body: bytes) -> None:
    vendor.answers["/sdk/latest-all"] = (200, {}, body)
    with pytest.raises(DocumentError):
        sources.load("launchdarkly", address(vendor), key=KEY)


def test_an_answer_without_end_is_cut(vendor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MAX_BYTES", 100)
    vendor.answers["/sdk/latest-all"] = json_answer(["x" * 200])
    with pytest.raises(OptionError, match="larger than 100 bytes"):
        sources.load("launchdarkly", address(vendor), key=KEY)


def test_nobody_there_is_said() -> None:
    with pytest.raises(OptionError, match="cannot be reached"):
        sources.load("launchdarkly", "http://127.0.0.1:1", key=KEY)


@pytest.mark.parametrize("token", ["x", "a.b.c", "a.e30.c", 7, None])
def test_a_sign_in_that_makes_no_sense_is_said(vendor: Any, token: Any) -> None:
    vendor.answers["/client/auth"] = json_answer({"authToken": token})
    with pytest.raises(OptionError, match="sign-in"):
        sources.load("harness", address(vendor), key=KEY)
