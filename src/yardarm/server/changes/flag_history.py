"""What single changes made of one flag. Pure.

A change holds enough of it: the patch has the flag as it is after, the inverse what it was before.
"""

from __future__ import annotations

from dataclasses import dataclass

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.codec import flag_from_json, flag_to_json
from yardarm.core.diff import Difference, diff

from .model import Change


@dataclass(frozen=True, slots=True)
class FlagStep:
    """A change, and the flag before and after it; None where it did not exist."""

    change: Change
    before: m.Flag | None
    after: m.Flag | None

    def differences(self) -> list[Difference]:
        """What of the flag the change made another."""
        one, other = (
            m.Document({} if flag is None else {flag.key: flag})
            for flag in (self.before, self.after)
        )
        return diff(one, other)


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
        if (entry["kind"], entry["key"]) != ("flag", key):
            continue
        body = entry.get("body")
        if "fields" in entry and after is not None:
            body = {**flag_to_json(after), **entry["fields"]}
        return FlagStep(change, _read(body, key), after)
    return FlagStep(change, after, after)


def _read(body: m.Json, key: str) -> m.Flag | None:
    if body is None:
        return None
    given = {name: value for name, value in body.items() if value is not None}
    return flag_from_json(given, key)
