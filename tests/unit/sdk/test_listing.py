"""Every flag with its value and who says so."""

import json
from pathlib import Path

from tests.native_server import KEY, flag

from yardarm import Client, ListedFlag, LocalFlags, bound_context, flag_table, list_flags

DUTCH = {"id": "nl", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
         "serve": "on"}  # fmt: skip
FLAGS = {
    "dutch": flag(False, rules=[DUTCH], description="For the Dutch.\nMore."),
    "nothing": {**flag(), "default": None},
    "a": flag(), "b": flag(), "c": flag(), "d": flag(),
}  # fmt: skip


def test_every_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "flags.json").write_text('{"c": "off", "filed": 3}')
    (tmp_path / "kills.json").write_text('{"kill": ["d"]}')
    local = LocalFlags(
        {"a": False, "only-said": "v2"},
        {"YARDARM_FLAG_B": "off", "YARDARM_FLAG_NOWHERE_ELSE": "x"},
        [tmp_path / "flags.json"],
    )  # fmt: skip
    client = Client.from_document({"flags": FLAGS}, local=local, overrides=tmp_path / "kills.json")
    assert list_flags(client) == [
        ListedFlag("a", "off", "command line", "boolean"),
        ListedFlag("b", "off", "environment YARDARM_FLAG_B", "boolean"),
        ListedFlag("c", "off", "file flags.json", "boolean"),
        ListedFlag("d", "off", "override file", "boolean"),
        ListedFlag("dutch", "off", "memory", "boolean", "For the Dutch.\nMore."),
        ListedFlag("filed", "3", "file flags.json"),
        ListedFlag("nothing", None, "code default", "boolean"),
        ListedFlag("nowhere-else", "x", "environment YARDARM_FLAG_NOWHERE_ELSE"),
        ListedFlag("only-said", "v2", "command line"),
    ]
    assert client._serving.counting.take() == ([], 0)  # nobody evaluated
    client.close()


def test_for_a_context() -> None:
    client = Client.from_document({"flags": {"dutch": FLAGS["dutch"]}})
    assert list_flags(client, {"key": "u", "country": "NL"})[0].variant == "on"
    with bound_context({"country": "NL"}):
        assert list_flags(client)[0].variant == "on"


def test_the_table() -> None:
    client = Client.from_document(
        {"flags": {"dutch": FLAGS["dutch"]}}, local=LocalFlags({"x": "\x1b"})
    )
    assert flag_table(client).splitlines() == [
        "flag   serves  source        description",
        "dutch  off     memory        For the Dutch.",
        r"x      \x1b    command line",
    ]


def test_before_anything_has_come() -> None:
    with Client("http://127.0.0.1:1", KEY, local=LocalFlags({"x": True}), report=False) as client:
        assert list_flags(client) == [ListedFlag("x", "on", "command line")]
        assert json.dumps(flag_table(client))
