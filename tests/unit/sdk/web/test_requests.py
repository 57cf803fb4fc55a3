"""Requests, over WSGI and ASGI alike: contexts, visitors, signed overrides, pages of ours."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import flag
from tests.web_apps import Asgi, Wsgi

import yardarm
from yardarm import (
    Client,
    OptionError,
    OverrideUse,
    SignedOverrides,
    Visitors,
    sign_override,
)
from yardarm.sdk import current
from yardarm.sdk.scope import SCOPES
from yardarm.sdk.web import signed
from yardarm.testing import override, record

SECRET = "s" * 32
ANN = {"attribute": "key", "op": "equals", "values": ["ann"]}
FLAGS: dict[str, Any] = {
    "new": flag(False, rules=[{"id": "ann", "when": ANN, "serve": "on"}]),
    "engine": {"type": "string", "enabled": False, "default": "a", "off": "a",
               "variants": [{"key": "a", "value": "A"}, {"key": "b", "value": "B"}]},
}  # fmt: skip
SIDES = pytest.mark.parametrize("side", [Wsgi, Asgi], ids=["wsgi", "asgi"])
pytestmark = SIDES


@pytest.fixture(autouse=True)
def client() -> Iterator[Client]:
    before = SCOPES._entered
    for log, matter in ((current.LOG, "no client"), (signed.LOG, "refused")):
        log.settled(matter)  # another test may have heard of it
    signed.LOG.settled("on_use")
    with Client.from_document({"flags": FLAGS}) as made:
        yardarm.set_client(made)
        yield made
        yardarm.set_client(None)
    while SCOPES._entered > before:  # what an option has entered for good
        SCOPES.leave()


def says(path: str) -> Iterator[str]:
    client = yardarm.get_client()
    decision = client.boolean_detail("new")
    found = {
        "new": client.boolean("new"), "engine": client.string("engine"),
        "variant": client.variant("engine"), "cause": decision.cause, "reason": decision.reason,
        "context": yardarm.current_context().to_json(),
    }  # fmt: skip
    yield json.dumps(found)[:-1]
    later = json.dumps(client.boolean("new"))  # while the body is being sent
    yield f', "later": {later}}}'


def token(flags: dict[str, Any] | None = None, **more: Any) -> str:
    options = {"by": "qa", "audience": "shop"} | more
    return sign_override(flags or {"new": True, "engine": "b"}, SECRET, **options)


# --- contexts and visitors ------------------------------------------------------------------------


def test_the_application_names_who_asks(side: Any) -> None:
    app = side(says, context=lambda request: {"key": "ann"})
    answer = app.ask("/").json
    assert (answer["new"], answer["later"]) == (True, True)
    assert yardarm.current_context().to_json() == yardarm.Context().to_json()


def test_who_asks_is_asked_for_once_and_only_for_flags(side: Any) -> None:
    asked: list[Any] = []

    def who(request: Any) -> dict[str, Any]:
        asked.append(request)
        assert not yardarm.get_client().boolean("new")  # nobody is known yet
        return {"key": "ann"}

    assert side(says, context=who).ask("/").json["new"] is True
    assert len(asked) == 1
    side(lambda path: ["nothing"], context=who).ask("/")
    assert len(asked) == 1


def test_a_visitor_keeps_a_key(side: Any) -> None:
    app = side(says, visitors=Visitors(SECRET))
    first = app.ask("/")
    context = first.json["context"]
    assert context["anonymous"] is True
    again = app.ask("/", cookie=first.cookie)
    assert again.json["context"] == context
    assert again.all("set-cookie") == []
    assert app.ask("/").json["context"] != context


def test_an_edited_cookie_is_replaced(side: Any) -> None:
    app = side(says, visitors=Visitors(SECRET))
    answer = app.ask("/", cookie="yardarm_visitor=yv1.ann.x")
    assert answer.json["context"]["key"] != "ann"
    assert len(answer.all("set-cookie")) == 1


def test_whom_the_application_names_goes_before_the_visitor(side: Any) -> None:
    def who(request: Any) -> Any:
        return named.get("as")

    named: dict[str, Any] = {}
    app = side(says, context=who, visitors=Visitors(SECRET), address="ip")
    cookie = app.ask("/").cookie
    named["as"] = {"country": "NL"}  # says something, and names nobody
    context = app.ask("/", cookie=cookie).json["context"]
    assert (context["country"], context["anonymous"]) == ("NL", True)
    assert (context["ip"], context["_private"]) == ("192.0.2.1", ["ip"])
    named["as"] = {"key": "ann"}
    context = app.ask("/", cookie=cookie).json["context"]
    assert context == {"key": "ann", "ip": "192.0.2.1", "_private": ["ip"]}


def test_proxies_are_believed_when_told(side: Any) -> None:
    forwarded = {"x_forwarded_for": "203.0.113.5, 198.51.100.7"}
    plain = side(says, address="ip").ask("/", **forwarded).json
    assert plain["context"]["ip"] == "192.0.2.1"
    told = side(says, address="ip", proxies=1).ask("/", **forwarded).json
    assert told["context"]["ip"] == "198.51.100.7"


@pytest.mark.parametrize("broken", [lambda _: 1 / 0, lambda _: 42])
def test_a_context_that_cannot_be_made_harms_nobody(
    side: Any, broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = side(says, context=broken).ask("/")
    assert (answer.status, answer.json["new"], answer.json["reason"]) == (200, False, "ERROR")
    assert "context of the request" in caplog.text or "context" in answer.json["cause"]


def test_requests_at_the_same_time_are_apart(side: Any) -> None:
    both = threading.Barrier(2, timeout=10)

    def waits(path: str) -> Iterator[str]:
        both.wait()
        yield json.dumps(yardarm.get_client().boolean("new"))
        both.wait()

    app = side(waits, overrides=SignedOverrides(SECRET, "shop"))
    found: dict[str, bool] = {}

    def ask(name: str, **headers: str) -> None:
        found[name] = app.ask("/", **headers).json

    threads = [
        threading.Thread(target=ask, args=("qa",), kwargs={"yardarm_override": token()}),
        threading.Thread(target=ask, args=("other",)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"qa": True, "other": False}


# --- signed overrides -----------------------------------------------------------------------------


def test_a_signed_override_holds_for_its_request_alone(
    side: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "yardarm.overrides")
    used: list[OverrideUse] = []
    app = side(says, overrides=SignedOverrides(SECRET, "shop", on_use=used.append))
    with record() as seen:
        answer = app.ask("/x", yardarm_override=token())
    found = answer.json
    assert (found["new"], found["engine"], found["variant"]) == (True, "B", "b")
    assert (found["later"], found["reason"]) == (True, "STATIC")
    assert found["cause"] == "signed override by qa"
    assert answer.all("cache-control") == ["private, no-store"]  # no cache gives it to others
    assert seen.exposures == []
    assert (used[0].origin, used[0].path, used[0].override.by) == ("header", "/x", "qa")
    assert "by 'qa' from header" in caplog.text
    assert "'engine' = 'b', 'new' = True" in caplog.text
    after = app.ask("/")
    assert (after.json["new"], after.all("cache-control")) == (False, ["max-age=60"])
    assert client._serving.fast is client._serving.tables  # the short way is open again


def test_nothing_of_it_is_counted_exposed_or_tracked(side: Any, client: Client) -> None:
    def works(path: str) -> Iterator[str]:
        here = yardarm.get_client()
        here.track("bought", {"key": "ann"})
        yield json.dumps(here.boolean("new", {"key": "ann"}))

    app = side(works, overrides=SignedOverrides(SECRET, "shop"))
    assert app.ask("/", yardarm_override=token({"new": False})).json is False
    counts, _ = client._serving.counting.take()
    assert (counts, client._exposures.waiting()) == ([], False)
    assert app.ask("/").json is True
    counts, _ = client._serving.counting.take()
    assert ([one.flag for one in counts], client._exposures.waiting()) == (["new"], True)


@pytest.mark.parametrize(
    ("origin", "path", "headers"),
    [
        ("header", "/", {"yardarm_override": "{}"}),
        ("cookie", "/", {"cookie": "a=b; yardarm_override={}"}),
        ("parameter", "/?a=b&try={}", {}),
    ],
)
def test_each_way_in_can_be_switched_off(
    side: Any, origin: str, path: str, headers: dict[str, str]
) -> None:
    text = token()
    said = {name: value.format(text) for name, value in headers.items()}
    all_ways = {"header": "Yardarm-Override", "cookie": "yardarm_override", "parameter": "try"}
    for switched, expected in ((all_ways, True), ({**all_ways, origin: None}, False)):
        app = side(says, overrides=SignedOverrides(SECRET, "shop", **switched))
        assert app.ask(path.format(text), **said).json["new"] is expected
    assert side(says).ask(path.format(text), **said).json["new"] is False


def test_a_link_sets_a_cookie_and_leaves_the_address(side: Any) -> None:
    options = SignedOverrides(SECRET, "shop", parameter="try", redirect=True)
    app = side(says, overrides=options)
    first = app.ask(f"//evil.example/a%20b?x=1&try={token()}&y")
    assert (first.status, first.all("location")) == (303, ["/evil.example/a%20b?x=1&y"])
    assert first.all("cache-control") == ["no-store"]
    assert app.ask("/", cookie=first.cookie).json["new"] is True
    hidden = app.ask(f"/\t/evil.example?try={token()}")
    assert hidden.all("location")[0] in ("/evil.example", "/%09/evil.example")
    last = app.ask("/?try=off", cookie=first.cookie)
    assert (last.status, last.all("location")) == (303, ["/"])
    assert "Max-Age=0" in last.all("set-cookie")[0]
    refused = app.ask("/?try=no-token")
    assert (refused.status, refused.json["new"]) == (200, False)


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        ("nonsense", "no token of the form"),
        ("yo1." + "A" * 9000, "characters"),
        (token(audience="other"), "another application"),
        (sign_override({"new": True}, "x" * 32, "shop", by="qa"), "signature"),
        ("\xff\xfe\x00", "no token of the form"),
        (token({"secret-flag": True}), "does not let be overridden"),
    ],
    ids=range(6),
)
def test_hostile_tokens_change_nothing(
    side: Any, hostile: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = side(says, overrides=SignedOverrides(SECRET, "shop", only={"new", "engine"}))
    answers = [app.ask("/", yardarm_override=hostile) for _ in range(3)]
    assert [one.json["new"] for one in answers] == [False] * 3
    said = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]
    assert len(said) == 1  # once, whoever tries how often
    assert reason in said[0]
    assert hostile not in said[0]


def test_a_cookie_that_is_refused_is_taken_away(side: Any) -> None:
    app = side(says, overrides=SignedOverrides(SECRET, "shop"))
    answer = app.ask("/", cookie="yardarm_override=old")
    assert "yardarm_override=; Max-Age=0" in answer.all("set-cookie")[0]


def test_what_fits_no_flag_has_no_effect(side: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = side(says, overrides=SignedOverrides(SECRET, "shop"))
    answer = app.ask("/", yardarm_override=token({"engine": "c", "new": 5})).json
    assert (answer["engine"], answer["new"]) == ("A", False)
    assert "has no variant 'c'" in caplog.text


def test_tests_and_the_override_file_go_first(side: Any, tmp_path: Path) -> None:
    app = side(says, overrides=SignedOverrides(SECRET, "shop"))
    with override({"new": False}):
        assert app.ask("/", yardarm_override=token()).json["new"] is False
    kills = tmp_path / "overrides.json"
    kills.write_text('{"kill": ["new"]}')
    with Client.from_document({"flags": FLAGS}, overrides=kills) as killed:
        yardarm.set_client(killed)
        answer = app.ask("/", yardarm_override=token()).json
    assert (answer["new"], answer["engine"]) == (False, "B")


def test_without_a_client_and_with_a_callback_that_raises(
    side: Any, caplog: pytest.LogCaptureFixture
) -> None:
    yardarm.set_client(None)
    current.LOG.settled("no client")

    @yardarm.flag("new", fallback="old")
    def shown() -> str:
        return "new"

    def use(_: OverrideUse) -> None:
        raise ZeroDivisionError("by nobody")

    overrides = SignedOverrides(SECRET, "shop", on_use=use)
    app = side(lambda path: [shown()], overrides=overrides, status_path="/v0")
    assert app.ask("/", yardarm_override=token()).text == "old"
    assert "call yardarm.set_client" in caplog.text
    assert "on_use raised ZeroDivisionError" in caplog.text
    assert app.ask("/v0/new").json == {"active": False, "known": False}


# --- pages of ours --------------------------------------------------------------------------------


def test_the_status_of_a_flag_as_flagon_answered(side: Any) -> None:
    app = side(says, context=lambda _: {"key": "ann"}, status_path="/v0")
    on = app.ask("/v0/new")
    assert (on.status, on.text) == (200, '{"active": true, "known": true}')
    assert on.all("content-type") == ["application/json"]
    assert on.all("cache-control") == ["no-cache, no-store, must-revalidate"]
    off = app.ask("/v0/engine")
    assert (off.status, off.text) == (200, '{"active": false, "known": true}')
    unknown = app.ask("/v0/x%20y")
    assert (unknown.status, unknown.text) == (404, '{"active": false, "known": false}')
    for path in ("/v0/", "/v0/test/", "/v0/a/b"):
        assert app.ask(path).all("content-type") == ["text/html; charset=utf-8"]
    assert "context" in app.ask("/v1").json


def test_the_status_of_an_overridden_flag(side: Any) -> None:
    app = side(says, status_path="/v0", overrides=SignedOverrides(SECRET, "shop"))
    answer = app.ask("/v0/new", yardarm_override=token())
    assert answer.json == {"active": True, "known": True}
    assert answer.all("cache-control") == ["private, no-store"]


def test_flags_of_a_request_are_named_in_server_timing(side: Any) -> None:
    app = side(says, server_timing=True, overrides=SignedOverrides(SECRET, "shop"))
    assert app.ask("/").all("server-timing") == ['yardarm;desc="new=off engine=a"']
    answer = app.ask("/", yardarm_override=token())
    assert answer.all("server-timing") == ['yardarm;desc="new=on engine=b"']

    def many(path: str) -> Iterator[str]:
        for number in range(2000):
            yardarm.get_client().boolean(f'a"\r\n{number}')
        yield "done"

    header = side(many, server_timing=True).ask("/").all("server-timing")[0]
    assert len(header) < 2100
    assert header.endswith('..."')
    assert "\n" not in header


def test_the_debug_page_says_why(side: Any) -> None:
    app = side(says, debug_path="/flags", overrides=SignedOverrides(SECRET, "shop"))
    assert "No request asked for a flag yet" in app.ask("/flags").text
    app.ask("/<b>?secret=1", yardarm_override=token({"new": True}, by="<i>qa</i>"))
    page = app.ask("/flags").text
    assert "signed override by &lt;i&gt;qa" in page
    assert "<td>engine</td>" in page
    assert "DISABLED" in page
    assert "secret" not in page
    assert "<i>" not in page
    assert "<b>" not in page
    assert app.ask("/flags/").json["new"] is False


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"visitor": 1}, "there is no option 'visitor'; there are visitors"),
        ({"debug_path": "flags"}, "debug_path is a path such as '/v0'"),
        ({"client": 5}, "client is a Client"),
        ({"proxies": "10.0.0.0/8"}, "proxies is a number or a list"),
    ],
)
def test_options_that_make_no_sense(side: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        side(says, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"header": None, "cookie": None}, "has to be left"),
        ({"header": "a b"}, "cannot be the name"),
        ({"redirect": True}, "needs both a parameter and a cookie"),
        ({"only": "new"}, "only is a collection"),
    ],
)
def test_signed_overrides_that_make_no_sense(
    side: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        SignedOverrides(SECRET, "shop", **options)
