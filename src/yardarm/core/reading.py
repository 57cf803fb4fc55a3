"""A cursor over a parsed JSON value that collects problems with their pointers.

Every `take_` method answers something usable even when the value is wrong, and adds a problem; so
one pass over a document finds everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from ..errors import Problem
from .model import Json

T = TypeVar("T")
_NOTHING = object()

MAX_DEPTH = 32
"""How deep conditions may nest."""


def escape(token: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")


def kind_name(value: Any) -> str:
    """What JSON calls this value, for messages."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        (int, "an integer"),
        (float, "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "an object"),
        (type(None), "null"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


class Reader:
    """One value in a document, and where it stands."""

    __slots__ = ("_seen", "pointer", "problems", "strict", "value")

    def __init__(
        self, value: Json, pointer: str, problems: list[Problem], strict: bool = True
    ) -> None:
        self.value = value
        self.pointer = pointer
        self.problems = problems
        self.strict = strict  # not strict: fields that a newer server may send are let pass
        self._seen: set[str] = set()

    def _below(self, token: object, value: Json) -> Reader:
        return Reader(value, f"{self.pointer}/{escape(str(token))}", self.problems, self.strict)

    def problem(self, message: str, hint: str = "") -> None:
        """Note that this value is wrong."""
        self.problems.append(Problem(self.pointer, message, hint))

    def _expect(self, kinds: type | tuple[type, ...], wanted: str) -> bool:
        if isinstance(self.value, kinds) and (kinds is bool or not isinstance(self.value, bool)):
            return True
        self.problem(f"expected {wanted}, found {kind_name(self.value)}")
        return False

    def is_list(self) -> bool:
        """Whether this is a list; a problem if not."""
        return self._expect((list, tuple), "a list")

    # --- objects ------------------------------------------------------------------------------

    def is_object(self) -> bool:
        """Whether this is an object; a problem if not."""
        return self._expect(dict, "an object")

    def at(self, name: str) -> Reader | None:
        """The field's value, or None when it is absent. Remembers that the field is known."""
        self._seen.add(name)
        value = self.value.get(name, _NOTHING)
        if value is _NOTHING:
            return None
        return self._below(name, value)

    def need(self, name: str) -> Reader | None:
        """The field's value; a problem when it is absent."""
        found = self.at(name)
        if found is None:
            self.problem(f"{name!r} is missing", f"add {name!r}")
        return found

    def no_others(self) -> None:
        """Add a problem for each field that nobody asked for."""
        for name in self.value if self.strict else ():
            if name not in self._seen:
                known = ", ".join(sorted(self._seen))
                self.problems.append(
                    Problem(
                        f"{self.pointer}/{escape(str(name))}",
                        "unknown field",
                        f"known here: {known}",
                    )
                )

    def members(self) -> Iterator[tuple[str, Reader]]:
        """Name and value of each member of an object."""
        if self.is_object():
            for name, value in self.value.items():
                yield str(name), self._below(name, value)

    # --- fields with a type -------------------------------------------------------------------

    def take_str(self, name: str, default: str = "") -> str:
        found = self.at(name)
        return found.text(default) if found is not None else default

    def take_bool(self, name: str, default: bool = False) -> bool:
        found = self.at(name)
        return found.boolean(default) if found is not None else default

    def take_int(self, name: str, default: int = 0) -> int:
        found = self.at(name)
        if found is None or not found._expect(int, "an integer"):
            return default
        return int(found.value)

    def take_optional(self, name: str) -> str | None:
        """Text or null."""
        found = self.at(name)
        return None if found is None or found.value is None else found.text()

    def take_choice(self, name: str, choices: Sequence[T], default: T) -> T:
        found = self.at(name)
        if found is None:
            return default
        if found.value not in choices:
            found.problem(f"{found.value!r} is not one of {', '.join(map(str, choices))}")
            return default
        return found.value  # type: ignore[no-any-return]

    def take_list(self, name: str, read: Callable[[Reader], T | None]) -> tuple[T, ...]:
        """Each element of the list through `read`; elements that it answers None for are left."""
        found = self.at(name)
        return found.items(read) if found is not None else ()

    def take_object(self, name: str) -> dict[str, Json]:
        found = self.at(name)
        return dict(found.value) if found is not None and found.is_object() else {}

    # --- this value ---------------------------------------------------------------------------

    def text(self, default: str = "") -> str:
        return str(self.value) if self._expect(str, "text") else default

    def boolean(self, default: bool = False) -> bool:
        return bool(self.value) if self._expect(bool, "true or false") else default

    def integer(self, default: int = 0) -> int:
        return int(self.value) if self._expect(int, "an integer") else default

    def number(self, default: float = 0) -> float:
        return self.value if self._expect((int, float), "a number") else default

    def items(self, read: Callable[[Reader], T | None]) -> tuple[T, ...]:
        if not self.is_list():
            return ()
        readers = (self._below(index, value) for index, value in enumerate(self.value))
        return tuple(item for reader in readers if (item := read(reader)) is not None)


def texts(reader: Reader) -> str | None:
    """For `take_list`: an element that is text."""
    return reader.text() if reader._expect(str, "text") else None
