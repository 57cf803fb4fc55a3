"""The process's client: the one that decorators use when they are given none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from ..errors import OptionError
from .evaluating import Evaluating
from .log import Log

LOG = Log("flags in code")


class Current:
    """Holds it. One object, so that a decorator reads one attribute."""

    __slots__ = ("client", "is_making", "making", "offered", "told")

    def __init__(self) -> None:
        self.client: Evaluating | None = None
        self.offered: Callable[[], Evaluating | None] | None = None
        """What makes one when it is first asked for."""
        self.making = threading.RLock()
        self.is_making = False
        self.told = False
        """Whether the log says already that there is none."""

    def after_fork(self) -> None:
        """Another thread of the parent may have been making a client."""
        self.making = threading.RLock()
        self.is_making = False


CURRENT = Current()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=CURRENT.after_fork)


def set_client(client: Evaluating | None) -> None:
    """Make this client the process's; None takes it away again. Closing it stays the caller's.

    Decorators and generated flags follow it, whenever they were defined. Without a client they
    answer their fallbacks and say so once in the log. Raises `OptionError` for what is no client.
    """
    if client is not None and not isinstance(client, Evaluating):
        raise OptionError(f"set_client takes a Client or an AsyncClient, not {client!r:.100}")
    CURRENT.client = client
    _tell_again()


def offer_client(make: Callable[[], Evaluating | None] | None) -> None:
    """Have the process's client made by this when it is first asked for, unless one is set.

    For frameworks, whose processes often start without asking for any flag. It is called once;
    when it raises, the log says so and there is no client.
    """
    CURRENT.offered = make
    _tell_again()


def get_client() -> Evaluating:
    """The process's client. Raises `OptionError` when there is none."""
    client = CURRENT.client or _take_offer()
    if client is None:
        raise OptionError("there is no client: call yardarm.set_client(client) at the start")
    return client


def find_client() -> Evaluating | None:
    """The process's client, or None; that a flag falls back for want of it is told once."""
    if CURRENT.client is None and _take_offer() is None and not CURRENT.told:
        CURRENT.told = True
        LOG.warning(
            "no client", "flags in code answer their fallbacks: call yardarm.set_client(client)"
        )
    return CURRENT.client


def _tell_again() -> None:
    CURRENT.told = False
    LOG.settled("no client")


def _take_offer() -> Evaluating | None:
    if CURRENT.offered is not None:
        with CURRENT.making:
            _make()
    return CURRENT.client


def _make() -> None:
    make = CURRENT.offered  # none when another thread was faster
    if make is None or CURRENT.client is not None or CURRENT.is_making:
        return
    CURRENT.is_making = True  # what makes it may ask for flags, and gets its fallbacks
    try:
        CURRENT.client = make()
    except Exception as error:  # the application goes on without flags
        LOG.error("offered", f"there is no client: {type(error).__name__}: {error}")
    finally:
        CURRENT.is_making = False
        CURRENT.offered = None
