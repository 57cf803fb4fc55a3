"""Every problem that `validate` knows, with its place, reason and remedy."""

from typing import Any

import pytest
from hypothesis import given, settings
from tests.oracle import generate
from tests.oracle.build import ON_OFF, boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.core.operators import OPERATORS
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.errors import Problem

OTHER = boolean()
LAYER = {"key": "l", "ranges": [[0, 50_000]]}


def problems_of(flag: dict[str, Any], segments: Any = None) -> list[Problem]:
    return validate(document({"f": flag, "other": OTHER}, segments))


def when(condition: Any) -> dict[str, Any]:
    return boolean(rules=[rule(condition)])


def test_a_document_that_uses_everything_is_fine() -> None:
    flag = boolean(
        prerequisites=[{"flag": "other", "variants": ["on"]}],
        targets=[{"variant": "on", "keys": ["u"]}, {"variant": "off", "keys": ["u"],
        "kind": "device"}],
        rules=[rule({"any": [{"segment": "s"}, {"flag": "other", "variants": ["off"]}]})],
        default=split(("on", 1), ("off", 99_999), layer=LAYER, outside="off"),
        expires_at="2027-01-01T00:00:00Z", metadata={"a": 1, "b": None},
    )  # fmt: skip
    assert problems_of(flag, {"s": {"when": {"always": True}, "included": [{"keys": ["u"]}]}}) == []


TABLE: list[tuple[str, dict[str, Any], str, str]] = [
    ("no variants", boolean(variants=[], default=None, off=None), "/variants",
    "at least one variant"),
    ("two variants of one key", boolean(variants=[*ON_OFF, ON_OFF[0]]), "/variants/2/key",
    "comes twice"),
    ("value of another type", boolean(variants=[*ON_OFF, {"key": "x", "value": "true"}]),
     "/variants/2/value", "of type boolean, found text"),
    ("off is no variant", boolean(off="nil"), "/off", "no variant 'nil'"),
    ("default is no variant", boolean(default="nil"), "/default", "no variant 'nil'"),
    ("target of no variant", boolean(targets=[{"variant": "nil", "keys": []}]),
     "/targets/0/variant", "no variant 'nil'"),
    ("two targets of one key", boolean(targets=[{"variant": "on", "keys": ["a", "u"]},
                                                {"variant": "off", "keys": ["u"]}]),
     "/targets/1/keys/0", "already given 'on'"),
    ("prerequisite that is none", boolean(prerequisites=[{"flag": "nil", "variants": ["on"]}]),
     "/prerequisites/0/flag", "no flag 'nil'"),
    ("prerequisite without variants", boolean(prerequisites=[{"flag": "other", "variants": []}]),
     "/prerequisites/0/variants", "at least one"),
    ("prerequisite of no variant", boolean(prerequisites=[{"flag": "other", "variants": ["on",
    "x"]}]),
     "/prerequisites/0/variants/1", "no variant 'x'"),
    ("rules of one id", boolean(rules=[rule({"always": True}), rule({"always": True})]),
     "/rules/1/id", "used twice"),
    ("rule without an id", boolean(rules=[rule({"always": True}, key="")]), "/rules/0/id", "empty"),
    ("rule serves no variant", boolean(rules=[rule({"always": True}, "nil")]),
     "/rules/0/serve", "no variant 'nil'"),
    ("too many rules", boolean(rules=[rule({"always": True}, key=f"r{n}") for n in range(1_001)]),
     "/rules", "1001 rules"),
    ("empty all", when({"all": []}), "/rules/0/when/all", "never matches"),
    ("empty any deep", when({"not": {"all": [{"any": []}]}}), "/rules/0/when/not/all/0/any",
    "never matches"),
    ("segment that is none", when({"segment": "nil"}), "/rules/0/when/segment", "no segment 'nil'"),
    ("flag that is none", when({"flag": "nil", "variants": ["on"]}), "/rules/0/when/flag",
    "no flag 'nil'"),
    ("attribute without a name", when(clause("", "present")), "/rules/0/when/attribute",
    "1 to 1,000"),
    ("attribute with a long name", when(clause("a" * 1_001, "present")), "/rules/0/when/attribute",
    "1 to"),
    ("attribute that is part of the form", when(clause("_private", "present")),
    "/rules/0/when/attribute", "part of a context's form"),
    ("kind that is none", when(clause("a", "present", kind="multi")), "/rules/0/when/kind",
    "no context kind"),
    ("operator that is none", when(clause("a", "like", "x")), "/rules/0/when/op",
    "no operator 'like'"),
    ("values that do not fit", when(clause("a", "lt", "x")), "/rules/0/when/values",
    "must be a number"),
    ("too many values", when(clause("a", "in", *range(100_001))), "/rules/0/when/values",
    "100001 values"),
    ("weight below 0", boolean(default=split(("on", -1))), "/default/split/arms/0/weight",
    "not a share"),
    ("weights of nothing", boolean(default=split(("on", 0))), "/default/split/arms",
    "add up to nothing"),
    ("weights too large", boolean(default=split(("on", 60_000), ("off", 60_000))),
     "/default/split/arms", "add up to 120000"),
    ("weights with a rest", boolean(default=split(("on", 60_000))), "/default/split/arms",
    "not 100000"),
    ("arm of no variant", boolean(default=split(("nil", 100_000))),
     "/default/split/arms/0/variant", "no variant 'nil'"),
    ("two arms of one variant", boolean(default=split(("on", 50_000), ("on", 50_000))),
     "/default/split/arms/1/variant", "comes twice"),
    ("outside is no variant", boolean(default=split(("on", 1), outside="nil")),
     "/default/split/outside", "no variant 'nil'"),
    ("algorithm that is none", boolean(default=split(("on", 100_000), algorithm="md5")),
     "/default/split/algorithm", "no algorithm 'md5'"),
    ("seed that is empty", boolean(default=split(("on", 100_000), seed="")), "/default/split/seed",
    "1 to"),
    ("by nothing", boolean(default=split(("on", 100_000), by=["key", ""])), "/default/split/by",
    "empty"),
    ("split by no kind", boolean(default=split(("on", 100_000), kind="multi")),
     "/default/split/kind", "no context kind"),
    ("layer without ranges", boolean(default=split(("on", 1), layer={"key": "l",
    "ranges": []}, outside=None)),
     "/default/split/layer/ranges", "at least one"),
    ("layer range outside", boolean(default=split(
        ("on", 1), layer={"key": "l", "ranges": [[0, 100_001]]}, outside=None)),
     "/default/split/layer/ranges/0", "not a range"),
    ("a name too long", boolean(name="x" * 10_001), "/name", "too long"),
    ("a tag that is empty", boolean(tags=[""]), "/tags", "tags"),
    ("too many tags", boolean(tags=[f"t{n}" for n in range(101)]), "/tags", "too many"),
    ("a date without a zone", boolean(expires_at="2027-01-01"), "/expires_at", "not a date"),
    ("metadata that nests", boolean(metadata={"a/b": {}}), "/metadata/a~1b", "flat"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "pointer", "message"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_every_problem_has_place_reason_and_remedy(
    flag: dict[str, Any], pointer: str, message: str
) -> None:
    (problem,) = problems_of(flag)
    assert problem.pointer == f"/flags/f{pointer}"
    assert message in problem.message
    assert problem.hint, "how is it mended?"
    assert problem.severity == "error"


SEGMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"s": {"when": {"segment": "nil"}}}, "/segments/s/when/segment", "no segment 'nil'"),
    ({"s": {"when": {"all": []}}}, "/segments/s/when/all", "never matches"),
    ({"s": {"included": [{"keys": ["a", "u"]}], "excluded": [{"keys": ["u"]}]}},
     "/segments/s/included/0/keys/1", "both included and excluded"),
    ({"..": {}}, "/segments/..", "reserved"),
    ({"s": {"when": {"segment": "s"}}}, "/segments/s", "refers to itself: s -> s"),
]  # fmt: skip


@pytest.mark.parametrize(("segments", "pointer", "message"), SEGMENTS)
def test_problems_of_segments(segments: Any, pointer: str, message: str) -> None:
    (problem,) = validate(document({}, segments))
    assert problem.pointer == pointer
    assert message in problem.message
    assert problem.hint


def test_a_key_of_another_kind_may_be_listed_on_both_sides() -> None:
    lists = {"included": [{"keys": ["u"]}], "excluded": [{"keys": ["u"], "kind": "device"}]}
    assert validate(document({}, {"s": lists})) == []


def test_an_archived_flag_is_no_prerequisite() -> None:
    flags = {
        "f": boolean(prerequisites=[{"flag": "gone", "variants": ["on"]}]),
        "gone": boolean(archived_at="2027-01-01T00:00:00Z"),
    }
    (problem,) = validate(document(flags))
    assert problem.pointer == "/flags/f/prerequisites/0/flag"
    assert "archived" in problem.message


def test_cycles_are_named_in_order() -> None:
    needs = {key: boolean(prerequisites=[{"flag": to, "variants": ["on"]}]) for key, to in
             (("a", "b"), ("b", "c"), ("c", "a"))}  # fmt: skip
    messages = {problem.pointer: problem.message for problem in validate(document(needs))}
    assert messages["/flags/a"] == "refers to itself: a -> b -> c -> a"
    assert messages["/flags/b"] == "refers to itself: b -> c -> a -> b"


def layered(*ranges: list[int], **more: Any) -> dict[str, Any]:
    return boolean(
        default=split(
            ("on", 100_000), layer={"key": "l", "ranges": [*ranges]}, outside="off", **more
        )
    )


def test_flags_of_one_layer_take_disjoint_ranges() -> None:
    flags = {"a": layered([0, 30_000]), "b": layered([30_000, 60_000], [90_000, 100_000])}
    assert validate(document(flags)) == []
    flags["c"] = layered([60_000, 90_001])
    (problem,) = validate(document(flags))
    assert problem.pointer == "/flags/c/default/split/layer/ranges"
    assert "'b'" in problem.message
    flags["c"]["archived_at"] = "2027-01-01T00:00:00Z"
    assert validate(document(flags)) == []


def test_flags_of_one_layer_divide_by_one_unit() -> None:
    flags = {"a": layered([0, 1]), "b": layered([1, 2], by=["account"])}
    (problem,) = validate(document(flags))
    assert problem.pointer == "/flags/b/default/split/layer"
    assert "another unit" in problem.message


def test_values_are_checked_against_the_schema() -> None:
    def check(schema: Any, value: Any) -> list[tuple[str, str]]:
        return (
            [] if schema["type"] == "object" and isinstance(value, dict) else [("/x", "is wrong")]
        )

    variants = [{"key": "a", "value": {}}, {"key": "b", "value": 7}]
    flag = {"type": "json", "variants": variants, "schema": {"type": "object"}}
    made = document({"f": flag})
    assert validate(made) == [], "without a checker a schema is only data"
    (problem,) = validate(made, check)
    assert (problem.pointer, problem.message) == ("/flags/f/variants/1/value/x", "is wrong")
    assert problem.hint


@pytest.mark.parametrize("odd", ["\ud800", "a\0b", float("nan"), 2**53, [float("inf")],
{"\ud800": 1},
                                 {"__proto__": 1}, {1: 2}, object(), b"x"])  # fmt: skip
def test_what_cannot_be_written_is_refused_wherever_it_stands(odd: Any) -> None:
    """Documents that were not read from JSON text: from TOML, YAML or a program."""
    flags = [
        m.Flag("f", "json", (m.Variant("v", odd),)),
        m.Flag("f", "json", (m.Variant("v", 1),), metadata={"x": odd}),
        m.Flag("f", "json", (m.Variant("v", 1),), origin={"x": odd}),
        m.Flag("f", "json", (m.Variant("v", 1),), schema={"x": odd}),
    ]
    if isinstance(odd, str):
        flags += [
            m.Flag("f", "json", (m.Variant("v", 1),), name=odd),
            m.Flag("f", "json", (m.Variant("v", 1),), tags=(odd,)),
            m.Flag("f", "json", (m.Variant("v", 1),),
                   rules=(m.Rule("r", m.Clause("a", "equals", (odd,)), "v"),)),
        ]  # fmt: skip
    for flag in flags:
        problems = errors(validate(m.Document({"f": flag})))
        assert problems
        assert problems[0].pointer.startswith("/flags/f/")
    segment = m.Segment("s", metadata={"x": odd})
    assert errors(validate(m.Document({}, {"s": segment})))


@settings(max_examples=40, deadline=None)
@given(generate.documents(5, 3, broken=0.3))
def test_what_passes_compiles_whole(made: m.Document) -> None:
    """No problem: nothing is skipped, no flag is malformed, and the other way round."""
    problems = errors(validate(made))
    pointers = {"/".join(problem.pointer.split("/")[:3]) for problem in problems}
    program = Program.of(made)
    for key, flag in made.flags.items():
        compiled = program.compiled(key)
        if f"/flags/{key}" not in pointers and not pointers & {
            f"/segments/{s}" for s in made.segments
        }:
            assert compiled.flag is not None or flag.archived_at is not None
            assert compiled.skipped == {}
        elif compiled.skipped or (compiled.flag is None and flag.archived_at is None):
            assert pointers


def test_the_hint_for_an_operator_names_all() -> None:
    (problem,) = problems_of(when(clause("a", "like", "x")))
    assert all(name in problem.hint for name in OPERATORS)
