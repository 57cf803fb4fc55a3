"""What a person does on the page of a flag, and what a program is served because of it."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.conftest import PEOPLE
from tests.e2e.processes import Dev

import yardarm


def made(server: Dev, key: str, **fields: Any) -> str:
    """A boolean flag that serves `off` to everybody in every environment; gives its address."""
    body = {"key": key, "enabled": True, "default": "off", **fields}
    server.rest("POST", "/projects/demo/flags", body, If_Match="*")
    return f"/ui/projects/demo/flags/{key}"


def rule(name: str, country: str, serve: Any = "on") -> dict[str, Any]:
    """Those of a country."""
    when = {"attribute": "country", "op": "in", "values": [country]}
    return {"name": name, "when": when, "serve": serve}


def served(server: Dev, flag: str) -> Counter[object]:
    """What a program is served for each of the people, by value."""
    key = server.ready["server_key"]
    with yardarm.Client(server.url, key, report=False, observe=False) as client:
        client.wait_ready(10)
        return Counter(client.boolean(flag, person, fallback=False) for person in PEOPLE)


def report(server: Dev, application: str, version: str) -> None:
    """What a program with an SDK of that version sends after it has evaluated something."""
    batch: dict[str, Any] = {
        "format": 1,
        "batch": str(uuid4()),
        "sdk": {"name": "yardarm-python", "version": version},
        "application": application,
    }
    request = urllib.request.Request(
        f"{server.url}/sdk/v1/events",
        json.dumps(batch).encode(),
        {"Authorization": f"Bearer {server.ready['server_key']}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 202


class FlagPage:
    """The page of a flag, with production being edited."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.production = page.get_by_role("region", name="production", exact=True)
        self.foot = page.get_by_role("region", name="Who moves")

    def edit(self) -> FlagPage:
        """Begin, or go on with the draft that this device keeps."""
        self.production.get_by_role("button", name="Edit", exact=True).click()
        return self

    def card(self, name: str) -> Locator:
        """The card of a rule."""
        return self.production.get_by_role("group", name=name, exact=True)

    def cards(self) -> list[str]:
        """The names of the rules, in their order."""
        return self.production.get_by_role("heading", level=3).all_inner_texts()

    def open(self, name: str) -> Locator:
        """The card of a rule, opened."""
        self.production.get_by_role("button", name=f"Edit {name}").click()
        return self.card(name)

    def counts(self, words: str) -> None:
        """Wait until the foot says who moves."""
        expect(self.foot.get_by_role("status")).to_contain_text(words)

    def save(self) -> None:
        """By the mouse."""
        self.foot.get_by_role("button", name="Save to production").click()

    def request(self) -> None:
        """Ask for approval, where the budget needs it."""
        self.foot.get_by_role("button", name="Request approval").click()

    def told(self, words: str) -> Locator:
        """The notification that says so."""
        return self.page.get_by_role("alert").filter(has_text=words)
