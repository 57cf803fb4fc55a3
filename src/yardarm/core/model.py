"""The model: what one environment evaluates. Frozen data, no behaviour.

A `Document` holds flags and segments. Its JSON form is read and written by `codec`, checked by
`validate` and compiled by `compile`. Field names here, in JSON, in REST and in the docs are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = Any
"""A parsed JSON value: None, bool, int, float, str, list or dict with string keys."""

FlagType: TypeAlias = Literal["boolean", "string", "integer", "number", "json"]
FLAG_TYPES: tuple[FlagType, ...] = ("boolean", "string", "integer", "number", "json")

Purpose: TypeAlias = Literal["release", "experiment", "operational", "permission"]
PURPOSES: tuple[Purpose, ...] = ("release", "experiment", "operational", "permission")

FORMAT = 1
"""The native format's version. A reader refuses a higher one and keeps what it has."""

PARTS = 100_000
"""A native split divides units into this many equal parts: one part is 0.001 %."""

DEFAULT_KIND = "user"
"""The context kind meant when none is named."""

AMBIENT_KIND = "$"
"""The kind under which a clause or split asks for what surrounds the evaluation.

Its attributes: `now` (seconds since 1970), `kinds` (the context's kinds), `random` and any other
name that begins with it (uniform in [0, 1), each name one draw)."""

Range: TypeAlias = tuple[float, float]
"""Half-open range of parts: `start <= part < end`. Whole numbers for the native algorithm; a
vendor's algorithm counts in its own unit, see `bucketing`."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the values a flag can have. `value` fits the flag's type (and its schema, if any).

    Whoever is served a `withheld` variant gets the caller's fallback instead of its value; which
    variant it was is still said, and other flags may ask for it.
    """

    key: str
    value: Json
    description: str = ""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of one attribute. Matches when the operator holds for the attribute and values.

    `attribute` is a plain name, or a JSON pointer (`/address/country`) into nested attributes.
    A missing attribute (or null) matches no native operator; a vendor's operator decides itself.
    """

    attribute: str
    operator: str
    values: tuple[Json, ...] = ()
    kind: str = DEFAULT_KIND


@dataclass(frozen=True, slots=True)
class All:
    """Matches when every condition matches. Without conditions it never matches."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Matches when at least one condition matches. Without conditions it never matches."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Matches when the condition does not, so also where its attribute is missing."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class InSegment:
    """Matches when the context belongs to the segment."""

    segment: str


@dataclass(frozen=True, slots=True)
class FlagServes:
    """Matches when another flag serves one of these variants to the same context."""

    flag: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Matches every context."""


@dataclass(frozen=True, slots=True)
class Share:
    """Matches the units that the bucketing places into one of the ranges.

    `total` is what a split's weights would add up to, for algorithms that place units by it.
    """

    bucketing: Bucketing
    ranges: tuple[Range, ...]
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Logic:
    """A JSONLogic expression, verbatim. As a condition it matches when the result is truthy; as a
    serve its result names the variant."""

    expression: Json


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that a vendor's document says in a way that cannot be evaluated.

    Whoever reaches it, as a condition or as a serve, is answered the caller's fallback with the
    error PARSE_ERROR and this cause; whoever does not reach it does not notice.
    """

    cause: str


Condition: TypeAlias = (
    All | AnyOf | Not | Clause | InSegment | FlagServes | Always | Share | Logic | Fault
)


@dataclass(frozen=True, slots=True)
class Layer:
    """A share of a named layer. Flags with disjoint ranges of one layer never share a unit."""

    key: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Bucketing:
    """How a unit is given a part: named algorithm, seed, and the attribute that names the unit.

    `seed` None means the flag's key; flags with one seed place the same units in the same parts.
    `by` is a chain: the first attribute present is the unit.
    """

    algorithm: str = "yardarm"
    seed: str | None = None
    by: tuple[str, ...] = ("key",)
    kind: str = DEFAULT_KIND
    layer: Layer | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant's share of a split, in parts of 100,000 (or in the unit of a vendor's algorithm).

    `ranges` None means: directly after the arm before. They are stored when a change of weights
    had to keep units where they were (see `bucketing.carry`). An arm that is not `tracked` serves
    without counting as an assignment of an experiment.
    """

    variant: str
    weight: float
    ranges: tuple[Range, ...] | None = None
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Serves each unit one of several variants, always the same one for the same unit.

    `outside` is served to units not covered by the arms or the layer. Without it a rule passes
    them on to the next rule and a default gives them the caller's fallback; `partial` says that
    this is meant (`"outside": null` in JSON), otherwise the arms must cover everybody. Units
    that a layer gives to others are always outside.
    A context that names no unit is treated like a unit not covered.
    """

    arms: tuple[Arm, ...]
    bucketing: Bucketing = field(default_factory=Bucketing)
    outside: str | None = None
    partial: bool = False


Serve: TypeAlias = str | Split | Logic | Fault
"""What is served: one variant's key, a `Split`, what a `Logic` names, or nothing but a `Fault`."""


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """Another flag that must serve one of `variants`, or this flag serves its `off`.

    `enabled`: it must also be enabled, so that serving such a variant as its `off` is not enough.
    """

    flag: str
    variants: tuple[str, ...]
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Individual context keys that are served `variant` before any rule is asked."""

    variant: str
    keys: tuple[str, ...]
    kind: str = DEFAULT_KIND


@dataclass(frozen=True, slots=True)
class Rule:
    """When the condition matches, serve. A paused rule is skipped but kept.

    `serve` None gives the caller's fallback, and no later rule is asked. `metadata` is what a
    dialect needs to know of the rule beside that.
    """

    id: str
    when: Condition
    serve: Serve | None
    name: str = ""
    paused: bool = False
    metadata: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as one environment sees it.

    Key, type, purpose, variants, schema, owner, tags and expiry belong to the project and are
    equal in all of its environments; `enabled`, `off`, `prerequisites`, `targets`, `rules` and
    `default` belong to the environment.
    `off` and `default` None mean: the caller's fallback. `version` is the environment version
    that last changed the flag. `origin` keeps what a dialect read, verbatim.
    """

    key: str
    type: FlagType
    variants: tuple[Variant, ...]
    enabled: bool = False
    off: str | None = None
    default: Serve | None = None
    prerequisites: tuple[Prerequisite, ...] = ()
    targets: tuple[Target, ...] = ()
    rules: tuple[Rule, ...] = ()
    purpose: Purpose = "release"
    name: str = ""
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    schema: Mapping[str, Json] | None = None
    expires_at: str | None = None
    archived_at: str | None = None
    client_visible: bool = False
    metadata: Mapping[str, Json] = field(default_factory=dict)
    origin: Mapping[str, Json] | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class SegmentKeys:
    """Context keys of one kind that a segment lists one by one."""

    keys: tuple[str, ...]
    kind: str = DEFAULT_KIND


@dataclass(frozen=True, slots=True)
class Segment:
    """A named set of contexts: included keys, minus excluded keys, plus whoever matches `when`.

    A key listed as included belongs to it whatever else is said; a key listed as excluded does
    not belong to it even if `when` matches. `validate` refuses a key listed as both.
    """

    key: str
    when: Condition | None = None
    included: tuple[SegmentKeys, ...] = ()
    excluded: tuple[SegmentKeys, ...] = ()
    name: str = ""
    description: str = ""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    origin: Mapping[str, Json] | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """Everything one environment evaluates, at one version.

    `epoch` names the history the version counts in: two servers, or one restored from an old
    backup, never share one.
    """

    flags: Mapping[str, Flag] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    environment: Mapping[str, Json] = field(default_factory=dict)
    version: int = 0
    epoch: str = ""
    format: int = FORMAT
