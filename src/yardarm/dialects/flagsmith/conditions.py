"""From one condition to a clause, a share, or a question to another flag."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...core import model as m
from ...core.bucketing.flagsmith import percentage, seed_of
from ...core.jsonpath import PathError
from ...core.model import Json
from ...core.operators import find, prepare
from ...core.reading import kind_name
from ...core.traits import Scalar, text_of, trait_value
from .dependencies import Dependencies
from .notes import Malformed, Notes
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
_ABSENT = object()

Test = Callable[[Scalar], bool]


class Conditions:
    """Reads conditions of one document.

    `lazy` asks other flags at the time of evaluation instead of by the model's own words, as an
    evaluation does that has to follow the engine through a circle of flags.
    """

    def __init__(
        self, source: Source, notes: Notes, dependencies: Dependencies, *, lazy: bool = False
    ) -> None:
        self._source = source
        self._notes = notes
        self._dependencies = dependencies
        self._lazy = lazy
        self._name = "property_" if source.is_environment else "property"

    def read(self, raw: Json, pointer: str, segment: str) -> m.Condition:
        """The condition of the segment with this key. Raises `Malformed`."""
        if not isinstance(raw, dict):
            raise Malformed(f"expected an object, found {kind_name(raw)}", pointer)
        operator, text = raw.get("operator"), raw.get(self._name)
        if self._source.is_environment:
            text = text or ""
        if type(operator) is not str:
            raise Malformed("a condition without an operator", pointer)
        if type(text) is not str:
            raise Malformed(f"a condition without {self._name!r}", pointer)
        value = raw.get("value", _ABSENT)
        try:
            asked = property_of(text)
        except PathError as error:
            message = f"the property is no path that makes sense: {error}"
            return self._fault(f"{pointer}/{self._name}", message)
        if text or operator != SPLIT:
            self._look_at(asked, pointer)
        if operator == SPLIT:
            return self._share(asked, value, pointer, segment)
        return self._clause(asked, operator, value, pointer)

    def _look_at(self, asked: Property, pointer: str) -> None:
        """Note what native contexts cannot be asked for."""
        _, kind = asked.attribute("")
        if kind == "flagsmith" and asked.kind not in ("document", "flag", "identity key"):
            self._source.uses_context = True
        if asked.touches_flags:
            self._source.touches_flags = True
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

    def _clause(self, asked: Property, operator: str, value: Json, pointer: str) -> m.Condition:
        name = OPERATORS.get(operator)
        if name is None:
            attribute, kind = self._attribute(asked)
            said = (operator,) if value is _ABSENT else (operator, value)
            return m.Clause(attribute, "flagsmith.unknown", said, kind)
        takes_none = operator in ("IS_SET", "IS_NOT_SET")
        if value is _ABSENT and not takes_none:
            return self._broken(asked, operator, "'value' is missing", pointer)
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
        fault = self._fault(pointer, f"{operator}: {why}")
        if operator == "IN":
            return fault
        asks = "flagsmith.is_number" if operator == "MODULO" else "flagsmith.is_set"
        attribute, kind = self._attribute(asked)
        return m.All((m.Clause(attribute, asks, (), kind), fault))

    def _fault(self, pointer: str, message: str) -> m.Fault:
        effect = "flags that ask this segment answer the caller's fallback where it is reached"
        self._notes.add(pointer, message, effect)
        return m.Fault(f"{pointer}: {message}")

    def _attribute(self, asked: Property) -> tuple[str, str]:
        if self._lazy and asked.kind == "identifier":
            return asked.text, "flagsmith"  # where a trait of that name comes first
        return asked.attribute(self._source.key)

    # --- shares -------------------------------------------------------------------------------

    def _share(self, asked: Property, value: Json, pointer: str, segment: str) -> m.Condition:
        if value is _ABSENT or value is None or isinstance(value, list | dict):
            return self._broken(asked, SPLIT, "the value must be a number", f"{pointer}/value")
        attribute, kind = self._attribute(asked)
        try:
            limit = float(value)
        except (ValueError, OverflowError):
            return m.Clause(attribute, "flagsmith.unknown", (SPLIT, value), kind)
        if limit != limit:
            return m.Clause(attribute, "flagsmith.unknown", (SPLIT, value), kind)
        limit = max(-1.0, min(limit, 100.0))
        seed = str(self._source.segments[segment].raw.get("key", segment))
        if self._source.is_environment:
            seed = segment
        if asked.kind == "flag" and not self._lazy:
            return self._dependencies.condition(asked, _within(seed, limit))
        if asked.kind == "document" and not self._lazy:
            return m.Always() if _within(seed, limit)(self._known(asked)) else m.Not(m.Always())
        return m.Share(self._bucketing(asked, seed, attribute, kind), ((0.0, limit),))

    def _bucketing(self, asked: Property, seed: str, attribute: str, kind: str) -> m.Bucketing:
        if not asked.text:
            seed = seed_of(seed, self._source.key)
            return m.Bucketing("flagsmith.identity", seed, ("key",))
        if asked.kind == "identity key" and not self._lazy:
            seed = seed_of(seed, self._source.key)
            return m.Bucketing("flagsmith.identity_key", seed, ("key",))
        return m.Bucketing("flagsmith.value", seed, (attribute,), kind)


def _within(seed: str, limit: float) -> Test:
    def within(found: Scalar) -> bool:
        read = trait_value(found)
        return read is not None and percentage(f"{seed},{text_of(read)}") <= limit

    return within
