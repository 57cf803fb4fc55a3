"""What a pickle holds, as plain data. No class is imported and nothing is called.

`pickle.load` runs whatever the pickle says, so it is never used on foreign data. Here the opcodes
are followed on a stack of plain values instead: an object becomes its class's name and its state, a
class its name, and a call is refused unless it is one of the few that only make data (`CALLS`).
The result has the form that jsonpickle gives the same objects::

    {"py/object": "shop.Basket", "py/state": {"items": […]}}    an object
    {"py/type": "shop.Basket"}                                  a class or function by its name
    {"py/tuple": […]}  {"py/set": […]}                          a tuple, a set
    {"py/reduce": [{"py/type": "decimal.Decimal"}, {"py/tuple": ["0.5"]}]}
    {"py/cycle": true}                                          an object within itself

What is shared is repeated. Text of Python 2 (`str`) is read as UTF-8, as Latin-1 where it is none.
"""

from __future__ import annotations

from typing import Any

from ..core.model import Json
from .pickle_machine import Call, Machine, Map, Name, Object, Set, refuse

MAX_BYTES = 8 * 1024 * 1024
"""Largest pickle, in bytes."""
MAX_VALUES = 1_000_000
"""Most values that one may hold once what is shared is repeated."""
MAX_DEPTH = 60
"""How deep they may nest."""


def read_pickle(data: bytes, *, max_bytes: int = MAX_BYTES, max_values: int = MAX_VALUES) -> Json:
    """The pickle's value as plain data.

    Raises `DocumentError` for what is no pickle, is too large, or asks for a call or an opcode
    that does more than make data; the message names it.
    """
    if len(data) > max_bytes:
        refuse(f"a pickle of {len(data)} bytes", f"at most {max_bytes}")
    return _Plain(max_values).of(Machine(data).run(), 0)


# --- from the stack's values to plain data ----------------------------------------------------


class _Plain:
    """Copies values, counting them: ten lists of ten lists that are one list are soon too many."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.within: set[int] = set()

    def of(self, value: Any, depth: int) -> Json:
        self.left -= 1
        if self.left < 0:
            refuse("the pickle holds too many values", f"at most {MAX_VALUES}")
        if depth > MAX_DEPTH:
            refuse("the pickle is nested too deeply", f"at most {MAX_DEPTH} levels")
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, Name):
            return {"py/type": value.name}
        if id(value) in self.within:
            return {"py/cycle": True}
        self.within.add(id(value))
        made = self._inside(value, depth + 1)
        self.within.discard(id(value))
        return made

    def _inside(self, value: Any, depth: int) -> Json:
        match value:
            case list():
                return [self.of(item, depth) for item in value]
            case tuple():
                return {"py/tuple": [self.of(item, depth) for item in value]}
            case Set():
                return {"py/set": [self.of(item, depth) for item in value.items]}
            case Map():
                return {_key(key): self.of(member, depth) for key, member in value.pairs}
            case Call():
                return {"py/reduce": [{"py/type": value.of.name}, self.of(value.arguments, depth)]}
            case Object(of=of, state=None):
                return {"py/object": of.name}
            case Object():
                return {"py/object": value.of.name, "py/state": self.of(value.state, depth)}
        return refuse("damaged pickle: a mark without items")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool | int | float):
        return str(key)
    return refuse("the pickle has a dictionary whose keys are no text or numbers")
