"""Forks and the end of the program: what every running driver must be told.

Drivers are known weakly. In a forked child each one starts its threads again, without any code of
the application. At the end of the program all are asked to send what is left, and together they
get two seconds: a server that hangs must not keep a program from ending.

Python tells of both by `os.register_at_fork` and `atexit`, but not always: uWSGI forks on its own,
and the children of multiprocessing and of Celery's pool end by `os._exit`.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from contextlib import suppress
from typing import Any

from . import Driver, uwsgi
from .thread import deadline

EXIT_SECONDS = 2.0

_drivers: dict[int, weakref.ref[Driver]] = {}
_process: int | None = None
"""The process whose drivers they are, since the first one is watched."""
_heard: list[Any] = []


def watch(driver: Driver) -> None:
    """Tell the driver of forks and of the end, as long as it lives."""
    global _process
    at = id(driver)
    _drivers[at] = weakref.ref(driver, lambda _: _drivers.pop(at, None))
    if _process is None:
        _process = os.getpid()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_in_child)
        uwsgi.tell_of_forks(_in_child)
        atexit.register(_at_exit)
        _hear_of_the_end()


def _alive() -> list[Driver]:
    # Copied in one step: the garbage collector may take a driver off at any moment.
    return [driver for one in list(_drivers.values()) if (driver := one()) is not None]


def _in_child() -> None:
    global _process
    drivers = _alive()
    if _process == os.getpid():  # told twice, or by a uWSGI that did not fork
        for driver in drivers:
            driver.start()
        return
    _process = os.getpid()
    for driver in drivers:
        driver.after_fork()
    _hear_of_the_end()


def _hear_of_the_end() -> None:
    """Of processes that end without `atexit`, where the module they are made by is loaded."""
    util: Any = sys.modules.get("multiprocessing.util")
    if util is not None and util not in _heard:
        _heard.append(util)
        _at_end_of_child(util)
        # Its children forget this when they begin, and then do what is registered here.
        util.register_after_fork(_at_end_of_child, lambda _: _at_end_of_child(util))
    signals: Any = sys.modules.get("celery.signals")
    if signals is not None:
        signals.worker_process_shutdown.connect(_at_exit, weak=False, dispatch_uid=__name__)


def _at_end_of_child(util: Any) -> None:
    util.Finalize(None, _at_exit, exitpriority=100)


def _at_exit(**_: object) -> None:
    left = deadline(EXIT_SECONDS)
    drivers = _alive()
    with suppress(Exception):  # at the end nobody is left to read about it
        for driver in drivers:
            driver.finish()
        for driver in drivers:
            driver.join(left())
