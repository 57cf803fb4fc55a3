"""Scopes: which way evaluations are sent, for whom, and after a fork."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from tests.native_server import flag

from yardarm import Client
from yardarm.sdk.scope import MAX_CHECKED, SCOPE, SCOPES, Scope, open_scope

FLAGS = {"flags": {"a": flag(False)}}


def is_short(client: Client) -> bool:
    return client._serving.fast is client._serving.tables


def test_every_client_is_sent_the_longer_way_while_it_matters() -> None:
    with Client.from_document(FLAGS) as old:
        SCOPES.enter()
        SCOPES.enter()
        with Client.from_document(FLAGS) as new:
            assert (is_short(old), is_short(new)) == (False, False)
            SCOPES.leave()
            new.update(FLAGS)  # another version is served the same way
            assert (is_short(old), is_short(new)) == (False, False)
            SCOPES.leave()
            assert (is_short(old), is_short(new)) == (True, True)


def test_a_closed_scope_says_nothing() -> None:
    scope = Scope({"a": True}, "qa")
    token = SCOPE.set(scope)
    try:
        assert open_scope() is scope
        scope.open = False
        assert open_scope() is None
    finally:
        SCOPE.reset(token)


def test_keys_that_callers_make_up_do_not_fill_memory() -> None:
    scope = Scope(checked={})
    with Client.from_document(FLAGS) as client:
        for number in range(MAX_CHECKED + 10):
            scope.note(client.boolean_detail(f"x{number}"))
        scope.note(client.boolean_detail("x0"))
    assert scope.checked is not None
    assert len(scope.checked) == MAX_CHECKED
    assert scope.checked["x0"].count == 2


def test_the_way_is_right_while_versions_and_requests_come_at_once() -> None:
    stop = threading.Event()
    with Client.from_document(FLAGS) as client:

        def publish() -> None:
            while not stop.is_set():
                client.update(FLAGS)

        thread = threading.Thread(target=publish)
        thread.start()
        for _ in range(300):
            SCOPES.enter()
            assert not is_short(client)
            SCOPES.leave()
        stop.set()
        thread.join()
        assert is_short(client)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_does_not_wait_for_a_lock_of_its_parent() -> None:
    with Client.from_document(FLAGS) as client, SCOPES._lock, client._serving._way:
        child = os.fork()
        if child == 0:
            SCOPES.enter()
            os._exit(0 if client.boolean("a") is False and not is_short(client) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def variants(**more: object) -> dict[str, Any]:
    """A flag of the variants a, b and the withheld c, that serves a."""
    listed = [{"key": "a", "value": 1}, {"key": "b", "value": {"x": [1]}},
              {"key": "c", "value": 3, "withheld": True}]  # fmt: skip
    return {"type": "json", "enabled": True, "default": "a", "variants": listed, **more}


@pytest.mark.parametrize(
    ("said", "value", "variant"),
    [
        ("b", {"x": [1]}, "b"),
        ({"x": [1]}, {"x": [1]}, "b"),
        (1.0, 1, "a"),
        (False, "fallback", None),  # its `off` serves nothing
        ("c", "fallback", "c"),
        ("nonsense", 1, "a"),
    ],
)
def test_what_a_signed_override_may_say(said: Any, value: Any, variant: str | None) -> None:
    document = {"flags": {"f": variants()}}
    SCOPES.enter()
    token = SCOPE.set(Scope({"f": said}, "qa"))
    try:
        with Client.from_document(document) as client:
            assert client.json("f", None, "fallback") == value
            decision = client.json_detail("f", None, lambda: "fallback")
            assert (decision.value, decision.variant, decision.error) == (value, variant, None)
            assert client.variant("f", None, "none") == (variant or "none")
            assert client.boolean("f", None, True) is True  # of another type: as without
            if isinstance(value, dict):
                client.json("f")["x"].append(2)  # everybody gets a copy
                assert client.json("f") == value
    finally:
        SCOPE.reset(token)
        SCOPES.leave()


@pytest.mark.parametrize(
    ("said", "asked", "value"),
    [("on", "boolean", True), ("5", "integer", 5), ({"x": 1}, "json", {"x": 1}),
     ("on", "integer", 7), (True, "variant", "on")],
)  # fmt: skip
def test_of_a_flag_that_there_is_not_it_is_what_is_asked_for(
    said: Any, asked: str, value: Any
) -> None:
    SCOPES.enter()
    token = SCOPE.set(Scope({"f": said}, "qa"))
    try:
        with Client.from_document({"flags": {}}) as client:
            assert getattr(client, asked)("f", None, 7) == value
            assert getattr(client, asked)(3, None, 7) == 7
    finally:
        SCOPE.reset(token)
        SCOPES.leave()
