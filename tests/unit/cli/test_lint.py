import json
from pathlib import Path
from typing import Any

from .conftest import Yardarm

DEAD = """\
flags:
  f:
    type: boolean
    variants: [{key: on, value: true}, {key: off, value: false}]
    enabled: true
    off: off
    default: on
    rules:
      - id: r
        when:
          all:
            - {attribute: age, op: gt, values: [5]}
            - {attribute: age, op: lt, values: [3]}
        serve: off
"""
FINE = DEAD.replace("lt, values: [3]", "lt, values: [9]")


def write(name: str, text: str) -> None:
    Path(name).write_text(text, "utf-8")


def listed(yardarm: Yardarm, *files: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(yardarm("lint", "--json", *files).out)
    return found


def test_a_document_without_findings(yardarm: Yardarm) -> None:
    write("fine.yaml", FINE)
    done = yardarm("lint", "fine.yaml")
    assert (done.code, done.out, done.err) == (0, "fine.yaml: nothing found\n", "")
    assert listed(yardarm, "fine.yaml") == []


def test_a_finding_has_a_line_of_its_own(yardarm: Yardarm) -> None:
    write("dead.yaml", DEAD)
    done = yardarm("lint", "dead.yaml")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "dead.yaml:9: error: /flags/f/rules/0: rule 'r' never matches: "
        "`age > 5` and `age < 3` exclude each other\n"
    )


def test_findings_as_a_list(yardarm: Yardarm) -> None:
    write("dead.yaml", DEAD)
    write("fine.yaml", FINE)
    (finding,) = listed(yardarm, "dead.yaml", "fine.yaml")
    assert yardarm("lint", "--json", "dead.yaml", "fine.yaml").code == 1
    assert {name: finding[name] for name in ("file", "line", "kind", "severity", "flag")} == {
        "file": "dead.yaml", "line": 9, "kind": "rule-never-matches", "severity": "error",
        "flag": "f",
    }  # fmt: skip
    assert finding["culprits"] == [f"/flags/f/rules/0/when/all/{n}" for n in (0, 1)]


def test_notes_do_not_count(yardarm: Yardarm) -> None:
    off = FINE.replace("  f:\n", "  g:\n").replace("enabled: true", "enabled: false")
    needs = FINE.replace(
        "enabled: true", "enabled: true\n    prerequisites: [{flag: g, variants: [on]}]"
    )
    write("needs.yaml", needs + off.removeprefix("flags:\n"))
    done = yardarm("lint", "needs.yaml")
    assert done.code == 0
    assert ": note: /flags/f/prerequisites/0: it never holds that 'g' serves 'on'" in done.out


def test_an_example_is_printed(yardarm: Yardarm) -> None:
    again = FINE + FINE.partition("    rules:\n")[2].replace("id: r", "id: again")
    write("again.yaml", again)
    assert yardarm("lint", "again.yaml").out.endswith('; for example {"age": 6}\n')


def test_what_is_not_valid_is_not_looked_at(yardarm: Yardarm) -> None:
    write("bad.yaml", FINE.replace("serve: off", "serve: nope"))
    write("dead.yaml", DEAD)
    done = yardarm("lint", "bad.yaml", "dead.yaml")
    assert done.code == 2
    assert done.err.startswith(
        "bad.yaml:14: error: /flags/f/rules/0/serve: the flag has no variant"
    )
    assert done.out.startswith("dead.yaml:9: error: ")
    write("broken.json", "{")
    assert yardarm("lint", "broken.json").code == 2
    assert (
        yardarm("lint", "nowhere.json").err == "yardarm: nowhere.json: No such file or directory\n"
    )


def test_standard_input(yardarm: Yardarm) -> None:
    done = yardarm("lint", "-", stdin=DEAD.encode())
    assert (done.code, done.out[:11]) == (1, "-:9: error:")


def test_without_a_file_it_needs_a_server(yardarm: Yardarm) -> None:
    done = yardarm("lint")
    assert (done.code, done.out) == (2, "")
    assert "no environment is named" in done.err or "no project is named" in done.err


def test_terminal_codes_in_a_document_are_shown_not_acted_on(yardarm: Yardarm) -> None:
    flag = {
        "type": "boolean", "variants": [{"key": "on", "value": True}], "enabled": True,
        "default": "on", "off": "on",
        "rules": [{"id": "r", "serve": "on", "when": {"all": [
            {"attribute": "a\x1b[2J", "op": "equals", "values": [value]} for value in (1, 2)
        ]}}],
    }  # fmt: skip
    write("a.json", json.dumps({"flags": {"f": flag}}))
    done = yardarm("lint", "a.json")
    assert done.code == 1
    assert "\x1b" not in done.out
    assert "[2J" in done.out
