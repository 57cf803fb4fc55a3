"""`var`, `missing` and `missing_some`: values out of the data, by dotted path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .coerce import to_number
from .expression import Around, Expression, Operation, Scope, Step
from .scope import names_of, walk


def lookup(data: Any, key: Any = None, default: Any = None) -> Any:
    """The value at `key`, `default` when there is none or it is null; all data for null and "".

    A number as key picks from lists and text only.
    """
    if key is None or key == "":
        return data
    if isinstance(key, int | float):
        return _at_number(data, key, default)
    return walk(data, names_of(key), default)


def _at_number(data: Any, key: float, default: Any) -> Any:
    if not isinstance(data, list | str):
        return default  # no object has a name that is a number
    try:
        index = int(key)
    except ValueError:
        return default
    return data[index] if index == key and 0 <= index < len(data) else default


def _var(arguments: Sequence[Expression], scope: Scope) -> Step:
    if not arguments:
        return scope.data
    key = arguments[0].value
    if len(arguments) > 2 or not arguments[0].constant or isinstance(key, int | float):
        return _with_data(lookup, arguments, scope)
    whole = key is None or key == ""
    found = scope.data if whole else scope.path(names_of(key))
    if len(arguments) == 1:
        return found
    default = arguments[1].step

    def run(data: Any, around: Around) -> Any:
        instead = default(data, around)  # always evaluated: it may be what fails
        value = found(data, around)
        return instead if value is None and not whole else value

    return run


def _with_data(function: Callable[..., Any], arguments: Sequence[Expression], scope: Scope) -> Step:
    steps = tuple(argument.step for argument in arguments)
    whole = scope.data
    return lambda data, around: function(
        whole(data, around), *[step(data, around) for step in steps]
    )


def missing(data: Any, *keys: Any) -> list[Any]:
    """Those of the keys that have no value, or empty text. A list as first argument is the keys."""
    asked = keys[0] if keys and isinstance(keys[0], list) else keys
    return [key for key in asked if (value := lookup(data, key)) is None or value == ""]


def missing_some(data: Any, needed: Any = 0, keys: Any = None, *_: Any) -> list[Any]:
    """The missing keys, or nothing when at least `needed` of them are there."""
    if not isinstance(keys, list):
        return []
    absent = missing(data, keys)
    return [] if len(keys) - len(absent) >= to_number(needed) else absent


def _asks_for_time(arguments: Sequence[Expression]) -> bool:
    """Whether `var` may reach the timestamp; all but plain names may."""
    if len(arguments) != 1 or not arguments[0].constant:
        return True
    key = arguments[0].value
    return key is None or key == "" or names_of(key)[0] == "$flagd"


OPERATIONS = {
    "var": Operation(_var, costly=_asks_for_time),
    "missing": Operation(
        lambda found, scope: _with_data(missing, found, scope), costly=lambda arguments: True
    ),
    "missing_some": Operation(
        lambda found, scope: _with_data(missing_some, found, scope), costly=lambda arguments: True
    ),
}
