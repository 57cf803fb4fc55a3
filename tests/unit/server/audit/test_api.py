"""The routes of the audit chain."""

from __future__ import annotations

import pytest
from tests.rest_api import Api, opened

from yardarm.server.audit.model import GENESIS, hash_of

api = pytest.fixture(opened, scope="module")


def test_the_chain_can_be_checked_by_whoever_reads_it(api: Api) -> None:
    for number in range(7):
        api.do("POST", "/actors", {"name": f"actor-{number}"})
    entries, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = api.get("/audit", params={"limit": "3", **more})
        entries += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    numbers = [entry["number"] for entry in entries]
    assert numbers == list(range(len(entries), 0, -1))
    previous = GENESIS
    for entry in reversed(entries):
        payload = {name: value for name, value in entry.items() if name != "hash"}
        assert entry["prev_hash"] == previous
        assert entry["hash"] == hash_of(payload)
        previous = entry["hash"]
    report = api.get("/audit/check")
    assert report == {"length": len(entries), "head": previous, "whole": True, "faults": []}
