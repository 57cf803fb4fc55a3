"""Exposures and metric events: once per unit and flag version, bounded, private stays private."""

import json
import threading
import zlib
from typing import Any

import pytest
from tests.native_server import flag, split_flag

from yardarm import Client, Context
from yardarm.sdk.attributes import MAX_ATTRIBUTES, Policy
from yardarm.sdk.bell import Bell
from yardarm.sdk.events import Batch, Identity, Losses, encode
from yardarm.sdk.exposures import Exposure, Exposures, Metric


def taken(client: Client) -> list[Exposure]:
    return list(iter(client._exposures.take_exposure, None))


def metrics(client: Client) -> list[Metric]:
    return list(iter(client._exposures.take_metric, None))


def make(flags: dict[str, Any], **options: Any) -> Client:
    return Client.from_document({"flags": flags}, **options)


def test_a_unit_is_exposed_once() -> None:
    client = make({"a": flag()})
    for _ in range(3):
        client.boolean("a", {"key": "u1", "country": "NL"})
        client.boolean("a", Context("u1"))
        client.boolean_detail("a", {"key": "u1"})
    client.boolean("a", {"key": "u2"})
    found = taken(client)
    assert [(e.flag, e.variant, e.kind, e.unit, e.attributes) for e in found] == [
        ("a", "on", "user", "u1", {"country": "NL"}),
        ("a", "on", "user", "u2", {}),
    ]


def test_a_new_version_exposes_again() -> None:
    client = make({"a": {**flag(), "version": 1}})
    client.boolean("a", {"key": "u1"})
    client.update({"flags": {"a": {**flag(), "name": "new", "version": 2}}})
    client.boolean("a", {"key": "u1"})
    assert [(e.version, e.unit) for e in taken(client)] == [(1, "u1"), (2, "u1")]


def test_an_unchanged_flag_does_not_expose_again() -> None:
    client = make({"a": flag(), "b": flag()})
    client.boolean("a", {"key": "u1"})
    client.update({"flags": {"a": flag(), "b": flag(False)}})
    client.boolean("a", {"key": "u1"})
    assert len(taken(client)) == 1


def test_the_rule_is_named() -> None:
    rule = {"id": "r7", "when": {"always": True}, "serve": "on"}
    client = make({"a": flag(False, rules=[rule])})
    client.boolean("a", {"key": "u1"})
    assert taken(client)[0].rule == "r7"


@pytest.mark.parametrize("context", [None, {}, {"key": None}, {"key": ""}, {"country": "NL"}])
def test_nobody_is_not_exposed(context: Any) -> None:
    client = make({"a": flag()})
    client.boolean("a", context)
    assert taken(client) == []


def test_a_fallback_exposes_nobody() -> None:
    client = make({"a": {**flag(), "default": None}, "d": {**flag(), "enabled": False}})
    client.boolean("a", {"key": "u1"}, True)
    client.boolean("missing", {"key": "u1"}, True)
    assert taken(client) == []
    client.boolean("d", {"key": "u1"})
    assert taken(client)[0].variant == "off"


def test_the_unit_is_what_the_split_divides_by() -> None:
    flags = {
        "by": split_flag(by=["company", "email"]),
        "kind": split_flag(kind="organization"),
    }
    client = make(flags)
    for _ in range(2):
        client.boolean("by", {"key": "u1", "company": 77, "email": "a@b.example"})
        client.boolean("by", {"key": "u2", "email": "a@b.example"})
        client.boolean("by", {"key": "u3", "company": 77})
        context = {"kind": "multi", "user": {"key": "u1", "vip": True},
                   "organization": {"key": "acme", "plan": "pro"}}  # fmt: skip
        client.boolean("kind", context)
    assert [(e.flag, e.kind, e.unit, e.attributes) for e in taken(client)] == [
        ("by", "user", "77", {"company": 77, "email": "a@b.example"}),
        ("by", "user", "a@b.example", {"email": "a@b.example"}),
        ("kind", "organization", "acme", {"plan": "pro"}),
    ]


def test_another_kind_is_its_own_unit() -> None:
    client = make({"a": flag()})
    client.boolean("a", {"kind": "device", "key": "d1", "os": "linux"})
    client.boolean("a", Context("d1", {"os": "linux"}, kind="device"))
    found = [(e.kind, e.unit, e.attributes) for e in taken(client)]
    assert found == [("device", "d1", {"os": "linux"})]


def test_one_exposure_however_many_threads_are_first() -> None:
    client = make({"a": flag()})
    barrier = threading.Barrier(8)

    def evaluate() -> None:
        for i in range(200):
            barrier.wait()
            client.boolean("a", {"key": f"u{i}"})

    threads = [threading.Thread(target=evaluate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.unit for e in taken(client)) == sorted(f"u{i}" for i in range(200))


# --- what leaves the process ------------------------------------------------------------------


def reported(context: dict[str, Any], **options: Any) -> Any:
    client = make({"a": flag()}, **options)
    client.boolean("a", {"key": "u1", **context})
    return taken(client)[0].attributes


def test_only_plain_values_are_reported() -> None:
    context = {"a": "x", "b": 1, "c": 1.5, "d": True, "e": None, "f": [1], "g": {"h": 1},
               "i": float("nan"), "j": float("inf"), "k": 2**60, "l": object(), 7: "seven",
               "targetingKey": "t"}  # fmt: skip
    assert reported(context) == {"a": "x", "b": 1, "c": 1.5, "d": True}


def test_private_attributes_never_leave() -> None:
    context = {"email": "a@b", "phone": "1", "plan": "pro", "_private": ["email"]}
    assert reported(context, private_attributes=["/phone"]) == {"plan": "pro"}
    client = make({"a": flag()})
    client.boolean("a", Context("u1", {"email": "a@b", "plan": "pro"}, private=["email"]))
    client.track("bought", Context("u1", {"email": "a@b", "plan": "pro"}, private=["email"]))
    assert taken(client)[0].attributes == {"plan": "pro"}
    assert metrics(client)[0].attributes == {"plan": "pro"}


@pytest.mark.parametrize(
    ("report", "left"),
    [(True, {"a": 1, "b": 2}), (False, {}), ([], {}), (["b"], {"b": 2}), ({"x"}, {})],
)
def test_attributes_can_be_chosen(report: Any, left: dict[str, int]) -> None:
    assert reported({"a": 1, "b": 2}, report_attributes=report) == left


def test_fault_38_ten_thousand_attributes_are_cut_to_a_bound() -> None:
    found = reported({f"a{i}": "x" * 1000 for i in range(10_000)})
    assert len(found) == MAX_ATTRIBUTES
    assert {len(value) for value in found.values()} == {256}


def test_fault_39_objects_of_a_caller_s_own_are_not_touched() -> None:
    class Hostile:
        def __getattribute__(self, name: str) -> Any:
            raise SystemExit(name)

    class Text(str):
        __slots__ = ()

        def __getitem__(self, at: Any) -> Any:
            raise SystemExit

    assert reported({"a": Hostile(), "b": Text("x"), "c": 1}) == {"c": 1}


def test_a_lone_surrogate_can_be_sent() -> None:
    found = reported({"a": "x\ud800", "n\udfff": 1})
    assert found == {"a": "x\ud800", "n\udfff": 1}
    client = make({})
    client.track("\ud800", {"key": "u\ud800", "a": "\ud800"})
    batch = Batch("b", (), (), metrics(client), Losses(), 0, 0)
    body = zlib.decompress(encode(batch, Identity("a", "i"), 0), 31)
    assert json.loads(body)["metrics"][0]["unit"] == "u?"


def test_a_policy_names_pointers_and_names_alike() -> None:
    assert Policy(True, ["/a~1b"]).reported({"a/b": 1, "c": 2}) == {"c": 2}


# --- bounds -----------------------------------------------------------------------------------


def exposures(**bounds: int) -> Exposures:
    return Exposures(Policy(True, ()), lambda: 0.0, lambda: None, **bounds)


def test_what_finds_no_room_is_counted_as_lost() -> None:
    client = make({"a": flag()})
    client._exposures._max = 10
    for i in range(25):
        client.boolean("a", {"key": f"u{i}"})
        client.track("seen", {"key": f"u{i}"})
    assert len(taken(client)) == 10
    assert client._exposures.lost_exposures.take() == 15
    assert client._exposures.lost_metrics.take() == 15
    assert client._exposures.lost_exposures.take() == 0


def test_units_are_forgotten_before_memory_grows() -> None:
    client = make({"a": flag()})
    client._exposures._max_units = 100
    for i in range(1_000):
        client.boolean("a", {"key": f"u{i}"})
        assert len(client._serving.tables.boolean["a"]({}, None, None).seen) <= 101
    assert len({e.unit for e in taken(client)}) == 1_000


def test_fault_36_an_enormous_key_is_not_kept() -> None:
    client = make({"a": flag()})
    assert client.boolean("a", {"key": "x" * 1_000_000}) is True
    assert taken(client) == []


def test_a_queue_that_fills_rings_for_the_reporter() -> None:
    client = make({"a": flag()})
    bell = client._exposures.bell = Bell()
    client._exposures._half = 5
    for i in range(4):
        client.boolean("a", {"key": f"u{i}"})
    assert not bell.wait(0)
    client.boolean("a", {"key": "u5"})
    assert bell.wait(0)


# --- track ------------------------------------------------------------------------------------


def test_a_metric_event_is_kept() -> None:
    client = make({})
    client.track("checkout", {"key": "u1", "plan": "pro"}, 12.5)
    client.track("seen", Context("acme", kind="organization"))
    client.track("flag", {"key": "u1"}, True)
    found = [(m.event, m.kind, m.unit, m.value, m.attributes)
             for m in metrics(client)]  # fmt: skip
    assert found == [
        ("checkout", "user", "u1", 12.5, {"plan": "pro"}),
        ("seen", "organization", "acme", None, {}),
        ("flag", "user", "u1", 1, {}),
    ]


@pytest.mark.parametrize(
    ("event", "context", "value"),
    [
        ("", {"key": "u1"}, None),
        (None, {"key": "u1"}, None),
        ("x", None, None),
        ("x", {"country": "NL"}, None),
        ("x", 7, None),
        ("x", {"kind": "", "key": "u1"}, None),
        ("x", {"key": "u1"}, "12"),
        ("x", {"key": "u1"}, float("nan")),
        ("x", {"key": "u1"}, 2**80),
    ],
)
def test_a_metric_event_that_makes_no_sense_is_lost_and_told(
    event: Any, context: Any, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = make({})
    client.track(event, context, value)
    assert metrics(client) == []
    assert client._exposures.lost_metrics.take() == 1
    assert "a metric event is lost" in caplog.text
