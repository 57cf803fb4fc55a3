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


def test_a_change_reaches_whoever_is_connected() -> None:
    with live_server() as live:
        assert connections(live).json()["streams"] == 0
        with (
            yardarm.Client(live.url, live.keys["server"]) as client,
            live.stream(**{"User-Agent": "kiosk/0.0.9 (old)"}),
        ):
            client.wait_ready(10)
            until(lambda: connections(live).json()["streams"] == 2)
            live.submit(CreateFlag({"key": "nav"}))
            until(lambda: connections(live).json()["current"] == 2)
            found = connections(live).json()
            assert found["version"] == live.version()
            assert [(sdk["sdk"], sdk["version"], sdk["current"]) for sdk in found["sdks"]] == [
                ("kiosk", "0.0.9", 1),
                ("yardarm-python", VERSION, 1),
            ]
        until(lambda: connections(live).json()["streams"] == 0)
        assert connections(live, PATH.replace(ENVIRONMENT, "absent")).status_code == 404
        assert httpx.get(live.url + PATH).status_code == 401
