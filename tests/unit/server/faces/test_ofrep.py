"""OFREP over real sockets: every shape of answer, who sees what, and the change stream."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests.live_server import ENVIRONMENT, HAND, PROJECT, Live, Stream, flag, live_server

from yardarm.server.changes.commands import ArchiveFlag
from yardarm.server.faces.ofrep import streams

ONE, ALL = "/ofrep/v1/evaluate/flags/", "/ofrep/v1/evaluate/flags"
NL = {"context": {"targetingKey": "user-1", "country": "NL"}}
RULE = {
    "id": "r1",
    "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
    "serve": "on",
}
SPLIT = {"split": {"arms": [{"variant": "on", "weight": 100_000}]}}
FLAGS = {
    "ruled": flag(rules=[RULE], default="off", client_visible=True, metadata={"team": "a", "n": 1}),
    "plain": flag("string", values={"x": "é", "y": "y"}, client_visible=True),
    "whole": flag("number", values={"two": 2, "three": 3.5}, client_visible=True),
    "count": flag("integer", values={"two": 2, "three": 3}),
    "object": flag("json", values={"x": {"b": [1, None], "a": {}}, "y": []}),
    "nothing": flag(default=None),
    "off": flag(enabled=False, client_visible=True),
    "off-nothing": flag(enabled=False, off=None),
    "split": flag(default=SPLIT, client_visible=True),
    "secret": flag("string", values={"x": "not for browsers", "y": "y"}),
    "a/b c?#é": flag(),
    "old": flag(),
}


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with live_server() as running:
        running.import_flags(FLAGS)
        running.submit(ArchiveFlag("old"))
        yield running


def one(live: Live, key: str, body: Any = NL, kind: str = "server", **headers: str) -> Any:
    return live.post(ONE + quote(key, safe=""), body, kind, **headers)


# --- one flag ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ruled", {"value": True, "reason": "TARGETING_MATCH", "variant": "on",
                   "metadata": {"team": "a", "n": 1}}),
        ("plain", {"value": "é", "reason": "STATIC", "variant": "x", "metadata": {}}),
        ("object", {"value": {"b": [1, None], "a": {}}, "reason": "STATIC", "variant": "x",
                    "metadata": {}}),
        ("nothing", {"reason": "DEFAULT", "variant": None, "metadata": {}}),
        ("off", {"value": False, "reason": "DISABLED", "variant": "off", "metadata": {}}),
        ("off-nothing", {"reason": "DISABLED", "variant": None, "metadata": {}}),
        ("split", {"value": True, "reason": "SPLIT", "variant": "on", "metadata": {}}),
    ],
)  # fmt: skip
def test_answers(live: Live, key: str, expected: dict[str, Any]) -> None:
    found = one(live, key)
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    assert found.json() == {"key": key, **expected}


def test_a_number_is_always_written_as_a_float(live: Live) -> None:
    assert b'"value":2.0' in one(live, "whole").content
    assert b'"value":2,' in one(live, "count").content


def test_the_context_decides(live: Live) -> None:
    for body in (
        {"context": {"targetingKey": "u", "country": "BE"}},
        {"context": {"kind": "multi", "user": {"country": 1}}},
        {"context": {}},
        {"context": None},
        {},
    ):
        assert one(live, "ruled", body).json()["reason"] == "DEFAULT", body


def test_a_key_with_any_characters_is_found(live: Live) -> None:
    assert one(live, "a/b c?#é").json()["key"] == "a/b c?#é"
    # Stock providers leave the slashes of a key as they are.
    slashed = live.post(ONE + "a/b%20c%3F%23%C3%A9", NL)
    assert slashed.json()["key"] == "a/b c?#é"


def test_an_archived_flag_is_not_there(live: Live) -> None:
    found = one(live, "old")
    assert (found.status_code, found.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")


@pytest.mark.parametrize("key", ["none", "x" * 1000, "__proto__", "\x00"])
def test_a_flag_that_is_not_there(live: Live, key: str) -> None:
    found = one(live, key)
    assert found.status_code == 404
    assert found.json() == {
        "key": key, "errorCode": "FLAG_NOT_FOUND",
        "errorDetails": "there is no flag with this key",
    }  # fmt: skip


def test_a_split_needs_a_key(live: Live) -> None:
    found = one(live, "split", {"context": {"country": "NL"}})
    assert (found.status_code, found.json()["errorCode"]) == (400, "TARGETING_KEY_MISSING")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "PARSE_ERROR"),
        (b"{", "PARSE_ERROR"),
        (b"\xff", "PARSE_ERROR"),
        (b'{"context": NaN}', "PARSE_ERROR"),
        (b'{"context": {"a": ' + b"9" * 5000 + b"}}", "PARSE_ERROR"),
        (b'{"context": {"a": "\\ud800"}}', "PARSE_ERROR"),
        (b'{"context": ' + b'{"a":' * 70 + b"1" + b"}" * 70 + b"}", "PARSE_ERROR"),
        (b"[" * 100_000, "PARSE_ERROR"),
        (b"[]", "INVALID_CONTEXT"),
        (b"1", "INVALID_CONTEXT"),
        (b'{"context": []}', "INVALID_CONTEXT"),
        (b'{"context": "user-1"}', "INVALID_CONTEXT"),
        (b'{"context": {"kind": "multi", "user": 1}}', "INVALID_CONTEXT"),
        (b'{"context": {"kind": 7}}', "INVALID_CONTEXT"),
    ],
)
def test_bad_input(live: Live, body: bytes, code: str) -> None:
    found = one(live, "ruled", body)
    assert found.status_code == 400
    assert found.headers["content-type"] == "application/json"
    said = found.json()
    assert (said["key"], said["errorCode"]) == ("ruled", code)
    assert said["errorDetails"]
    bulk = live.post(ALL, body)
    assert bulk.status_code == 400
    assert set(bulk.json()) == {"errorCode", "errorDetails"}


ODD_CONTEXTS: list[Any] = [
    {"targetingKey": 1}, {"targetingKey": ["a"]}, {"targetingKey": ""}, {"targetingKey": None},
    {"targetingKey": "x" * 100_000}, {"country": {"a": 1}}, {"country": [["NL"]]},
    {f"a{n}": n for n in range(10_000)}, {"__proto__": {"country": "NL"}}, {"": ""},
    {"targetingKey": True, "key": 5.5, "_private": 3},
]  # fmt: skip


@pytest.mark.parametrize("context", ODD_CONTEXTS, ids=range(len(ODD_CONTEXTS)))
def test_any_context_whatever_is_answered(live: Live, context: Any) -> None:
    found = one(live, "ruled", {"context": context})
    assert (found.status_code, found.json()["value"]) == (200, False)
    assert live.post(ALL, {"context": context}).status_code == 200


def test_the_wrong_type_of_body(live: Live) -> None:
    found = one(live, "ruled", b"context=1", Content_Type="application/x-www-form-urlencoded")
    assert found.status_code == 415
    assert found.json()["errorCode"] == "GENERAL"


def test_limits(live: Live) -> None:
    large = b'{"context": {"a": "' + b"x" * (1 << 20) + b'"}}'
    for path in (ONE + "ruled", ALL):
        found = live.post(path, large)
        assert (found.status_code, found.json()["status"]) == (413, 413)
        assert found.json()["errorDetails"]
        bomb = gzip.compress(b" " * (50 << 20))
        assert live.post(path, bomb, Content_Encoding="gzip").status_code == 413
        body = gzip.compress(json.dumps(NL).encode())
        assert live.post(path, body, Content_Encoding="gzip").status_code == 200


def test_methods(live: Live) -> None:
    for path in (ONE + "ruled", ALL):
        found = live.get(path)
        assert (found.status_code, found.headers["allow"]) == (405, "OPTIONS, POST")
    for path in ("/ofrep/v1/configuration", ALL + "/", "/ofrep/v1/evaluate", ONE + "a/../ruled"):
        assert live.http.build_request("POST", live.url + path)
    assert live.post("/ofrep/v1/configuration", {}).status_code == 404
    assert live.post(ALL + "/", {}).status_code == 404
    assert live.post(ONE + "%72uled", NL).status_code == 404


# --- who sees what ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ONE + "ruled", ALL])
def test_keys(live: Live, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer nope"}, {"X-API-Key": "nope"}):
        found = live.http.post(live.url + path, json=NL, headers=headers)
        assert found.status_code == 401
        assert found.headers["content-type"] == "application/problem+json"
        assert found.json()["errorDetails"]
    ours = {"X-API-Key": live.keys["client"]}
    assert live.http.post(live.url + path, json=NL, headers=ours).status_code == 200


def test_guessing_is_answered_with_when_to_come_back() -> None:
    with live_server() as live:
        wrong = {"Authorization": "Bearer nope"}
        answers = [live.http.post(live.url + ALL, json=NL, headers=wrong) for _ in range(250)]
        assert {found.status_code for found in answers} == {401, 429}
        assert int(answers[-1].headers["retry-after"]) > 0
        assert answers[-1].json()["errorDetails"]
        assert live.post(ALL, NL).status_code == 200, "a valid key is never slowed down"


def test_a_client_key_sees_values_of_its_flags_and_nothing_else(live: Live) -> None:
    visible = {key for key, made in FLAGS.items() if made.get("client_visible")}
    bulk = live.post(ALL, NL, "client").json()["flags"]
    assert {found["key"] for found in bulk} == visible
    for found in bulk:
        assert set(found) <= {"key", "value", "reason", "variant", "metadata"}
        assert found["metadata"] == {}
        assert one(live, found["key"], kind="client").json() == found
    for key in FLAGS.keys() - visible:
        hidden = one(live, key, kind="client")
        assert hidden.status_code == 404
        assert hidden.content == one(live, "none", kind="client").content.replace(
            b'"none"', json.dumps(key, ensure_ascii=False).encode()
        )


def test_a_client_key_is_not_told_why_a_flag_cannot_be_evaluated(live: Live) -> None:
    keyless = {"context": {"country": "NL"}}
    assert "split" in one(live, "split", keyless).json()["errorDetails"]
    assert "unit" not in one(live, "split", keyless, "client").json()["errorDetails"]


# --- all flags --------------------------------------------------------------------------------


def test_a_bulk_answers_every_flag_as_one_by_one(live: Live) -> None:
    found = live.post(ALL, NL)
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    said = found.json()
    assert [item["key"] for item in said["flags"]] == sorted(
        FLAGS.keys() - {"old"}, key=lambda key: json.dumps(key, ensure_ascii=False).encode()
    )
    for item in said["flags"]:
        assert item == one(live, item["key"]).json()
        assert "reason" in item
        assert "variant" in item
    keyless = live.post(ALL, {}).json()["flags"]
    failed = [item for item in keyless if item["key"] == "split"]
    assert failed[0]["errorCode"] == "TARGETING_KEY_MISSING"


def test_the_tag_changes_with_what_this_context_gets(live: Live) -> None:
    live.import_flags({"ruled": FLAGS["ruled"], "unseen": flag()})
    tag = live.post(ALL, NL, "client").headers["etag"]
    for given in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        same = live.post(ALL, NL, "client", If_None_Match=given)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == tag
    other = {"context": {"targetingKey": "user-1", "country": "BE"}}
    assert live.post(ALL, other, "client", If_None_Match=tag).status_code == 200
    assert live.post(ALL, NL, "server", If_None_Match=tag).status_code == 200
    live.switch("unseen", False)
    assert live.post(ALL, NL, "client", If_None_Match=tag).status_code == 304
    live.switch("ruled", False)
    changed = live.post(ALL, NL, "client", If_None_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    live.switch("ruled", True)


def test_evaluations_are_counted(live: Live) -> None:
    observe = live.application.services.observe

    def counted(flag: str) -> int:
        live.run(observe.flush())
        return sum(c.count for c in live.run(observe.counts(PROJECT, ENVIRONMENT, flag=flag)))

    before = counted("plain"), counted("none")
    for _ in range(3):
        one(live, "plain")
    live.post(ALL, NL)
    one(live, "none")
    assert (counted("plain"), counted("none")) == (before[0] + 4, before[1])


def test_contexts_are_noticed(live: Live) -> None:
    services = live.application.services

    def seen(prefix: str) -> list[Any]:
        live.run(services.observe.flush())
        found = live.run(services.population.contexts(PROJECT, ENVIRONMENT, key=prefix))
        return sorted((held.context for held in found), key=json.dumps)

    for _ in range(2):
        one(live, "plain", {"context": {"targetingKey": "seen-1", "country": "NL"}})
        live.post(ALL, {"context": {"targetingKey": "seen-2"}}, "client")
    one(live, "none", {"context": {"targetingKey": "seen-3"}})
    one(live, "plain", {"context": {"country": "NL"}})
    private = {"targetingKey": "seen-4", "email": "a@b", "_private": ["email"]}
    one(live, "plain", {"context": private})
    assert seen("seen-") == [
        {"_private": ["email"], "key": "seen-4", "targetingKey": "seen-4"},
        {"country": "NL", "key": "seen-1", "targetingKey": "seen-1"},
        {"key": "seen-2", "targetingKey": "seen-2"},
    ]


# --- other origins ----------------------------------------------------------------------------


def test_a_browser_may_ask_from_anywhere(live: Live) -> None:
    origin = {"Origin": "https://shop.example"}
    preflight = live.http.options(
        live.url + ALL,
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,if-none-match",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    allowed = preflight.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "if-none-match", "x-api-key"} <= set(allowed)
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for found in (
        live.post(ALL, NL, **origin),
        one(live, "none", **origin),
        live.http.post(live.url + ALL, json=NL, headers=origin),
    ):
        assert found.headers["access-control-allow-origin"] == "*"
        assert "ETag" in found.headers["access-control-expose-headers"]


def test_only_the_origins_that_are_set() -> None:
    with live_server(cors_origins=("https://shop.example",)) as live:
        for origin, allowed in (("https://shop.example", True), ("https://evil.example", False)):
            found = live.post(ALL, NL, Origin=origin)
            assert ("access-control-allow-origin" in found.headers) is allowed
            assert found.headers["vary"] == "origin"


# --- the change stream ------------------------------------------------------------------------


def event_stream(live: Live, kind: str = "client") -> str:
    """The address that a bulk evaluation names, as its path."""
    (named,) = live.post(ALL, NL, kind).json()["eventStreams"]
    assert named["type"] == "sse"
    assert named["inactivityDelaySec"] > 0
    return str(named["endpoint"]["requestUri"])


def open_stream(live: Live, target: str, **headers: str) -> Stream:
    return Stream(live.port, target, {"Origin": "https://shop.example", **headers})


def refetch(stream: Stream) -> dict[str, Any]:
    while True:
        found = stream.event()
        if "data" in found:
            assert "event" not in found, "named events are not read by providers"
            return {"id": found["id"], **json.loads(found["data"])}


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_stream_says_when_to_ask_again(live: Live, encoding: str) -> None:
    target = event_stream(live)
    with open_stream(live, target, **{"Accept-Encoding": encoding}) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["access-control-allow-origin"] == "*"
        tag = live.post(ALL, NL, "client").headers["etag"]
        live.switch("ruled", False)
        told = refetch(stream)
        assert told["type"] == "refetchEvaluation"
        assert told["etag"] == f'"{told["id"]}"'
        assert isinstance(told["lastModified"], int)
        query = f"?flagConfigEtag={quote(told['etag'])}&flagConfigLastModified=1"
        again = live.post(ALL + query, NL, "client", If_None_Match=tag)
        assert again.status_code == 200, "the tag has changed before the event went out"
        live.switch("ruled", True)
        refetch(stream)


def test_what_happened_before_the_stream_opened_is_not_missed(live: Live) -> None:
    target = event_stream(live)
    live.switch("ruled", False)
    live.switch("ruled", True)
    with open_stream(live, target) as stream:
        told = refetch(stream)
        assert told["id"].endswith(f":{live.version()}")
    with open_stream(live, target, **{"Last-Event-ID": told["id"]}) as stream:
        live.switch("ruled", False)
        assert refetch(stream)["id"] != told["id"]
    live.switch("ruled", True)


def test_the_address_stays_the_same_for_a_while(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_800_000_000.0]
    monkeypatch.setattr(streams.time, "time", lambda: clock[0])
    first = event_stream(live)
    tag = live.post(ALL, NL, "client").headers["etag"]
    clock[0] += streams.TOKEN_WINDOW_SECONDS - 1
    assert event_stream(live) == first
    assert live.post(ALL, NL, "client", If_None_Match=tag).status_code == 304
    clock[0] += 2
    assert event_stream(live) != first
    renewed = live.post(ALL, NL, "client", If_None_Match=tag)
    assert renewed.status_code == 200, "or the client would never hear of the new address"


def test_a_token_opens_its_stream_and_nothing_else(live: Live) -> None:
    target = event_stream(live)
    token = target.partition("token=")[2].partition("&")[0]
    assert live.keys["client"] not in target
    for bad in ("/ofrep/v1/stream", "/ofrep/v1/stream?token=", f"/ofrep/v1/stream?token={token}x",
                "/ofrep/v1/stream?token=a.b.c", f"/ofrep/v1/stream?token=x{token}"):  # fmt: skip
        found = live.http.get(live.url + bad)
        assert found.status_code == 401, bad
    for path in ("/sdk/v1/snapshot", "/api/v1/me"):
        stolen = {"Authorization": f"Bearer {token}"}
        assert live.http.get(live.url + path, headers=stolen).status_code == 401


def test_a_revoked_key_is_of_no_more_use() -> None:
    with live_server() as live:
        access = live.application.services.access
        keys = {k.kind: k for k in live.run(access.list_keys(HAND, PROJECT, ENVIRONMENT))}
        target = event_stream(live)
        with open_stream(live, target) as stream, live.stream() as other:
            other.next("hello")
            live.run(access.revoke_key(HAND, keys["client"].id))
            assert b"retry: " in stream.rest()
            assert live.http.get(live.url + target).status_code == 401
            assert live.post(ALL, NL, "client").status_code == 401
            live.import_flags({"any": flag()})
            other.next("patch")


def test_the_public_address_is_named_where_it_is_set() -> None:
    with live_server(public_url="https://flags.example.com/yardarm") as live:
        (named,) = live.post(ALL, NL).json()["eventStreams"]
        assert named["url"].startswith("https://flags.example.com/yardarm/ofrep/v1/stream?token=")
        assert "endpoint" not in named
