"""One step of many states at once: a set of states is an integer with a bit for each.

Bit-parallel simulation after G. Navarro and M. Raffinot, "Compact DFA Representation for Fast
Regular Expression Search" (2001), without their bound on the word size: Python's integers have
none.
"""

from __future__ import annotations

MEMO = 4_096
"""Most entries that one `Follow` remembers."""
_NEAREST = 8
_MANY = 16


class Follow(dict[int, int]):
    """What can come after a set of active states, while one set of conditions is true.

    Steps that many states have in common (written-out repeats have few, such as "the next one") are
    taken by shifting the whole set. The rest is looked up byte by byte: keys are
    `byte index << 8 | byte`, values the union of what follows those eight states. Entries appear
    when first asked for, and all go when there are many.
    """

    def __init__(self, after: list[int]) -> None:
        self._steps = _common_steps(after)
        for step, movers in self._steps:
            after = [bits & ~((movers >> i & 1) << i + step) for i, bits in enumerate(after)]
        self._after = after
        self._others = sum(1 << i for i, bits in enumerate(after) if bits)
        self._bytes = len(after) + 7 >> 3

    def of(self, active: int) -> int:
        """All that can come next after any of the `active` states."""
        reached = 0
        for step, movers in self._steps:
            reached |= (active & movers) << step
        for index, byte in enumerate((active & self._others).to_bytes(self._bytes, "little")):
            if byte:
                reached |= self[index << 8 | byte]
        return reached

    def __missing__(self, key: int) -> int:
        first = key >> 8 << 3
        reached = 0
        for offset in range(8):
            if key >> offset & 1:
                reached |= self._after[first + offset]
        if len(self) >= MEMO:
            self.clear()
        self[key] = reached
        return reached


def _common_steps(after: list[int]) -> list[tuple[int, int]]:
    """Distances to a near successor that many states share, each with the set of those states."""
    movers: dict[int, int] = {}
    for state, successors in enumerate(after):
        ahead = successors >> state + 1
        for _ in range(_NEAREST):
            nearest = ahead & -ahead
            if not nearest:
                break
            step = nearest.bit_length()
            movers[step] = movers.get(step, 0) | 1 << state
            ahead ^= nearest
    return [(step, states) for step, states in movers.items() if states.bit_count() >= _MANY]
