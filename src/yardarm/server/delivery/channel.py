"""One environment's events in one rendering: the last versions, each encoded once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ...core.snapshot import Patch
from ..web.sse import deflate_block

RING_VERSIONS = 200
"""How many versions a reader may be behind and still get just the patches."""

RING_BYTES = 8 << 20
"""How many bytes those patches may have together."""

LARGEST_EVENT = 256 << 10
"""A longer event is not sent: readers are told to fetch the snapshot, which they can share."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a protocol says things. Each function is called once per version, not per connection.

    `event` says what a patch changed (given its bytes too), `reset` that the reader must fetch
    everything anew, `heartbeat` that nothing happened. With `cumulative`, readers need every event
    between theirs and the newest; without, the newest stands for all before it.
    """

    name: str
    event: Callable[[Patch, bytes], bytes]
    reset: Callable[[str, int], bytes]
    heartbeat: Callable[[int], bytes]
    cumulative: bool = True


class Block:
    """Bytes to send, compressed when the first reader wants them so."""

    __slots__ = ("_packed", "plain", "version")

    def __init__(self, version: int, plain: bytes) -> None:
        self.version = version
        self.plain = plain
        self._packed = b""

    @property
    def packed(self) -> bytes:
        """The bytes as an independent deflate block."""
        if not self._packed:
            self._packed = deflate_block(self.plain)
        return self._packed


class Ring:
    """The newest events of one environment, gapless up to `head`."""

    def __init__(self, rendering: Rendering, epoch: str, version: int) -> None:
        self.rendering = rendering
        self.epoch = epoch
        self.head = version
        self._floor = version
        self._blocks: deque[Block] = deque()
        self._size = 0
        self._joined: dict[tuple[int, bool], bytes] = {}
        self._beat = Block(-1, b"")
        self._reset = Block(-1, b"")

    def append(self, patch: Patch, encoded: bytes) -> None:
        """The next version. One that does not continue the last begins anew (see `restart`)."""
        if patch.epoch != self.epoch or patch.version != self.head + 1:
            self.restart(patch.epoch, patch.version)
            return
        self._joined.clear()
        block = Block(patch.version, self.rendering.event(patch, encoded))
        self.head = patch.version
        if not self.rendering.cumulative:
            self._drop_all()
        elif len(block.plain) > LARGEST_EVENT:
            self.restart(patch.epoch, patch.version)
            return
        self._blocks.append(block)
        self._size += len(block.plain)
        while len(self._blocks) > RING_VERSIONS or self._size > RING_BYTES:
            dropped = self._blocks.popleft()
            self._size -= len(dropped.plain)
            self._floor = dropped.version

    def restart(self, epoch: str, version: int) -> None:
        """Forget the past: whoever is behind must fetch the snapshot."""
        self._joined.clear()
        self._drop_all()
        self._reset = Block(-1, b"")  # it may name the epoch
        self.epoch, self.head, self._floor = epoch, version, version

    def _drop_all(self) -> None:
        self._blocks.clear()
        self._size = 0

    def reaches(self, epoch: str, version: int) -> bool:
        """Whether a reader at that version can go on from the events that are left."""
        if epoch != self.epoch or version > self.head:
            return False
        return version >= self._floor or not self.rendering.cumulative

    def after(self, version: int, *, packed: bool) -> bytes:
        """Everything that a reader at `version` lacks: the events, or a reset."""
        if version == self.head:
            return b""
        key = (version, packed)
        found = self._joined.get(key)
        if found is None:
            blocks = self._missing(version)
            found = b"".join([block.packed if packed else block.plain for block in blocks])
            self._joined[key] = found
        return found

    def _missing(self, version: int) -> list[Block]:
        if not self.rendering.cumulative:
            return list(self._blocks) or [self.reset()]
        if not self.reaches(self.epoch, version):
            return [self.reset()]
        return [block for block in self._blocks if block.version > version]

    def reset(self) -> Block:
        """Tells a reader to fetch the snapshot of (at least) the newest version."""
        if self._reset.version != self.head:
            self._reset = Block(self.head, self.rendering.reset(self.epoch, self.head))
        return self._reset

    def heartbeat(self) -> Block:
        """Says that this is still the newest version."""
        if self._beat.version != self.head:
            self._beat = Block(self.head, self.rendering.heartbeat(self.head))
        return self._beat
