"""Health, readiness, metrics, and the page that says where things are."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from yardarm.server.web import basics
from yardarm.server.web.answers import Answer
from yardarm.server.web.metrics import Metrics
from yardarm.server.web.problems import KINDS, RequestFailed


def ask(routes: list[Any], path: str, accept: str = "", under: str = "") -> Answer:
    route = next(r for r in routes if (r.under == under if under else r.path == path))
    scope = {
        "method": "GET", "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"accept", accept.encode())] if accept else [],
    }  # fmt: skip
    found = asyncio.run(route.methods["GET"](scope, None, None))
    assert isinstance(found, Answer)
    return found


def routes(**checks: Any) -> list[Any]:
    return basics.basic_routes(checks, Metrics(), {"/x": "what <b>is</b> there"})


async def well() -> str:
    return ""


async def unwell() -> str:
    return "no disk"


async def hangs() -> str:
    await asyncio.sleep(60)
    return ""


async def breaks() -> str:
    raise OSError("gone")


def test_health_says_only_that_the_process_lives() -> None:
    assert ask(routes(database=unwell), "/healthz").status == 200


def test_readiness_names_what_is_wrong(monkeypatch: Any) -> None:
    monkeypatch.setattr(basics, "CHECK_SECONDS", 0.01)
    assert ask(routes(database=well), "/readyz").status == 200
    found = ask(routes(database=unwell, hub=hangs, store=breaks, fine=well), "/readyz")
    assert found.status == 503
    assert b'"database":"no disk"' in found.body
    assert b"no answer within" in found.body
    assert b"OSError: gone" in found.body
    assert b"fine" not in found.body


@pytest.mark.parametrize(("check", "status"), [(well, 200), (unwell, 503)])
def test_readiness_tells_what_a_person_should_know(check: Any, status: int) -> None:
    notices = {"overrides": lambda: "2 flags", "else": lambda: ""}
    listed = basics.basic_routes({"database": check}, Metrics(), {}, notices)
    found = ask(listed, "/readyz")
    assert found.status == status
    assert json.loads(found.body)["notices"] == {"overrides": "2 flags"}


def test_readiness_is_asked_rarely() -> None:
    asked = []

    async def check() -> str:
        asked.append(1)
        return ""

    listed = routes(database=check)
    for _ in range(20):
        ask(listed, "/readyz")
    assert len(asked) == 1


def test_metrics_are_the_text_that_prometheus_reads() -> None:
    found = ask(routes(), "/metrics")
    assert b"# TYPE yardarm_http_requests_total counter" in found.body
    assert dict(found.headers)[b"content-type"].startswith(b"text/plain; version=0.0.4")


def test_the_index_for_machines_and_for_people() -> None:
    assert b'"/x":"what <b>is</b> there"' in ask(routes(), "/").body
    page = ask(routes(), "/", "text/html,*/*")
    assert b"what &lt;b&gt;is&lt;/b&gt; there" in page.body
    assert b"default-src 'none'" in dict(page.headers)[b"content-security-policy"]


def test_browsers_are_sent_on_to_the_dashboard_where_there_is_one() -> None:
    listed = basics.basic_routes({}, Metrics(), {"/x": "what is there"}, browsers_to="/ui/")
    found = ask(listed, "/", "text/html,*/*")
    assert (found.status, dict(found.headers)[b"location"]) == (307, b"/ui/")
    assert ask(listed, "/", "application/json").status == 200


def test_every_type_of_problem_has_a_page() -> None:
    listed = ask(routes(), "/problems").body
    for slug in KINDS:
        assert f'"/problems/{slug}"'.encode() in listed
        found = ask(routes(), f"/problems/{slug}", under="/problems")
        assert json.loads(found.body)["description"] == KINDS[slug].advice
    with pytest.raises(RequestFailed) as caught:
        ask(routes(), "/problems/none", under="/problems")
    assert caught.value.problem.status == 404
