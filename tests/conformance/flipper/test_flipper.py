"""flipper-client: its published answers, a plain second implementation, and itself if installed."""

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from tests.conformance.flipper import generate as g
from tests.conformance.flipper import oracle
from tests.conformance.older import (
    NOTHING,
    NOW,
    Answers,
    check_garbage,
    check_round_trip,
    check_valid,
)
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.core.bucketing import find
from yardarm.core.bucketing import flipper as buckets
from yardarm.core.operators import flipper as operators
from yardarm.dialects.flipper import DIALECT
from yardarm.errors import DocumentError, OptionError

PASSED = {"kwargs": ["user_id", "email", "number", "plan"]}


@pytest.mark.parametrize(("name", "value", "score"), [
    ("user_id", 1, 0.48), ("user_id", 2, 0.94), ("user_id", "1", 0.47),
    ("user_id", "alice@example.com", 0.42), ("user_id", None, 0.32), ("user_id", True, 0.7),
])  # fmt: skip
def test_scores(name: str, value: Any, score: float) -> None:
    algorithm = find("flipper")
    assert algorithm is not None
    place = algorithm.place(m.Bucketing("flipper", json.dumps([name]), (name,)), "f", 1)
    assert place((value,)) == score


SWAPS = {
    "gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt", "eq": "ne", "ne": "eq", "in": "not_in",
    "not_in": "in",
}  # fmt: skip


def run(seeds: range) -> Counter[bool | str]:
    tally: Counter[bool | str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        items = g.items(rng)
        source = g.stored(items, rng.choice(("redis", "list", "plain")))
        ours = Answers(DIALECT, source, PASSED)
        check_valid(ours.reading)
        for _ in range(10):
            passed = g.arguments(rng)
            now = NOW + rng.choice((0, 0, -100, 33, 500.25, 4000, 100000))
            for name, item in items.items():
                try:
                    expected = oracle.is_enabled(item, passed, now)
                except oracle.Raised:
                    tally["raised"] += 1
                    continue
                tally[expected] += 1
                found = ours.of(name, passed, now, 0.5)
                assert found is expected, f"seed {seed}: {item} {passed} {now}"
    return tally


def test_random_items() -> None:
    tally = run(range(250))
    assert tally[True] > 2_000
    assert tally[False] > 1_500


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_items() -> None:
    assert sum(run(range(1_000, 6_000)).values()) > 100_000


def test_flipper_client_itself() -> None:
    storage = pytest.importorskip(
        "flipper.contrib.storage",
        reason="flipper-client is not installed: it pins a redis too old for the other tests",
    )
    from datetime import datetime

    ramps = "flipper.bucketing.percentage.linear_ramp_percentage.datetime"
    for seed in range(60):
        rng = random.Random(seed)
        items = g.items(rng)
        theirs = {
            name: storage.FeatureFlagStoreItem.deserialize(json.dumps(item).encode())
            for name, item in items.items()
        }
        ours = Answers(DIALECT, g.stored(items, "redis"), PASSED)
        for _ in range(8):
            passed, now = g.arguments(rng), NOW + rng.choice((0, 33, 4000))
            moment = datetime.fromtimestamp(now)  # noqa: DTZ006 - as the library has it
            fixed = mock.Mock(wraps=datetime, now=mock.Mock(return_value=moment))
            for name, item in theirs.items():
                with mock.patch(ramps, fixed):
                    try:
                        expected = item.is_enabled(**passed)
                    except TypeError:
                        continue
                assert ours.of(name, passed, now, 0.5) is expected, (seed, items[name], passed)


@pytest.mark.parametrize("mistake", [
    "limit excluded", "names unsorted", "no names", "any of the operators",
])  # fmt: skip
def test_mistakes_are_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = buckets.ALGORITHMS["flipper"]

    def unsorted(bucketing: m.Bucketing, key: str, total: float) -> Any:
        names, _ = buckets.names_of(bucketing.seed, bucketing.by)
        back = m.Bucketing("flipper", json.dumps(["z" + name for name in names]), bucketing.by)
        return own.place(back if mistake == "names unsorted" else m.Bucketing("", "[]", ()), key, 1)

    if mistake == "limit excluded":
        monkeypatch.setattr(buckets, "ALGORITHMS", {"flipper": replace(own, closed=False)})
    elif mistake != "any of the operators":
        monkeypatch.setattr(buckets, "ALGORITHMS", {"flipper": replace(own, place=unsorted)})
    else:
        for name, other in SWAPS.items():
            right = operators.OPERATORS[f"flipper.{name}"]
            wrong = replace(right, test=operators.OPERATORS[f"flipper.{other}"].test)
            with monkeypatch.context() as patch:
                patch.setitem(operators.OPERATORS, right.name, wrong)
                with pytest.raises(AssertionError, match="seed"):
                    run(range(250))
        return
    with pytest.raises(AssertionError, match="seed"):
        run(range(250))


# --- options --------------------------------------------------------------------------------------


def item(conditions: Any = (), bucketer: Any = None, enabled: Any = True) -> Any:
    meta = {"created_date": 0, "conditions": list(conditions)}
    return {"feature_name": "f", "is_enabled": enabled, "meta": {**meta, "bucketer": bucketer}}


def check(name: str, operator: str | None, value: Any) -> Any:
    return {name: [{"variable": name, "operator": operator, "value": value}]}


def hashed(value: Any, whitelist: Any = ("user_id",)) -> Any:
    percentage = {"type": "Percentage", "value": value} if not isinstance(value, dict) else value
    return {
        "type": "ConsistentHashPercentageBucketer", "percentage": percentage,
        "key_whitelist": list(whitelist),
    }  # fmt: skip


@pytest.mark.parametrize(("options", "contexts"), [
    ({}, {"missing": True, "nothing": True, "six": True, "four": False}),
    ({"missing": "said"}, {"missing": False, "nothing": False, "six": True, "four": False}),
])  # fmt: skip
def test_missing_arguments(options: Any, contexts: Any) -> None:
    given = {"missing": {"plan": "x"}, "nothing": {}, "six": {"number": 6}, "four": {"number": 4}}
    ours = Answers(DIALECT, {"f": item([check("number", "gt", 5)])}, options)
    assert {name: ours.of("f", given[name]) for name in contexts} == contexts


@pytest.mark.parametrize(
    ("taken", "answers"), [("did", [True, True, False]), ("said", [False, True, False])]
)
def test_conditions_and_a_percentage(taken: str, answers: list[bool]) -> None:
    flag = item([check("number", "gt", 5)], hashed(0.48))
    ours = Answers(DIALECT, {"f": flag}, {"conditions": taken})
    contexts = (
        {"number": 6, "user_id": 2},
        {"number": 6, "user_id": 1},
        {"number": 3, "user_id": 1},
    )
    assert [ours.of("f", context) for context in contexts] == answers
    loss = next(loss for loss in ours.reading.losses if loss.option == "conditions")
    assert loss.kind == "differs"


@pytest.mark.parametrize(("taken", "answer"), [("did", True), ("said", False)])
def test_a_bucket_that_equals_the_percentage(taken: str, answer: bool) -> None:
    ours = Answers(DIALECT, {"f": item(bucketer=hashed(0.48))}, {"percentages": taken})
    assert ours.of("f", {"user_id": 1}) is answer
    (loss,) = ours.reading.losses
    assert (loss.says, loss.did) == ("48 of 100 buckets", "49 of 100 buckets")
    assert Answers(DIALECT, {"f": item(bucketer=hashed(0.485))}).reading.losses == ()


def test_our_key_in_place_of_an_argument() -> None:
    source = {"f": item(bucketer=hashed(0.47))}
    as_text = Answers(DIALECT, source, {"key": "user_id"})
    as_number = Answers(DIALECT, source, {"key": "user_id", "key_type": "integer"})
    assert [ours.of("f", {"key": "1"}) for ours in (as_text, as_number)] == [True, False]
    both = item(bucketer=hashed(0.5, ["email", "user_id"]))
    ours = Answers(DIALECT, {"f": both}, {"key": "user_id", "key_type": "integer"})
    for number in range(60):
        passed = {"user_id": number, "email": f"{number}@example.com"}
        expected = oracle.is_enabled(both, passed, NOW)
        context = {"key": str(number), "email": passed["email"]}
        assert ours.of("f", context) is expected


def test_everything_that_is_passed_is_hashed() -> None:
    flag = item(bucketer=hashed(0.5, ()))
    reading = DIALECT.read({"f": flag}, {})
    assert not reading.document.flags
    assert "kwargs" in reading.losses[0].message
    ours = Answers(DIALECT, {"f": flag}, {"kwargs": {"f": ["a", "b"]}})
    expected = {
        n: oracle.is_enabled(item(bucketer=hashed(0.5, ["a", "b"])), {"b": n, "a": "x"}, NOW)
        for n in range(40)
    }
    assert {n: ours.of("f", {"a": "x", "b": n}) for n in range(40)} == expected


RAMP = {"type": "LinearRampPercentage", "initial_value": 0.2, "final_value": 0.5,
        "ramp_duration": 300, "initial_time": NOW}  # fmt: skip


def served(ours: Answers, seconds: float) -> float:
    return sum(ours.of("f", {"user_id": n}, NOW + seconds) for n in range(1_000)) / 1_000


def test_ramps() -> None:
    ours = Answers(DIALECT, {"f": item(bucketer=hashed(RAMP))})
    assert [rule.id for rule in ours.reading.document.flags["f"].rules] == [
        f"ramp-{count}" for count in range(1, 52)
    ]  # fmt: skip
    shares = [served(ours, seconds) for seconds in (-9999, -1, 0, 150, 299, 300, 99999)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.17 < shares[2] < 0.25
    assert 0.45 < shares[-1] < 0.56


@pytest.mark.parametrize(("taken", "at_once", "late"), [("did", 0.2, 0), ("said", 0.5, 0.2)])
def test_ramps_that_go_down(taken: str, at_once: float, late: float) -> None:
    down = {**RAMP, "initial_value": 0.5, "final_value": 0.2}
    ours = Answers(DIALECT, {"f": item(bucketer=hashed(down))}, {"ramps": taken})
    assert abs(served(ours, 0) - at_once) < 0.05
    assert abs(served(ours, 9999) - late) < 0.05
    assert ours.reading.losses[0].option == "ramps"


def test_chance() -> None:
    bucketer = {"type": "PercentageBucketer", "percentage": {"type": "Percentage", "value": 0.3}}
    ours = Answers(DIALECT, {"f": item(bucketer=bucketer)})
    assert [ours.of("f", {}, chance=chance) for chance in (0.29, 0.3, 0.31)] == [True, True, False]
    ramped = {"type": "PercentageBucketer", "percentage": RAMP}
    ours = Answers(DIALECT, {"f": item(bucketer=ramped)})
    assert [ours.of("f", {}, NOW + 150, chance) for chance in (0.34, 0.37)] == [True, False]
    assert ours.reading.losses[0].kind == "lost"


@pytest.mark.parametrize("bad", [
    item(enabled=1), item(enabled=None), {"is_enabled": True, "meta": []}, "{", "[]", 5,
    item([check("a", "regex", "x")]), item([check("a__b", None, "x")]), item([{"a": [{}]}]),
    item([5]),
    item([check("kind", "gt", 1)]), item(bucketer={"type": "Own"}), item(bucketer=5),
    item(bucketer=hashed(None)), item(bucketer=hashed({"type": "Own"})),
    item(bucketer=hashed({**RAMP, "ramp_duration": -5})), item(bucketer=hashed(0.5, [5])),
])  # fmt: skip
def test_bad_items_are_refused_and_their_neighbours_are_not(bad: Any) -> None:
    ours = Answers(DIALECT, {"bad": bad, "good": item()})
    assert [ours.of(key, {}) for key in ("bad", "good")] == [NOTHING, True]
    (loss,) = ours.reading.losses
    assert (loss.flag, loss.kind) == ("bad", "malformed")
    assert loss.pointer.startswith("/bad")


def test_a_name_with_two_underscores_means_something_else_when_read() -> None:
    """The library keeps a check under ``variable__operator`` and takes that apart again."""
    ours = Answers(DIALECT, {"f": item([check("a__b", "gt", 1)])})
    assert ours.of("f", {"a__b__gt": 1}) is True
    assert ours.of("f", {"a__b__gt": 0}) is False


@pytest.mark.parametrize("options", [{"kwargs": "a"}, {"key_type": "float"}, {"missing": "no"}])
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, options)


def test_no_document() -> None:
    with pytest.raises(DocumentError):
        DIALECT.read("x", {})


# --- writing --------------------------------------------------------------------------------------


def test_reading_and_writing_gives_the_same() -> None:
    said = {"conditions": "said", "missing": "said", "percentages": "said", "ramps": "said"}
    for seed in range(40):
        rng = random.Random(seed)
        items = g.items(rng)
        for form in ("redis", "list", "plain"):
            for options in ({}, said, {"key": "user_id", "key_type": "integer"}):
                check_round_trip(DIALECT, g.stored(items, form), options)
    rows = [{"name": "f", "item": json.dumps(item())}]
    check_round_trip(DIALECT, {"tables": {"features": rows}}, {})
    check_round_trip(DIALECT, {"tables": {"feature_flags": rows}}, {})
    check_round_trip(DIALECT, {"redis": {"features/f": json.dumps(item())}}, {})


def test_garbage() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        check_garbage(DIALECT, rng, g.items(rng), rng.choice(({}, PASSED)))


def test_edited_and_native_flags() -> None:
    assert DIALECT.write is not None
    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "split": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "country": boolean(default="off", rules=[rule(clause("country", "equals", "NL"), "on")]),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {})
    assert {loss.flag for loss in written.losses} == {"split", "country"}
    again = Answers(DIALECT, written.document)
    assert [again.of(key, {"country": "NL"}) for key in flags] == [True, False, False, False]

    for source in (item([check("number", "gt", 5)]), item(bucketer=hashed(0.485))):
        flag = DIALECT.read({"f": source}, {}).document.flags["f"]
        written = DIALECT.write(m.Document({"f": replace(flag, enabled=False)}), {})
        assert written.document["f"] == {**source, "is_enabled": False}
        alone = DIALECT.write(m.Document({"f": replace(flag, origin=None)}), {})
        assert alone.losses == ()
        ours = Answers(DIALECT, alone.document)
        bucketer = source["meta"]["bucketer"] or {"type": "NoOpBucketer"}
        whole = {**source, "meta": {**source["meta"], "bucketer": bucketer}}
        for number in range(30):
            passed = {"number": number, "user_id": number}
            assert ours.of("f", passed) is oracle.is_enabled(whole, passed, NOW)
