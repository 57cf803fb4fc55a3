"""The page of the one-time link: usable without a script, and safe to show."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from yardarm.server.access.service import Access
from yardarm.server.access.setup_page import setup_page
from yardarm.server.audit.service import Audit
from yardarm.server.store.database import Database
from yardarm.server.web.answers import Answer
from yardarm.server.web.problems import RequestFailed

FORM = b"application/x-www-form-urlencoded"


class Page:
    """The page over a database in memory."""

    def __init__(self, runner: asyncio.Runner, access: Access) -> None:
        self.run = runner.run
        self.access = access

    def ask(self, method: str, query: str = "", form: Any = None, kind: bytes = FORM) -> Answer:
        body = form if isinstance(form, bytes) else urlencode(form or {}).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            raise AssertionError("the outer application sends")

        scope = {
            "type": "http", "method": method, "path": "/setup", "raw_path": b"/setup",
            "query_string": query.encode(), "headers": [(b"content-type", kind)],
        }  # fmt: skip
        answer = self.run(setup_page(self.access)(scope, receive, send))
        assert answer is not None
        return answer


@pytest.fixture
def page() -> Iterator[Page]:
    with asyncio.Runner() as runner:
        database = runner.run(Database.open("sqlite:///:memory:"))
        access = Access(database, Audit(database), "a secret key for these tests only")
        yield Page(runner, access)
        runner.run(database.close())


def headers(answer: Answer) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in answer.headers}


def test_the_form_makes_the_first_administrator(page: Page) -> None:
    code = page.run(page.access.setup_link())
    shown = page.ask("GET", urlencode({"code": code}))
    assert shown.status == 200
    assert f'value="{code}"' in shown.body.decode()
    done = page.ask("POST", form={"code": f" {code} ", "name": "Ada"})
    assert done.status == 201
    html = unescape(done.body.decode())
    token = re.search(r"yt_[A-Za-z0-9_-]+", html)
    assert token is not None
    principal = page.run(page.access.authenticate(token[0]))
    assert principal.actor == "Ada"
    assert principal.may("admin")
    closed = page.ask("GET", urlencode({"code": code}))
    assert closed.status == 410
    assert "<form" not in closed.body.decode()


@pytest.mark.parametrize("form", [
    {"code": "wrong", "name": "Ada"}, {"code": "", "name": "Ada"}, {"name": "Ada"}, {},
])  # fmt: skip
def test_a_wrong_form_says_so_and_keeps_what_was_typed(page: Page, form: dict[str, str]) -> None:
    page.run(page.access.setup_link())
    answer = page.ask("POST", form=form)
    assert answer.status in (410, 422)
    html = answer.body.decode()
    assert 'role="alert"' in html
    assert f'value="{form.get("name", "")}"' in html
    assert not page.run(page.access.admin_exists())


def test_nothing_that_is_typed_becomes_markup(page: Page) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    for answer in (
        page.ask("GET", urlencode({"code": hostile})),
        page.ask("POST", form={"code": hostile, "name": hostile}),
    ):
        html = answer.body.decode()
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_a_hostile_name_is_shown_as_text(page: Page) -> None:
    code = page.run(page.access.setup_link())
    answer = page.ask("POST", form={"code": code, "name": "<b>Ada</b> & co"})
    assert answer.status == 201
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; co" in answer.body.decode()


def test_the_page_runs_nothing_and_leaks_nothing(page: Page) -> None:
    answer = page.ask("GET")
    sent = headers(answer)
    policy = sent["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert sent["referrer-policy"] == "no-referrer"
    assert sent["cache-control"] == "no-store"
    assert sent["content-type"] == "text/html; charset=utf-8"
    html = answer.body.decode()
    assert "<script" not in html
    assert not re.search(r"(src|href)=|\son\w+=|style=", html)


def test_the_style_is_the_one_that_the_policy_allows(page: Page) -> None:
    answer = page.ask("GET")
    style = re.search(r"<style>(.*?)</style>", answer.body.decode(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in headers(answer)["content-security-policy"]


def test_every_field_has_a_label_and_the_page_a_language(page: Page) -> None:
    html = page.ask("GET").body.decode()
    assert '<html lang="en">' in html
    labels = set(re.findall(r'<label for="(\w+)"', html))
    assert labels == set(re.findall(r'<input id="(\w+)"', html)) == {"name", "code"}
    assert html.count("<h1>") == 1


@pytest.mark.parametrize(("status", "asked"), [
    (405, {"method": "PUT"}),
    (415, {"method": "POST", "kind": b"application/json", "form": b"{}"}),
    (413, {"method": "POST", "form": {"code": "x" * 10_000}}),
    (400, {"method": "POST", "form": b"code=%ff&name=\xff"}),
    (400, {"method": "POST", "form": b"&".join([b"a=b"] * 20)}),
    (400, {"method": "GET", "query": "code=1&code=2"}),
])  # fmt: skip
def test_what_is_no_form_of_ours(page: Page, status: int, asked: dict[str, Any]) -> None:
    with pytest.raises(RequestFailed) as refused:
        page.ask(**asked)
    assert refused.value.problem.status == status
