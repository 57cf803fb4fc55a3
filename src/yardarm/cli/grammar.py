"""A small language for rules on the command line.

::

    RULE      = CONDITION -> SERVE
    CONDITION = everyone | TEST {and TEST} {or TEST {and TEST}}
    TEST      = [not] segment KEY
              | [not] flag KEY is VARIANT {, VARIANT}
              | [not] [KIND:]ATTRIBUTE [not] OPERATOR [VALUE {, VALUE}]
    OPERATOR  = an operator's name (in, contains, semver_gte, …) or = != < <= > >=
    SERVE     = VARIANT | SHARE {, SHARE} [, rest VARIANT] [by ATTRIBUTE {, ATTRIBUTE}]
    SHARE     = NUMBER% VARIANT

    country in NL,BE -> on
    plan = pro and seats >= 10 -> 25% blue, 25% green by organization:key
    not segment staff and email ends_with @example.com -> 12.5% on, rest off

Words are divided by spaces and commas. `and` binds more closely than `or`. A value that looks like
a number or a boolean is one; in double quotes it is text, and so is what holds spaces or commas, or
is spelled like a word of the language. In quotes, an attribute is never divided into kind and name.
Whoever has no share gets the variant of `rest`; without it a rule passes on to the next one, and a
default to the caller's fallback. Whatever is more involved is said with `--file`.
`words` says rules in this same language.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any, NamedTuple

from ..core.model import DEFAULT_KIND, PARTS
from ..core.operators import OPERATORS
from .failures import Failure

SIGNS = {"=": "equals", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
RESERVED = frozenset(
    {"and", "or", "not", "segment", "flag", "is", "everyone", "rest", "by", "->", "!=", *SIGNS}
)
_OPERATORS = "an operator (=, !=, <, >=, in, contains, matches, semver_gte, …) between spaces"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|,|->|[^\s,"]+|(?P<bad>")')
_SHARE = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?%\Z", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d+)?(?:[eE][-+]?\d{1,3})?\Z", re.ASCII)


class Token(NamedTuple):
    """A word; `quoted` if it stood in quotes, and so is text whatever it looks like."""

    text: str
    quoted: bool = False


def parse_rule(text: str) -> tuple[Any, Any]:
    """Condition and serve of a rule, as JSON. Raises `Failure`."""
    parser = _Parser(text)
    condition = parser.condition()
    if not parser.skip("->"):
        raise parser.expected("'->' and what to serve")
    serve = parser.serve()
    parser.end()
    return condition, serve


def parse_condition(text: str) -> Any:
    """A condition, as JSON. Raises `Failure`."""
    parser = _Parser(text)
    condition = parser.condition()
    parser.end()
    return condition


def parse_serve(text: str) -> Any:
    """A serve, as JSON. Raises `Failure`."""
    parser = _Parser(text)
    serve = parser.serve()
    parser.end()
    return serve


def parse_percent(text: str) -> int:
    """A share such as `12.5%` in parts of 100,000. Raises `Failure`."""
    found = _SHARE.match(text)
    parts = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else -1
    if not 0 <= parts <= PARTS:
        raise Failure(f"{text!r} is no share; write it like 12.5%, in steps of 0.001%")
    return parts


def value_of(token: Token) -> Any:
    """What a value stands for: a number or a boolean if it looks like one and is not quoted.

    Raises `Failure` for a number that is out of range.
    """
    if token.quoted:
        return token.text
    if token.text in ("true", "false"):
        return token.text == "true"
    if not _NUMBER.match(token.text):
        return token.text
    number = json.loads(token.text)
    if isinf(number):
        raise Failure(f"the number {token.text} is out of range; put text in quotes")
    return number


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.at = 0
        for found in _TOKEN.finditer(text):
            if found["bad"]:
                raise Failure(f"in {text!r}: a quote is not closed")
            self.tokens.append(_token(found[0], text))

    # --- words --------------------------------------------------------------------------------

    def peek(self) -> Token:
        """The next word; an empty one at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("")

    def skip(self, word: str) -> bool:
        """Whether the next word is this one of the language; if so, it is taken."""
        found = self.peek() == Token(word)
        self.at += found
        return found

    def take(self, what: str) -> Token:
        """The next word, which must be a name or value. Raises `Failure`."""
        token = self.peek()
        if not token.quoted and (token.text in RESERVED or token.text in ("", ",")):
            raise self.expected(what)
        self.at += 1
        return token

    def expected(self, what: str) -> Failure:
        """The failure of finding something else."""
        token = self.peek()
        where = f"found {token.text!r}" if token.text or token.quoted else "it ends there"
        return Failure(f"in {self.text!r}: expected {what}, {where}")

    def end(self) -> None:
        """Raises `Failure` when there is more."""
        if self.at < len(self.tokens):
            hint = "put text with spaces in quotes, and spaces around operators"
            raise Failure(f"in {self.text!r}: {self.peek().text!r} is too much; {hint}")

    def listed(self, what: str) -> list[Token]:
        """One or several, divided by commas."""
        found = [self.take(what)]
        while self.skip(","):
            found.append(self.take(what))
        return found

    # --- conditions ---------------------------------------------------------------------------

    def condition(self) -> Any:
        """A condition."""
        if self.skip("everyone"):
            return {"always": True}
        choices = [self._all()]
        while self.skip("or"):
            choices.append(self._all())
        return choices[0] if len(choices) == 1 else {"any": choices}

    def _all(self) -> Any:
        tests = [self._test()]
        while self.skip("and"):
            tests.append(self._test())
        return tests[0] if len(tests) == 1 else {"all": tests}

    def _test(self) -> Any:
        if self.skip("not"):
            return {"not": self._test()}
        if self.skip("segment"):
            return {"segment": self.take("a segment's key").text}
        if self.skip("flag"):
            flag = self.take("a flag's key").text
            if not self.skip("is"):
                raise self.expected("'is' and a variant")
            return {"flag": flag, "variants": [t.text for t in self.listed("a variant")]}
        return self._clause()

    def _clause(self) -> Any:
        kind, attribute = _attribute(self.take("an attribute, 'segment', 'flag' or 'everyone'"))
        is_not = self.skip("not")
        clause: dict[str, Any] = {"attribute": attribute, "op": ""}
        if self.skip("!="):
            is_not, clause["op"] = not is_not, "equals"
        else:
            clause["op"] = self._operator()
        if OPERATORS[clause["op"]].takes != "none":
            clause["values"] = [value_of(token) for token in self.listed("a value")]
        if kind != DEFAULT_KIND:
            clause["kind"] = kind
        return {"not": clause} if is_not else clause

    def _operator(self) -> str:
        token = self.peek()
        name = SIGNS.get(token.text, token.text)
        if token.quoted or name not in OPERATORS:
            raise self.expected(_OPERATORS)
        self.at += 1
        return name

    # --- serves -------------------------------------------------------------------------------

    def serve(self) -> Any:
        """A serve."""
        first = self.take("a variant or a share such as 10%")
        if first.quoted or not first.text.endswith("%"):
            return first.text
        self.at -= 1
        arms: list[dict[str, Any]] = []
        split: dict[str, Any] = {"arms": arms}
        while True:
            if self.skip("rest"):
                split["outside"] = self.take("a variant for the rest").text
                break
            weight = parse_percent(self.take("a share such as 10%").text)
            arms.append({"variant": self.take("a variant").text, "weight": weight})
            if not self.skip(","):
                break
        if self.skip("by"):
            units = [_attribute(token) for token in self.listed("an attribute")]
            kinds = {kind for kind, _ in units}
            if len(kinds) > 1:
                raise Failure(f"in {self.text!r}: attributes of one kind only can name the unit")
            split |= placed_by([attribute for _, attribute in units], kinds.pop())
        total = sum(arm["weight"] for arm in arms)
        if total > PARTS:
            raise Failure(f"in {self.text!r}: the shares add up to {total / 1000:g}%")
        if total < PARTS and "outside" not in split:
            split["outside"] = None
        return {"split": split}


def placed_by(attributes: list[str], kind: str = DEFAULT_KIND) -> dict[str, Any]:
    """The fields of a split that say what names the unit; those that say the usual are left out."""
    out: dict[str, Any] = {} if attributes == ["key"] else {"by": attributes}
    return out if kind == DEFAULT_KIND else {**out, "kind": kind}


def _attribute(token: Token) -> tuple[str, str]:
    """Kind and name of an attribute. A quoted one is never divided."""
    kind, colon, name = token.text.partition(":")
    if token.quoted or not colon or not kind or not name:
        return DEFAULT_KIND, token.text
    return kind, name


def _token(found: str, text: str) -> Token:
    if not found.startswith('"'):
        return Token(found)
    try:
        return Token(json.loads(found), quoted=True)
    except ValueError:
        raise Failure(f"in {text!r}: {found} is no quoted text; escape as in JSON") from None
