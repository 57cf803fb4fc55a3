"""JSON values as YAML that a person would have written: short parts on one line, text bare.

What it writes is read back as the same value by any reader of YAML 1.2. Needs nothing installed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..core.model import Json
from .yaml import scalar

WIDTH = 88
"""A list or object of scalars stands on one line if it fits in so many characters."""

# Text that needs no quotes anywhere: no sign of YAML can begin in it.
_BARE = re.compile(r"[A-Za-z_/$][\w./$@+-]*(?: [\w./$@+-]+)*\Z")
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def dump_yaml(value: Json, *, hanging: bool = True) -> str:
    """YAML text that `load_yaml` reads back as `value`.

    `hanging`: the items of a list stand two places to the right of its name.
    """
    if not isinstance(value, dict | list) or not value:
        return flow(value) + "\n"
    return "".join(f"{line}\n" if line else "\n" for line in block(value, 0, hanging))


def flow(value: Json) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        if _BARE.match(value) and scalar(value) == value:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
    return json.dumps(value)


def block(value: Json, indent: int, hanging: bool) -> Iterator[str]:
    """The lines of a list or object that is not empty, indented by `indent` spaces."""
    pad = " " * indent
    if isinstance(value, dict):
        for name, member in value.items():
            yield from member_lines(name, member, indent, hanging)
    else:
        for item in value:
            text = _short(item, indent + 2, item_of_list=True)
            if text is not None:
                yield f"{pad}- {text}"
            else:
                lines = iter(block(item, indent + 2, hanging))
                yield f"{pad}- {next(lines)[indent + 2 :]}"
                yield from lines


def member_lines(name: str, member: Json, indent: int, hanging: bool) -> Iterator[str]:
    """The lines of one member of an object."""
    head = f"{' ' * indent}{flow(name)}:"
    text = _short(member, len(head) + 1)
    if text is not None:
        yield f"{head} {text}"
    elif isinstance(member, str):
        lines = member.split("\n")
        yield f"{head} |" + ("" if lines[-1] == "" and lines[-2] else "-" if lines[-1] else "+")
        below = " " * (indent + 2)
        yield from (below + line if line else "" for line in lines[: None if lines[-1] else -1])
    else:
        yield head
        deeper = indent + 2 if hanging or isinstance(member, dict) else indent
        yield from block(member, deeper, hanging)


def _short(value: Json, column: int, *, item_of_list: bool = False) -> str | None:
    """The value on one line, or None when it should stand on several."""
    if isinstance(value, str) and "\n" in value and not item_of_list and _is_prose(value):
        return None
    if not isinstance(value, dict | list) or not value:
        return flow(value)
    members = value.values() if isinstance(value, dict) else value
    if any(isinstance(member, dict | list) for member in members):
        return None
    if isinstance(value, dict) and not item_of_list and len(value) > 1:
        return None
    text = flow(value)
    return text if column + len(text) <= WIDTH else None


def _is_prose(text: str) -> bool:
    """Whether the text can stand as a block: printable lines, no white space at their ends."""
    lines = text.split("\n")
    return (
        text.strip("\n") != ""
        and lines[0] != ""
        and not lines[0].startswith(" ")
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and not _UNPRINTABLE.search(text)
    )
