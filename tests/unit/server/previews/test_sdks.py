"""Which connected SDKs could not evaluate a change, from what they report and what they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.unit.core.test_since import DOCUMENT

from yardarm.core.since import features
from yardarm.sdk.version import VERSION
from yardarm.server.previews.sdks import unable
from yardarm.server.store.reporters import ReporterRow

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = "yardarm-python"


@dataclass
class Stream:
    protocol: str
    agent: str
    streams: int = 1


def reporter(application: str, sdk: str, version: str) -> ReporterRow:
    return ReporterRow(application, sdk, version, 0, AT)


def told(reporters: list[ReporterRow], streams: list[Stream]) -> list[tuple[Any, ...]]:
    found = unable(DOCUMENT, ["nav"], reporters, streams)
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
        ("", OURS, "0.0.9", 2, "older", lacks),
        ("", "curl", "8.5.0", 1, "unknown", {}),
    ]
    # Those that report are named by their application, once.
    assert told([reporter("kiosk", OURS, "0.0.9")], streams[:2]) == [
        ("kiosk", OURS, "0.0.9", 0, "older", lacks)
    ]


def test_nobody_is_told_of_where_nothing_is_touched() -> None:
    assert unable(DOCUMENT, [], [reporter("kiosk", OURS, "0.0.9")], []) == []
