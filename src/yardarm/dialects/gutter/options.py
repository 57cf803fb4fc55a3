"""The reader's options, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import OptionError
from .. import onoff
from ..base import Options

_ENDINGS = ("Arguments", "Argument", "Inputs", "Input")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RESERVED = frozenset({"multi", "kind", "$", ""})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person chose."""

    namespace: str
    keyspace: str
    arguments: dict[str, str]
    variables: dict[str, str]
    as_bytes: bool
    compounded: str
    autocreate: bool

    @classmethod
    def of(cls, options: Options) -> Chosen:
        """Raises `OptionError` for a value that is not allowed."""
        variables = onoff.texts(options, "variables")
        for value in variables.values():
            if value not in ("variable", "raw", "Boolean"):
                raise OptionError(f"a variable is 'variable', 'raw' or 'Boolean', not {value!r}")
        arguments = onoff.texts(options, "arguments")
        for kind in arguments.values():
            if kind in _RESERVED:
                raise OptionError(f"{kind!r} is no kind of context")
        return cls(
            str(options.get("namespace", "default")),
            str(options.get("keyspace", "gutter")),
            arguments,
            variables,
            onoff.choice(options, "text", ("unicode", "bytes"), "unicode") == "bytes",
            onoff.choice(options, "compounded", ("did", "said"), "did"),
            bool(options.get("autocreate", False)),
        )

    def kind(self, argument: str) -> str:
        """The kind of context that a class of arguments stands for."""
        last = argument.rpartition(".")[2]
        found = self.arguments.get(argument) or self.arguments.get(last)
        return found or kind_of(last)

    def variable(self, argument: str, attribute: str) -> str:
        """What an argument's attribute is: `variable`, `raw` or `Boolean`."""
        last = argument.rpartition(".")[2]
        for name in (f"{argument}.{attribute}", f"{last}.{attribute}", "*"):
            if name in self.variables:
                return self.variables[name]
        return "variable"


def kind_of(class_name: str) -> str:
    """The kind that a class's name suggests.

    >>> kind_of("UserArguments"), kind_of("HTTPRequestArgument"), kind_of("Visitor")
    ('user', 'httprequest', 'visitor')
    """
    for ending in _ENDINGS:
        if class_name != ending:
            class_name = class_name.removesuffix(ending)
    kind = _WORD.sub("_", class_name).lower().strip("_")
    return f"{kind}_" if kind in _RESERVED else kind
