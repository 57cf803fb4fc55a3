"""Change a value in a YAML file and leave everything else as its author wrote it.

`rewrite` takes the text and the value it should have afterwards. It works on the text itself, by
the places where the parser found things, and touches only what differs: comments, quotes, blank
lines and the order of members stay. Elements of a list are recognised by their `id` or `key`.

A comment belongs to what stands below it, at the same indentation, without a blank line between:
it moves and goes with that. Where a part has to be written anew, the comments inside it are kept
above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..core.model import Json
from ..errors import DocumentError, Problem
from .yaml import events, load_yaml
from .yaml_write import WIDTH, block, dump_yaml, flow, member_lines

_LIST = re.compile(r"^([ -]*)[^\s#-][^\n]*:[ ]*(?:#[^\n]*)?\n( *)- ", re.MULTILINE)
"""A list in block style below its name; the groups are what both lines are indented by."""


def rewrite(text: str, value: Json) -> str:
    """`text` with the least changes that make its value `value`. Raises `DocumentError`."""
    before = load_yaml(text)
    if _same(before, value):
        return text
    windows = "\r\n" in text
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    plain = plain if plain.endswith("\n") else plain + "\n"
    after = _Editor(_hangs(plain)).whole(plain, before, value)
    if not _same(load_yaml(after), value):
        raise _harm()
    return after.replace("\n", "\r\n") if windows else after


def _harm() -> DocumentError:
    hint = "edit it by hand, or write what is unusual in it in a simpler way"
    return DocumentError([Problem("", "the file cannot be edited without harm", hint)])


def _hangs(text: str) -> bool:
    """Whether the items of lists stand to the right of the list's name."""
    for found in _LIST.finditer(text):
        return len(found[2]) > len(found[1])
    return True


@dataclass(slots=True)
class _Node:
    """A part of the text: `text[start:end]`. Members of an object alternate: name, value."""

    kind: str  # "scalar", "object" or "list"
    start: int
    end: int
    is_block: bool  # a block collection, or a block scalar
    parts: list[_Node] = field(default_factory=list)

    def members(self) -> Iterator[tuple[_Node, _Node]]:
        """What begins each member or item, and its value."""
        if self.kind == "object":
            return zip(self.parts[::2], self.parts[1::2], strict=True)
        return ((part, part) for part in self.parts)


def _read(text: str) -> _Node | None:
    """The tree of parts. The text was read as a value before, so it nests within bounds."""
    stack: list[_Node] = []
    for event in events(text):
        kind = type(event).__name__
        start, end = event.start_mark.index, event.end_mark.index
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            name = "object" if kind == "MappingStartEvent" else "list"
            made = _Node(name, start, end, not event.flow_style)
            if stack:
                stack[-1].parts.append(made)
            stack.append(made)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            made = stack.pop()
            made.end = made.parts[-1].end if made.is_block and made.parts else end
            if not stack:
                return made
        elif kind == "ScalarEvent":
            is_block = event.style in ("|", ">")
            stop = _end_of_block(text, start, end) if is_block else end
            made = _Node("scalar", start, stop, is_block)
            if not stack:
                return made
            stack[-1].parts.append(made)
    return None


def _end_of_block(text: str, start: int, end: int) -> int:
    """Where a block scalar's last line ends that belongs to its value."""
    if "+" in text[start : start + 3]:
        return end - 1
    return len(text[:end].rstrip())


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    return text.index("\n", at) + 1


class _Editor:
    """Writes parts of a text anew. `hanging` says how the author indents lists."""

    def __init__(self, hanging: bool) -> None:
        self.hanging = hanging

    def whole(self, text: str, before: Json, after: Json) -> str:
        """The text with the value `after`."""
        root = _read(text)
        if root is None:
            return text + dump_yaml(after, hanging=self.hanging)
        end = _line_end(text, root.end)
        if _fits(root, after):
            return self._block(text, root, 0, before, after) + text[end:]
        fragment = self._inline(text, root, before, after)
        if fragment is not None:
            return text[: root.start] + fragment + text[root.end :]
        kept = _comments(text, _line_start(text, root.start), end, [root])
        new = dump_yaml(after, hanging=self.hanging)
        return text[: _line_start(text, root.start)] + kept + new + text[end:]

    def _block(self, text: str, node: _Node, begin: int, before: Any, after: Any) -> str:
        """What stands from `begin` to the last line of a block, edited.

        The lines between two members belong to the second one.
        """
        column = _column(text, node.start)
        named = _by_name(before, after)
        was, new = named(before), named(after)
        pieces: dict[Any, str] = {}
        carried, spaced = "", False
        for (head, value), (name, old) in zip(node.members(), was.items(), strict=True):
            start = _dash(text, column, head.start) if node.kind == "list" else head.start
            if text[_line_start(text, start) : start].strip(" "):
                raise _harm()  # it shares its line with something else
            lead = carried + text[begin : _line_start(text, start)]
            begin, carried = _line_end(text, value.end), ""
            if name not in new:
                carried = _without_comment(lead, column)
                continue
            spaced = bool(pieces) and lead.startswith("\n")
            pieces[name] = lead + self._piece(text, start, head, value, old, new[name])
        for name, value in new.items():
            if name not in pieces:
                one = {name: value} if node.kind == "object" else [value]
                lines = [""] * spaced + list(block(one, column, self.hanging))
                pieces[name] = "".join(f"{line}\n" for line in lines)
        order = pieces if node.kind == "object" else new
        return "".join(pieces[name] for name in order) + carried

    def _piece(self, text: str, start: int, head: _Node, value: _Node, was: Json, new: Json) -> str:
        """The lines of one member or item, edited. It begins, with its name or dash, at `start`."""
        first, end = _line_start(text, start), _line_end(text, value.end)
        if _same(was, new):
            return text[first:end]
        is_item = head is value
        if _fits(value, new) and is_item:
            blanked = f"{text[:start]} {text[start + 1 :]}"
            edited = self._block(blanked, value, first, was, new).lstrip("\n")
            at = start - first
            return f"{edited[:at]}-{edited[at + 1 :]}"
        if _fits(value, new):
            below = _line_end(text, head.end)
            return text[first:below] + self._block(text, value, below, was, new)
        fragment = self._inline(text, value, was, new)
        if fragment is not None:
            space = "" if text[value.start - 1].isspace() else " "
            return text[first : value.start] + space + fragment + text[value.end : end]
        column = start - first
        if is_item:
            lines = block([new], column, self.hanging)
        else:
            lines = member_lines(str(_value(text, head)), new, column, self.hanging)
        kept = _comments(text, first, end, [head, value], column)
        return kept + "".join(f"{line}\n" for line in lines)

    def _inline(self, text: str, node: _Node, was: Any, new: Json) -> str | None:
        """What to put in the place of a part, or None when its lines have to be written anew."""
        if node.is_block or (isinstance(new, str) and "\n" in new):
            return None
        same_names = (
            isinstance(was, dict) and isinstance(new, dict) and list(was) == list(new)
        ) or (isinstance(was, list) and isinstance(new, list) and len(was) == len(new))
        if node.parts and same_names:
            return self._inside(text, node, was, new)
        if node.kind != "scalar" and _comments(text, node.start, node.end, [node]):
            return None
        fragment = flow(new)
        is_scalar = not isinstance(new, dict | list)
        if not is_scalar and _column(text, node.start) + len(fragment) > WIDTH:
            return None
        return fragment if is_scalar or not new or node.kind != "scalar" else None

    def _inside(self, text: str, node: _Node, was: Any, new: Any) -> str | None:
        """A list or object on one line whose members stay, with some of their values changed."""
        pairs = zip(*((v.values() if isinstance(v, dict) else v) for v in (was, new)), strict=True)
        out, at = "", node.start
        for (_, value), (old, wanted) in zip(node.members(), pairs, strict=True):
            if not _same(old, wanted):
                fragment = self._inline(text, value, old, wanted)
                if fragment is None:
                    return None
                space = "" if text[value.start - 1] in " [{\n" else " "
                out += text[at : value.start] + space + fragment
                at = value.end
        return out + text[at : node.end]


def _fits(node: _Node, after: Json) -> bool:
    """Whether a part is a block that can go on being one of the same kind."""
    kind = {"object": dict, "list": list}.get(node.kind, type(None))
    return node.is_block and isinstance(after, kind) and bool(after)


def _value(text: str, node: _Node) -> Json:
    """The value of a part that is a scalar."""
    return load_yaml(text[node.start : node.end])


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _dash(text: str, column: int, at: int) -> int:
    """Where the dash of the item stands that begins at `at` or on a line below its dash."""
    first = _line_start(text, at)
    while text[first : first + column + 1] != " " * column + "-":
        if first == 0:
            raise _harm()
        first = _line_start(text, first - 1)
    return first + column


def _without_comment(lead: str, column: int) -> str:
    """The lines above a member without the comment that stands directly above it."""
    lines = lead.splitlines(keepends=True)
    while lines and lines[-1].startswith(" " * column + "#"):
        lines.pop()
    return "".join(lines)


def _comments(text: str, start: int, end: int, nodes: list[_Node], column: int = 0) -> str:
    """The comments in a stretch of text, as lines indented by `column`."""
    masked = list(text[start:end])
    stack = list(nodes)
    while stack:
        node = stack.pop()
        stack.extend(node.parts)
        if node.kind == "scalar":
            for at in range(max(node.start, start), node.end):
                masked[at - start] = "_"
    found = re.findall(r"(?:^|(?<=\s))#[^\n]*", "".join(masked))
    return "".join(f"{' ' * column}{comment}\n" for comment in found)


def _by_name(before: Any, after: Any) -> Callable[[Any], dict[Any, Json]]:
    """How to name the members of both: by key, by `id` or `key` or text, or by position."""
    if isinstance(before, dict):
        return dict
    for items in (before, after):
        names = [_name(item) for item in items]
        if None in names or len(set(names)) != len(names):
            return lambda items: dict(enumerate(items))
    return lambda items: {_name(item): item for item in items}


def _name(item: Json) -> str | None:
    found = (item.get("id") or item.get("key")) if isinstance(item, dict) else item
    return found if isinstance(found, str) else None


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and the order of members does not count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
