"""Bodies of the routes that change configuration.

They name the fields and refuse unknown ones; what is in the fields is read by `core.codec`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field, to_builtins

from yardarm.core import model as m

from ...web.rest.preconditions import MAX_REASON
from .native import (
    ConditionJson,
    DocumentJson,
    NewRuleJson,
    PrerequisiteJson,
    SegmentKeysJson,
    ServeJson,
    TargetJson,
    VariantJson,
)

Reason = Annotated[str, Meta(max_length=MAX_REASON, description="Why, for the log.")]
Force = Annotated[
    bool,
    Meta(
        description=(
            "Override the guards: still needed, recently evaluated, much removed. Never validation."
        )
    ),
]

_NOT_DESCRIBING = frozenset(
    {"reason", "force", "environments", "version", "renames", "asker", "turn"}
)


class FlagUpdate(Struct, forbid_unknown_fields=True):
    """The fields of the project to be replaced; what is not named stays as it is.

    The type is for life, and archiving has routes of its own.
    """

    variants: list[VariantJson] | UnsetType = UNSET
    purpose: m.Purpose | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    schema: dict[str, Any] | UnsetType | None = UNSET
    expires_at: str | UnsetType | None = UNSET
    client_visible: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    origin: dict[str, Any] | UnsetType | None = UNSET
    renames: Annotated[
        dict[str, str],
        Meta(description="New keys of variants; what serves or asks for them goes on to."),
    ] = {}
    reason: Reason = ""
    force: Force = False


class NewFlag(Struct, forbid_unknown_fields=True):
    """A flag to be made in every environment of the project.

    Without `type` it is boolean; a boolean without `variants` gets `on` and `off`, serves `off`
    when disabled and `on` by default. Environment fields hold everywhere; `environments` gives
    them for single environments.
    """

    key: str
    type: m.FlagType | UnsetType = UNSET
    variants: list[VariantJson] | UnsetType = UNSET
    purpose: m.Purpose | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    schema: dict[str, Any] | UnsetType | None = UNSET
    expires_at: str | UnsetType | None = UNSET
    client_visible: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    origin: dict[str, Any] | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET
    off: str | UnsetType | None = UNSET
    default: ServeJson | UnsetType = UNSET
    prerequisites: list[PrerequisiteJson] | UnsetType = UNSET
    targets: list[TargetJson] | UnsetType = UNSET
    rules: list[NewRuleJson] | UnsetType = UNSET
    environments: Annotated[
        dict[str, dict[str, Any]], Meta(description="Environment fields by environment.")
    ] = {}
    reason: Reason = ""
    force: Force = False


class Guarded(Struct, forbid_unknown_fields=True):
    """Why, and whether to override the guards."""

    reason: Reason = ""
    force: Force = False


class Because(Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Reason = ""


class FlagEdit(Struct, forbid_unknown_fields=True):
    """The environment fields to be replaced; what is not named stays as it is.

    Rules without an `id` are given one. When only weights of a rule change, the fewest units move.
    """

    enabled: bool | UnsetType = UNSET
    off: str | UnsetType | None = UNSET
    default: ServeJson | UnsetType = UNSET
    prerequisites: list[PrerequisiteJson] | UnsetType = UNSET
    targets: list[TargetJson] | UnsetType = UNSET
    rules: list[NewRuleJson] | UnsetType = UNSET
    reason: Reason = ""
    force: Force = False


class SegmentBody(Struct, forbid_unknown_fields=True):
    """A whole segment: included keys, minus excluded ones, plus whoever matches `when`."""

    key: Annotated[str, Meta(description="As in the path, or left out.")] | UnsetType = UNSET
    when: ConditionJson | UnsetType | None = UNSET
    included: list[SegmentKeysJson] | UnsetType = UNSET
    excluded: list[SegmentKeysJson] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET
    origin: dict[str, Any] | UnsetType | None = UNSET
    version: Annotated[int, Meta(description="Ignored: the server counts.")] | UnsetType = UNSET
    reason: Reason = ""
    force: Force = False


class NewEnvironment(Struct, forbid_unknown_fields=True):
    """An environment to be made, with every flag of the project.

    Flags are as in `copy_from`, or disabled and without targets and rules.
    """

    key: Annotated[str, Meta(description="How it is named in URLs; it never changes.")]
    name: Annotated[str, Meta(description="For people; the key if empty.")] = ""
    copy_from: str | None = None
    reason: Reason = ""


class CopyFrom(Struct, forbid_unknown_fields=True):
    """Where to take every flag's environment fields and all segments from."""

    source: Annotated[str, Meta(description="An environment of the same project.")] = field(
        name="from"
    )
    reason: Reason = ""
    force: Force = False


class UndoUpTo(Struct, forbid_unknown_fields=True):
    """Why, how far, and whether to override the guards."""

    through: (
        Annotated[int, Meta(ge=1, le=10**15, description="Take back every version up to this one.")]
        | None
    ) = None
    reason: Reason = ""
    force: Force = False


class Earlier(Struct, forbid_unknown_fields=True):
    """Which version of the environment to go back to."""

    version: Annotated[int, Meta(ge=0, le=10**15)]
    reason: Reason = ""
    force: Force = False


class Promotion(Struct, forbid_unknown_fields=True):
    """Where to take a flag's environment fields from, and whether with the segments it needs."""

    source: Annotated[str, Meta(description="An environment of the same project.")] = field(
        name="from"
    )
    segments: Annotated[
        bool, Meta(description="Also every segment that the flag needs there and differs here.")
    ] = True
    reason: Reason = ""
    force: Force = False


class Import(Struct, forbid_unknown_fields=True):
    """A document to be taken over.

    `merge` leaves what the document does not name; `replace` archives such flags and removes such
    segments.
    """

    document: DocumentJson
    mode: Literal["merge", "replace"] = "merge"
    reason: Reason = ""
    force: Force = False


class ToValidate(Struct, forbid_unknown_fields=True):
    """A document to be looked at."""

    document: DocumentJson


def described(data: Struct) -> dict[str, Any]:
    """The fields of a body that describe a flag or segment and that were given."""
    found: dict[str, Any] = to_builtins(data)
    return {name: value for name, value in found.items() if name not in _NOT_DESCRIBING}
