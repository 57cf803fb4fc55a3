"""Faults 1-34 of the fault plan: documents as they must not be.

Each is refused at publish with its place and reason. If it reaches an SDK all the same, that flag
answers the caller's fallback (or the faulty rule never matches), nothing raises, and the
neighbours work. Each test names its fault.

Left out here, because they are not the core's: 24 (the limit of a document's bytes) and 26, 27
(growth and removal guards), which the server's publishing tests; 32 and 33 (scripts and
spreadsheet formulas in texts), which the dashboard's and the command line's; of 14 the unknown
stream event and of 15 the alarm, which the SDK's.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.oracle.build import (
    FALLBACK,
    ON_OFF,
    answer,
    boolean,
    clause,
    document,
    forced,
    pointers,
    program,
    refused,
    rule,
    split,
    why,
)

from yardarm.core import snapshot as s
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.jsontext import canonical, parse_json
from yardarm.core.validate import validate
from yardarm.errors import SnapshotError


def falls_back(flag: Any, segments: Any = None, cause: str = "malformed") -> None:
    """The forced flag answers the fallback; its dependent is off; its neighbour works."""
    asked = forced({"f": flag}, segments)
    for explained in (False, True):
        found = answer(asked, "f", {"key": "u"}, explained=explained)
        assert (found.value, found.reason, found.error) == (FALLBACK, "ERROR", "PARSE_ERROR")
        assert found.cause is not None
        assert found.cause.startswith(cause)
    assert answer(asked, "good").value is True
    needs = answer(asked, "needs", {"key": "u"})
    assert (needs.value, needs.cause) == (False, "prerequisite:f")


def works_without_the_rule(flag: Any, segments: Any = None) -> None:
    """The forced flag serves its default, since the faulty rule never matches."""
    asked = forced({"f": flag}, segments)
    for context in ({}, {"key": "u", "a": 1}, {"key": "u", "a": "x"}, None):
        assert answer(asked, "f", context, explained=True).variant == "on"
    assert answer(asked, "good").value is True
    assert answer(asked, "needs").value is True


def needing(*keys: str, **fields: Any) -> dict[str, Any]:
    return boolean(prerequisites=[{"flag": key, "variants": ["on"]} for key in keys], **fields)


def quickly(ask: Callable[[], Any], seconds: float = 2.0) -> Any:
    """Well within any test's patience, where a quadratic or exponential way would take minutes."""
    start = time.process_time()
    found = ask()
    assert time.process_time() - start < seconds
    return found


# --- cycles and chains ------------------------------------------------------------------------


def test_fault_1_prerequisite_on_itself() -> None:
    problems = refused({"f": needing("f")})
    assert pointers(problems) == ["/flags/f"]
    assert "f -> f" in problems[0].message
    falls_back(needing("f"), cause="malformed: a cycle")


@pytest.mark.parametrize("length", [2, 3, 100, 3_000])
def test_fault_2_cycle_of_any_length(length: int) -> None:
    ring = {f"f{n}": needing(f"f{(n + 1) % length}") for n in range(length)}
    problems = quickly(lambda: refused(ring), 4)
    assert sorted(pointers(problems)) == sorted(f"/flags/{key}" for key in ring)
    asked = forced({**ring, "f": needing("f0")})
    for key in ("f0", f"f{length - 1}"):
        found = quickly(lambda key=key: answer(asked, key))
        assert (found.value, found.error) == (FALLBACK, "PARSE_ERROR")
    assert answer(asked, "f").value is False, "a flag that needs one of the ring is off"
    assert answer(asked, "good").value is True


def test_fault_2_cycle_over_conditions_and_segments() -> None:
    flags = {
        "a": boolean(rules=[rule({"segment": "s"})]),
        "b": boolean(rules=[rule({"not": {"any": [{"flag": "a", "variants": ["on"]}]}})]),
    }
    segments = {"s": {"when": {"all": [{"flag": "b", "variants": ["on"]}]}}}
    assert set(pointers(refused(flags, segments))) == {"/flags/a", "/flags/b", "/segments/s"}
    asked = forced(flags, segments)
    assert answer(asked, "a").value == answer(asked, "b").value == FALLBACK
    assert answer(asked, "good").value is True


def test_fault_3_a_diamond_is_no_cycle() -> None:
    flags = {"top": needing("left", "right"), "left": needing("base"), "right": needing("base")}
    flags["base"] = boolean()
    assert refused(flags) == []
    assert answer(program(flags), "top").value is True
    flags["base"] = boolean(enabled=False)
    assert answer(program(flags), "top").cause == "prerequisite:left"


def test_fault_3_a_ladder_of_diamonds_is_bounded() -> None:
    """Two prerequisites that have two each, and so on: legal one by one, endless together."""

    def ladder(height: int) -> dict[str, Any]:
        rungs = {f"{side}{n}": needing(f"a{n + 1}", f"b{n + 1}")
                 for n in range(height) for side in "ab"}  # fmt: skip
        return {**rungs, f"a{height}": boolean(), f"b{height}": boolean()}

    assert refused(ladder(8)) == []
    assert answer(program(ladder(8)), "a0").value is True
    problems = quickly(lambda: refused(ladder(60)))
    assert "/flags/a0" in pointers(problems)
    assert "could ask more than" in problems[0].message
    asked = forced({**ladder(60), "f": boolean()})
    found = quickly(lambda: answer(asked, "a0", {}, explained=True))
    assert (found.value, found.error) == (FALLBACK, "PARSE_ERROR")
    assert answer(asked, "a55").value is True, "the lower rungs are within bounds"


@pytest.mark.parametrize("length", [1_000, 5_000])
def test_fault_4_chain_of_prerequisites(length: int) -> None:
    chain = {f"f{n}": needing(f"f{n + 1}") for n in range(length)} | {f"f{length}": boolean()}
    problems = quickly(lambda: refused(chain), 4)
    assert f"/flags/f{length - 101}" in pointers(problems)
    assert f"/flags/f{length - 100}" not in pointers(problems)
    asked = forced({**chain, "f": boolean()})
    found = quickly(lambda: answer(asked, "f0"), 4)
    assert (found.value, found.error) == (FALLBACK, "PARSE_ERROR")
    assert answer(asked, f"f{length - 100}").value is True
    assert answer(asked, "good").value is True


def test_fault_4_the_longest_chain_allowed_works() -> None:
    chain = {f"f{n}": needing(f"f{n + 1}") for n in range(100)} | {"f100": boolean()}
    assert refused(chain) == []
    assert answer(program(chain), "f0", explained=True).value is True


def test_fault_5_segments_that_need_each_other() -> None:
    flag = boolean(rules=[rule({"segment": "a"})])
    segments = {"a": {"when": {"segment": "b"}}, "b": {"when": {"not": {"segment": "a"}}}}
    assert sorted(pointers(refused({"f": flag}, segments))) == ["/segments/a", "/segments/b"]
    works_without_the_rule(flag, segments)
    assert pointers(refused({}, {"a": {"when": {"segment": "a"}}})) == ["/segments/a"]


# --- missing, empty and wrongly typed parts ---------------------------------------------------


@pytest.mark.parametrize("name", ["targets", "rules", "variants", "prerequisites", "type"])
def test_fault_6_null_where_a_list_belongs(name: str) -> None:
    flag = boolean(**{name: None})
    assert f"/flags/f/{name}" in pointers(refused({"f": flag}))
    falls_back(flag, cause=f"malformed: /flags/f/{name}")


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[]", b"7", b'"x"', b"{", b"\xff", b"nul"])
def test_fault_7_tombstone_with_an_empty_body(body: bytes) -> None:
    falls_back(body)
    asks = boolean(rules=[rule({"segment": "s"})])
    if body != b"{}":  # a segment without anything is a segment without members
        works_without_the_rule(asks, {"s": body})
    for tombstone in (None, {}):
        assert refused({"f": tombstone})[0].pointer == "/flags/f"


@pytest.mark.parametrize("when", [
    {"all": []}, {"any": []}, {"not": {"all": []}}, {"all": [{"always": True}, {"any": []}]},
    {"any": [{"always": True}, {"all": []}]},
])  # fmt: skip
def test_fault_8_an_empty_condition_never_matches(when: Any) -> None:
    flag = boolean(rules=[rule(when)])
    assert refused({"f": flag})[0].message == "an empty condition never matches"
    works_without_the_rule(flag)


@pytest.mark.parametrize("when", [{}, None, [], "always", {"all": None}, {"not": None}])
def test_fault_8_a_rule_without_a_condition_is_refused(when: Any) -> None:
    flag = boolean(rules=[rule(when)])
    assert refused({"f": flag})[0].pointer.startswith("/flags/f/rules/0/when")
    asked = forced({"f": flag})
    assert answer(asked, "f", {"key": "u"}).variant != "off", "it never matches"
    assert answer(asked, "good").value is True


def test_fault_8_a_segment_without_a_condition_has_only_its_members() -> None:
    asked = program(
        {"f": boolean(rules=[rule({"segment": "s"})])}, {"s": {"included": [{"keys": ["u"]}]}}
    )
    assert answer(asked, "f", {"key": "u"}).variant == "off"
    assert answer(asked, "f", {"key": "v"}).variant == "on"


@pytest.mark.parametrize("variant", [9, -1, 1.0, True, 0, None, ["on"], "On", "on ", ""])
def test_fault_9_a_variant_that_is_none(variant: Any) -> None:
    """Variants are named by their keys; an index, of whatever type, is no name."""
    places = {
        "/targets/0/variant": boolean(targets=[{"variant": variant, "keys": ["u"]}]),
        "/rules/0/serve/split/arms/0/variant": boolean(
            rules=[rule({"always": True}, split((variant, 100_000)))]
        ),
    }
    if variant is not None:  # which is a way to say: the caller's fallback
        places["/default"] = boolean(default=variant)
        places["/rules/0/serve"] = boolean(rules=[rule({"always": True}, variant)])
        places["/off"] = boolean(enabled=False, off=variant)
    for pointer, flag in places.items():
        assert f"/flags/f{pointer}" in pointers(refused({"f": flag}))
        falls_back(flag)


@pytest.mark.parametrize("weights", [
    (99_999,), (100_001,), (50_000, 50_001), (0, 0), (), (-1, 100_001), (10**30,),
    (100_000.0,), (True,), ("100000",), (None,), (float("nan"),), (float("inf"),),
])  # fmt: skip
def test_fault_10_weights_that_make_no_sense(weights: tuple[Any, ...]) -> None:
    arms = list(zip(("on", "off"), weights, strict=False))
    for flag in (
        boolean(default=split(*arms)),
        boolean(rules=[rule({"always": True}, split(*arms))]),
    ):
        problems = refused({"f": flag})
        assert problems
        assert all("/split/arms" in problem.pointer for problem in problems)
        falls_back(flag)


def test_fault_10_a_share_left_over_on_purpose_is_none() -> None:
    for outside in ("off", None):
        flag = boolean(default=split(("on", 99_999), outside=outside))
        assert refused({"f": flag}) == []


@pytest.mark.parametrize("ranges", [
    [[0, 50_000]], [[0, 100_001]], [[-1, 99_999]], [[60_000, 0]], [[0, 60_000], [50_000, 90_000]],
])  # fmt: skip
def test_fault_10_ranges_that_are_not_the_weight(ranges: Any) -> None:
    arms = [{"variant": "on", "weight": 100_000, "ranges": ranges}]
    flag = boolean(default={"split": {"arms": arms}})
    assert refused({"f": flag})[0].pointer.startswith("/flags/f/default/split/arms/0/ranges")
    falls_back(flag)


# --- keys that come twice ---------------------------------------------------------------------


def test_fault_11_two_flags_with_one_key() -> None:
    twice = [{**boolean(), "key": "f"}, {**boolean(enabled=False), "key": "f"}]
    assert "used twice" in why({"flags": twice})[0].message
    line = s.flag_line(document({"f": boolean()}).flags["f"])
    with pytest.raises(SnapshotError, match="twice"):
        s.from_lines([line, line], "e", 1)
    assert pointers(refused({"f": {**boolean(), "key": "g"}})) == ["/flags/f/key"]


def test_fault_11_two_variants_or_rules_with_one_key() -> None:
    flag = boolean(variants=[*ON_OFF, ON_OFF[0]], rules=[rule({"always": True}, paused=True)] * 2)
    assert pointers(refused({"f": flag})) == ["/flags/f/variants/2/key", "/flags/f/rules/1/id"]


@pytest.mark.parametrize("text", [
    '{"flags": {"a": %s, "a": %s}}', '{"flags": {"a": %s}, "flags": {"b": %s}}',
])  # fmt: skip
def test_fault_12_names_that_come_twice_in_an_object(text: str) -> None:
    problems = why(text % (json.dumps(boolean()), json.dumps(boolean())))
    assert "given twice in one object" in problems[0].message
    deep = '{"flags": {"a": {"variants": [{"key": "on", "value": {"x": 1, "x": 2}}]}}}'
    assert "'x' is given twice" in why(deep)[0].message


# --- what another version may know ------------------------------------------------------------


@pytest.mark.parametrize("operator", ["is_roughly", "", "EQUALS", "equals "])
def test_fault_13_unknown_operator(operator: str) -> None:
    for when in (clause("a", operator, 1), {"not": clause("a", operator, 1)}):
        flag = boolean(rules=[rule(when)])
        problem = refused({"f": flag})[0]
        assert problem.pointer.endswith("/op")
        assert "known: " in problem.hint
        works_without_the_rule(flag)


def test_fault_13_unknown_algorithm() -> None:
    flag = boolean(default=split(("on", 100_000), algorithm="murmur9"))
    assert pointers(refused({"f": flag})) == ["/flags/f/default/split/algorithm"]
    falls_back(flag)


def test_fault_14_unknown_kinds_of_lines_and_fields_are_passed_over() -> None:
    """A newer server may send lines and fields that this version does not know."""
    lines = [s.line_id("flag", "f") + b"\t" + json.dumps(boolean(invented=[1])).encode()]
    before = s.from_lines(lines, "e", 1)
    lines.append(b'layer\t"checkout"\t{"anything": true}')
    after = s.from_lines(lines, "e", 2)
    received = s.decode(after.encode())
    assert received.encode() == after.encode()
    assert s.apply(before, s.decode_patch(s.between(before, after).encode())) == after
    assert s.apply(after, s.between(after, before)) == before
    assert list(s.to_document(received).flags) == ["f"]


@pytest.mark.parametrize("number", [2, 99])
def test_fault_15_a_newer_format_is_refused_whole(number: int) -> None:
    data = s.from_document(document({"f": boolean()})).encode()
    newer = data.replace(b'"format":1', b'"format":%d' % number)
    for read in (s.decode, s.decode_patch):
        with pytest.raises(SnapshotError, match="newer"):
            read(newer)
    problem = why({"format": number, "flags": {}})[0]
    assert problem.message == f"format {number} is newer than 1"
    assert problem.hint == "upgrade Yardarm to read it"


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_fault_16_numbers_that_are_none(text: str) -> None:
    variants = f'[{{"key": "on", "value": {text}}}]'
    flag = f'{{"type": "number", "variants": {variants}, "enabled": true, "default": "on"}}'
    assert why(f'{{"flags": {{"f": {flag}}}}}')
    falls_back(flag.encode())


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**53 + 1, 2**63 - 1, 10**30])
def test_fault_17_integers_that_are_not_exact_everywhere(number: int) -> None:
    flag = {"type": "integer", "variants": [{"key": "on", "value": number}]}
    assert "beyond 2^53 - 1" in why(json.dumps({"flags": {"f": flag}}))[0].message


def test_fault_17_the_largest_integers_that_are_exact() -> None:
    for number in (2**53 - 1, -(2**53) + 1):
        assert parse_json(str(number)) == number


def test_fault_17_thousands_of_digits() -> None:
    digits = b"9" * 5_000
    assert why(b'{"flags": {"f": {"type": "integer", "variants": [' + digits + b"]}}}")
    falls_back(b'{"type": "integer", "variants": [{"key": "on", "value": %b}]}' % digits)


@pytest.mark.parametrize(
    "text", ["0.1", "1e-07", "1.5", "-2.5", "1e+22", "0.30000000000000004", "5e-324"]
)
def test_fault_18_fractions_keep_their_bytes(text: str) -> None:
    assert canonical(parse_json(text)) == text.encode()
    flag = {"type": "number", "variants": [{"key": "on", "value": float(text)}], "version": 1}
    made = document({"f": flag})
    again = s.to_document(s.decode(s.from_document(made).encode()))
    assert s.from_document(again).root == s.from_document(made).root


# --- text and size ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\udfff"', r'{"\ud800": 1}', r'"\udc00\ud800"'])
def test_fault_19_lone_surrogates(text: str) -> None:
    assert "lone surrogate" in why(text)[0].message
    header = rb'{"base":0,"epoch":"\ud800","format":1,"removed":["\ud800"],"root":"","version":1}'
    for read in (s.decode, s.decode_patch):
        with pytest.raises(SnapshotError):
            read(header + b"\n")


def test_fault_19_a_lone_surrogate_that_came_through_is_evaluated() -> None:
    flag = json.dumps(boolean(rules=[rule(clause("a", "in", "\ud800"))]), ensure_ascii=True)
    asked = forced({"f": flag.encode()})
    assert answer(asked, "f", {"a": "\ud800"}).variant == "off"
    assert answer(asked, "f", {"a": "x"}).variant == "on"


def test_fault_20_a_byte_order_mark_is_skipped() -> None:
    text = json.dumps({"flags": {"f": boolean()}})
    assert document_from_json(parse_json(b"\xef\xbb\xbf" + text.encode())) == document(
        {"f": boolean()}
    )
    assert parse_json("\ufeff" + text) == json.loads(text)


@pytest.mark.parametrize(
    "data", [b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf8\x88\x80\x80\x80"']
)
def test_fault_21_invalid_and_overlong_utf_8(data: bytes) -> None:
    assert "not valid UTF-8" in why(data)[0].message


@pytest.mark.parametrize("text", [r'{"flags": {"f\u0000": {}}}', r'{"epoch": "a\u0000b"}'])
def test_fault_21_embedded_nul(text: str) -> None:
    assert "U+0000" in why(text)[0].message


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"not":'])
def test_fault_22_nesting_100_000_deep(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    text = opening * 100_000 + "1" + closing * 100_000
    assert "too deeply" in quickly(lambda: why(text))[0].message
    falls_back(b'{"type":"json","variants":' + text.encode() + b"}")


def test_fault_22_conditions_and_values_have_their_own_bounds() -> None:
    deep: Any = clause("a", "present")
    for _ in range(40):
        deep = {"not": deep}
    flag = boolean(rules=[rule(deep)])
    assert "nested too deeply" in refused({"f": flag})[0].message
    falls_back(flag)
    value: Any = 1
    for _ in range(90):
        value = [value]
    wide = {"type": "json", "variants": [{"key": "on", "value": value}]}
    assert "nested too deeply" in why(json.dumps({"flags": {"f": wide}}))[0].message


def test_fault_22_the_deepest_condition_allowed_is_compiled() -> None:
    deep: Any = clause("a", "present")
    for level in range(32):
        deep = {"not": deep} if level % 2 else {"all": [deep]}
    flags = {"f": boolean(rules=[rule(deep)])}
    assert refused(flags) == []
    assert answer(program(flags), "f", {"a": 1}, explained=True).variant == "off"
    assert answer(program(flags), "f", {}, explained=True).variant == "on"


def test_fault_23_a_value_of_10_mb() -> None:
    for value in ("x" * 10_000_000, ["x" * 1000] * 10_000):
        flag = {"type": "json", "variants": [{"key": "on", "value": value}]}
        problem = refused({"f": flag})[0]
        assert (problem.pointer, problem.message) == (
            "/flags/f/variants/0/value", "the value is too large"
        )  # fmt: skip
    asked = forced({"f": {**flag, "enabled": True, "default": "on"}})
    assert len(answer(asked, "f").value) == 10_000, "it is no more than a waste"


def test_fault_24_ten_thousand_flags() -> None:
    """The core has no limit of its own: it takes what the server's limit lets pass."""
    flags = {f"flag-{n}": boolean() for n in range(10_000)}
    made = document(flags)
    assert quickly(lambda: validate(made), 10) == []
    asked = forced({**flags, "f": boolean()})
    assert quickly(lambda: answer(asked, "flag-9999"), 0.05).value is True


def test_fault_25_a_segment_of_a_million_members() -> None:
    keys = [f"user-{n}" for n in range(1_000_000)]
    asked = forced(
        {"f": boolean(rules=[rule({"segment": "s"})])}, {"s": {"included": [{"keys": keys}]}}
    )
    assert answer(asked, "f", {"key": "user-999999"}).variant == "off"
    assert quickly(lambda: answer(asked, "f", {"key": "user-0"}), 0.01).variant == "off"
    assert answer(asked, "f", {"key": "stranger"}).variant == "on"


# --- keys -------------------------------------------------------------------------------------

GOOD_KEYS = [
    "a/b",
    "a?b",
    "a#b",
    "50%",
    "a:b",
    "a..b",
    "a b",
    'a"b',
    "a'b",
    "a~1b",
    "é",
    "日本",
    "🙂",
    "x" * 256,
]
BAD_KEYS = ["", "x" * 257, "x" * 1_000, ".", "..", " a", "a ", "a\nb", "a\tb", "a\u200bb",
"a\u202eb",
            "\ufeffa", "a\u00a0b", "e\u0301", "раypal", "__proto__", "constructor",
            "\x7f"]  # fmt: skip


@pytest.mark.parametrize("key", GOOD_KEYS)
def test_fault_28_keys_with_signs_are_keys(key: str) -> None:
    assert refused({key: boolean()}) == []
    made = s.from_document(document({key: boolean()}, {key: {}}))
    again = s.decode(made.encode())
    assert set(s.to_document(again).flags) == set(s.to_document(again).segments) == {key}
    assert answer(forced({key: boolean()}), key).value is True


@pytest.mark.parametrize("key", BAD_KEYS)
def test_fault_28_29_30_31_keys_that_are_refused(key: str) -> None:
    problems = refused({key: boolean()})
    assert problems
    assert problems[0].message
    where = key.replace("~", "~0").replace("/", "~1")
    assert pointers(problems)[0] == f"/flags/{where}"
    assert refused({}, {key: {}})
    assert refused({"f": boolean(variants=[*ON_OFF, {"key": key, "value": True}])})
    asked = forced({key: boolean()})
    assert answer(asked, key).value is True, "what came through is a key like any other"


@pytest.mark.parametrize(("one", "other"), [
    ("caf\u00e9", "cafe\u0301"), ("scope", "ѕсоре"), ("flag", "ﬂag"), ("a1", "a１"), ("AB", "АВ"),
])  # fmt: skip
def test_fault_29_keys_that_look_alike(one: str, other: str) -> None:
    problems = refused({one: boolean(), other: boolean(enabled=False)})
    assert any("looks like" in problem.message for problem in problems)
    asked = forced({one: boolean(), other: boolean(enabled=False)})
    assert answer(asked, one).value is True, "evaluation compares the text as it is"
    assert answer(asked, other).value is False


def test_fault_29_context_keys_are_compared_as_they_are() -> None:
    asked = program({"f": boolean(targets=[{"variant": "off", "keys": ["caf\u00e9"]}])})
    assert answer(asked, "f", {"key": "caf\u00e9"}).variant == "off"
    assert answer(asked, "f", {"key": "cafe\u0301"}).variant == "on"


@pytest.mark.parametrize(
    "text", ["\u202eevil", "a\u200bb", "🙂👩‍👩‍👧", "\u2066x\u2069", "ｎａｍｅ"]
)
def test_fault_30_names_keep_every_sign(text: str) -> None:
    made = document({"f": boolean(name=text, description=text, owner=text, tags=[text])})
    assert validate(made) == []
    assert document_from_json(parse_json(canonical(document_to_json(made)))) == made


@pytest.mark.parametrize("name", ["constructor", "toString", "__class__", "__dict__", "prototype"])
def test_fault_31_names_with_a_meaning_elsewhere(name: str) -> None:
    when = {"any": [clause(name, "equals", "x"), clause(f"/{name}/{name}", "present")]}
    flags = {"f": {
        "type": "json", "variants": [{"key": "v", "value": {name: name}}, {"key": "w", "value": 1}],
        "enabled": True, "default": "w", "rules": [rule(when, "v")],
    }}  # fmt: skip
    assert refused(flags) == []
    asked = program(flags)
    assert answer(asked, "f", {}).variant == "w"
    assert answer(asked, "f", {name: "x"}).value == {name: name}
    assert answer(asked, "f", {name: {name: 0}}).variant == "v"


def test_fault_31_proto_is_refused_as_a_name_anywhere_in_json() -> None:
    flag = {"type": "json", "variants": [{"key": "v", "value": {"a": {"__proto__": 1}}}]}
    problem = why(json.dumps({"flags": {"f": flag}}))[0]
    assert problem.pointer == "/flags/f/variants/0/value/a/__proto__"
    assert answer(program({"f": boolean()}), "__proto__").error == "FLAG_NOT_FOUND"


@pytest.mark.parametrize("text", [
    "{0}", "%s", "%(x)s", "${jndi:ldap://x}", "{{7*7}}", "#{7*7}", "$(id)", "`id`", "%n%n",
])  # fmt: skip
def test_fault_34_templates_are_text(text: str) -> None:
    flags = {"f": {
        "type": "string", "variants": [{"key": "v", "value": text}, {"key": "w", "value": "no"}],
        "enabled": True, "default": "w", "name": text, "metadata": {"x": text},
        "rules": [rule(clause(text, "equals", text), "v", text)],
    }}  # fmt: skip
    assert refused(flags) == []
    found = answer(program(flags), "f", {text: text})
    assert (found.value, found.rule) == (text, text)
    problem = refused({"f": boolean(default=text)})[0]
    assert repr(text) in problem.message
