"""The process's client: the one that decorators use when they are given none."""

from __future__ import annotations

from ..errors import OptionError
from .evaluating import Evaluating
from .log import Log

LOG = Log("flags in code")


class Current:
    """Holds it. One object, so that a decorator reads one attribute."""

    __slots__ = ("client", "told")

    def __init__(self) -> None:
        self.client: Evaluating | None = None
        self.told = False
        """Whether the log says already that there is none."""


CURRENT = Current()


def set_client(client: Evaluating | None) -> None:
    """Make this client the process's; None takes it away again. Closing it stays the caller's.

    Decorators and generated flags follow it, whenever they were defined. Without a client they
    answer their fallbacks and say so once in the log. Raises `OptionError` for what is no client.
    """
    if client is not None and not isinstance(client, Evaluating):
        raise OptionError(f"set_client takes a Client or an AsyncClient, not {client!r:.100}")
    CURRENT.client = client
    CURRENT.told = False


def get_client() -> Evaluating:
    """The process's client. Raises `OptionError` when there is none."""
    if CURRENT.client is None:
        raise OptionError("there is no client: call yardarm.set_client(client) at the start")
    return CURRENT.client


def find_client() -> Evaluating | None:
    """The process's client, or None; that a flag falls back for want of it is told once."""
    if CURRENT.client is None and not CURRENT.told:
        CURRENT.told = True
        LOG.warning(
            "no client", "flags in code answer their fallbacks: call yardarm.set_client(client)"
        )
    return CURRENT.client
