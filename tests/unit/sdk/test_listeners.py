"""Listeners: told what changed, together when they are slow, never in the way."""

import threading

import pytest
from tests.native_server import KEY, NativeServer, flag, hurried, until

from yardarm import Client, OptionError, Status

SEGMENT = {"beta": {"included": [{"keys": ["u1"]}]}}
USES = flag(False, rules=[{"id": "r", "when": {"segment": "beta"}, "serve": "on"}])


def test_a_listener_is_told_the_keys_that_changed() -> None:
    client = Client.from_document({"flags": {"a": flag(), "b": flag(), "c": flag()}})
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    client.update({"flags": {"a": flag(False), "b": flag(), "d": flag()}})
    assert until(lambda: told) == [frozenset({"a", "c", "d"})]


def test_a_document_that_is_the_same_tells_nobody() -> None:
    client = Client.from_document({"flags": {"a": flag()}})
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    client.update({"flags": {"a": flag()}})
    client.update({"flags": {"a": flag(False)}})
    assert until(lambda: told) == [frozenset({"a"})]


def test_flags_that_use_a_changed_segment_or_flag_are_told_too() -> None:
    flags = {"uses": USES, "chain": flag(prerequisites=[{"flag": "uses", "variants": ["on"]}])}
    client = Client.from_document({"flags": flags, "segments": SEGMENT})
    assert client.boolean("chain", {"key": "u2"}) is False
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    client.update({"flags": flags, "segments": {"beta": {"included": [{"keys": ["u2"]}]}}})
    assert until(lambda: told) == [frozenset({"uses", "chain"})]
    assert client.boolean("chain", {"key": "u2"}) is True


def test_changes_add_up_while_a_listener_is_busy() -> None:
    client = Client.from_document({"flags": {}})
    told: list[frozenset[str]] = []
    entered, go_on = threading.Event(), threading.Event()

    def slow(keys: frozenset[str]) -> None:
        told.append(keys)
        entered.set()
        go_on.wait()

    client.on_change(slow)
    client.update({"flags": {"a": flag()}})
    entered.wait()
    client.update({"flags": {"a": flag(), "b": flag()}})
    client.update({"flags": {"a": flag(), "b": flag(), "c": flag()}})
    go_on.set()
    assert until(lambda: len(told) == 2 and told) == [frozenset("a"), frozenset("bc")]


def test_the_thread_of_a_listener_ends_with_its_work() -> None:
    client = Client.from_document({"flags": {}})
    client.on_change(lambda keys: None)
    client.update({"flags": {"a": flag()}})
    until(lambda: not any(t.name == "yardarm-listener" for t in threading.enumerate()))
    told: list[frozenset[str]] = []
    client.on_change(told.append)
    client.update({"flags": {}})
    assert until(lambda: told) == [frozenset("a")]


def test_a_listener_can_be_taken_off() -> None:
    client = Client.from_document({"flags": {}})
    told: list[frozenset[str]] = []
    other: list[frozenset[str]] = []
    remove = client.on_change(told.append)
    client.on_change(other.append)
    remove()
    remove()
    client.update({"flags": {"a": flag()}})
    until(lambda: other)
    assert told == []


def test_a_listener_given_as_option_hears_the_first_flags() -> None:
    told: list[frozenset[str]] = []
    Client.from_document({"flags": {"a": flag()}}, on_change=told.append)
    assert until(lambda: told) == [frozenset("a")]


def test_who_watches_the_status_is_told_the_last_one() -> None:
    with NativeServer({"a": flag()}) as server:
        client = hurried(server.url)
        told: list[Status] = []
        stop = client.on_status(told.append)
        until(lambda: told and told[-1].connection == "streaming" and told[-1] == client.status)
        assert (told[-1].ready, told[-1].error, told[-1].refused) == (True, "", False)
        server.key = "ys_another"
        server.drop()
        until(lambda: told[-1].refused)
        assert "refused" in told[-1].error
        server.key = KEY
        until(lambda: not told[-1].refused and told[-1].connection == "streaming")
        stop()
        client.close()
        assert client.status.connection == "closed"
        assert all(status.connection != "closed" for status in told)


def test_watching_takes_a_function() -> None:
    client = Client.from_document({"flags": {}})
    with pytest.raises(OptionError, match="on_status takes a function"):
        client.on_status(5)  # type: ignore[arg-type]
