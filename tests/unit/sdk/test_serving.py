"""What is served: the swap, what is compiled before it, what survives it."""

import threading
from typing import Any

import pytest
from tests.native_server import flag, snapshot_of, split_flag

from yardarm import Client
from yardarm.core.regex import compile_pattern
from yardarm.sdk import tables
from yardarm.sdk.counting import Counting
from yardarm.sdk.fast import accelerate
from yardarm.sdk.log import Log
from yardarm.sdk.serving import LONG_LINE, Serving
from yardarm.sdk.state import Step
from yardarm.sdk.tables import Table

LONG = [f"user-{i}" for i in range(LONG_LINE // 6)]


def member_of(*keys: str) -> dict[str, Any]:
    when = {"attribute": "key", "op": "in", "values": list(keys)}
    return flag(False, rules=[{"id": "r", "when": when, "serve": "on"}])


def compiled(client: Client) -> set[str]:
    program = client._serving.tables.program
    assert program is not None
    return {one.key for one in program.compiled_so_far()}


def test_flags_are_compiled_when_they_are_first_asked_for() -> None:
    client = Client.from_document({"flags": {f"f{i}": flag() for i in range(100)}})
    assert compiled(client) == set()
    client.boolean("f7")
    assert compiled(client) == {"f7"}


def test_flags_in_use_are_compiled_before_the_swap() -> None:
    client = Client.from_document({"flags": {"a": flag(), "b": flag(), "c": flag()}})
    client.boolean("a")
    client.boolean("b")
    client.update({"flags": {"a": flag(False), "b": flag(), "c": flag(False)}})
    assert compiled(client) == {"a", "b"}


def test_what_a_change_does_not_touch_is_kept() -> None:
    client = Client.from_document({"flags": {"a": flag(), "b": flag()}})
    client.boolean("a", {"key": "u1"})
    kept = client._serving.tables.boolean["a"]
    client.update({"flags": {"a": flag(), "b": flag(False)}})
    assert client._serving.tables.boolean["a"] is kept


def test_long_lists_are_prepared_before_anybody_asks() -> None:
    """Ten thousand keys take a moment to read; that moment is the driver's."""
    segments = {"vips": {"included": [{"keys": LONG}]}}
    by_segment = flag(False, rules=[{"id": "r", "when": {"segment": "vips"}, "serve": "on"}])
    flags = {"long": member_of(*LONG), "short": member_of("user-1"), "by": by_segment}
    client = Client.from_document({"flags": flags, "segments": segments})
    assert compiled(client) == {"long", "by"}
    assert client.boolean("long", {"key": "user-5"}) is True
    assert client.boolean("by", {"key": "user-5"}) is True


def test_compiling_ahead_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yardarm.sdk.serving.MAX_WARM_SECONDS", -1.0)
    client = Client.from_document({"flags": {f"f{i}": member_of(*LONG) for i in range(4)}})
    assert len(compiled(client)) == 1
    assert client.boolean("f3", {"key": "user-5"}) is True


def test_an_evaluation_sees_one_version_from_beginning_to_end() -> None:
    """Two flags that always change together are never seen apart by one evaluation."""
    chain = flag(prerequisites=[{"flag": "base", "variants": ["on"]}])
    both = [{"base": flag(), "chain": chain}, {"base": flag(False), "chain": flag(False)}]
    client = Client.from_document({"flags": both[0]})
    over, seen = threading.Event(), set()

    def evaluate() -> None:
        while not over.is_set():
            decision = client.boolean_detail("chain", {"key": "u"})
            seen.add((decision.variant, decision.reason))

    thread = threading.Thread(target=evaluate)
    thread.start()
    for i in range(300):
        client.update({"flags": both[i % 2]})
    over.set()
    thread.join()
    assert seen <= {("on", "DEFAULT"), ("off", "STATIC")}


def test_long_runs_of_changes_do_not_grow() -> None:
    client = Client.from_document({"flags": {"a": split_flag(1)}})
    for i in range(300):
        client.update({"flags": {"a": split_flag(i + 1)}})
        client.boolean("a", {"key": "u1"})
        client._serving.counting.take()
    assert len(client._serving.counting._counters) < 20


def test_a_step_that_stays_changes_nothing() -> None:
    serving = Serving(Counting(), Log("test"))
    before = serving.tables
    assert serving.follow(Step("stay"), "server") is False
    assert serving.follow(Step("fetch"), "server") is True
    assert serving.tables is before
    assert serving.keys() == []
    serving.follow(serving.continuity.replace(snapshot_of({"a": flag(), "b": flag()})), "memory")
    assert sorted(serving.keys()) == ["a", "b"]


def test_failing_keys_do_not_fill_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_FAILING", 10)
    table = Table(None, "boolean", Counting())
    for i in range(100):
        assert table[f"made-up-{i}"]({}, None, None).error == "PROVIDER_NOT_READY"
    assert len(table) == len(table.failures) == 10


@pytest.mark.parametrize("pattern", ["^a+$", "[x-z]{2,3}", r"\d+", "(?i)straße", "", "^", "$"])
@pytest.mark.parametrize(
    "text", ["aaa", "xyz", "42", "STRASSE", "a\n", "", "\ud800a", "é" * 70_000]
)
def test_the_faster_search_finds_the_same(pattern: str, text: str) -> None:
    faster = accelerate()
    if faster is None:
        pytest.skip("google-re2 is not installed")
    search = faster(pattern)
    if search is not None:
        assert search(text) is compile_pattern(pattern).search(text)


def test_patterns_that_are_none_are_not_accelerated() -> None:
    faster = accelerate()
    if faster is None:
        pytest.skip("google-re2 is not installed")
    assert faster("(") is None
    assert faster(r"(a)\1") is None
