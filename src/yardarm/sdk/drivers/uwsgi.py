"""uWSGI: it forks its workers without telling Python, and may run no threads.

So no thread of ours runs before that fork: a lock that one holds at that moment, Python's own
included, would be held in the child for ever. Asked is the module `uwsgi`, which exists in uWSGI's
own processes only.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

_forked = False


def threads_can_run() -> bool:
    """False in a uWSGI without `enable-threads`: a thread would start and never run."""
    return bool(getattr(_uwsgi(), "has_threads", True))


def will_fork() -> bool:
    """Whether this is the process that uWSGI will make its workers of."""
    uwsgi = _uwsgi()
    if uwsgi is None or _forked:
        return False
    roles = ("worker_id", "mule_id", "i_am_the_spooler")  # the app may be loaded after the fork
    return not any(getattr(uwsgi, role)() for role in roles if hasattr(uwsgi, role))


def tell_of_forks(in_child: Callable[[], None]) -> None:
    """Have a function called in each worker, before what is called there already.

    Without a master process the first worker is the process that loaded the application.
    """
    uwsgi = _uwsgi()
    if uwsgi is None:
        return
    hook, spooler = getattr(uwsgi, "post_fork_hook", None), getattr(uwsgi, "spooler", None)
    # There is one hook, and uWSGI's decorators take it, and the spooler's, when they are imported:
    # that is done first. Without a master process they cannot be.
    with suppress(Exception):
        importlib.import_module("uwsgidecorators")
        uwsgi.spooler = spooler or uwsgi.spooler
    others: set[Any] = {hook, getattr(uwsgi, "post_fork_hook", None)} - {None}

    def forked() -> None:
        global _forked
        _forked = True
        in_child()
        for other in others:
            other()

    uwsgi.post_fork_hook = forked


def _uwsgi() -> Any:
    return sys.modules.get("uwsgi")
