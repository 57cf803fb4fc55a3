"""Reports to a server: batched, repeated, bounded, flushed at the end."""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.native_server import Handler, NativeServer, flag, hurried, split_flag, until

from yardarm import Client
from yardarm.sdk.drivers import report

FLAGS = {"a": flag(), "s": split_flag()}


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer(FLAGS) as server:
        yield server


@pytest.fixture
def client(server: NativeServer) -> Iterator[Client]:
    with hurried(server.url, application="shop") as client:
        assert client.wait_ready(5)
        yield client


def total(server: NativeServer) -> int:
    return sum(server.counted().values())


def test_what_happened_is_reported(server: NativeServer, client: Client) -> None:
    for i in range(50):
        client.boolean("a", {"key": f"u{i % 10}", "plan": "pro"})
    client.track("bought", {"key": "u1"}, 9.5)
    until(lambda: total(server) == 50)
    assert server.counted() == {("a", "on", "STATIC"): 50}
    assert sorted(e["unit"] for e in server.exposures()) == sorted(f"u{i}" for i in range(10))
    (metric,) = [m for batch in server.batches for m in batch["metrics"]]
    assert (metric["event"], metric["unit"], metric["value"]) == ("bought", "u1", 9.5)
    assert {batch["application"] for batch in server.batches} == {"shop"}
    assert len({batch["instance"] for batch in server.batches}) == 1
    assert {path for _, path, _ in server.requests if "events" in path} == {report.EVENTS}


def test_nothing_happened_and_nothing_is_sent(server: NativeServer, client: Client) -> None:
    until(lambda: client.status.connection == "streaming")
    until(lambda: client._driver._reporter.worker.running)  # type: ignore[attr-defined]
    server.publish({"a": flag(False)})
    until(lambda: client.status.version == 2)
    assert server.asked(report.EVENTS) == 0


@pytest.mark.parametrize("status", [500, 503, 401, 404, 302])
def test_a_report_that_fails_is_sent_again_and_counts_once(
    server: NativeServer, client: Client, status: int
) -> None:
    server.events_answer = (status, {})
    client.boolean("a", {"key": "u1"})
    until(lambda: server.asked(report.EVENTS) >= 2)
    client.boolean("a", {"key": "u2"})
    server.events_answer = (202, {})
    until(lambda: total(server) == 2)
    assert sorted(e["unit"] for e in server.exposures()) == ["u1", "u2"]


def test_a_report_whose_answer_was_lost_carries_the_same_id(
    server: NativeServer, client: Client
) -> None:
    """The server has it, the client does not know: the second copy must count as the first."""

    def intervene(handler: Handler) -> bool:
        if handler.path != report.EVENTS:
            return False
        server.batches.append(json.loads(gzip.decompress(handler.body)))
        server.intervene = None
        handler.connection.close()
        return True

    server.intervene = intervene
    client.boolean("a", {"key": "u1"})
    until(lambda: len(server.batches) == 2)
    assert server.batches[0]["batch"] == server.batches[1]["batch"]
    assert total(server) == 1


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_report_that_is_refused_is_lost_and_counted(
    server: NativeServer, client: Client, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.events_answer = (status, {})
    client.boolean("a", {"key": "u1"})
    client.boolean("a", {"key": "u1"})
    until(lambda: f"refuses a report ({status})" in caplog.text)
    server.events_answer = (202, {})
    until(lambda: any(batch["lost"]["counts"] for batch in server.batches))
    lost = [batch["lost"] for batch in server.batches if batch["lost"]["counts"]]
    assert lost == [{"counts": 2, "exposures": 1, "metrics": 0, "contexts": 1}]


def test_events_that_the_server_refuses_are_told(
    server: NativeServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def intervene(handler: Handler) -> bool:
        if handler.path != report.EVENTS:
            return False
        told = b'{"accepted":0,"rejected":[{"pointer":"/counts/0","message":"no such flag"}]}'
        handler.answer(202, told)
        return True

    server.intervene = intervene
    client.boolean("a", {"key": "u1"})
    until(lambda: "refuses 1 events of a report, the first: /counts/0: no such flag" in caplog.text)


def test_closing_sends_what_is_left(server: NativeServer) -> None:
    client = hurried(server.url, report_seconds=3600.0)
    assert client.wait_ready(5)
    for i in range(1_200):
        client.boolean("a", {"key": f"u{i}"})
    client.close()
    assert total(server) == 1_200
    assert len(server.exposures()) == 1_200


def test_no_reports_when_told_so(server: NativeServer) -> None:
    with hurried(server.url, report=False) as client:
        assert client.wait_ready(5)
        client.boolean("a", {"key": "u1"})
        server.publish({"a": flag(False)})
        until(lambda: not client.boolean("a", {"key": "u1"}))
    assert server.asked(report.EVENTS) == 0


def test_counts_are_exact_over_many_changes(server: NativeServer, client: Client) -> None:
    evaluated = 0
    for i in range(50):
        server.publish({"a": flag(i % 2 == 0), "s": split_flag(i)})
        for j in range(100):
            client.boolean("a", {"key": f"u{j}"})
            client.boolean("s", {"key": f"u{j}"})
            evaluated += 2
    client.close()
    assert total(server) == evaluated


def test_a_slow_report_does_not_hold_up_changes(server: NativeServer, client: Client) -> None:
    """Reports have a thread of their own, because the server may be slow to store them."""
    until(lambda: client.status.connection == "streaming")

    def intervene(handler: Handler) -> bool:
        if handler.path == report.EVENTS:
            until(lambda: server.intervene is None)
        return False

    server.intervene = intervene
    client.boolean("a", {"key": "u1"})
    until(lambda: server.asked(report.EVENTS))
    began = time.monotonic()
    server.publish({"a": flag(False)})
    until(lambda: not client.boolean("a", {"key": "u1"}))
    assert time.monotonic() - began < 1
    server.intervene = None


def test_a_queue_that_fills_up_is_reported_early(server: NativeServer) -> None:
    with hurried(server.url, report_seconds=3600.0) as client:
        assert client.wait_ready(5)
        until(lambda: client._driver._reporter.worker.running)  # type: ignore[attr-defined]
        for i in range(6_000):
            client.boolean("a", {"key": f"u{i}"})
        until(lambda: len(server.exposures()) == 6_000)


# --- contexts ---------------------------------------------------------------------------------


def contexts(server: NativeServer) -> list[Any]:
    return [entry["context"] for batch in server.batches for entry in batch["contexts"]]


def test_contexts_are_reported(server: NativeServer, client: Client) -> None:
    for i in range(50):
        client.boolean("a", {"key": f"u{i % 3}", "plan": "pro"})
        client.boolean("s", {"key": f"u{i % 3}", "plan": "pro"})
    until(lambda: len(contexts(server)) == 3)
    assert sorted(c["key"] for c in contexts(server)) == ["u0", "u1", "u2"]
    assert contexts(server)[0]["plan"] == "pro"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"key": "u1", "plan": "pro", "mail": "a@b"}),
        ({"observe": ["plan"]}, {"key": "u1", "plan": "pro", "_private": ["mail"]}),
        ({"private_attributes": ["mail"]}, {"key": "u1", "plan": "pro", "_private": ["mail"]}),
        ({"report_attributes": False}, {"key": "u1", "_private": ["mail", "plan"]}),
        ({"report_attributes": ["plan"]}, {"key": "u1", "plan": "pro", "_private": ["mail"]}),
        ({"observe": False}, None),
        ({"report": False}, None),
    ],
)
def test_options_say_what_is_reported(
    server: NativeServer, options: dict[str, Any], expected: Any
) -> None:
    with hurried(server.url, **options) as client:
        assert client.wait_ready(5)
        client.boolean("a", {"key": "u1", "plan": "pro", "mail": "a@b"})
    assert contexts(server) == ([] if expected is None else [expected])
    assert bool(server.batches) == (options.get("report") is not False)


def test_private_values_can_be_hashed(server: NativeServer) -> None:
    options = {"private_attributes": ["mail"], "private_values": "hash"}
    with hurried(server.url, **options) as client:
        assert client.wait_ready(5)
        client.boolean("a", {"key": "u1", "mail": "a@b"})
    (context,) = contexts(server)
    assert context["_private"] == ["mail"]
    assert len(context["mail"]["sha256"]) == 64


def test_more_contexts_than_are_remembered_are_sampled(server: NativeServer) -> None:
    with hurried(server.url, observe_max=100) as client:
        assert client.wait_ready(5)
        for i in range(1_000):
            client.boolean("a", {"key": f"u{i}"})
    last = server.batches[-1]
    assert last["context_halvings"] >= 3
    assert 0 < len(contexts(server)) < 1_000
