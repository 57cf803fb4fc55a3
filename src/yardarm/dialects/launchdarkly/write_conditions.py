"""Our conditions as LaunchDarkly's clauses.

A rule there is a list of clauses that must all match; a clause matches any of its values. Whatever
else a condition says (any of several, not all of them) becomes a segment of its own, which exists
only for that: its rules are the alternatives, and `segmentMatch` may be negated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ...core import model as m
from ...core.bucketing.launchdarkly import ABSENT
from ...core.operators import find, prepare
from .serving import EXPERIMENT, ROLLOUT
from .write_clauses import Doubts, Unsayable, clause_of

_Raw = dict[str, m.Json]


class Skipped(Exception):
    """A condition that never matches here either: the rule that holds it is left out."""


class Known(Protocol):
    """The document's segments."""

    def check(self, key: str) -> None:
        """Raises `Unsayable`, and `Skipped` where a rule that asks it never matches here."""

    def __contains__(self, key: object) -> bool: ...


@dataclass(slots=True)
class Scratch:
    """What comes up while one flag or segment is written.

    `seed` is what the weights of a segment's own rules hash. `helpers` are segments made for the
    owner alone, by key.
    """

    owner: str
    known: Known
    seed: str = ""
    helpers: dict[str, _Raw] = field(default_factory=dict)
    doubts: Doubts = field(default_factory=Doubts)

    def state(self) -> tuple[dict[str, _Raw], Doubts]:
        """What has come up so far, to go back to where a part cannot be said."""
        doubts = Doubts()
        doubts.update(self.doubts)
        return dict(self.helpers), doubts

    def restore(self, state: tuple[dict[str, _Raw], Doubts]) -> None:
        """Forget what has come up since."""
        self.helpers, self.doubts = state

    def helper(self, rules: list[_Raw], salt: str = "", key: str = "") -> str:
        """A segment with these rules."""
        number = 1
        name = key or f"yardarm-{self.owner}-{number}"
        while name in self.known or name in self.helpers:
            if key:
                raise Unsayable(f"a share of {key!r}, whose name a segment has")
            number += 1
            name = f"yardarm-{self.owner}-{number}"
        self.helpers[name] = {"key": name, "version": 1, "salt": salt, "rules": rules}
        return name


def fault(scratch: Scratch) -> _Raw:
    """A clause that fails whoever comes to it: about a segment that asks itself."""
    key = scratch.helper([])
    clause = membership([key])
    scratch.helpers[key]["rules"] = [{"clauses": [clause]}]
    return clause


def membership(keys: list[str], negate: bool = False) -> _Raw:
    """A clause about membership in any of the segments."""
    out: _Raw = {"attribute": "", "op": "segmentMatch", "values": list(keys)}
    return {**out, "negate": True} if negate else out


def rules_of(condition: m.Condition, scratch: Scratch) -> list[_Raw]:
    """Rules of a segment, of which one matches exactly where the condition does."""
    if isinstance(condition, m.AnyOf) and condition.conditions:
        return [_rule(part, scratch) for part in condition.conditions]
    return [_rule(condition, scratch)]


def _rule(condition: m.Condition, scratch: Scratch) -> _Raw:
    """One rule of a segment. A share at the end of it becomes its weight."""
    parts = condition.conditions if isinstance(condition, m.All) else (condition,)
    last = parts[-1] if parts else None
    if not isinstance(last, m.Share):
        return {"clauses": clauses_of(condition, scratch)}
    weight = _weight(last)
    if weight is None or last.bucketing.seed != scratch.seed:
        return {"clauses": clauses_of(condition, scratch)}
    clauses = [made for part in parts[:-1] for made in clauses_of(part, scratch)]
    return {"clauses": clauses, "weight": weight, **placed(last.bucketing, "rolloutContextKind")}


def clauses_of(condition: m.Condition, scratch: Scratch) -> list[_Raw]:
    """Clauses that together match where the condition does.

    Raises `Unsayable`, and `Skipped` for what never matches here.
    """
    match condition:
        case m.Always():
            return []
        case m.All(()) | m.AnyOf(()):
            raise Skipped
        case m.All(conditions):
            paired = _paired(conditions, scratch)
            if paired is not None:
                return [paired]
            return [made for part in conditions for made in clauses_of(part, scratch)]
        case m.AnyOf(conditions):
            return [_any_of(conditions, scratch, negate=False)]
        case m.Not(inner):
            return _not(inner, scratch)
        case m.InSegment(segment):
            scratch.known.check(segment)
            return [membership([segment])]
        case m.Clause():
            return _clause(condition, scratch)
        case m.Share():
            return [membership([_share(condition, scratch)])]
        case m.Fault():
            return [fault(scratch)]
        case m.FlagServes(flag, _):
            raise Unsayable(f"a condition about what the flag {flag!r} serves")
        case m.Logic():
            raise Unsayable("JSONLogic")


def _clause(clause: m.Clause, scratch: Scratch) -> list[_Raw]:
    if find(clause.operator) is None:
        raise Skipped
    try:
        prepare(clause.operator, clause.values)
    except ValueError:
        raise Skipped from None
    if clause.operator in _OR_EQUAL:
        either = tuple(
            m.Clause(clause.attribute, operator, clause.values, clause.kind)
            for operator in (_OR_EQUAL[clause.operator], "semver_eq")
        )
        return [_any_of(either, scratch, negate=False)]
    return clause_of(clause, scratch.doubts)


_OR_EQUAL = {"semver_lte": "semver_lt", "semver_gte": "semver_gt"}


def _any_of(conditions: tuple[m.Condition, ...], scratch: Scratch, *, negate: bool) -> _Raw:
    segments = [part.segment for part in conditions if isinstance(part, m.InSegment)]
    if len(segments) == len(conditions):
        for segment in segments:
            scratch.known.check(segment)
        return membership(segments, negate)
    rules = [{"clauses": clauses_of(part, scratch)} for part in conditions]
    return membership([scratch.helper(rules)], negate)


def _not(inner: m.Condition, scratch: Scratch) -> list[_Raw]:
    """Clauses that match where `inner` does not, so also where its attribute is missing."""
    match inner:
        case m.Always():
            return [{"contextKind": "user", "attribute": "key", "op": "in", "values": []}]
        case m.Not(again):
            return clauses_of(again, scratch)
        case m.InSegment(segment):
            scratch.known.check(segment)
            return [membership([segment], negate=True)]
        case m.AnyOf(conditions) if conditions:
            return [_any_of(conditions, scratch, negate=True)]
        case m.Clause(kind=m.AMBIENT_KIND):
            return [{**clause, "negate": True} for clause in _clause(inner, scratch)]
    clauses = clauses_of(inner, scratch)
    if len(clauses) == 1 and clauses[0]["op"] == "segmentMatch":
        return [{**clauses[0], "negate": not clauses[0].get("negate", False)}]
    return [membership([scratch.helper([{"clauses": clauses}])], negate=True)]


def _paired(conditions: tuple[m.Condition, ...], scratch: Scratch) -> _Raw | None:
    """The clause of two conditions that a reader makes of one: what is there and does not match,
    or what fails whoever has the kind."""
    if len(conditions) != 2:
        return None
    there, other = conditions
    if not isinstance(there, m.Clause) or there.operator != "present":
        return None
    if isinstance(other, m.Fault) and there.attribute == "key":
        return {"contextKind": there.kind, "attribute": "", "op": "in", "values": []}
    if not (isinstance(other, m.Not) and isinstance(other.condition, m.Clause)):
        return None
    inner = other.condition
    always_there = inner.attribute == "anonymous" and there.attribute == "key"
    if inner.kind != there.kind or not (inner.attribute == there.attribute or always_there):
        return None
    clauses = _clause(inner, scratch)
    if len(clauses) != 1 or clauses[0]["op"] == "segmentMatch" or clauses[0].get("negate"):
        return None
    return {**clauses[0], "negate": True}


# --- shares -----------------------------------------------------------------------------------


def _weight(share: m.Share) -> int | None:
    """The weight of a segment rule that has this share; None where there is none."""
    if share.bucketing.algorithm not in (ROLLOUT, EXPERIMENT) or len(share.ranges) != 1:
        return None
    start, end = share.ranges[0]
    weight = round(end * 100_000.0)
    return weight if start == ABSENT and weight / 100_000.0 == end else None


def _share(share: m.Share, scratch: Scratch) -> str:
    """A segment that has this share of everybody: its key and salt are the seed."""
    weight = _weight(share)
    key, dot, salt = (share.bucketing.seed or "").partition(".")
    if weight is None or not dot or not key:
        raise Unsayable(f"a share of units placed by {share.bucketing.algorithm!r}")
    rule: _Raw = {"clauses": [], "weight": weight}
    rule |= placed(share.bucketing, "rolloutContextKind")
    return scratch.helper([rule], salt, key)


def placed(bucketing: m.Bucketing, kind_field: str) -> _Raw:
    """The fields that say by what units are placed."""
    out: _Raw = {kind_field: bucketing.kind}
    if bucketing.by[0] != "key":
        out["bucketBy"] = bucketing.by[0]
    return out
