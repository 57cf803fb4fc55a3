"""Flagon's readers and writers step by step: what each storage says, and how it is told."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.older import Answers, check_round_trip
from tests.oracle.build import boolean, clause, document, rule

from yardarm.core import model as m
from yardarm.dialects.flagon import DIALECT, ini
from yardarm.dialects.flagon.records import layout_of

SAID = {"strategies": "said"}
ON = {"active": True, "strategy": "username", "params": {"users": "ann"}}


@pytest.mark.parametrize(("source", "layout"), [
    ("A = true", "togglz"), ([], "mongo"), ([{"name": "a", "active": True}], "mongo"),
    ([{"name": "a", "enabled": True}], "datastore"), ([{"model": "x.flagonfeature"}], "django"),
    ({"features": []}, "sqlalchemy"), ({"tables": {"features": []}}, "sqlalchemy"),
    ({"flagonfeature": []}, "django"), ({"tables": {"flagonfeature": []}}, "django"),
    ({"redis": {}}, "redis"), ({"a": {"enabled": True}}, "datastore"), ({}, "json"),
    ({"a": {"enabled": True, "active": False}}, "json"), ({"a": {"active": "True"}}, "redis"),
    ({"a": {"active": "True"}, "b": {"active": "x"}}, "json"), ({"a": {"active": True}}, "json"),
])  # fmt: skip
def test_the_layout_that_the_content_shows(source: Any, layout: str) -> None:
    assert layout_of(source) == layout
    assert DIALECT.read(source, {}).document.environment["flagon"]["layout"] == layout


def _dump(active: bool = True) -> list[Any]:
    feature = {"name": "A", "active": active, "strategy": "username", "params": 7}
    param = {"key": "users", "value": "ann", "type": "str"}
    return [
        {"model": "App.FlagonFeature", "pk": 1, "fields": feature},
        {"model": "app.flagonparams", "pk": 7, "fields": param},
        {"model": "app.flagonparams", "pk": 1, "fields": {**param, "value": "zoe"}},
        {"model": "auth.user", "pk": 7, "fields": {"key": "users", "value": "zoe"}},
        5,
    ]


def _tables() -> Any:
    row = {"name": "A", "active": True, "strategy": "username", "params_id": 7}
    params = [{"id": 7, "key": "users", "value": "ann"}, {"id": 1, "key": "users", "value": "zoe"}]
    return {"flagonfeature": [row, 5, {"id": 2}], "flagonparams": params}


def _sql() -> Any:
    row = {"name": "A", "active": 1, "strategy": "username"}
    params = [
        {"id": 1, "name": "users", "value": "ann", "feature_id": "A"},
        {"id": 2, "name": "users", "value": "zoe", "feature_id": "B"},
        {"id": 3, "name": None, "value": "zoe", "feature_id": "A"}, 5,
    ]  # fmt: skip
    return {"features": [row, 5, {"id": 2}], "params": params}


_ENTITY = {
    "enabled": True, "strategyId": "username",
    "strategyParamsNames": ["x", "users"], "strategyParamsValues": ["zoe", "ann"],
}  # fmt: skip


@pytest.mark.parametrize("source", [
    {"A": ON}, _dump(), _tables(), {"tables": _tables()}, _sql(), {"tables": _sql()},
    {"A": _ENTITY}, [{"name": "A", **_ENTITY}],
    "A = true\nA.strategy = username\nA.param.users = ann\nAB.param.users = zoe\n",
    "A = true\nA.strategy = username\nA.param.users = ann,\nA.users = zoe\n",
])  # fmt: skip
def test_params_are_found(source: Any) -> None:
    ours = Answers(DIALECT, source, SAID)
    assert [ours.of("A", {"key": who}) for who in ("ann", "zoe")] == [True, False]
    assert [*ours.reading.document.flags] == ["A"]


def test_a_row_without_a_reference_has_no_params() -> None:
    row = {"name": "A", "active": True, "strategy": "username", "params_id": None}
    source = {"flagonfeature": [row], "flagonparams": [{"key": "users", "value": "ann"}]}
    assert Answers(DIALECT, source, SAID).of("A", {"key": "ann"}) is False


def test_settings_belong_to_the_feature_before_the_dot() -> None:
    text = "A = true\nA.strategy = username\nA.param.users = ann\nB = true\nB.note = x\n"
    flags = DIALECT.read(text, {}).document.flags
    assert [(flag.origin or {})["raw"] for flag in flags.values()] == [
        {"A": "true", "A.strategy": "username", "A.param.users": "ann"},
        {"B": "true", "B.note": "x"},
    ]
    assert [loss.flag for loss in DIALECT.read(text, {}).losses] == ["A"]


def test_states() -> None:
    for value, on in ((1, True), (0, False), (None, False), (2, True), (2.5, True), ([], False)):
        ours = Answers(DIALECT, {"A": {"active": value}})
        assert ours.of("A", None) is on
        told = 0 if value is None or isinstance(value, int) else 1
        assert len(ours.reading.losses) == told
    rows = [{"name": "A", "active": True}, {"name": "B", "active": 2}]
    ours = Answers(DIALECT, {"features": rows}, {"turned_off": "said"})
    assert [ours.of(key, None) for key in "AB"] == [True, False]


def test_every_word_for_no() -> None:
    for word in ("", "0", "2", "false", "off", "no", "n", "f", "none", "null", " OFF "):
        source = {"A": {"active": word}, "B": {"active": True}}
        assert Answers(DIALECT, source, {"texts": "said"}).of("A", None) is False
        assert Answers(DIALECT, source).of("A", None) is (word != "")
        assert len(DIALECT.read(source, {}).losses) == (word != "")


def test_users() -> None:
    def users(params: Any, strategy: str = "username") -> Any:
        source = {"a": {"active": True, "strategy": strategy, "params": params}}
        (flag,) = DIALECT.read(source, SAID).document.flags.values()
        return flag.rules[0].when

    listed = m.Clause("key", "in", ("ann", "bob"))
    for value in (" ann,bob , ann,", ["ann ", "bob", "", "ann"]):
        assert users({"users": value}) == listed
    assert users({"username": "ann, bob"}, " UserName ") == listed
    assert users({}) == m.Not(m.Always())


def test_the_first_of_two_counts() -> None:
    source = [{"name": "a", "active": True}, {"name": "a", "active": False}]
    ours = Answers(DIALECT, source)
    assert ours.of("a", None) is True
    (loss,) = ours.reading.losses
    assert (loss.flag, loss.pointer) == ("a", "/1")


def test_what_is_told() -> None:
    def told(source: Any, options: Any = {}) -> Any:  # noqa: B006
        return [(loss.flag, loss.kind) for loss in DIALECT.read(source, options).losses]

    assert told({"a": {"active": True, "strategy": " "}, "b": {"active": 0, "strategy": "x"}}) == []
    assert told({"a": {"active": True, "strategy": "x"}}) == [("a", "differs")]
    assert told({"a": {}, "b": {"active": True}}) == [("a", "malformed")]
    assert told([{"name": "a"}, {"x": 1}]) == [("a", "malformed"), (None, "malformed")]
    assert told([{"name": "a"}, {"name": "b", "active": 1}, {"name": 5}]) == [
        ("a", "malformed"), (None, "malformed"),
    ]  # fmt: skip
    assert told({"a": {"enabled": 1}, "b": {}}) == [("b", "malformed")]
    assert told({"redis": {"a": {"active": "True"}, "b": {}, "c": 5}}) == [(None, "lost")]
    assert told({"a": {"active": True, "strategy": "x"}}, SAID) == [
        ("a", "differs"), ("a", "malformed"),
    ]  # fmt: skip
    for table in ("features", "flagonfeature"):
        (loss,) = DIALECT.read({table: [{"id": 1}]}, {}).losses
        assert (loss.flag, loss.kind) == (None, "malformed")
        assert "without a name" in loss.message
    assert told("a = true\n") == [("a", "differs")]
    assert told("a = true\n", {"names": "said"}) == [("A", "differs")]
    assert told("A = 1,,2\nB = true\n[x]\nC = 1") == [(None, "malformed"), (None, "lost")]
    assert told([{"name": "a", "active": 1}, {"name": " bad", "active": 1}, {"name": 7}]) == [
        (" bad", "malformed"), (None, "malformed"),
    ]  # fmt: skip


# --- the settings file ------------------------------------------------------------------------


def test_sections_and_comments() -> None:
    found = ini.parse(
        '  A = x # y\n  # B = 1\n  \n"C=D" = \'a#b\'\nE = "a\'b", c\n  [s]\nF = 1\n = 2\n'
    )
    assert found.values == {"A": "x", "C=D": "a#b", "E": ["a'b", "c"]}
    assert found.in_sections == 1
    assert [line for line, _ in found.problems] == [8]
    for bad in (
        '"A = 1',
        '"A" 1',
        "A = 'x' y",
        "A = x,,",
        "A = ,x",
        "A = ,,",
        "A",
        "= 1",
        "A = 'x",
    ):
        found = ini.parse(bad)
        assert (found.values, len(found.problems)) == ({}, 1), bad


def test_settings_are_quoted_where_they_must() -> None:
    values: dict[str, str | list[str]] = {
        "A": "x", "B": "a, b", "C": "#", "D": "", "E": ' "x" ', "F": [], "G": ["a"],
        "H": ["a,b", "c'd"], "I J": "a=b", "K=L": "[x]", "#M": "it's",
        "N": [""], "O": " y ",
    }  # fmt: skip
    assert ini.parse(ini.write(values)).values == values
    assert ini.write({"A": "x y"}) == "A = x y\n"


# --- writing ----------------------------------------------------------------------------------


def _turned(source: Any, on: bool, options: Any = {}) -> Any:  # noqa: B006
    """The source read, every flag turned on or off, and written."""
    assert DIALECT.write is not None
    was = DIALECT.read(source, options).document
    flags = {key: replace(flag, enabled=on) for key, flag in was.flags.items()}
    return DIALECT.write(replace(was, flags=flags), {}).document


def test_edits_are_written_where_they_were() -> None:
    assert DIALECT.write is not None
    more = {"active": True, "note": 1, "strategy": "x", "params": {"a": 1}}
    assert _turned({"A": more}, False) == {"A": {**more, "active": False}}
    assert _turned({"redis": {"A": {"active": "True", "x": 1}}}, False) == {
        "redis": {"A": {"active": "False", "x": 1}}
    }
    assert _turned({"A": {"active": "False"}, "B": {"active": "True"}}, True)["A"] == {
        "active": "True"
    }
    document_ = {"_id": "7", "name": "A", "active": True}
    assert _turned([document_], False) == [{**document_, "active": False}]
    assert _turned({"A": _ENTITY}, False) == {"A": {"name": "A", **_ENTITY, "enabled": False}}
    text = "A = true\nA.strategy = x\nA.note = y\n"
    assert _turned(text, False) == text.replace("true", "false")
    assert _turned(text.replace("true", "false"), True) == text
    assert _turned("a = false\n", True, {"names": "said"}) == "a = true\n"
    sql = {"features": [{"name": "A", "active": 1, "x": 5}],
           "params": [{"name": "users", "value": "ann", "feature_id": "A"}]}  # fmt: skip
    assert _turned({"tables": sql}, False) == {
        "tables": {**sql, "features": [{"name": "A", "active": 0, "x": 5}]}
    }
    dump = _dump()[:2]
    turned = _turned(dump, False)
    assert turned == _dump(active=False)[:2]
    spaced = {"A": {**ON, "params": {"users": "ann ,bob"}}}
    for source in ({"A": {"active": "False"}}, spaced):
        read = DIALECT.read(source, {"texts": "said", **SAID}).document
        assert DIALECT.write(read, {}).document == source
    _two_that_share_a_param(dump)
    _written_anew()


def _two_that_share_a_param(dump: list[Any]) -> None:
    assert DIALECT.write is not None
    other = {**dump[0], "pk": 2, "fields": {**dump[0]["fields"], "name": "B"}}
    shared = [dump[0], other, dump[1]]
    read = check_round_trip(DIALECT, shared, {}).document
    apart = {key: replace(flag, origin=deepcopy(flag.origin)) for key, flag in read.flags.items()}
    assert DIALECT.write(replace(read, flags=apart), {}).document == shared


def _users(*keys: str) -> Any:
    return boolean(default="off", rules=[rule(clause("key", "in", *keys), "on")])


def _written_anew() -> None:
    assert DIALECT.write is not None
    flags = {
        "A": _users("ann", "bob"), "B": _users("zoe"),
        "T": boolean(default="off", targets=[{"variant": "on", "keys": ["tim"]}]),
        "U": boolean(default="off", targets=[{"variant": "off", "keys": ["tim"]}]),
        "V": boolean(default="off", rules=[rule(clause("key", "in", "x"), "off")]),
        "W": boolean(default="off", rules=[rule(clause("country", "in", "x"), "on")]),
        "X": boolean(default="off", rules=[{**rule(clause("a", "in", "x"), "on"), "paused": True}]),
        "P": boolean(default="off", rules=[
            {**rule(clause("a", "in", "x"), "on"), "id": "paused", "paused": True},
            rule(clause("key", "equals", "pia"), "on"),
        ]),
        "Y": boolean(rules=[rule(clause("key", "in", "x"), "on")]),
        "Z": boolean(default="off", prerequisites=[{"flag": "A", "variants": ["on"]}],
                     rules=[rule(clause("key", "in", "x"), "on")]),
    }  # fmt: skip
    made = document(flags)
    for layout in ("json", "django", "sqlalchemy", "datastore", "togglz"):
        writing = DIALECT.write(made, {"layout": layout})
        assert {loss.flag for loss in writing.losses} == set(flags) - {"X"}
        said = Answers(DIALECT, writing.document, {"layout": layout, **SAID})
        everybody = ["ann", "bob", "zoe", "tim", "x", "pia"]
        found = {key: [who for who in everybody if said.of(key, {"key": who})] for key in flags}
        assert found == {
            "A": ["ann", "bob"], "B": ["zoe"], "T": ["tim"], "P": ["pia"], "Y": everybody,
            **{key: [] for key in "UVWXZ"},
        }, layout  # fmt: skip
    tables = DIALECT.write(made, {"layout": "django"}).document
    assert [row["id"] for row in tables["flagonparams"]] == [1, 2, 3, 4]
    assert "fields" not in tables["flagonfeature"][0]
    read = DIALECT.read(_dump()[:2], {}).document
    both = DIALECT.write(replace(read, flags={**read.flags, "B": made.flags["B"]}), {}).document
    assert [(one["model"].lower().rpartition(".")[2], one["pk"]) for one in both] == [
        ("flagonfeature", 1), ("flagonfeature", None), ("flagonparams", 7), ("flagonparams", 8),
    ]  # fmt: skip
    foreign = replace(made.flags["B"], origin={"dialect": "x", "name": "C", "layout": "json"})
    assert [*DIALECT.write(replace(made, flags={"B": foreign}), {}).document] == ["B"]
    moved = DIALECT.read({"redis": {"A": {"active": "True"}}}, {}).document
    assert DIALECT.write(moved, {"layout": "json"}).document == {
        "A": {"active": True, "strategy": None, "params": {}}
    }
