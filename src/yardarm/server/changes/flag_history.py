"""What single changes made of flags and segments. Pure.

A change holds enough of it: the patch has what it is after, the inverse what it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.codec import flag_from_json, flag_to_json, segment_from_json
from yardarm.core.edits import Edit, edits

from .model import Change

Item = TypeVar("Item", m.Flag, m.Segment)


@dataclass(frozen=True, slots=True)
class FlagStep:
    """A change, and the flag before and after it; None where it did not exist."""

    change: Change
    before: m.Flag | None
    after: m.Flag | None

    def edits(self) -> list[Edit]:
        """What the change edited in the flag."""
        one, other = (
            m.Document({} if flag is None else {flag.key: flag})
            for flag in (self.before, self.after)
        )
        return edits(one, other)


def flag_in(snapshot: s.Snapshot, key: str) -> m.Flag | None:
    """A flag of a snapshot, of which nothing else is read; None if it is not there."""
    if s.line_id("flag", key) not in snapshot.lines:
        return None
    return s.SnapshotSource(snapshot).flag(key)


def flag_step(change: Change, key: str) -> FlagStep:
    """What the change made of the flag, one of those that it changed."""
    at = s.line_id("flag", key)
    lines = [line for line in s.decode_patch(change.patch).lines if s.id_of(line) == at]
    after = flag_in(s.from_lines(lines, change.epoch, change.version), key)
    for entry in change.inverse.get("entries", ()):
        if (entry["kind"], entry["key"]) == ("flag", key):
            return FlagStep(change, _flag_before(entry, after), after)
    return FlagStep(change, after, after)


def edits_made(patch: bytes, inverse: Mapping[str, Any]) -> list[Edit]:
    """What a change edited in all flags and segments that it changed."""
    after = s.to_document(s.from_lines(s.decode_patch(patch).lines, "", 0))
    flags: tuple[dict[str, m.Flag], dict[str, m.Flag]] = ({}, {})
    segments: tuple[dict[str, m.Segment], dict[str, m.Segment]] = ({}, {})
    for entry in inverse.get("entries", ()):
        key = entry["key"]
        if entry["kind"] == "flag":
            now = after.flags.get(key)
            _put(flags, key, (_flag_before(entry, now), now))
        else:
            body = _given(entry.get("body"))
            was = None if body is None else segment_from_json(body, key)
            _put(segments, key, (was, after.segments.get(key)))
    one, other = (m.Document(flags[side], segments[side]) for side in (0, 1))
    return edits(one, other)


def _put(
    sides: tuple[dict[str, Item], dict[str, Item]], key: str, pair: tuple[Item | None, Item | None]
) -> None:
    """Put what was there before on the one side, and what is there after on the other."""
    for side, item in zip(sides, pair, strict=True):
        if item is not None:
            side[key] = item


def _flag_before(entry: Mapping[str, Any], after: m.Flag | None) -> m.Flag | None:
    """The flag that an entry of an inverse puts back; None where it takes the flag away."""
    body = entry.get("body")
    if "fields" in entry and after is not None:
        body = {**flag_to_json(after), **entry["fields"]}
    body = _given(body)
    return None if body is None else flag_from_json(body, entry["key"])


def _given(body: m.Json) -> m.Json:
    """A body without what is null: fields that go back to their default."""
    if body is None:
        return None
    return {name: value for name, value in body.items() if value is not None}
