"""The client of the REST API against a small real server that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from yardarm.cli import http
from yardarm.cli.failures import Failure
from yardarm.cli.http import Server, path

EDIT = {
    "kind": "flag", "key": "f", "pointer": "/enabled", "what": "changed",
    "words": [{"kind": "text", "text": "Switched off"}],
}  # fmt: skip


@dataclass
class Fake:
    """Answers each request with the next of `answers`: status, headers, body."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def will(self, status: int = 200, body: Any = None, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {n.replace("_", "-"): v for n, v in headers.items()}, data))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            fake.seen.append((self.command, self.path, dict(self.headers), body))
            status, headers, data = fake.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def failure(fake: Fake, status: int, body: Any = None, **headers: str) -> Failure:
    fake.will(status, body, **headers)
    with pytest.raises(Failure) as caught:
        Server(fake.url, "yt_secret").get("/x")
    return caught.value


def test_a_request_and_its_answer(fake: Fake) -> None:
    fake.will(200, {"a": 1}, ETag='"12"')
    answer = Server(fake.url, "yt_secret").get("/flags", {"tag": "a b", "owner": None})
    assert (answer.body, answer.etag) == ({"a": 1}, '"12"')
    method, where, headers, _ = fake.seen[0]
    assert (method, where) == ("GET", "/api/v1/flags?tag=a+b")
    assert headers["Authorization"] == "Bearer yt_secret"


def test_a_change_says_what_it_builds_on_and_why(fake: Fake) -> None:
    fake.will(200, {})
    Server(fake.url, "t").send("POST", "/x", {"é": 1}, on='"7"', reason="därum\nso")
    method, _, headers, body = fake.seen[0]
    headers = {name.lower(): value for name, value in headers.items()}
    assert (method, json.loads(body)) == ("POST", {"é": 1})
    assert headers["if-match"] == '"7"'
    assert headers["yardarm-reason"].encode("latin-1").decode() == "därum so"
    fake.will(204, b"")
    assert Server(fake.url, "t").send("DELETE", "/x").body is None
    assert {n.lower(): v for n, v in fake.seen[1][2].items()}["if-match"] == "*"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("open", "change request 12 waits for approval: moves 5; frozen"),
        ("rejected", "change request 12 is rejected"),
    ],
)
def test_a_change_that_waits_for_approval(fake: Fake, state: str, words: str) -> None:
    grounds = [{"words": "moves 5"}, {"words": "frozen"}]
    fake.will(202, {"change_request": {"id": 12, "state": state, "grounds": grounds}})
    with pytest.raises(Failure) as caught:
        Server(fake.url, "t").send("POST", "/x")
    assert (str(caught.value), caught.value.code) == (words, 6)


def test_an_emergency_is_said_with_every_change_and_with_nothing_else(fake: Fake) -> None:
    for _ in range(3):
        fake.will(200, {})
    Server(fake.url, "t", emergency=True).send("POST", "/x")
    Server(fake.url, "t", emergency=True).get("/x")
    Server(fake.url, "t").send("POST", "/x")
    said = [headers.get("Yardarm-Emergency") or headers.get("Yardarm-emergency")
            for _, _, headers, _ in fake.seen]  # fmt: skip
    assert said == ["1", None, None]


def test_lists_are_fetched_page_by_page(fake: Fake) -> None:
    fake.will(200, {"items": [1, 2], "next_cursor": "c=="})
    fake.will(200, {"items": [3], "next_cursor": None})
    assert list(Server(fake.url, "t").items("/x", {"tag": "a"})) == [1, 2, 3]
    assert [where for _, where, _, _ in fake.seen] == [
        "/api/v1/x?limit=200&tag=a",
        "/api/v1/x?limit=200&tag=a&cursor=c%3D%3D",
    ]


@pytest.mark.parametrize(
    ("status", "slug", "code"),
    [
        (400, "bad-request", 2), (404, "not-found", 2), (405, "method-not-allowed", 2),
        (409, "conflict", 3), (409, "refused", 4), (409, "already-exists", 3),
        (409, "idempotency-mismatch", 2), (401, "unauthorized", 4), (403, "forbidden", 4),
        (410, "gone", 2), (413, "too-large", 2), (415, "unsupported-media-type", 2),
        (422, "invalid", 2), (428, "precondition-required", 2), (429, "too-many-requests", 5),
        (500, "internal", 5), (503, "unavailable", 5),
    ],
)  # fmt: skip
def test_exit_codes(fake: Fake, status: int, slug: str, code: int) -> None:
    found = failure(fake, status, {"type": f"/problems/{slug}", "title": "T", "detail": "why"})
    assert (found.code, found.slug) == (code, "" if status == 401 else slug)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ({"title": "Gone"}, "Gone"),
        ({"detail": "no flag 'x'"}, "no flag 'x'"),
        (
            {"detail": "not valid", "errors": [
                {"pointer": "/a", "detail": "wrong", "hint": "mend it"}, {"detail": "b"},
            ]},
            "not valid: /a: wrong; mend it (and 1 more)",
        ),
        (
            {"detail": "/a: wrong; mend it", "errors": [
                {"pointer": "/a", "detail": "wrong", "hint": "mend it"},
            ]},
            "/a: wrong; mend it",
        ),
        (
            {"detail": "needed by g", "errors": [{"detail": "needed by g", "hint": "force it"}]},
            "needed by g; force it",
        ),
        (
            {"detail": "at version 4, not 3", "edits": [EDIT]},
            "at version 4, not 3: flag 'f': Switched off",
        ),
        (
            {"type": "/problems/refused", "detail": "too much"},
            "too much; --force overrides this",
        ),
        (
            {"type": "/problems/refused", "detail": "it is yours", "reason": "own-request"},
            "it is yours",
        ),
    ],
)  # fmt: skip
def test_problems_in_words(fake: Fake, problem: dict[str, Any], words: str) -> None:
    assert str(failure(fake, 422, problem)) == words


def test_what_is_wrong_with_the_token_is_said(fake: Fake) -> None:
    fake.will(401, {"type": "/problems/unauthorized"})
    fake.will(401, {"type": "/problems/unauthorized"})
    fake.will(401, {"type": "/problems/unauthorized"})
    for token, words in (("", "wants a token"), ("ys_x", "an SDK key"), ("yt_x", "does not know")):
        with pytest.raises(Failure, match=words) as caught:
            Server(fake.url, token).get("/x")
        assert caught.value.code == 4
        assert "yt_x" not in str(caught.value)


def test_a_redirect_is_not_followed(fake: Fake) -> None:
    found = failure(fake, 307, b"", Location="https://elsewhere.example.com/")
    assert found.code == 5
    assert "https://elsewhere.example.com/" in str(found)
    assert len(fake.seen) == 1


@pytest.mark.parametrize("status", [200, 404, 502])
def test_something_that_is_no_yardarm_server(fake: Fake, status: int) -> None:
    found = failure(fake, status, b"<html>hello")
    assert found.code == (2 if status == 404 else 5)
    assert "Yardarm server" in str(found)


def test_an_answer_beyond_all_bounds(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 100)
    assert failure(fake, 200, b"[" + b"1," * 100 + b"1]").code == 5


def test_nobody_listens() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    with pytest.raises(Failure, match="nothing listens there") as caught:
        Server(f"http://127.0.0.1:{port}", "t", " (from here)").get("/x")
    assert caught.value.code == 5
    assert "(from here)" in str(caught.value)


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.05)
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent,
        pytest.raises(Failure, match="no answer within") as caught,
    ):
        Server(f"http://127.0.0.1:{silent.server_port}", "t").get("/x")
    assert caught.value.code == 5


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "http://a b"])
def test_an_address_that_leads_nowhere(url: str) -> None:
    with pytest.raises(Failure) as caught:
        Server(url, "t").get("/x")
    assert caught.value.code == 5


def test_a_proxy_is_used_but_never_for_this_machine(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", fake.url)
    fake.will(200, {"by": "proxy"})
    assert Server("http://flags.example.com", "t").get("/x").body == {"by": "proxy"}
    assert fake.seen[0][1] == "http://flags.example.com/api/v1/x"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    fake.will(200, {"by": "itself"})
    assert Server(fake.url, "t").get("/x").body == {"by": "itself"}


def test_paths_have_the_one_spelling_that_the_server_knows() -> None:
    assert path("flags", "a/b c~d%2F.é") == "/flags/a%2Fb%20c~d%252F.%C3%A9"
