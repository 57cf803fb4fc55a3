"""Drivers bring flags in and reports out; they own the threads, sockets and files.

`thread` runs and stops daemon threads, `processes` knows forks and the end of the program; `wire`,
`proxies` and `http` make requests; `follow` and `report` are what the two threads of `remote` do;
`sourced` and `memory` need no server, `file` reads documents; `disk` keeps the last known good
snapshot.
"""

from __future__ import annotations

from typing import Protocol


class Driver(Protocol):
    """What a client asks of its driver. None of these raises."""

    def start(self) -> None:
        """Begin to work in the background."""

    def poll(self) -> bool:
        """Do one round of work now, in the caller's thread. True when the source was reached."""

    def finish(self) -> None:
        """Begin to end: send what is left, stop. Returns at once."""

    def join(self, seconds: float) -> None:
        """Wait for the end, at most this long."""

    def abandon(self) -> None:
        """Stop; for the garbage collector, so it takes no lock and returns at once."""

    def after_fork(self) -> None:
        """In a forked child: the threads are gone; start anew."""
