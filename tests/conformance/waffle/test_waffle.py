"""django-waffle: a plain second implementation, and itself if installed."""

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.older import (
    NOTHING,
    NOW,
    Answers,
    check_garbage,
    check_round_trip,
    check_valid,
)
from tests.conformance.waffle import generate as g
from tests.conformance.waffle import oracle
from tests.django_world import need
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.core import model as m
from yardarm.dialects.waffle import DIALECT
from yardarm.dialects.waffle.flags import FlagReader
from yardarm.errors import DocumentError, OptionError

CHANCES = (0.01, 0.0999, 0.12, 0.3, 0.9, 0.9995)


def source(rng: random.Random, flags: list[Any]) -> Any:
    return g.dump(flags) if rng.random() < 0.5 else g.tables(flags)


def run(seeds: range) -> Counter[bool]:
    tally: Counter[bool] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        flags, override = g.flags(rng), rng.random() < 0.3
        ours = Answers(DIALECT, source(rng, flags), {"percent": "random", "override": override})
        check_valid(ours.reading)
        for _ in range(8):
            request = g.request(rng, [flag["name"] for flag in flags])
            chance = rng.choice(CHANCES)
            for flag in flags:
                expected = oracle.is_active(flag, request, chance, override)
                tally[expected] += 1
                found = ours.of(flag["name"], request, NOW, chance)
                assert found is expected, f"seed {seed}: {flag} {request} {chance} {override}"
    return tally


def test_random_flags() -> None:
    assert min(run(range(300)).values()) > 2_000


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_flags() -> None:
    assert sum(run(range(1_000, 7_000)).values()) > 100_000


def test_waffle_itself() -> None:
    need("waffle")
    from tests.conformance.waffle.real import Real

    for seed in range(40):
        rng = random.Random(seed)
        flags, override = g.flags(rng), rng.random() < 0.3
        ours = Answers(DIALECT, source(rng, flags), {"percent": "random", "override": override})
        real = Real(flags)
        for _ in range(5):
            request = g.request(rng, [flag["name"] for flag in flags])
            chance = rng.choice(CHANCES)
            for flag in flags:
                expected = real.is_active(flag["name"], request, chance, override)
                assert ours.of(flag["name"], request, NOW, chance) is expected, (
                    seed,
                    flag,
                    request,
                )


@pytest.mark.parametrize("method", ["_testing", "_language", "_user", "_cookie"])
def test_what_is_not_asked_is_noticed(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlagReader, method, lambda self: [])
    with pytest.raises(AssertionError, match="seed"):
        run(range(60))


# --- percentages ----------------------------------------------------------------------------------


def flag(**fields: Any) -> Any:
    return [
        {"model": "waffle.flag", "pk": 1, "fields": {"name": "f", "superusers": False, **fields}}
    ]


def test_the_cookie_decides_and_the_hash_of_the_key_after_it() -> None:
    ours = Answers(DIALECT, flag(percent="30.0"))
    answers = {n: ours.of("f", {"key": f"u{n}"}) for n in range(2_000)}
    assert 0.27 < sum(answers.values()) / 2_000 < 0.33
    assert answers == {n: ours.of("f", {"key": f"u{n}"}, chance=0.5) for n in range(2_000)}
    for n in range(20):
        for cookie, expected in (("True", True), ("False", False), ("", False)):
            context = {"key": f"u{n}", "cookies": {"dwf_f": cookie}}
            assert ours.of("f", context) is expected
    (loss,) = ours.reading.losses
    assert (loss.kind, loss.option, loss.effect) == ("differs", "percent", f"read as {loss.says}")


def test_raising_a_percentage_keeps_who_has_it() -> None:
    before, after = (Answers(DIALECT, flag(percent=p)) for p in ("10.0", "12.5"))
    users = [f"u{n}" for n in range(1_000)]
    had = {u for u in users if before.of("f", {"key": u})}
    assert had < {u for u in users if after.of("f", {"key": u})}


def test_names_of_cookies() -> None:
    ours = Answers(
        DIALECT, flag(percent=50, testing=True), {"cookie": "c_%s", "test_cookie": "t_%s"}
    )
    assert ours.of("f", {"cookies": {"c_f": "True"}}) is True
    assert ours.of("f", {"cookies": {"c_f": "True"}, "headers": {"t-f": "0"}}) is False


@pytest.mark.parametrize(("percent", "answers"), [
    (None, [False, False]), ("0.0", [False, False]), (100, [True, True]), (30, [True, False]),
])  # fmt: skip
def test_samples_stay_a_draw(percent: Any, answers: list[bool]) -> None:
    sample = [{"model": "waffle.sample", "pk": 1, "fields": {"name": "s", "percent": percent}}]
    ours = Answers(DIALECT, sample)
    assert [ours.of("s", None, chance=chance) for chance in (0.2, 0.4)] == answers


def test_switches_and_names_that_come_twice() -> None:
    entries = [
        {"model": "waffle.sample", "pk": 1, "fields": {"name": "f", "percent": "100"}},
        {"model": "waffle.switch", "pk": 1, "fields": {"name": "f", "active": True}},
        {"model": "waffle.switch", "pk": 2, "fields": {"name": "other", "active": False}},
        {"model": "waffle.switch", "pk": 3, "fields": {"name": "other", "active": True}},
        *flag(everyone=False), {"model": "auth.user", "pk": 1, "fields": {"username": "x"}},
    ]  # fmt: skip
    ours = Answers(DIALECT, entries)
    assert [ours.of(key, None) for key in ("f", "switch:f", "sample:f", "other")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [loss.flag for loss in ours.reading.losses] == [
        None,
        "switch:f",
        "switch:other",
        "sample:f",
    ]


@pytest.mark.parametrize("bad", [
    {"everyone": "yes"}, {"percent": "many"}, {"percent": 101}, {"percent": "nan"},
    {"percent": True}, {"testing": "x"}, {"languages": 5}, {"users": 5}, {"groups": {}},
    {"superusers": None}, {"name": 5}, {"name": " f"},
])  # fmt: skip
def test_bad_flags_are_refused_and_their_neighbours_are_not(bad: Any) -> None:
    good = {"model": "waffle.switch", "pk": 1, "fields": {"name": "good", "active": 1}}
    ours = Answers(DIALECT, [*flag(**bad), good])
    assert [ours.of(key, None) for key in ("f", "good")] == [NOTHING, True]
    assert len(ours.reading.losses) == 1
    assert ours.reading.losses[0].pointer.startswith("/0/fields")


def test_keys_of_users_and_groups() -> None:
    natural = flag(users=[["alice"], 3, True], groups=[["staff"], 7])
    ours = Answers(DIALECT, natural)
    assert ours.of("f", {"key": "alice"}) is True
    assert ours.of("f", {"groups": ["staff"]}) is True
    assert ours.of("f", {"groups": [8]}) is False
    assert len(ours.reading.losses) == 1


def test_your_own_models() -> None:
    entries = [
        {"model": "shop.flag", "pk": 1, "fields": {"name": "f", "everyone": True, "team": 5}}
    ]
    ours = Answers(DIALECT, entries, {"flag_model": "shop.Flag"})
    assert ours.of("f", None) is True
    assert [loss.kind for loss in ours.reading.losses] == ["lost"]
    assert not DIALECT.read(entries, {}).document.flags


@pytest.mark.parametrize("options", [{"percent": "x"}, {"cookie": "c"}, {"test_cookie": "%s%s"}])
def test_bad_options(options: Any) -> None:
    with pytest.raises(OptionError):
        DIALECT.read([], options)


@pytest.mark.parametrize("bad", [5, "x", {"a": 1}])
def test_no_document(bad: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(bad, {})


# --- writing --------------------------------------------------------------------------------------


def test_reading_and_writing_gives_the_same() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        flags = g.flags(rng)
        for made in (g.dump(flags), g.tables(flags), g.tables(flags)["tables"]):
            for options in ({}, {"percent": "random", "override": True}):
                check_round_trip(DIALECT, made, options)
    check_round_trip(DIALECT, [], {})
    switch = [{"model": "waffle.switch", "pk": 4, "fields": {"name": "s", "active": False}}]
    sample = [{"model": "waffle.sample", "pk": 4, "fields": {"name": "t", "percent": "5.0"}}]
    check_round_trip(DIALECT, [*switch, *sample], {})


def test_garbage() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        check_garbage(DIALECT, rng, source(rng, g.flags(rng)), rng.choice(({}, {"override": True})))


def test_written_from_the_model_it_answers_the_same() -> None:
    assert DIALECT.write is not None
    for seed in range(150):
        rng = random.Random(seed)
        flags = g.flags(rng)
        reading = DIALECT.read(g.dump(flags), {})
        bare = {k: replace(f, origin=None) for k, f in reading.document.flags.items()}
        written = DIALECT.write(m.Document(bare), {})
        again, first = Answers(DIALECT, written.document), Answers(DIALECT, g.dump(flags))
        for _ in range(6):
            request = g.request(rng, [one["name"] for one in flags])
            for one in flags:
                assert again.of(one["name"], request) is first.of(one["name"], request), (seed, one)


def test_edited_and_native_flags() -> None:
    assert DIALECT.write is not None
    reading = DIALECT.read(flag(percent="10.0", colour="red", created="2020"), {})
    off = replace(reading.document.flags["f"], enabled=False)
    (entry,) = DIALECT.write(m.Document({"f": off}), {}).document
    fields = entry["fields"]
    assert (entry["pk"], fields["everyone"], fields["colour"]) == (1, False, "red")
    switch = [{"model": "waffle.switch", "pk": 4, "fields": {"name": "s", "active": False}}]
    on = replace(DIALECT.read(switch, {}).document.flags["s"], enabled=True)
    (entry,) = DIALECT.write(m.Document({"s": on}), {}).document
    assert entry == json.loads(json.dumps(switch[0]).replace("false", "true").replace(
        '"active": true', '"active": true, "note": ""'))  # fmt: skip

    flags = {
        "on": boolean(), "off": boolean(enabled=False),
        "split": boolean(default=split(("on", 30_000), outside="off")),
        "fine": boolean(default=split(("on", 30_010), outside="off")),
        "rules": boolean(default="off", targets=[{"variant": "on", "keys": ["5"]}], rules=[
            rule(clause("language", "in", "nl", "en"), "on"),
            rule(clause("groups", "has_any", 3), "on", key="g")]),
        "country": boolean(default="off", rules=[rule(clause("country", "equals", "NL"), "on")]),
    }  # fmt: skip
    written = DIALECT.write(document(flags), {})
    assert {loss.flag for loss in written.losses} == {"split", "fine", "country"}
    again = Answers(DIALECT, written.document)
    assert [again.of(k, None) for k in ("on", "off", "country")] == [True, False, False]
    for context in ({"key": "5"}, {"language": "nl"}, {"groups": [3]}):
        assert again.of("rules", context) is True
    assert again.of("rules", {"key": "6", "language": "de", "groups": [2]}) is False
