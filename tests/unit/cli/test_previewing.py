"""`--preview`: what is shown, asked and changed, against a server that notes what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from yardarm.cli.failures import Failure
from yardarm.cli.http import Server
from yardarm.cli.movement_words import say_movement
from yardarm.cli.previewing import Asking

FLAG = {
    "moved": 3, "unknown": 1, "cause": ["direct"], "attributes": [], "examples": [], "exposed": 2,
    "matrix": [{"from": None, "to": "on", "count": 3}],
}  # fmt: skip
MOVEMENT = {
    "contexts": 10, "moved": 3, "unknown": 1, "sample_rate": 1.0, "interval": [3, 4],
    "flags": {"nav": FLAG},
}  # fmt: skip


def preview(state: str) -> dict[str, Any]:
    return {
        "id": "p1", "project": "shop", "state": state, "progress": 0.5, "error": "why not",
        "versions": {"production": 7, "a b": 3}, "movement": {"production": MOVEMENT},
    }  # fmt: skip


class Noting(BaseHTTPRequestHandler):
    """Answers previews, first as running; notes method, path and If-Match of every request."""

    asked: list[tuple[str, str, str | None]]
    ends = "done"

    def _answer(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("If-Match")))
        if "preview=true" in self.path:
            body: Any = preview("running")
        elif "/previews/" in self.path:
            body = preview(self.ends)
        else:
            body = {"changes": []}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that are called

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""


@pytest.fixture
def noting() -> Iterator[tuple[str, type[Noting]]]:
    handler = type("Handler", (Noting,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("where", "base"),
    [
        ("/projects/shop/environments/production/flags/nav", '"7"'),
        ("/projects/shop/environments/a%20b/flags/nav", '"3"'),
        ("/projects/shop/flags/nav", '"production=7,a%20b=3"'),
        ("/projects/shop/environments", "*"),
    ],
)
def test_the_change_is_made_on_what_was_previewed(noting: Any, where: str, base: str) -> None:
    url, handler = noting
    server = Server(url, "yt_x", asking=Asking(yes=True, as_json=False))
    server.send("PATCH", where, {})
    assert handler.asked == [
        ("PATCH", f"/api/v1{where}?preview=true", "*"),
        ("GET", "/api/v1/projects/shop/previews/p1?wait=2", None),
        ("PATCH", f"/api/v1{where}", base),
    ]


def test_a_version_that_was_named_stays(noting: Any) -> None:
    url, handler = noting
    server = Server(url, "yt_x", asking=Asking(yes=True, as_json=False))
    server.send("PATCH", "/projects/shop/flags/nav", {}, on='"production=5"', query={"force": 1})
    assert handler.asked[0][1:] == (
        "/api/v1/projects/shop/flags/nav?force=1&preview=true", '"production=5"',
    )  # fmt: skip
    assert handler.asked[-1][2] == '"production=5"'


def test_without_a_terminal_nothing_is_changed(
    noting: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    url, handler = noting
    for as_json in (False, True):
        server = Server(url, "yt_x", asking=Asking(yes=False, as_json=as_json))
        with pytest.raises(Failure, match="nothing was changed") as caught:
            server.send("PATCH", "/projects/shop/flags/nav", {})
        assert caught.value.code == 0
    assert all("preview" in path for _, path, _ in handler.asked)
    out = capsys.readouterr().out
    assert "3 of 10 contexts get another variant; 1 more may" in out
    assert "2 of them were exposed to it before" in out
    assert '"state": "done"' in out


@pytest.mark.parametrize("ends", ["failed", "cancelled"])
def test_a_preview_that_did_not_end_well_changes_nothing(noting: Any, ends: str) -> None:
    url, handler = noting
    handler.ends = ends
    server = Server(url, "yt_x", asking=Asking(yes=True, as_json=False))
    with pytest.raises(Failure, match="not finished"):
        server.send("PATCH", "/projects/shop/flags/nav", {})
    assert len(handler.asked) == 2


def test_what_nobody_knows_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    say_movement({"population": "none", "hint": "import one", "affected": {"nav": ["direct"]}})
    assert capsys.readouterr().out == (
        "nobody knows whom this moves (it concerns nav)\nimport one\n"
    )


def test_a_sample_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    say_movement(MOVEMENT | {"sample_rate": 0.25, "estimate": 12, "interval": [5, 30]})
    assert "a sample, 25.000% of all: about 12 (5 to 30)" in capsys.readouterr().out
