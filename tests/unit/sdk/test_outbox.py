"""What is reported when, and event format 1."""

import itertools
import json
import zlib
from typing import Any

from tests.native_server import flag

from yardarm import Client
from yardarm.sdk.events import Batch, Identity, Losses, encode, to_json, utc
from yardarm.sdk.outbox import MAX_BATCH_BYTES, Outbox

WALL = 1_795_435_200.0


def make(**options: Any) -> tuple[Client, Outbox]:
    client = Client.from_document({"flags": {"a": flag(), "b": flag(False)}}, **options)
    ids = itertools.count(1)
    box = Outbox(
        client._serving.counting, client._exposures, lambda: f"batch-{next(ids)}",
        interval_seconds=10, now=0.0, wall=WALL,
    )  # fmt: skip
    return client, box


def test_nothing_is_sent_before_its_time_or_without_need() -> None:
    client, box = make()
    assert box.next(9.9, WALL) is None
    assert box.next(10.0, WALL) is None
    assert box.seconds_left(10.0) == 10.0
    client.boolean("a", {"key": "u1"})
    assert box.next(19.9, WALL) is None
    assert box.next(20.0, WALL) is not None


def test_a_batch_holds_what_happened() -> None:
    client, box = make()
    client.boolean("a", {"key": "u1", "plan": "pro"})
    client.track("bought", {"key": "u1"}, 3)
    batch = box.next(10.0, WALL + 10)
    assert batch is not None
    told = to_json(batch, Identity("shop", "i1"), WALL + 10)
    at = client._exposures._clock() // 3600  # this hour
    for entry in (*told["exposures"], *told["metrics"]):
        assert entry.pop("at").startswith(utc(at * 3600)[:11])
    assert told == {
        "format": 1, "batch": "batch-1", "sdk": {"name": "yardarm-python", "version": "0.1.0"},
        "application": "shop", "instance": "i1", "sent_at": "2026-11-23T12:00:10.000Z",
        "counts": [{
            "flag": "a", "variant": "on", "reason": "STATIC", "version": 0, "count": 1,
            "from": "2026-11-23T12:00:00.000Z", "to": "2026-11-23T12:00:10.000Z",
        }],
        "exposures": [{
            "flag": "a", "version": 0, "variant": "on", "rule": None, "kind": "user",
            "unit": "u1", "attributes": {"plan": "pro"},
        }],
        "metrics": [{
            "event": "bought", "kind": "user", "unit": "u1", "value": 3, "attributes": {},
        }],
        "contexts": [], "context_halvings": 0,
        "lost": {"counts": 0, "exposures": 0, "metrics": 0, "contexts": 0},
    }  # fmt: skip


def test_a_failed_batch_is_sent_again_under_its_id_and_nothing_else_is_made() -> None:
    client, box = make()
    client.boolean("a", {"key": "u1"})
    first = box.next(10.0, WALL + 10)
    box.failed("network", 10.0, 0.5)
    client.boolean("a", {"key": "u2"})
    assert box.next(10.1, WALL + 10, at_once=True) is None
    again = box.next(11.0, WALL + 11)
    assert again is first
    box.delivered(11.0)
    assert box.next(11.0, WALL) is not None  # the exposure that waited


def test_a_success_makes_the_next_failure_the_first() -> None:
    client, box = make()
    client.boolean("a")
    now = 10.0
    assert box.next(now, WALL) is not None
    for _ in range(10):
        box.failed("network", now, 0.999)
        now += box.seconds_left(now)
    assert now > 60
    box.delivered(now)
    client.boolean("a")
    now += 10
    assert box.next(now, WALL) is not None
    box.failed("network", now, 0.999)
    assert box.seconds_left(now) < 0.6


def test_counts_that_wait_are_not_lost_and_not_doubled() -> None:
    client, box = make()
    total = 0
    for now in range(10, 500, 10):
        client.boolean("a", {"key": "u1"})
        batch = box.next(now, WALL + now)
        if batch is None:
            continue
        if now % 70:
            box.failed("server", now, 0.9)
        else:
            total += sum(count.count for count in batch.counts)
            box.delivered(now)
    while (batch := box.last(WALL + 600)) is not None:
        total += sum(count.count for count in batch.counts)
        box.delivered(600)
    assert total == 49


def test_periods_join_without_gap_or_overlap_even_when_the_clock_is_set_back() -> None:
    """Fault 84: the wall clock only labels; timers do not look at it."""
    client, box = make()
    periods = []
    for now, wall in ((10.0, WALL + 10), (20.0, WALL - 86_400), (30.0, WALL + 30)):
        client.boolean("a")
        batch = box.next(now, wall)
        assert batch is not None
        periods.append((batch.counted_from, batch.counted_to))
        box.delivered(now)
    assert periods == [(WALL, WALL + 10), (WALL + 10, WALL + 10), (WALL + 10, WALL + 30)]


def test_a_refused_batch_is_lost_and_the_next_one_says_so() -> None:
    client, box = make()
    for i in range(3):
        client.boolean("a", {"key": f"u{i}"})
    client.track("x", {"key": "u1"})
    assert box.next(10.0, WALL) is not None
    box.refused(10.0)
    batch = box.next(20.0, WALL)
    assert batch is not None
    assert batch.lost == Losses(counts=3, exposures=3, metrics=1)
    box.refused(20.0)
    again = box.next(30.0, WALL)
    assert again is not None
    assert again.lost == batch.lost


def test_many_events_go_in_several_batches_at_once() -> None:
    client, box = make()
    for i in range(3_000):
        client.boolean("a", {"key": f"u{i}"})
    sizes = []
    while box.seconds_left(10.0) == 0.0 and (batch := box.next(10.0, WALL)) is not None:
        sizes.append((len(batch.counts), len(batch.exposures)))
        box.delivered(10.0)
    assert [counts for counts, _ in sizes] == [1, 0]
    assert sum(exposures for _, exposures in sizes) == 3_000


def size(batch: Batch) -> int:
    return len(zlib.decompress(encode(batch, Identity("app", "i"), WALL), 31))


def test_many_counts_go_in_several_batches() -> None:
    flags = {f"{'é' * 200}-{i}": flag() for i in range(2_000)}
    client = Client.from_document({"flags": flags})
    box = Outbox(client._serving.counting, client._exposures, lambda: "id",
                 interval_seconds=10, now=0.0, wall=WALL)  # fmt: skip
    for key in flags:
        client.boolean(key)
    counted, periods = 0, set()
    while (batch := box.last(WALL + 5)) is not None:
        counted += sum(count.count for count in batch.counts)
        periods.add((batch.counted_from, batch.counted_to))
        assert size(batch) < MAX_BATCH_BYTES
        box.delivered(0.0)
    assert counted == 2_000
    assert periods == {(WALL, WALL + 5)}


def test_a_batch_stays_within_what_a_server_takes() -> None:
    """Every attribute as long as it may be, in letters that take four bytes each."""
    client, box = make()
    attributes = {f"a{i}": "\U0001f600" * 500 for i in range(50)}
    for i in range(200):
        client.boolean("a", {"key": f"u{i}", **attributes})
        client.track("event", {"key": f"u{i}", **attributes})
    exposures, metrics, batches = 0, 0, 0
    while (batch := box.last(WALL + 5)) is not None:
        exposures += len(batch.exposures)
        metrics += len(batch.metrics)
        batches += 1
        assert size(batch) < 1 << 20
        box.delivered(0.0)
    assert (exposures, metrics) == (200, 200)
    assert batches > 10


def test_when_queues_fill_a_batch_is_made_at_once() -> None:
    client, box = make()
    client.boolean("a", {"key": "u1"})
    assert box.next(1.0, WALL) is None
    assert box.next(1.0, WALL, at_once=True) is not None


def test_a_restart_in_a_child_forgets_the_parent_s_reports() -> None:
    client, box = make()
    client.boolean("a", {"key": "u1"})
    box.next(10.0, WALL)
    client._serving.counting.skip()
    client._exposures.clear()
    box.restart(11.0, WALL + 11)
    assert box.last(WALL + 12) is None


def test_the_body_is_compressed_json() -> None:
    batch = Batch("b1", (), (), (), Losses(), WALL, WALL)
    told = json.loads(zlib.decompress(encode(batch, Identity("app", "i"), WALL), 31))
    assert told == to_json(batch, Identity("app", "i"), WALL)
    assert told["format"] == 1


def test_times_are_rfc_3339_whatever_the_clock_says() -> None:
    assert utc(0) == "1970-01-01T00:00:00.000Z"
    assert utc(WALL + 0.1234) == "2026-11-23T12:00:00.123Z"
    assert utc(1e18) == utc(float("nan")) == "1970-01-01T00:00:00.000Z"
