"""From flagd's JSONLogic to conditions, and back.

Comparisons of one attribute with constants become clauses, `and`, `or` and `!` become what they
are, mentions of evaluators become segments; whatever else there is stays JSONLogic. What is read
decides exactly as flagd does, whichever it becomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from ...core import model as m
from ...core.jsonlogic.coerce import truthy
from ...core.jsonlogic.scope import stored_name
from ...core.model import Json
from ...core.reading import escape
from .evaluators import Evaluators
from .generations import named

MAX_DEPTH = 12
"""How deep conditions are taken apart; what is below stays JSONLogic."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"!=": "==", "!==": "==="}


@dataclass(frozen=True, slots=True)
class Words:
    """What a rule's words mean: its evaluators, those of them that are segments, its generation."""

    evaluators: Evaluators
    generation: str
    segments: frozenset[str] = frozenset()

    def alone(self) -> Words:
        """These words for what has no mentions any more (or only such as stay)."""
        return Words(_NONE, self.generation) if self.evaluators.rules else self

    def logic(self, expression: Json) -> m.Logic:
        """The expression as it is, in our words. Raises `TooLarge`."""
        return m.Logic(named(self.evaluators.replaced(expression), self.generation))

    def condition(self, expression: Json, depth: int = 0) -> m.Condition:
        """What is true where the expression's value is true in JSONLogic. Raises `TooLarge`."""
        mentioned = self.evaluators.mentioned(expression)
        if mentioned is not None:
            if mentioned in self.segments:
                return m.InSegment(mentioned)
            # Replaced at once, because there what this costs is bounded.
            return self.alone().condition(self.evaluators.replaced(expression), depth)
        if not isinstance(expression, dict | list):
            return m.Always() if truthy(expression) else m.Not(m.Always())
        if depth < MAX_DEPTH and isinstance(expression, dict) and len(expression) == 1:
            ((name, given),) = expression.items()
            arguments = given if isinstance(given, list) else [given]
            found = self._joined(name, arguments, depth) or _clause(name, arguments)
            if found is not None:
                return found
        return self.logic(expression)

    def _joined(self, name: str, arguments: list[Json], depth: int) -> m.Condition | None:
        if name in ("and", "or") and arguments:
            parts = tuple(self.condition(argument, depth + 1) for argument in arguments)
            if len(parts) == 1:
                return parts[0]
            return m.All(parts) if name == "and" else m.AnyOf(parts)
        if name in ("!", "!!") and len(arguments) == 1:
            inner = self.condition(arguments[0], depth + 1)
            return inner if name == "!!" else m.Not(inner)
        return None


_NONE = Evaluators({}, {})


# --- clauses ----------------------------------------------------------------------------------


def _clause(name: str, arguments: list[Json]) -> m.Condition | None:
    if name in _NEGATED:
        found = _clause(_NEGATED[name], arguments)
        return None if found is None else m.Not(found)
    if name == "var":
        return _made({"var": arguments}, "true", ())
    if name == "sem_ver" and len(arguments) == 3 and isinstance(arguments[1], str):
        plain = is_constant(arguments[2])
        return _made(arguments[0], name, tuple(arguments[1:])) if plain else None
    if len(arguments) != 2:
        return None
    one, other = arguments
    match name:
        case "==" | "===":
            return _made(one, name, (other,)) or _made(other, name, (one,))
        case "<" | "<=" | ">" | ">=":
            return _made(one, name, (other,)) or _made(other, _FLIPPED[name], (one,))
        case "in" if isinstance(other, list):
            return _made(one, name, tuple(other))
        case "in":
            return _made(other, "holds", (one,))
        case "starts_with" | "ends_with":
            return _made(one, name, (other,))
    return None


def _made(variable: Json, operator: str, values: tuple[Json, ...]) -> m.Clause | None:
    if not all(map(is_constant, values)):
        return None
    names = path_of(variable)
    if names is None:
        return None
    if names == ("targetingKey",):
        # In our contexts it is the unit's key, which is never empty.
        texts = bool(values) and all(isinstance(value, str) and value for value in values)
        if not texts or operator not in ("==", "===", "in", "starts_with", "ends_with"):
            return None
        return m.Clause("key", f"flagd.{operator}", values)
    attribute = attribute_of(names)
    return None if attribute is None else m.Clause(attribute, f"flagd.{operator}", values)


def is_constant(value: Json) -> bool:
    """Whether the value can stand in a clause."""
    if isinstance(value, float):
        return isfinite(value)
    return value is None or isinstance(value, str | int)


def path_of(variable: Json) -> tuple[str, ...] | None:
    """The names of `{"var": "a.b"}`; None for all other expressions."""
    if not isinstance(variable, dict) or len(variable) != 1 or "var" not in variable:
        return None
    given = variable["var"]
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    return tuple(given.split(".")) if isinstance(given, str) and given else None


@lru_cache(maxsize=1024)
def attribute_of(names: tuple[str, ...]) -> str | None:
    """The attribute at a path; None where our attributes would find something else.

    `var` goes into lists and text by position and knows their `length`, our attributes do not.
    """
    first, *rest = names
    if first in ("$flagd", "targetingKey", "kind", "multi", "_private") or not first:
        return None
    if stored_name(first) != first or any(name.isdecimal() or name == "length" for name in rest):
        return None
    plain = not rest and not first.startswith("/")
    attribute = first if plain else "".join(f"/{escape(name)}" for name in names)
    return attribute if len(attribute) <= 1000 else None


# --- and back ---------------------------------------------------------------------------------


def names_of(attribute: str) -> tuple[str, ...] | None:
    """The path at which flagd finds an attribute of ours; None where it finds none."""
    if not attribute.startswith("/"):
        names: tuple[str, ...] = (attribute,)
    else:
        tokens = attribute[1:].split("/")
        names = tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)
    if any("." in name for name in names) or attribute_of(names) is None:
        return None
    return names


def variable(clause: m.Clause) -> Json | None:
    """The expression for a clause's attribute; None where flagd has none."""
    if clause.kind != m.DEFAULT_KIND:
        return None
    names = ("targetingKey",) if clause.attribute == "key" else names_of(clause.attribute)
    return None if names is None else {"var": ".".join(names)}


def clause_expression(clause: m.Clause) -> Json | None:
    """A clause with an operator of flagd's; None where it cannot be said."""
    found = variable(clause)
    if found is None:
        return None
    values = list(clause.values)
    match clause.operator.removeprefix("flagd."):
        case "true":
            return {"!!": [found]}
        case "in":
            return {"in": [found, values]}
        case "holds":
            return {"in": [values[0], found]}
        case name:
            return {name: [found, *values]}
