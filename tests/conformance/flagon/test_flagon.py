"""Flagon: what each of its backends answered, in plain lines, beside what we read."""

import random
from typing import Any

import pytest
from tests.conformance.older import NOTHING, Answers, check_garbage, check_round_trip, check_valid
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.dialects.flagon import DIALECT, ini
from yardarm.dialects.flagon.records import LAYOUTS
from yardarm.errors import DocumentError, OptionError

NAMES = ("test", "NEW_CHECKOUT", "a.b", "search v2", "x")
STRATEGIES = (None, None, "username", "gradual", "")


def features(rng: random.Random) -> list[Any]:
    """Name, state and strategy of a few features."""
    return [(name, rng.random() < 0.5, rng.choice(STRATEGIES)) for name in rng.sample(NAMES, 3)]


def stored(layout: str, made: list[Any]) -> Any:
    """The features as the backend keeps them."""
    users = "ann, bob"
    match layout:
        case "json":
            return {n: {"active": on, "strategy": s, "params": {"users": users} if s else {}}
                    for n, on, s in made}  # fmt: skip
        case "redis":
            return {n: {"active": str(on)} for n, on, _ in made}
        case "mongo":
            return [{"_id": str(i), "name": n, "active": on} for i, (n, on, _) in enumerate(made)]
        case "sqlalchemy":
            rows = [{"name": n, "active": 1 if on else 0, "strategy": s} for n, on, s in made]
            params = [{"id": i, "name": "users", "value": users, "feature_id": n}
                      for i, (n, _, s) in enumerate(made) if s]  # fmt: skip
            return {"features": rows, "params": params}
        case "django":
            rows = [{"model": "db_django.flagonfeature", "pk": i,
                     "fields": {"name": n, "active": on, "strategy": s, "params": i if s else None}}
                    for i, (n, on, s) in enumerate(made)]  # fmt: skip
            params = [{"model": "db_django.flagonparams", "pk": i,
                       "fields": {"key": "users", "value": users, "type": "str"}}
                      for i, (_, _, s) in enumerate(made) if s]  # fmt: skip
            return [*rows, *params]
        case "datastore":
            return [
                {
                    "name": n,
                    "enabled": on,
                    "strategyId": s,
                    "strategyParamsNames": ["users"] if s else [],
                    "strategyParamsValues": [users] if s else [],
                }
                for n, on, s in made
            ]
    lines = []
    for n, on, s in made:
        name = n.upper().replace(".", "_")
        lines += [f"# {name}", f"{name} = {str(on).lower()}"]
        if s:
            lines += [f"{name}.strategy = {s}", f"{name}.param.users = {users}"]
    return "\n".join([*lines, ""])


def is_active(layout: str, source: Any, name: str) -> bool:
    """What the backend's `is_active` returned."""
    match layout:
        case "json":
            return bool(source[name]["active"])
        case "redis":
            return bool(source[name]["active"] == "True")
        case "mongo":
            return bool(next(one for one in source if one["name"] == name)["active"])
        case "sqlalchemy":
            return bool(next(one for one in source["features"] if one["name"] == name)["active"])
        case "django":
            fields = [one["fields"] for one in source if one["model"].endswith("feature")]
            return bool(next(one for one in fields if one["name"] == name)["active"])
        case "datastore":
            return bool(next(one for one in source if one["name"] == name)["enabled"])
    values = dict(line.split(" = ") for line in source.splitlines() if " = " in line)
    return values[name.upper()] == "true"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_backend(layout: str) -> None:
    asked = 0
    for seed in range(250):
        rng = random.Random(seed)
        made = features(rng)
        source = stored(layout, made)
        ours = Answers(DIALECT, source)
        check_valid(ours.reading)
        assert ours.reading.document.environment["flagon"]["layout"] == layout
        for name, _, strategy in made:
            key = name.upper().replace(".", "_") if layout == "togglz" else name
            for context in (None, {"key": "ann"}, {"key": "zoe"}):
                assert ours.of(key, context) is is_active(layout, source, key)
                asked += 1
            if strategy and is_active(layout, source, key) and layout not in ("redis", "mongo"):
                told = [loss.option for loss in ours.reading.losses if loss.flag == key]
                assert told == ["strategies"]
    assert asked > 2_000


@pytest.mark.parametrize("layout", [one for one in LAYOUTS if one not in ("redis", "mongo")])
def test_strategies_as_they_say(layout: str) -> None:
    made = [("A", True, "username"), ("B", True, "gradual"), ("C", False, "gradual")]
    ours = Answers(DIALECT, stored(layout, made), {"strategies": "said"})
    assert [ours.of("A", {"key": who}) for who in ("ann", "bob", "zoe")] == [True, True, False]
    assert ours.of("A", None) is False
    assert [ours.of(key, None) for key in "BC"] == [NOTHING, False]
    refused = [
        loss for loss in ours.reading.losses if loss.flag == "B" and loss.kind == "malformed"
    ]
    assert "Togglz" in refused[0].message


def test_a_strategy_without_users_reaches_nobody() -> None:
    source = {"a": {"active": True, "strategy": "username", "params": {}}}
    assert Answers(DIALECT, source, {"strategies": "said"}).of("a", {"key": "ann"}) is False


@pytest.mark.parametrize(("taken", "answer"), [("did", True), ("said", False)])
def test_turned_off_in_sql_was_on(taken: str, answer: bool) -> None:
    source = {"features": [{"name": "x", "active": 2, "strategy": None}], "params": []}
    ours = Answers(DIALECT, source, {"turned_off": taken})
    assert ours.of("x", None) is answer
    (loss,) = ours.reading.losses
    assert (loss.says, loss.did, loss.option) == ("off", "on", "turned_off")


@pytest.mark.parametrize(("source", "did", "said"), [
    ({"a": {"active": "False"}, "b": {"active": True}}, True, False),
    ({"redis": {"a": {"active": "true"}}}, False, True),
    ([{"name": "a", "active": "0"}], True, False),
])  # fmt: skip
def test_texts(source: Any, did: bool, said: bool) -> None:
    for taken, expected in (("did", did), ("said", said)):
        ours = Answers(DIALECT, source, {"texts": taken})
        assert ours.of("a", None) is expected
        assert [loss.option for loss in ours.reading.losses] == ["texts"]


def test_names_in_the_file_that_are_not_in_capitals() -> None:
    text = "new = true\nOLD = true\n"
    assert [Answers(DIALECT, text).of(key, None) for key in ("new", "NEW", "OLD")] == [
        NOTHING, NOTHING, True,
    ]  # fmt: skip
    said = Answers(DIALECT, text, {"names": "said"})
    assert said.of("NEW", None) is True


@pytest.mark.parametrize(("text", "values", "problems"), [
    ("A = true # yes\n\n# B = true\n", {"A": "true"}, 0), ("A = 'x, y'", {"A": "x, y"}, 0),
    ("A = a, b", {"A": ["a", "b"]}, 0), ("A = a,", {"A": ["a"]}, 0), ("A = ,", {"A": []}, 0),
    ("A =", {"A": ""}, 0), ('"A B" = c', {"A B": "c"}, 0), ("A = a,,b", {}, 1), ("A = 'x", {}, 1),
    ("A", {}, 1), ("A = 1\nA = 2", {"A": "1"}, 1), ("A = 1\n[x]\nB = 2", {"A": "1"}, 0),
    ("A = true,", {"A": ["true"]}, 0), ("'A = 1", {}, 1),
    ("A = # no", {"A": ""}, 0), ("A = a, b # c", {"A": ["a", "b"]}, 0),
])  # fmt: skip
def test_settings_as_configobj_reads_them(text: str, values: Any, problems: int) -> None:
    found = ini.parse(text)
    assert (found.values, len(found.problems)) == (values, problems)
    assert ini.parse(ini.write(found.values)).values == values


@pytest.mark.parametrize("bad", [
    {"bad": True, "good": {"active": True}}, {"bad": {}, "good": {"active": True}},
    [{"name": "bad"}, {"name": "good", "active": True}], [{"name": "good", "active": True}, 5],
    {"good": {"active": True}, " bad": {"active": True}}, "good\nGOOD = true",
    [{"name": "good", "active": True}, {"name": "good", "active": False}],
])  # fmt: skip
def test_bad_features_leave_their_neighbours_alone(bad: Any) -> None:
    ours = Answers(DIALECT, bad)
    assert ours.of("GOOD" if isinstance(bad, str) else "good", None) is True
    assert len(ours.reading.losses) == 1
    assert ours.reading.losses[0].kind == "malformed"


def test_other_keys_in_redis_are_counted_only() -> None:
    reading = DIALECT.read({"redis": {"a": {"active": "True"}, "session": "s3cret"}}, {})
    assert "s3cret" not in repr(reading)
    assert [loss.flag for loss in reading.losses] == [None]


@pytest.mark.parametrize("bad", [5, None, True])
def test_no_document(bad: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(bad, {})


@pytest.mark.parametrize("options", [{"layout": "xml"}, {"strategies": "x"}, {"turned_off": 2}])
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, options)


# --- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reading_and_writing_gives_the_same(layout: str) -> None:
    for seed in range(60):
        source = stored(layout, features(random.Random(seed)))
        if layout == "togglz":
            source = "".join(f"{line}\n" for line in source.splitlines() if line[0] != "#")
        check_round_trip(DIALECT, source, {"layout": layout})
    if layout == "redis":
        check_round_trip(DIALECT, {"redis": source}, {})
    if layout == "sqlalchemy":
        check_round_trip(DIALECT, {"tables": source}, {})


def test_garbage() -> None:
    for seed in range(700):
        rng = random.Random(seed)
        layout = rng.choice(LAYOUTS)
        source = stored(layout, features(rng))
        if isinstance(source, str):
            source = "".join(rng.choice(("=", "'", ",", "#", "\n", "[", " ", c)) for c in source)
            DIALECT.read(source, {})
        else:
            check_garbage(DIALECT, rng, source, rng.choice(({}, {"strategies": "said"})))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_native_flags(layout: str) -> None:
    assert DIALECT.write is not None
    flags = {
        "ON": boolean(), "OFF": boolean(enabled=False),
        "SPLIT": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "USERS": boolean(default="off", rules=[rule(clause("key", "in", "ann", "bob"), "on")]),
        "RULE": boolean(rules=[rule(clause("country", "equals", "NL"), "off")]),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {"layout": layout})
    assert {loss.flag for loss in written.losses} == {"SPLIT", "USERS", "RULE"}
    ours = Answers(DIALECT, written.document, {"layout": layout})
    assert [ours.of(key, None) for key in flags] == [True, False, False, True, True]
    if layout not in ("redis", "mongo"):
        said = Answers(DIALECT, written.document, {"layout": layout, "strategies": "said"})
        assert [said.of("USERS", {"key": who}) for who in ("ann", "zoe")] == [True, False]


def test_a_native_flag_beside_a_dump() -> None:
    assert DIALECT.write is not None
    dump = stored("django", [("A", True, "username")])
    reading = DIALECT.read(dump, {})
    rules = [rule(clause("key", "equals", "zoe"), "on")]
    native = document({"B": boolean(default="off", rules=rules)}).flags["B"]
    both = m.Document({**reading.document.flags, "B": native}, {}, reading.document.environment)
    written = DIALECT.write(both, {}).document
    assert all(set(entry) == {"model", "pk", "fields"} for entry in written)
    said = Answers(DIALECT, written, {"strategies": "said"})
    assert [said.of(key, {"key": "zoe"}) for key in "AB"] == [False, True]
