"""The compiler: shapes, constants and what cannot be evaluated."""

from typing import Any

import pytest
from tests.oracle.build import answer, boolean, clause, program, rule, split

from yardarm.core import compile as compiling
from yardarm.core import model as m
from yardarm.core.bucketing import Budget
from yardarm.core.compile import Emitter, FlagEmitter, Unevaluable, compile_segment
from yardarm.core.compile.emitter import nested
from yardarm.core.program import Program
from yardarm.errors import DocumentError

VARIANTS = (m.Variant("on", True), m.Variant("off", False))


def emitter(**options: Any) -> Emitter:
    return Emitter(Program.of(m.Document()), Budget(), **options)


def test_flags_of_one_shape_share_one_code_object() -> None:
    flags = {
        f"f{n}": boolean(rules=[rule(clause(f"a{n}", "equals", f"v{n}"), key=f"r{n}")])
        for n in range(50)
    }
    made = program(flags)
    codes = {made.compiled(key).run.__code__ for key in flags}  # type: ignore[attr-defined]
    assert len(codes) == 1


def test_an_attribute_is_read_once_however_often_it_is_asked() -> None:
    class Counting(dict[str, Any]):
        reads = 0

        def get(self, name: str, *rest: Any) -> Any:
            Counting.reads += name == "a"
            return super().get(name, *rest)

    asks = [rule(clause("a", "equals", n), key=f"r{n}") for n in range(20)]
    program({"f": boolean(rules=asks)}).compiled("f").run(Counting(a=99), None, None)
    assert Counting.reads == 1


def test_every_outcome_a_flag_can_have_is_known_beforehand() -> None:
    flag = boolean(
        prerequisites=[{"flag": "other", "variants": ["on"]}], targets=[{"variant": "on",
        "keys": ["u"]}],
        rules=[rule({"always": True}, split(("on", 1), ("off", 2), outside="on"), "r1")],
        default=split(("on", 5), outside=None),
    )  # fmt: skip
    outcomes = program({"f": flag, "other": boolean()}).compiled("f").outcomes
    assert sorted((o.reason, str(o.variant), str(o.rule), str(o.cause)) for o in outcomes) == [
        ("DEFAULT", "None", "None", "outside"), ("DISABLED", "off", "None", "prerequisite:other"),
        ("ERROR", "None", "None", "no unit to split by"), ("SPLIT", "off", "r1", "None"),
        ("SPLIT", "on", "None", "None"), ("SPLIT", "on", "r1", "None"),
        ("SPLIT", "on", "r1", "outside"), ("TARGETING_MATCH", "on", "None", "target"),
    ]  # fmt: skip


def test_units_are_named_unless_they_are_the_users_key() -> None:
    flags = {
        "key": boolean(default=split(("on", 100_000))),
        "other": boolean(default=split(("on", 100_000), by=["account"], kind="device")),
    }
    made = program(flags)
    assert {o.unit for o in made.compiled("key").outcomes if o.reason == "SPLIT"} == {None}
    units = {o.unit for o in made.compiled("other").outcomes if o.reason == "SPLIT"}
    assert units == {("device", ("account",))}


def test_nested_attributes() -> None:
    assert nested({"a": {"b": 1}}, ("a", "b")) == 1
    assert nested({"a": {"b": 1}}, ("a", "c")) is None
    assert nested({"a": [1]}, ("a", "0")) is None
    assert nested({"a": None}, ("a", "b")) is None


@pytest.mark.parametrize(("condition", "reason"), [
    (m.All(()), "empty"), (m.AnyOf(()), "empty"), (m.Not(m.All(())), "empty"),
    (m.AnyOf((m.Always(), m.InSegment("nil"))), "no segment"), (m.FlagServes("nil", ("on",)),
    "no flag"),
    (m.Clause("a", "like"), "unknown operator"), (m.Clause("a", "lt", ("x",)), "'lt': "),
    (m.Clause("a", "equals", ()), "exactly one value"),
])  # fmt: skip
def test_what_cannot_be_evaluated_says_why(condition: m.Condition, reason: str) -> None:
    with pytest.raises(Unevaluable, match=reason):
        emitter().condition(condition, "/when")
    with pytest.raises(Unevaluable, match=reason):
        compile_segment(m.Segment("s", condition), emitter())


@pytest.mark.parametrize("flag", [
    m.Flag("f", "boolean", VARIANTS, True, default="nil"),
    m.Flag("f", "boolean", (m.Variant("on", "yes"),), True, default="on"),
    m.Flag("f", "number", (m.Variant("on", float("nan")),), True, default="on"),
    m.Flag("f", "boolean", VARIANTS, True, default=m.Split((m.Arm("on", 100_001),))),
    m.Flag("f", "boolean", VARIANTS, True, targets=(m.Target("nil", ()),)),
])  # fmt: skip
def test_flags_that_cannot_be_compiled_are_refused(flag: m.Flag) -> None:
    with pytest.raises(DocumentError):
        FlagEmitter(flag, emitter()).function()


def test_a_faulty_part_that_is_never_reached_does_no_harm() -> None:
    flags = {
        "off": boolean(enabled=False, default="nil"),
        "paused": boolean(rules=[rule({"always": True}, "nil", paused=True)]),
    }
    made = program(flags)
    assert answer(made, "off").variant == "off"
    assert answer(made, "paused").variant == "on"


def test_tracing_notes_each_part_and_changes_nothing() -> None:
    made = program({"f": boolean(rules=[rule(clause("a", "equals", 1))])})
    notes: dict[str, Any] = {}

    def note(pointer: str, outcome: Any) -> Any:
        notes[pointer] = outcome
        return outcome

    traced = made.traced("f")({"a": 1}, None, None, note)
    assert traced.variant == made.compiled("f").run({"a": 1}, None, None).variant == "off"
    assert notes == {"/rules/0/when": True, "/rules/0": True}


def test_large_flags_are_compiled() -> None:
    many = [clause(f"a{n}", "equals", n) for n in range(3_000)]
    flags = {
        "wide": boolean(rules=[rule({"any": many})]),
        "long": boolean(rules=[rule(each, key=f"r{n}") for n, each in enumerate(many[:1_000])]),
    }
    made = program(flags)
    assert answer(made, "wide", {"a2999": 2_999}).variant == "off"
    assert answer(made, "wide", {"a2999": 0}).variant == "on"
    assert answer(made, "long", {"a999": 999}, explained=True).rule == "r999"


def test_generated_code_has_no_builtins() -> None:
    run = program({"f": boolean()}).compiled("f").run
    assert run.__globals__["__builtins__"] == {}  # type: ignore[attr-defined]
    assert compiling.NEXT.variant is None
