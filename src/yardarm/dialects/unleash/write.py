"""Writing: from our document to Unleash's client features.

What was read from Unleash and not changed since is written as it was. Option `splits`: `"rehash"`
writes a percentage of another algorithm with Unleash's own, which moves people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...core import model as m
from ...core.model import Json
from ...core.reading import escape
from ...errors import DocumentError
from ..base import Loss, Options, Writing
from .read import read
from .write_conditions import Scratch, Skipped, membership, terms
from .write_constraints import Doubts, Raw, Unsayable
from .write_flag import FlagWriter, Kept
from .write_needs import dependencies_of

_VERSION = 2
"""Of the format of client features."""


def write(document: m.Document, options: Options) -> Writing:
    """What `/api/client/features` would answer, and what Unleash cannot say."""
    writer = _Writer(document, options)
    segments = writer.written_segments()
    features = [writer.flag(flag) for flag in document.flags.values() if flag.archived_at is None]
    losses = (*writer.losses, *writer.inherited())
    return Writing(_assembled(document, features, segments), losses)


def _assembled(document: m.Document, features: list[Json], segments: list[Json]) -> Json:
    rest = document.environment.get("unleash")
    made = dict(rest) if isinstance(rest, dict) else {"version": _VERSION}
    if "eventId" in made:
        number = made.pop("eventId")
        parts = {"features": features, "segments": segments}
        return {**made, "events": [{"type": "hydration", "eventId": number, **parts}]}
    made["features"] = features
    return {**made, "segments": segments} if segments else made


class _Writer:
    def __init__(self, document: m.Document, options: Options) -> None:
        self.document = document
        self.options = options
        self.losses: list[Loss] = []
        self.before = _before(document)
        self._numbers: dict[str, int] = {}
        self._doubts: dict[str, Doubts] = {}

    # --- segments -----------------------------------------------------------------------------

    def written_segments(self) -> list[Json]:
        """Segments that Unleash can have: all others are written into the strategies."""
        made = []
        for key, segment in self.document.segments.items():
            raw = _raw(segment)
            known = self.before.segments.get(key)
            if raw is not None and known is not None and _same_segment(segment, known):
                self._numbers[key] = raw["id"]
                made.append(raw)
        for key, segment in self.document.segments.items():
            if key not in self._numbers and (written := self._segment(segment)) is not None:
                made.append(written)
        return made

    def _segment(self, segment: m.Segment) -> Raw | None:
        scratch = Scratch(self.document.segments, {})
        try:
            alternatives = terms(membership(segment), scratch)
        except (Unsayable, Skipped):
            return None
        if len(alternatives) != 1 or alternatives[0].share or alternatives[0].hosts is not None:
            return None
        raw = _raw(segment) or {}
        taken = set(self._numbers.values())
        number = raw.get("id", int(segment.key) if segment.key.isdecimal() else 0)
        if not 0 < number < 2**31 or number in taken:
            number = max(taken, default=0) + 1
        self._numbers[segment.key] = number
        self._doubts[segment.key] = scratch.doubts
        constraints = list(alternatives[0].constraints)
        return {
            **raw,
            "id": number,
            "name": segment.name or segment.key,
            "constraints": constraints,
        }

    # --- flags --------------------------------------------------------------------------------

    def flag(self, flag: m.Flag) -> Json:
        """A toggle."""
        raw, known = _raw(flag), self.before.flags.get(flag.key)
        if raw is not None and known is not None and _same_flag(flag, known):
            return raw
        kept = Kept() if raw is None or known is None else Kept(raw, known)
        at = f"/flags/{escape(flag.key)}"
        scratch = Scratch(self.document.segments, self._numbers)
        writer = FlagWriter(flag, at, kept, scratch, self.options, self.losses)
        if known is not None and raw is not None and _same_needs(flag, known):
            dependencies: list[Json] | None = raw.get("dependencies") or []
            writer.flag = replace(flag, rules=_without_gates(flag))
        else:
            dependencies = self._dependencies(flag, writer)
        made = writer.write(dependencies)
        for key, doubts in self._doubts.items():
            if any(self._numbers[key] in s.get("segments", ()) for s in made["strategies"]):
                for message, effect in doubts.found.items():
                    writer.lose("", message, effect)
        return made

    def inherited(self) -> Iterator[Loss]:
        """Losses of flags that depend on flags with losses."""
        lossy = {loss.flag for loss in self.losses}
        for flag in self.document.flags.values():
            for index, needed in enumerate(flag.prerequisites):
                if needed.flag in lossy and flag.archived_at is None:
                    pointer = f"/flags/{escape(flag.key)}/prerequisites/{index}"
                    message = f"{needed.flag!r} is not carried over exactly"
                    effect = "those for whom that flag differs"
                    yield Loss(pointer, message, effect, flag.key)

    def _dependencies(self, flag: m.Flag, writer: FlagWriter) -> list[Json] | None:
        try:
            return dependencies_of(flag, self.document.flags)
        except Unsayable as error:
            message = f"Unleash cannot say: {error}"
            writer.lose("/prerequisites", message, "the toggle is off for everybody")
            return None


def _raw(thing: m.Flag | m.Segment) -> Any:
    origin: Mapping[str, Json] = thing.origin or {}
    return origin.get("raw") if origin.get("dialect") == "unleash" else None


def _before(document: m.Document) -> m.Document:
    """The document as it was read: made of what its flags and segments keep."""
    source = {
        "version": _VERSION,
        "features": [raw for f in document.flags.values() if (raw := _raw(f)) is not None],
        "segments": [raw for s in document.segments.values() if (raw := _raw(s)) is not None],
    }
    try:
        return read(source, {}).document
    except DocumentError:
        return m.Document()


_PLAIN_FLAG: dict[str, Any] = {
    "version": 0,
    "origin": None,
    "owner": "",
    "tags": (),
    "metadata": {},
}
_PLAIN_SEGMENT: dict[str, Any] = {"version": 0, "origin": None, "metadata": {}}


def _same_flag(one: m.Flag, other: m.Flag) -> bool:
    """Whether nothing that Unleash holds differs."""
    plain: dict[str, Any] = {
        **_PLAIN_FLAG, "name": "", "schema": None, "expires_at": None, "client_visible": False,
    }  # fmt: skip
    return replace(one, **plain) == replace(other, **plain)


def _same_segment(one: m.Segment, other: m.Segment) -> bool:
    plain: dict[str, Any] = {**_PLAIN_SEGMENT, "description": ""}
    return replace(one, **plain) == replace(other, **plain)


def _same_needs(one: m.Flag, other: m.Flag) -> bool:
    return one.prerequisites == other.prerequisites and _gates(one) == _gates(other)


def _gates(flag: m.Flag) -> list[m.Rule]:
    """Rules that are made of dependencies."""
    return [rule for rule in flag.rules if rule.id.startswith("dependency-")]


def _without_gates(flag: m.Flag) -> tuple[m.Rule, ...]:
    return tuple(rule for rule in flag.rules if not rule.id.startswith("dependency-"))
