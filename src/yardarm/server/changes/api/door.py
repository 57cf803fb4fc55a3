"""How a request's command goes through the one door, and how its faults come back.

The service points into the document; who sent a request wants to be pointed into its body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, runtime_checkable

from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter

from yardarm.core.reading import escape
from yardarm.errors import DocumentError, Problem

from ...access.model import Principal
from ...web.rest.preconditions import Base, Terms
from ..commands import Command
from ..model import Submitted
from ..service import Changes

PreviewInstead = Annotated[
    bool,
    QueryParameter(
        name="preview",
        description=(
            "`true`: change nothing, and answer 202 with the preview of what would change "
            "(see `Location`)."
        ),
    ),
]


@runtime_checkable
class Previewer(Protocol):
    """Says whom commands would move: `previews`."""

    async def start(
        self,
        commands: Sequence[Command],
        principal: Principal,
        *,
        project: str,
        environments: Mapping[str, int | None] | None,
    ) -> Any: ...


class Previewed(Exception):
    """Instead of being carried out, a command was only to be previewed: this is the preview."""

    def __init__(self, preview: Any) -> None:
        super().__init__("previewed")
        self.preview = preview


@dataclass(frozen=True, slots=True)
class Door:
    """The door for one request: who asks, on top of what, and on which terms.

    With `previewer` nothing is carried out: `Previewed` is raised instead, so that every route
    that goes through the door can be previewed.
    """

    changes: Changes
    caller: Principal
    terms: Terms
    base: Base
    previewer: Previewer | None = None

    async def submit(
        self, command: Command, project: str, *, reason: str, within: str = "", body: str = ""
    ) -> Submitted:
        """Carry out a command in the whole project. Raises what `Changes.submit` raises.

        `within` is the document's pointer to what the body describes, `body` the pointer in the
        body where that is described.
        """
        return await self._submit(command, project, self.base.versions(), reason, within, body)

    async def submit_in(
        self,
        environment: str,
        command: Command,
        project: str,
        *,
        reason: str,
        within: str = "",
        body: str = "",
    ) -> Submitted:
        """Carry out a command in one environment."""
        versions = {environment: self.base.version()}
        return await self._submit(command, project, versions, reason, within, body)

    async def submit_all(
        self, environments: Sequence[str] | None, command: Command, project: str, *, reason: str
    ) -> Submitted:
        """Carry out a command in these environments; None: in the whole project."""
        versions = self.base.versions()
        if environments is not None:
            versions = {key: (versions or {}).get(key) for key in environments}
        return await self._submit(command, project, versions, reason, "", "")

    async def _submit(
        self,
        command: Command,
        project: str,
        versions: Mapping[str, int | None] | None,
        reason: str,
        within: str,
        body: str,
    ) -> Submitted:
        try:
            if self.previewer is not None:
                raise Previewed(
                    await self.previewer.start(
                        [command], self.caller, project=project, environments=versions
                    )
                )
            return await self.changes.submit(
                command,
                self.caller,
                project=project,
                environments=versions,
                reason=self.terms.because(reason),
                idempotency_key=self.terms.idempotency_key,
                emergency=self.terms.emergency,
                preview=self.terms.preview,
            )
        except DocumentError as error:
            raise DocumentError([moved(p, within, body) for p in error.problems]) from None


async def open_door(
    changes: Given[Changes],
    caller: Given[Principal],
    terms: Given[Terms],
    base: Given[Base],
    previews: Given[Previewer],
    preview_instead: PreviewInstead = False,
) -> Door:
    """The door for a request."""
    return Door(changes, caller, terms, base, previews if preview_instead else None)


def moved(problem: Problem, within: str, body: str) -> Problem:
    """The problem, pointing into the body if it lies within what the body describes.

    Other parts of the configuration are told in words.
    """
    inside = problem.pointer == within or problem.pointer.startswith(f"{within}/")
    if inside:
        pointer, message = body + problem.pointer[len(within) :], problem.message
    elif not problem.pointer.startswith(("/flags/", "/segments/")):
        pointer, message = body + problem.pointer, problem.message
    else:
        pointer, message = body, f"{problem.pointer}: {problem.message}"
    return Problem(pointer, message, problem.hint, problem.severity)


def flag_at(key: str) -> str:
    """The document's pointer to a flag."""
    return f"/flags/{escape(key)}"


def segment_at(key: str) -> str:
    """The document's pointer to a segment."""
    return f"/segments/{escape(key)}"
