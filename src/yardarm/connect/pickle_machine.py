"""A pickle's opcodes, followed on a stack of plain values. No class is imported, nothing is called.

`pickles` says what becomes of the values.
"""

from __future__ import annotations

import codecs
import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ..errors import DocumentError, Problem

CALLS = frozenset({
    "copy_reg._reconstructor", "copyreg._reconstructor", "copy_reg.__newobj__",
    "copyreg.__newobj__", "decimal.Decimal", "datetime.datetime", "datetime.date",
    "datetime.time", "datetime.timedelta", "collections.OrderedDict", "__builtin__.set",
    "__builtin__.frozenset", "builtins.set", "builtins.frozenset", "_codecs.encode",
})  # fmt: skip
"""Functions that a pickle may call by name. They are read as data, not called."""


@dataclass(eq=False, slots=True)
class Name:
    """A class or function, by its name only."""

    name: str


@dataclass(eq=False, slots=True)
class Object:
    """An object: what it is of, and its state if it was given one."""

    of: Name
    state: Any = None


@dataclass(eq=False, slots=True)
class Call:
    """A call of one of `CALLS`."""

    of: Name
    arguments: Any


@dataclass(eq=False, slots=True)
class Set:
    items: list[Any] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Map:
    """A dictionary as pairs: its keys need not be of a kind that Python can hash here."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)


class Mark:
    """Where a run of items begins."""


class Machine:
    """Follows the opcodes. Each takes constant time, but for the bytes it reads and the items it
    collects, so a run is linear in the pickle's length."""

    def __init__(self, data: bytes) -> None:
        self.stream = io.BytesIO(data)
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        try:
            while (step := self._step()) is not None:
                name, argument = step
                if name == "STOP":
                    return self._pop()
                if name in _IGNORED:
                    continue
                if name in _PUSHED:
                    self.stack.append(argument)
                    continue
                act = _ACTS.get(name)
                if act is None:
                    refuse(f"the pickle has the opcode {name}", "only plain data is read")
                act(self, argument)
        except DocumentError:
            raise
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, MemoryError) as error:
            refuse(f"damaged pickle: {error}"[:200])
        return refuse("damaged pickle: it has no end")

    def _step(self) -> tuple[str, Any] | None:
        code = self.stream.read(1)
        if not code:
            return None
        opcode = _OPCODES.get(code)
        if opcode is None:
            refuse(f"no pickle: the byte {code!r} is no opcode", "was it encoded in base64?")
        if opcode.arg is None:
            return opcode.name, None
        if opcode.name == "STRING":  # the tools read only ASCII here
            return opcode.name, _quoted(self.stream.readline())
        found = opcode.arg.reader(self.stream)
        return opcode.name, _text(found) if opcode.name in _BYTES else found

    def _pop(self) -> Any:
        value = self.stack.pop()
        if value is Mark:
            raise ValueError("an item is missing")
        return value

    def _items(self) -> list[Any]:
        """Everything above the topmost mark, which is removed with it."""
        items = []
        while (value := self.stack.pop()) is not Mark:
            items.append(value)
        items.reverse()
        return items

    # --- acts ---------------------------------------------------------------------------------

    def extend(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise ValueError("items are added to something that is no list")
        target.extend(items)

    def put(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, Map) or len(items) % 2:
            raise ValueError("members are added to something that is no dictionary")
        target.pairs.extend(zip(items[::2], items[1::2], strict=True))

    def add(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, Set):
            raise ValueError("items are added to something that is no set")
        target.items.extend(items)

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise ValueError("a name is no text")
        self.stack.append(Name(f"{module}.{name}"))

    def make(self, what: Any, arguments: Any) -> None:
        """An object without a call of anything: `cls.__new__` in a real reader."""
        if not isinstance(what, Name):
            raise ValueError("an object of something that is no class")
        self.stack.append(Object(what))

    def call(self, what: Any, arguments: Any) -> None:
        if not isinstance(what, Name):
            raise ValueError("a call of something that is no function")
        if what.name not in CALLS:
            refuse(f"the pickle calls {what.name}", "it would run code, so it is not read")
        given = list(arguments)
        if what.name.endswith(("._reconstructor", ".__newobj__")):
            self.make(given[0], given[1:])
        elif what.name.endswith(("set", ".frozenset")):
            self.stack.append(Set(list(given[0]) if given else []))
        elif what.name == "_codecs.encode":
            self.stack.append(given[0])
        elif what.name == "collections.OrderedDict":
            self.stack.append(Map([(pair[0], pair[1]) for pair in (given[0] if given else [])]))
        else:
            self.stack.append(Call(what, arguments))

    def build(self, state: Any) -> None:
        target = self.stack[-1]
        if isinstance(target, Call):
            return  # a subclass's extra state
        if not isinstance(target, Object):
            raise ValueError("state is given to something that is no object")
        target.state = state


def _quoted(line: bytes) -> str:
    """The text of a STRING opcode: a quoted line with Python 2's escapes."""
    body = line.rstrip(b"\n")
    if not line.endswith(b"\n") or len(body) < 2 or body[:1] != body[-1:] or body[0] not in b"'\"":
        raise ValueError("a text without quotes")
    return _text(codecs.escape_decode(body[1:-1])[0])


def _text(value: Any) -> str:
    data = value.encode("latin-1") if isinstance(value, str) else bytes(value)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_OPCODES = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}
_IGNORED = frozenset({"PROTO", "FRAME"})
_BYTES = frozenset({
    "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
})  # fmt: skip
_PUSHED = frozenset({
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "STRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "NONE", *_BYTES,
})  # fmt: skip

_Act = Callable[[Machine, Any], Any]


def _constant(value: Any) -> _Act:
    return lambda machine, _: machine.stack.append(value)


def _new(make: Callable[[], Any]) -> _Act:
    return lambda machine, _: machine.stack.append(make())


def _tuple(count: int) -> _Act:
    def act(machine: Machine, _: Any) -> None:
        machine.stack.append(tuple([machine._pop() for _ in range(count)][::-1]))

    return act


def _pairs(items: list[Any]) -> Map:
    return Map(list(zip(items[::2], items[1::2], strict=True)))


def _remember(machine: Machine, index: Any) -> None:
    machine.memo[len(machine.memo) if index is None else int(index)] = machine.stack[-1]


def _recall(machine: Machine, index: Any) -> None:
    machine.stack.append(machine.memo[int(index)])


def _global(machine: Machine, argument: Any) -> None:
    module, _, name = str(argument).partition(" ")
    machine.name(module, name)


def _stack_global(machine: Machine, _: Any) -> None:
    name, module = machine._pop(), machine._pop()
    machine.name(module, name)


def _with_arguments(act: Callable[[Machine, Any, Any], None]) -> _Act:
    def acted(machine: Machine, _: Any) -> None:
        arguments, what = machine._pop(), machine._pop()
        act(machine, what, arguments)

    return acted


def _instance(machine: Machine, argument: Any) -> None:
    """INST: an instance of an old class, which a real reader calls."""
    arguments = machine._items()
    _global(machine, argument)
    _old(machine, machine._pop(), arguments)


def _object(machine: Machine, _: Any) -> None:
    what, *arguments = machine._items()
    _old(machine, what, arguments)


def _old(machine: Machine, what: Any, arguments: list[Any]) -> None:
    if arguments:
        machine.call(what, tuple(arguments))
    else:
        machine.make(what, ())


_ACTS: dict[str, _Act] = {
    "NEWTRUE": _constant(True),
    "NEWFALSE": _constant(False),
    "EMPTY_LIST": _new(list),
    "EMPTY_DICT": _new(Map),
    "EMPTY_TUPLE": _constant(()),
    "EMPTY_SET": _new(Set),
    "LIST": lambda machine, _: machine.stack.append(machine._items()),
    "DICT": lambda machine, _: machine.stack.append(_pairs(machine._items())),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine._items())),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "FROZENSET": lambda machine, _: machine.stack.append(Set(machine._items())),
    "APPEND": lambda machine, _: machine.extend([machine._pop()]),
    "APPENDS": lambda machine, _: machine.extend(machine._items()),
    "SETITEM": lambda machine, _: machine.put([machine._pop(), machine._pop()][::-1]),
    "SETITEMS": lambda machine, _: machine.put(machine._items()),
    "ADDITEMS": lambda machine, _: machine.add(machine._items()),
    "MARK": lambda machine, _: machine.stack.append(Mark),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": lambda machine, _: machine._items(),
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "PUT": _remember,
    "BINPUT": _remember,
    "LONG_BINPUT": _remember,
    "MEMOIZE": _remember,
    "GET": _recall,
    "BINGET": _recall,
    "LONG_BINGET": _recall,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _with_arguments(Machine.call),
    "NEWOBJ": _with_arguments(Machine.make),
    "BUILD": lambda machine, _: machine.build(machine._pop()),
    "INST": _instance,
    "OBJ": _object,
}


def refuse(message: str, hint: str = "") -> NoReturn:
    raise DocumentError([Problem("", message, hint)])
