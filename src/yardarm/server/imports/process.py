"""The process that reads what strangers wrote: one job, in bounded memory, then it ends.

Time is bounded by whoever waits for it, who ends the process.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from yardarm.errors import DocumentError, OptionError, Problem

from ..working.process import Cancelled, Message, control, until_closed
from .reading import Reading, read
from .verifying import Verifying, verified

MAX_MEMORY = 2 * 1024**3
"""Bytes that the process may hold."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """It is no document of that vendor, or the vendor's SDK does not take it: each problem."""

    problems: tuple[Problem, ...]


def main(connection: Connection, most_memory: int = MAX_MEMORY) -> None:
    """Work until the other end of the pipe is closed."""
    _bound(most_memory)
    logging.disable()  # vendors' SDKs log what they are asked about
    with until_closed(connection):
        while True:
            what, job, work = connection.recv()
            if what == "work":
                connection.send(_answer(connection, job, work))


def _answer(connection: Connection, job: int, work: Reading | Verifying) -> Message:
    heard = control(connection, job)
    try:
        done: Any = read(work, heard) if isinstance(work, Reading) else verified(work, heard)
        return "done", job, done
    except Cancelled:
        return "cancelled", job, None
    except DocumentError as error:
        return "done", job, Refusal(tuple(error.problems[:100]))
    except OptionError as error:
        return "done", job, Refusal((Problem("", str(error)),))
    except MemoryError:
        return "failed", job, "it takes more memory than an import may; import it in parts"
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a document makes of the code that reads it
        # Not what it says: that may be a piece of the document, or of a key.
        return "failed", job, f"it cannot be read: {type(error).__name__}"


def _bound(most_memory: int) -> None:
    """Let the process fail rather than take all there is. Address space is not counted, data is."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_memory, most_memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
