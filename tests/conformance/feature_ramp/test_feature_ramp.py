"""feature_ramp: `golden.json` was made by its `Feature` class under CPython 2.7.18."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.feature_ramp import generate as g
from tests.conformance.feature_ramp import oracle
from tests.conformance.older import Answers, check_garbage, check_round_trip, check_valid
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.core.bucketing import feature_ramp as buckets
from yardarm.core.bucketing import find
from yardarm.core.operators import feature_ramp as operators
from yardarm.dialects.feature_ramp import DIALECT
from yardarm.errors import DocumentError, OptionError

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text("utf-8"))


@pytest.mark.parametrize("number", range(len(GOLDEN)))
def test_answers_are_those_of_the_real_class(number: int) -> None:
    case = GOLDEN[number]
    ours = Answers(DIALECT, case["keys"], case["options"])
    check_valid(ours.reading)
    asked = [(who, name) for who in case["questions"] for name in case["names"]]
    found = [ours.of(name, {"id": who}) for who, name in asked]
    assert found == case["answers"]


@pytest.mark.parametrize(("group", "who", "rank"), [
    (None, 1, 8), (None, "12345", 0), (None, "alice@example.com", 58), (None, "jeff", 27),
    (None, 42, 20), ("payments", 1, 29), ("payments", "12345", 21),
    ("payments", "alice@example.com", 79), (None, None, 54), (None, True, 68), (None, [], None),
])  # fmt: skip
def test_ranks(group: str | None, who: Any, rank: int | None) -> None:
    algorithm = find("feature_ramp")
    assert algorithm is not None
    found = algorithm.place(m.Bucketing("feature_ramp", group), "checkout_v2", 1)(who)
    assert found == rank
    ours = Answers(
        DIALECT,
        {"feature.1.checkout_v2": {"percentage": 50}},
        {"groups": {"checkout_v2": group or ""}, "by": "id"},
    )
    assert ours.of("checkout_v2", {"id": who}) is (rank is not None and rank < 50)


@pytest.mark.parametrize(("text", "rank"), [("unicode", 92), ("bytes", 98)])
def test_text_beyond_ascii(text: str, rank: int) -> None:
    for percentage in (rank, rank + 1):
        keys = {"feature.1.checkout_v2": {"percentage": percentage}}
        ours = Answers(DIALECT, keys, {"text": text})
        assert ours.of("checkout_v2", {"key": "é"}) is (percentage > rank)


def run(seeds: range) -> Counter[bool]:
    tally: Counter[bool] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        keys = g.document(rng, rng.choice(("text", "parsed")))
        options = g.options(rng, keys)
        ours = Answers(DIALECT, keys, options)
        for who in g.questions(rng):
            for name in (
                key.removeprefix("feature.1.") for key in keys if key.startswith("feature.1")
            ):
                expected = oracle.is_visible(keys, name, options, who)
                tally[expected] += 1
                assert ours.of(name, {"id": who}) is expected, f"seed {seed}: {name} {who!r}"
    return tally


def test_random_features() -> None:
    tally = run(range(300))
    assert min(tally.values()) > 2_500


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_features() -> None:
    assert sum(run(range(1_000, 5_000)).values()) > 100_000


@pytest.mark.parametrize(
    "mistake", ["bytes", "no offset", "entries as text", "percentage included"]
)
def test_mistakes_are_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = buckets.ALGORITHMS["feature_ramp"]
    listed = operators.OPERATORS["feature_ramp.listed"]
    wrong: Any = {
        "bytes": buckets.ALGORITHMS["feature_ramp.bytes"],
        "no offset": replace(
            own, place=lambda b, key, total: own.place(m.Bucketing(seed="x"), "", 1)
        ),
        "percentage included": replace(own, closed=True),
    }.get(mistake, own)
    monkeypatch.setattr(buckets, "ALGORITHMS", {**buckets.ALGORITHMS, "feature_ramp": wrong})
    if mistake == "entries as text":
        loose = replace(listed, test=lambda value, entries: str(value) in map(str, entries))
        monkeypatch.setitem(operators.OPERATORS, listed.name, loose)
    with pytest.raises(AssertionError, match="seed"):
        run(range(300))


# --- our own keys, says and did -------------------------------------------------------------------


def test_by_key_numbers_on_lists_become_text() -> None:
    keys = {"feature.1.x": {"whitelist": [3, "u"], "blacklist": ["u", "v"], "percentage": 0}}
    ours = Answers(DIALECT, keys)
    assert [ours.of("x", {"key": who}) for who in (3, "3", "u", "v", "w")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    (loss,) = ours.reading.losses
    assert (loss.kind, loss.option, loss.effect) == ("differs", "by", f"read as {loss.says}")
    typed = Answers(DIALECT, keys, {"by": "id"})
    assert [typed.of("x", {"id": who}) for who in (3, "3")] == [True, False]
    assert typed.reading.losses == ()


@pytest.mark.parametrize(("options", "answers"), [
    ({}, [True, False]), ({"ask": "is_active"}, [True, True]),
    ({"ask": {"x": "is_active"}}, [True, True]),
    ({"ask": {"y": "is_active"}}, [True, False]),
])  # fmt: skip
def test_is_active(options: Any, answers: list[bool]) -> None:
    ours = Answers(DIALECT, {"x": {"percentage": 5, "blacklist": ["b"]}}, options)
    keys = {"feature.1.x": {"percentage": 5}}
    users = (f"u{n}" for n in range(999))
    on = next(u for u in users if oracle.is_visible(keys, "x", {"groups": {}}, u))
    assert [ours.of("x", {"key": on}), ours.of("x", {"key": "b"})] == answers


@pytest.mark.parametrize(("taken", "answer"), [("did", True), ("said", False)])
def test_a_percentage_of_text(taken: str, answer: bool) -> None:
    ours = Answers(DIALECT, {"x": {"percentage": "0"}}, {"percentages": taken})
    assert ours.of("x", {"key": "u"}) is answer
    assert ours.reading.losses[0].option == "percentages"


def test_a_percentage_that_is_no_number_is_told() -> None:
    reading = DIALECT.read({"x": {"percentage": None}, "y": {"percentage": []}}, {})
    assert [loss.flag for loss in reading.losses] == ["x", "y"]
    assert [flag.enabled for flag in reading.document.flags.values()] == [False, True]


def test_bad_keys_leave_their_neighbours_alone() -> None:
    keys = {
        "feature.1.a": "{", "feature.1.b": "[]", "feature.1.c": 5, "feature.1. d": {},
        "feature.1.good": {"percentage": 100}, "feature.active_features": ["feature.1.z", 7],
    }  # fmt: skip
    ours = Answers(DIALECT, {"redis": keys})
    assert ours.of("good", {"key": "u"}) is True
    assert [*ours.reading.document.flags] == ["good"]
    assert {loss.pointer for loss in ours.reading.losses} == {
        "/redis/feature.1.a", "/redis/feature.1.b", "/redis/feature.1.c", "/redis/feature.1. d",
        "/redis/feature.active_features/0", "/redis/feature.active_features/1",
    }  # fmt: skip


@pytest.mark.parametrize("options", [
    {"ask": "is_on"}, {"default_percentage": "5"}, {"groups": ["a"]}, {"text": "ascii"},
])  # fmt: skip
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, options)


def test_no_document() -> None:
    with pytest.raises(DocumentError):
        DIALECT.read([], {})


# --- writing --------------------------------------------------------------------------------------


def test_reading_and_writing_gives_the_same() -> None:
    for seed in range(150):
        rng = random.Random(seed)
        keys = g.document(rng, rng.choice(("text", "parsed")))
        source = {"redis": keys} if seed % 2 else keys
        options = g.options(rng, keys)
        for more in ({}, {"by": "key"}, {"ask": "is_active"}, {"percentages": "said"}):
            chosen = {**options, "default_percentage": 0, **more}
            check_round_trip(DIALECT, source, chosen)


def test_garbage() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        keys = g.document(rng, "parsed")
        check_garbage(DIALECT, rng, keys, rng.choice(({}, {"by": "id"})))


def test_native_flags() -> None:
    assert DIALECT.write is not None
    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "lists": boolean(default="off", targets=[{"variant": "on", "keys": ["a"]},
                                                 {"variant": "off", "keys": ["b"]}]),
        "rule": boolean(default="off", rules=[rule(clause("key", "in", "a", "c"), "on")]),
        "split": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "country": boolean(rules=[rule(clause("country", "equals", "NL"), "off")]),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {})
    assert {loss.flag for loss in written.losses} == {"split", "country"}
    assert written.document["feature.1.lists"] == {
        "percentage": 0, "whitelist": ["a"], "blacklist": ["b"],
    }  # fmt: skip
    assert written.document["feature.active_features"] == [
        f"feature.1.{key}" for key in sorted(flags)
    ]
    again = Answers(DIALECT, written.document)
    for who in "abc":
        assert again.of("rule", {"key": who}) is (who in "ac")
        assert again.of("lists", {"key": who}) is (who == "a")


def test_edited_flags_are_written_from_the_model() -> None:
    assert DIALECT.write is not None
    keys = {"feature.1.x": '{"percentage": 20, "whitelist": ["a"], "blacklist": []}'}
    flag = DIALECT.read(keys, {}).document.flags["x"]
    assert isinstance(flag.default, m.Split)
    more = replace(flag.default, arms=(m.Arm("on", 40),))
    written = DIALECT.write(m.Document({"x": replace(flag, default=more)}), {})
    assert json.loads(written.document["feature.1.x"]) == {
        "percentage": 40, "whitelist": ["a"], "blacklist": [],
    }  # fmt: skip
