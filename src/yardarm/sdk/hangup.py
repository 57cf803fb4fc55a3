"""Reload on SIGHUP, as long-running programs of Unix do."""

from __future__ import annotations

import signal
import threading
import weakref
from collections.abc import Callable
from types import FrameType

from ..errors import OptionError
from .drivers import Driver
from .evaluating import Evaluating


def reload_on_hangup(client: Evaluating) -> Callable[[], None]:
    """Fetch changes and read files at once whenever the process gets SIGHUP.

    For clients that poll seldom: one that streams, and files, are followed anyhow. It happens on a
    thread of its own; the handler that was there before is called as well. Returns a function that
    puts that one back. Call it from the main thread. Raises `OptionError` from any other one, and
    where the system has no such signal.
    """
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None:
        raise OptionError("this system has no SIGHUP; call client.poll() instead")
    before = signal.getsignal(hangup)
    held = weakref.ref(client._driver)

    def hung_up(number: int, frame: FrameType | None) -> None:
        driver = held()
        if driver is not None:
            _poll(driver)
        if callable(before):
            before(number, frame)

    try:
        signal.signal(hangup, hung_up)
    except ValueError:
        raise OptionError("reload_on_hangup is called from the main thread") from None

    def stop() -> None:
        if signal.getsignal(hangup) is hung_up:
            signal.signal(hangup, before)

    return stop


def _poll(driver: Driver) -> None:
    """Not in the handler itself: it runs between two steps of whatever the program does."""
    try:
        threading.Thread(target=driver.poll, name="yardarm-reload", daemon=True).start()
    except RuntimeError:  # no more threads, or the end: the client's own rhythm goes on
        return
