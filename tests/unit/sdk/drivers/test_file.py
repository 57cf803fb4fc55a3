"""A client of a file: read, followed, and not disturbed by a broken one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import flag, snapshot_of, until

from yardarm import Client, DocumentError
from yardarm.sdk.drivers.file import load

USER = {"key": "u1"}


def document(value: bool, **more: Any) -> str:
    return json.dumps({"flags": {"a": flag(value)}, **more})


def put(path: Path, text: str | bytes) -> None:
    """Replace the file in one step, as editors and deployments do."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(text.encode() if isinstance(text, str) else text)
    os.replace(beside, path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "flags.json"
    put(path, document(True))
    return path


def following(path: Path) -> Client:
    return Client.from_file(path, poll_seconds=0.01)


def test_a_file_is_read_at_once_and_followed(path: Path) -> None:
    with following(path) as client:
        assert client.boolean("a", USER) is True
        assert client.wait_ready(0)
        assert client.status.origin == "file"
        put(path, document(False))
        until(lambda: not client.boolean("a", USER))
        path.write_text(document(True))  # in place
        until(lambda: client.boolean("a", USER))


BROKEN = [
    "", "{", "[]", "not json", document(False)[:-1], '{"flags": {"a": {}}}', b"\xff\xfe",
    '{"flags": {"a": 5}}', '{"flags": {}, "flags": {}}', '{"unknown": 1}',
    json.dumps({"flags": {"a": {**flag(), "default": "no-such-variant"}}}),
    '{"format": 99, "flags": {}}', "[" * 100_000, snapshot_of({"a": flag(False)}).encode()[:-9],
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_keeps_what_was_read_and_says_so_once(
    path: Path, broken: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with following(path) as client:
        put(path, broken)
        until(lambda: client.status.error)
        assert client.boolean("a", USER) is True
        assert client.poll() is False
        lines = [r.getMessage() for r in caplog.records]
        assert len(lines) == 1
        assert "what was read before stays in use" in lines[0]
        put(path, document(False))
        until(lambda: not client.boolean("a", USER))
        assert client.status.error == ""


def test_a_file_that_goes_away_keeps_what_was_read(path: Path) -> None:
    with following(path) as client:
        path.unlink()
        until(lambda: client.status.error)
        assert client.boolean("a", USER) is True
        put(path, document(False))
        until(lambda: not client.boolean("a", USER))


def test_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    with following(tmp_path / "later.json") as client:
        assert client.boolean("a", USER, True) is True
        assert client.wait_ready(0.0) is False
        put(tmp_path / "later.json", document(False))
        assert client.wait_ready(5)
        assert client.boolean("a", USER, True) is False


def test_a_mistake_is_told_with_its_place(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(path, json.dumps({"flags": {"a": {**flag(), "enabled": "yes"}}}))
    with following(path):
        assert "/flags/a/enabled" in caplog.text


def test_toml_is_read(tmp_path: Path) -> None:
    path = tmp_path / "flags.toml"
    put(
        path,
        """
        # the same document, as a person likes to write it
        [flags.a]
        type = "boolean"
        enabled = true
        default = "off"
        expires_at = 2027-01-01T00:00:00Z
        variants = [{ key = "on", value = true }, { key = "off", value = false }]

        [[flags.a.rules]]
        id = "nl"
        when = { attribute = "country", op = "equals", values = ["NL"] }
        serve = "on"
    """,
    )
    with following(path) as client:
        assert client.boolean("a", {"key": "u", "country": "NL"}) is True
        assert client.boolean("a", {"key": "u", "country": "BE"}) is False
        put(path, "flags = [")
        until(lambda: "not TOML" in client.status.error)


def test_a_snapshot_is_read(tmp_path: Path) -> None:
    path = tmp_path / "flags.snapshot"
    put(path, snapshot_of({"a": flag()}, 12).encode())
    with following(path) as client:
        assert client.boolean("a", USER) is True
        assert client.status.version == 12


def test_a_byte_order_mark_is_no_obstacle(path: Path) -> None:
    put(path, b"\xef\xbb\xbf" + document(False).encode())
    with following(path) as client:
        assert client.boolean("a", USER, True) is False


def test_listeners_hear_of_a_file(path: Path) -> None:
    told: list[frozenset[str]] = []
    with following(path) as client:
        client.on_change(told.append)
        put(path, document(False))
        assert until(lambda: told) == [frozenset("a")]


def test_a_file_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(DocumentError, match="64 MiB"):
        load(b" " * (64 * 1024 * 1024 + 1))


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with following(tmp_path) as client:
        assert client.status.error
        assert client.boolean("a", USER, True) is True
