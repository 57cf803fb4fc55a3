"""Flags in the page: what a browser may see, in one element that nothing can end."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.native_server import flag

import yardarm
from yardarm import Client, context_for, page_flags
from yardarm.sdk import current
from yardarm.sdk.scope import SCOPE, Scope
from yardarm.sdk.web.page import LOG

SEEN = {"client_visible": True}


class _Reader(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def flags_of(client: Client | None, context: Any = None) -> dict[str, Any]:
    reader = _Reader(page_flags(context, client=client))
    assert reader.tags == ["script"]
    return {one["key"]: one for one in json.loads(reader.text)["flags"]}


def text_flag(value: str) -> dict[str, Any]:
    return {"type": "string", "enabled": True, "default": "a", **SEEN,
            "variants": [{"key": "a", "value": value}]}  # fmt: skip


def test_only_what_a_browser_may_see_is_in_it() -> None:
    key = {"attribute": "key", "op": "equals", "values": ["ann"]}
    flags = {
        "shown": flag(False, rules=[{"id": "ann", "when": key, "serve": "on"}], **SEEN),
        "hidden": flag(True),
        "fallback": {**flag(True), "enabled": False, "off": None, **SEEN},
        "archived": flag(True, archived_at="2026-01-01T00:00:00Z", **SEEN),
    }
    with Client.from_document({"flags": flags}) as client:
        found = flags_of(client, {"key": "ann"})
        assert flags_of(client, {"key": "bob"})["shown"]["value"] is False
    assert found == {
        "shown": {"key": "shown", "value": True, "reason": "TARGETING_MATCH", "variant": "on",
                  "metadata": {}},
        "fallback": {"key": "fallback", "reason": "DISABLED", "variant": None, "metadata": {}},
    }  # fmt: skip


@given(st.text())
def test_no_value_ends_the_element(value: str) -> None:
    for text in (value, f"</script><script>{value}", f"<!--{value}", f"\u2028{value}\u2029&lt;"):
        with Client.from_document({"flags": {"a": text_flag(text)}}) as client:
            html = page_flags(client=client)
            assert flags_of(client)["a"]["value"] == text
        assert html.isascii()
        assert html.count("<") == 2


def test_it_counts_and_exposes_nobody() -> None:
    with Client.from_document({"flags": {"a": flag(True, **SEEN)}}) as client:
        flags_of(client, {"key": "ann"})
        counts, _ = client._serving.counting.take()
        assert [(one.flag, one.count) for one in counts] == [("a", 1)]
        assert not client._exposures.waiting()


def test_a_signed_override_counts() -> None:
    with Client.from_document({"flags": {"a": flag(False, **SEEN)}}) as client:
        token = SCOPE.set(Scope({"a": True}, "qa"))
        try:
            assert flags_of(client)["a"]["value"] is True
        finally:
            SCOPE.reset(token)


def test_without_a_client_or_a_context_it_is_empty(caplog: pytest.LogCaptureFixture) -> None:
    class User:
        pass

    @context_for(User)
    def of_user(user: User) -> dict[str, Any]:
        raise LookupError("the database is gone")

    yardarm.set_client(None)
    current.LOG.settled("no client")
    LOG.settled("context")
    assert flags_of(None) == {}
    assert "call yardarm.set_client" in caplog.text
    with Client.from_document({"flags": {"a": flag(True, **SEEN)}}) as client:
        assert flags_of(client, User()) == {}
    assert "no flags for the page: ExtractionError" in caplog.text


def test_it_is_html_for_templates() -> None:
    html = page_flags(client=Client.from_document({"flags": {}}), element='x" onload="')
    assert html.__html__() == html
    assert html == '<script type="application/json" id="xonload">{"flags": []}</script>'
