"""Forks and the end of the program: what every running driver must be told.

Drivers are known weakly. In a forked child each one starts its threads again, without any code of
the application. At the end of the program all are asked to send what is left, and together they
get two seconds: a server that hangs must not keep a program from ending.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from contextlib import suppress
from typing import Any

from . import Driver
from .thread import deadline

EXIT_SECONDS = 2.0

_drivers: dict[int, weakref.ref[Driver]] = {}
_registered: list[bool] = []


def watch(driver: Driver) -> None:
    """Tell the driver of forks and of the end, as long as it lives."""
    at = id(driver)
    _drivers[at] = weakref.ref(driver, lambda _: _drivers.pop(at, None))
    if not _registered:
        _registered.append(True)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_in_child)
        atexit.register(_at_exit)


def _alive() -> list[Driver]:
    # Copied in one step: the garbage collector may take a driver off at any moment.
    return [driver for one in list(_drivers.values()) if (driver := one()) is not None]


def _in_child() -> None:
    for driver in _alive():
        driver.after_fork()
    # A child of multiprocessing ends by os._exit, which calls nothing that atexit knows; it has a
    # list of its own, and begins it anew after the fork.
    util: Any = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(watch, lambda _: util.Finalize(None, _at_exit, exitpriority=100))


def _at_exit() -> None:
    left = deadline(EXIT_SECONDS)
    drivers = _alive()
    with suppress(Exception):  # at the end nobody is left to read about it
        for driver in drivers:
            driver.finish()
        for driver in drivers:
            driver.join(left())
