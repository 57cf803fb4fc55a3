"""A typed Python module for the flags of a document. Pure.

The same document gives the same text, whatever the order of its flags.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core.dates import instant_us
from ...core.model import Document, Flag, FlagType
from .names import class_name, docstring, identifier, literal, unique
from .types import Types

_CLASSES: dict[FlagType, str] = {
    "boolean": "BooleanFlag", "string": "StringFlag", "integer": "IntegerFlag",
    "number": "NumberFlag", "json": "JsonFlag",
}  # fmt: skip

_HEAD = '''\
"""The flags of a project, typed. Written by `yardarm codegen python`; do not edit."""

# ruff: noqa
# fmt: off

from __future__ import annotations

'''


_DEPRECATED = (
    "",
    "if TYPE_CHECKING:  # type checkers bring it along; nothing has to be installed",
    "    from typing_extensions import deprecated",
    "else:",
    "    def deprecated(message):",
    "        return lambda function: function",
)


@dataclass(frozen=True, slots=True)
class _Named:
    flag: Flag
    name: str
    kind: str
    """The type of its object."""


def python_module(document: Document, now_us: int) -> str:
    """The module's text. `now_us` (microseconds since 1970) decides which flags have expired.

    Archived flags are left out; those that have expired are marked as deprecated.
    """
    flags = [flag for _, flag in sorted(document.flags.items()) if flag.archived_at is None]
    names = unique((flag.key, identifier(flag.key)) for flag in flags)
    types = Types()
    known = [_named(flag, names[flag.key], types) for flag in flags]
    known = [replace(n, name=f"{n.name}_") if n.name in types.taken else n for n in known]
    past = [named for named in known if _is_past(named.flag, now_us)]
    parts = [*_imports(known, types, deprecates=bool(past))]
    if types.lines:
        parts += ["", *types.lines]
    if past:
        parts += ["", *(f"_expired_{named.name} = {_made(named)}" for named in past)]
    parts += ["", "", "class Flags:", '    """Every flag, asked by the client that is set."""']
    parts += ["", "    __slots__ = ()"]
    for named in known:
        parts += ["", *(_expired(named) if named in past else _current(named))]
    return _HEAD + "\n".join([*parts, "", "", "flags: Final = Flags()", ""])


def _named(flag: Flag, name: str, types: Types) -> _Named:
    variants = types.name(f"{class_name(name)}Variant")
    keys = [literal(variant.key) for variant in flag.variants]
    types.lines.append(f"{variants} = {types.literals(keys) if keys else 'str'}")
    kind = f"{_CLASSES[flag.type]}[{variants}]"
    if flag.type == "json":
        value = types.any()
        if flag.schema is not None:
            value = types.of_schema(flag.schema, f"{class_name(name)}Value")
        kind = f"JsonFlag[{value}, {variants}]"
    return _Named(flag, name, kind)


def _imports(known: list[_Named], types: Types, *, deprecates: bool) -> list[str]:
    names = sorted({"Final"} | types.uses | ({"TYPE_CHECKING"} if deprecates else set()))
    lines = ["from warnings import warn"] if deprecates else []
    lines = [f"from typing import {', '.join(names)}", *lines, ""]
    classes = sorted({_CLASSES[named.flag.type] for named in known})
    if classes:
        lines.append(f"from yardarm import {', '.join(classes)}")
    return [*lines, *(_DEPRECATED if deprecates else ())]


def _made(named: _Named) -> str:
    variants = ", ".join(literal(variant.key) for variant in named.flag.variants)
    return f"{named.kind}({literal(named.flag.key)}, [{variants}])"


def _current(named: _Named) -> list[str]:
    return [f"    {named.name}: Final = {_made(named)}", docstring(_words(named.flag), "    ")]


def _expired(named: _Named) -> list[str]:
    message = f"flag {named.flag.key!r} has expired on {named.flag.expires_at}"
    return [
        "    @property",
        f"    @deprecated({literal(message)})",
        f"    def {named.name}(self) -> {named.kind}:",
        docstring(_words(named.flag), "        "),
        f"        warn({literal(message)}, DeprecationWarning, stacklevel=2)",
        f"        return _expired_{named.name}",
    ]


def _words(flag: Flag) -> str:
    """What people know of the flag."""
    facts = [f"purpose {flag.purpose}"]
    facts += [f"owner {flag.owner}"] if flag.owner else []
    facts += [f"expires {flag.expires_at}"] if flag.expires_at else []
    about = [text.strip() for text in (flag.name, flag.description) if text.strip()]
    return "\n\n".join([*about, f"Flag {flag.key}: {', '.join(facts)}."])


def _is_past(flag: Flag, now_us: int) -> bool:
    at = None if flag.expires_at is None else instant_us(flag.expires_at)
    return at is not None and at <= now_us
