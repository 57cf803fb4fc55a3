"""What a reader collects on its way, and how it refuses one flag or target group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ...core.keys import check_key
from ...core.model import Json
from ...core.reading import kind_name
from ...errors import Problem
from ..base import Loss, LossKind
from .attributes import SDK_NAMES

Part: TypeAlias = Literal["excluded", "unbroken", "broken"]
"""Part of a target group: whom it excludes; whom it holds without that the SDK breaks off there;
both whom it excludes and on whom the SDK breaks off."""


class Malformed(Exception):
    """A flag or target group that Harness's SDK could not load."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message


class Notes:
    """The losses found so far. `flag` is the key of the flag that is being read."""

    __slots__ = ("flag", "losses")

    def __init__(self) -> None:
        self.losses: list[Loss] = []
        self.flag: str | None = None

    def add(self, pointer: str, message: str, effect: str, kind: LossKind = "malformed") -> None:
        """Note a loss."""
        self.losses.append(Loss(pointer, message, effect, self.flag, kind))

    def key(self, key: str, pointer: str) -> None:
        """Note what makes a key unfit to be published."""
        for problem in key_problems(key):
            self.add(pointer, problem.message, "it cannot be published under this key", "lost")


def key_problems(key: str) -> list[Problem]:
    """What is wrong with a key; quickly nothing for the usual ones."""
    if len(key) <= 100 and key.isascii() and key.translate(_JOINED).isidentifier():
        return []
    return check_key(key, "")


_JOINED = str.maketrans("-.", "__")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else the document holds: a flag means something only beside the others.

    `cut` holds pairs of target groups of which the second is not asked from within the first,
    because they ask one another in a circle. `parts` collects, by key, which part of which group
    is asked for on its own. `seen` holds variations that were read already, `breakable` which
    groups break off. `held` is for targets whose `attributes` are no object: what they hold
    themselves. The SDK breaks off at every other name.
    """

    flags: Mapping[str, Json]
    groups: Mapping[str, Json]
    cut: frozenset[tuple[str, str]] = frozenset()
    parts: dict[str, tuple[Part, str]] = field(default_factory=dict)
    seen: dict[Any, Any] = field(default_factory=dict)
    breakable: dict[str, bool] = field(default_factory=dict)
    held: frozenset[str] | None = None

    def breaks(self, attribute: str) -> bool:
        """Whether the SDK breaks off where it looks for this attribute."""
        if self.held is None or attribute in SDK_NAMES:
            return False
        return attribute not in self.held


def member(value: Any, name: str, pointer: str) -> Json:
    """A member that the SDK cannot do without. Raises `Malformed` when it is absent."""
    if not isinstance(value, dict):
        raise Malformed(pointer, f"expected an object, found {kind_name(value)}")
    if name not in value:
        raise Malformed(pointer, f"{name!r} is missing")
    return value[name]


def items(value: Any, name: str, pointer: str) -> list[Json]:
    """A list that may be absent or null. Raises `Malformed` when it is something else."""
    found = value.get(name)
    if isinstance(found, list):
        return found
    if found:
        raise Malformed(f"{pointer}/{name}", f"expected a list, found {kind_name(found)}")
    return []


def text(value: Any, name: str, pointer: str) -> str:
    """A member that is text. Raises `Malformed` when it is absent or something else."""
    found = member(value, name, pointer)
    if not isinstance(found, str):
        raise Malformed(f"{pointer}/{name}", f"expected text, found {kind_name(found)}")
    return found
