import json
import sys
from typing import Any

import pytest

from yardarm.cli import output


def as_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a person looked on."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


ROWS = [("new-checkout", "on", 3), ("x\x1b[31m", "off", None)]


def test_a_table_for_a_program_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("FLAG", "STATE", "RULES"), ROWS, empty="none")
    assert capsys.readouterr().out.splitlines() == [
        "FLAG          STATE  RULES",
        "new-checkout  on     3",
        "x\\x1b[31m     off",
    ]


def test_a_table_for_a_person_has_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    output.table(("FLAG", "STATE", "RULES"), ROWS, empty="none")
    out = capsys.readouterr().out
    assert "\x1b[1;32mon" in out
    assert "x\\x1b[31m" in out  # what a server says is never acted on
    output.say(output.paint("x", fg="red"))
    assert "\x1b[31m" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colour_gets_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    as_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    output.table(("FLAG", "STATE", "RULES"), ROWS, empty="none")
    output.say(output.paint("x", fg="red") + output.on_off(True))
    assert "\x1b" not in capsys.readouterr().out


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("FLAG",), [], empty="no flags")
    assert capsys.readouterr().out == "no flags\n"


def test_fields_without_a_value_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    output.fields([("key", "f"), ("owner", ""), ("tags", ["a", "b\n"]), ("enabled", False)])
    assert capsys.readouterr().out.splitlines() == [
        "key      f", "tags     a, b\\x0a", "enabled  false",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [("é😀", "é😀"), ("a\tb", "a\\x09b"), ("\u202eevil", "\\x202eevil"), ("\x9b", "\\x9b"),
     (None, ""), (True, "true"), ([1, "x"], '[1, "x"]')],
)  # fmt: skip
def test_nothing_reaches_the_terminal_that_it_would_act_on(value: Any, text: str) -> None:
    assert output.safe(value) == text


@pytest.mark.parametrize("value", [{"é": "\ud800"}, {"a": "é"}, [], {"a": [1.5, None, True]}])
def test_json_can_be_read_back(capsys: pytest.CaptureFixture[str], value: Any) -> None:
    output.say_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert out.count("\n") == 1


def test_json_is_ascii_where_the_output_holds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrow:
        encoding = "cp1252"

    monkeypatch.setattr(sys, "stdout", Narrow())
    assert output.json_text("→") == '"\\u2192"'
