"""What may be published."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from yardarm.connect.jsonschema import check_schema
from yardarm.core import model as m
from yardarm.core.codec import document_from_json
from yardarm.core.validate import validate
from yardarm.errors import DocumentError
from yardarm.server.changes import commands as c
from yardarm.server.changes.check import check, check_alike, check_size, neighbourhood
from yardarm.server.changes.entries import touched
from yardarm.server.changes.errors import Refused
from yardarm.server.changes.policy import Step

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
EDIT = c.EditFlag("a", {})


def document(*flags: dict[str, Any], **rest: Any) -> m.Document:
    whole = [{"type": "boolean", "variants": ON_OFF, **flag} for flag in flags]
    return document_from_json({"flags": whole, **rest})


def needs(*others: str) -> dict[str, Any]:
    return {"prerequisites": [{"flag": other, "variants": ["on"]} for other in others]}


def swapped(before: m.Document, flag: dict[str, Any]) -> m.Document:
    made = document(flag).flags[flag["key"]]
    return replace(before, flags={**before.flags, made.key: made})


def faults(command: c.Command, before: m.Document, after: m.Document) -> list[str]:
    try:
        changed = tuple(touched(before, after))
        check(command, Step("production", before, after, changed, 100, 100), check_schema)
    except DocumentError as error:
        return [problem.pointer for problem in error.problems]
    return []


def test_errors_are_refused_with_their_pointer() -> None:
    before = document({"key": "a"})
    assert faults(EDIT, before, swapped(before, {"key": "a", "default": "maybe"})) == [
        "/flags/a/default"
    ]
    cycle = swapped(document({"key": "a"}, {"key": "b", **needs("a")}), {"key": "a", **needs("b")})
    assert faults(EDIT, document({"key": "a"}, {"key": "b", **needs("a")}), cycle)


def test_what_others_need_is_checked_at_the_others() -> None:
    before = document({"key": "a"}, {"key": "b", **needs("a")})
    fewer = swapped(before, {"key": "a", "variants": ON_OFF[1:], "off": "off"})
    assert faults(EDIT, before, fewer) == ["/flags/b/prerequisites/0/variants/0"]


def test_old_errors_of_neighbours_do_not_stand_in_the_way() -> None:
    before = document({"key": "a"}, {"key": "bad", "default": "maybe", **needs("a")})
    assert faults(EDIT, before, swapped(before, {"key": "a", "enabled": True})) == []
    worse = swapped(before, {"key": "bad", "default": "maybe", "off": "maybe", **needs("a")})
    assert faults(EDIT, before, worse) == ["/flags/bad/off"]


def test_a_broken_flag_can_still_be_killed() -> None:
    before = document({"key": "a", "enabled": True, **needs("a")})
    assert (
        faults(c.SetEnabled("a", False), before, swapped(before, {"key": "a", **needs("a")})) == []
    )


def test_archived_flags_need_nothing() -> None:
    resting = {"key": "b", "archived_at": "2026-01-01T00:00:00Z", **needs("a")}
    before = document({"key": "a"}, resting)
    gone = swapped(before, {"key": "a", "archived_at": "2026-01-01T00:00:00Z"})
    assert faults(c.ArchiveFlag("a"), before, gone) == []
    back = swapped(gone, {"key": "b", **needs("a")})
    assert faults(c.RestoreFlag("b"), gone, back) == ["/flags/b/prerequisites/0/flag"]


def test_force_takes_a_flag_or_segment_from_those_who_need_it() -> None:
    rule = {"id": "r", "when": {"segment": "s"}, "serve": "on"}
    before = document(
        {"key": "a"}, {"key": "b", "rules": [rule], **needs("a")}, segments={"s": {"key": "s"}}
    )
    gone = swapped(before, {"key": "a", "archived_at": "2026-01-01T00:00:00Z"})
    assert faults(c.ArchiveFlag("a"), before, gone) == ["/flags/b/prerequisites/0/flag"]
    assert faults(c.ArchiveFlag("a", force=True), before, gone) == []
    bare = replace(before, segments={})
    assert faults(c.RemoveSegment("s"), before, bare) == ["/flags/b/rules/0/when/segment"]
    assert faults(c.RemoveSegment("s", force=True), before, bare) == []


def test_force_never_overrides_validation() -> None:
    before = document({"key": "a"})
    bad = swapped(before, {"key": "a", "default": "maybe"})
    assert faults(c.EditFlag("a", {}, force=True), before, bad) == ["/flags/a/default"]


def test_lookalikes_are_searched_among_all_keys() -> None:
    before = document({"key": "new-checkout"}, {"key": "other"})
    assert faults(EDIT, before, swapped(before, {"key": "new-check\u043eut"}))
    segments = document({"key": "a"}, segments={"beta": {"key": "beta"}})
    more = replace(segments, segments={**segments.segments, "bet\u0430": m.Segment("bet\u0430")})
    assert faults(c.PutSegment({}), segments, more)


def test_layers_are_compared_with_flags_that_did_not_change() -> None:
    def in_layer(key: str, start: int, end: int) -> dict[str, Any]:
        arms = [{"variant": "on", "weight": 100_000}]
        layer = {"key": "l", "ranges": [[start, end]]}
        return {"key": key, "default": {"split": {"arms": arms, "layer": layer, "outside": "off"}}}

    before = document(in_layer("a", 0, 50_000), {"key": "b"})
    assert faults(EDIT, before, swapped(before, in_layer("b", 50_000, 100_000))) == []
    assert faults(EDIT, before, swapped(before, in_layer("b", 49_999, 100_000)))


def test_values_are_checked_against_the_flags_schema() -> None:
    flag = {"key": "a", "type": "integer", "schema": {"maximum": 10}}
    before = document({**flag, "variants": [{"key": "x", "value": 9}]})
    assert faults(EDIT, before, swapped(before, {**flag, "variants": [{"key": "x", "value": 11}]}))


def test_the_neighbourhood_finds_what_the_whole_finds() -> None:
    """Over random documents and changes: the same new errors as validating everything."""
    chance, found = random.Random(7), 0
    for _ in range(400):
        keys = [f"f{i}" for i in range(7)]

        def flag(key: str) -> dict[str, Any]:
            some = chance.sample(keys, chance.randint(0, 2))  # noqa: B023
            made: dict[str, Any] = {"key": key, **needs(*some)}
            if chance.random() < 0.4:
                made["rules"] = [{"id": "r", "when": {"segment": f"s{chance.randint(0, 3)}"},
                                  "serve": chance.choice(["on", "no"])}]  # fmt: skip
            if chance.random() < 0.2:
                made["variants"] = ON_OFF[1:]
            return made

        def segment(key: str) -> dict[str, Any]:
            when = chance.choice([{"segment": f"s{chance.randint(0, 3)}"},
                                  {"flag": chance.choice(keys), "variants": ["on"]}])  # fmt: skip  # noqa: B023
            return {"key": key, "when": when}

        before = document(
            *(flag(key) for key in keys if chance.random() < 0.8),
            segments=[segment(f"s{i}") for i in range(3)],
        )
        after = swapped(before, flag(chance.choice(keys)))
        if chance.random() < 0.3:
            made = document(segments=[segment("s3")]).segments
            after = replace(after, segments={**after.segments, **made})
        if chance.random() < 0.3 and after.flags:
            gone = chance.choice(sorted(after.flags))
            after = replace(after, flags={k: f for k, f in after.flags.items() if k != gone})
        was = {(p.pointer, p.message) for p in validate(before)}
        expected = {p.pointer for p in validate(after) if (p.pointer, p.message) not in was}
        got = set(faults(EDIT, before, after))
        # The words of a cycle name a shortest way, which may differ; where it lies may not.
        assert got == expected or {p for p in got ^ expected if p.count("/") > 2} == set()
        found += bool(expected)
    assert found > 100


def test_the_neighbourhood_of_a_lonely_flag_is_the_flag() -> None:
    whole = document(*({"key": f"f{i}"} for i in range(50)), {"key": "x", **needs("f3")})
    for key, felt, near in (
        ("f7", True, {"f7"}), ("f3", True, {"f3", "x"}), ("f3", False, {"f3"}),
        ("x", False, {"f3", "x"}),
    ):  # fmt: skip
        changed = [("flag", key)]
        assert set(neighbourhood(whole, changed, changed if felt else ()).flags) == near


# --- across environments, and size ------------------------------------------------------------


def test_flags_are_alike_in_all_environments() -> None:
    one, other = document({"key": "a", "enabled": True}), document({"key": "a"})
    check_alike({"production": one, "staging": other}, ["a", "gone"])
    with pytest.raises(Refused) as caught:
        check_alike({"production": one, "staging": document()}, ["a"])
    assert caught.value.details == ("missing in 'staging'",)
    with pytest.raises(Refused) as caught:
        check_alike({"production": one, "staging": document({"key": "a", "owner": "x"})}, ["a"])
    assert caught.value.details == ("owner in 'staging'",)


def test_the_order_of_names_in_an_object_is_no_difference() -> None:
    one = document({"key": "a", "metadata": {"x": 1, "y": 2}})
    check_alike({"p": one, "s": document({"key": "a", "metadata": {"y": 2, "x": 1}})}, ["a"])


def test_size_is_limited_and_warned_of_from_half_on() -> None:
    assert check_size("production", 500, 1_000) == []
    warned = check_size("production", 501, 1_000)
    assert [problem.severity for problem in warned] == ["warning"]
    with pytest.raises(DocumentError):
        check_size("production", 1_001, 1_000)
