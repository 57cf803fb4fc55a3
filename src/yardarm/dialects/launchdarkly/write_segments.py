"""Our segments as LaunchDarkly's."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import model as m
from ...core.program import DocumentSource
from ...core.reading import escape
from ...core.references import Found, Reference, survey
from ..base import Loss
from .clauses import NEVER
from .fields import Malformed, Notes, kind_of
from .segments import read_segment
from .serving import there
from .write_clauses import Doubts, Unsayable
from .write_conditions import Scratch, Skipped, rules_of

_Raw = dict[str, m.Json]


class Segments:
    """The document's segments, written when they are first asked about.

    `written` holds those that can be said, with the helpers that they need.
    """

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self.written: dict[str, _Raw] = {}
        self.helpers: dict[str, _Raw] = {}
        self.losses: list[Loss] = []
        self.doubts: dict[str, Doubts] = {}
        self._failures: dict[str, Exception] = {}
        self._surveyed: dict[Reference, Found] = {}

    def __contains__(self, key: object) -> bool:
        return key in self.document.segments or key in self.helpers

    def fault(self, reference: Reference) -> str:
        """Why a flag or segment cannot be evaluated here; empty if it can."""
        if reference not in self._surveyed:
            source = DocumentSource(self.document)
            self._surveyed |= survey(source, reference, self._surveyed.get)
        return self._surveyed[reference].fault

    def write_all(self) -> None:
        """Write every segment, each after those that it asks."""
        for key in self.document.segments:
            self.fault(("segment", key))
        for kind, key in list(self._surveyed):
            if kind == "segment":
                try:
                    self.check(key)
                except (Unsayable, Skipped):
                    continue  # its loss says so

    def check(self, key: str) -> None:
        """Write the segment if it was not yet. Raises what there is against it."""
        if key in self.written:
            return
        if key not in self._failures:
            try:
                self._write(key)
                return
            except (Unsayable, Skipped) as error:
                self._failures[key] = error
                self._lose(key, error)
        failure = self._failures[key]
        if isinstance(failure, Skipped):
            raise Skipped
        raise Unsayable(f"the segment {key!r}")

    def _lose(self, key: str, error: Exception) -> None:
        if key not in self.document.segments:
            return
        why = "it cannot be evaluated here either" if isinstance(error, Skipped) else str(error)
        self.losses.append(
            Loss(
                f"/segments/{escape(key)}",
                f"not written: {why}",
                "the rules that ask for it are left out",
            )
        )

    def _write(self, key: str) -> None:
        segment = self.document.segments.get(key)
        if segment is None:
            raise Skipped
        raw = raw_of(segment)
        again = None if raw is None else self._again(segment, raw)
        if raw is not None and again is not None and _differing(segment, again) == ():
            self.written[key] = raw
            return
        if self.fault(("segment", key)):
            raise Skipped
        self._from_model(segment, raw or {}, again)

    def _again(self, segment: m.Segment, raw: _Raw) -> m.Segment | None:
        """The segment as it is read from where it was read before."""
        try:
            return read_segment(segment.key, raw, "", self.document.segments.keys(), Notes(None))
        except Malformed:
            return None

    def _from_model(self, segment: m.Segment, raw: _Raw, again: m.Segment | None) -> None:
        key = str(segment.key if raw.get("key") is None else raw["key"])
        salt = raw.get("salt")
        seed = f"{key}.{salt or ''}"
        if salt is None:
            salt, seed = _salt_of(segment.when, key)
        scratch = Scratch(segment.key, self, seed)
        out = {**raw, "key": key, "version": next_version(raw, segment.version), "salt": salt}
        for name in _PARTS if again is None else _differing(segment, again):
            if name == "when":
                when = _without_big(segment.when, raw)
                out["rules"] = [] if when is None or when == NEVER else rules_of(when, scratch)
            else:
                out |= _lists(getattr(segment, name), name)
        self.written[segment.key] = out
        self.helpers |= scratch.helpers
        self.doubts[segment.key] = scratch.doubts


_PARTS = ("when", "included", "excluded")


def _differing(segment: m.Segment, again: m.Segment) -> tuple[str, ...]:
    """The parts that are not what they were when the segment was read."""
    return tuple(name for name in _PARTS if getattr(segment, name) != getattr(again, name))


def raw_of(item: m.Flag | m.Segment) -> _Raw | None:
    """What the flag or segment was read from, where that was LaunchDarkly's."""
    origin = item.origin
    if origin is None or origin.get("dialect") != "launchdarkly":
        return None
    raw = origin.get("raw")
    return raw if isinstance(raw, dict) else None


def next_version(raw: _Raw, version: int) -> int:
    """LaunchDarkly's SDKs take over what has a higher version."""
    before = raw.get("version")
    return max(before + 1 if isinstance(before, int) else 1, version)


def _lists(listed: tuple[m.SegmentKeys, ...], name: str) -> _Raw:
    users = [key for part in listed if part.kind == m.DEFAULT_KIND for key in part.keys]
    others = [
        {"contextKind": part.kind, "values": list(part.keys)}
        for part in listed
        if part.kind != m.DEFAULT_KIND
    ]
    return {name: users, f"{name}Contexts": others}


def _without_big(when: m.Condition | None, raw: _Raw) -> m.Condition | None:
    """The rules of a big segment, which its kind is asked before."""
    if raw.get("unbounded") is not True or not isinstance(when, m.All):
        return when
    kind = kind_of(raw.get("unboundedContextKind"))
    first, *rest = when.conditions
    if len(rest) != 1 or first != there(kind):
        return when
    return rest[0]


def _salt_of(when: m.Condition | None, key: str) -> tuple[str, str]:
    """A salt by which the segment's shares keep their seed, and that seed."""
    for share in _shares(when):
        seed = share.bucketing.seed or ""
        if seed.startswith(f"{key}."):
            return seed[len(key) + 1 :], seed
    return "", f"{key}."


def _shares(condition: m.Condition | None) -> Iterator[m.Share]:
    match condition:
        case m.Share():
            yield condition
        case m.All(conditions) | m.AnyOf(conditions):
            for part in conditions:
                yield from _shares(part)
        case m.Not(inner):
            yield from _shares(inner)
