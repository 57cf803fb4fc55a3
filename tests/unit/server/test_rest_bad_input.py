"""Bad input by REST: refused with the pointer and the reason, and nothing is changed.

Every case is sent to a route that would change something; the versions of all environments are
compared before and after.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from tests.rest_api import Api, environment, opened, project

from yardarm.core.jsontext import MAX_NESTING
from yardarm.core.reading import MAX_DEPTH

DEEP = MAX_DEPTH + 1
api = pytest.fixture(opened, scope="module")

FLAGS = project("flags")
FLAG = project("flags", "present")
STATE = environment("production", "flags", "present")
SEGMENT = environment("production", "segments", "beta")
IMPORT = environment("production", "import")


@pytest.fixture(scope="module", autouse=True)
def present(api: Api) -> None:
    """What the cases try to spoil."""
    api.do("POST", FLAGS, {"key": "needed", "enabled": True})
    needs = [{"flag": "needed", "variants": ["on"]}]
    api.do("POST", FLAGS, {"key": "present", "prerequisites": needs})
    api.do("PUT", SEGMENT, {"included": [{"keys": ["u1"]}]})


def state(api: Api) -> list[Any]:
    return [api.versions(), api.get(environment()), api.get(environment("staging"))]


def refuse(api: Api, status: int, method: str, path: str, **sent: Any) -> dict[str, Any]:
    before = state(api)
    problem = api.refused(status, method, path, **sent)
    assert state(api) == before
    return problem


# --- what is no JSON --------------------------------------------------------------------------

NOT_JSON: dict[str, tuple[bytes, str, str]] = {
    "nothing but text": (b"enabled", "", "not JSON"),
    "cut off": (b'{"key": "x"', "", "line 1, column 12"),
    "trailing comma": (b'{"key": "x",}', "", "not JSON"),
    "single quotes": (b"{'key': 'x'}", "", "not JSON"),
    "two values": (b'{"key": "x"} {}', "", "not JSON"),
    "duplicate names": (b'{"key": "x", "key": "y"}', "", "'key' is given twice"),
    "duplicate names, deep": (b'{"key":"x","metadata":{"a":1,"a":2}}', "", "'a' is given twice"),
    "NaN": (b'{"key": "x", "metadata": {"a": NaN}}', "", "NaN is not JSON"),
    "Infinity": (b'{"key": "x", "metadata": {"a": -Infinity}}', "", "-Infinity is not JSON"),
    "1e999": (b'{"key": "x", "metadata": {"a": 1e999}}', "", "out of range"),
    "2^53 + 1": (b'{"key":"x","metadata":{"a":9007199254740993}}', "/metadata/a", "2^53 - 1"),
    "5,000 digits": (b'{"key":"x","metadata":{"a":' + b"9" * 5_000 + b"}}", "", "2^53 - 1"),
    "lone surrogate": (b'{"key": "x", "name": "\\ud800"}', "/name", "lone surrogate"),
    "lone surrogate as name": (b'{"key":"x","metadata":{"\\udfff":1}}', "/metadata", "surrogate"),
    "invalid UTF-8": (b'{"key": "\xff"}', "", "not valid UTF-8 at byte 9"),
    "overlong UTF-8": (b'{"key": "\xc0\xaf"}', "", "not valid UTF-8"),
    "UTF-16": ('{"key": "x"}'.encode("utf-16"), "", "not valid UTF-8"),
    "U+0000": (b'{"key": "x", "name": "a\\u0000b"}', "/name", "U+0000"),
    "100,000 levels": (b'{"key":"x","schema":' + b"[" * 100_000, "", "nested too deeply"),
    "one level too many": (
        b'{"key":"x","origin":' + b'{"a":' * MAX_NESTING + b"1" + b"}" * (MAX_NESTING + 1),
        "/origin/a/a", "too deeply",
    ),
    "__proto__": (b'{"key": "x", "metadata": {"__proto__": 1}}', "/metadata/__proto__", "refused"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_JSON)
@pytest.mark.parametrize(("method", "path"), [
    ("POST", FLAGS), ("PATCH", STATE), ("PUT", SEGMENT), ("POST", IMPORT), ("POST", "/tokens"),
])  # fmt: skip
def test_a_body_that_is_no_json(api: Api, case: str, method: str, path: str) -> None:
    body, pointer, said = NOT_JSON[case]
    headers = {"Content-Type": "application/json"}
    problem = refuse(api, 400, method, path, content=body, headers=headers)
    assert problem["type"] == "/problems/not-json"
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert said in problem["errors"][0]["detail"]


def test_a_byte_order_mark_is_let_pass(api: Api) -> None:
    body = b'\xef\xbb\xbf{"key": "with-mark"}'
    done = api.call("POST", FLAGS, content=body, headers={"Content-Type": "application/json"})
    assert done.status_code == 201


# --- what is JSON, but not what a route takes -------------------------------------------------


def rule(serve: Any = "on", **when: Any) -> dict[str, Any]:
    return {"id": "r", "when": when or {"always": True}, "serve": serve}


def split(*weights: Any, **more: Any) -> dict[str, Any]:
    arms = [{"variant": v, "weight": w} for v, w in zip(("on", "off"), weights, strict=False)]
    return {"split": {"arms": arms, **more}}


STATES: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "", "expected an object"),
    "null": (None, "", "expected an object"),
    "unknown field": ({"enabeld": True}, "/enabeld", "unknown field"),
    "field of the project": ({"name": "n"}, "/name", "unknown field"),
    "text for a boolean": ({"enabled": "true"}, "/enabled", "expected 'bool', got 'str'"),
    "1 for a boolean": ({"enabled": 1}, "/enabled", "expected 'bool', got 'int'"),
    "rules null": ({"rules": None}, "/rules", "expected 'array'"),
    "targets null": ({"targets": None}, "/targets", "expected 'array'"),
    "a rule that is text": ({"rules": ["on"]}, "/rules/0", "expected 'object'"),
    "unknown variant": ({"off": "of"}, "/off", "no variant 'of'"),
    "variant by index": ({"off": 1}, "/off", "got 'int'"),
    "default with unknown variant": ({"default": "x"}, "/default", "no variant 'x'"),
    "unknown operator": (
        {"rules": [rule(attribute="a", op="equal", values=["x"])]},
        "/rules/0/when/op", "no operator 'equal'",
    ),
    "operator without values": (
        {"rules": [rule(attribute="a", op="lt")]}, "/rules/0/when/values", "lt",
    ),
    "empty all": ({"rules": [rule(all=[])]}, "/rules/0/when/all", "never matches"),
    "two shapes": ({"rules": [rule(all=[], segment="beta")]}, "/rules/0/when", "exactly one of"),
    "unknown segment": ({"rules": [rule(segment="x")]}, "/rules/0/when/segment", "no segment 'x'"),
    "unknown flag": (
        {"rules": [rule(flag="x", variants=["on"])]}, "/rules/0/when/flag", "no flag 'x'",
    ),
    "a condition too deep": (
        {"rules": [rule(**json.loads('{"not":' * DEEP + '{"always":true}' + "}" * DEEP))]},
        "/rules/0/when/not", "nested too deeply",
    ),
    "backreference": (
        {"rules": [rule(attribute="a", op="matches", values=["(a)\\1"])]},
        "/rules/0/when/values", "matches",
    ),
    "pattern of 2,000": (
        {"rules": [rule(attribute="a", op="matches", values=["a" * 2_000])]},
        "/rules/0/when/values", "matches",
    ),
    "the same rule id twice": ({"rules": [rule(), rule()]}, "/rules/1/id", "used twice"),
    "weights of 99,999": ({"default": split(50_000, 49_999)}, "/default/split", "99999"),
    "weights of 100,001": ({"default": split(50_000, 50_001)}, "/default/split", "100001"),
    "weight of 0 in all": ({"default": split(0, 0)}, "/default/split", ""),
    "negative weight": ({"default": split(-1, 100_001)}, "/default/split/arms/0/weight", ""),
    "weight 1.5": ({"default": split(1.5, 1)}, "/default/split/arms/0/weight", "an integer"),
    "weight true": ({"default": split(True, 1)}, "/default/split/arms/0/weight", "an integer"),
    "unknown algorithm": (
        {"default": split(50_000, 50_000, algorithm="md4")}, "/default/split/algorithm", "md4",
    ),
    "target of two variants": (
        {"targets": [{"variant": "on", "keys": ["u"]}, {"variant": "off", "keys": ["u"]}]},
        "/targets/1/keys/0", "already given 'on'",
    ),
    "prerequisite of itself": (
        {"prerequisites": [{"flag": "present", "variants": ["on"]}]}, "", "refers to itself",
    ),
    "prerequisite without variants": (
        {"prerequisites": [{"flag": "needed"}]}, "/prerequisites/0", "'variants' is missing",
    ),
    "reason too long": ({"enabled": True, "reason": "r" * 1_001}, "/reason", "length <= 1000"),
    "reason no text": ({"enabled": True, "reason": {}}, "/reason", "expected 'str'"),
    "force no boolean": ({"enabled": True, "force": "yes"}, "/force", "expected 'bool'"),
}  # fmt: skip


@pytest.mark.parametrize("case", STATES)
def test_a_state_that_is_refused(api: Api, case: str) -> None:
    body, pointer, said = STATES[case]
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    problem = refuse(api, 422, "PATCH", STATE, content=content, headers=headers)
    faults = {fault["pointer"]: fault["detail"] for fault in problem["errors"]}
    matching = [at for at in faults if at.startswith(pointer) and said in faults[at]]
    assert matching, faults


def test_a_cycle_over_two_flags(api: Api) -> None:
    body = {"prerequisites": [{"flag": "present", "variants": ["on"]}]}
    path = environment("production", "flags", "needed")
    problem = refuse(api, 422, "PATCH", path, body=body)
    assert any("needed -> present -> needed" in f["detail"] for f in problem["errors"])


def test_a_cycle_of_segments(api: Api) -> None:
    problem = refuse(api, 422, "PUT", SEGMENT, body={"when": {"segment": "beta"}})
    assert any("refers to itself" in fault["detail"] for fault in problem["errors"])


KEYS: dict[str, tuple[Any, str]] = {
    "empty": ("", "the key is empty"),
    "1,000 characters": ("k" * 1_000, "the key has 1000 characters"),
    "confusable": ("nееded", "mixes Cyrillic and Latin letters"),
    "all Cyrillic, looks like another": ("\u0430\u0430", "looks like 'aa'"),
    "not normalised": ("cafe\u0301", "normal form C"),
    "zero width": ("new\u200bcheckout", "invisible character U+200B"),
    "right to left override": ("a\u202eb", "invisible character U+202E"),
    "newline": ("a\nb", "invisible character U+000A"),
    "leading space": (" x", "white space"),
    "__proto__": ("__proto__", "reserved"),
    "constructor": ("constructor", "reserved"),
    "two dots": ("..", "reserved"),
    "a number": (7, "expected 'str', got 'int'"),
    "null": (None, "expected 'str', got 'null'"),
}


@pytest.fixture(scope="module")
def aa(api: Api) -> None:
    api.do("POST", FLAGS, {"key": "aa"})


@pytest.mark.usefixtures("aa")
@pytest.mark.parametrize("case", KEYS)
def test_a_key_that_is_refused(api: Api, case: str) -> None:
    key, said = KEYS[case]
    problem = refuse(api, 422, "POST", FLAGS, body={"key": key})
    assert any(said in fault["detail"] for fault in problem["errors"]), problem


NEW_FLAGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no key": ({}, "", "'key' is missing"),
    "unknown type": ({"key": "x", "type": "bool"}, "/type", "invalid enum value"),
    "value of another type": (
        {"key": "x", "type": "integer", "variants": [{"key": "a", "value": True}]},
        "/variants/0/value", "of type integer",
    ),
    "no variants": ({"key": "x", "type": "string", "variants": []}, "/variants", "at least one"),
    "variants left out": ({"key": "x", "type": "string"}, "", "'variants' is missing"),
    "the same variant twice": (
        {"key": "x", "variants": [{"key": "a", "value": True}, {"key": "a", "value": False}]},
        "/variants/1/key", "comes twice",
    ),
    "value beyond its schema": (
        {"key": "x", "type": "integer", "schema": {"maximum": 5},
         "variants": [{"key": "a", "value": 6}]},
        "/variants/0/value", "",
    ),
    "schema that is none": (
        {"key": "x", "type": "integer", "schema": {"type": "whole"},
         "variants": [{"key": "a", "value": 6}]},
        "/", "",
    ),
    "a date without zone": ({"key": "x", "expires_at": "2027-01-01"}, "/expires_at", "with a zone"),
    "nested metadata": ({"key": "x", "metadata": {"a": {}}}, "/metadata/a", "flat"),
    "300 tags": ({"key": "x", "tags": ["t"] * 300}, "/tags", "too many tags"),
    "a value of 2 MB": (
        {"key": "x", "type": "string", "force": True,
         "variants": [{"key": "a", "value": "v" * 2_000_000}]},
        "/variants/0/value", "too large",
    ),
    "unknown purpose": ({"key": "x", "purpose": "fun"}, "/purpose", "invalid enum value"),
    "archived from the start": ({"key": "x", "archived_at": "now"}, "/archived_at", "unknown"),
    "state of no environment": (
        {"key": "x", "environments": {"production": []}}, "/environments", "object",
    ),
    "unknown field in a state": (
        {"key": "x", "environments": {"production": {"name": "n"}}}, "/name", "cannot be changed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEW_FLAGS)
def test_a_flag_that_is_refused(api: Api, case: str) -> None:
    body, pointer, said = NEW_FLAGS[case]
    problem = refuse(api, 422, "POST", FLAGS, body=body)
    faults = {fault["pointer"]: fault["detail"] for fault in problem["errors"]}
    assert any(at.startswith(pointer) and said in faults[at] for at in faults), faults


def test_several_faults_are_told_at_once(api: Api) -> None:
    body = {"enabled": "yes", "targets": 3, "nonsense": 1}
    problem = refuse(api, 422, "PATCH", STATE, body=body)
    assert [f["pointer"] for f in problem["errors"]] == ["/enabled", "/nonsense", "/targets"]


def test_a_value_of_11_mb(api: Api) -> None:
    body = {"key": "x", "type": "string", "variants": [{"key": "a", "value": "v" * 11_000_000}]}
    assert "10 MiB" in refuse(api, 413, "POST", FLAGS, body=body)["detail"]


def test_a_body_that_inflates(api: Api) -> None:
    bomb = gzip.compress(b'{"key":"' + b"x" * 50_000_000 + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refuse(api, 413, "POST", FLAGS, content=bomb, headers=headers)
    refuse(api, 400, "POST", FLAGS, content=b"no gzip", headers=headers)
    headers["Content-Encoding"] = "br"
    refuse(api, 415, "POST", FLAGS, content=b"{}", headers=headers)


# --- segments ---------------------------------------------------------------------------------

SEGMENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "another key than in the path": ({"key": "x"}, "/key", "differs from 'beta'"),
    "both included and excluded": (
        {"included": [{"keys": ["u"]}], "excluded": [{"keys": ["u"]}]},
        "/included/0/keys/0", "both",
    ),
    "unknown field": ({"rules": []}, "/rules", "unknown field"),
    "keys that are numbers": ({"included": [{"keys": [1]}]}, "/included/0/keys/0", "text"),
}  # fmt: skip


@pytest.mark.parametrize("case", SEGMENTS)
def test_a_segment_that_is_refused(api: Api, case: str) -> None:
    body, pointer, said = SEGMENTS[case]
    problem = refuse(api, 422, "PUT", SEGMENT, body=body)
    faults = {fault["pointer"]: fault["detail"] for fault in problem["errors"]}
    assert any(at.startswith(pointer) and said in faults[at] for at in faults), faults


# --- whole documents --------------------------------------------------------------------------

ON = {"key": "on", "value": True}
DOCUMENTS: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "/document", "expected 'object'"),
    "a newer format": ({"format": 99}, "/document", "newer than"),
    "unknown field": ({"flagz": {}}, "/document/flagz", "unknown field"),
    "the same key twice in a list": (
        {"flags": [{"key": "a", "type": "boolean", "variants": [ON]}] * 2},
        "/document/flags/1", "used twice",
    ),
    "a key that differs from its name": (
        {"flags": {"a": {"key": "b", "type": "boolean", "variants": [ON]}}},
        "/document/flags/a/key", "differs",
    ),
    "a cycle of three": (
        {"flags": {
            name: {"type": "boolean", "variants": [ON],
                   "prerequisites": [{"flag": needed, "variants": ["on"]}]}
            for name, needed in (("c1", "c2"), ("c2", "c3"), ("c3", "c1"))
        }},
        "/document/flags/c", "refers to itself",
    ),
    "confusable keys": (
        {"flags": {k: {"type": "boolean", "variants": [ON]} for k in ("ca", "\u0441\u0430")}},
        "/document/flags/", "looks like",
    ),
    "an unknown segment": (
        {"flags": {"a": {"type": "boolean", "variants": [ON],
                         "rules": [rule(segment="nowhere")]}}},
        "/document/flags/a/rules/0/when/segment", "no segment",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_document_that_is_refused(api: Api, case: str) -> None:
    document, pointer, said = DOCUMENTS[case]
    problem = refuse(api, 422, "POST", IMPORT, body={"document": document})
    faults = {fault["pointer"]: fault["detail"] for fault in problem["errors"]}
    assert any(at.startswith(pointer) and said in faults[at] for at in faults), faults


def test_validate_says_the_same_and_changes_nothing(api: Api) -> None:
    before = state(api)
    path = environment("production", "validate")
    for document, pointer, said in DOCUMENTS.values():
        if isinstance(document, dict):
            found = api.do("POST", path, {"document": document})
            assert found["valid"] is False
            assert any(
                p["pointer"].startswith(pointer) and said in p["detail"] for p in found["problems"]
            )
    assert api.do("POST", path, {"document": {"flags": {}}}) == {"valid": True, "problems": []}
    assert state(api) == before
