"""Which connected SDKs could not evaluate a change, from what they report and what they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.core.test_since import DOCUMENT

from yardarm.core.since import features
from yardarm.sdk.version import VERSION
from yardarm.server.delivery.polls import LATELY, Polls
from yardarm.server.previews.sdks import Program, connected, judge, unable
from yardarm.server.store.reporters import ReporterRow

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = "yardarm-python"


@dataclass
class Stream:
    protocol: str
    agent: str
    streams: int = 1
    application: str = ""
    current: int = 0
    seconds: float = 60.0


def reporter(application: str, sdk: str, version: str) -> ReporterRow:
    return ReporterRow(application, sdk, version, 0, AT)


def told(reporters: list[ReporterRow], streams: list[Stream]) -> list[tuple[Any, ...]]:
    found = unable(DOCUMENT, ["nav"], reporters, streams, AT)
    return [
        (e["application"], e["sdk"], e["version"], e["streams"], e["verdict"], e["lacks"])
        for e in found
    ]


def test_an_older_sdk_and_an_unknown_one_are_told_of() -> None:
    reporters = [
        reporter("web", OURS, VERSION),
        reporter("kiosk", OURS, "0.0.9"),
        reporter("worker", "yardarm-go", "3.1.0"),
        reporter("curl", "ofrep", ""),
    ]
    lacks = {"nav": sorted(features(DOCUMENT, "nav"))}
    assert told(reporters, []) == [
        ("kiosk", OURS, "0.0.9", 0, "older", lacks),
        ("worker", "yardarm-go", "3.1.0", 0, "unknown", {}),
    ]


def test_who_follows_without_reporting_is_known_by_its_stream() -> None:
    streams = [
        Stream("native", f"{OURS}/{VERSION}", 180),
        Stream("native", f"{OURS}/0.0.9", 2),
        Stream("native", "curl/8.5.0", 1),
        Stream("ofrep", "node", 30),
    ]
    lacks = {"nav": sorted(features(DOCUMENT, "nav"))}
    assert told([], streams) == [
        ("", "curl", "8.5.0", 1, "unknown", {}),
        ("", OURS, "0.0.9", 2, "older", lacks),
    ]
    # Those that report are named by their application, once.
    assert told([reporter("kiosk", OURS, "0.0.9")], streams[:2]) == [
        ("kiosk", OURS, "0.0.9", 2, "older", lacks)
    ]
    both = [reporter("kiosk", OURS, "0.0.9"), reporter("till", OURS, "0.0.9")]
    assert [each[0] for each in told(both, streams[:2])] == ["kiosk", "till"]


def test_nobody_is_told_of_where_nothing_is_touched() -> None:
    assert unable(DOCUMENT, [], [reporter("kiosk", OURS, "0.0.9")], [], AT) == []


def followed(
    reporters: list[ReporterRow], streams: list[Stream], polls: Polls | None = None
) -> dict[str, Program]:
    asked = [] if polls is None else polls.lately("shop", "production")
    return {one.application: one for one in connected(reporters, streams, asked, AT)}


def test_what_a_program_reports_and_follows_is_told_together() -> None:
    streams = [
        Stream("native", f"{OURS}/{VERSION}", 3, "web", current=2, seconds=30),
        Stream("native", f"{OURS}/{VERSION} (again)", 1, "web", current=1, seconds=90),
        Stream("native", f"{OURS}/0.0.9", 4, current=4),
    ]
    reporters = [
        reporter("web", OURS, VERSION),
        reporter("kiosk", OURS, "0.0.9"),
        reporter("curl", "ofrep", ""),
        reporter("nightly", OURS, VERSION),
    ]
    found = followed(reporters, streams)
    assert sorted(found) == ["curl", "kiosk", "nightly", "web"]
    web, kiosk = found["web"], found["kiosk"]
    assert (web.follows, web.streams, web.current) == ("stream", 4, 3)
    assert web.since == AT - timedelta(seconds=90)
    assert (kiosk.follows, kiosk.streams, kiosk.last_at) == ("stream", 4, AT)
    assert (found["curl"].follows, found["nightly"].follows) == ("asks", "reports")
    judge(DOCUMENT, found.values())
    assert {name: one.verdict for name, one in found.items()} == {
        "web": "able", "nightly": "able", "curl": "able", "kiosk": "older",
    }  # fmt: skip
    assert kiosk.lacks["nav"] == sorted(features(DOCUMENT, "nav"))
    assert kiosk.lacking == len(kiosk.lacks)


def test_streams_without_a_name_are_nobodys_where_two_programs_could_be_meant() -> None:
    two = [reporter("kiosk", OURS, "0.0.9"), reporter("till", OURS, "0.0.9")]
    found = followed(two, [Stream("native", f"{OURS}/0.0.9", 4)])
    assert {name: one.streams for name, one in found.items()} == {"": 4, "kiosk": 0, "till": 0}


def test_who_asks_again_and_again_polls() -> None:
    now = 1000.0
    polls = Polls(lambda: now)

    def ask(application: str) -> None:
        polls.note("shop", "production", f"{OURS}/{VERSION}", application)

    ask("batch")
    ask("web")
    assert followed([], [], polls) == {}  # everybody asks once, before a stream
    now += 30
    ask("batch")
    polls.note("shop", "staging", f"{OURS}/{VERSION}", "web")
    [batch] = followed([], [], polls).values()
    assert (batch.application, batch.follows) == ("batch", "poll")
    assert (batch.since, batch.last_at) == (AT - timedelta(seconds=30), AT)
    now += LATELY + 1
    assert followed([], [], polls) == {}
    ask("batch")
    assert followed([], [], polls) == {}  # begins anew


def test_the_memory_of_who_polls_is_bounded() -> None:
    polls = Polls(lambda: 0.0)
    for times in range(2):
        for number in range(times * 10_000, 10_050):
            polls.note("shop", "production", "agent", f"program {number:05}")
            polls.note("shop", "production", "agent", f"program {number:05}")
    assert len(polls.lately("shop", "production")) == 10_000
