"""A client beside its override file, whatever brings its flags. Fault 113."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import NativeServer, flag, hurried, until

from yardarm import Client, OptionError
from yardarm.sdk.drivers.override_file import MAX_BYTES, OverrideFile
from yardarm.sdk.overrides import NOTHING

USER = {"key": "u1"}
KILL_A = '{"kill": ["a"]}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "overrides.json"


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer({"a": flag(), "b": flag()}) as server:
        yield server


def put(path: Path, text: str) -> None:
    beside = path.with_name("beside")
    beside.write_text(text)
    os.replace(beside, path)


def state(client: Client, key: str = "a") -> tuple[Any, ...]:
    found = client.boolean_detail(key, USER, True)
    return found.value, found.variant, found.reason, found.cause


ON, KILLED = (True, "on", "STATIC", None), (False, "off", "DISABLED", "override file")


def test_it_comes_changes_and_goes(server: NativeServer, path: Path) -> None:
    with hurried(server.url, overrides=path) as client:
        assert client.wait_ready(10)
        told: list[frozenset[str]] = []
        client.on_change(told.append)
        assert state(client) == ON
        put(path, KILL_A)
        until(lambda: state(client) == KILLED)
        assert client.boolean("a", USER, True) is False
        assert client.status.overridden == ("a",)
        until(lambda: told == [frozenset("a")])
        put(path, '{"serve": {"a": "off"}}')
        until(lambda: state(client) == (False, "off", "STATIC", "override file"))
        path.unlink()
        until(lambda: state(client) == ON)
        assert (client.status.overridden, state(client, "b")) == ((), ON)


def test_it_stays_over_what_the_server_says(server: NativeServer, path: Path) -> None:
    put(path, KILL_A)
    with hurried(server.url, overrides=path) as client:
        assert client.wait_ready(10)
        assert state(client) == KILLED
        server.publish({"a": flag(default="on", name="still on"), "b": flag(), "c": flag()})
        until(lambda: client.boolean("c", USER))
        assert (state(client), client.status.epoch) == (KILLED, server.snapshot.epoch)
        path.unlink()
        until(lambda: state(client) == ON)


def test_it_needs_no_server(server: NativeServer, path: Path, tmp_path: Path) -> None:
    """A program that runs when the server goes, and one that starts when it is gone."""
    given: dict[str, Any] = {"overrides": path, "cache_dir": tmp_path / "kept"}
    with hurried(server.url, **given) as client:
        until(lambda: state(client) == ON)
        server.stop()
        put(path, KILL_A)
        until(lambda: state(client) == KILLED)
        with hurried(server.url, **given) as other:
            until(lambda: state(other) == KILLED)
            path.unlink()
            until(lambda: state(client) == state(other) == ON)


def test_an_environments_part_holds_once_the_environment_is_known(
    server: NativeServer, path: Path
) -> None:
    put(path, '{"environments": {"shop/production": {"kill": ["a"]}, "staging": {"kill": ["b"]}}}')
    with hurried(server.url, overrides=path) as client:
        until(lambda: state(client) == KILLED)
        assert state(client, "b") == ON


BROKEN = ["", "{", '{"kill": 5}', '{"kills": ["b"]}', " " * (MAX_BYTES + 1)]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_keeps_what_it_said_and_is_told_once(
    path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    document = {"flags": {"a": flag(), "b": flag()}}
    put(path, KILL_A)
    with (
        caplog.at_level(logging.WARNING, "yardarm"),
        Client.from_document(document, overrides=path) as client,
    ):
        assert state(client) == KILLED
        put(path, broken)
        for _ in range(5):
            assert client.poll()
        assert (state(client), state(client, "b")) == (KILLED, ON)
        said = [record for record in caplog.messages if "stays in force" in record]
        assert len(said) == 1
        assert str(path) in said[0]
        put(path, '{"kill": ["b"]}')
        client.poll()
        assert (state(client), state(client, "b")) == (ON, KILLED)


def test_in_force_and_without_effect_is_said_aloud(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(path, '{"kill": ["a", "none"]}')
    with (
        caplog.at_level(logging.WARNING, "yardarm"),
        Client.from_document({"flags": {"a": flag()}}, overrides=path) as client,
    ):
        assert state(client) == KILLED
        path.unlink()
        client.poll()
    said = "\n".join(caplog.messages)
    assert "are in force: flag 'a' is off, flag 'none' is off" in said
    assert "without effect: there is no flag 'none'" in said
    assert "are no longer in force" in said


def test_beside_a_file_and_a_document(path: Path, tmp_path: Path) -> None:
    document = {"flags": {"a": flag()}}
    flags = tmp_path / "flags.json"
    flags.write_text(json.dumps(document))
    put(path, KILL_A)
    with (
        Client.from_file(flags, overrides=str(path)) as one,
        Client.from_document(document, overrides=path) as other,
    ):
        assert state(one) == state(other) == KILLED
        other.update({"flags": {"a": flag(), "b": flag()}})
        assert (state(other), state(other, "b")) == (KILLED, ON)


def test_toml_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text('kill = ["a"]')
    with Client.from_document({"flags": {"a": flag()}}, overrides=path) as client:
        assert state(client) == KILLED


def test_an_evaluation_asks_nothing_more(path: Path) -> None:
    """The compiled function is swapped; the way to it is the same."""
    put(path, '{"serve": {"a": "on"}}')
    rules = [{"id": "r", "when": {"attribute": "x", "op": "present"}, "serve": "off"}]
    plain, ruled = {"flags": {"a": flag()}}, {"flags": {"a": flag(rules=rules)}}
    with (
        Client.from_document(ruled, overrides=path) as overridden,
        Client.from_document(plain) as client,
    ):
        codes = [c._serving.tables.boolean["a"].__code__.co_code for c in (overridden, client)]  # type: ignore[attr-defined]
        assert codes[0] == codes[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_follows_the_file_too(path: Path) -> None:
    with Client.from_document({"flags": {"a": flag()}}, overrides=path) as client:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                until(lambda: state(client) == KILLED)
                code = 0
            finally:
                os._exit(code)
        put(path, KILL_A)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_an_option_that_is_no_path() -> None:
    with pytest.raises(OptionError, match="overrides is the path of a file, not 5"):
        Client.from_document({"flags": {}}, overrides=5)  # type: ignore[arg-type]


def test_a_file_that_cannot_be_read_and_then_can(path: Path, tmp_path: Path) -> None:
    file = OverrideFile(path)
    assert (file.look(), file.held) == (False, NOTHING)
    put(path, KILL_A)
    assert file.look()
    held = file.held
    path.unlink()
    path.mkdir()  # as unreadable as anything, also for root
    assert file.look()
    assert (file.held, "cannot be read" in file.problem) == (held, True)
    assert not file.look(), "it is told once"
    path.rmdir()
    assert file.look()
    assert (file.held, file.problem) == (NOTHING, "")
