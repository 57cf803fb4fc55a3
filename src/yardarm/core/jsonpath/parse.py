"""The grammar of JSONPath: from text to a `Path`.

Recursive descent over the text itself; filters by precedence: `||`, `&&`, comparisons, `!`.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from .query import Path
from .strings import unescaped
from .tree import (
    FUNCTIONS,
    LARGEST_INDEX,
    MAX_NESTING,
    MAX_PATH,
    NODES,
    VALUE,
    Below,
    Call,
    Combined,
    Compared,
    Expression,
    Filter,
    Index,
    Literal,
    Name,
    Negated,
    PathError,
    PathSyntaxError,
    Query,
    Segment,
    Selector,
    Slice,
    Wildcard,
)

_SPACE = re.compile(r"[ \n\r\t]*")
_NAME = re.compile(r"[\u0080-\uFFFFa-zA-Z_][\u0080-\uFFFFa-zA-Z0-9_-]*")
_INDEX = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)?")
_FUNCTION = re.compile(r"([a-z][a-z_0-9]*)\(")
_OPERATOR = re.compile(r"&&|\|\||==|!=|<=|>=|<|>")
_PRECEDENCE = {"||": 3, "&&": 4}
_COMPARISON = 5
_PREFIX = 7
QUOTES = ("'", '"')
_WORDS: tuple[tuple[str, Any], ...] = (("true", True), ("false", False), ("null", None))


def compile_path(text: str) -> Path:
    """The path that a text is.

    Raises `PathSyntaxError` for what is none, and `PathError` for one that makes no sense.
    """
    if len(text) > MAX_PATH:
        raise PathError(f"a path has at most {MAX_PATH:,} characters")
    return Path(_Parser(text).path())


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.calls = 0

    def fail(self, message: str) -> NoReturn:
        raise PathSyntaxError(f"{message} (at character {self.at + 1})")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def matched(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def space(self) -> None:
        self.matched(_SPACE)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise PathError(f"nested more than {MAX_NESTING} deep")

    # --- segments and selectors ---------------------------------------------------------------

    def path(self) -> Query:
        if not self.take("$"):
            self.fail("a path begins with $")
        found = self.query()
        if self.at < len(self.text):
            self.fail("expected '.', '..' or '['")
        return found

    def query(self) -> Query:
        """The segments that come next, which may be none."""
        segments: list[Segment] = []
        while True:
            start = self.at
            self.space()
            if self.take(".."):
                segments.append(self.descendant())
            elif self.take("."):
                segments.append(Segment((self.shorthand(),)))
            elif self.take("["):
                segments.append(Segment(self.bracketed()))
            else:
                self.at = start
                return Query(tuple(segments))

    def descendant(self) -> Segment:
        selectors = self.bracketed() if self.take("[") else (self.shorthand(),)
        return Segment(selectors, descends=True)

    def shorthand(self) -> Selector:
        if self.take("*"):
            return Wildcard()
        name = self.matched(_NAME)
        if name is None:
            self.fail("expected a name or *")
        return Name(name)

    def bracketed(self) -> tuple[Selector, ...]:
        selectors: list[Selector] = []
        while True:
            self.space()
            # In the arguments of a function the library reads only names after a filter.
            if self.calls and any(isinstance(one, Filter) for one in selectors):
                selectors.append(Name(self.string()))
            else:
                selectors.append(self.selector())
            self.space()
            if self.take("]"):
                return tuple(selectors)
            if not self.take(","):
                self.fail("expected , or ]")

    def selector(self) -> Selector:
        sign = self.peek()
        if sign in QUOTES:
            return Name(self.string())
        if self.take("*"):
            return Wildcard()
        if self.take("?"):
            return Filter(self.filter())
        first = self.index()
        self.space()
        if self.peek() == ":":
            return self.slice(first)
        if first is None:
            self.fail("expected a selector")
        if first.startswith("-0"):
            self.fail("an index has no leading zero")
        return Index(self.bounded(first))

    def index(self) -> str | None:
        found = self.matched(_INDEX)
        if found is not None and len(found) > 1 and found.startswith(("0", "-0")):
            self.fail("an index has no leading zero")
        return found

    def bounded(self, digits: str) -> int:
        number = int(digits)
        if not -LARGEST_INDEX <= number <= LARGEST_INDEX:
            raise PathError("an index out of range")
        return number

    def slice(self, first: str | None) -> Slice:
        """What follows the start. The library lets the second colon be left out."""
        self.take(":")
        self.space()
        stop = self.index()
        self.space()
        self.take(":")
        self.space()
        step = self.index()
        start, end, by = (None if one is None else self.bounded(one) for one in (first, stop, step))
        return Slice(start, end, by)

    def string(self) -> str:
        quote = self.peek()
        if quote not in QUOTES:
            self.fail("expected text in quotes")
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            self.fail("the text is not closed")
        inner = self.text[self.at + 1 : end]
        found = unescaped(inner, quote)
        if found is None:
            self.fail("an escape or a character that is not allowed")
        self.at = end + 1
        return found

    # --- filters ------------------------------------------------------------------------------

    def filter(self) -> Expression:
        found = self.expression(0)
        if isinstance(found, Call) and FUNCTIONS[found.name][1] == VALUE:
            raise PathError(f"the result of {found.name}() must be compared")
        if isinstance(found, Literal):
            self.fail("a value must be compared")
        return found

    def expression(self, precedence: int) -> Expression:
        self.deeper()
        left = self.primary(grouped=True)
        while True:
            sign = self.operator(precedence)
            if sign is None:
                self.depth -= 1
                return left
            left = self.infix(left, sign)

    def operator(self, precedence: int) -> str | None:
        """The operator that comes next, if it binds as closely as asked; stepped over."""
        start = self.at
        self.space()
        sign = self.matched(_OPERATOR)
        if sign is None or _PRECEDENCE.get(sign, _COMPARISON) < precedence:
            self.at = start
            return None
        return sign

    def infix(self, left: Expression, sign: str) -> Expression:
        right = self.expression(_PRECEDENCE.get(sign, _COMPARISON))
        if sign not in _PRECEDENCE:
            _comparable(left)
            _comparable(right)
            return Compared(sign, left, right)
        if isinstance(left, Literal) or isinstance(right, Literal):
            self.fail("a value must be compared")
        return Combined(sign, left, right)

    def primary(self, *, grouped: bool) -> Expression:
        """One operand. Groups and negation are not allowed as arguments (`grouped` False)."""
        self.space()
        sign = self.peek()
        if sign in QUOTES:
            return Literal(self.string())
        if sign in ("$", "@"):
            self.at += 1
            return Below(self.query(), sign == "$")
        if grouped and self.take("("):
            return self.group()
        if grouped and sign == "!":
            self.at += 1
            return Negated(self.expression(_PREFIX))
        for word, value in _WORDS:
            if self.take(word):
                return Literal(value)
        number = self.matched(_NUMBER)
        if number is not None:
            return Literal(self.number(number))
        return self.call()

    def group(self) -> Expression:
        found = self.expression(0)
        self.space()
        if not self.take(")"):
            self.fail("the group is not closed")
        return found

    def number(self, digits: str) -> int | float:
        whole = digits.partition(".")[0]
        is_whole = "." not in digits and "e-" not in digits.lower()
        if digits.startswith("0") and len(digits if is_whole else whole) > 1:
            self.fail("a number has no leading zero")
        try:
            # By way of a fraction, as the library does: beyond 2**53 digits are lost.
            return int(float(digits)) if is_whole else float(digits)
        except OverflowError:
            raise PathError("a number too large") from None

    def call(self) -> Expression:
        found = _FUNCTION.match(self.text, self.at)
        if found is None:
            self.fail("expected a value, a query or a function")
        self.deeper()
        self.at = found.end()
        arguments: list[Expression] = []
        self.calls += 1
        self.space()
        while not self.take(")"):
            argument = self.primary(grouped=False)
            while (sign := self.operator(0)) is not None:
                argument = self.infix(argument, sign)
            arguments.append(argument)
            self.space()
            if self.peek() != ")" and not self.take(","):
                self.fail("expected , or )")
            self.space()
        self.depth -= 1
        self.calls -= 1
        return _checked(found[1], arguments)


def _comparable(side: Expression) -> None:
    if isinstance(side, Below) and not side.query.singular:
        raise PathError("a query that can find several nodes is not comparable")
    if isinstance(side, Call) and FUNCTIONS[side.name][1] != VALUE:
        raise PathError(f"the result of {side.name}() is not comparable")


def _checked(name: str, arguments: list[Expression]) -> Call:
    """The call, its arguments of the right number and type."""
    if name not in FUNCTIONS:
        raise PathError(f"there is no function {name}()")
    wanted = FUNCTIONS[name][0]
    if len(wanted) != len(arguments):
        raise PathError(f"{name}() takes {len(wanted)} arguments")
    for kind, argument in zip(wanted, arguments, strict=True):
        is_query = isinstance(argument, Below)
        fits = is_query if kind == NODES else _is_value(argument)
        if not fits:
            raise PathError(f"{name}() needs a {'query' if kind == NODES else 'value'}")
    return Call(name, tuple(arguments))


def _is_value(argument: Expression) -> bool:
    match argument:
        case Literal():
            return True
        case Below(query):
            return query.singular
        case Call(name):
            return FUNCTIONS[name][1] == VALUE
        case _:
            return False
