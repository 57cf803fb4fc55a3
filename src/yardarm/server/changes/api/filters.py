"""Which flags a list of flags is to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from litestar.params import QueryParameter

from yardarm.core import model as m


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """What a flag must have to be listed; what is None is not asked."""

    text: str | None
    tag: str | None
    owner: str | None
    purpose: m.Purpose | None
    archived: Literal["false", "true", "all"]

    def admits(self, flag: m.Flag) -> bool:
        """Whether the flag is to be listed."""
        if self.archived != "all" and (flag.archived_at is not None) is (self.archived == "false"):
            return False
        return (
            (self.tag is None or self.tag in flag.tags)
            and (self.owner is None or self.owner == flag.owner)
            and (self.purpose is None or self.purpose == flag.purpose)
            and (self.text is None or self._is_named(flag))
        )

    def _is_named(self, flag: m.Flag) -> bool:
        sought = (self.text or "").casefold()
        return any(sought in text.casefold() for text in (flag.key, flag.name, flag.description))


async def read_filter(
    text: Annotated[
        str | None,
        QueryParameter(
            name="query",
            description="Only flags with this in key, name or description.",
        ),
    ] = None,
    tag: Annotated[
        str | None,
        QueryParameter(
            name="tag",
            description="Only flags with this tag.",
        ),
    ] = None,
    owner: Annotated[
        str | None,
        QueryParameter(
            name="owner",
            description="Only flags of this owner.",
        ),
    ] = None,
    purpose: Annotated[
        m.Purpose | None,
        QueryParameter(
            name="purpose",
            description="Only flags of this purpose.",
        ),
    ] = None,
    archived: Annotated[
        Literal["false", "true", "all"],
        QueryParameter(
            name="archived",
            description="`true` for archived flags only, `all` for both.",
        ),
    ] = "false",
) -> FlagFilter:
    """The filter of a request."""
    return FlagFilter(text, tag, owner, purpose, archived)
