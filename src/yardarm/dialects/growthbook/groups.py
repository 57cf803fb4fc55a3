"""Saved groups: what a condition refers to, and the segments that they become.

A list group is a segment for each attribute of which it is asked, since GrowthBook's older form of
a list says nothing about an attribute. A condition group is one segment. Groups that refer to
each other in a circle end at the first reference back, as in GrowthBook; a segment cannot do that,
so they are written out where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core import model as m
from ...core.javascript.inherited import MEMBERS
from ...core.javascript.values import text
from ...core.operators.growthbook import is_operators
from ...core.reading import escape
from ..base import Loss
from .names import usable_key

MAX_WRITTEN_OUT = 20_000
"""How many parts of condition groups are written out for one document."""

_ABSENT = object()
NOBODY: m.Json = {"$nor": [{}]}
"""A condition in GrowthBook's words that matches nothing."""


@dataclass(frozen=True, slots=True)
class Referred:
    """A group that a `$savedGroup` refers to: a list and its attribute, or a condition."""

    id: str
    attribute: str = ""
    values: list[m.Json] | None = None
    condition: m.Json = None


class Groups:
    """The saved groups of one document."""

    def __init__(self, entries: m.Json) -> None:
        self.entries: dict[str, m.Json] = entries if isinstance(entries, dict) else {}
        self.cyclic = _cyclic(self.entries)
        self.wanted: dict[tuple[str, str | None], str] = {}
        """Keys of segments by group and attribute; the attribute is None for a condition."""
        self._room = MAX_WRITTEN_OUT

    def values(self, group: m.Json) -> list[m.Json] | None:
        """The values of a list group: none for one that is absent, None for what is no list."""
        entry = self.entries.get(text(group), _ABSENT)
        if entry is _ABSENT:  # what every object has under such a name is no list
            return None if text(group) in MEMBERS else []
        if isinstance(entry, list):
            return entry
        if isinstance(entry, dict) and entry.get("type") == "list":
            values = entry.get("values")
            return values if isinstance(values, list) else None
        return None

    def referred(self, reference: m.Json, visited: frozenset[str]) -> Referred | None:
        """What a `$savedGroup` refers to; None for what matches nobody."""
        if not isinstance(reference, dict):
            return None
        group = reference.get("id")
        if not isinstance(group, str) or group in visited:
            return None
        named = "attributeKey" in reference
        if named and not isinstance(reference["attributeKey"], str):
            return None
        entry = self.entries.get(group)
        if not isinstance(entry, dict):
            return None
        if entry.get("type") == "list":
            attribute = reference["attributeKey"] if named else entry.get("attributeKey")
            if isinstance(attribute, str) and isinstance(entry.get("values"), list):
                return Referred(group, attribute, entry["values"])
        if entry.get("type") == "condition" and isinstance(entry.get("condition"), dict | list):
            return Referred(group, condition=entry["condition"])
        return None

    def segment(self, group: m.Json, attribute: str | None) -> str | None:
        """The key of a group's segment; None where there is no such group."""
        group = text(group)
        if group not in self.entries:
            return None
        found = self.wanted.get((group, attribute))
        if found is None:
            own = attribute is None or attribute == self._own_attribute(group)
            taken = set(self.wanted.values())
            if not own:  # the plain name is kept for the group itself
                taken |= self.entries.keys()
            name = group if own else f"{group}:{attribute}"
            found = usable_key(name, f"group-{len(self.wanted) + 1}", taken)
            self.wanted[group, attribute] = found
        return found

    def _own_attribute(self, group: str) -> str:
        entry = self.entries[group]
        found = entry.get("attributeKey") if isinstance(entry, dict) else None
        return found if isinstance(found, str) else "id"

    def want_all(self) -> Iterator[Loss]:
        """Ask for every group once, so that none is lost. Reports those that are malformed."""
        asked = {group for group, _ in self.wanted}
        for group, entry in self.entries.items():
            if group in asked:
                continue
            if self.values(group) is not None:
                self.segment(group, self._own_attribute(group))
            elif self.referred({"id": group}, frozenset()) is not None:
                if group not in self.cyclic:
                    self.segment(group, None)
            else:
                yield _malformed(group, entry)

    def no_segments(self) -> list[str]:
        """Groups that no segment can hold: malformed ones, and those that lead into a circle."""
        return [
            group
            for group in self.entries
            if self.values(group) is None
            and (group in self.cyclic or self.referred({"id": group}, frozenset()) is None)
        ]

    def spend(self, condition: m.Json) -> bool:
        """Count a condition that is written out; whether there was room for it."""
        self._room -= _parts(condition, self._room)
        return self._room > 0

    def resolved(self, operand: m.Json, visited: frozenset[str]) -> m.Json:
        """An operand with the values of groups in place of references to them."""
        if isinstance(operand, list):
            return [self.resolved(item, visited) for item in operand]
        if not isinstance(operand, dict):
            return operand
        whole = is_operators(operand)
        out: dict[str, m.Json] = {}
        more: list[m.Json] = []
        for name, value in operand.items():
            if name in ("$inGroup", "$notInGroup"):
                out[name] = self.values(value)
            elif name == "$savedGroup" and not whole:
                more.append(self._written_out(value, visited))
            else:
                out[name] = self.resolved(value, visited)
        if more:  # beside the others, so that it stays a condition about members
            own = [{"$and": out["$and"]}] if "$and" in out else []
            out["$and"] = [*own, *more]
        return out

    def _written_out(self, reference: m.Json, visited: frozenset[str]) -> m.Json:
        found = self.referred(reference, visited)
        if found is None:
            return NOBODY
        if found.values is not None:
            return {found.attribute: {"$in": found.values}}
        if not self.spend(found.condition):
            return NOBODY
        return self.resolved(found.condition, visited | {found.id})


def _malformed(group: str, entry: m.Json) -> Loss:
    return Loss(
        f"/savedGroups/{escape(group)}",
        "the saved group is neither a list nor a condition",
        "whoever refers to it matches nobody",
        kind="malformed",
    )


def _parts(value: m.Json, most: int) -> int:
    """How many values a condition has, itself included; no more are counted than `most`."""
    count, stack = 0, [value]
    while stack and count <= most:
        count += 1
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return count


def _cyclic(entries: dict[str, m.Json]) -> frozenset[str]:
    """Condition groups that lead into a circle: what is left when those that end are taken out."""
    leads_to = {group: _references(entry) & entries.keys() for group, entry in entries.items()}
    led_from: dict[str, list[str]] = {}
    for group, others in leads_to.items():
        for other in others:
            led_from.setdefault(other, []).append(group)
    open_ = {group: len(others) for group, others in leads_to.items()}
    ended = [group for group, count in open_.items() if not count]
    for group in ended:
        for before in led_from.get(group, ()):
            open_[before] -= 1
            if not open_[before]:
                ended.append(before)
    return frozenset(entries.keys() - set(ended))


def _references(entry: m.Json) -> set[str]:
    if not isinstance(entry, dict) or entry.get("type") != "condition":
        return set()
    found: set[str] = set()
    stack = [entry.get("condition")]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            reference = item.get("$savedGroup")
            if isinstance(reference, dict) and isinstance(reference.get("id"), str):
                found.add(reference["id"])
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return found
