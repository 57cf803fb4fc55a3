"""What every route of the REST interface shares: scopes, problems, paths, preconditions, pages."""

from __future__ import annotations

import json
import logging
import warnings
from typing import Any

import httpx
import pytest
from tests.rest_api import ENVIRONMENTS, PROJECT, Api, environment, opened, project, rest_api

from yardarm.server.access.model import SCOPES, Grant, Scope
from yardarm.server.rest import litestar_app, rest_app
from yardarm.server.settings import Settings
from yardarm.server.web.paging import cursor_of
from yardarm.server.web.problems import RequestFailed
from yardarm.server.web.rest.scopes import Need, declared

PREFIX = "/api/v1"
BEFORE_PACED = 90
"""Fewer wrong tokens than one address may try at once."""
_IN_PATHS = {
    "{project:str}": PROJECT, "{environment:str}": "production", "{flag:str}": "some-flag",
    "{segment:str}": "some-segment", "{version:str}": "1", "{key:str}": "1", "{token:str}": "99",
    "{plan:str}": "1", "{preview:str}": "none", "{name:str}": "budgets", "{view:str}": "1",
    "{number:str}": "1", "{session:str}": "none",
}  # fmt: skip


api = pytest.fixture(opened, scope="module")


def routes(api: Api) -> list[tuple[str, str, Need]]:
    """Method, path with its parameters filled in, and what the route needs."""
    found = []
    for method, path, _, need in declared(litestar_app(api.services)):
        for parameter, value in _IN_PATHS.items():
            path = path.replace(parameter, value)
        assert "{" not in path
        found.append((method, path.removeprefix(PREFIX), need))
    return found


# --- scopes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "yt_unknown", "x" * 5_000], ids=["none", "unknown", "long"])
def test_every_route_refuses_who_has_no_token(token: str, api: Api) -> None:
    found = routes(api)
    for start in range(0, len(found), BEFORE_PACED):
        with rest_api() as fresh:  # whoever guesses more often is slowed down
            for method, path, need in found[start : start + BEFORE_PACED]:
                response = fresh.call(method, path, token=token)
                if need.on == "public":
                    assert response.status_code not in (401, 403), path
                else:
                    assert response.status_code == 401, (method, path)
                    assert response.headers["www-authenticate"] == 'Bearer realm="yardarm"'
                    assert response.json()["type"] == "/problems/unauthorized"


def test_who_guesses_is_slowed_down_and_nobody_else() -> None:
    with rest_api() as api:
        answers = [api.call("GET", "/me", token=f"yt_{n}").status_code for n in range(150)]
        assert answers[:100] == [401] * 100
        assert 429 in answers
        assert api.call("GET", "/me", token="yt_more").headers["retry-after"] == "1"
        assert api.get("/me")["actor"] == "ada"


def test_every_route_refuses_the_scopes_it_does_not_name(api: Api) -> None:
    implied: dict[str, set[str]] = {scope: {"read", scope} for scope in SCOPES}
    implied["admin"] = set(SCOPES)
    tokens = {scope: api.token(Grant(scope), actor=f"all-{scope}") for scope in SCOPES}
    for method, path, need in routes(api):
        if not need.scopes:
            continue
        for scope, token in tokens.items():
            status = api.call(method, path, token=token).status_code
            suffices = bool(implied[scope] & set(need.scopes))
            assert (status != 403) is suffices, (method, path, scope, status)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_of_another_environment_is_refused(api: Api, scope: Scope) -> None:
    elsewhere = api.token(Grant(scope, PROJECT, "staging"), actor=f"staging-{scope}")
    for method, path, need in routes(api):
        if need.on == "environment":
            problem = api.refused(403, method, path, token=elsewhere)
            assert f"{PROJECT}/production" in problem["detail"]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_of_another_project_is_refused(api: Api, scope: Scope) -> None:
    elsewhere = api.token(Grant(scope, "other"), actor=f"other-{scope}")
    for method, path, need in routes(api):
        if need.on in ("environment", "project", "system"):
            api.refused(403, method, path, token=elsewhere)


def test_an_environment_is_not_enough_for_its_project(api: Api) -> None:
    token = api.token(Grant("edit", PROJECT, "production"), actor="only-production")
    api.refused(403, "POST", project("flags"), {"key": "x"}, token=token)
    shown = api.get(project(), token=token)
    assert shown["key"] == PROJECT
    listed = api.get(project("environments"), token=token)
    assert [item["key"] for item in listed["items"]] == ["production"]


def test_an_sdk_key_is_told_where_it_belongs(api: Api) -> None:
    issued = api.do("POST", environment("production", "keys"), {"kind": "server"})
    problem = api.refused(401, "GET", "/me", token=issued["key"])
    assert "server key for SDKs" in problem["detail"]


def test_a_revoked_token_is_refused_at_once(api: Api) -> None:
    """Somebody demoted in the middle of their work: the very next request is refused."""
    made = api.do("POST", "/tokens", {"actor": "eve", "grants": [{"scope": "admin"}]})
    assert api.get("/me", token=made["token"])["actor"] == "eve"
    assert api.call("DELETE", f"/tokens/{made['info']['id']}").status_code == 204
    api.refused(401, "GET", "/me", token=made["token"])


def test_tokens_in_other_places_are_not_read(api: Api) -> None:
    for more in (
        {"params": {"token": api.admin}},
        {"headers": {"X-API-Key": api.admin}},
        {"headers": {"Authorization": f"Basic {api.admin}"}},
        {"headers": {"Authorization": api.admin}},
    ):
        api.refused(401, "GET", "/projects", token="", **more)


# --- problems ---------------------------------------------------------------------------------


def test_what_is_not_there_is_a_problem(api: Api) -> None:
    for path in ("/nothing", "/projects/nothing", project("flags", "nothing"), "/projects/x/y/z"):
        problem = api.refused(404, "GET", path)
        assert problem["type"] == "/problems/not-found"
        assert problem["instance"] == PREFIX + path


def test_a_method_that_is_not_there_names_those_that_are(api: Api) -> None:
    response = api.call("PUT", "/projects")
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "POST", "OPTIONS"}
    assert response.json()["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_declared_as_json(api: Api, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = api.call("POST", "/projects", content=b'{"key":"x"}', headers=headers)
    assert response.status_code == 415
    assert "application/json" in response.json()["detail"]


def test_a_body_that_is_too_large() -> None:
    small = Settings(max_body_bytes=2_000, max_import_bytes=4_000)
    with rest_api(small) as api:
        body = {"key": "x", "name": "n" * 2_000}
        assert "at most" in api.refused(413, "POST", "/projects", body)["detail"]
        flag = {"key": "x", "description": "n" * 2_000}
        api.do("POST", project("flags"), flag)  # configuration may be as large as an import
        api.refused(413, "POST", project("flags"), {**flag, "description": "n" * 4_000})


def test_a_missing_body(api: Api) -> None:
    problem = api.refused(422, "POST", "/projects", content=b"")
    assert problem["errors"][0]["detail"] == "the body is missing"


def test_query_fields_are_known_single_and_sound(api: Api) -> None:
    flags = project("flags")
    unknown = api.refused(422, "GET", flags, params={"tagg": "x"})
    assert unknown["errors"][0]["pointer"] == "/tagg"
    assert "tag" in unknown["errors"][0]["hint"]
    api.refused(400, "GET", f"{flags}?tag=a&tag=b")
    wrong = api.refused(422, "GET", flags, params={"archived": "maybe"})
    assert wrong["errors"][0]["pointer"] == "/archived"
    wrong = api.refused(422, "GET", environment("production", "changes"), params={"before": "x"})
    assert wrong["errors"][0]["pointer"] == "/before"


def test_an_unforeseen_failure_says_nothing(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """An exception that nobody translates is a bare 500, and the log has the cause."""
    app = litestar_app(api.services, known={})
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t")  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        response = api.run(
            client.get(
                f"{PREFIX}/projects/secret-name", headers={"Authorization": f"Bearer {api.admin}"}
            )
        )
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret-name" not in response.json().get("detail", "")
    assert "NotFound" in caplog.text
    assert api.admin not in caplog.text


# --- paths ------------------------------------------------------------------------------------

STRANGE_KEYS = [
    "a/b",
    "a b",
    "a%2Fb",
    "ä",
    "a?b#c",
    "a:b@c",
    "+",
    "&=",
    "100%",
    "a\\b",
    "旗",
    "a'b",
]


@pytest.mark.parametrize("key", STRANGE_KEYS)
def test_any_key_can_be_named_in_a_path(api: Api, key: str) -> None:
    made = api.call("POST", project("flags"), {"key": key})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == PREFIX + project("flags", key)
    assert api.get(project("flags", key))["key"] == key
    assert api.get(environment("production", "flags", key))["key"] == key
    done = api.do("POST", environment("production", "flags", key) + "/enable")
    assert done["flag"]["enabled"] is True
    assert done["changes"][0]["command"]["flag"] == key


@pytest.mark.parametrize("path", [
    f"/projects/{PROJECT}/", f"/projects//{PROJECT}", "/%70rojects", f"/projects/./{PROJECT}",
    f"/projects/x/../{PROJECT}", "/projects/%2e", f"/projects/{PROJECT}/flags/a%2fb",
    "/projects/%FF", "/projects/%ZZ", "//projects",
])  # fmt: skip
def test_a_path_has_one_spelling(api: Api, path: str) -> None:
    """Others are not found, whatever the token may do: no two layers disagree about a path."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "root_path": "",
        "path": PREFIX + path, "raw_path": (PREFIX + path).encode(), "query_string": b"",
        "headers": [(b"authorization", b"Bearer " + api.admin.encode()), (b"host", b"t")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {},
    }  # fmt: skip
    with pytest.raises(RequestFailed) as failed:  # which the outer application answers
        api.run(rest_app(api.services)(scope, receive, send))
    assert failed.value.problem.status == 404
    assert sent == []


# --- preconditions ----------------------------------------------------------------------------


def test_every_mutation_of_configuration_asks_for_if_match(api: Api) -> None:
    bodies = {
        "flags": {"key": "x"}, "copy": {"from": "staging"}, "import": {"document": {}},
        "restore-version": {"version": 1}, "promote": {"from": "staging"},
    }  # fmt: skip
    asked = 0
    for method, path, need in routes(api):
        if "/population/" in path or path.endswith("/deployments"):
            continue  # what was observed, not what is configured
        if "/imports" in path and not path.endswith("/apply"):
            continue  # nothing is changed by looking at a document
        if method != "GET" and "edit" in need.scopes:
            body = bodies.get(path.rpartition("/")[2], {})
            api.refused(428, method, path, body, match=None)
            asked += 1
    assert asked == 15


@pytest.mark.parametrize("match", ["12", '"x"', 'W/"1"', '"1", "2"', '""', '"-1"', '"1e3"'])
def test_an_if_match_that_names_no_version(api: Api, match: str) -> None:
    path = environment("production", "flags", "some-flag")
    problem = api.refused(400, "PATCH", path, {"enabled": True}, match=match)
    assert problem["errors"][0]["pointer"] == "/If-Match"
    problem = api.refused(400, "PATCH", project("flags", "some-flag"), {"name": "n"}, match=match)
    assert "production=12" in problem["errors"][0]["hint"]


def test_two_editors_on_the_same_version(api: Api) -> None:
    """The second is told what the first did, and nothing of theirs is carried out."""
    api.do("POST", project("flags"), {"key": "contested"})
    path = environment("production", "flags", "contested")
    seen = api.call("GET", path).headers["etag"]
    first = api.call("PATCH", path, {"enabled": True}, match=seen)
    assert first.status_code == 200
    before = api.versions()
    problem = api.refused(409, "PATCH", path, {"default": "off"}, match=seen)
    assert problem["type"] == "/problems/conflict"
    assert problem["environment"] == "production"
    assert (problem["base"], problem["current"]) == (int(seen.strip('"')), before["production"])
    (edit,) = problem["edits"]
    assert (edit["pointer"], edit["words"]) == (
        "/enabled", [{"kind": "text", "text": "Switched on"}],
    )  # fmt: skip
    assert api.versions() == before
    again = api.call("PATCH", path, {"default": "off"}, match=first.headers["etag"])
    assert again.status_code == 200


def test_a_project_wide_edit_names_the_version_of_each_environment(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "wide"})
    path = project("flags", "wide")
    seen = api.call("GET", path).headers["etag"]
    versions = api.versions()
    assert seen == f'"production={versions["production"]},staging={versions["staging"]}"'
    done = api.call("PATCH", path, {"name": "Wide"}, match=seen)
    assert done.status_code == 200
    assert done.headers["etag"] != seen
    assert {c["environment"] for c in done.json()["changes"]} == set(ENVIRONMENTS)
    assert len({c["change_set"] for c in done.json()["changes"]}) == 1
    before = api.versions()
    problem = api.refused(409, "PATCH", path, {"name": "Other"}, match=seen)
    assert problem["environment"] in ENVIRONMENTS
    assert api.versions() == before
    assert api.get(path)["name"] == "Wide"


def test_a_304_for_who_has_it_already(api: Api) -> None:
    for path in (environment(), environment("production", "export"), project("flags", "wide")):
        first = api.call("GET", path)
        tag = first.headers["etag"]
        for given in (tag, f'"other", {tag}', "*", f"W/{tag}"):
            second = api.call("GET", path, headers={"If-None-Match": given})
            assert (second.status_code, second.content) == (304, b""), given
            assert second.headers["etag"] == tag
        assert api.call("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_nothing_is_kept_by_whoever_passes_it_on(api: Api) -> None:
    for method, path, _ in routes(api):
        if method == "GET":
            kept = api.call(method, path).headers["cache-control"]
            assert kept in ("no-store", "private, no-cache"), path


# --- idempotency ------------------------------------------------------------------------------


def test_the_same_request_twice_is_carried_out_once(api: Api) -> None:
    path, headers = project("flags"), {"Idempotency-Key": "attempt-1"}
    first = api.call("POST", path, {"key": "once"}, headers=headers)
    before = api.versions()
    second = api.call("POST", path, {"key": "once"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["changes"] == first.json()["changes"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert api.versions() == before


def test_an_idempotency_key_is_for_one_request(api: Api) -> None:
    headers = {"Idempotency-Key": "attempt-2"}
    api.do("POST", project("flags"), {"key": "first-use"}, headers=headers)
    problem = api.refused(409, "POST", project("flags"), {"key": "second-use"}, headers=headers)
    assert problem["type"] == "/problems/idempotency-mismatch"
    api.refused(404, "GET", project("flags", "second-use"))


def test_an_idempotency_key_has_a_length(api: Api) -> None:
    for key in ("", "k" * 201):
        api.refused(400, "POST", project("flags"), {"key": "n"}, headers={"Idempotency-Key": key})


# --- reasons ----------------------------------------------------------------------------------


def test_the_reason_comes_from_the_body_or_the_header(api: Api) -> None:
    api.do("POST", project("flags"), {"key": "reasoned"})
    path = environment("production", "flags", "reasoned")
    said = "größer – schöner".encode()
    done = api.do("POST", f"{path}/enable", headers={"Yardarm-Reason": said})
    assert done["changes"][0]["reason"] == "größer – schöner"
    assert done["changes"][0]["actor"] == "ada"
    done = api.do(
        "POST", f"{path}/disable", {"reason": "body"}, headers={"Yardarm-Reason": "header"}
    )
    assert done["changes"][0]["reason"] == "body"
    api.refused(422, "POST", f"{path}/enable", {"reason": "r" * 1_001})
    api.refused(400, "POST", f"{path}/enable", headers={"Yardarm-Reason": "r" * 1_001})


# --- pages ------------------------------------------------------------------------------------


def test_a_list_comes_in_pages() -> None:
    with rest_api() as api:
        keys = [f"flag-{number:02}" for number in range(23)]
        for key in reversed(keys):
            api.do("POST", project("flags"), {"key": key})
        found: list[str] = []
        path: str | None = f"{project('flags')}?limit=5&archived=false"
        pages = 0
        while path is not None:
            response = api.call("GET", path)
            page = response.json()
            found += [flag["key"] for flag in page["items"]]
            pages += 1
            link = response.links.get("next", {}).get("url")
            assert (link is None) is (page["next_cursor"] is None)
            path = link.removeprefix(PREFIX) if link else None
        assert found == keys
        assert pages == 5
        changes = api.get(environment("production", "changes"), params={"limit": "7"})
        versions = [change["version"] for change in changes["items"]]
        assert versions == sorted(versions, reverse=True)
        cursor = changes["next_cursor"]
        more = api.get(environment("production", "changes"), params={"cursor": cursor})
        assert more["items"][0]["version"] == versions[-1] - 1


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "9" * 50, "٣"])
def test_a_limit_is_from_1_to_200(api: Api, limit: str) -> None:
    problem = api.refused(422, "GET", "/projects", params={"limit": limit})
    assert problem["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize(
    "path", ["/projects", "/audit", "/tokens", environment("production", "changes")]
)
def test_a_cursor_of_another_list_is_refused(api: Api, path: str) -> None:
    for cursor in ("!", "x" * 3_000, cursor_of({"a": [1]}), cursor_of(True), cursor_of(1.5)):
        problem = api.refused(422, "GET", path, params={"cursor": cursor})
        assert problem["errors"][0]["pointer"] == "/cursor"


# --- the application --------------------------------------------------------------------------


def test_it_is_made_without_a_warning(api: Api) -> None:
    """What Litestar warns of today is gone in its next version."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        litestar_app(api.services)


# --- the reference ----------------------------------------------------------------------------


def test_the_reference_needs_no_token(api: Api) -> None:
    document = json.loads(api.call("GET", "/openapi.json", token="").content)
    assert document["openapi"] == "3.1.0"
    assert len(routes(api)) == sum(len(methods) for methods in document["paths"].values())
