"""What the programs of these tests share: a client, and taking turns with the test."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from yardarm import Client

PERSON = {"key": "user-1"}


def connect(**options: Any) -> Client:
    """A client of the test's server."""
    url, key = os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"]
    return Client(url, key, **{"report_seconds": 3600, **options})


def variant(client: Client) -> str | None:
    """What the test's flag serves."""
    return client.boolean_detail(os.environ["FLAG"], PERSON).variant


def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def say(word: str) -> None:
    """Tell the test how far the program is."""
    print(word, flush=True)


def pause(word: str) -> None:
    """Tell the test how far the program is, and wait until it has done its part."""
    say(word)
    sys.stdin.readline()
