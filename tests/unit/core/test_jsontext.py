"""JSON text: strict reading, canonical writing."""

import json
from typing import Any

import pytest

from yardarm.core.jsontext import MAX_NESTING, canonical, check_value, parse_json
from yardarm.errors import DocumentError


@pytest.mark.parametrize(("text", "message"), [
    ("", "line 1, column 1"), ("{", "line 1, column 2"), ('{"a":1,}', "not JSON"), ("[1] 2",
    "Extra data"),
    ("{'a': 1}", "not JSON"), ('{"a": 1, "a": 2}', "'a' is given twice"), ("NaN",
    "NaN is not JSON"),
    ("-Infinity", "-Infinity is not JSON"), ("1e400", "out of range"), ("9007199254740992",
    "beyond 2^53"),
    ("123456789012345678901", "beyond 2^53"), ('"\\ud83d"', "lone surrogate"), ('"\\u0000"',
    "U+0000"),
    ('{"\\u0000": 1}', "U+0000"), ('{"__proto__": 1}', "refused"), ("\n\n  ?", "line 3, column 3"),
])  # fmt: skip
def test_what_is_refused(text: str, message: str) -> None:
    for data in (text, text.encode()):
        with pytest.raises(DocumentError) as caught:
            parse_json(data)
        assert message in caught.value.problems[0].message


@pytest.mark.parametrize(("value", "pointer"), [
    ({"a": [1, {"b": "\ud800"}]}, "/a/1/b"), ({"a/b": {"~": 2**60}}, "/a~1b/~0"),
    ([float("nan")], "/0"), ({"a": {1: 2}}, "/a/1"), ({"a": {"b": object()}}, "/a/b"),
    ([(1, 2)], "/0"), ({"a": b"x"}, "/a"),
])  # fmt: skip
def test_pointers_lead_to_what_is_wrong(value: Any, pointer: str) -> None:
    assert [problem.pointer for problem in check_value(value)] == [pointer]


def test_nesting_is_bounded() -> None:
    def nested(levels: int) -> str:
        return "[" * levels + "1" + "]" * levels

    assert parse_json(nested(MAX_NESTING))
    for levels in (MAX_NESTING + 1, 5_000, 1_000_000):
        with pytest.raises(DocumentError, match="nested too deeply"):
            parse_json(nested(levels))


def test_what_is_accepted() -> None:
    text = '\ufeff {"a": [true, null, 1, -1.5e3, "\\ud83d\\ude00", "é"]} '
    expected = {"a": [True, None, 1, -1500.0, "😀", "é"]}
    assert parse_json(text) == parse_json(text.encode()) == expected
    assert parse_json("9007199254740991") == 2**53 - 1


def test_our_own_bytes_are_read_without_the_checks() -> None:
    assert parse_json('{"a": 1, "a": 2}', strict=False) == {"a": 2}
    with pytest.raises(DocumentError):
        parse_json("{", strict=False)
    with pytest.raises(DocumentError):
        parse_json(b"\xff", strict=False)


def test_canonical_bytes() -> None:
    assert canonical({"b": 1, "a": [1.0, None, "é\n\u2028"]}) == (
        '{"a":[1.0,null,"é\\n\u2028"],"b":1}'.encode()
    )
    assert canonical({"a": {"c": 1, "b": 2}}) == canonical(json.loads('{"a": {"b": 2, "c": 1}}'))
    with pytest.raises(ValueError):
        canonical(float("nan"))
