import json
from pathlib import Path

import pytest

from yardarm.cli.evaluate import read_context
from yardarm.cli.failures import Failure

from .conftest import Yardarm

DOCUMENT = {
    "flags": {
        "f": {
            "type": "boolean",
            "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
            "enabled": True,
            "off": "off",
            "default": {"split": {"arms": [{"variant": "on", "weight": 100_000}]}},
            "prerequisites": [{"flag": "p", "variants": ["on"]}],
            "rules": [
                {"id": "r1", "paused": True, "when": {"always": True}, "serve": "on"},
                {"id": "r2", "name": "Home", "serve": "off", "when": {"any": [
                    {"attribute": "country", "op": "in", "values": ["NL", "BE"]},
                    {"segment": "staff"},
                ]}},
            ],
        },
        "p": {
            "type": "boolean", "variants": [{"key": "on", "value": True}], "enabled": True,
            "default": "on",
        },
    },
    "segments": {"staff": {"included": [{"keys": ["ann"]}]}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def document(tmp_path: Path) -> None:
    (tmp_path / "doc.json").write_text(json.dumps(DOCUMENT))


def test_a_flag_of_a_document(yardarm: Yardarm) -> None:
    done = yardarm("eval", "f", "key=u", "country=NL", "--document", "doc.json", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "flag": "f", "value": False, "variant": "off", "reason": "TARGETING_MATCH", "rule": "r2",
        "error": None, "cause": None, "bucket": None, "version": 0, "trace": None,
    }  # fmt: skip


def test_for_a_person(yardarm: Yardarm) -> None:
    done = yardarm("eval", "f", "--context", '{"key": "ann"}', "--document", "doc.json")
    assert done.out.splitlines()[:3] == [
        "f = false", "variant  off", "reason   TARGETING_MATCH",
    ]  # fmt: skip


def test_explain_says_what_was_asked(yardarm: Yardarm) -> None:
    done = yardarm("eval", "f", "key=u", "--document", "doc.json", "--explain")
    lines = done.out.partition("\n\n")[2].splitlines()
    assert lines == [
        "flag f: serves on",
        "  prerequisite p is on: yes",
        "    flag p: serves on",
        "      default: yes",
        "  rule r1: not asked (paused)",
        "  rule Home: no",
        "    any: no",
        "      clause country in NL,BE: no",
        "      segment segment staff: no",
        "        included: no",
        f"  default: yes (bucket {json.loads(bucket(yardarm))})",
    ]


def bucket(yardarm: Yardarm) -> str:
    done = yardarm("eval", "f", "key=u", "--document", "doc.json", "--explain", "--json")
    return str(json.loads(done.out)["bucket"])


def test_the_fallback(yardarm: Yardarm) -> None:
    for given, value in (("3", 3), ("blue", "blue"), ('{"a": 1}', {"a": 1})):
        done = yardarm("eval", "x", "--fallback", given, "--document", "doc.json", "--json")
        found = json.loads(done.out)
        assert (found["value"], found["error"]) == (value, "FLAG_NOT_FOUND")


def test_cases_from_a_file_and_from_standard_input(yardarm: Yardarm) -> None:
    lines = b'{"flag": "f", "context": {"country": "NL"}}\n?\n{"flag": "p"}\n'
    Path("cases.jsonl").write_bytes(lines)
    named = yardarm("eval", "--cases", "cases.jsonl", "--document", "doc.json")
    piped = yardarm("eval", "--cases", "-", "--document", "doc.json", stdin=lines)
    assert named.code == piped.code == 0
    assert named.out == piped.out
    assert [json.loads(line)["value"] for line in named.out.splitlines()] == [False, None, True]
    assert named.err == "yardarm: line 2: not JSON at column 1: Expecting value\n"


def test_cases_without_any_document_get_answers(yardarm: Yardarm) -> None:
    done = yardarm("eval", "--cases", "-", stdin=b'{"flag": "f", "default": 5}\n')
    assert done.code == 0
    found = json.loads(done.out)
    assert (found["flag"], found["value"], found["error"]) == ("f", 5, "PARSE_ERROR")
    assert "no document" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["f", "--dialect", "launchdarkly"], "answers the lines of --cases"),
        (["--cases", "-", "--dialect", "x"], "known: yardarm"),
        ([], "name a flag"),
        (["f", "--cases", "-"], "--cases brings flags"),
        (["f", "--document", "doc.json", "--version", "3"], "--version asks a server"),
        (["f", "--document", "doc.json", "--at", "yesterday"], "no time with a zone"),
        (["f", "--document", "doc.json", "country"], "no attribute"),
        (["f", "--document", "doc.json", "--context", "{"], "no JSON"),
        (["f", "--document", "nowhere.json"], "No such file"),
        (["--cases", "nowhere.jsonl"], "No such file"),
        (["--cases", "-", "--document", "nowhere.json"], "No such file"),
        (["f"], "no server is named"),
        (["f", "--version", "-1"], "invalid value for '--version'"),
    ],
)
def test_mistakes_are_one_line(yardarm: Yardarm, arguments: list[str], words: str) -> None:
    if arguments == ["f"]:
        arguments = ["f", "--project", "p", "--environment", "e"]
    done = yardarm("eval", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("yardarm: ")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_contexts() -> None:
    texts = ('{"key": "u", "a": {"b": 1}}', "n=3", "t=true", "s=x=y", 'q="3"', "e=")
    assert read_context(texts) == {
        "key": "u", "a": {"b": 1}, "n": 3, "t": True, "s": "x=y", "q": "3", "e": "",
    }  # fmt: skip
    for text in ("[]", "=x", "x"):
        with pytest.raises(Failure):
            read_context((text,))
