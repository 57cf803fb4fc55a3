import json
from pathlib import Path

import pytest

from yardarm.connect.document_schema import document_schema

from .conftest import Yardarm

FLAG = {
    "type": "boolean",
    "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
    "enabled": True,
    "off": "off",
    "default": "on",
}


def write(name: str, flags: dict[str, object]) -> None:
    Path(name).write_text(json.dumps({"flags": flags}))


def test_a_valid_document(yardarm: Yardarm) -> None:
    write("a.json", {"f": FLAG})
    done = yardarm("validate", "a.json")
    assert (done.code, done.out, done.err) == (0, "a.json: valid\n", "")


def test_every_problem_is_said_with_its_place_and_its_line(yardarm: Yardarm) -> None:
    Path("a.yaml").write_text(
        "flags:\n"
        "  f:\n"
        "    type: boolean\n"
        "    variants:\n"
        "      - {key: on, value: 3}\n"
        "    off: nope\n"
        "    rules:\n"
        "      - {id: r, when: {segment: x}, serve: on}\n"
    )
    done = yardarm("validate", "a.yaml")
    assert done.code == 2
    assert [line.partition(" error: ")[0] for line in done.out.splitlines()] == [
        "a.yaml:5:", "a.yaml:6:", "a.yaml:8:",
    ]  # fmt: skip
    assert "/flags/f/off: the flag has no variant 'nope'; it has on" in done.out
    (report,) = json.loads(yardarm("validate", "a.yaml", "--json").out)
    assert report["valid"] is False
    assert [problem["line"] for problem in report["problems"]] == [5, 6, 8]
    assert report["problems"][0]["pointer"] == "/flags/f/variants/0/value"


def test_several_files_and_standard_input(yardarm: Yardarm) -> None:
    write("a.json", {"f": FLAG})
    Path("b.json").write_text("{")
    done = yardarm("validate", "a.json", "b.json", "-", stdin=b"flags: {}\n")
    assert done.code == 2
    assert "a.json: valid\n" in done.out
    assert "b.json: error: (document): not JSON at line 1" in done.out
    assert "-: valid\n" in done.out


def test_values_are_checked_against_their_schema(yardarm: Yardarm) -> None:
    write("a.json", {"f": {**FLAG, "schema": {"const": True}}})
    assert "/flags/f/variants/1/value: True was expected" in yardarm("validate", "a.json").out


def test_a_file_that_is_not_there(yardarm: Yardarm) -> None:
    done = yardarm("validate", "nowhere.json")
    assert (done.code, done.out) == (2, "")
    assert done.err == "yardarm: nowhere.json: No such file or directory\n"


def test_terminal_codes_in_a_document_are_shown_not_acted_on(yardarm: Yardarm) -> None:
    write("a.json", {"f": {**FLAG, "off": "\x1b[2Jgone"}})
    done = yardarm("validate", "a.json")
    assert "\x1b" not in done.out
    assert "[2Jgone" in done.out


def test_diff_says_what_differs(yardarm: Yardarm) -> None:
    write("a.json", {"f": FLAG, "gone": FLAG})
    write("b.json", {"f": {**FLAG, "enabled": False}, "new": FLAG})
    done = yardarm("diff", "a.json", "b.json")
    assert done.code == 0
    assert done.out.splitlines() == [
        "~ flag 'f': Switched off",
        "- flag 'gone' is removed",
        "+ flag 'new' is new",
    ]
    listed = json.loads(yardarm("diff", "a.json", "b.json", "--json").out)
    assert [each["kind"] for each in listed] == ["flag"] * 3
    assert listed[0]["pointer"] == "/enabled"
    assert yardarm("diff", "a.json", "a.json").out == "no difference\n"


def test_diff_of_a_malformed_document(yardarm: Yardarm) -> None:
    write("a.json", {"f": FLAG})
    write("b.json", {"f": {"type": "x"}})
    done = yardarm("diff", "a.json", "b.json")
    assert (done.code, done.out) == (2, "")
    assert "/flags/f" in done.err
    assert yardarm("diff", "-", "-").code == 2


@pytest.mark.parametrize("arguments", [["schema"], ["schema", "--json"]])
def test_schema_prints_the_schema(yardarm: Yardarm, arguments: list[str]) -> None:
    done = yardarm(*arguments)
    assert done.code == 0
    assert json.loads(done.out) == document_schema()
