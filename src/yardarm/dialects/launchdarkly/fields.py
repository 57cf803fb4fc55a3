"""Fields of LaunchDarkly's JSON, with the types that its server SDKs ask for.

A field of a wrong type makes the SDK refuse the whole document. Here it raises `Malformed`, which
costs one flag or segment; a field that is only missing is read as empty, as the SDKs in Go do, and
noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from ...core.model import AMBIENT_KIND, DEFAULT_KIND, Json
from ...core.reading import kind_name
from ..base import Loss, LossKind

T = TypeVar("T")
_TYPES: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "an integer",
    list: "a list",
    dict: "an object",
}


class Malformed(Exception):
    """A flag or segment that cannot be read. `pointer` is within the document."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(pointer, message)
        self.pointer = pointer
        self.message = message


NOTHING: dict[str, Json] = {}
"""No metadata. One for all, because a document has many; never written to."""


@dataclass(slots=True)
class Notes:
    """What was lost while one flag (or segment: `flag` None) is read."""

    flag: str | None
    losses: list[Loss] = field(default_factory=list)

    def add(
        self, pointer: str, message: str, effect: str = "", kind: LossKind = "malformed"
    ) -> None:
        """Note a loss."""
        self.losses.append(Loss(pointer, message, effect, self.flag, kind))


def optional(data: dict[str, Json], name: str, kind: type[T], at: str) -> T | None:
    """The field, None where it is absent or null. Raises `Malformed` for another type."""
    value = data.get(name)
    if value is None or type(value) is kind:
        return value
    if isinstance(value, kind):  # a boolean where an integer is asked for, as Python takes it
        return kind(value)  # type: ignore[call-arg]
    raise Malformed(f"{at}/{name}", f"expected {_TYPES[kind]}, found {kind_name(value)}")


def required(data: dict[str, Json], name: str, kind: type[T], at: str) -> T:
    """The field. Raises `Malformed` where it is missing or of another type."""
    value = optional(data, name, kind, at)
    if value is None:
        raise Malformed(f"{at}/{name}", "missing")
    return value


def kind_of(given: str | None) -> str:
    """The context kind that a field names: `user` where it is absent or empty.

    Some names mean something else here, and no context of LaunchDarkly has such a kind; a mark
    that its kinds cannot have keeps it so.
    """
    if given in _NO_KINDS:
        return f"{given}?"
    return given or DEFAULT_KIND


_NO_KINDS = ("multi", "kind", AMBIENT_KIND)


def number(data: dict[str, Json], name: str, at: str, notes: Notes) -> int:
    """An integer that the SDK asks for; one that is missing is read as 0, and noted."""
    value = optional(data, name, int, at)
    if value is not None:
        return value
    notes.add(
        f"{at}/{name}",
        "missing; LaunchDarkly's SDK for Python refuses the document",
        "read as 0, as its SDK for Go does",
    )
    return 0


def own_key(key: str, raw: dict[str, Json], at: str) -> str:
    """What the flag or segment that stands under `key` calls itself.

    The SDK looks for it under `key`, and goes by its own one in hashes and in search of cycles.
    """
    own = optional(raw, "key", str, at)
    return key if own is None else own


def flagged(data: dict[str, Json], name: str, at: str) -> bool:
    """A boolean field, False where it is absent."""
    return optional(data, name, bool, at) is True


def objects(data: dict[str, Json], name: str, at: str) -> Sequence[dict[str, Json]]:
    """A list of objects, empty where it is absent."""
    values: Sequence[Json] | None = data.get(name)
    if values is None:
        return ()
    if type(values) is not list:
        values = optional(data, name, list, at) or ()
    for value in values:
        if type(value) is not dict and not isinstance(value, dict):
            _refuse(values, value, dict, f"{at}/{name}")
    return values


def texts(data: dict[str, Json], name: str, at: str) -> Sequence[str]:
    """A list of texts, empty where it is absent."""
    values: Sequence[Json] | None = data.get(name)
    if values is None:
        return ()
    if type(values) is not list:
        values = optional(data, name, list, at) or ()
    for value in values:
        if type(value) is not str and not isinstance(value, str):
            _refuse(values, value, str, f"{at}/{name}")
    return values


def _refuse(values: Sequence[Json], value: Json, kind: type, at: str) -> NoReturn:
    index = next(index for index, other in enumerate(values) if other is value)
    raise Malformed(f"{at}/{index}", f"expected {_TYPES[kind]}, found {kind_name(value)}")


def listed(data: dict[str, Json], name: str, at: str, notes: Notes) -> None:
    """Note that a list which the SDK asks for is missing, and is read as empty."""
    if data.get(name) is None:
        notes.add(
            f"{at}/{name}",
            "missing; LaunchDarkly's SDK for Python refuses the document",
            "read as an empty list, as its other SDKs do",
        )
