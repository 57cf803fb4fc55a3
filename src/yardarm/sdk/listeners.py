"""Callbacks on change. One that raises or never returns hurts nobody but itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from .greenlets import start_thread
from .log import Log

Callback = Callable[[frozenset[str]], object]


class _Listener:
    """One callback and what it has not been told yet.

    It runs on a thread of its own that ends when there is nothing left to tell. While it is busy,
    changes add up, so it is told the latest state of things and never an endless queue.
    """

    def __init__(self, callback: Callback, log: Log) -> None:
        self.callback = callback
        self.journal = log
        self.restart()

    def restart(self) -> None:
        """In a forked child the thread is gone and the lock may be held for ever."""
        self.lock = threading.Lock()
        self.pending: set[str] = set()
        self.running = False

    def tell(self, keys: Iterable[str]) -> None:
        with self.lock:
            self.pending.update(keys)
            if self.running:
                return
            self.running = True
        try:
            start_thread(self._run, "yardarm-listener")
        except RuntimeError:  # no thread to be had: better late for others than never told
            self._run()

    def _run(self) -> None:
        while True:
            with self.lock:
                keys = frozenset(self.pending)
                self.pending.clear()
                if not keys:
                    self.running = False
                    return
            try:
                self.callback(keys)
            except Exception as error:
                name = getattr(self.callback, "__qualname__", type(self.callback).__name__)
                text = f"the listener {name} raised {type(error).__name__}: {error}"
                self.journal.error(f"listener {name}", text)


class Listeners:
    """All callbacks of one client."""

    __slots__ = ("_listeners", "_log")

    def __init__(self, log: Log) -> None:
        self._log = log
        self._listeners: tuple[_Listener, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, callback: Callback) -> Callable[[], None]:
        """Add a callback. Returns a function that takes it off again."""
        listener = _Listener(callback, self._log)
        self._listeners = (*self._listeners, listener)

        def remove() -> None:
            self._listeners = tuple(kept for kept in self._listeners if kept is not listener)

        return remove

    def tell(self, keys: Iterable[str]) -> None:
        """Tell everybody that these flags changed."""
        told = frozenset(keys)
        if told:
            for listener in self._listeners:
                listener.tell(told)

    def restart(self) -> None:
        """After a fork, in the child."""
        for listener in self._listeners:
            listener.restart()
