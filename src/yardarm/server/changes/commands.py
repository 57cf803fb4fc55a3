"""Every way to change configuration, as frozen data.

A command has a JSON form, `{"type": …, and its fields}`, which is what a change records. To add
one: a dataclass here, a case in `apply`, a line in `policy`.

`reach` says what it may touch: "environment" (those it is submitted for) or "project" (all of the
project's environments, because flags have the same keys and project fields everywhere).
`force` overrides the guards of `policy` (still needed, recently evaluated, growth, deletion); it
never overrides validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, TypeAlias, get_type_hints

from yardarm.core.reading import escape, kind_name
from yardarm.errors import DocumentError, Problem

Json: TypeAlias = Any
Reach: TypeAlias = Literal["environment", "project"]

PROJECT_FIELDS = (
    "type",
    "variants",
    "purpose",
    "name",
    "description",
    "owner",
    "tags",
    "schema",
    "expires_at",
    "archived_at",
    "client_visible",
    "metadata",
    "origin",
)
"""Fields of a flag that are equal in all environments of its project."""

EDITABLE_PROJECT_FIELDS = tuple(
    name for name in PROJECT_FIELDS if name not in ("type", "archived_at")
)
"""Those that `UpdateFlag` may give: the type is for life, archiving has a command of its own."""

ENVIRONMENT_FIELDS = ("enabled", "off", "default", "prerequisites", "targets", "rules")
"""Fields of a flag that each environment has for itself."""


@dataclass(frozen=True, slots=True)
class CreateFlag:
    """Make a flag in every environment of the project.

    `flag` is a flag's JSON. Without `type` it is boolean; a boolean without `variants` gets `on`
    and `off`, serves `off` when disabled and `on` by default. Environment fields in `flag` hold
    everywhere; `environments` gives them for single environments.
    """

    type: ClassVar[str] = "create_flag"
    reach: ClassVar[Reach] = "project"
    flag: Mapping[str, Json]
    environments: Mapping[str, Json] = field(default_factory=dict)
    force: bool = False


@dataclass(frozen=True, slots=True)
class UpdateFlag:
    """Replace the given project fields of a flag, everywhere. See `EDITABLE_PROJECT_FIELDS`.

    `renames` gives variants other keys first, by their keys until now: whatever serves them or
    asks for them goes on to. `variants` among the fields has the new keys.
    """

    type: ClassVar[str] = "update_flag"
    reach: ClassVar[Reach] = "project"
    flag: str
    fields: Mapping[str, Json]
    force: bool = False
    renames: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditFlag:
    """Replace the given environment fields of a flag. See `ENVIRONMENT_FIELDS`.

    Rules without an `id` are given one. When only weights change, the fewest units move.
    """

    type: ClassVar[str] = "edit_flag"
    reach: ClassVar[Reach] = "environment"
    flag: str
    fields: Mapping[str, Json]
    force: bool = False


@dataclass(frozen=True, slots=True)
class SetEnabled:
    """Turn a flag on or off. Turning off needs only the scope `kill`."""

    type: ClassVar[str] = "set_enabled"
    reach: ClassVar[Reach] = "environment"
    flag: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Kill:
    """Turn a flag off at once, in every environment that it is submitted for.

    Needs only the scope `kill`. It waits for no preview, budget, freeze or approval; validation
    it does not skip. Whoever wants the flag back undoes the kill.
    """

    type: ClassVar[str] = "kill"
    reach: ClassVar[Reach] = "environment"
    flag: str


@dataclass(frozen=True, slots=True)
class ArchiveFlag:
    """Put a flag out of use, everywhere. Its configuration and its key are kept."""

    type: ClassVar[str] = "archive_flag"
    reach: ClassVar[Reach] = "project"
    flag: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class RestoreFlag:
    """Bring an archived flag back as it was."""

    type: ClassVar[str] = "restore_flag"
    reach: ClassVar[Reach] = "project"
    flag: str


@dataclass(frozen=True, slots=True)
class PutSegment:
    """Make a segment or replace it whole. `segment` is its JSON."""

    type: ClassVar[str] = "put_segment"
    reach: ClassVar[Reach] = "environment"
    segment: Mapping[str, Json]
    force: bool = False


@dataclass(frozen=True, slots=True)
class RemoveSegment:
    """Remove a segment. Refused while a flag or another segment needs it."""

    type: ClassVar[str] = "remove_segment"
    reach: ClassVar[Reach] = "environment"
    segment: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class ImportDocument:
    """Take over a whole document for the environments it is submitted for.

    Flags that are new are made in the project's other environments too, disabled. `merge` leaves
    what the document does not name; `replace` archives such flags (everywhere) and removes such
    segments. An archived flag's key is refused unless the document's flag is archived too.
    """

    type: ClassVar[str] = "import_document"
    reach: ClassVar[Reach] = "project"
    document: Mapping[str, Json]
    mode: Literal["merge", "replace"] = "merge"
    force: bool = False


@dataclass(frozen=True, slots=True)
class CopyEnvironment:
    """Take over every flag's environment fields and all segments from another environment."""

    type: ClassVar[str] = "copy_environment"
    reach: ClassVar[Reach] = "environment"
    source: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class PromoteFlag:
    """Take over one flag's environment fields from another environment.

    With `segments` also every segment that the flag needs there and that differs here.
    """

    type: ClassVar[str] = "promote_flag"
    reach: ClassVar[Reach] = "environment"
    flag: str
    source: str
    segments: bool = True
    force: bool = False


@dataclass(frozen=True, slots=True)
class CreateEnvironment:
    """Make an environment with every flag of the project.

    Flags are as in `copy_from`, or disabled and without targets and rules. Submit it with
    `environments=None`.
    """

    type: ClassVar[str] = "create_environment"
    reach: ClassVar[Reach] = "project"
    key: str
    name: str = ""
    copy_from: str | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what one version changed, or all from `version` to `through`.

    Submitted for exactly one environment. What was done to the project's fields is taken back in
    every environment that the same change sets touched. Refused with `Conflict` when a later
    version changed the same flags or segments, unless forced.
    """

    type: ClassVar[str] = "undo"
    reach: ClassVar[Reach] = "project"
    version: int
    through: int | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class RestoreVersion:
    """Give a flag the environment fields that it had at an earlier version of the environment."""

    type: ClassVar[str] = "restore_version"
    reach: ClassVar[Reach] = "environment"
    flag: str
    version: int
    force: bool = False


@dataclass(frozen=True, slots=True)
class RestoreEntries:
    """Set flags and segments to given bodies: what an inverse is made of.

    `entries` are `{"kind": "flag" | "segment", "key", "body": JSON or null}`; null removes. The
    project's rule that its environments have the same flags is checked after.
    """

    type: ClassVar[str] = "restore_entries"
    reach: ClassVar[Reach] = "environment"
    entries: tuple[Mapping[str, Json], ...]
    force: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Several commands as one change: all of them, one after the other, or none.

    Each of `commands` is the JSON form of one of `IN_TOGETHER`. Those of the project's fields hold
    everywhere, the others in the environments that this is submitted for. `force` is of all of
    them; a command within says nothing of it.
    """

    type: ClassVar[str] = "together"
    reach: ClassVar[Reach] = "project"
    commands: tuple[Mapping[str, Json], ...]
    force: bool = False

    def each(self) -> list[Command]:
        """The commands. Raises `DocumentError` for what is none, or may not be in here."""
        found, problems = [], []
        for index, value in enumerate(self.commands):
            at = f"/commands/{index}"
            try:
                command = command_from_json(value)
            except DocumentError as error:
                problems += [replace(p, pointer=at + p.pointer) for p in error.problems]
                continue
            if not isinstance(command, IN_TOGETHER):
                known = ", ".join(each.type for each in IN_TOGETHER)
                problems.append(Problem(f"{at}/type", "cannot be one of several", known))
            elif getattr(command, "force", False):
                problems.append(Problem(f"{at}/force", "it is said once, of all of them"))
            found.append(command)
        if not self.commands:
            problems.append(Problem("/commands", "there is no command"))
        if problems:
            raise DocumentError(problems)
        return found


IN_TOGETHER: tuple[type[Any], ...] = (
    UpdateFlag, EditFlag, SetEnabled, ArchiveFlag, RestoreFlag, PromoteFlag, RestoreVersion
)  # fmt: skip
"""The commands that can be one of several: those that change one flag which is there."""


Command: TypeAlias = (
    CreateFlag
    | UpdateFlag
    | EditFlag
    | SetEnabled
    | Kill
    | ArchiveFlag
    | RestoreFlag
    | PutSegment
    | RemoveSegment
    | ImportDocument
    | CopyEnvironment
    | PromoteFlag
    | CreateEnvironment
    | Undo
    | RestoreVersion
    | RestoreEntries
    | Together
)

COMMANDS: Mapping[str, type[Any]] = {
    command.type: command
    for command in (
        CreateFlag,
        UpdateFlag,
        EditFlag,
        SetEnabled,
        Kill,
        ArchiveFlag,
        RestoreFlag,
        PutSegment,
        RemoveSegment,
        ImportDocument,
        CopyEnvironment,
        PromoteFlag,
        CreateEnvironment,
        Undo,
        RestoreVersion,
        RestoreEntries,
        Together,
    )
}
"""Every command by its `type`."""


def command_to_json(command: Command) -> dict[str, Json]:
    """The JSON form. Fields with their default value are left out."""
    out: dict[str, Json] = {"type": command.type}
    for item in fields(command):
        value = getattr(command, item.name)
        if item.default is not MISSING and value == item.default:
            continue
        if item.default_factory is not MISSING and value == item.default_factory():
            continue
        out[item.name] = [dict(each) for each in value] if isinstance(value, tuple) else value
    return out


def command_from_json(value: Json) -> Command:
    """A command from its JSON form. Raises `DocumentError` naming each wrong field."""
    if not isinstance(value, Mapping):
        raise DocumentError([Problem("", f"expected an object, found {kind_name(value)}")])
    cls = COMMANDS.get(value.get("type", ""))
    if cls is None:
        known = ", ".join(COMMANDS)
        raise DocumentError([Problem("/type", "not a command", f"known commands: {known}")])
    known_fields = {item.name: item for item in fields(cls)}
    problems = [
        Problem(f"/{escape(str(name))}", "unknown field", f"known here: {', '.join(known_fields)}")
        for name in value
        if name not in known_fields and name != "type"
    ]
    hints, given = get_type_hints(cls), {}
    for name, item in known_fields.items():
        if name not in value:
            if item.default is MISSING and item.default_factory is MISSING:
                problems.append(Problem("", f"{name!r} is missing", f"add {name!r}"))
            continue
        wrong = _misfit(value[name], hints[name])
        if wrong:
            problems.append(Problem(f"/{name}", wrong))
        given[name] = tuple(value[name]) if isinstance(value[name], list) else value[name]
    if problems:
        raise DocumentError(problems)
    made: Command = cls(**given)
    return made


def _misfit(value: Json, hint: Any) -> str:
    """What is wrong with a field's value, or nothing. The hints are the few used above."""
    if hint is str or hint == (str | None):
        fits, wanted = isinstance(value, str) or (value is None and hint is not str), "text"
    elif hint is bool:
        fits, wanted = isinstance(value, bool), "true or false"
    elif hint is int or hint == (int | None):
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits, wanted = whole or (value is None and hint is not int), "an integer"
    elif hint == Literal["merge", "replace"]:
        fits, wanted = value in ("merge", "replace"), "merge or replace"
    elif hint == tuple[Mapping[str, Json], ...]:
        fits = isinstance(value, list | tuple) and all(isinstance(v, Mapping) for v in value)
        wanted = "a list of objects"
    else:
        fits, wanted = isinstance(value, Mapping), "an object"
    return "" if fits else f"expected {wanted}, found {kind_name(value)}"
