"""django-flags: a plain second implementation, and itself if installed."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.django_flags import generate as g
from tests.conformance.django_flags import oracle
from tests.conformance.older import (
    NOTHING,
    NOW,
    Answers,
    check_garbage,
    check_round_trip,
    check_valid,
)
from tests.django_world import need
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.core.operators import django_flags as operators
from yardarm.core.operators import native
from yardarm.dialects.django_flags import DIALECT
from yardarm.errors import DocumentError, OptionError


def run(seeds: range, oracle_: Any = None) -> Counter[bool | str]:
    tally: Counter[bool | str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        settings = g.settings(rng)
        ours = Answers(DIALECT, {"FLAGS": settings})
        check_valid(ours.reading)
        for _ in range(8):
            request, now = g.request(rng), NOW + rng.choice((0, 0, 3600, -3600, 0.25, 0.5))
            for name, conditions in settings.items():
                try:
                    expected: bool | str = oracle.is_enabled(conditions, request, now)
                except oracle.Raised:
                    expected = "raised"
                tally[expected] += 1
                found = ours.of(name, request, now)
                answered = "raised" if found == NOTHING else found
                assert answered == expected, f"seed {seed}: {conditions} {request} {now}"
    return tally


def test_random_flags() -> None:
    tally = run(range(400))
    assert min(tally[True], tally[False]) > 1_500


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_flags() -> None:
    assert sum(run(range(1_000, 8_000)).values()) > 100_000


def test_django_flags_itself() -> None:
    need("flags")
    from tests.conformance.django_flags.real import Real

    for seed in range(60):
        rng = random.Random(seed)
        settings = g.settings(rng)
        ours, real = Answers(DIALECT, {"FLAGS": settings}), Real(settings, [])
        for _ in range(6):
            request, now = g.request(rng), NOW + rng.choice((0, 3600, 0.25))
            for name in settings:
                expected, found = real.is_enabled(name, request, now), ours.of(name, request, now)
                assert ("raised" if found == NOTHING else found) == expected, (seed, name, request)


def anchored(value: Any, pattern: Any) -> bool:
    return pattern is not None and isinstance(value, str) and pattern.match(value)


@pytest.mark.parametrize(
    "name", ["path_matches", "path_matches anchored", "after", "before", "equals"]
)
def test_mistakes_are_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name.startswith("path"):
        right = operators.OPERATORS["django_flags.path_matches"]
        test = anchored if "anchored" in name else lambda value, pattern: pattern is not None
        monkeypatch.setitem(operators.OPERATORS, right.name, replace(right, test=test))
    else:
        right = native.OPERATORS[name]
        wrong: Any = {
            "after": lambda value, bound: value is not None and value * 1_000_000 >= bound,
            "before": lambda value, bound: value is not None and value * 1_000_000 <= bound,
            "equals": lambda value, wanted: value is not None,
        }[name]
        monkeypatch.setitem(native.OPERATORS, name, replace(right, test=wrong, inline=None))
    with pytest.raises(AssertionError, match="seed"):
        run(range(400))


# --- layouts, options, refusals -------------------------------------------------------------------


def test_settings_and_table_count_together() -> None:
    source = {
        "FLAGS": {"a": [("user", "bob")], "b": [], "c": (["boolean", False, True],)},
        "tables": {"flags_flagstate": [
            {"id": 1, "name": "a", "condition": "user", "value": "eve", "required": False},
            {"id": 2, "name": "d", "condition": "boolean", "value": "True", "required": False},
        ]},
    }  # fmt: skip
    ours = Answers(DIALECT, source)
    assert [ours.of("a", {"key": who}) for who in ("bob", "eve", "tom")] == [True, True, False]
    assert [ours.of(key, {"key": "bob"}) for key in "bcd"] == [False, False, True]


def test_a_user_by_another_attribute() -> None:
    flags = {"a": [["user", "bob"]], "b": [["anonymous", True]]}
    ours = Answers(DIALECT, flags, {"username": "login"})
    assert ours.of("a", {"login": "bob"}) is True
    assert [ours.of("b", context) for context in ({"key": "x"}, {"login": "x"})] == [True, False]


@pytest.mark.parametrize(("value", "options", "answer"), [
    ("2026-01-01T00:00:00", {}, False), ("2026-01-01T00:00:00", {"dates": "said"}, True),
    ("2026-11-18T12:00:00", {"dates": "said", "utc_offset": "+05:00"}, True),
    ("2026-01-01T00:00:00Z", {"use_tz": False}, False),
    ("2026-01-01", {"use_tz": False, "utc_offset": "-08:00"}, True),
    ("2026-01-01T00:00:00Z", {}, True),
])  # fmt: skip
def test_dates(value: str, options: Any, answer: bool) -> None:
    ours = Answers(DIALECT, {"a": [["after date", value]]}, options)
    assert ours.of("a", None) is answer
    exact = value.endswith("Z") is options.get("use_tz", True)
    assert [loss.option for loss in ours.reading.losses] == ([] if exact else ["dates"])


@pytest.mark.parametrize("bad", [
    [["mine", 1]], [["boolean", "maybe"]], [["anonymous", "maybe"]], [["parameter", 5]],
    [["path matches", "("]], [["path matches", r"(?=x)"]], [["path matches", 5]],
    [["after date", "2026-13-01T00:00Z"]], [{"condition": "boolean"}], [["boolean"]], [[1, 2]], [5],
    5,
    [["after date", "9999-12-31T23:00:00-08:00"]],
])  # fmt: skip
def test_bad_flags_are_refused_and_their_neighbours_are_not(bad: Any) -> None:
    ours = Answers(DIALECT, {"bad": bad, "good": [["boolean", "yes"]]})
    assert [ours.of(key, None) for key in ("bad", "good")] == [NOTHING, True]
    (loss,) = ours.reading.losses
    assert (loss.flag, loss.kind) == ("bad", "malformed")
    assert loss.pointer.startswith("/bad")


def test_conditions_of_your_own_never_hold_if_you_say_so() -> None:
    ours = Answers(DIALECT, {"a": [["mine", 1], ["user", "bob"]]}, {"unknown": "never"})
    assert [ours.of("a", {"key": who}) for who in ("bob", "eve")] == [True, False]
    assert len(ours.reading.losses) == 1


@pytest.mark.parametrize("options", [{"unknown": "x"}, {"dates": "x"}, {"utc_offset": "CET"}])
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read({}, options)


@pytest.mark.parametrize("bad", [5, "x", None])
def test_no_document(bad: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(bad, {})


# --- writing --------------------------------------------------------------------------------------


def test_reading_and_writing_gives_the_same() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        settings = {k: v for k, v in g.settings(rng).items()
                    if not any(str(c["value"]) == "None" for c in v)}  # fmt: skip
        rows = g.rows(settings)
        fields = [{k: v for k, v in row.items() if k != "id"} for row in rows]
        dump = [
            {"model": "flags.flagstate", "pk": n, "fields": one} for n, one in enumerate(fields)
        ]
        for source in (
            settings,
            {"FLAGS": settings},
            rows,
            dump,
            {"tables": {"flags_flagstate": rows}},
        ):
            for options in ({}, {"dates": "said", "utc_offset": "+01:00", "username": "login"}):
                if source:
                    check_round_trip(DIALECT, source, options)


def test_garbage() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        settings = g.settings(rng)
        check_garbage(DIALECT, rng, rng.choice(({"FLAGS": settings}, g.rows(settings))), {})


def test_written_from_the_model_it_answers_the_same() -> None:
    assert DIALECT.write is not None
    for seed in range(200):
        rng = random.Random(seed)
        reading = DIALECT.read({"FLAGS": g.settings(rng)}, {})
        bare = {k: replace(f, origin=None) for k, f in reading.document.flags.items()}
        written = DIALECT.write(m.Document(bare), {})
        assert written.losses == ()
        first, again = Answers(DIALECT, {"FLAGS": {}}), Answers(DIALECT, written.document)
        first = Answers(DIALECT, DIALECT.write(reading.document, {}).document)
        for _ in range(6):
            request, now = g.request(rng), NOW + rng.choice((0, 3600, -3600))
            for key in bare:
                assert again.of(key, request, now) is first.of(key, request, now), (seed, key)


def test_native_flags() -> None:
    assert DIALECT.write is not None
    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "split": boolean(default=split(("on", 30_000), ("off", 70_000))),
        "users": boolean(default="off", targets=[{"variant": "on", "keys": ["bob"]}],
                         rules=[rule(clause("key", "in", "eve", "tom"), "on")]),
        "country": boolean(default="off", rules=[rule(clause("country", "equals", "NL"), "on")]),
        "not": boolean(rules=[rule(clause("key", "equals", "bob"), "off")]),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {})
    assert {loss.flag for loss in written.losses} == {"split", "country", "not"}
    again = Answers(DIALECT, written.document)
    assert [again.of(key, {"key": "ann"}) for key in flags] == [
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert all(again.of("users", {"key": who}) for who in ("bob", "eve", "tom"))
