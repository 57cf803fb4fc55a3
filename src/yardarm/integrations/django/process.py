"""The process's client, by the setting: made when a flag is first asked for, once."""

from __future__ import annotations

from typing import Any

from ...sdk.client import Client
from ...sdk.current import CURRENT, offer_client, set_client
from .configuration import NAME, client_maker, read_setting

_OURS: list[Client] = []
"""The one that the setting made, if it did."""


def offer() -> None:
    """Have the client made by the setting when it is first asked for.

    What is wrong with the setting is told by the system checks, and by the log.
    """
    offer_client(_make)


def settings_changed(*, setting: str, **_: Any) -> None:
    """A test has another setting: the client of the one before is closed."""
    if setting != NAME:
        return
    for client in _OURS:
        if CURRENT.client is client:
            set_client(None)
        client.close()
    _OURS.clear()
    offer()


def _make() -> Client | None:
    make = client_maker(read_setting())
    if make is None:
        return None
    client = make()
    _OURS.append(client)
    return client
