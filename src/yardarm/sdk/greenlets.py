"""gevent: it may replace threads and sockets, early, late or in part.

Where it has replaced both, a thread of ours is a greenlet, which waits together with all others. A
thread that was started before that is a real one, and goes on with real sockets: gevent's belong to
a loop. Asked is `gevent.monkey`, if the program has loaded it.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_real_threads: set[int] = set()


def threads_are_greenlets() -> bool:
    """Whether a thread that is started now will be a greenlet."""
    return _is_replaced("_thread", "start_new_thread")


def greenlets_would_block() -> bool:
    """Whether a thread of ours would keep all greenlets waiting for the network."""
    return threads_are_greenlets() and not _is_replaced("socket", "socket")


def start_thread(work: Callable[[], object], name: str) -> None:
    """Start a daemon thread. Raises `RuntimeError` when none can be had.

    From a real thread of ours it is a real one: gevent would make it a greenlet of this thread, to
    which this thread never switches.
    """
    if threads_are_greenlets() and in_real_thread():
        original(_thread, "start_new_thread")(work, ())
    else:
        threading.Thread(target=work, name=name, daemon=True).start()


def begin_soon(work: Callable[[], object]) -> None:
    """Have a greenlet do this, in its turn."""
    _gevent().spawn(work)


def this_greenlet() -> Any:
    """The greenlet that runs."""
    return _gevent().getcurrent()


def end_greenlet(greenlet: Any) -> None:
    """Raise `greenlet_end()` in it, in its turn. Unlike threads, greenlets come along in a fork."""
    _gevent().kill(greenlet)


def greenlet_end() -> type[BaseException]:
    """What is raised in a greenlet that has to end."""
    kind: type[BaseException] = _gevent().GreenletExit
    return kind


@contextmanager
def real_thread() -> Iterator[None]:
    """Within, this thread is known as a real one of ours."""
    ident = _identity()
    _real_threads.add(ident)
    try:
        yield
    finally:
        _real_threads.discard(ident)


def in_real_thread() -> bool:
    """Whether this is a real thread of ours."""
    return _identity() in _real_threads


def _identity() -> int:
    ident: int = original(_thread, "get_ident")()
    return ident


def original(module: ModuleType, name: str) -> Any:
    """What a module has of this name, or had before gevent replaced it."""
    monkey = _monkey()
    if monkey is None:
        return getattr(module, name)
    return monkey.get_original(module.__name__, name)


def _is_replaced(module: str, name: str) -> bool:
    monkey = _monkey()
    return monkey is not None and bool(monkey.is_object_patched(module, name))


def _gevent() -> Any:
    return sys.modules["gevent"]


def _monkey() -> Any:
    return sys.modules.get("gevent.monkey")
