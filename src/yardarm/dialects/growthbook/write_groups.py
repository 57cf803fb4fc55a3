"""From our segments to GrowthBook's saved groups.

What was a list stays one. Any other segment is a group of the newer form, a condition, which the
SDKs seen here know (JavaScript 1.8.0, Python 4.0.0) and older ones may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...core import model as m
from .features import Features
from .names import Attributes
from .write_conditions import ConditionWriter, Differs, Unsayable, joined
from .write_rules import Lost


@dataclass(frozen=True, slots=True)
class GroupWriter:
    """Writes the segments of one document. `before` is the document as it was read."""

    segments: Mapping[str, m.Segment]
    attributes: Attributes
    before: Features
    lost: Lost
    differs: Differs
    made: dict[str, m.Json] = field(default_factory=dict)

    def write(self, segment: m.Segment) -> None:
        """Write a segment as a saved group, into `made`."""
        origin = segment.origin or {}
        group = origin.get("group") if is_ours(origin) else None
        if isinstance(group, str) and self._is_unchanged(segment, group, origin):
            self.made[group] = origin["raw"]
            return
        listed = self._list(segment)
        if listed is not None and isinstance(group, str):
            raw = origin["raw"]
            self.made[group] = listed if isinstance(raw, list) else {**raw, "values": listed}
            return
        try:
            condition = self._members(segment)
        except Unsayable as error:
            self.lost(f"GrowthBook cannot say {error}", "nobody belongs to the group")
            condition = {"$nor": [{}]}
        self.made[segment.key] = {"type": "condition", "condition": condition}

    def _is_unchanged(self, segment: m.Segment, group: str, origin: Mapping[str, m.Json]) -> bool:
        attribute = origin.get("attribute")
        key = self.before.groups.segment(group, attribute)
        if key is None:
            return False
        read = self.before.segment(key)
        return replace(read, origin=None, key="") == replace(
            segment, origin=None, key="", version=0, name="", description="", metadata={}
        )

    def _list(self, segment: m.Segment) -> list[m.Json] | None:
        """The values of a segment that is still a list of one attribute's values."""
        match segment.when:
            case m.Clause(_, "growthbook.in", values) if not segment.included:
                return None if segment.excluded else list(values)
        return None

    def _members(self, segment: m.Segment) -> dict[str, m.Json]:
        writer = ConditionWriter(self.attributes, self.reference, self.differs)
        when: list[dict[str, m.Json]] = []
        if segment.when is not None:
            when.append(writer.write(segment.when))
        listed = {
            name: [writer.write(_keys(item)) for item in getattr(segment, name)]
            for name in ("included", "excluded")
        }
        if when and listed["excluded"]:
            when.append({"$nor": listed["excluded"]})
        choices = [*listed["included"], *([joined(when)] if when else [])]
        if not choices:
            return {"$nor": [{}]}
        return choices[0] if len(choices) == 1 else {"$or": choices}

    def reference(self, key: str) -> dict[str, m.Json]:
        """A condition for a segment."""
        segment = self.segments.get(key)
        if segment is None:
            raise Unsayable(f"the segment {key!r}, which is not there")
        origin = segment.origin or {}
        group = origin.get("group") if is_ours(origin) else None
        attribute = origin.get("attribute")
        if isinstance(group, str) and group in self.made and key not in self.made:
            if isinstance(attribute, str):
                return {attribute: {"$inGroup": group}}
            return {"$savedGroup": {"id": group}}
        if isinstance(attribute, str) and isinstance(group, str) and self._list(segment):
            return {attribute: {"$inGroup": group}}
        return {"$savedGroup": {"id": key}}


def _keys(listed: m.SegmentKeys) -> m.Condition:
    return m.Clause("key", "in", listed.keys, listed.kind)


def is_ours(origin: Mapping[str, m.Json]) -> bool:
    """Whether a flag or a segment was read from GrowthBook."""
    return origin.get("dialect") == "growthbook" and "raw" in origin
