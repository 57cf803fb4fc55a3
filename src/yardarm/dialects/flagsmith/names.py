"""Names for variants that have none."""

from __future__ import annotations

from ...core.keys import check_key

_LONGEST = 40


class Namer:
    """Gives names that are keys and differ from each other."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wish: str, *, off: bool = False) -> str:
        """A name as close to the wish as can be."""
        usable = 0 < len(wish) <= _LONGEST and not check_key(wish, "")
        base = (wish if usable else "value") + ("-off" if off else "")
        found, number = base, 2
        while found in self._taken:
            found, number = f"{base}-{number}", number + 1
        self._taken.add(found)
        return found
