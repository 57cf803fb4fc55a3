"""From one condition to a clause, a share, or a question to another flag."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...core import model as m
from ...core.bucketing.flagsmith import percentage, seed_of
from ...core.jsonpath import PathError
from ...core.model import Json
from ...core.operators import find, prepare
from ...core.operators.flagsmith_failures import BY_KEY, overflows
from ...core.reading import kind_name
from ...core.traits import Scalar, text_of, trait_value
from .dependencies import Dependencies
from .notes import Notes
from .paths import Property, property_of
from .source import Source

OPERATORS: Mapping[str, str] = {
    name.upper(): f"flagsmith.{name}"
    for name in (
        "equal", "not_equal", "greater_than", "greater_than_inclusive", "less_than",
        "less_than_inclusive", "contains", "not_contains", "regex", "modulo", "in", "is_set",
        "is_not_set",
    )
}  # fmt: skip
"""Ours by the vendor's name; PERCENTAGE_SPLIT is a share."""

SPLIT = "PERCENTAGE_SPLIT"
NO_VALUE = "'value' is missing"
_ABSENT = object()

Test = Callable[[Scalar], bool]


class Conditions:
    """Reads conditions of one document.

    `lazy` asks other flags at the time of evaluation instead of by the model's own words, and minds
    every value that the engine fails at, as an evaluation does that has to follow the engine step
    by step. `missing` holds the causes of faults which are members that are not there: the engine's
    paths take that for a flag that is not there, where they come upon it.
    """

    def __init__(
        self, source: Source, notes: Notes, dependencies: Dependencies, *, lazy: bool = False
    ) -> None:
        self._source = source
        self._notes = notes
        self._dependencies = dependencies
        self._lazy = lazy
        self._name = "property_" if source.is_environment else "property"
        self.missing: set[str] = set()

    def read(self, raw: Json, pointer: str, segment: str) -> m.Condition:
        """The condition of the segment with this key."""
        if not isinstance(raw, dict):
            return self.fault(pointer, f"expected an object, found {kind_name(raw)}")
        operator, text = raw.get("operator"), raw.get(self._name)
        if self._source.is_environment:
            text = text or ""
        elif operator == SPLIT and not text and self._name in raw:
            text = ""
        if type(text) is not str:
            missing = self._name not in raw
            return self.fault(pointer, f"a condition without {self._name!r}", missing=missing)
        if "operator" not in raw:
            return self.fault(pointer, "a condition without an operator", missing=True)
        value = raw.get("value", _ABSENT)
        if operator == SPLIT and not text:
            return self._mindful(self._by_identity(value, pointer, segment), None, BY_KEY, value)
        try:
            asked = property_of(text)
        except PathError as error:
            message = f"the property is no path that makes sense: {error}"
            return self.fault(f"{pointer}/{self._name}", message)
        self._look_at(asked, pointer)
        if operator == SPLIT:
            found = self._share(asked, value, pointer, segment)
        else:
            found = self._clause(asked, operator, value, pointer)
        return self._mindful(found, asked, operator, value)

    def _mindful(
        self, condition: m.Condition, asked: Property | None, operator: Json, value: Json
    ) -> m.Condition:
        """The condition with the values that the engine fails at. It is asked once more for that,
        so not where the asking itself has an effect: of other flags."""
        if value is not _ABSENT and overflows(value):
            self._source.fails = True
        if not self._lazy or (asked is not None and asked.kind in ("flag", "any")):
            return condition
        attribute, kind = ("key", "user") if asked is None else self._attribute(asked)
        said = (operator,) if value is _ABSENT else (operator, value)
        fails = m.Clause(attribute, "flagsmith.fails", said, kind)
        return m.AnyOf((m.All((fails, m.Fault(f"a value that {operator} fails at"))), condition))

    def _look_at(self, asked: Property, pointer: str) -> None:
        """Note what native contexts cannot be asked for."""
        _, kind = asked.attribute("")
        if kind == "flagsmith" and asked.kind not in ("document", "flag", "identity key"):
            self._source.uses_context = True
        if asked.touches_flags:
            self._source.touches_flags = True
        if asked.kind in ("document", "flag", "any"):
            self._source.asks_itself = True
        if asked.kind == "any":
            self._notes.add(
                f"{pointer}/{self._name}",
                f"the path {asked.text!r} can come to any part of Flagsmith's evaluation context",
                "contexts of ours are asked for their identity alone",
                kind="lost",
            )
        elif asked.kind == "trait" and asked.text in ("", "key", "kind", "multi", "_private"):
            self._notes.add(
                f"{pointer}/{self._name}",
                f"a trait called {asked.text!r} has no place in a context of ours",
                "it is missing there; Flagsmith's own contexts are asked for it",
                kind="lost",
            )

    # --- clauses ------------------------------------------------------------------------------

    def _clause(self, asked: Property, operator: Json, value: Json, pointer: str) -> m.Condition:
        name = OPERATORS.get(operator) if type(operator) is str else None
        if name is None:
            if isinstance(operator, list | dict):
                return self._broken(asked, "an operator", "is no text", pointer)
            attribute, kind = self._attribute(asked)
            said = (operator,) if value is _ABSENT else (operator, value)
            return m.Clause(attribute, "flagsmith.unknown", said, kind)
        takes_none = operator in ("IS_SET", "IS_NOT_SET")
        if value is _ABSENT and not takes_none:
            return self._broken(asked, operator, NO_VALUE, pointer)
        values: tuple[Json, ...] = (None if value is _ABSENT else value,)
        if takes_none and value in ("", _ABSENT):
            values = ()
        try:
            prepared = prepare(name, values)
        except ValueError as error:
            return self._broken(asked, operator, str(error), f"{pointer}/value")
        if asked.kind == "flag" and not self._lazy:
            test = find(name).test  # type: ignore[union-attr]
            return self._dependencies.condition(asked, lambda found: test(found, prepared))
        attribute, kind = self._attribute(asked)
        known = self._known(asked)
        if known is not None:
            values = (value if values else None, {"else": known})
        return m.Clause(attribute, name, values, kind)

    def _known(self, asked: Property) -> Scalar:
        """What the path finds in the document itself."""
        if asked.kind != "document" or asked.path is None:
            return None
        found = asked.path.first(self._source.root)
        return found if isinstance(found, str | int | float) else None

    def _broken(self, asked: Property, operator: str, why: str, pointer: str) -> m.Condition:
        """What the engine fails at, for contexts for which it comes so far."""
        fault = self.fault(pointer, f"{operator}: {why}", missing=why == NO_VALUE)
        if operator == "IN":
            return fault
        asks = "flagsmith.is_set"
        if operator == "MODULO" and why != NO_VALUE:
            asks = "flagsmith.is_number"
        attribute, kind = self._attribute(asked)
        return m.All((m.Clause(attribute, asks, (), kind), fault))

    def fault(self, pointer: str, message: str, *, missing: bool = False) -> m.Fault:
        """A part at which the engine fails. `missing`: because a member is not there."""
        effect = "flags that ask this segment answer the caller's fallback where it is reached"
        self._notes.add(pointer, message, effect)
        self._source.fails = True
        made = m.Fault(f"{pointer}: {message}")
        if missing:
            self.missing.add(made.cause)
        return made

    def _attribute(self, asked: Property) -> tuple[str, str]:
        if self._lazy and asked.kind == "identifier":
            return asked.text, "flagsmith"  # where a trait of that name comes first
        return asked.attribute(self._source.key)

    # --- shares -------------------------------------------------------------------------------

    def _by_identity(self, value: Json, pointer: str, segment: str) -> m.Condition:
        """A share of the identities by their keys."""
        limit = _limit(value)
        if isinstance(limit, str):
            where = pointer if limit == NO_VALUE else f"{pointer}/value"
            fault = self.fault(where, f"{SPLIT}: {limit}", missing=limit == NO_VALUE)
            return m.All((m.Clause("key", "present"), fault))
        if limit is None:
            return m.Clause("key", "flagsmith.unknown", (SPLIT, value))
        seed = seed_of(self._seed(segment), self._source.key)
        return m.Share(m.Bucketing("flagsmith.identity", seed, ("key",)), ((0.0, limit),))

    def _share(self, asked: Property, value: Json, pointer: str, segment: str) -> m.Condition:
        limit = _limit(value)
        if isinstance(limit, str):
            where = pointer if limit == NO_VALUE else f"{pointer}/value"
            return self._broken(asked, SPLIT, limit, where)
        attribute, kind = self._attribute(asked)
        if limit is None:
            return m.Clause(attribute, "flagsmith.unknown", (SPLIT, value), kind)
        seed = self._seed(segment)
        if asked.kind == "flag" and not self._lazy:
            return self._dependencies.condition(asked, _within(seed, limit))
        if asked.kind == "document" and not self._lazy:
            return m.Always() if _within(seed, limit)(self._known(asked)) else m.Not(m.Always())
        bucketing = m.Bucketing("flagsmith.value", seed, (attribute,), kind)
        if asked.kind == "identity key" and not self._lazy:
            seed = seed_of(seed, self._source.key)
            bucketing = m.Bucketing("flagsmith.identity_key", seed, ("key",))
        return m.Share(bucketing, ((0.0, limit),))

    def _seed(self, segment: str) -> str:
        if self._source.is_environment:
            return segment
        return str(self._source.segments[segment].raw.get("key", segment))


def _limit(value: Json) -> float | str | None:
    """The percentage; None where nobody is in the share, or why the engine fails at it."""
    if value is _ABSENT:
        return NO_VALUE
    if value is None or isinstance(value, list | dict):
        return "the value must be a number"
    try:
        limit = float(value)
    except ValueError:
        return None
    except OverflowError:
        return "the value is too large a number"
    return None if limit != limit else max(-1.0, min(limit, 100.0))


def _within(seed: str, limit: float) -> Test:
    def within(found: Scalar) -> bool:
        read = trait_value(found)
        return read is not None and percentage(f"{seed},{text_of(read)}") <= limit

    return within
