"""The settings: keys, programs, policies, what is kept of people, the webhook, who may do what."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.e2e.dashboard import assets
from tests.e2e.dashboard.acting import report
from tests.e2e.dashboard.conftest import Opened, populate
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.processes import Dev, dev

import yardarm

SETTINGS = "/ui/projects/demo/settings"
HOSTILE = '<img src=x onerror=alert(1)>" \u05d0\u05d1\u05d2'
THEIRS = "*:production.6f1e2d3c4b5a69788796a5b4"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """A server that may send webhooks to this machine."""
    assets.build()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YARDARM_WEBHOOK_ALLOW", "127.0.0.0/8")
        with dev(tmp_path_factory.mktemp("settings"), "--no-shop") as running:
            populate(running)
            yield running


def status(server: Dev, key: str) -> int:
    """What a program that asks with a key is answered."""
    request = urllib.request.Request(
        f"{server.url}/sdk/v1/snapshot", headers={"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def row(page: Page, table: str, words: str) -> Locator:
    """The row of a table with these words."""
    return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=words)


def test_keys_of_ones_own_and_of_a_vendor(opened: Opened, server: Dev) -> None:
    page = opened(f"{SETTINGS}/environments")
    production = page.get_by_role("region", name="Production")
    production.get_by_role("button", name="New key for production").click()
    dialog = page.get_by_role("dialog", name="New key for production")
    dialog.get_by_role("textbox", name="What it is for").fill(HOSTILE)
    dialog.get_by_role("button", name="Make the key").click()
    once = page.get_by_role("dialog", name="The new key")
    expect(once).to_contain_text("This is shown once")
    ours = once.get_by_role("textbox").input_value()
    assert status(server, ours) == 200
    once.get_by_role("button", name="I have kept it").click()

    # By keyboard: the key that programs hold already.
    assert status(server, THEIRS) == 401
    production.get_by_role("button", name="Take over a vendor’s key").press("Enter")
    alias = page.get_by_role("dialog", name="Take over a vendor’s key for production")
    key = alias.get_by_role("textbox", name="The key, word for word")
    expect(key).to_be_focused()
    vendor = alias.get_by_role("combobox", name="Whose key")
    vendor.press("Enter")
    page.keyboard.type("U")
    page.get_by_role("option", name="Unleash").click()
    key.fill("too-short")
    key.press("Enter")
    page.watch.expect("422")
    expect(alias.get_by_role("alert")).to_contain_text("16 to 512 visible ASCII characters")
    clean(page, "settings-alias")
    key.fill(THEIRS)
    alias.get_by_role("textbox", name="What it is for").fill("old shop")
    page.keyboard.press("Enter")
    expect(alias).to_have_count(0)
    taken = row(page, "SDK keys of production", "old shop")
    expect(taken).to_contain_text("Unleash")
    expect(page.get_by_text(THEIRS)).to_have_count(0)
    assert status(server, THEIRS) == 200
    clean(page, "settings-environments")
    inert(page)

    taken.get_by_role("button", name="Revoke").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(taken).to_have_count(0)
    production.get_by_role("button", name="Show 1 revoked key").click()
    expect(taken).to_contain_text("revoked")
    assert status(server, THEIRS) == 401
    assert status(server, ours) == 200


def test_programs_come_and_go_while_one_looks(opened: Opened, server: Dev) -> None:
    page = opened(f"{SETTINGS}/programs", width=900)
    expect(page.get_by_role("region", name="Programs of staging")).to_contain_text(
        "No program is connected"
    )
    report(server, "kiosk", "0.0.9")
    name = "Programs of production"
    key = server.ready["server_key"]
    with yardarm.Client(server.url, key, application=HOSTILE) as client:
        client.wait_ready(10)
        ours = row(page, name, HOSTILE)
        expect(ours).to_contain_text("stream")
        expect(ours).to_contain_text("every flag")
        client.boolean("new-checkout", {"key": "p1"}, fallback=False)
        kiosk = row(page, name, "kiosk")
        kiosk.locator("summary").press("Enter")
        expect(kiosk.get_by_text("banner lacks")).to_be_visible()
        clean(page, "settings-programs")
        inert(page)
    expect(ours).to_contain_text("it only reports")


def test_policies_by_form_and_as_json(opened: Opened, server: Dev) -> None:
    page = opened(f"{SETTINGS}/policies")
    budgets = page.get_by_role("region", name="Budgets")
    budgets.get_by_role("button", name="Set one here").press("Enter")
    share = budgets.get_by_role("textbox", name="One change moves at most share")
    share.fill("25")
    budgets.get_by_role("button", name="Save").press("Enter")
    expect(budgets).to_contain_text("set here")
    path = "/projects/demo/policies"
    assert [each["policy"] for each in server.rest("GET", path)["items"]] == [{"max_share": 0.25}]

    freezes = page.get_by_role("region", name="Freezes")
    freezes.get_by_role("button", name="Set one here").click()
    freezes.get_by_role("button", name="Add a weekly time").click()
    expect(freezes.get_by_role("checkbox", name="fri")).to_be_checked()
    clean(page, "settings-policies")
    freezes.get_by_role("button", name="Discard").click()

    page.get_by_role("combobox", name="Policies of").click()
    page.get_by_role("option", name="production").click()
    expect(budgets).to_contain_text("the project’s holds here")
    budgets.get_by_role("button", name="Set one here").click()
    budgets.get_by_text("JSON", exact=True).click()
    typed = budgets.get_by_role("textbox")
    typed.fill('{"max_share": 2}')
    page.watch.expect("422")
    budgets.get_by_role("button", name="Save").click()
    expect(budgets.get_by_role("alert")).to_contain_text("max_share")
    typed.fill('{"max_contexts": 10}')
    budgets.get_by_role("button", name="Save").click()
    expect(budgets).to_contain_text("set here")

    page.get_by_role("combobox", name="Policies of").click()
    page.get_by_role("option", name="the project").click()
    expect(budgets).to_contain_text("In its place, environments have their own: production")
    budgets.get_by_role("link", name="production").press("Enter")
    for _ in range(2):
        budgets.get_by_role("button", name="Remove").click()
        sure = page.get_by_role("dialog")
        sure.get_by_role("button", name="Remove").click()
        expect(sure).to_have_count(0)
        page.get_by_role("combobox", name="Policies of").click()
        page.get_by_role("option", name="the project").click()
    expect(budgets).to_contain_text("not set")
    assert server.rest("GET", path)["items"] == []


def test_what_is_kept_of_people(opened: Opened, server: Dev) -> None:
    page = opened(f"{SETTINGS}/population")
    expect(page.get_by_role("heading", name="1,000 contexts are known")).to_be_visible()
    never = page.get_by_role("combobox", name="Attributes never to keep")
    never.fill("email")
    page.keyboard.press("Enter")
    clean(page, "settings-population")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    path = "/projects/demo/environments/production/population/policy"
    assert server.rest("GET", path)["drop"] == ["email"]


class Hook(BaseHTTPRequestHandler):
    """Takes what the webhook sends."""

    heard: list[dict[str, Any]] = []  # noqa: RUF012 - what the one receiver of this module heard

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_a_webhook_from_none_to_none(opened: Opened) -> None:
    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        page = opened(f"{SETTINGS}/webhook")
        hook = page.get_by_role("region", name="Webhook")
        expect(hook.get_by_role("heading", name="No webhook is set")).to_be_visible()
        clean(page, "settings-no-webhook")
        address = hook.get_by_role("textbox", name="Address")
        page.watch.expect("422")
        address.fill("http://169.254.169.254/hook")
        page.keyboard.press("Enter")
        expect(hook).to_contain_text("169.254.169.254")
        address.fill(f"http://127.0.0.1:{receiver.server_port}/hook")
        hook.get_by_role("checkbox", name="plans").click()
        hook.get_by_role("button", name="Set the webhook").click()
        secret = page.get_by_role("dialog", name="Its secret")
        assert secret.get_by_role("textbox").input_value().startswith("yw_")
        secret.get_by_role("button", name="I have kept it").click()
        hook.get_by_role("button", name="Send a test").press("Enter")
        expect(hook.get_by_role("status")).to_have_text("Delivered: the receiver answered 200")
        assert [each["event"] for each in Hook.heard] == ["test"]
        expect(row(page, "Last deliveries", "test")).to_contain_text("answered 200")
        clean(page, "settings-webhook")
        hook.get_by_role("button", name="Remove").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(hook.get_by_role("heading", name="No webhook is set")).to_be_visible()
    finally:
        receiver.shutdown()
        receiver.server_close()


def test_an_actor_a_token_and_where_it_is_signed_in(opened: Opened, server: Dev) -> None:
    page = opened(f"{SETTINGS}/people")
    actors = page.get_by_role("region", name="Actors")
    actors.get_by_role("textbox", name="Name of a new actor").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(row(page, "Actors", HOSTILE)).to_contain_text("developer")

    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token")
    dialog.get_by_role("combobox", name="Actor").click()
    page.get_by_role("option", name=HOSTILE).click()
    dialog.get_by_role("textbox", name="What it is for").fill("laptop")
    dialog.get_by_role("button", name="Make the token").click()
    given = page.get_by_role("dialog", name="The new token of")
    token = given.get_by_role("textbox").input_value()
    given.get_by_role("button", name="I have kept it").click()
    expect(row(page, "Tokens", "laptop")).to_contain_text("edit in demo")

    other = opened("/ui/projects/demo/flags", token=token)
    expect(other.get_by_role("grid", name="Flags")).to_contain_text("Banner")
    page.reload()
    there = row(page, "Signed in", "laptop")
    expect(there).to_contain_text("127.0.0.1")
    expect(row(page, "Signed in", "this session")).to_contain_text("developer")
    clean(page, "settings-people")
    inert(page)

    # Who is no administrator sees and ends only what is their own.
    other.get_by_role("link", name="Settings").click()
    other.get_by_role("link", name="People").click()
    own = other.get_by_role("table", name="Where you are signed in").get_by_role("row")
    expect(own).to_have_count(2)
    clean(other, "settings-people-own")

    other.watch.expect("401")
    there.get_by_role("button", name="Sign out").press("Enter")
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text(HOSTILE)
    sure.get_by_role("button", name="Sign out").click()
    expect(there).to_have_count(0)
    other.get_by_role("link", name="Programs").click()  # whatever is asked for next
    expect(other.get_by_role("dialog", name="Sign in again")).to_be_visible()
    last = server.rest("GET", "/audit")["items"][0]
    assert (last["action"], last["details"]["actor"]) == ("session.ended", HOSTILE)


@pytest.mark.parametrize("tab", ["environments", "programs", "people"])
def test_on_a_phone(opened: Opened, tab: str) -> None:
    page = opened(f"{SETTINGS}/{tab}", width=390)
    expect(page.get_by_role("table").first).to_be_visible()
    clean(page, f"settings-{tab}-phone")
    inert(page)
