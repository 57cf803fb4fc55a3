"""Commands of flags on a document's file: what a person wrote stays as it is."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from yardarm.connect.yaml import load_yaml

from .conftest import Yardarm

TEXT = """\
# Our flags.
flags:
  # The checkout.
  new-checkout:
    type: boolean
    variants:
      - {key: on, value: true}
      - {key: off, value: false}
    enabled: false  # not yet
    off: off
    default: on
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "flags.yaml"
    path.write_text(TEXT)
    return path


def test_enable_changes_one_word(yardarm: Yardarm, document: Path) -> None:
    done = yardarm("flags", "enable", "new-checkout", "--document", "flags.yaml")
    assert (done.code, done.err) == (0, "")
    assert document.read_text() == TEXT.replace("enabled: false", "enabled: true")
    again = yardarm("flags", "enable", "new-checkout", "--document", "flags.yaml", "--json")
    assert json.loads(again.out)["changed"] is False
    yardarm("flags", "disable", "new-checkout", "--document", "flags.yaml")
    assert document.read_text() == TEXT


def test_set_adds_what_is_new(yardarm: Yardarm, document: Path) -> None:
    done = yardarm(
        "flags", "set", "new-checkout", "--document", "flags.yaml", "--owner", "ann",
        "--rollout", "10%", "--add-rule", "country in NL,BE -> on", "--json",
    )  # fmt: skip
    assert json.loads(done.out)["changed"] == ["default", "owner", "rules"]
    text = document.read_text()
    flag = load_yaml(text)["flags"]["new-checkout"]
    assert flag["default"] == {
        "split": {"arms": [{"variant": "on", "weight": 10_000}], "outside": "off"}
    }
    assert flag["rules"][0]["when"]["values"] == ["NL", "BE"]
    assert "# The checkout." in text
    assert "# not yet" in text


def test_create_writes_a_flag_and_list_and_show_read_it(yardarm: Yardarm, document: Path) -> None:
    done = yardarm(
        "flags", "create", "colour", "--document", "flags.yaml", "--type", "string",
        "--variant", "blue=#00f", "--variant", "red=#f00", "--off", "blue", "--default", "red",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert document.read_text() == TEXT + (
        "  colour:\n"
        "    type: string\n"
        "    variants:\n"
        '      - {key: blue, value: "#00f"}\n'
        '      - {key: red, value: "#f00"}\n'
        "    off: blue\n"
        "    default: red\n"
    )
    listed = yardarm("flags", "list", "--document", "flags.yaml").out.splitlines()
    assert [line.split()[0] for line in listed] == ["FLAG", "new-checkout", "colour"]
    shown = yardarm("flags", "show", "colour", "--document", "flags.yaml").out
    assert "blue = #00f, red = #f00" in shown
    assert yardarm("flags", "create", "colour", "--document", "flags.yaml").code == 2


def test_a_change_that_is_not_valid_is_not_written(yardarm: Yardarm, document: Path) -> None:
    done = yardarm("flags", "set", "new-checkout", "--document", "flags.yaml", "--default", "foo")
    assert done.code == 2
    assert "/flags/new-checkout/default" in done.err
    assert "has no variant 'foo'" in done.err
    assert document.read_text() == TEXT


def test_values_are_checked_against_the_schema(yardarm: Yardarm, document: Path) -> None:
    whole = {"type": "boolean", "variants": [{"key": "on", "value": True}], "off": "on",
             "schema": {"const": False}}  # fmt: skip
    Path("flag.json").write_text(json.dumps(whole))
    done = yardarm(
        "flags", "set", "new-checkout", "--document", "flags.yaml", "--file", "flag.json"
    )
    assert done.code == 2
    assert "/variants/0/value" in done.err
    assert document.read_text() == TEXT


def test_a_whole_flag_from_a_file(yardarm: Yardarm, document: Path) -> None:
    Path("flag.yaml").write_text(
        "type: boolean\nvariants: [{key: on, value: true}, {key: off, value: false}]\n"
        "enabled: true\ndefault: off\n"
    )
    yardarm("flags", "set", "new-checkout", "--document", "flags.yaml", "--file", "flag.yaml")
    flag = load_yaml(document.read_text())["flags"]["new-checkout"]
    assert flag["enabled"] is True
    assert flag["off"] is None  # left out in a whole flag, so it has its usual value
    assert "# not yet" in document.read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("variants: []\ntype: string\n", "type is 'boolean'"),
        ("key: other\nvariants: []\n", "key is 'new-checkout'"),
        ("varaints: []\n", "no field 'varaints'"),
        ("enabled: true\n", "no whole flag"),
        ("- a\n", "no flag"),
    ],
)
def test_a_file_that_holds_no_such_flag(
    yardarm: Yardarm, document: Path, text: str, words: str
) -> None:
    Path("flag.yaml").write_text(text)
    done = yardarm(
        "flags", "set", "new-checkout", "--document", "flags.yaml", "--file", "flag.yaml"
    )
    assert done.code == 2
    assert words in done.err
    assert document.read_text() == TEXT


def test_json_documents_are_edited_too(yardarm: Yardarm, tmp_path: Path) -> None:
    value = {"flags": [{"key": "new-checkout", **load_yaml(TEXT)["flags"]["new-checkout"]}]}
    path = tmp_path / "flags.json"
    path.write_text(json.dumps(value))
    yardarm("flags", "enable", "new-checkout", "--document", "flags.json")
    value["flags"][0]["enabled"] = True
    assert path.read_text() == json.dumps(value, indent=2) + "\n"
    yardarm("flags", "create", "x", "--document", "flags.json")
    assert [flag["key"] for flag in json.loads(path.read_text())["flags"]] == ["new-checkout", "x"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("flags.toml", b"[flags]\n", "a toml file cannot be edited"),
        ("-", b"flags: {}\n", "standard input cannot be edited"),
        ("missing.yaml", None, "missing.yaml: No such file"),
        ("list.yaml", b"- a\n", "holds no document"),
        ("bad.yaml", b"flags: {a: {type: x}}\n", "'variants' is missing"),
        ("alias.yaml", b"flags: &x {}\n", "line 1: the anchor &x is refused"),
    ],
)
def test_a_file_that_cannot_be_edited(
    yardarm: Yardarm, tmp_path: Path, name: str, data: bytes | None, words: str
) -> None:
    if data is not None and name != "-":
        (tmp_path / name).write_bytes(data)
    done = yardarm("flags", "create", "x", "--document", name, stdin=data or b"")
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")
def test_permissions_and_links_stay(yardarm: Yardarm, document: Path, tmp_path: Path) -> None:
    document.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(document)
    assert yardarm("flags", "enable", "new-checkout", "--document", "link.yaml").code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(document.stat().st_mode) == 0o640
    assert "enabled: true" in document.read_text()
    assert sorted(os.listdir(tmp_path)) == ["flags.yaml", "link.yaml"]


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(
    yardarm: Yardarm, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yardarm.cli import flag_files

    def meanwhile(*arguments: object) -> str:
        document.write_text(TEXT + "# somebody else\n")
        return "flags: {}\n"

    monkeypatch.setattr(flag_files, "rewrite", meanwhile)
    done = yardarm("flags", "enable", "new-checkout", "--document", "flags.yaml")
    assert done.code == 3
    assert "changed meanwhile" in done.err
    assert document.read_text() == TEXT + "# somebody else\n"
