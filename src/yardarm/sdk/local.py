"""Local values: what the command line, the environment and files say that flags are. Pure.

They go before everything that a server or a document says: command line, then environment, then
files, of which a later one goes before an earlier one. Only a kill in the override file goes before
them, and what a test says before all. A value is the key of a variant, or what a variant has as its
value; of a flag that no document has, it is whatever the program asks for, if it can be read so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.jsontext import canonical, check_value
from ..core.model import Json

PREFIX = "YARDARM_FLAG_"
"""What the names of environment variables begin with; the flag's name follows."""

COMMAND_LINE = "command line"
TEST = "test"

_TRUE = frozenset({"on", "true", "yes", "1"})
_FALSE = frozenset({"off", "false", "no", "0"})


class Said(NamedTuple):
    """What somebody says that a flag is: a text, or a JSON value. `source` is where."""

    value: Json
    source: str


@dataclass(frozen=True, slots=True)
class FileValues:
    """What a file says: a value by flag."""

    name: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class LocalValues:
    """All local values of one moment. `environment` is by the variables' names."""

    arguments: Mapping[str, Json] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileValues, ...] = ()
    tests: Mapping[str, Json] = field(default_factory=dict)

    def __bool__(self) -> bool:
        said = self.tests or self.arguments or self.environment
        return bool(said or any(one.values for one in self.files))

    def find(self, key: str) -> Said | None:
        """What is said of a flag, by whoever goes first."""
        if key in self.tests:
            return Said(self.tests[key], TEST)
        if key in self.arguments:
            return Said(self.arguments[key], COMMAND_LINE)
        if self.environment and (name := variable(key)) in self.environment:
            return Said(self.environment[name], f"environment {name}")
        for one in reversed(self.files):
            if key in one.values:
                return Said(one.values[key], f"file {one.name}")
        return None

    def named(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys of which something is said."""
        if self.environment:
            return {key for key in keys if self.find(key) is not None}
        known = set(self.arguments).union(self.tests, *(one.values for one in self.files))
        return known if not known else known.intersection(keys)

    def strangers(self, keys: Iterable[str]) -> list[str]:
        """What is said of flags that are not among these keys, in words."""
        held = set(keys)
        words = [
            f"{source} names flag {key!r}{did_you_mean(key, held)}"
            for source, values in (
                (COMMAND_LINE, self.arguments),
                *((f"file {one.name}", one.values) for one in self.files),
            )
            for key in values
            if key not in held
        ]
        variables = {variable(key): key for key in held} if self.environment else {}
        return words + [
            f"environment names {name}{did_you_mean(name, variables)}"
            for name in self.environment
            if name not in variables
        ]


NOTHING_LOCAL = LocalValues()


def variable(key: str) -> str:
    """The name of the environment variable for a flag: `new-ui` is `YARDARM_FLAG_NEW_UI`."""
    return PREFIX + re.sub(r"\W", "_", key, flags=re.ASCII).upper()


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that say something of a flag; an empty one says nothing."""
    return {name: text for name, text in environ.items() if name.startswith(PREFIX) and text}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is nearest, or nothing."""
    from difflib import get_close_matches  # not needed where nobody mistypes

    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


# --- values of flags that there are ------------------------------------------------------------


def variant_of(flag: Mapping[str, Any], said: Json) -> str | None:
    """The variant meant, of a flag in its JSON form; None where `off` is. Raises `ValueError`.

    A text is a variant's key; if there is none of that name it is read as a value.
    """
    variants = [one for one in flag.get("variants") or () if isinstance(one, dict)]
    values = {str(one.get("key")): one.get("value") for one in variants}
    if isinstance(said, str) and said in values:
        return said
    wanted = [said] if not isinstance(said, str) else [said, *_read(said)]
    for value in wanted:
        for key, own in values.items():
            if _same(own, value):
                return key
    if said is False:
        return None
    known = ", ".join(values) or "none"
    if said is True:
        raise ValueError(f"needs a variant: {known}")
    shown = said if isinstance(said, str) else json.dumps(said)
    raise ValueError(f"has no variant {shown[:100]!r}{did_you_mean(shown, values)}; it has {known}")


def _read(text: str) -> list[Json]:
    """What a text can be read as, beside itself."""
    found: list[Json] = []
    if text.lower() in _TRUE | _FALSE:
        found.append(text.lower() in _TRUE)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return found
    return found if check_value(value) else [*found, value]


def _same(one: Json, other: Json) -> bool:
    """Equal as JSON: 1 is 1.0, and true is neither."""
    return one == other and canonical(_numbers(one)) == canonical(_numbers(other))


def _numbers(value: Json) -> Json:
    """The value with whole numbers written in one way."""
    if isinstance(value, dict):
        return {name: _numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --- values of flags that no document has -------------------------------------------------------


def value_as(wanted: str, said: Json) -> tuple[bool, Any]:
    """Whether what is said can be read as a type (or as a variant's key), and the value."""
    if wanted == "variant":
        return True, variant_word(said)
    choices = [said, *_read(said)] if isinstance(said, str) else [said]
    if wanted == "json":
        choices.reverse()  # a text is what it says, if it says something
        return True, choices[0]
    fits = next((value for value in choices if type(value) in _TYPES[wanted]), None)
    return fits is not None, fits


def variant_word(said: Json) -> str:
    """What is said, as the key of a variant."""
    if isinstance(said, bool):
        return "on" if said else "off"
    return said if isinstance(said, str) else json.dumps(said)


_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,), "string": (str,), "integer": (int,), "number": (int, float),
}  # fmt: skip
