"""The client: what an application calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from ..errors import OptionError
from .evaluating import Evaluating
from .status import Status


class Client(Evaluating):
    """Feature flags, evaluated in this process.

    >>> client = Client("http://127.0.0.1:8180", "ys_…")
    >>> client.boolean("new-checkout", {"key": "user-1", "country": "NL"}, fallback=False)

    Making one returns at once; flags arrive in the background and change by themselves. Until the
    first ones are here, evaluations answer with the snapshot on disk (`cache_dir`), then with
    `bootstrap`, then with their `fallback`. No evaluation ever raises, waits or locks.

    A `fallback` is a value, or a function without arguments that makes it. Options are described
    by `Options`. Raises `OptionError` when an option, the URL or the key makes no sense; that a
    server cannot be reached, or does not want the key, is logged (`logging`, `yardarm`) and tried
    again. `close` it at the end, or use it in a `with` statement.
    """

    __slots__ = ()

    def wait_ready(self, seconds: float) -> bool:
        """Wait until the server (or file) has answered, at most this long. True when it has.

        There is no need to: evaluations answer at any time. False does not mean that there are no
        flags; they may come from disk or from `bootstrap`, as `status.origin` tells.
        """
        return self._serving.ready.wait(seconds)

    def when_ready(self, callback: Callable[[], object]) -> None:
        """Have a function called once the server (or file) has answered; at once if it has.

        It runs on the client's own thread and must not wait for anything.
        """
        self._serving.when_ready(callback)

    def on_change(self, callback: Callable[[frozenset[str]], object]) -> Callable[[], None]:
        """Have a function called with the keys of the flags that changed. Returns how to stop it.

        It runs on a thread of its own, after the change is in force; changes that come while it
        is busy are told together. It may evaluate, raise or hang without harm to anything else.
        """
        if not callable(callback):
            raise OptionError("on_change takes a function")
        return self._serving.listeners.add(callback)

    def on_status(self, callback: Callable[[Status], object]) -> Callable[[], None]:
        """Have a function called with the status whenever it changed. Returns how to stop it.

        It runs on a thread of its own; of changes that come while it is busy it is told the last.
        """
        if not callable(callback):
            raise OptionError("on_status takes a function")
        return self._serving.watch(callback)

    def poll(self) -> bool:
        """Fetch changes and send reports now, in the calling thread. True when that worked.

        Only for programs in which no thread can run; it waits for the network.
        """
        return self._driver.poll()

    def close(self, seconds: float = 2.0) -> None:
        """Send what is left and stop following. Returns within `seconds`, come what may.

        Evaluations go on with what is served now. Closing twice is no mistake.
        """
        self._finalizer.detach()
        self._driver.finish()
        self._driver.join(seconds)
        self._serving.note(connection="closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
