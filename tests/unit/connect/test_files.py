import json
from pathlib import Path

import pytest

from yardarm.connect import files
from yardarm.connect.yaml_write import dump_yaml
from yardarm.core import snapshot
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.errors import DocumentError

VALUE = {
    "flags": {
        "a": {
            "type": "boolean",
            "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
            "enabled": True,
            "off": "off",
            "default": "on",
            "expires_at": "2027-03-01T09:00:00Z",
        }
    },
    "segments": {"beta": {"included": [{"keys": ["user-1"]}]}},
}
TOML = b"""
# Flags in TOML.
[flags.a]
type = "boolean"
variants = [{key = "on", value = true}, {key = "off", value = false}]
enabled = true
off = "off"
default = "on"
expires_at = 2027-03-01T09:00:00Z

[segments.beta]
included = [{keys = ["user-1"]}]
"""
DOCUMENT = document_from_json(VALUE)
SNAPSHOT = snapshot.from_document(DOCUMENT).encode()


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.json", json.dumps(VALUE).encode(), "json"),
        ("a.yaml", dump_yaml(VALUE).encode(), "yaml"),
        ("a.yml", json.dumps(VALUE).encode(), "yaml"),
        ("a.toml", TOML, "toml"),
        ("a.snapshot", SNAPSHOT, "snapshot"),
        ("a.json", SNAPSHOT, "snapshot"),
        ("A.JSON", b"\xef\xbb\xbf" + json.dumps(VALUE).encode(), "json"),
        ("-", json.dumps(VALUE, indent=2).encode(), "json"),
        ("-", dump_yaml(VALUE).encode(), "yaml"),
        ("flags", b"# comment\n---\n" + dump_yaml(VALUE).encode(), "yaml"),
        ("-", TOML, "toml"),
        ("-", SNAPSHOT, "snapshot"),
        ("flags.txt", b'[flags."a"]' + TOML.partition(b"[flags.a]")[2], "toml"),
    ],
)
def test_every_format_holds_the_same_document(name: str, data: bytes, form: str) -> None:
    loaded = files.parse(data, name)
    assert loaded.format == form
    assert document_to_json(loaded.document()) == document_to_json(DOCUMENT)


def test_an_empty_snapshot_is_known_by_its_header() -> None:
    empty = snapshot.from_document(document_from_json({})).encode()
    assert files.parse(empty, "x").format == "snapshot"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", b'{"flags": {}', "not JSON at line 1"),
        ("a.json", b"\xff", "not valid UTF-8"),
        ("a.json", b"", "not JSON"),
        ("a.yaml", b"a: &x 1", "line 1: the anchor"),
        ("a.toml", b"a = ", "not TOML"),
        ("a.toml", b"x = 1\ny = \xff", "line 2: not valid UTF-8"),
        ("a.toml", b"a = nan", "NaN"),
        ("a.toml", b"a = 9007199254740993", "2^53"),
        ("a.toml", b"a = " + b"9" * 5000, "not TOML"),
        ("a.toml", b"a = " + b"[" * 300 + b"]" * 300, "nested too deeply"),
        ("a.snapshot", SNAPSHOT.replace(b'"on"', b'"no"'), "root"),
        ("a.json", SNAPSHOT[:-1], "cut off"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        files.parse(data, name).document()
    assert words in str(caught.value)


def test_lines_are_known_for_yaml_only() -> None:
    assert files.parse(dump_yaml(VALUE).encode(), "a.yaml").line("/flags/a/enabled") == 7
    assert files.parse(json.dumps(VALUE).encode(), "a.json").line("/flags/a") is None


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="too large"):
        files.load(path)


def test_toml_dates_of_every_kind_become_text() -> None:
    data = (
        b"a = 2027-03-01T09:00:00+02:00\nb = 2027-03-01\nc = 09:00:00\nd = [2027-03-01T09:00:00Z]"
    )
    assert files.parse_toml(data) == {
        "a": "2027-03-01T09:00:00+02:00",
        "b": "2027-03-01",
        "c": "09:00:00",
        "d": ["2027-03-01T09:00:00Z"],
    }
