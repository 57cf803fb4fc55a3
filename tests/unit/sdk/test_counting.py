"""Evaluation counts: exact, whatever threads and changes of version do."""

import gc
import random
import sys
import threading
from collections import Counter

from tests.native_server import flag, snapshot_of, split_flag

from yardarm import Client
from yardarm.core.program import Program
from yardarm.core.snapshot import SnapshotSource
from yardarm.sdk.counting import MAX_STRANGERS, Count, Counting


def counts_of(client: Client) -> Counter[tuple[str, str | None, str, int]]:
    counts, _ = client._serving.counting.take()
    return Counter({(c.flag, c.variant, c.reason, c.version): c.count for c in counts})


def test_every_evaluation_counts() -> None:
    client = Client.from_document({"flags": {"a": flag(), "s": split_flag()}})
    for i in range(100):
        client.boolean("a", {"key": f"u{i}"})
        client.boolean("s", {"key": f"u{i}"})
        client.boolean("a")
        client.boolean_detail("a", {"key": "x"}, explain=True)
        client.string("a", {"key": "x"}, fallback="wrong type")
        client.boolean("missing", {"key": "x"})
        client.boolean("a", 5)  # type: ignore[arg-type]
    found = counts_of(client)
    assert found.pop(("s", "on", "SPLIT", 0)) + found.pop(("s", "off", "SPLIT", 0)) == 100
    assert found == {
        ("a", "on", "STATIC", 0): 300,
        ("a", None, "ERROR", 0): 200,
        ("missing", None, "ERROR", 0): 100,
    }
    assert counts_of(client) == {}


def test_counts_are_of_the_version_that_answered() -> None:
    client = Client.from_document({"flags": {"a": {**flag(), "version": 3}}})
    client.boolean("a")
    client.update({"flags": {"a": {**flag(False), "version": 4}}})
    client.boolean("a")
    assert counts_of(client) == {("a", "on", "STATIC", 3): 1, ("a", "off", "STATIC", 4): 1}


def test_counts_are_exact_while_threads_evaluate_and_flags_change() -> None:
    client = Client.from_document({"flags": {"a": flag(), "s": split_flag()}})
    evaluated, counted = Counter[str](), Counter[str]()
    over, read = threading.Event(), threading.Event()

    def evaluate(seed: int) -> None:
        chance = random.Random(seed)
        rounds = 0
        while rounds < 500 or not over.is_set():
            rounds += 1
            context = {"key": f"u{chance.randrange(50)}"}
            client.boolean("a", context)
            client.boolean("s", context)
            client.boolean("gone", context)
        with lock:
            evaluated.update({"a": rounds, "s": rounds, "gone": rounds})

    def report() -> None:
        while not read.is_set():
            for (key, *_), count in counts_of(client).items():
                counted[key] += count

    lock = threading.Lock()
    workers = [threading.Thread(target=evaluate, args=(seed,)) for seed in range(6)]
    reader = threading.Thread(target=report)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for worker in (*workers, reader):
            worker.start()
        for version in range(60):
            flags = {"a": {**flag(version % 2 == 0), "version": version}, "s": split_flag()}
            client.update({"flags": flags})
    finally:
        over.set()
        for worker in workers:
            worker.join()
        read.set()
        reader.join()
        sys.setswitchinterval(interval)
    for (key, *_), count in counts_of(client).items():
        counted[key] += count
    assert counted == evaluated
    assert evaluated["a"] >= 3_000


def test_counters_of_replaced_flags_are_kept_until_read_and_then_dropped() -> None:
    client = Client.from_document({"flags": {"a": flag()}})
    counting = client._serving.counting
    for version in range(1, 200):
        client.update({"flags": {"a": {**flag(version % 2 == 0), "version": version}}})
        client.boolean("a")
    gc.collect()
    assert sum(counts_of(client).values()) == 199
    assert len(counting._counters) < 10


def test_made_up_keys_are_bounded_and_still_counted() -> None:
    client = Client.from_document({"flags": {}})
    for i in range(MAX_STRANGERS + 500):
        client.boolean(f"made-up-{i}", {"key": "x"})
    counts, nameless = client._serving.counting.take()
    assert len(counts) == MAX_STRANGERS
    assert nameless == 500
    client.boolean("made-up-again", {"key": "x"})
    assert client._serving.counting.take()[0] == [Count("made-up-again", None, "ERROR", 0, 1)]


def test_a_key_that_can_be_no_flag_s_is_counted_without_it() -> None:
    client = Client.from_document({"flags": {}})
    client.boolean("x" * 257)
    assert client._serving.counting.take() == ([], 1)


def test_skipping_leaves_nothing_to_report() -> None:
    client = Client.from_document({"flags": {"a": flag()}})
    client.boolean("a")
    client._serving.counting.skip()
    client.boolean("a")
    assert counts_of(client) == {("a", "on", "STATIC", 0): 1}


def test_a_flag_compiled_by_two_threads_at_once_is_counted_once() -> None:
    for _ in range(30):
        counting = Counting()
        source = SnapshotSource(snapshot_of({"a": flag()}))
        program = Program(source, prepare=counting.prepare)
        barrier = threading.Barrier(4)

        def evaluate(program: Program = program, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            program.compiled("a").run({}, None, None).tick()  # type: ignore[misc]

        threads = [threading.Thread(target=evaluate) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(count.count for count in counting.take()[0]) == 4
