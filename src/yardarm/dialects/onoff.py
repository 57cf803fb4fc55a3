"""What the dialects of the older libraries have in common: flags that are only on or off.

Like `base`, it is no dialect, so every dialect may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ..core import model as m
from ..core.jsontext import check_value
from ..core.keys import check_key
from ..core.model import Json
from ..errors import DocumentError, OptionError, Problem
from .base import Loss, LossKind, Options

T = TypeVar("T")

ON, OFF = "on", "off"
VARIANTS = (m.Variant(ON, True), m.Variant(OFF, False))

EVERYONE = m.Always()
NOBODY = m.Not(m.Always())
"""A condition that never matches, and says so."""


class Refused(Exception):
    """A flag that cannot be read: where and why. It is reported and left out."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message


class Notes:
    """Collects what is lost on the way. `flag` is the key of the flag that is being read."""

    def __init__(self) -> None:
        self.losses: list[Loss] = []
        self.flag: str | None = None

    def add(
        self, pointer: str, message: str, effect: str = "", kind: LossKind = "malformed"
    ) -> None:
        """Something that makes no sense, or for which there are no words."""
        self.losses.append(Loss(pointer, message, effect, self.flag, kind))

    def lost(self, pointer: str, message: str, effect: str = "") -> None:
        """Something for which the other language has no words."""
        self.add(pointer, message, effect, "lost")

    def differs(
        self, pointer: str, message: str, *, says: str, did: str, option: str, taken: str
    ) -> None:
        """The old code did something other than it said; `taken` is what is read: the one or
        the other, as the option has it."""
        effect = f"read as {says if taken == 'said' else did}"
        self.losses.append(Loss(pointer, message, effect, self.flag, "differs", says, did, option))

    def refuse(self, error: Refused) -> None:
        """A flag that is left out."""
        self.add(error.pointer, error.message, "left out: callers get their fallback")

    def attempt(self, at: str, make: Callable[[], T]) -> T | None:
        """What `make` makes, or None and a note, where it refuses or what it is given is beyond
        all bounds. `at` is the pointer where it names none."""
        try:
            return make()
        except Refused as error:
            self.refuse(Refused(error.pointer or at, error.message))
        except (RecursionError, ValueError, OverflowError) as error:
            self.refuse(Refused(at, f"this is beyond all bounds: {type(error).__name__}"))
        return None


def flag(
    key: str,
    dialect: str,
    raw: Json,
    *,
    enabled: bool = True,
    default: m.Serve | None = ON,
    rules: Iterable[m.Rule] = (),
    prerequisites: Iterable[m.Prerequisite] = (),
    name: str = "",
    description: str = "",
    more: Mapping[str, Json] | None = None,
) -> m.Flag:
    """A flag of two variants, off where it is disabled.

    `raw` is kept as its origin, with `more`. Raises `Refused` for a key that no flag can have.
    """
    for problem in check_key(key, ""):
        raise Refused("", f"{problem.message}; {problem.hint}")
    kept = storable(raw)
    origin = {"dialect": dialect, **(more or {})}
    return m.Flag(
        key=key,
        type="boolean",
        variants=VARIANTS,
        enabled=enabled,
        off=OFF,
        default=default,
        rules=tuple(rules),
        prerequisites=tuple(prerequisites),
        name=name[:10_000],
        description=description[:10_000],
        origin={**origin, "raw": kept} if kept is not None or raw is None else origin,
    )


def with_options(flags: Mapping[str, m.Flag], options: Options) -> dict[str, m.Flag]:
    """The flags with the reader's options in their origin, by which a writer can read it again."""
    kept = storable(dict(options))
    if not kept:
        return dict(flags)
    return {
        key: replace(one, origin={**(one.origin or {}), "options": kept})
        for key, one in flags.items()
    }


def options_of(origin: Mapping[str, Json]) -> Options:
    """The options with which a flag was read."""
    kept = origin.get("options")
    return kept if isinstance(kept, dict) else {}


def storable(raw: Json) -> Json:
    """`raw` as JSON that can be published, or None where a part of it cannot (NaN, too deep)."""
    if not check_value(raw):
        return raw
    made = _listed(raw, 0)
    return None if check_value(made) else made


def _listed(value: Json, depth: int) -> Json:
    """The value with lists for tuples."""
    if depth > 100:
        return value
    if isinstance(value, list | tuple):
        return [_listed(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _listed(member, depth + 1) for name, member in value.items()}
    return value


def unedited(now: m.Flag, read_again: m.Flag | None) -> bool:
    """Whether a flag still is what reading its origin gives, whatever the library cannot hold."""
    return read_again is not None and _said(now) == _said(read_again)


def _said(one: m.Flag) -> m.Flag:
    return replace(
        one, version=0, origin=None, owner="", tags=(), purpose="release", expires_at=None,
        client_visible=False, metadata={},
    )  # fmt: skip


def is_plain(one: m.Flag) -> bool:
    """Whether the flag answers everybody the same, by being enabled or not."""
    asks = one.targets or one.prerequisites or any(not rule.paused for rule in one.rules)
    return not one.enabled or (not asks and isinstance(one.default, str))


def is_on(one: m.Flag) -> bool:
    """What a plain flag answers: whether the value that it serves is true."""
    served = one.default if one.enabled else one.off
    return any(v.key == served and v.value is True and not v.withheld for v in one.variants)


def on_variant(one: m.Flag) -> str | None:
    """The key of the variant that is true."""
    return next((v.key for v in one.variants if v.value is True and not v.withheld), None)


def write_fixed(one: m.Flag, losses: list[Loss], why: str) -> bool:
    """What is written for a flag that the library has no words for: what its default serves.

    A split serves nobody the same, so it is written as off. The loss says so.
    """
    on = isinstance(one.default, str) and one.enabled and is_on(one)
    losses.append(
        Loss(
            f"/flags/{_token(one.key)}",
            why,
            f"written as {'on' if on else 'off'} for everybody",
            flag=one.key,
        )
    )
    return on


def is_boolean(one: m.Flag, losses: list[Loss]) -> bool:
    """Whether a library of switches can hold the flag at all; a loss where not."""
    if one.archived_at is not None:
        return False
    if one.type == "boolean":
        if _falls_back(one):
            losses.append(
                Loss(
                    f"/flags/{_token(one.key)}",
                    "the caller's fallback, which the library does not have",
                    "written as off",
                    flag=one.key,
                )
            )
        return True
    losses.append(
        Loss(
            f"/flags/{_token(one.key)}",
            f"a flag of type {one.type}; the library knows only on and off",
            "not written",
            flag=one.key,
        )
    )
    return False


def _falls_back(one: m.Flag) -> bool:
    """Whether somebody may be answered the caller's fallback."""
    if any(variant.withheld for variant in one.variants):
        return True
    if not one.enabled:
        return one.off is None
    asked = [rule.serve for rule in one.rules if not rule.paused]
    last = one.default
    uncovered = isinstance(last, m.Split) and last.outside is None
    return None in asked or last is None or uncovered or bool(one.prerequisites and not one.off)


def _token(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def choice(options: Options, name: str, allowed: Sequence[str], default: str) -> str:
    """An option's value. Raises `OptionError` for one that is not allowed."""
    value = options.get(name, default)
    if value not in allowed:
        raise OptionError(f"the option {name} is {', '.join(allowed)}; not {value!r}")
    return str(value)


def texts(options: Options, name: str) -> dict[str, str]:
    """An option that is an object of texts. Raises `OptionError` where it is none."""
    value = options.get(name, {})
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    ):
        raise OptionError(f'the option {name} is an object of texts, such as {{"a": "b"}}')
    return dict(value)


def no_document(what: str, expected: str) -> DocumentError:
    """The error for what is no document of a library at all."""
    return DocumentError([Problem("", f"this is {what}", f"expected {expected}")])
