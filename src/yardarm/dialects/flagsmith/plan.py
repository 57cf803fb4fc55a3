"""What one feature can answer: its places, and the variants of our flag that stand for them.

A place is where a state stands: in the environment, in a segment, among an identity's overrides.
Each serves its value, or one of several by weight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...core import model as m
from ...core.model import Json
from ...core.values import fits
from .names import Namer
from .source import IDENTITY_OVERRIDES, Individual, Source
from .states import State, Variation

_FILLERS: dict[m.FlagType, Json] = {
    "boolean": False, "string": "", "integer": 0, "number": 0, "json": None,
}  # fmt: skip


@dataclass(slots=True)
class Place:
    """One state, and the keys of our variants for its value and for each of its variations.

    It stands in a segment, or for the identifiers of a group, or else in the environment.
    """

    state: State
    segment: str | None = None
    segment_name: str | None = None
    group: int | None = None
    identifiers: tuple[Json, ...] = ()
    control: str = ""
    arms: tuple[str, ...] = ()


@dataclass(slots=True)
class Plan:
    """Everything that a feature can answer. `individuals` come first, then `overrides` by priority,
    then `default`. `type` and `variants` are those of our flag."""

    name: str
    default: Place
    overrides: list[Place] = field(default_factory=list)
    individuals: list[Place] = field(default_factory=list)
    type: m.FlagType = "boolean"
    variants: tuple[m.Variant, ...] = ()
    switched_off: str | None = None
    """The variant that is served while nothing is on; None where something is."""

    def places(self) -> Iterator[Place]:
        """Every place: the environment's first."""
        yield self.default
        yield from self.overrides
        yield from self.individuals

    def result(self, place: Place, arm: int | None, identified: bool) -> dict[str, Json]:
        """What the engine answers from this place; `arm` is that of a variation in its order."""
        state = place.state
        made: dict[str, Json] = {
            "enabled": state.enabled,
            "name": state.name,
            "reason": self._reason(place),
            "value": state.value,
            "variant": "control" if state.variations and identified else None,
        }
        if arm is not None:
            chosen = state.ordered[arm]
            made |= {
                "reason": f"SPLIT; weight={chosen.weight}",
                "value": chosen.value,
                "variant": chosen.key,
            }
        if state.metadata:
            made["metadata"] = state.metadata
        return made

    def _reason(self, place: Place) -> str:
        if place is not self.default:
            return f"TARGETING_MATCH; segment={place.segment_name}"
        return "DEFAULT" if self.overrides or self.individuals else "STATIC"


def plan(source: Source, name: str, *, apart: bool = False) -> Plan:
    """What the feature can answer.

    `apart` gives every place variants of its own, for a feature of which others ask more than
    whether it is enabled and what its value is. Raises `Malformed` and `KeyError`.
    """
    made = Plan(name, Place(source.read_state(source.features[name].raw)))
    best: dict[str, Place] = {}
    for segment, raw in source.overrides.get(name, ()):
        place = Place(
            source.read_state(raw), segment, str(source.segments[segment].raw.get("name"))
        )
        known = best.get(segment)
        # Of several in one segment only the strongest is ever served.
        if known is None or place.state.priority < known.state.priority:
            best[segment] = place
    made.overrides = sorted(best.values(), key=lambda place: place.state.priority)
    made.individuals = [_individual(one) for one in source.individuals.get(name, ())]
    _Variants(made, apart).name()
    return made


def _individual(one: Individual) -> Place:
    return Place(one.state, None, IDENTITY_OVERRIDES, one.group, one.identifiers)


# --- variants ---------------------------------------------------------------------------------


class _Variants:
    """Gives each value of a plan a variant; equal ones share theirs."""

    def __init__(self, made: Plan, apart: bool) -> None:
        self.plan = made
        self.apart = apart
        self.found: dict[object, m.Variant] = {}
        self.namer = Namer()

    def name(self) -> None:
        made = self.plan
        made.type = _type_of(made)
        self.valueless = made.type == "boolean" and not any(map(_has_value, _values(made)))
        for number, place in enumerate(made.places()):
            mark = number if self.apart else None
            wish = "control" if number == 0 else ""
            state = place.state
            place.control = self._key(wish, state.enabled, state.value, None, mark)
            place.arms = tuple(
                self._arm(one, state.enabled, index, mark)
                for index, one in enumerate(state.ordered)
            )
        self._switch()
        made.variants = tuple(self.found.values())

    def _switch(self) -> None:
        """Add what is served when the flag is switched off, or on again."""
        made, default = self.plan, self.plan.default
        alone = not (made.overrides or made.individuals or default.state.variations)
        if alone and not default.state.enabled:
            made.switched_off = default.control
            default.control = self._key("control", True, default.state.value, None, None)
        elif self.valueless:
            self._key("", False, default.state.value, None, None)

    def _arm(self, one: Variation, enabled: bool, index: int, mark: int | None) -> str:
        apart = (mark, index) if mark is not None else None
        return self._key(one.key or "", enabled, one.value, one.key, apart)

    def _key(self, wish: str, enabled: bool, value: Json, key: str | None, mark: object) -> str:
        identity = (enabled, type(value), _likeness(value), key, mark)
        known = self.found.get(identity)
        if known is None:
            known = self.found[identity] = self._variant(wish, enabled, value, key)
        return known.key

    def _variant(self, wish: str, enabled: bool, value: Json, key: str | None) -> m.Variant:
        kind = self.plan.type
        if self.valueless:
            name = self.namer.name(key or ("on" if enabled else "off"))
            native: Json = enabled
            withheld = False
        else:
            name = self.namer.name(wish or _words(value), off=not enabled)
            fitting = _has_value(value) if kind != "string" else value is not None
            native = value if fitting and fits(kind, value) else _FILLERS[kind]
            withheld = not (enabled and fitting)
        metadata: dict[str, Json] = {}
        if type(native) is not type(value) or native != value:
            metadata["value"] = value
        if enabled and withheld:
            metadata["enabled"] = True
        if key is not None:
            metadata["variant"] = key
        return m.Variant(name, native, metadata=metadata, withheld=withheld)


def _likeness(value: Json) -> object:
    """What is equal for equal values. Two objects or lists are never taken for the same."""
    return id(value) if isinstance(value, list | dict) else value


def _words(value: Json) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _values(made: Plan) -> Iterator[Json]:
    for place in made.places():
        yield place.state.value
        for one in place.state.variations:
            yield one.value


def _has_value(value: Json) -> bool:
    return value is not None and value != ""


def _type_of(made: Plan) -> m.FlagType:
    """The type that all values have; empty ones are none, unless there is other text."""
    kinds = {type(value) for value in _values(made) if _has_value(value)}
    if not kinds or kinds == {bool}:
        return "boolean"
    if kinds == {str}:
        return "string"
    if kinds == {int}:
        return "integer"
    return "number" if kinds <= {int, float} else "json"
