"""The Django example in a real browser, beside a server that changes while it runs, and without."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.e2e.dashboard import assets
from tests.e2e.processes import ROOT, Dev, dev, run_yardarm, started, wait_for

pytestmark = [pytest.mark.e2e]
SECRET = "the secret of the harbour master 0123456789"
APP = [sys.executable, str(ROOT / "examples" / "django_app" / "app.py"), "--port", "0"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=assets.chromium(), args=FLAGS)
        yield launched
        launched.close()


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def serving(folder: Path, environ: dict[str, str]) -> Any:
    ready = folder / "app.json"
    command = [*APP, "--ready-file", str(ready)]
    environ = {**environ, "BERTHS_SECRET": SECRET}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return started(command, ready, env=environ, cwd=folder, **quiet)


def second(page: Page) -> str | None:
    return page.locator("li").nth(1).text_content()


def shows(page: Page, text: str) -> bool:
    page.reload()
    return text in page.locator("body").inner_text()


def test_it_follows_flags_while_it_runs(server: Dev, browser: Browser, tmp_path: Path) -> None:
    order = ("--type", "string", "--variant", "name=name", "--variant", "room=room")
    server.yardarm("flags", "create", "berth-order", *order)
    for key in ("berth-reservations", "berth-prices", "berth-map"):
        server.yardarm("flags", "create", key)
    greeting = ("--type", "string", "--variant", "plain=Good day", "--variant", "dutch=Goedendag")
    server.yardarm("flags", "create", "berth-greeting", *greeting, "--client-visible")
    with serving(tmp_path, server.environment()) as (_, ready):
        visitor, ann = browser.new_page(), browser.new_page()
        visitor.goto(ready["url"])
        expect(visitor.get_by_text("Call the harbour master")).to_be_visible()
        expect(visitor.locator("#greeting")).to_have_text("Good day")
        assert second(visitor) == "Old basin: 4"
        assert visitor.goto(f"{ready['url']}/map").status == 404  # type: ignore[union-attr]
        visitor.goto(f"{ready['url']}/prices")  # leads back
        expect(visitor.get_by_role("heading")).to_have_text("Berths")
        key = cookie(visitor)

        # One browser sees it before anybody else.
        ann.goto(override_link(ready["url"]))
        expect(ann.get_by_role("heading")).to_have_text("Prices")
        assert ann.url == f"{ready['url']}/prices"

        # Then one skipper, then everybody, while it runs.
        rule = ("--add-rule", "key = ann -> on", "--default", "off")
        server.yardarm("flags", "set", "berth-reservations", *rule)
        server.yardarm("flags", "enable", "berth-reservations")
        ann.goto(f"{ready['url']}/as/ann")
        wait_for(lambda: shows(ann, "Reserve a berth"), "ann's reservations")
        ann.get_by_role("link", name="Reserve a berth").click()
        expect(ann.locator("body")).to_have_text("Your berth is reserved")
        assert not shows(visitor, "Reserve a berth")
        for changed, default in (("berth-order", "room"), ("berth-greeting", "dutch")):
            server.yardarm("flags", "set", changed, "--default", default)
            server.yardarm("flags", "enable", changed)
        wait_for(lambda: shows(visitor, "Goedendag"), "the browser's own flag")
        assert second(visitor) == "Sea lock: 7"
        assert cookie(visitor) == key


def cookie(page: Page) -> str:
    found = {one["name"]: one["value"] for one in page.context.cookies()}
    return found["yardarm_visitor"]


def override_link(url: str) -> str:
    done = run_yardarm(
        "override-link", "berth-prices=on", "--for", "berths", "--by", "ann",
        "--to", f"{url}/prices", "--parameter", "try",
        environment={**os.environ, "YARDARM_OVERRIDE_SECRET": SECRET},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_a_server_it_works_by_its_fallbacks(tmp_path: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if "YARDARM" not in name}
    with serving(tmp_path, alone) as (_, ready), httpx.Client(base_url=ready["url"]) as visitor:
        assert "Call the harbour master" in visitor.get("/").text
        assert visitor.get("/reserve").text == "Call the harbour master"
        assert visitor.get("/map").status_code == 404
