"""YAML as people write it by hand: the JSON values of YAML 1.2, and nothing that surprises.

Scalars follow the core schema of YAML 1.2: `true` and `false` are booleans, `yes`, `on` and `no`
are text, dates are text. Refused, each with its line: aliases and anchors (one line can stand for
a gigabyte), tags, merge keys, names given twice, names that are no text, several documents in a
file, other versions of YAML. Size and nesting are bounded, and the values obey the same rules as
JSON does (`core.jsontext.check_value`).

Needs `yardarm[yaml]`. The parser of ruamel.yaml only says what stands where; what it means is
decided here. `yaml_write` makes the text, `yaml_edit` changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ..core.jsontext import MAX_NESTING, check_value
from ..core.model import Json
from ..core.reading import escape
from ..errors import DocumentError, OptionError, Problem

MAX_BYTES = 4 * 1024 * 1024
"""Largest YAML file, in bytes. Larger documents are written by machines: as JSON."""

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INTEGER = re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_NUMBER = re.compile(
    r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A YAML document's value, and the line (from 1) on which each part of it begins.

    `lines` is by JSON pointer. `at` answers for parts that are not there, too: the line of the
    nearest part around them.
    """

    value: Json
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, pointer: str) -> int:
        """The line on which the part that `pointer` names begins."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def parse_yaml(data: bytes | str) -> Written:
    """Read one YAML document. Raises `DocumentError`, naming the line.

    Raises `OptionError` when ruamel.yaml is not installed.
    """
    text = _text(data)
    builder = _Builder()
    for event in events(text):
        builder.take(event)
    written = Written(builder.root, builder.lines)
    if problems := check_value(written.value):
        raise DocumentError([
            Problem(p.pointer, f"line {written.at(p.pointer)}: {p.message}", p.hint)
            for p in problems
        ])  # fmt: skip
    return written


def load_yaml(data: bytes | str) -> Json:
    """The value of one YAML document. Raises what `parse_yaml` raises."""
    return parse_yaml(data).value


def ruamel() -> Any:
    """The package ruamel.yaml. Raises `OptionError` when it is not installed."""
    try:
        import ruamel.yaml
    except ImportError:
        raise OptionError("YAML needs yardarm[yaml]: pip install 'yardarm[yaml]'") from None
    return ruamel.yaml


def events(text: str) -> Iterator[Any]:
    """What stands where, as the parser of ruamel.yaml says it. Raises `DocumentError`."""
    package = ruamel()
    try:
        yield from package.YAML(typ="safe", pure=True).parse(text)
    except package.error.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        message = " ".join(str(error.problem or error.context or "unreadable").split())
        _refuse("", f"line {line}: not YAML: {message}", "check the indentation and quotes there")
    except package.error.YAMLError as error:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        reason = getattr(error, "reason", "") or "unreadable"
        _refuse("", f"line {line}: not YAML: {reason}", "remove that character")
    except (ValueError, OverflowError, RecursionError) as error:
        _refuse("", f"not YAML: {error}", "check the escapes in quoted text")


def scalar(text: str) -> Json:
    """What text without quotes stands for, by the core schema of YAML 1.2."""
    if _NULL.match(text):
        return None
    if _BOOLEAN.match(text):
        return text[0] in "tT"
    if _INTEGER.match(text):
        base = 8 if text.startswith("0o") else 16 if text.startswith("0x") else 10
        # Beyond these digits Python refuses to read it; infinity is refused with its line.
        return int(text[2:] if base != 10 else text, base) if len(text) < 400 else float("inf")
    if _NUMBER.match(text):
        return float(text) if text[-1] in "0123456789." else float("nan")
    return text


def _text(data: bytes | str) -> str:
    if len(data) > MAX_BYTES:
        _refuse("", f"{len(data)} bytes of YAML", f"at most {MAX_BYTES}; write it as JSON")
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse("", f"line {line}: not valid UTF-8", "save the file as UTF-8")


def _refuse(pointer: str, message: str, hint: str = "") -> NoReturn:
    raise DocumentError([Problem(pointer, message, hint)])


@dataclass(slots=True)
class _Frame:
    """A list or object that is still being read. `name` is the member that comes next."""

    container: list[Json] | dict[str, Json]
    pointer: str
    name: str | None = None


class _Builder:
    """Makes the value from the parser's events, without recursion."""

    def __init__(self) -> None:
        self.root: Json = None
        self.lines: dict[str, int] = {}
        self._stack: list[_Frame] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """One event. Raises `DocumentError` for what is refused."""
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "AliasEvent":
            self._no(line, f"the alias *{event.anchor}", "write the value out")
        if getattr(event, "anchor", None) is not None:
            self._no(line, f"the anchor &{event.anchor}", "remove it; aliases are not read")
        if kind == "DocumentStartEvent":
            self._begin(event, line)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open({} if kind == "MappingStartEvent" else [], event, line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._stack.pop()
        elif kind == "ScalarEvent":
            self._scalar(event, line)

    def _no(self, line: int, what: str, hint: str) -> NoReturn:
        _refuse(self._here(), f"line {line}: {what} is refused", hint)

    def _here(self) -> str:
        if not self._stack:
            return ""
        top = self._stack[-1]
        if isinstance(top.container, list):
            return f"{top.pointer}/{len(top.container)}"
        return top.pointer if top.name is None else f"{top.pointer}/{escape(top.name)}"

    def _begin(self, event: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            self._no(line, "a second document in one file", "make it a file of its own")
        if event.version not in (None, (1, 2)) or event.tags:
            self._no(line, "a directive", "remove the line that begins with %")

    def _open(self, container: list[Json] | dict[str, Json], event: Any, line: int) -> None:
        if event.tag is not None:
            self._no(line, f"the tag {event.tag}", "remove it")
        if self._naming():
            self._no(line, "a name that is a list or an object", "names are text")
        if len(self._stack) >= MAX_NESTING:
            _refuse(
                self._here(), f"line {line}: nested too deeply", f"at most {MAX_NESTING} levels"
            )
        frame = _Frame(container, self._here())
        self._put(container, line)
        self._stack.append(frame)

    def _naming(self) -> bool:
        top = self._stack[-1] if self._stack else None
        return top is not None and isinstance(top.container, dict) and top.name is None

    def _scalar(self, event: Any, line: int) -> None:
        if event.tag is not None:
            self._no(line, f"the tag {event.tag}", "remove it, or put the value in quotes")
        plain = event.implicit[0]
        if self._naming():
            self._stack[-1].name = self._name(event.value, plain, line)
        else:
            self._put(scalar(event.value) if plain else event.value, line)

    def _name(self, text: str, plain: bool, line: int) -> str:
        top = self._stack[-1]
        if plain and text == "<<":
            self._no(line, "the merge key <<", "write the members out")
        if plain and not isinstance(scalar(text), str):
            self._no(line, f"the name {text or 'null'}, which is no text,", f'write it as "{text}"')
        if text in top.container:
            where = f"{top.pointer}/{escape(text)}"
            _refuse(where, f"line {line}: the name {text!r} is given twice", "keep one of them")
        return text

    def _put(self, value: Json, line: int) -> None:
        self.lines.setdefault(self._here(), line)
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        if isinstance(top.container, list):
            top.container.append(value)
        else:
            assert top.name is not None
            top.container[top.name] = value
            top.name = None
