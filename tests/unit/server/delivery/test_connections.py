"""REST: which SDKs follow an environment, and how many of them have what was saved last."""

from __future__ import annotations

from typing import Any

import httpx
from tests.live_server import ENVIRONMENT, PROJECT, Live, live_server
from tests.native_server import until

import yardarm
from yardarm.sdk.version import VERSION
from yardarm.server.changes.commands import CreateFlag

PATH = f"/api/v1/projects/{PROJECT}/environments/{ENVIRONMENT}/connections"


def connections(live: Live, path: str = PATH) -> Any:
    headers = {"Authorization": f"Bearer {live.token}"}
    return httpx.get(live.url + path, headers=headers)


def programs(live: Live) -> Any:
    return connections(live, PATH.replace("connections", "programs")).json()["items"]


def test_who_polls_is_told_of_too_unless_it_reports_nothing() -> None:
    with live_server() as live:
        polls = {"streaming": False, "poll_seconds": 1}
        key = live.keys["server"]
        with (
            yardarm.Client(live.url, key, application="nightly", **polls),
            yardarm.Client(live.url, key, application="silent", report=False, **polls),
        ):
            until(lambda: len([one for one in programs(live) if one["follows"] == "poll"]) == 2)
            found = {one["application"]: one["follows"] for one in programs(live)}
            assert found == {"nightly": "poll", "": "poll"}
        absent = PATH.replace(ENVIRONMENT, "absent").replace("connections", "programs")
        assert connections(live, absent).status_code == 404


def test_a_change_reaches_whoever_is_connected() -> None:
    with live_server() as live:
        assert connections(live).json()["streams"] == 0
        with (
            yardarm.Client(live.url, live.keys["server"], application="café") as client,
            live.stream(**{"User-Agent": "kiosk/0.0.9 (old)"}),
        ):
            client.wait_ready(10)
            until(lambda: connections(live).json()["streams"] == 2)
            live.submit(CreateFlag({"key": "nav"}))
            until(lambda: connections(live).json()["current"] == 2)
            found = connections(live).json()
            [ours] = [one for one in programs(live) if one["application"] == "café"]
            assert (ours["sdk"], ours["version"]) == ("yardarm-python", VERSION)
            assert (ours["follows"], ours["streams"], ours["verdict"]) == ("stream", 1, "able")
            assert ours["since"] is not None
            assert found["version"] == live.version()
            assert [(sdk["sdk"], sdk["version"], sdk["current"]) for sdk in found["sdks"]] == [
                ("kiosk", "0.0.9", 1),
                ("yardarm-python", VERSION, 1),
            ]
        until(lambda: connections(live).json()["streams"] == 0)
        assert connections(live, PATH.replace(ENVIRONMENT, "absent")).status_code == 404
        assert httpx.get(live.url + PATH).status_code == 401
