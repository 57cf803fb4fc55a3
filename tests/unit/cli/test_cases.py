import io
import json
import tracemalloc
from typing import Any

import pytest

from yardarm.cli import cases
from yardarm.cli.cases import BadLine, Cases
from yardarm.cli.json_source import program_of
from yardarm.core.program import Program

FLAG: dict[str, Any] = {
    "type": "boolean",
    "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
    "enabled": True,
    "off": "off",
    "default": "off",
    "rules": [{"id": "nl", "when": {"attribute": "country", "op": "in", "values": ["NL"]},
               "serve": "on"}],
}  # fmt: skip
DOCUMENT = {"flags": {"f": FLAG}}
FIELDS = ["flag", "value", "variant", "reason", "rule", "error"]


def no_document() -> Program:
    raise BadLine("no document")


def answers(*lines: Any, common: Any = no_document, **options: Any) -> list[dict[str, Any]]:
    """Answers to lines, given as JSON or, for those that are none, as bytes."""
    data = b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
    )
    out = io.BytesIO()
    Cases(common, **options).run(io.BytesIO(data), out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(found) == len(data.splitlines())
    return found


def answer(line: Any, **options: Any) -> dict[str, Any]:
    (found,) = answers(line, **options)
    return found


def test_an_answer_has_six_fields_in_order() -> None:
    asked = {"flag": "f", "context": {"country": "NL"}, "default": 1, "document": DOCUMENT}
    assert answer(asked) == {
        "flag": "f", "value": True, "variant": "on", "reason": "TARGETING_MATCH", "rule": "nl",
        "error": None,
    }  # fmt: skip
    assert list(answer(asked)) == FIELDS


def test_the_default_is_the_callers_fallback() -> None:
    found = answer({"flag": "x", "context": {}, "default": {"a": [1]}, "document": DOCUMENT})
    assert (found["value"], found["variant"]) == ({"a": [1]}, None)
    assert (found["reason"], found["error"]) == ("ERROR", "FLAG_NOT_FOUND")


def test_the_lines_own_document_wins() -> None:
    common = program_of({"flags": {"f": {**FLAG, "default": "on"}}})
    asked = {"flag": "f", "context": {}}
    found = answers(asked, {**asked, "document": DOCUMENT}, asked, common=lambda: common)
    assert [each["value"] for each in found] == [True, False, True]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"\n",
        b"[]\n",
        b"12\n",
        b"\xff\xfe\n",
        b'{"flag": "f"\n',
        b'{"flag": "f", "flag": "g"}\n',
        b'{"flag": "f", "context": {"a": NaN}}\n',
        b'{"flag": "f", "default": 1e999}\n',
        b'{"flag": "f", "context": {"a": ' + b"9" * 5_000 + b"}}\n",
        b"[" * 100_000 + b"\n",
        b'{"flag": "f", "document": ' + b'{"a": ' * 50_000 + b"1" + b"}" * 50_000 + b"}\n",
    ],
)
def test_a_line_that_cannot_be_read_gets_an_answer(line: bytes) -> None:
    asked = {"flag": "f", "context": {}, "default": 7, "document": DOCUMENT}
    first, bad, last = answers(asked, line, asked)
    assert first == last
    assert list(bad) == FIELDS
    assert (bad["value"], bad["reason"], bad["error"]) == (None, "ERROR", "PARSE_ERROR")


@pytest.mark.parametrize(
    "asked",
    [
        {"flag": "f", "default": 7},
        {"flag": "f", "default": 7, "document": []},
        {"flag": "f", "default": 7, "document": None},
        {"flag": "f", "default": 7, "document": {"flags": 3}},
        {"flag": "f", "default": 7, "document": {"format": 99}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {**FLAG, "variants": None}}}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {"type": "boolean"}}}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {**FLAG, "rules": 1}}}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {**FLAG, "key": "g"}}}},
        {"flag": "f", "default": 7, "document": {"flags": [{**FLAG, "key": "f"}] * 2}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {**FLAG, "name": "\ud800"}}}},
        {"flag": "f", "default": 7, "document": {"flags": {"f": {**FLAG, "version": 2**60}}}},
    ],
)
def test_without_a_usable_flag_the_default_is_served(asked: dict[str, Any]) -> None:
    found = answer(asked)
    assert (found["flag"], found["value"], found["error"]) == ("f", 7, "PARSE_ERROR")


@pytest.mark.parametrize("key", [None, 3, ["f"]])
def test_a_line_without_a_flag(key: Any) -> None:
    found = answer({"flag": key, "default": 7, "document": DOCUMENT})
    assert (found["flag"], found["value"], found["error"]) == (None, 7, "PARSE_ERROR")


@pytest.mark.parametrize("context", [3, "u", [], {"kind": "multi", "user": 3}, {"kind": 5}])
def test_a_context_that_is_none_is_said_so(context: Any) -> None:
    found = answer({"flag": "f", "context": context, "default": 7, "document": DOCUMENT})
    assert (found["value"], found["error"]) == (7, "INVALID_CONTEXT")


@pytest.mark.parametrize(
    "context", [None, {}, {"key": 2**63}, {"country": {"x": []}}, {"key": "\ud800"}]
)
def test_any_object_is_a_context(context: Any) -> None:
    found = answer({"flag": "f", "context": context, "document": DOCUMENT})
    assert (found["value"], found["error"]) == (False, None)


def test_one_bad_flag_leaves_the_others() -> None:
    document = {"flags": {"f": FLAG, "bad": {**FLAG, "rules": [{}]}}, "segments": {"x": 3}}
    found = answers(*({"flag": key, "document": document, "default": 7} for key in ("bad", "f")))
    assert [(each["value"], each["error"]) for each in found] == [
        (7, "PARSE_ERROR"),
        (False, None),
    ]


def test_what_a_newer_server_may_send_is_let_pass() -> None:
    flag = {**FLAG, "new_field": 1, "rules": [{**FLAG["rules"][0], "new_field": 1}]}
    asked = {"flag": "f", "context": {"country": "NL"}, "document": {"flags": {"f": flag}, "x": 1}}
    assert answer(asked)["value"] is True
    assert answer({**asked, "comment": "why"})["value"] is True


def test_flags_may_be_a_list() -> None:
    document = {"flags": [{**FLAG, "key": "f"}, 3, {"no": "key"}]}
    assert answer({"flag": "f", "document": document})["error"] is None


def test_text_outside_unicode_survives() -> None:
    line = b'{"flag": "\\ud800", "document": {"flags": {}}, "default": "\\udfff"}\n'
    found = answer(line)
    assert (found["flag"], found["value"]) == ("\ud800", "\udfff")
    assert answer({"flag": "é😀", "document": {}})["flag"] == "é😀"


def test_explain_adds_the_trace() -> None:
    asked = {"flag": "f", "context": {"country": "NL"}, "document": DOCUMENT}
    found, missing, bad = answers(asked, {**asked, "flag": "x"}, b"?\n", explain=True)
    assert list(found) == [*FIELDS, "trace"]
    assert found["trace"]["parts"][0]["what"]["id"] == "nl"
    assert found["trace"]["parts"][0]["outcome"] is True
    assert missing["trace"] is bad["trace"] is None


def test_the_first_bad_lines_are_told_and_the_rest_counted() -> None:
    told: list[str] = []
    answers(*([b"?\n"] * 25), complain=told.append)
    assert len(told) == 11
    assert told[2].startswith("line 3: not JSON at column 1")
    assert told[-1] == "25 bad lines in all"


def test_a_line_beyond_all_bounds_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MAX_LINE", 200)
    asked = b'{"flag": "f", "document": {"flags": {}}}\n'
    long = b'{"flag": "' + b"x" * 1_000 + b'"}\n'
    found = answers(asked, long, asked, long, asked)
    assert [each["error"] for each in found] == [
        "FLAG_NOT_FOUND", "PARSE_ERROR", "FLAG_NOT_FOUND", "PARSE_ERROR", "FLAG_NOT_FOUND",
    ]  # fmt: skip


def test_a_last_line_without_an_end_counts() -> None:
    assert len(answers({"flag": "f"}, b'{"flag": "g"}')) == 2
    assert answers() == []


def test_programs_of_the_last_documents_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0

    def counting(document: Any) -> Program:
        nonlocal made
        made += 1
        return program_of(document)

    monkeypatch.setattr(cases, "program_of", counting)
    documents = [{"flags": {"f": {**FLAG, "version": n}}} for n in range(cases.KEPT)]
    many = [{"flag": "f", "document": document} for document in documents]
    answers(*many * 5)
    assert made == cases.KEPT
    answers(*({"flag": "f", "document": {"version": n}} for n in range(20)))
    assert made == cases.KEPT + 20


class Endless(io.RawIOBase):
    """A stream of many lines, each with a document of its own, that is nowhere held as a whole."""

    def __init__(self, count: int) -> None:
        self.left = count

    def readline(self, size: int | None = -1, /) -> bytes:
        if not self.left:
            return b""
        self.left -= 1
        flag = {**FLAG, "version": self.left, "description": f"{self.left}" * 200}
        return json.dumps({"flag": "f", "document": {"flags": {"f": flag}}}).encode() + b"\n"


class Void(io.RawIOBase):
    def write(self, data: Any, /) -> int:
        return len(data)


def test_memory_does_not_grow() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        Cases(no_document).run(Endless(count), Void())  # type: ignore[arg-type]
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(50)
    few, many = peak(100), peak(2_000)
    assert many < few * 1.5 + 200_000, (few, many)
