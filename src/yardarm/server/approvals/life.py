"""The life of a change request: from one row to the next. Pure.

It is open until enough people approved it, then approved, and landed as soon as the change is made.
When the world moved meanwhile so that something else would come of it, it is stale: it was not
landed, its approvals are void, and it may be approved anew. Rejected, withdrawn, expired and
landed are final.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from yardarm.errors import DocumentError, Problem

from ..changes.errors import Refused
from ..store.change_requests import ChangeRequestRow
from ..store.instants import to_rfc3339
from ..store.texts import storable
from .model import Approval

State: TypeAlias = Literal[
    "open", "stale", "approved", "landed", "rejected", "withdrawn", "expired"
]
STATES: tuple[State, ...] = (
    "open", "stale", "approved", "landed", "rejected", "withdrawn", "expired",
)  # fmt: skip
WAITING: tuple[State, ...] = ("open", "stale")
"""May be approved."""
UNSETTLED: tuple[State, ...] = (*WAITING, "approved")
"""May still become something else."""

MOST_ENTRIES = 1_000
"""Most entries of a request's history."""
MAX_COMMENT = 10_000
"""Longest comment, in characters."""


def noted(
    row: ChangeRequestRow,
    at: datetime,
    actor: str,
    what: str,
    text: str = "",
    *,
    state: State | None = None,
    **body: Any,
) -> ChangeRequestRow:
    """The row with an entry in its history, in another state or with other fields of its body."""
    entry = {"at": to_rfc3339(at), "actor": actor, "what": what, "text": text}
    return replace(
        row,
        state=state or row.state,
        body={**row.body, **body, "history": [*row.body["history"], entry]},
        updated_at=max(at, row.updated_at),  # where a clock went back
    )


def commented(row: ChangeRequestRow, at: datetime, actor: str, text: str) -> ChangeRequestRow:
    """With a comment. Raises `DocumentError`, `Refused`."""
    checked(text, "/comment")
    if not text.strip():
        raise DocumentError([Problem("/comment", "there is nothing in it", "write some words")])
    if len(row.body["history"]) >= MOST_ENTRIES:
        raise Refused("request-full", f"change request {row.id} has {MOST_ENTRIES} entries")
    return noted(row, at, actor, "commented", text)


def checked(text: str, pointer: str) -> str:
    """A comment or reason, as given. Raises `DocumentError`."""
    if len(text) > MAX_COMMENT or not storable(text):
        raise DocumentError([Problem(pointer, f"text of at most {MAX_COMMENT} characters")])
    return text


def require(row: ChangeRequestRow, states: Sequence[State], revision: int | None = None) -> None:
    """Raises `Refused` for a request that is not in one of these states, or was changed since."""
    if row.state not in states:
        raise Refused("request-closed", f"change request {row.id} is {row.state}")
    if revision is not None and revision != row.revision:
        raise Refused(
            "request-changed",
            f"change request {row.id} is at revision {row.revision}, not {revision}",
            hint="look at it again",
        )


def hands_on(row: ChangeRequestRow) -> frozenset[str]:
    """The actors who had a hand in the request and therefore may not approve it."""
    return frozenset((row.author, *row.body["editors"]))


def approved(
    row: ChangeRequestRow,
    at: datetime,
    actor: str,
    via: str,
    rules: Mapping[str, Approval],
    text: str = "",
) -> ChangeRequestRow:
    """With one more approval. `rules` are those of every environment that would change.

    Raises `Refused` for an actor whose approval does not count.
    """
    if actor in hands_on(row):
        raise Refused(
            "own-request",
            f"{actor!r} had a hand in change request {row.id}",
            hint="somebody else has to approve it, whatever token is used",
        )
    if not any(rule.by is None or actor in rule.by for rule in rules.values()):
        named = sorted({name for rule in rules.values() for name in rule.by or ()})
        raise Refused("not-an-approver", f"{actor!r} is not among those who approve here", named)
    given = [each for each in row.body["approvals"] if each["actor"] != actor]
    given.append({"actor": actor, "at": to_rfc3339(at), "via": via})
    state: State = "approved" if is_enough(given, rules) else row.state  # type: ignore[assignment]
    return noted(
        row, at, actor, "approved", checked(text, "/comment"), state=state, approvals=given
    )


def is_enough(given: Sequence[Mapping[str, Any]], rules: Mapping[str, Approval]) -> bool:
    """Whether the approvals suffice in every environment."""
    actors = {each["actor"] for each in given}
    return all(
        len(actors if rule.by is None else actors & rule.by) >= rule.approvals
        for rule in rules.values()
    )


@dataclass(frozen=True, slots=True)
class Need:
    """How many approvals an environment still asks for; `by` names who may give them, if only
    some may."""

    environment: str
    missing: int
    by: frozenset[str] | None


def needs(row: ChangeRequestRow, rules: Mapping[str, Approval]) -> list[Need]:
    """What is still needed; nothing, when it does not wait for any approval."""
    if row.state not in WAITING:
        return []
    actors = {each["actor"] for each in row.body["approvals"]}
    found = (
        (at, rule.approvals - len(actors if rule.by is None else actors & rule.by), rule.by)
        for at, rule in sorted(rules.items())
    )
    return [Need(at, left, by) for at, left, by in found if left > 0]
