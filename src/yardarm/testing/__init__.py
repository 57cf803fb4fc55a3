"""Flags in tests: overridden, recorded, and run through in every state that matters.

>>> from yardarm.testing import override
>>> with override({"new-checkout": True, "search-engine": "meaning"}):
...     assert buy() == "bought in one step"

What is said here holds for every client of the process, whenever and wherever it was made, and so
for threads and tasks; programs that a test starts find it in their environment. The pytest plugin
comes with the package (fixture `flags`, markers, `--flags-report`); `FlagsMixin` is for unittest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .holding import Holding, override, serving, without_flags
    from .pairwise import combinations
    from .recording import Evaluated, Exposure, Recording, record
    from .unit import FlagsMixin

__all__ = [
    "Evaluated",
    "Exposure",
    "FlagsMixin",
    "Holding",
    "Recording",
    "combinations",
    "override",
    "record",
    "serving",
    "without_flags",
]

_HOMES = {
    "Evaluated": ".recording",
    "Exposure": ".recording",
    "FlagsMixin": ".unit",
    "Holding": ".holding",
    "Recording": ".recording",
    "combinations": ".pairwise",
    "override": ".holding",
    "record": ".recording",
    "serving": ".holding",
    "without_flags": ".holding",
}


def __getattr__(name: str) -> Any:
    """Each name is loaded when somebody asks: pytest loads the plugin for every project."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(home, __name__), name)
    return found
