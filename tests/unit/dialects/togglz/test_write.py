"""What is read is written as it was; what the model says is written as a strategy or lost."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from tests.oracle.generate import world
from tests.unit.dialects.togglz.generate import NOW, case
from tests.unit.dialects.togglz.test_read import LAYOUTS, PROPERTIES

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.context import Context
from yardarm.core.program import Program
from yardarm.dialects.togglz import DIALECT
from yardarm.dialects.togglz.properties import load
from yardarm.dialects.togglz.states import LAYOUTS as NAMES
from yardarm.errors import OptionError


def _write(document: m.Document, **options: Any) -> Any:
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


def _normal(source: Any) -> Any:
    """A source without what says the same in several ways."""
    if isinstance(source, str):
        return load(source)
    if isinstance(source, dict) and "tables" in source:
        return source["tables"].get("togglz") or source["tables"].get("TOGGLZ")
    if isinstance(source, dict) and "togglz" in source:
        return source["togglz"]["features"]
    return source.get("Items", source) if isinstance(source, dict) else source


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_read_is_written_as_it_was(layout: str) -> None:
    document = DIALECT.read(LAYOUTS[layout], {}).document
    written, before = _normal(_write(document).document), _normal(LAYOUTS[layout])
    if layout == "spring-properties":
        before.pop("spring.application.name")
    if layout == "files":
        written = {f"{name}.json": value for name, value in written["files"].items()}
        before = before["files"]
    assert written == before


def test_the_ini_of_flagon_is_written_as_it_read_it() -> None:
    document = DIALECT.read("ONE = true\nONE.strategy = x\nTWO=off", {"layout": "ini"}).document
    assert _write(document).document == "ONE = true\nONE.strategy = x\nTWO = off\n"


def _answers(source: Any, cases: list[Any], **options: Any) -> list[Any]:
    program = Program.of(DIALECT.read(source, options).document)
    found = []
    for made in cases:
        context = Context.of(made.context)
        run = program.compiled(made.feature).run
        found.append(run(context.user, context.kinds, Ambient.at(NOW)).value)
    return found


@pytest.mark.parametrize("layout", [name for name in NAMES if name not in ("features", "ini")])
def test_what_is_written_from_the_model_answers_alike(layout: str) -> None:
    rng = random.Random(5)
    for _ in range(120):
        made = case(rng)
        state = {
            "enabled": made.enabled, "strategyId": made.strategy, "parameters": made.params,
        }  # fmt: skip
        source = {made.feature: state}
        document = DIALECT.read(source, {}).document
        bare = {key: replace(flag, origin=None) for key, flag in document.flags.items()}
        written = _write(replace(document, flags=bare), layout=layout)
        assert not written.losses, (made, written.losses)
        options = {"layout": layout, "encoding": "said"} if layout != "spring" else {}
        assert _answers(written.document, [made], **options) == _answers(source, [made]), made


def test_an_edited_flag_is_written_anew() -> None:
    document = DIALECT.read(PROPERTIES, {}).document
    flag = document.flags["PART"]
    assert isinstance(flag.default, m.Split)
    arms = (m.Arm("on", 30), m.Arm("off", 70))
    flags = {**document.flags, "PART": replace(flag, default=replace(flag.default, arms=arms))}
    written = load(_write(replace(document, flags=flags)).document)
    assert written["PART.param.percentage"] == "30"
    assert written["ON"] == "Yes"


def _flag(**more: Any) -> m.Flag:
    variants = (m.Variant("yes", True), m.Variant("no", False))
    given: dict[str, Any] = {"enabled": True, "off": "no", "default": "no", **more}
    return m.Flag("F", "boolean", variants, **given)


_NEW_YEAR = "2026-12-31T14:45:00Z"


def _one(flag: m.Flag, **options: Any) -> tuple[dict[str, str], str]:
    written = _write(m.Document({"F": flag}), **options)
    return load(written.document), "; ".join(loss.message for loss in written.losses)


@pytest.mark.parametrize(
    ("flag", "values"),
    [
        (_flag(), {"F": "false"}),
        (_flag(default="yes"), {"F": "true"}),
        (_flag(default="yes", enabled=False), {"F": "false"}),
        (_flag(enabled=False, off="yes"), {"F": "true"}),
        (_flag(targets=(m.Target("yes", ("ann", "bob")),)),
         {"F": "true", "F.strategy": "username", "F.param.users": "ann,bob"}),
        (_flag(rules=(m.Rule("r", m.Clause("roles", "has_any", ("admin",)), "yes"),)),
         {"F": "true", "F.strategy": "user-role", "F.param.roles": "admin"}),
        (_flag(rules=(m.Rule("r", m.Clause("now", "after", (_NEW_YEAR,), "$"), "yes"),)),
         {"F": "true", "F.strategy": "release-date", "F.param.date": "2026-12-31",
          "F.param.time": "14:45:00"}),
    ],
)  # fmt: skip
def test_what_togglz_can_say(flag: m.Flag, values: dict[str, str]) -> None:
    assert _one(flag) == (values, "")


_IN = m.Clause("key", "in", ("ann",))


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        (_flag(prerequisites=(m.Prerequisite("g", ("yes",)),)), "prerequisites"),
        (_flag(default="yes", rules=(m.Rule("r", _IN, "no"),)), "rules before anything but off"),
        (_flag(rules=(m.Rule("r", _IN, "no"),)), "serves anything but on"),
        (_flag(rules=(m.Rule("r", _IN, "yes"), m.Rule("s", _IN, "yes"))), "more than one rule"),
        (_flag(rules=(m.Rule("r", m.AnyOf((_IN, _IN)), "yes"),)), "several parts"),
        (_flag(rules=(m.Rule("r", m.Clause("age", "gt", (5,)), "yes"),)), "the operator 'gt'"),
        (_flag(rules=(m.Rule("r", m.Clause("key", "in", ("a,b",)), "yes"),)), "list with commas"),
        (_flag(targets=(m.Target("yes", ("a",), "team"),)), "individual targets of this kind"),
        (_flag(default=m.Split((m.Arm("yes", 50_000), m.Arm("no", 50_000)))), "by 'yardarm'"),
        (_flag(default=m.Split((m.Arm("yes", 5),), m.Bucketing("togglz.gradual", "G"),
                               outside="no")), "the seed 'G'"),
        (_flag(rules=(m.Rule("r", m.Clause("x_features", "togglz.header", ("G",)), "yes"),)),
         "names another feature"),
    ],
)  # fmt: skip
def test_what_togglz_has_no_words_for(flag: m.Flag, message: str) -> None:
    values, said = _one(flag)
    assert message in said
    assert set(values) == {"F"}


def test_other_types_are_not_written() -> None:
    flag = m.Flag("F", "string", (m.Variant("a", "b"),))
    assert _one(flag)[0] == {}
    assert "type string" in _one(flag)[1]


def test_a_zone_for_release_dates() -> None:
    rule = m.Rule("r", m.Clause("now", "after", ("2026-12-31T23:45:00Z",), "$"), "yes")
    values, _ = _one(_flag(rules=(rule,)), utc_offset="+02:00")
    assert (values["F.param.date"], values["F.param.time"]) == ("2027-01-01", "01:45:00")
    with pytest.raises(OptionError):
        _one(_flag(), utc_offset=2)


def test_layouts_without_strategies() -> None:
    flag = _flag(targets=(m.Target("yes", ("ann",)),), name="Label", tags=("G",))
    for layout, line in (("features", "Label;false;G"), ("ini", "false")):
        written = _write(m.Document({"F": flag}), layout=layout)
        assert load(written.document) == {"F": line}
        assert "strateg" in written.losses[0].message


@pytest.mark.parametrize("layout", NAMES)
def test_any_native_document_is_written(layout: str) -> None:
    for seed in range(10):
        _write(world(random.Random(seed)).document, layout=layout)
