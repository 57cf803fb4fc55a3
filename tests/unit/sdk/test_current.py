"""The process's client: one that is set, and one that is made when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tests.native_server import flag

from yardarm import Client, get_client, set_client
from yardarm.errors import OptionError
from yardarm.sdk.current import CURRENT, find_client, offer_client


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before, offered = CURRENT.client, CURRENT.offered
    set_client(None)
    yield
    set_client(before)
    offer_client(offered)


def client() -> Client:
    return Client.from_document({"flags": {"x": flag(True)}})


def test_a_client_that_is_offered_is_made_once_by_whoever_asks_first() -> None:
    made: list[Client] = []
    all_there = threading.Barrier(8)

    def make() -> Client:
        made.append(client())
        return made[-1]

    found: list[object] = []

    def ask() -> None:
        all_there.wait()
        found.append(find_client())

    offer_client(make)
    assert made == []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 1
    assert found == made * 8
    assert get_client() is made[0]


def test_a_client_that_is_set_goes_before_an_offer() -> None:
    with client() as own:
        offer_client(client)
        set_client(own)
        assert get_client() is own


def test_what_makes_a_client_may_ask_for_flags() -> None:
    seen: list[object] = []

    def make() -> Client:
        seen.append(find_client())
        return client()

    offer_client(make)
    assert isinstance(find_client(), Client)
    assert seen == [None]


def test_an_offer_that_cannot_be_kept_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    def make() -> Client:
        raise LookupError("no such file")

    offer_client(make)
    assert find_client() is None
    assert "there is no client: LookupError: no such file" in caplog.text
    with pytest.raises(OptionError, match="there is no client"):
        get_client()
