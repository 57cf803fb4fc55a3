"""Reading and writing again, garbage, and flags that were made natively."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.gutter import generate as g
from tests.conformance.gutter import oracle
from tests.conformance.older import Answers, check_garbage, check_round_trip, kinds
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.connect.gutter import plain
from yardarm.core import model as m
from yardarm.dialects.gutter import DIALECT

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text("utf-8"))


@pytest.mark.parametrize("form", ["parsed", "text", "list"])
def test_reading_and_writing_gives_the_same(form: str) -> None:
    for seed in range(60):
        source = g.stored(g.switches(random.Random(seed)), form)
        for options in ({}, g.OPTIONS, {"compounded": "said", "variables": {"*": "raw"}}):
            check_round_trip(DIALECT, source, options)


def test_what_gutter_stored_comes_back() -> None:
    for case in GOLDEN[:12]:
        hashes = {"gutter": case["jsonpickle"], "gutterlast_updated": "7"}
        check_round_trip(DIALECT, {"redis": hashes}, g.OPTIONS)
        check_round_trip(DIALECT, plain(case["pickle"]), g.OPTIONS)
        check_round_trip(DIALECT, plain(case["block"]), g.OPTIONS)


def without_origin(reading: Any) -> m.Document:
    flags = {k: replace(f, origin=None) for k, f in reading.document.flags.items()}
    return m.Document(flags)


def test_written_from_the_model_it_answers_the_same() -> None:
    assert DIALECT.write is not None
    for seed in range(150):
        rng = random.Random(seed)
        made = g.switches(rng)
        options = {**g.OPTIONS, "compounded": "did"}
        written = DIALECT.write(without_origin(DIALECT.read(g.stored(made), options)), {})
        assert written.losses == ()
        again = Answers(DIALECT, written.document, options)
        for _ in range(6):
            inputs = g.inputs(rng)
            for switch in made:
                expected = oracle.active(made, switch.name, inputs)
                assert again.of(switch.name, kinds(inputs)) is expected, (seed, switch, inputs)


def test_garbage() -> None:
    for seed in range(600):
        rng = random.Random(seed)
        source = g.stored(g.switches(rng), rng.choice(("parsed", "list")))
        if seed % 4 == 0:
            source = json.loads(json.dumps(GOLDEN[seed % 12]["jsonpickle"]))
            source = {key: json.loads(value) for key, value in source.items()}
        check_garbage(DIALECT, rng, source, g.OPTIONS)


def test_an_edited_switch_keeps_what_the_model_does_not_hold() -> None:
    assert DIALECT.write is not None
    stored = g.stored([g.Switch("s", 2, False, True)])
    stored["default.s"]["py/state"]["colour"] = "red"
    flag = DIALECT.read(stored, {}).document.flags["s"]
    edited = m.Document({"s": replace(flag, default="on")})
    state = DIALECT.write(edited, {}).document["default.s"]["py/state"]
    assert (state["colour"], state["state"], state["_name"]) == ("red", 3, "s")


def test_native_flags() -> None:
    assert DIALECT.write is not None
    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "in": boolean(default="off", rules=[rule(clause("name", "in", "a", "b"), "on")]),
        "both": boolean(default="off", rules=[
            rule({"all": [clause("name", "equals", "a"), clause("x", "equals", "b")]}, "on")]),
        "number": boolean(default="off", rules=[rule(clause("n", "equals", 5), "on")]),
        "split": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "target": boolean(targets=[{"variant": "off", "keys": ["u"]}]),
        "text": boolean(type="string", variants=[{"key": "on", "value": "x"}], off=None),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {"arguments": {"user": "shop.UserArguments"}})
    lost = {loss.flag: loss.effect for loss in written.losses}
    assert lost == {
        "both": "written as off for everybody", "number": "written as off for everybody",
        "split": "written as off for everybody", "target": "written as on for everybody",
        "text": "not written",
    }  # fmt: skip
    again = Answers(DIALECT, written.document)
    assert [again.of(key, {"name": "b"}) for key in ("on", "off", "in")] == [True, False, True]
    assert again.of("in", {"name": "c"}) is False
    without = DIALECT.write(document({"in": flags["in"]}), {})
    assert "no class of arguments" in without.losses[0].message
