"""Explanations: every part, its outcome, the bucket, and what was not asked."""

import random
from typing import Any

from tests.oracle import generate
from tests.oracle.build import FALLBACK, answer, boolean, clause, program, rule, split

from yardarm.core.bucketing import yardarm
from yardarm.core.evaluate import evaluate
from yardarm.core.explain import Trace
from yardarm.core.program import Program


def trace_of(flags: Any, context: Any, segments: Any = None, key: str = "f") -> Trace:
    found = answer(program(flags, segments), key, context, explained=True)
    assert found.trace is not None
    return found.trace


def outline(trace: Trace) -> Any:
    """Kind, pointer and outcome of each part, nested."""
    own = (trace.kind, trace.pointer, trace.outcome)
    return (*own, [outline(part) for part in trace.parts]) if trace.parts else own


def test_every_part_of_a_flag() -> None:
    flags = {
        "f": boolean(
            prerequisites=[{"flag": "other", "variants": ["on"]}],
            targets=[{"variant": "on", "keys": ["t"]}, {"variant": "off", "keys": ["u"],
            "kind": "device"}],
            rules=[
                rule({"all": [clause("a", "equals", 1), clause("b", "present")]}, key="r0"),
                rule({"always": True}, key="r1", paused=True),
                rule({"any": [{"not": clause("a", "present")}, {"segment": "s"},
                              {"flag": "other", "variants": ["on"]}]}, key="r2"),
                rule({"always": True}, key="r3"),
            ],
        ),
        "other": boolean(),
    }  # fmt: skip
    segments = {"s": {"included": [{"keys": ["x"]}], "when": {"always": True}}}
    other = ("flag", "", "on", [("default", "/default", True)])
    assert outline(trace_of(flags, {"key": "u", "a": 2}, segments)) == ("flag", "", "off", [
        ("prerequisite", "/prerequisites/0", True, [other]),
        ("target", "/targets/0", False),
        ("target", "/targets/1", False),
        ("rule", "/rules/0", False, [("all", "/rules/0/when", False, [
            ("clause", "/rules/0/when/all/0", False), ("clause", "/rules/0/when/all/1", None)])]),
        ("rule", "/rules/1", None),
        ("rule", "/rules/2", True, [("any", "/rules/2/when", True, [
            ("not", "/rules/2/when/any/0", False, [("clause", "/rules/2/when/any/0/not", True)]),
            ("segment", "/rules/2/when/any/1", True, [
                ("included", "/included/0", False), ("always", "/when", True)]),
            ("flag condition", "/rules/2/when/any/2", None)])]),
        ("rule", "/rules/3", None, [("always", "/rules/3/when", None)]),
        ("default", "/default", None),
    ])  # fmt: skip


def test_what_decides_early_leaves_the_rest_unasked() -> None:
    flags = {
        "f": boolean(prerequisites=[{"flag": "other", "variants": ["off"]}],
                     targets=[{"variant": "on", "keys": ["u"]}]),
        "other": boolean(),
    }  # fmt: skip
    trace = trace_of(flags, {"key": "u"})
    assert [part.outcome for part in trace.parts] == [False, None, None]
    flags["f"]["prerequisites"] = []
    trace = trace_of(flags, {"key": "u"})
    assert [part.outcome for part in trace.parts] == [True, None]


def test_notes_say_what_is_special() -> None:
    flags = {
        "off": boolean(enabled=False), "gone": boolean(archived_at="2027-01-01T00:00:00Z"),
        "f": boolean(prerequisites=[{"flag": "nowhere", "variants": ["on"]}],
                     rules=[rule({"always": True}, paused=True), rule(clause("a",
                     "like"), key="r2")]),
        "self": boolean(prerequisites=[{"flag": "self", "variants": ["on"]}]),
    }  # fmt: skip
    assert trace_of(flags, {}, key="off").note == "disabled"
    assert trace_of(flags, {}, key="gone").note == "archived"
    assert "cycle" in trace_of(flags, {}, key="self").note
    notes = [part.note for part in trace_of(flags, {}).parts]
    assert notes == ["there is no flag 'nowhere'", "paused",
                     "cannot be evaluated: unknown operator 'like'", ""]  # fmt: skip


def test_buckets() -> None:
    flags = {"f": boolean(default=split(("on", 100_000), seed="s"))}
    found = answer(program(flags), "f", {"key": "u"}, explained=True)
    assert found.bucket == yardarm("s")("u")
    assert found.trace is not None
    assert found.trace.parts[-1].bucket == found.bucket


def test_the_bucket_is_that_of_the_split_that_served() -> None:
    passing = rule({"always": True}, split(("on", 0), ("off", 1), outside=None), "r1")
    flags = {
        "then a plain rule": boolean(rules=[passing, rule({"always": True}, key="r2")]),
        "then one without a unit": boolean(rules=[
            passing, rule({"always": True}, split(("on", 1), by=["none"], outside="off"), "r2")]),
        "then a default": boolean(rules=[passing], default=split(("on", 100_000), seed="d")),
    }  # fmt: skip
    made = program(flags)
    buckets = [answer(made, key, {"key": "u"}, explained=True).bucket for key in flags]
    assert buckets == [None, None, yardarm("d")("u")]


def test_json_leaves_out_what_is_empty_but_never_the_outcome() -> None:
    flags = {"f": boolean(rules=[rule(clause("a", "equals", 1), split(("on", 100_000)))])}
    assert trace_of(flags, {"key": "u", "a": 1}).to_json() == {
        "kind": "flag", "pointer": "", "outcome": "on", "what": {"key": "f"}, "parts": [
            {"kind": "rule", "pointer": "/rules/0", "outcome": True, "what": {"id": "r",
            "name": ""},
             "bucket": yardarm("f")("u"), "parts": [
                {"kind": "clause", "pointer": "/rules/0/when", "outcome": True,
                 "what": {"attribute": "a", "op": "equals", "values": [1]}}]},
            {"kind": "default", "pointer": "/default", "outcome": None},
        ],
    }  # fmt: skip


def test_an_explanation_changes_no_answer() -> None:
    for seed in range(15):
        rng = random.Random(seed)
        world = generate.world(rng, 6, 3)
        made = Program.of(world.document)
        for context in [generate.context(rng, world) for _ in range(3)]:
            for key in world.document.flags:
                plain, explained = (
                    evaluate(made, key, context, FALLBACK, explained=how) for how in (False, True)
                )
                for name in ("variant", "reason", "rule", "error", "cause", "version"):
                    assert getattr(plain, name) == getattr(explained, name)
                assert repr(plain.value) == repr(explained.value)
                assert explained.trace is not None
                assert explained.trace.outcome == explained.variant


def test_flags_needed_in_many_places_are_explained_once() -> None:
    flags: dict[str, Any] = {"base": boolean()}
    for level in range(12):
        below = ["base"] if not level else [f"{side}{level - 1}" for side in "ab"]
        for side in "ab":
            needs = [{"flag": key, "variants": ["on"]} for key in below]
            flags[f"{side}{level}"] = boolean(prerequisites=needs)
    trace = trace_of(flags, {}, key="a11")

    def distinct(at: Trace, seen: set[int]) -> int:
        if id(at) not in seen:
            seen.add(id(at))
            for part in at.parts:
                distinct(part, seen)
        return len(seen)

    assert distinct(trace, set()) < 150
