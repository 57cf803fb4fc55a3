"""The FastAPI example, beside a server that changes while it runs, and without one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.e2e.processes import ROOT, Dev, dev, run_yardarm, started, wait_for

pytestmark = [pytest.mark.e2e]
SECRET = "the secret of the tide tables 0123456789"
APP = [sys.executable, str(ROOT / "examples" / "fastapi_app" / "app.py"), "--port", "0"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


def serving(folder: Path, environ: dict[str, str]) -> Any:
    ready = folder / "app.json"
    command = [*APP, "--ready-file", str(ready)]
    environ = {**environ, "TIDES_SECRET": SECRET}
    return started(command, ready, env=environ, cwd=folder, stdout=subprocess.DEVNULL)


def test_it_follows_flags_while_it_runs(server: Dev, tmp_path: Path) -> None:
    server.yardarm("flags", "create", "tidal-streams")
    server.yardarm(
        "flags", "create", "tide-order", "--type", "string",
        "--variant", "name=name", "--variant", "range=range",
    )  # fmt: skip
    with (
        serving(tmp_path, server.environment()) as (_, ready),
        httpx.Client(base_url=ready["url"], timeout=10) as visitor,
    ):
        names = [port for port, _ in visitor.get("/tides").json()]
        assert names == ["Delfzijl", "Den Helder", "Harlingen"]
        assert visitor.get("/streams").status_code == 404
        assert visitor.get("/v0/tidal-streams").json() == {"active": False, "known": True}
        key = visitor.cookies["yardarm_visitor"]

        # One browser sees it before anybody else.
        link = override_link(ready["url"])
        with httpx.Client(timeout=10, follow_redirects=True) as tester:
            first = tester.get(link)
            assert (first.status_code, str(first.url)) == (200, f"{ready['url']}/streams")
            assert first.headers["cache-control"] == "private, no-store"
            assert tester.get(f"{ready['url']}/streams").status_code == 200
            assert visitor.get("/streams").status_code == 404
            assert "signed override by ann" in visitor.get("/flags").text
            assert tester.get(f"{ready['url']}/streams?try=off").status_code == 404

        # Then one boat, then everybody, while it runs.
        rule = ("--add-rule", "key = flora -> on", "--default", "off")
        server.yardarm("flags", "set", "tidal-streams", *rule)
        server.yardarm("flags", "enable", "tidal-streams")
        flora = {"Boat": "flora"}
        wait_for(lambda: visitor.get("/streams", headers=flora).is_success, "flora's streams")
        assert visitor.get("/streams").status_code == 404
        server.yardarm("flags", "set", "tide-order", "--default", "range")
        server.yardarm("flags", "enable", "tide-order")
        wait_for(
            lambda: (
                visitor.get("/tides").json()[0][0] == "Delfzijl"
                and visitor.get("/tides").json()[1][0] == "Harlingen"
            ),
            "the greatest tides first",
        )
        assert visitor.cookies["yardarm_visitor"] == key


def override_link(url: str) -> str:
    done = run_yardarm(
        "override-link", "tidal-streams=on", "--for", "tides", "--by", "ann",
        "--to", f"{url}/streams", "--parameter", "try",
        environment={**os.environ, "YARDARM_OVERRIDE_SECRET": SECRET},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_a_server_it_works_by_its_fallbacks(tmp_path: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if "YARDARM" not in name}
    with serving(tmp_path, alone) as (_, ready), httpx.Client(base_url=ready["url"]) as visitor:
        assert visitor.get("/tides").json()[0] == ["Delfzijl", 3.0]
        assert visitor.get("/streams").status_code == 404
