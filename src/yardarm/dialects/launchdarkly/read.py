"""LaunchDarkly's flags and segments, as its server SDKs receive them, as our document.

The source is the answer of ``/sdk/latest-all`` (``{"flags": {…}, "segments": {…}}``), or the data
of a stream's ``put`` around it. Every flag and segment keeps its JSON in `origin`; deleted ones and
whatever else stands beside the flags are kept in `environment["launchdarkly"]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from ...core import model as m
from ...core.program import DocumentSource
from ...core.reading import escape, kind_name
from ...core.references import Found, Reference, survey
from ...errors import DocumentError, Problem
from ..base import Loss, Options, Reading
from .fields import Malformed, Notes
from .flags import read_flag
from .segments import read_segment
from .variants import variant_keys

_Raws = dict[str, dict[str, m.Json]]


def read(source: m.Json, options: Options) -> Reading:
    """The document and what was lost. Raises `DocumentError` for what holds no flags at all.

    There are no options.
    """
    reader = _Reader(source)
    flags, segments = reader.flags(), reader.segments
    kept = reader.kept
    environment: dict[str, m.Json] = {"launchdarkly": kept} if kept else {}
    document = m.Document(flags, segments, environment)
    return Reading(document, (*reader.losses, *_circles(document, reader.at)))


def _circles(document: m.Document, at: str) -> Iterator[Loss]:
    """What refers to itself, or to more than one evaluation may ask."""
    source = DocumentSource(document)
    surveyed: dict[Reference, Found] = {}
    asking = [("flag", key) for key, flag in document.flags.items() if flag.prerequisites]
    asking += [("segment", key) for key, segment in document.segments.items() if segment.when]
    for start in asking:
        if start in surveyed:
            continue
        for (kind, key), found in survey(source, start, surveyed.get).items():
            surveyed[kind, key] = found
            if found.fault:
                yield _fault(found, kind, key, at)


def _fault(found: Found, kind: str, key: str, at: str) -> Loss:
    pointer, flag = f"{at}/{kind}s/{escape(key)}", key if kind == "flag" else None
    if not found.cyclic:
        effect = "LaunchDarkly's SDK evaluates it; here it answers the caller's fallback"
        return Loss(pointer, found.fault, effect, flag)
    effect = (
        "LaunchDarkly's SDK fails who comes round in it; here everybody is answered the fallback"
        if flag
        else "LaunchDarkly's SDK fails who comes round in it; here no rule that asks it matches"
    )
    return Loss(pointer, found.fault, effect, flag, "malformed")


class _Reader:
    def __init__(self, source: m.Json) -> None:
        data, self.kept = _unwrapped(source)
        self.at = "/data" if self.kept else ""
        self.losses: list[Loss] = []
        self.raw_flags = self._raws(data, "flags")
        self.raw_segments = self._raws(data, "segments")
        rest = {name: value for name, value in data.items() if name not in ("flags", "segments")}
        if rest:
            self.kept["rest"] = rest
            for name in rest:
                self.losses.append(
                    Loss(f"{self.at}/{escape(name)}", "neither flags nor segments", "not read")
                )
        for name in ("flags", "segments"):
            if data.get(name) is None:
                self.kept.setdefault("null" if name in data else "without", []).append(name)
        self._variants: dict[str, tuple[str, ...]] = {}
        self.segments = self._segments()

    def _raws(self, data: Mapping[str, m.Json], name: str) -> _Raws:
        """The flags or segments that are not deleted."""
        found = data.get(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            message = f"expected an object, found {kind_name(found)}"
            self.losses.append(Loss(f"{self.at}/{name}", message, "nothing of it is read"))
            return {}
        raws: _Raws = {}
        deleted: dict[str, m.Json] = {}
        for key, raw in found.items():
            if not isinstance(raw, dict):
                self._refuse(name, key, f"expected an object, found {kind_name(raw)}")
            elif raw.get("deleted") is True:
                deleted[key] = raw
            else:
                raws[key] = raw
        if deleted:
            self.kept[f"deleted_{name}"] = deleted
        return raws

    def _refuse(self, name: str, key: str, message: str, pointer: str = "") -> None:
        at = pointer or f"{self.at}/{name}/{escape(key)}"
        if name == "flags":
            effect, flag = "the flag is not there; the other flags are", key
        else:
            effect, flag = "the segment is not there: nobody belongs to it", None
        self.losses.append(Loss(at, message, effect, flag, "malformed"))

    def _segments(self) -> dict[str, m.Segment]:
        segments, losses, refused = self._try_segments(self.raw_segments.keys())
        if refused:  # those that are not there have no members where others ask for them
            good = self.raw_segments.keys() - refused
            segments, losses, _ = self._try_segments(good)
        self.losses += losses
        return segments

    def _try_segments(self, known: Set[str]) -> tuple[dict[str, m.Segment], list[Loss], set[str]]:
        before, self.losses = self.losses, []
        segments: dict[str, m.Segment] = {}
        refused: set[str] = set()
        for key, raw in self.raw_segments.items():
            at = f"{self.at}/segments/{escape(key)}"
            notes = Notes(None, self.losses)
            try:
                segments[key] = read_segment(key, raw, at, known, notes)
            except Malformed as error:
                self._refuse("segments", key, error.message, error.pointer)
                refused.add(key)
        found, self.losses = self.losses, before
        return segments, found, refused

    def flags(self) -> dict[str, m.Flag]:
        """Every flag that can be read."""
        flags: dict[str, m.Flag] = {}
        for key, raw in self.raw_flags.items():
            at = f"{self.at}/flags/{escape(key)}"
            notes, before = Notes(key, self.losses), len(self.losses)
            try:
                flags[key] = read_flag(key, raw, at, self._variant, self.segments, notes)
            except Malformed as error:
                del self.losses[before:]  # what else is wrong with it matters no more
                self._refuse("flags", key, error.message, error.pointer)
        return flags

    def _variant(self, key: str, index: int) -> str | None:
        """The variant's key of another flag's variation."""
        keys = self._variants.get(key)
        if keys is None:
            values = self.raw_flags.get(key, {}).get("variations")
            keys = variant_keys(values) if isinstance(values, list) else ()
            self._variants[key] = keys
        return keys[index] if 0 <= index < len(keys) else None


def _unwrapped(source: m.Json) -> tuple[dict[str, m.Json], dict[str, m.Json]]:
    """The object that holds flags and segments, and what is to be kept of what is around it."""
    if isinstance(source, dict):
        if "flags" in source or "segments" in source:
            return source, {}
        data = source.get("data")
        if isinstance(data, dict) and ("flags" in data or "segments" in data):
            around = {name: value for name, value in source.items() if name != "data"}
            return data, {"around": around}
    raise DocumentError([
        Problem(
            "",
            "no document of LaunchDarkly: it needs 'flags', by key",
            'for example {"flags": {…}, "segments": {…}}, as /sdk/latest-all answers',
        )
    ])  # fmt: skip
