"""The stream that says what happens in a project, from a real server."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from tests.e2e.processes import dev

pytestmark = pytest.mark.e2e


def test_a_change_is_announced_while_it_is_watched(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server:
        request = urllib.request.Request(
            f"{server.url}/api/v1/projects/demo/events",
            headers={"Authorization": f"Bearer {server.ready['admin_token']}"},
        )
        with urllib.request.urlopen(request, timeout=30) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            assert stream.readline() == b"retry: 2000\n"
            server.yardarm("flags", "enable", "new-checkout")
            lines = iter(stream.readline, b"")
            kind = next(line for line in lines if line.startswith(b"event:"))
            data = json.loads(next(lines).removeprefix(b"data: "))
        assert kind == b"event: change\n"
        assert data["environment"] == "production"
        assert data["version"] > 0
