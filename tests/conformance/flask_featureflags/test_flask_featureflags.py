"""Flask-FeatureFlags: its handlers in a few plain lines, beside what we read."""

import random
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.older import NOTHING, Answers, check_garbage, check_round_trip, check_valid
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.dialects.flask_featureflags import DIALECT
from yardarm.errors import DocumentError, OptionError

FEATURES = ("new_nav", "old", "NEW", "X", "checkout v2")
VALUES: tuple[Any, ...] = (
    True, False, True, False, None, 0, 1, "", "False", "true", "off", " ", [], [0], {}, {"a": 1},
    0.0, 2.5,
)  # fmt: skip


def is_active(source: Any, feature: str) -> bool:
    """The three handlers in turn; the first that says yes."""
    if isinstance(source, list):
        source = {"tables": {"feature_flag": source}}
    handlers = [
        source.get("FEATURE_FLAGS", source).get(feature),
        source.get(f"FEATURE_FLAGS_{feature}"),
        *(row["is_active"] for row in source.get("tables", {}).get("feature_flag", ())
          if row["feature"] == feature),
    ]  # fmt: skip
    return any(handlers)


def config(rng: random.Random) -> Any:
    found: Any = {"FEATURE_FLAGS": {f: rng.choice(VALUES) for f in rng.sample(FEATURES, 3)}}
    for feature in rng.sample(FEATURES, rng.randint(0, 2)):
        found[f"FEATURE_FLAGS_{feature}"] = rng.choice(VALUES)
    if rng.random() < 0.4:
        found["tables"] = {"feature_flag": rows(rng)}
    return found


def rows(rng: random.Random) -> Any:
    return [{"id": n, "feature": feature, "is_active": rng.choice((True, False))}
            for n, feature in enumerate(rng.sample(FEATURES, 2), 1)]  # fmt: skip


def test_random_configurations() -> None:
    asked = 0
    for seed in range(1_500):
        rng = random.Random(seed)
        source = rng.choice((config, rows, lambda rng: config(rng)["FEATURE_FLAGS"]))(rng)
        ours = Answers(DIALECT, source)
        check_valid(ours.reading)
        for feature in FEATURES:
            found = ours.of(feature, {"key": "anybody"})
            expected = is_active(source, feature)
            assert found is expected or (found == NOTHING and not expected), (seed, feature)
            asked += 1
    assert asked > 7_000


def test_a_missing_feature_is_unknown() -> None:
    assert Answers(DIALECT, {"a": True}).of("A", None) == NOTHING


@pytest.mark.parametrize(
    ("taken", "answers"), [("did", [True] * 4), ("said", [False, False, True, False])]
)
def test_texts(taken: str, answers: list[bool]) -> None:
    source = {"a": "False", "b": "0", "c": "yes", "d": " off "}
    ours = Answers(DIALECT, source, {"truthiness": taken})
    assert [ours.of(key, None) for key in source] == answers
    differs = {loss.flag for loss in ours.reading.losses if loss.kind == "differs"}
    assert differs == {"a", "b", "d"}
    check_round_trip(DIALECT, {"c": "yes"}, {})


def test_secrets_beside_the_flags_are_neither_read_nor_kept() -> None:
    reading = DIALECT.read({"SECRET_KEY": "s3cret", "FEATURE_FLAGS": {"a": True}}, {})
    assert "s3cret" not in repr(reading)


@pytest.mark.parametrize("bad", [5, "x", None])
def test_no_document(bad: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(bad, {})


def test_bad_parts_leave_their_neighbours_alone() -> None:
    source = {"FEATURE_FLAGS": {"good": True, " bad": True, 7: True}, "FEATURE_FLAGS_": True}
    ours = Answers(DIALECT, source)
    assert [*ours.reading.document.flags] == ["good"]
    assert len(ours.reading.losses) == 2
    for source in ({"FEATURE_FLAGS": 5}, {"tables": {"feature_flag": 5}}, [5, {"feature": 5}]):
        reading = DIALECT.read(source, {})
        assert not reading.document.flags
        assert reading.losses


def test_bad_options() -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, {"truthiness": "maybe"})


def test_reading_and_writing_gives_the_same() -> None:
    for source in (
        {"FEATURE_FLAGS": {"a": True, "b": False, "c": "False", "d": []}, "FEATURE_FLAGS_X": 1},
        {"a": True, "b": None}, [{"id": 1, "feature": "q", "is_active": True, "note": "x"}],
        {"tables": {"feature_flag": [{"feature": "q", "is_active": 0}]}}, {"FEATURE_FLAGS": {}}, {},
    ):  # fmt: skip
        reading = DIALECT.read(source, {})
        assert DIALECT.write is not None
        assert DIALECT.write(reading.document, {}).document in (source, {"FEATURE_FLAGS": {}})


def test_garbage() -> None:
    for seed in range(400):
        rng = random.Random(seed)
        check_garbage(DIALECT, rng, config(rng), {})


def test_edited_and_native_flags() -> None:
    assert DIALECT.write is not None
    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "split": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "rule": boolean(rules=[rule(clause("country", "equals", "NL"), "off")]),
        "text": boolean(type="string", variants=[{"key": "on", "value": "x"}], off=None),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {})
    assert written.document == {
        "FEATURE_FLAGS": {"on": True, "off": False, "split": False, "rule": True}
    }
    assert {loss.flag for loss in written.losses} == {"split", "rule", "text"}
    rows = DIALECT.write(document({"on": flags["on"]}), {"layout": "table"}).document
    assert rows == {"tables": {"feature_flag": [{"feature": "on", "is_active": True}]}}
    assert isinstance(document(flags), m.Document)


def test_every_word_for_no() -> None:
    for word in ("0", "false", "off", "no", "n", "f", "none", "null", "FALSE", " No\n"):
        assert Answers(DIALECT, {"a": word}, {"truthiness": "said"}).of("a", None) is False
        assert Answers(DIALECT, {"a": word}).of("a", None) is True
    for option in ("did", "said"):
        ours = Answers(DIALECT, {"a": "", "b": " "}, {"truthiness": option})
        assert [ours.of(key, None) for key in "ab"] == [False, option == "did"]
        assert [loss.kind for loss in ours.reading.losses] == ["malformed", "differs"]


def test_what_is_no_boolean_is_told() -> None:
    source = {"a": True, "b": 0, "c": 1, "d": None, "e": 2.5, "f": [], "g": "yes"}
    losses = DIALECT.read(source, {}).losses
    assert [(loss.flag, loss.kind) for loss in losses] == [(key, "malformed") for key in "efg"]
    twice = DIALECT.read({"FEATURE_FLAGS": {"a": False}, "FEATURE_FLAGS_a": True}, {})
    (loss,) = twice.losses
    assert (loss.flag, loss.kind) == ("a", "lost")
    assert "config, inline" in loss.message


def test_an_edit_is_written_where_the_feature_stood() -> None:
    assert DIALECT.write is not None
    source = {
        "FEATURE_FLAGS": {"a": "yes", "b": True}, "FEATURE_FLAGS_c": True,
        "tables": {"feature_flag": [{"id": 4, "feature": "d", "is_active": True}]},
    }  # fmt: skip
    reading = DIALECT.read(source, {})
    assert DIALECT.write(reading.document, {}).document == source
    off = {key: replace(flag, enabled=False) for key, flag in reading.document.flags.items()}
    written = DIALECT.write(replace(reading.document, flags=off), {}).document
    assert written == {
        "FEATURE_FLAGS": {"a": False, "b": False}, "FEATURE_FLAGS_c": False,
        "tables": {"feature_flag": [{"id": 4, "feature": "d", "is_active": False}]},
    }  # fmt: skip
    native = {"e": boolean()}
    for part, expected in (
        ([{"feature": "d", "is_active": True}],
         {"FEATURE_FLAGS": {"e": True},
          "tables": {"feature_flag": [{"feature": "d", "is_active": True}]}}),
        ({"a": True}, {"a": True, "e": True}),
    ):  # fmt: skip
        read = DIALECT.read(part, {}).document
        both = replace(read, flags={**read.flags, **document(native).flags})
        assert DIALECT.write(both, {}).document == expected
    bare = DIALECT.read({"a": True}, {}).document
    foreign = replace(bare.flags["a"], origin={"dialect": "x", "place": "inline", "raw": "yes"})
    assert DIALECT.write(replace(bare, flags={"a": foreign}), {}).document == {"a": True}
    beside = DIALECT.read({"FEATURE_FLAGS_c": True}, {}).document
    both = replace(bare, flags={**bare.flags, **beside.flags})
    assert DIALECT.write(both, {}).document == {
        "FEATURE_FLAGS": {"a": True}, "FEATURE_FLAGS_c": True,
    }  # fmt: skip
    table = DIALECT.write(reading.document, {"layout": "table"}).document
    assert [*table] == ["tables"]
