"""A flag as its project sees it: fields of the project once, those of each environment beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from litestar.di import NamedDependency as Given
from msgspec import Meta, Raw, Struct

from yardarm.core import model as m
from yardarm.core.codec import flag_to_json
from yardarm.core.sentence import PartKind, sentence
from yardarm.core.snapshot import Snapshot, reference

from ...access.model import Principal
from ...projects.errors import NotFound
from ...projects.service import Projects
from ...web.rest.preconditions import etag_of
from ..flag_history import flag_in
from ..service import Changes
from .native import PrerequisiteJson, RuleJson, ServeJson, TargetJson, VariantJson


class Said(Struct):
    """A piece of a sentence: plain text, or the name of something."""

    kind: PartKind
    text: str


class Edit(Struct):
    """One thing that is edited, in a flag or segment.

    `pointer` is what to put back to undo it alone, empty for the whole; a rule is named by its id.
    """

    kind: Literal["flag", "segment"]
    key: str
    pointer: str
    what: Literal["changed", "added", "removed"]
    words: list[Said]


class FlagInEnvironment(Struct):
    """What one environment has of a flag for itself.

    `off` and `default` null mean: the caller's fallback. `version` is the environment's version
    that last changed the flag. `says` is one plain sentence: what is served to whom.
    """

    enabled: bool
    off: str | None
    default: ServeJson
    prerequisites: list[PrerequisiteJson]
    targets: list[TargetJson]
    rules: list[RuleJson]
    version: int
    says: list[Said]


class ProjectFlag(Struct):
    """A flag with its state in each environment that the token may read."""

    key: str
    type: m.FlagType
    variants: list[VariantJson]
    purpose: m.Purpose
    name: str
    description: str
    owner: str
    tags: list[str]
    schema: Annotated[dict[str, Any] | None, Meta(description="JSON Schema of the values.")]
    expires_at: str | None
    archived_at: str | None
    client_visible: Annotated[bool, Meta(description="Whether client keys may see its value.")]
    metadata: dict[str, Any]
    origin: Annotated[dict[str, Any] | None, Meta(description="What an import read, verbatim.")]
    environments: dict[str, FlagInEnvironment]


def _in_environment(flag: m.Flag, shortest: Mapping[str, m.Json]) -> FlagInEnvironment:
    """`shortest` is the flag's native JSON, which leaves out what has its default value."""
    return FlagInEnvironment(
        enabled=flag.enabled,
        off=flag.off,
        default=shortest.get("default"),
        prerequisites=shortest.get("prerequisites", []),
        targets=shortest.get("targets", []),
        rules=shortest.get("rules", []),
        version=flag.version,
        says=said_of(flag),
    )


def said_of(flag: m.Flag) -> list[Said]:
    """One plain sentence: what the flag serves to whom."""
    return [Said(part.kind, part.text) for part in sentence(flag)]


def project_flag(key: str, documents: Mapping[str, m.Document]) -> ProjectFlag:
    """The flag over these environments, at least one of which has it."""
    # A flag made this moment may not be in all of them yet: each document is read by itself.
    flags = {
        environment: document.flags[key]
        for environment, document in documents.items()
        if key in document.flags
    }
    shortest = {environment: flag_to_json(flag) for environment, flag in flags.items()}
    first, flag = next(iter(flags.items()))
    return ProjectFlag(
        key=key,
        type=flag.type,
        variants=shortest[first]["variants"],
        purpose=flag.purpose,
        name=flag.name,
        description=flag.description,
        owner=flag.owner,
        tags=list(flag.tags),
        schema=None if flag.schema is None else dict(flag.schema),
        expires_at=flag.expires_at,
        archived_at=flag.archived_at,
        client_visible=flag.client_visible,
        metadata=dict(flag.metadata),
        origin=None if flag.origin is None else dict(flag.origin),
        environments={
            environment: _in_environment(flag, shortest[environment])
            for environment, flag in flags.items()
        },
    )


@dataclass(frozen=True, slots=True)
class Readable:
    """What the caller of one request may read."""

    caller: Principal
    projects: Projects
    changes: Changes

    async def documents(self, project: str, only: str | None = None) -> dict[str, m.Document]:
        """The current document of each environment (or only one) in the order they were made.

        Raises `NotFound` for the project, or for the one environment.
        """
        environments = await self._environments(project)
        if only is not None:
            if only not in environments:
                raise NotFound("environment", only, project)
            environments = [only]
        return {key: await self.changes.document(project, key) for key in environments}

    async def flag(
        self, project: str, key: str, at: datetime | None = None
    ) -> tuple[ProjectFlag, str]:
        """A flag over the environments, now or at an instant, and its ETag. Raises `NotFound`."""
        if at is None:
            documents = await self.documents(project)
        else:
            documents = {
                environment: _only(key, await self.changes.snapshot(project, environment, at=at))
                for environment in await self._environments(project)
            }
        if not any(key in document.flags for document in documents.values()):
            raise NotFound("flag", key, project)
        return project_flag(key, documents), etag_of_all(documents)

    async def _environments(self, project: str) -> list[str]:
        return [
            environment.key
            for environment in await self.projects.list_environments(project)
            if self.caller.may("read", project, environment.key)
        ]


def _only(key: str, snapshot: Snapshot) -> m.Document:
    """The flag alone, where it is there."""
    flag = flag_in(snapshot, key)
    return m.Document({} if flag is None else {key: flag}, version=snapshot.version)


async def open_readable(
    caller: Given[Principal], projects: Given[Projects], changes: Given[Changes]
) -> Readable:
    """What the caller of a request may read."""
    return Readable(caller, projects, changes)


def etag_of_all(documents: Mapping[str, m.Document]) -> str:
    """The ETag of what shows these documents."""
    return etag_of({environment: document.version for environment, document in documents.items()})


def bodies_of(snapshot: Snapshot, kind: Literal["flag", "segment"]) -> dict[str, Raw]:
    """The JSON of every flag or segment of a snapshot by its key, as the bytes it has there."""
    found: dict[str, Raw] = {}
    for at in sorted(snapshot.lines):
        of, key = reference(at)
        if of == kind:
            found[key] = Raw(snapshot.lines[at].split(b"\t", 2)[2])
    return found
