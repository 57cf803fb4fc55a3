"""The generation of `fractional`: named in our expressions, unnamed in flagd's documents."""

from __future__ import annotations

from collections.abc import Callable

from ...core.jsonlogic.compile import OPERATIONS
from ...core.jsonlogic.fractional import DEFAULT, GENERATIONS
from ...core.model import Json
from ..base import Options

NAME = "fractional"

_STRANGE = "unknown:"


def chosen(options: Options) -> str:
    """The generation that the options name, flagd's `v2` where they name none."""
    found = options.get("fractional")
    return found if isinstance(found, str) and found in GENERATIONS else DEFAULT


def named(expression: Json, generation: str) -> Json:
    """flagd's expression in our words: `fractional` says which generation it means.

    Operations that only we know are none in flagd, and stay unknown.
    """

    def rename(name: str) -> str:
        if name == NAME:
            return f"{NAME}_{generation}"
        return f"{_STRANGE}{name}" if name.startswith((f"{NAME}_", _STRANGE)) else name

    return _renamed(expression, rename)


def unnamed(expression: Json) -> Json:
    """Our expression in flagd's words. A mention that was not known stays unknown."""

    def rename(name: str) -> str:
        if name.removeprefix(f"{NAME}_") in GENERATIONS:
            return NAME
        return name.removeprefix(_STRANGE)

    return _renamed(expression, rename, of_ours=True)


def generations_in(operations: set[str]) -> set[str]:
    """The generations that an expression with these operations (in our words) means."""
    found = {name.removeprefix(f"{NAME}_") for name in operations} & set(GENERATIONS)
    return found | ({DEFAULT} if NAME in operations else set())


def _renamed(value: Json, rename: Callable[[str], str], of_ours: bool = False) -> Json:
    """The value with its operations renamed.

    What is `of_ours` has no mentions any more: those that are left must not find an evaluator.
    """
    if isinstance(value, list):
        return _renamed_items(value, rename, of_ours, frozenset())
    if not isinstance(value, dict) or len(value) != 1:
        return value  # no operation: its parts are not evaluated either
    ((name, given),) = value.items()
    if not isinstance(given, list):
        if of_ours and name == "$ref":
            return {name: [given]}
        return {rename(name): _renamed(given, rename, of_ours)}
    operation = OPERATIONS.get(name)
    verbatim = frozenset() if operation is None else operation.verbatim
    return {rename(name): _renamed_items(given, rename, of_ours, verbatim)}


def _renamed_items(
    items: list[Json], rename: Callable[[str], str], of_ours: bool, verbatim: frozenset[int]
) -> list[Json]:
    return [
        item
        if index in verbatim or not isinstance(item, list | dict)
        else _renamed(item, rename, of_ours)
        for index, item in enumerate(items)
    ]
