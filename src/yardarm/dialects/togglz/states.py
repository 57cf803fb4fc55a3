"""A feature's state, as every repository of Togglz holds it, and the options of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.java import equals_ignore_case, trim
from ...core.model import Json
from ...core.reading import kind_name
from ...errors import OptionError
from .. import onoff
from ..base import Options


@dataclass(frozen=True, slots=True)
class State:
    """One feature. `raw` is what the layout holds of it, `at` where."""

    feature: str
    enabled: bool
    strategy: str | None
    params: Mapping[str, str]
    at: str
    raw: Json
    label: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Everything in a source. `layout` names how it was kept, `rest` is what is no feature."""

    layout: str
    states: tuple[State, ...]
    rest: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of the reader, checked."""

    layout: str
    gradual: str
    strategies: str
    encoding: str
    params: str
    prefix: str
    utc_offset: str

    @classmethod
    def of(cls, options: Options) -> Choices:
        """Raises `OptionError`."""
        return cls(
            onoff.choice(options, "layout", ("", *LAYOUTS), ""),
            onoff.choice(options, "gradual", ("feature", "user"), "feature"),
            onoff.choice(options, "strategies", ("did", "said"), "did"),
            onoff.choice(options, "encoding", ("did", "said"), "did"),
            onoff.choice(options, "params", ("", "lines", "ampersands"), ""),
            _text(options, "prefix", "togglz:"),
            _text(options, "utc_offset", ""),
        )


def _text(options: Options, name: str, default: str) -> str:
    value = options.get(name, default)
    if not isinstance(value, str):
        raise OptionError(f"the option {name} is text; not {value!r}")
    return value


LAYOUTS = (
    "properties", "features", "ini", "spring", "spring-properties", "tables", "redis", "json",
    "files", "mongo", "dynamodb", "datastore", "actuator",
)  # fmt: skip
"""How Togglz, or those who wrote for it, kept states."""

_YES = ("true", "yes", "enabled", "enable")


def is_true(text: str) -> bool:
    """Whether a properties file says that a feature is enabled."""
    return any(equals_ignore_case(trim(text), word) for word in _YES)


def parse_boolean(text: str) -> bool:
    """Java's `Boolean.parseBoolean`."""
    return equals_ignore_case(text, "true")


def as_text(value: Json) -> str | None:
    """A parameter as Java has it: all of them are text. None for what is no parameter."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def parameters(value: Json, at: str, notes: onoff.Notes) -> dict[str, str]:
    """A feature's parameters; those that are no text are noted and left out."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        notes.add(at, f"the parameters are {kind_name(value)}, no object", "none of them is read")
        return {}
    found = {}
    for name, each in value.items():
        text = as_text(each)
        if isinstance(name, str) and text is not None:
            found[name] = text
        else:
            notes.add(f"{at}/{name}"[:300], "a parameter that is no text", "it is left out")
    return found


def strategy_of(value: Json, at: str, notes: onoff.Notes) -> str | None:
    """A strategy's id; one that is no text is noted."""
    if value is None or isinstance(value, str):
        return value or None
    notes.add(
        at, f"the strategy is {kind_name(value)}, no text", "it is read as none that is known"
    )
    return str(value)[:100]
