"""Gutter's pickles made plain, one by one."""

import base64
import pickle
from typing import Any

import pytest

from yardarm.connect.gutter import plain
from yardarm.errors import DocumentError

SWITCH = b"(igutter.client.models\nSwitch\n(dS'_name'\nS'x'\nsb."
OBJECT = {"py/object": "gutter.client.models.Switch", "py/state": {"_name": "x"}}


def packed(data: bytes) -> str:
    return base64.encodebytes(data).decode()


def block(data: bytes, end: str = "\n") -> str:
    lines = ["-----BEGIN SWITCHES-----", *packed(data).splitlines(), "-----END SWITCHES-----"]
    return end.join(lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_export(end: str) -> None:
    assert plain(block(b"(l" + SWITCH[:-1] + b"a.", end)) == [OBJECT]


def test_hashes() -> None:
    text = '{"py/object": "gutter.client.models.Switch"}'
    fields = {"default.a": packed(SWITCH), "default.b": text, "default.c": packed(SWITCH).encode()}
    expected = {"default.a": OBJECT, "default.b": text, "default.c": OBJECT}
    assert plain(fields) == expected
    assert plain({"redis": {"gutter": fields, "gutterlast_updated": "12"}}) == {
        "redis": {"gutter": expected, "gutterlast_updated": "12"}
    }


def test_one_bad_field_leaves_its_neighbours_alone() -> None:
    evil = pickle.dumps(Evil(), 2)
    found = plain({"a": packed(evil), "b": "%%%", "c": packed(b"x"), "d": packed(SWITCH), "e": 5})
    assert found["d"] == OBJECT
    assert found["e"] == 5
    assert "calls builtins.eval" in found["a"]["py/unreadable"].replace("__builtin__", "builtins")
    assert "base64" in found["b"]["py/unreadable"]
    assert found["c"]["py/unreadable"]


class Evil:
    def __reduce__(self) -> Any:
        return eval, ("1",)


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN SWITCHES-----\nxx", block(b"x"), "abc\nd"]
)
def test_what_is_no_export(text: str) -> None:
    with pytest.raises(DocumentError):
        plain(text)


def test_json_is_left_as_it_is() -> None:
    for value in ('{"a": 1}', " [1]", [1], None, 5, {"default.x": OBJECT}):
        assert plain(value) == value


def test_too_large() -> None:
    with pytest.raises(DocumentError, match="too large"):
        plain("-----BEGIN SWITCHES-----\n" + "A" * 12_000_000 + "\n-----END SWITCHES-----")
