"""Gutter's own answers: `golden.json` was made by Gutter 0.5.0 under CPython 2.7.18, with what it
stored for the same switches (jsonpickle, pickles of protocol 2, gutter-django's export)."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.gutter import generate as g
from tests.conformance.gutter import oracle
from tests.conformance.older import NOTHING, Answers, check_valid, kinds

from yardarm.connect.gutter import plain
from yardarm.core.bucketing import find
from yardarm.core.model import Bucketing
from yardarm.dialects.gutter import DIALECT
from yardarm.dialects.gutter.options import kind_of
from yardarm.errors import DocumentError, OptionError

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text("utf-8"))


def switches(case: Any) -> list[g.Switch]:
    made = [g.Switch(**one) for one in case["switches"]]
    for one in made:
        one.conditions = [g.Condition(**each) for each in one.conditions]  # type: ignore[arg-type]
    return made


def forms(case: Any) -> list[Any]:
    """What Gutter stored, and what our generator makes of the same switches."""
    made = [g.stored(switches(case)), g.stored(switches(case), "text")]
    if "pickle" in case:
        stored = {"redis": {"gutter": case["jsonpickle"], "gutterlast_updated": "3"}}
        made += [stored, plain({"gutter": case["pickle"]}), plain(case["block"])]
    return made


@pytest.mark.parametrize("number", range(len(GOLDEN)))
def test_answers_are_gutters(number: int) -> None:
    case = GOLDEN[number]
    made = switches(case)
    for source in forms(case):
        ours = Answers(DIALECT, source, g.OPTIONS)
        check_valid(ours.reading)
        for inputs, expected in zip(case["inputs"], case["answers"], strict=True):
            found = [ours.of(one.name, kinds(inputs)) for one in made]
            assert found == expected
            assert [oracle.active(made, one.name, inputs) for one in made] == expected


@pytest.mark.parametrize(("value", "hashed", "raw"), [
    ("jeff", 83, 83), ("alice@example.com", 14, 14), ("user-1", 29, 29), ("12345", 56, 45),
    (12345, 45, 45), (7.5, 24, 7.5), (15, 15, 15), (-7, 93, 93), ("nan", 28, None),
    (-1, 98, 99), (True, 1, 1), (None, None, None), ("é", 48, None), ([], None, None),
])  # fmt: skip
def test_buckets(value: Any, hashed: Any, raw: Any) -> None:
    for name, expected in (("gutter.percent", hashed), ("gutter.percent_raw", raw)):
        algorithm = find(name)
        assert algorithm is not None
        assert algorithm.place(Bucketing(by=("name",)), "f", 1)(value) == expected


@pytest.mark.parametrize(("text", "limit", "percent", "percent_range"), [
    ("33.7", 33.7, True, False), ("33.69", 33.7, True, True), ("33.71", 33.7, False, False),
    ("33.70000000000000001", 33.7, True, False), ("33.699999999999999999", 33.7, True, True),
    ("133.7", 33.7, True, False), ("-66.3", 33.7, True, False), ("0.1", 0.1, True, False),
])  # fmt: skip
def test_limits_are_compared_to_the_last_digit(
    text: str, limit: float, percent: bool, percent_range: bool
) -> None:
    """`percent` has the binary fraction for its limit, `percent_range` the decimal one."""
    for name, expected in (("percent", percent), ("percent_range", percent_range)):
        values = [limit] if name == "percent" else [0, limit]
        switch = g.Switch("s", 2, False, True, [g.Condition("user", "raw", name, values, False)])
        assert oracle.active([switch], "s", {"user": {"raw": text}}) is expected
        ours = Answers(DIALECT, g.stored([switch]), g.OPTIONS)
        assert ours.of("s", {"raw": text}) is expected


@pytest.mark.parametrize(("name", "bucket"), [
    ("gutter.percent", 48), ("gutter.percent_raw", None), ("gutter.percent_bytes", 54),
    ("gutter.percent_raw_bytes", 54), ("gutter.percent_range_bytes", 54),
])  # fmt: skip
def test_text_beyond_ascii(name: str, bucket: int | None) -> None:
    """CPython 2.7 hashes unicode by its characters, and cannot make it a `str`."""
    algorithm = find(name)
    assert algorithm is not None
    assert algorithm.place(Bucketing(by=("name",)), "f", 1)("é") == bucket


def test_programs_with_text_in_bytes() -> None:
    made = one(conditions=[g.Condition("user", "name", "percent_range", [54, 55], False)])
    answers = [
        Answers(DIALECT, g.stored([made]), {"text": text}).of("s", {"name": "é"})
        for text in ("unicode", "bytes")
    ]
    assert answers == [False, True]


# --- says and did --------------------------------------------------------------------------------


def one(state: int = 2, compounded: bool = False, **changed: Any) -> g.Switch:
    conditions = [
        g.Condition("user", "age", "more_than", [18], False),
        g.Condition("request", "ip", "equals", ["jeff"], False),
    ]
    return g.Switch("s", state, compounded, True, changed.get("conditions", conditions))


@pytest.mark.parametrize(("option", "context", "expected"), [
    ("did", {}, True), ("did", {"user": {"age": 20}}, True), ("did", {"user": {"age": 3}}, False),
    ("did", {"user": {"age": 20}, "request": {"ip": "x"}}, False),
    ("said", {}, False), ("said", {"user": {"age": 20}}, False),
    ("said", {"user": {"age": 20}, "request": {"ip": "jeff"}}, True),
])  # fmt: skip
def test_compounded(option: str, context: Any, expected: bool) -> None:
    ours = Answers(DIALECT, g.stored([one(compounded=True)]), {"compounded": option})
    assert ours.of("s", kinds(context)) is expected
    (loss,) = ours.reading.losses
    assert (loss.kind, loss.option, loss.flag) == ("differs", "compounded", "s")
    assert loss.says != loss.did
    assert loss.effect == f"read as {loss.says if option == 'said' else loss.did}"


@pytest.mark.parametrize(("option", "expected"), [("did", True), ("said", False)])
def test_compounded_without_conditions(option: str, expected: bool) -> None:
    ours = Answers(DIALECT, g.stored([one(compounded=True, conditions=[])]), {"compounded": option})
    assert ours.of("s", {"key": "u"}) is expected


def test_no_input_is_no_user() -> None:
    """A negated condition is not asked where nothing was given, not even an empty context."""
    made = one(conditions=[g.Condition("user", "age", "more_than", [18], True)])
    ours = Answers(DIALECT, g.stored([made]))
    assert [ours.of("s", context) for context in (None, {}, {"age": 3})] == [False, False, True]


def test_a_fraction_as_limit_never_matched() -> None:
    made = one(conditions=[g.Condition("user", "age", "more_than", [18.5], False)])
    ours = Answers(DIALECT, g.stored([made]))
    assert ours.of("s", {"age": 20}) is False
    assert [loss.option for loss in ours.reading.losses] == ["variables"]
    raw = Answers(DIALECT, g.stored([made]), {"variables": {"*": "raw"}})
    assert raw.of("s", {"age": 20}) is True
    assert raw.reading.losses == ()


def test_a_percentage_of_a_boolean_was_a_coin_toss() -> None:
    made = one(conditions=[g.Condition("user", "staff", "percent", [30], False)])
    ours = Answers(DIALECT, g.stored([made]), {"variables": {"UserArguments.staff": "Boolean"}})
    answers = [ours.of("s", {"staff": True}, chance=chance) for chance in (0.29, 0.3, 0.9)]
    assert answers == [True, False, False]
    assert "coin toss" in ours.reading.losses[0].did


# --- what is not read -----------------------------------------------------------------------------


def test_an_operator_of_ones_own_is_refused_and_its_neighbours_are_not() -> None:
    stored = g.stored([one(), g.Switch("t", 3, False, True), g.Switch("s:child", 3, False, True)])
    operator = stored["default.s"]["py/state"]["conditions"][1]["operator"]
    operator["py/object"] = "shop.operators.Equals"
    ours = Answers(DIALECT, stored)
    assert [*ours.reading.document.flags] == ["t"]
    assert ours.of("s", {"ip": "jeff"}) == NOTHING
    told = {loss.flag: loss.message for loss in ours.reading.losses}
    assert "shop.operators.Equals" in told["s"]
    assert "'s'" in told["s:child"]


def test_a_disabled_switch_needs_no_operator() -> None:
    stored = g.stored([one(state=1)])
    stored["default.s"]["py/state"]["conditions"][0]["operator"] = {"py/object": "own.Operator"}
    ours = Answers(DIALECT, stored)
    assert ours.of("s", {"age": 20}) is False
    assert ours.reading.losses[0].kind == "lost"


def test_a_missing_parent() -> None:
    child = g.Switch("a:b", 3, False, True)
    reading = DIALECT.read(g.stored([child]), {})
    assert not reading.document.flags
    assert "ValueError" in reading.losses[0].message
    ours = Answers(DIALECT, g.stored([child]), {"autocreate": True})
    assert [ours.of(key, None) for key in ("a", "a:b")] == [False, False]
    alone = Answers(DIALECT, g.stored([g.Switch("a:b", 3, False, False)]))
    assert alone.of("a:b", None) is True


def test_namespaces() -> None:
    switch = g.stored([g.Switch("s", 3, False, True)])["default.s"]
    hashes = {"default.s": switch, "mobile.s": switch, "a.b.s": switch}
    assert [*DIALECT.read(hashes, {}).document.flags] == ["s", "mobile.s", "a.b.s"]
    named = DIALECT.read(hashes, {"namespace": "mobile"}).document.flags
    assert [*named] == ["default.s", "s", "a.b.s"]


def test_kinds_of_arguments() -> None:
    named = ("UserArguments", "MyVisitorArgument", "Arguments", "MultiArguments", "Visitor")
    assert [kind_of(name) for name in named] == [
        "user", "my_visitor", "arguments", "multi_", "visitor",
    ]  # fmt: skip
    options = {"arguments": {"RequestArguments": "user"}}
    ours = Answers(DIALECT, g.stored([one()]), options)
    assert ours.of("s", {"ip": "jeff"}) is True


def test_the_numbering_of_another_jsonpickle() -> None:
    """A reference that leads nowhere is the list that stands in the switch's old state."""
    stored = g.stored([one()])
    state = stored["default.s"]["py/state"]
    state["_Switch__init_vars"] = {"conditions": state["conditions"]}
    state["conditions"] = {"py/id": 77}
    assert Answers(DIALECT, stored).of("s", {"age": 20}) is True


@pytest.mark.parametrize("source", [None, 5, "no json", {"redis": {"other": "1"}}])
def test_no_document(source: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(source, {})


@pytest.mark.parametrize("options", [
    {"compounded": "maybe"}, {"variables": {"a.b": "float"}}, {"variables": 3},
    {"arguments": {"A": "multi"}}, {"text": "utf-16"},
])  # fmt: skip
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, options)


def test_a_pickle_that_nobody_read() -> None:
    reading = DIALECT.read({"default.s": "gAJjZ3V0dGVy"}, {})
    assert "yardarm.connect.gutter" in reading.losses[0].message
