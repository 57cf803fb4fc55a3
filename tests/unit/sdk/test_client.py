"""Evaluations through the client: values, types, fallbacks, decisions, documents."""

import enum
import gc
import sys
import weakref
from collections import UserDict
from typing import Any

import pytest
from tests.native_server import flag

from yardarm import Client, Context, Decision, DocumentError, OptionError
from yardarm.core.codec import document_from_json


def value_flag(kind: str, value: Any, **given: Any) -> dict[str, Any]:
    return {
        "type": kind, "variants": [{"key": "v", "value": value}], "enabled": True, "default": "v",
        **given,
    }  # fmt: skip


FLAGS = {
    "yes": flag(),
    "no": flag(False),
    "text": value_flag("string", "blue"),
    "many": value_flag("integer", 7),
    "share": value_flag("number", 0.25),
    "whole": value_flag("number", 3),
    "layout": value_flag("json", {"columns": [1, 2], "deep": {"x": None}}),
    "list": value_flag("json", [1, [2]]),
    "word": value_flag("json", "plain"),
    "country": flag(
        False,
        rules=[
            {
                "id": "nl",
                "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
                "serve": "on",
            }
        ],
    ),
    "nothing": {**flag(), "default": None},
    "disabled": {**flag(), "enabled": False},
    "archived": {**flag(), "archived_at": "2026-01-01T00:00:00Z"},
}


@pytest.fixture
def client() -> Client:
    return Client.from_document({"flags": FLAGS})


def test_every_type_has_its_call(client: Client) -> None:
    assert client.boolean("yes") is True
    assert client.boolean("no", fallback=True) is False
    assert client.string("text") == "blue"
    assert client.integer("many") == 7
    assert client.number("share") == 0.25
    assert client.json("layout") == {"columns": [1, 2], "deep": {"x": None}}
    assert client.json("word") == "plain"


def test_a_number_may_come_from_an_integer_flag(client: Client) -> None:
    assert client.number("many") == 7
    assert client.number("whole") == 3
    assert client.integer("share", fallback=-1) == -1


@pytest.mark.parametrize("call", ["boolean", "string", "integer", "number", "json"])
def test_every_call_takes_every_form_of_context(client: Client, call: str) -> None:
    key = {"boolean": "yes", "string": "text", "integer": "many", "number": "share",
           "json": "word"}[call]  # fmt: skip
    for context in (
        None, {}, {"key": "u1"}, {"targetingKey": "u1"}, Context("u1"), Context(),
        {"kind": "device", "key": "d"}, {"kind": "multi", "user": {"key": "u"}}, UserDict(key="u"),
    ):  # fmt: skip
        assert (
            getattr(client, call)(key, context, fallback="never")
            == FLAGS[key]["variants"][0]["value"]
        )
        decision = getattr(client, f"{call}_detail")(key, context, fallback="never")
        assert (decision.variant, decision.reason) == (FLAGS[key]["variants"][0]["key"], "STATIC")


@pytest.mark.parametrize("call", ["boolean", "string", "integer", "number", "json"])
def test_a_flag_of_another_type_answers_the_fallback(client: Client, call: str) -> None:
    own = {"boolean": {"yes", "no"}, "string": {"text"}, "integer": {"many"},
           "number": {"many", "share", "whole"}, "json": {"layout", "list", "word"}}  # fmt: skip
    for key in ("yes", "text", "many", "share", "layout"):
        if key in own[call]:
            continue
        assert getattr(client, call)(key, None, "fallback") == "fallback"
        decision = getattr(client, f"{call}_detail")(key, None, "fallback")
        assert (decision.value, decision.reason) == ("fallback", "ERROR")
        assert decision.error == "TYPE_MISMATCH"


def test_the_fallbacks_of_the_fallbacks(client: Client) -> None:
    assert client.boolean("missing") is False
    assert client.string("missing") == ""
    assert client.integer("missing") == 0
    assert client.number("missing") == 0.0
    assert client.json("missing") is None


def test_a_fallback_may_be_a_function(client: Client) -> None:
    calls: list[int] = []

    def fallback() -> str:
        calls.append(1)
        return "made"

    assert client.string("missing", fallback=fallback) == "made"
    assert client.string("text", fallback=fallback) == "blue"
    assert client.string_detail("missing", fallback=fallback).value == "made"
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("call", "empty"),
    [("boolean", False), ("string", ""), ("integer", 0), ("number", 0.0), ("json", None)],
)
def test_a_fallback_that_raises_is_contained(
    client: Client, call: str, empty: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert getattr(client, call)("missing", None, lambda: 1 / 0) == empty
    assert "ZeroDivisionError" in caplog.text


def test_a_json_value_is_the_caller_s_own(client: Client) -> None:
    first = client.json("layout")
    first["columns"].append(3)
    first["deep"]["x"] = 1
    client.json("list")[1].append(9)
    client.json_detail("layout").value.clear()
    assert client.json("layout") == {"columns": [1, 2], "deep": {"x": None}}
    assert client.json("list") == [1, [2]]


def test_a_decision_says_why(client: Client) -> None:
    assert client.boolean_detail("country", {"key": "u", "country": "NL"}) == Decision(
        "country", True, "on", "TARGETING_MATCH", rule="nl"
    )
    assert client.boolean_detail("disabled", None, True) == Decision(
        "disabled", False, "off", "DISABLED"
    )
    assert client.boolean_detail("nothing", None, True) == Decision(
        "nothing", True, None, "DEFAULT"
    )
    archived = client.boolean_detail("archived", None, True)
    assert (archived.value, archived.error) == (True, "FLAG_NOT_FOUND")
    missing = client.boolean_detail("missing", None, True)
    assert (missing.value, missing.error) == (True, "FLAG_NOT_FOUND")


def test_an_explanation_is_there_when_asked_for(client: Client) -> None:
    assert client.boolean_detail("country", {"key": "u"}).trace is None
    trace = client.boolean_detail("country", {"country": "NL"}, explain=True).trace
    assert trace is not None
    assert trace.parts[0].outcome is True
    assert client.boolean_detail("missing", explain=True).trace is None


def test_the_flag_s_own_trouble_goes_before_the_context_s(client: Client) -> None:
    assert client.boolean_detail("missing", 5).error == "FLAG_NOT_FOUND"  # type: ignore[arg-type]
    assert client.boolean_detail("text", 5).error == "TYPE_MISMATCH"  # type: ignore[arg-type]
    assert client.boolean_detail("yes", 5).error == "INVALID_CONTEXT"  # type: ignore[arg-type]


def test_keys_may_be_members_of_an_enumeration(client: Client) -> None:
    class Flags(enum.StrEnum):
        YES = "yes"

    assert client.boolean(Flags.YES) is True
    assert client.boolean_detail(Flags.YES).flag == "yes"


@pytest.mark.parametrize("key", [None, 5, b"yes", ["yes"], {"yes": 1}, ("yes",), object()])
def test_a_key_that_is_no_text_answers_the_fallback(client: Client, key: Any) -> None:
    assert client.boolean(key, None, True) is True
    assert client.boolean(key, {"key": "u"}, True) is True
    assert client.boolean_detail(key, None, True).error == "FLAG_NOT_FOUND"


def test_before_anything_is_there_the_fallback_answers() -> None:
    client = Client("http://127.0.0.1:9", "ys_0123456789abcdef")
    try:
        assert client.boolean("yes", {"key": "u"}, True) is True
        assert client.boolean_detail("yes").error == "PROVIDER_NOT_READY"
        assert client.wait_ready(0.0) is False
    finally:
        client.close()


def test_a_document_can_be_changed(client: Client) -> None:
    assert client.wait_ready(0) is True
    assert client.status.origin == "memory"
    client.update({"flags": {"yes": flag(False)}})
    assert client.boolean("yes") is False
    assert client.string("text", fallback="gone") == "gone"
    client.update(document_from_json({"flags": FLAGS}))
    assert client.boolean("yes") is True
    with pytest.raises(DocumentError):
        client.update({"flags": {"yes": {"type": "boolean"}}})
    assert client.boolean("yes") is True


def test_a_document_that_is_not_valid_is_refused_at_once() -> None:
    with pytest.raises(DocumentError, match="/flags/a"):
        Client.from_document({"flags": {"a": {"type": "colour", "variants": []}}})


def test_only_a_client_of_a_document_can_be_given_one() -> None:
    with (
        Client("http://127.0.0.1:9", "ys_0123456789abcdef") as client,
        pytest.raises(OptionError),
    ):
        client.update({"flags": {}})


def test_one_bad_flag_leaves_its_neighbours_alone() -> None:
    """A snapshot may hold a flag that this version cannot read."""
    bad = {"a": {**flag(), "rules": [{"id": "r", "when": {"attribute": "x", "op": "new-op",
           "values": [1]}, "serve": "on"}]}, "loop": flag(prerequisites=[
           {"flag": "loop", "variants": ["on"]}])}  # fmt: skip
    client = Client.from_document({"flags": {**bad, **FLAGS}})
    assert client.boolean("a", {"x": 1}) is True  # the rule is skipped, the default serves
    assert client.boolean_detail("loop", None, True).error == "PARSE_ERROR"
    assert client.boolean("yes") is True


def test_a_client_in_a_with_statement_is_closed() -> None:
    with Client.from_document({"flags": FLAGS}) as client:
        assert client.boolean("yes")
    assert client.status.connection == "closed"
    assert client.boolean("yes"), "a closed client goes on answering"
    client.close()


def test_a_client_says_what_it_is(client: Client) -> None:
    assert repr(client) == "<Client of document: memory, version 0>"


def test_a_client_that_nobody_holds_is_collected() -> None:
    client = Client.from_document({"flags": FLAGS})
    client.on_change(lambda keys: None)
    client.boolean("yes", {"key": "u"})
    watched = weakref.ref(client)
    del client
    gc.collect()
    assert watched() is None


def test_an_evaluation_locks_nothing_and_touches_nothing_outside() -> None:
    """What the short way calls, in C: its counter, and the look-ups of the flag's own function."""
    client = Client.from_document({"flags": FLAGS})
    context, prebuilt = {"key": "u1", "country": "NL"}, Context("u1")
    called: set[str] = set()

    def watch(frame: Any, event: str, argument: Any) -> None:
        if event == "c_call":
            called.add(getattr(argument, "__qualname__", str(argument)))

    def evaluate() -> None:
        client.boolean("country", context)
        client.boolean("yes", prebuilt)
        client.string("text", context)
        client.json("layout", prebuilt)

    evaluate()
    sys.setprofile(watch)
    try:
        evaluate()
    finally:
        sys.setprofile(None)
    assert called <= {"count.__next__", "method-wrapper.__call__", "dict.get", "setprofile",
                      "sys.setprofile", "wrapper.__call__"}, called  # fmt: skip
