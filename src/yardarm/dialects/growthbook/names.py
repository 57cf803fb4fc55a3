"""GrowthBook's attributes under our names, and keys for what has none that we can use."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ...core.javascript.inherited import LIST_METHODS, MEMBERS
from ...core.keys import check_key
from ...core.reading import escape

KEY = "key"
"""Our name for the attribute that names the unit."""


class Attributes:
    """From GrowthBook's attribute names to ours and back.

    `unit` is GrowthBook's name for what is our `key`; an attribute that GrowthBook calls `key`
    takes the free name in return, so that nothing is lost.
    """

    def __init__(self, unit: str = "id") -> None:
        self.unit = unit

    def ours(self, name: str) -> str:
        """Our name of an attribute, which the SDK looks up as it stands (no path)."""
        swapped = self._swapped(name)
        return f"/{escape(swapped)}" if swapped[:1] in ("/", "") else swapped

    def path(self, path: str) -> tuple[str, str]:
        """Our name for a dotted path, and the rest of the path that a pointer cannot follow.

        Pointers lead into objects only, and find what these have of their own; from the first
        step that an array could take too, or any object, the rest is left to an operator.
        """
        first, *more = path.split(".")
        if not more:
            return self.ours(first), ""
        for at, name in enumerate(more):
            if name.isdigit() or name in _BEYOND_POINTERS:
                return self._pointer([first, *more[:at]]), ".".join(more[at:])
        return self._pointer([first, *more]), ""

    def _pointer(self, names: list[str]) -> str:
        if len(names) == 1:
            return self.ours(names[0])
        return "/" + "/".join(map(escape, [self._swapped(names[0]), *names[1:]]))

    def theirs(self, attribute: str) -> str | None:
        """GrowthBook's dotted path for an attribute of ours; None where it has none."""
        if not attribute.startswith("/"):
            names = [attribute]
        else:
            names = [t.replace("~1", "/").replace("~0", "~") for t in attribute[1:].split("/")]
        if any("." in name for name in names):
            return None
        return ".".join([self._swapped(names[0]), *names[1:]])

    def plain(self, attribute: str) -> str | None:
        """GrowthBook's name for an attribute by which units are placed; None where it has none."""
        if not attribute.startswith("/"):
            return self._swapped(attribute)
        names = attribute[1:].split("/")
        if len(names) > 1:
            return None
        return self._swapped(names[0].replace("~1", "/").replace("~0", "~"))

    def context(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """A user's attributes under our names."""
        if self.unit not in attributes and KEY not in attributes:
            return dict(attributes)
        return {self._swapped(name): value for name, value in attributes.items()}

    def _swapped(self, name: str) -> str:
        if name == self.unit:
            return KEY
        return self.unit if name == KEY else name


_BEYOND_POINTERS = frozenset({"length", *MEMBERS, *LIST_METHODS})
"""What a path finds in arrays and objects that a pointer does not."""

_COMMON = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,100}")
_RESERVED = frozenset({"constructor", "prototype"})


def is_key(text: str) -> bool:
    """Whether a text may be a key: at once for what looks like most keys."""
    if _COMMON.fullmatch(text) and text not in _RESERVED:
        return True
    return not check_key(text, "")


def usable_key(wanted: Any, spare: str, taken: Collection[str]) -> str:
    """`wanted` where it is a key and still free, else `spare`, numbered where it is taken."""
    if isinstance(wanted, str) and wanted not in taken and is_key(wanted):
        return wanted
    key, number = spare, 2
    while key in taken:
        key, number = f"{spare}-{number}", number + 1
    return key
