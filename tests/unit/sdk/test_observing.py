"""Contexts that were seen: once an hour, bounded, a stable sample when there are too many."""

import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from tests.native_server import flag, split_flag

from yardarm import Client, Context
from yardarm.core.observed import PLACES, place_of
from yardarm.sdk.bell import Bell
from yardarm.sdk.events import Batch
from yardarm.sdk.observing import HOUR_SECONDS, MAX_HELD_BYTES, Observing, Sighting
from yardarm.sdk.outbox import MAX_BATCH_BYTES, Outbox
from yardarm.sdk.withholding import Withholding

FLAGS = {
    "a": flag(),
    "b": flag(),
    "team": split_flag(kind="organization"),
    "broken": {**flag(), "default": None},
}


def make(observe: Any = True, **bounds: int) -> tuple[Client, Observing]:
    client = Client.from_document({"flags": FLAGS})
    observing = Observing(Withholding(observe), lambda: 5.0, **bounds)
    client._exposures.observing = observing
    return client, observing


def boxed(client: Client) -> Outbox:
    return Outbox(
        client._serving.counting, client._exposures, lambda: "id",
        interval_seconds=10, now=0.0, wall=0.0,
    )  # fmt: skip


def taken(observing: Observing) -> list[Any]:
    return [seen.context for seen in iter(observing.take, None)]


def keys(observing: Observing) -> list[str]:
    return sorted(context["key"] for context in taken(observing))


def place(key: str) -> int:
    found = place_of({"user": {"key": key}})
    assert found is not None
    return found


# --- what is noticed --------------------------------------------------------------------------


def test_a_context_is_noticed_once_whatever_is_asked() -> None:
    client, observing = make()
    for _ in range(3):
        for name in ("a", "b"):
            client.boolean(name, {"key": "u1", "plan": "pro"})
            client.boolean_detail(name, Context("u1", {"plan": "pro"}))
    assert list(iter(observing.take, None)) == [
        Sighting({"key": "u1", "plan": "pro"}, 5.0, len('{"key":"u1","plan":"pro"}'))
    ]


def test_every_form_of_context_is_noticed() -> None:
    client, observing = make()
    whole = Context.multi(Context("u1", {"vip": True}), Context("acme", kind="organization"))
    given = [
        {"key": "u2", "targetingKey": "x"},
        Context("u3", {"kind": "odd"}),
        {"kind": "device", "key": "d1"},
        Context("u4", {"address": {"city": "Delft"}}),
        whole,
    ]
    for context in given:
        client.boolean("a", context)
    assert [Context.of(found) for found in taken(observing)] == [Context.of(c) for c in given]


@pytest.mark.parametrize("context", [None, {}, {"plan": "pro"}, {"key": ""}, {"key": "x" * 257}])
def test_who_has_no_key_of_use_is_not_noticed(context: Any) -> None:
    client, observing = make()
    client.boolean("a", context)
    assert not observing.waiting()


def test_contexts_that_share_a_unit_are_told_apart() -> None:
    client, observing = make()
    for user in ("u1", "u2"):
        for _ in range(3):
            context = Context.multi(Context(user), Context("acme", kind="organization"))
            client.boolean("team", context)
    assert [found["user"]["key"] for found in taken(observing)] == ["u1", "u2"]


def test_an_outcome_that_is_not_tracked_is_noticed_too() -> None:
    client, observing = make()
    seen = client._serving.tables.boolean["a"]({}, None, None).seen
    seen.tracked = False
    client.boolean("a", {"key": "u1"})
    assert keys(observing) == ["u1"]
    assert client._exposures.take_exposure() is None


def test_a_context_with_more_attributes_is_reported_again_but_once() -> None:
    _, observing = make()
    for context in ({"key": "u1"}, {"key": "u1", "plan": "pro"}, {"key": "u1", "a": 1, "b": 2}):
        observing.notice("u1", context)
    observing.notice("u1", {"key": "u1"})
    assert taken(observing) == [{"key": "u1"}, {"key": "u1", "plan": "pro"}]


def test_what_the_caller_changes_later_is_not_reported() -> None:
    client, observing = make()
    context: dict[str, Any] = {"key": "u1", "plan": "pro"}
    nested = {"key": "u2", "tags": ["a"]}
    client.boolean("a", context)
    client.boolean("a", nested)
    context["plan"] = "changed"
    nested["tags"].append("changed")  # type: ignore[attr-defined]
    assert taken(observing) == [{"key": "u1", "plan": "pro"}, {"key": "u2", "tags": ["a"]}]


@pytest.mark.parametrize("long", [False, True])
def test_what_a_dict_names_as_private_stays(long: bool) -> None:
    client, observing = make()
    email = "a@b" * (100 if long else 1)
    client.boolean("a", {"key": "u1", "email": email, "_private": ["email"]})
    client.boolean("a", Context("u2", {"email": email}, private=["email"]))
    assert taken(observing) == [
        {"key": "u1", "_private": ["email"]}, {"key": "u2", "_private": ["email"]},
    ]  # fmt: skip


def test_one_report_however_many_threads_are_first() -> None:
    client, observing = make()
    barrier = threading.Barrier(8)

    def evaluate() -> None:
        for i in range(200):
            barrier.wait()
            client.boolean("a" if i % 2 else "b", {"key": f"u{i}"})

    threads = [threading.Thread(target=evaluate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys(observing) == sorted(f"u{i}" for i in range(200))


# --- by the hour ------------------------------------------------------------------------------


def test_after_an_hour_a_context_is_sighted_again_but_not_exposed_again() -> None:
    client, _ = make()
    box = boxed(client)
    sent = []
    for now in range(0, 10_000, 10):
        client.boolean("a", {"key": "u1"})
        client.boolean("team", Context("acme", kind="organization"))
        batch = box.next(now, now)
        if batch is not None:
            sent.append((now, len(batch.exposures), len(batch.contexts)))
            box.delivered(now)
    seen = [one for one in sent if one[1] or one[2]]
    assert [(exposures, contexts) for _, exposures, contexts in seen] == [(2, 2), (0, 2), (0, 2)]
    assert [later[0] - seen[0][0] for later in seen[1:]] == [HOUR_SECONDS, 2 * HOUR_SECONDS]


def test_who_was_away_for_hours_is_not_exposed_again() -> None:
    client, _ = make()
    box = boxed(client)
    client.boolean("a", {"key": "u1"})
    exposures = []
    for now in (10, 4_000, 8_000, 12_000):
        batch = box.next(now, now)
        exposures += [] if batch is None else list(batch.exposures)
        box.delivered(now)
    client.boolean("a", {"key": "u1"})
    batch = box.next(16_000, 16_000)
    assert batch is not None
    assert (len(exposures), batch.exposures, len(batch.contexts)) == (1, [], 1)


def test_the_hour_is_over_once() -> None:
    _, observing = make()
    turned = [now for now in range(0, 8_000, 100) if observing.turn_hour(now)]
    assert turned == [3_600, 7_200]


# --- bounds -----------------------------------------------------------------------------------


def fill(observing: Observing, count: int, start: int = 0) -> set[str]:
    names = {f"user-{i}" for i in range(start, start + count)}
    for name in names:
        observing.notice(name, {"key": name})
    return names


def test_a_full_memory_keeps_the_contexts_below_a_halved_threshold() -> None:
    _, observing = make(most=1_000)
    names = fill(observing, 5_000)
    assert observing.halvings >= 2
    assert len(observing) <= 1_000
    below = {name for name in names if place(name) < PLACES >> observing.halvings}
    assert set(keys(observing)) == below


def test_the_sample_is_the_same_whoever_samples() -> None:
    found = []
    for order in (sorted, lambda names: sorted(names, reverse=True)):
        _, observing = make(most=500)
        for name in order(f"user-{i}" for i in range(3_000)):
            observing.notice(name, {"key": name})
        found.append((observing.halvings, keys(observing)))
    assert found[0] == found[1]


def test_contexts_of_every_form_are_sampled_alike() -> None:
    _, observing = make(most=100)
    several = [
        Context.multi(Context(f"u{i}"), Context(f"o{i}", kind="organization")) for i in range(300)
    ]
    heavy = [Context(f"h{i}", {"tags": ["a"]}) for i in range(300)]
    for context in (*several, *heavy):
        observing.notice(context.unit, context)
    end = PLACES >> observing.halvings
    below = [c for c in (*several, *heavy) if (place_of(c.by_kind()) or 0) < end]
    assert [Context.of(found) for found in taken(observing)] == below


def test_a_batch_says_how_often_the_threshold_was_halved() -> None:
    client, observing = make(most=100)
    for i in range(1_000):
        client.boolean("a", {"key": f"u{i}"})
    batch = boxed(client).last(0.0)
    assert batch is not None
    assert batch.context_halvings == observing.halvings >= 3
    end = PLACES >> batch.context_halvings
    assert all(place(seen.context["key"]) < end for seen in batch.contexts)


def test_a_threshold_that_is_too_low_rises_by_the_hour() -> None:
    _, observing = make(most=100)
    observing.turn_hour(0)
    fill(observing, 1_000)
    high = observing.halvings
    taken(observing)
    for hour in range(1, 20):
        observing.turn_hour(hour * 3_600)
    assert high >= 3
    assert observing.halvings == 0
    fill(observing, 50, start=5_000)
    assert len(taken(observing)) == 50


def test_a_key_that_is_no_unicode_does_not_stop_halving() -> None:
    _, observing = make(most=10)
    observing.notice("\ud800", {"key": "\ud800"})
    fill(observing, 100)
    assert observing.halvings >= 2
    assert "\ud800" not in keys(observing)


def test_what_finds_no_room_to_wait_is_lost_and_noticed_another_time() -> None:
    client, observing = make(max_waiting=10)
    for i in range(25):
        client.boolean("a", {"key": f"u{i}"})
    assert len(taken(observing)) == 10
    assert observing.lost.take() == 15
    client.boolean("b", {"key": "u24"})
    assert keys(observing) == ["u24"]


def test_what_waits_is_bounded_in_bytes() -> None:
    _, observing = make()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for i in range(10_000):
            observing.notice(f"u{i}", {"key": f"u{i}", "bio": str(i) * 500, "tags": [str(i)] * 9})
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert held < MAX_HELD_BYTES
    assert observing.lost.take() > 1_000
    assert len(taken(observing)) > 100
    observing.notice("late", {"key": "late"})
    assert keys(observing) == ["late"], "there is room again"


def test_ten_thousand_attributes_are_not_walked_through() -> None:
    client, observing = make()
    client.boolean("a", {"key": "u1", **{f"a{i}": i for i in range(10_000)}})
    assert not observing.waiting()
    assert observing.lost.take() == 1


def test_objects_of_a_callers_own_are_not_touched() -> None:
    class Hostile:
        def __getattribute__(self, name: str) -> Any:
            raise SystemExit(name)

    client, observing = make()
    client.boolean("a", {"key": "u1", "odd": Hostile()})
    assert taken(observing) == [{"key": "u1", "_private": ["odd"]}]


def test_a_queue_that_fills_rings_for_the_reporter() -> None:
    client, _ = make(max_waiting=10)
    bell = Bell()
    client._exposures.set_bell(bell)
    for i in range(4):
        client.boolean("a", {"key": f"u{i}"})
    assert not bell.wait(0)
    client.boolean("a", {"key": "u5"})
    assert bell.wait(0)


def test_a_queue_of_much_rings_before_it_is_full() -> None:
    client, observing = make()
    bell = Bell()
    client._exposures.set_bell(bell)
    for i in range(10_000):
        client.boolean("a", {"key": f"u{i}", "a": 1, "b": 2, "c": "3", "d": True})
        if bell.wait(0):
            taken(observing)
            list(iter(client._exposures.take_exposure, None))
    assert observing.lost.take() == 0


def test_batches_stay_small() -> None:
    client, _ = make()
    for i in range(3_000):
        client.boolean("a", {"key": f"u{i}", "text": "é" * 60, "more": "x" * 60})
    box = boxed(client)
    batches: list[Batch] = []
    while (batch := box.last(0.0)) is not None:
        batches.append(batch)
        box.delivered(0.0)
    sizes = [sum(seen.size for seen in batch.contexts) for batch in batches]
    assert max(sizes) < MAX_BATCH_BYTES < sum(sizes)
    assert sum(len(batch.contexts) for batch in batches) == 3_000


def test_a_refused_batch_loses_its_contexts_and_says_so() -> None:
    client, _ = make()
    client.boolean("a", {"key": "u1"})
    box = boxed(client)
    assert box.next(10.0, 0.0) is not None
    box.refused(10.0)
    batch = box.next(20.0, 0.0)
    assert batch is not None
    assert batch.lost.contexts == 1


def test_a_forked_child_begins_anew() -> None:
    client, observing = make(most=10)
    fill(observing, 100)
    client._exposures.clear()
    assert (len(observing), observing.waiting(), observing.lost.take()) == (0, False, 0)
    halvings = observing.halvings
    observing.notice("user-1", {"key": "user-1"})
    assert len(observing) == (place("user-1") < PLACES >> halvings)


def test_threads_that_halve_at_once_lose_nobody_silently() -> None:
    _, observing = make(most=200)
    barrier = threading.Barrier(6)

    def run(part: int) -> Callable[[], None]:
        def notice() -> None:
            barrier.wait()
            for i in range(part, 4_000, 6):
                observing.notice(f"user-{i}", {"key": f"user-{i}"})

        return notice

    threads = [threading.Thread(target=run(part)) for part in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = PLACES >> observing.halvings
    below = {f"user-{i}" for i in range(4_000) if place(f"user-{i}") < end}
    found = keys(observing)
    assert set(found) <= below
    assert len(below - set(found)) <= observing.lost.take()
    assert len(observing) <= 200 + 6
