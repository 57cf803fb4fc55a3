"""A real server with people to count, and a real browser for each test of the dashboard.

Browser and server live as long as a module: while Playwright runs, its thread has an event loop,
which the tests of other folders that follow in the same process must not find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.e2e.dashboard import assets
from tests.e2e.dashboard.watching import Watch
from tests.e2e.processes import Dev, dev

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 30
"""How long something may take to show."""

COUNTRIES = ("NL", "NL", "BE", "DE", "FR")
PEOPLE = [
    {"key": f"p{n}", "country": COUNTRIES[n % 5], "orders": n % 20, "plan": ("free", "pro")[n % 2]}
    for n in range(1000)
]
POPULATION = "/projects/demo/environments/{}/population/contexts"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder starts real processes, and the first of it may build the assets."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    program = assets.chromium()
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """`yardarm dev` with its demo, the built dashboard, and 1,000 people in each environment."""
    assets.build()
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        populate(running)
        yield running


def populate(server: Dev) -> None:
    """The people whom a change can move."""
    for environment in ("production", "staging"):
        path = POPULATION.format(environment)
        server.rest("POST", path, [{"context": person} for person in PEOPLE])


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, server: Dev) -> Iterator[Opened]:
    """Opens a page as somebody who is signed in (`token`; "" for nobody) in a browser of their own.

    `.watch` of the page takes what is expected to go wrong. At the end of the test nothing else may
    have gone wrong in any page.
    """
    watches: list[Watch] = []
    contexts = []

    def open_page(
        path: str = "/ui/projects/demo/flags",
        *,
        token: str | None = None,
        theme: Any = "light",
        width: int = 1440,
    ) -> Page:
        context = browser.new_context(
            base_url=server.url,
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(SECONDS * 1000)
        if token != "":
            secret = server.ready["admin_token"] if token is None else token
            done = context.request.post("/api/v1/session", data={"token": secret})
            assert done.ok, done.text()
        page = context.new_page()
        watch = Watch(server.url)
        watch.look_at(page)
        watches.append(watch)
        page.watch = watch  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield open_page
    for watch in watches:
        watch.read()
    for context in contexts:
        context.close()
    for watch in watches:
        watch.check()
