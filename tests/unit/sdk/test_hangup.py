"""Reload on SIGHUP."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from tests.native_server import KEY, NativeServer, flag, until

from yardarm import Client, OptionError, reload_on_hangup

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no SIGHUP here")


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


def test_a_client_that_polls_seldom_fetches_at_once() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGHUP, lambda number, frame: heard.append(number))
    with (
        NativeServer({"a": flag(False)}) as server,
        Client(server.url, KEY, streaming=False, poll_seconds=3600, report=False) as client,
    ):
        assert client.wait_ready(10)
        server.publish({"a": flag(True)})
        stop = reload_on_hangup(client)
        os.kill(os.getpid(), signal.SIGHUP)
        until(lambda: client.boolean("a"))
        assert heard == [signal.SIGHUP]
        stop()
        server.publish({"a": flag(False)})
        os.kill(os.getpid(), signal.SIGHUP)
        until(lambda: len(heard) == 2)
        assert client.boolean("a") is True


def test_a_client_that_nobody_holds_is_forgotten() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    reload_on_hangup(Client.from_document({"flags": {}}))
    os.kill(os.getpid(), signal.SIGHUP)


def test_only_the_main_thread_may_ask() -> None:
    raised: list[str] = []

    def ask() -> None:
        try:
            reload_on_hangup(Client.from_document({"flags": {}}))
        except OptionError as error:
            raised.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(10)
    assert raised == ["reload_on_hangup is called from the main thread"]
