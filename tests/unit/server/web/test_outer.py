"""What every request passes: routing, methods, ids, headers, problems, counting, logging."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from yardarm.server.web.answers import Answer, json_answer
from yardarm.server.web.cors import Cors
from yardarm.server.web.metrics import Metrics
from yardarm.server.web.outer import EXTRA, Mount, Outer, Route
from yardarm.server.web.problems import failed, problem
from yardarm.server.web.requests import ClientGone


class Found:
    """An answer as it went over the wire."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    app: Outer, path: str, method: str = "GET", headers: Sequence[tuple[str, str]] = (),
    query: str = "",
) -> Found:  # fmt: skip
    found = Found()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.status = message["status"]
            for name, value in message["headers"]:
                assert name.decode() not in found.headers, f"{name!r} is sent twice"
                found.headers[name.decode()] = value.decode()
        else:
            found.body += message["body"]

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "client": ("10.0.0.1", 5),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return found


async def hello(scope: Any, receive: Any, send: Any) -> Answer:
    return json_answer({"path": scope["path"], "id": scope["yardarm.request_id"]})


async def broken(scope: Any, receive: Any, send: Any) -> Answer:
    raise RuntimeError("the secret is 1234")


async def refused(scope: Any, receive: Any, send: Any) -> Answer:
    raise failed("unauthorized", "who are you?", headers=[(b"www-authenticate", b"Bearer")])


async def known(scope: Any, receive: Any, send: Any) -> Answer:
    raise LookupError("no such thing")


async def left(scope: Any, receive: Any, send: Any) -> Answer:
    raise ClientGone


async def streaming(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": scope[EXTRA]})
    await send({"type": "http.response.body", "body": b"on and on"})


async def mounted(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"].endswith("broken"):
        raise RuntimeError("the secret is 1234")
    headers = [(b"content-type", b"text/plain"), (b"referrer-policy", b"same-origin")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": scope["raw_path"]})


def shape(found: Any, path: str, request_id: str) -> Answer:
    return json_answer({"shaped": found.slug, "path": path}, found.status)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def app(metrics: Metrics) -> Outer:
    cors = Cors(["https://shop.nl"], methods="POST", allow="content-type", expose="ETag")
    return Outer(
        [
            Route("/hello", {"GET": hello, "HEAD": hello}),
            Route("/quiet", {"GET": hello, "POST": refused}, quiet=True),
            Route("/broken", {"GET": broken}),
            Route("/known", {"GET": known}),
            Route("/left", {"GET": left}),
            Route("/stream", {"GET": streaming}),
            Route("/things/{key}", {"GET": hello}, under="/things"),
            Route("/shaped", {"GET": refused}, shape=shape, cors=cors),
            Mount("/api", mounted),
        ],
        known={LookupError: lambda error: problem("not-found", str(error))},
        metrics=metrics,
    )


def test_an_answer_carries_its_id_and_safe_headers(app: Outer) -> None:
    found = ask(app, "/hello")
    assert found.status == 200
    assert found.headers["x-request-id"] == found.json["id"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert ask(app, "/hello").json["id"] != found.json["id"]


def test_an_id_that_was_given_is_kept_if_it_is_harmless(app: Outer) -> None:
    assert ask(app, "/hello", headers=[("x-request-id", "abc-1234.5_")]).json["id"] == "abc-1234.5_"
    for bad in ("short", "x" * 65, "a b c d e f", "<script>alert(1)", "café-12345"):
        assert ask(app, "/hello", headers=[("x-request-id", bad)]).json["id"] != bad


@pytest.mark.parametrize(
    "path",
    ["/", "/nope", "/hello/", "//hello", "/hell%6F", "/hello/more", "/things", "/things/",
     "/things//a", "/things/../hello", "/things/%61", "/api", "/api/", "/apix/1", "/HELLO"],
)  # fmt: skip
def test_there_is_nothing_at_other_paths(app: Outer, path: str) -> None:
    found = ask(app, path)
    assert (found.status, found.json["type"]) == (404, "/problems/not-found")
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json["instance"] == path


def test_a_route_may_answer_everything_below_it(app: Outer) -> None:
    for path in ("/things/a", "/things/a%2Fb", "/things/a/b", "/things/%C3%A9"):
        assert ask(app, path).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_answered_with_those_there_are(app: Outer, method: str) -> None:
    found = ask(app, "/hello", method)
    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD")
    assert found.json["type"] == "/problems/method-not-allowed"


def test_a_failure_of_ours_says_nothing_but_its_id(
    app: Outer, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/broken", "/api/broken"):
        found = ask(app, path)
        assert found.status == 500
        assert b"1234" not in found.body
        assert found.json["request_id"] == found.headers["x-request-id"]
    logged = [r for r in caplog.records if r.exc_info]
    assert [r.__dict__["path"] for r in logged] == ["/broken", "/api/broken"]


def test_known_exceptions_and_problems(app: Outer) -> None:
    assert ask(app, "/known").json["detail"] == "no such thing"
    found = ask(app, "/quiet", "POST")
    assert (found.status, found.headers["www-authenticate"]) == (401, "Bearer")
    shaped = ask(app, "/shaped")
    assert shaped.json == {"shaped": "unauthorized", "path": "/shaped"}
    assert ask(app, "/shaped", "PUT").json["shaped"] == "method-not-allowed"


def test_nobody_is_answered_when_the_client_has_left(app: Outer) -> None:
    assert ask(app, "/left").status == 0


def test_a_stream_is_sent_by_its_handler(app: Outer) -> None:
    found = ask(app, "/stream")
    assert found.body == b"on and on"
    assert "x-request-id" in found.headers


def test_a_mounted_application_gets_the_path_as_it_was_sent(app: Outer) -> None:
    found = ask(app, "/api/a%2Fb")
    assert (found.status, found.body) == (201, b"/api/a%2Fb")
    assert found.headers["referrer-policy"] == "same-origin", "what it says itself stays"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "x-request-id" in found.headers


def test_cross_origin_requests(app: Outer) -> None:
    ours = [("origin", "https://shop.nl")]
    preflight = ask(app, "/shaped", "OPTIONS", ours)
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "https://shop.nl"
    assert preflight.headers["access-control-allow-methods"] == "POST"
    assert preflight.headers["vary"] == "origin"
    answered = ask(app, "/shaped", headers=ours)
    assert answered.headers["access-control-allow-origin"] == "https://shop.nl"
    assert answered.headers["access-control-expose-headers"] == "ETag"
    for other in ([("origin", "https://evil.example")], []):
        for method in ("GET", "OPTIONS"):
            found = ask(app, "/shaped", method, other)
            assert "access-control-allow-origin" not in found.headers
            assert found.headers["vary"] == "origin"


def test_requests_are_counted_by_route_not_by_path(app: Outer, metrics: Metrics) -> None:
    for path in ("/hello", "/things/a", "/things/b", "/nowhere", "/elsewhere", "/api/x"):
        ask(app, path)
    ask(app, "/hello", "BREW")
    text = metrics.render().decode()
    assert 'yardarm_http_requests_total{method="GET",route="/hello",status="200"} 1.0' in text
    assert 'route="/things/{key}",status="200"} 2.0' in text
    assert 'route="(none)",status="404"} 2.0' in text
    assert 'route="/api",status="201"} 1.0' in text
    assert 'method="other",route="/hello",status="405"} 1.0' in text
    assert 'yardarm_http_request_seconds_count{method="GET",route="/hello"} 1.0' in text
    assert "nowhere" not in text


def test_the_log_has_one_line_per_request_and_no_secret(
    app: Outer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "yardarm.access")
    secret = [("authorization", "Bearer ys_secret"), ("cookie", "secret=1")]
    ask(app, "/hello", headers=secret, query="token=secret")
    ask(app, "/api/x", headers=secret, query="token=secret")
    ask(app, "/quiet", headers=secret)
    ask(app, "/quiet", "POST", headers=secret)
    lines = [r.__dict__ for r in caplog.records if r.name == "yardarm.access"]
    assert [(line["path"], line["status"]) for line in lines] == [
        ("/hello", 200), ("/api/x", 201), ("/quiet", 401),
    ]  # fmt: skip
    assert all(line["client"] == "10.0.0.1" and line["request_id"] for line in lines)
    assert not any("secret" in str(value) for line in lines for value in line.values())
