"""Server-sent events: bytes in, events out. Pure.

The rules (WHATWG HTML, "Server-sent events"), whatever way the bytes were split:

- a line ends with CR LF, LF or CR; one BOM at the very start is skipped
- an empty line ends an event; an event without data is none
- a line that begins with a colon is a comment; unknown fields are ignored
- `data` lines are joined by LF; `id` stays until another one comes; `retry` is a number of ms

What is not ended when the stream breaks off is dropped. An event may have `max_event_bytes`; a
longer one raises `EventTooLong`, and the connection is of no more use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class EventTooLong(ValueError):
    """The other side sends an event larger than any we could want."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `data` is its lines joined by LF, as bytes; `id` the last id seen."""

    type: str
    data: bytes
    id: str = ""


class Parser:
    """Reads one connection's events. Make a new one for the next connection."""

    __slots__ = (
        "_after_cr", "_data", "_first", "_id", "_pieces", "_size", "_type", "max_event_bytes",
        "retry_ms",
    )  # fmt: skip

    retry_ms: int | None
    """What the server last asked to wait before connecting again."""

    def __init__(self, max_event_bytes: int = 64 * 1024 * 1024) -> None:
        self.max_event_bytes = max_event_bytes
        self.retry_ms = None
        self._pieces: list[bytes] = []  # of a line that has not ended
        self._size = 0  # of the event so far, the unended line included
        self._after_cr = False
        self._first = True
        self._type = ""
        self._data: list[bytes] = []
        self._id = ""

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that end within this chunk."""
        found: list[Event] = []
        if not chunk:
            return found
        at = 1 if self._after_cr and chunk[0] == 10 else 0  # LF of a CR LF that was split
        self._after_cr = chunk[-1] == 13
        for end in _LINE_END.finditer(chunk, at):
            self._keep(chunk[at : end.start()])
            at = end.end()
            event = self._line(b"".join(self._pieces))
            self._pieces.clear()
            if event is not None:
                found.append(event)
        self._keep(chunk[at:])
        return found

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self.max_event_bytes:
            raise EventTooLong(f"an event of more than {self.max_event_bytes} bytes")
        if piece:
            self._pieces.append(piece)

    def _line(self, line: bytes) -> Event | None:
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if not line:
            return self._end()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        else:
            self._size -= len(line)  # only data adds up, or comments would fill any bound
            self._field(name, value)
        return None

    def _field(self, name: bytes, value: bytes) -> None:
        if name == b"event":
            self._type = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) < 10:
            self.retry_ms = int(value)

    def _end(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._type, self._size = [], "", 0
        return Event(kind or "message", b"\n".join(data), self._id) if data else None
