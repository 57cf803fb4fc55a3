"""From our document to GrowthBook's.

What was read from GrowthBook and not changed since is written as it was. Everything else is
written from our model, rule by rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ...core import model as m
from ...core.reading import escape
from ...core.references import of_flag, of_segment
from ..base import Loss, Options, Writing
from .features import Features
from .names import Attributes
from .payload import Payload
from .write_conditions import ConditionWriter, Unsayable
from .write_groups import GroupWriter, is_ours
from .write_rules import RuleWriter


def write(document: m.Document, options: Options) -> Writing:
    """`{"features", "savedGroups", …}`, and what GrowthBook cannot say.

    Options: `unit`, GrowthBook's name for our `key` (`"id"`); `splits`, see `write_rules`.
    """
    return _Writer(document, options).write()


@dataclass(slots=True)
class _Writer:
    document: m.Document
    options: Options
    losses: list[Loss] = field(default_factory=list)
    attributes: Attributes = field(init=False)
    before: Features = field(init=False)
    groups: GroupWriter = field(init=False)
    _at: tuple[str, str | None] = ("", None)

    def __post_init__(self) -> None:
        unit = self.options.get("unit")
        self.attributes = Attributes(unit if isinstance(unit, str) else _unit(self.document))
        options = {**self.options, "unit": self.attributes.unit}
        self.before = Features(self._raw_payload(), options)
        self.groups = GroupWriter(
            self.document.segments, self.attributes, self.before, self._lost, self._differs
        )

    def write(self) -> Writing:
        rest = self.document.environment.get("growthbook")
        made: dict[str, m.Json] = dict(rest) if isinstance(rest, dict) else {}
        for segment in self.document.segments.values():
            self._at = (f"/segments/{escape(segment.key)}", None)
            self.groups.write(segment)
        features = {
            flag.key: self._flag(flag)
            for flag in self.document.flags.values()
            if flag.archived_at is None
        }
        made["features"] = merged(made.get("features"), features)
        if self.groups.made or "savedGroups" in made:
            made["savedGroups"] = merged(made.get("savedGroups"), self.groups.made)
        if not isinstance(rest, dict) or "features" in rest or features:
            return Writing(made, (*self.losses, *self._inherited()))
        del made["features"]
        return Writing(made, (*self.losses, *self._inherited()))

    # --- what was read before -----------------------------------------------------------------

    def _raw_payload(self) -> Payload:
        """The document as it was read, made of what the flags and segments keep of it."""
        rest = self.document.environment.get("growthbook")
        rest = rest if isinstance(rest, dict) else {}
        features = {
            flag.key: flag.origin["raw"]
            for flag in self.document.flags.values()
            if flag.origin and is_ours(flag.origin) and flag.archived_at is None
        }
        groups = merged(
            rest.get("savedGroups"),
            {
                segment.origin["group"]: segment.origin["raw"]
                for segment in self.document.segments.values()
                if segment.origin and is_ours(segment.origin) and "group" in segment.origin
            },
        )
        bandits = rest.get("contextualBandits")
        return Payload(
            {}, features, groups if isinstance(groups, dict) else {},
            bandits if isinstance(bandits, dict) else {},
        )  # fmt: skip

    def _as_it_was(self, flag: m.Flag) -> m.Flag | None:
        """The flag as it was read, or None."""
        if not flag.origin or not is_ours(flag.origin):
            return None
        try:
            return self.before.flag(flag.key)
        except KeyError:
            return None

    # --- flags --------------------------------------------------------------------------------

    def _flag(self, flag: m.Flag) -> m.Json:
        self._at = (f"/flags/{escape(flag.key)}", flag.key)
        before = self._as_it_was(flag)
        if before is not None and _bare(before) == _bare(flag) and self._means_the_same(flag):
            return flag.origin["raw"] if flag.origin else None
        raw = flag.origin["raw"] if before is not None and flag.origin else {}
        made: dict[str, m.Json] = {
            name: value
            for name, value in (raw if isinstance(raw, dict) else {}).items()
            if name not in ("defaultValue", "rules")
        }
        values = self._values(flag.key) or {}
        rules: list[m.Json] = []
        default: m.Json = None
        if not flag.enabled:
            default = None if flag.off is None else values.get(flag.off)
            if flag.rules or flag.targets or flag.prerequisites:
                self._lost("what a flag does while it is off", "nothing, until it is written again")
        else:
            rules, default = self._rules(flag, before, raw)
        made["defaultValue"] = default
        if rules:
            made["rules"] = rules
        return made

    def _means_the_same(self, flag: m.Flag) -> bool:
        """Whether the features that a feature asks are still what its conditions were made for."""
        for kind, key in of_flag(flag):
            if kind == "flag":
                other = self.document.flags.get(key)
                before = self._as_it_was(other) if other is not None else None
                if other is None or before is None or other.variants != before.variants:
                    return False
        return True

    def _rules(
        self, flag: m.Flag, before: m.Flag | None, raw: m.Json
    ) -> tuple[list[m.Json], m.Json]:
        """A flag's rules, and its default value."""
        writer = RuleWriter(
            flag, self.attributes, self._conditions(), self._values, self.options, self._lost
        )
        made: list[m.Json] = []
        for index, needed in enumerate(flag.prerequisites):
            made += self._prerequisite(writer, index, needed)
        for index, target in enumerate(flag.targets):
            made += self._try(f"/targets/{index}", lambda t=target: [writer.targets(t)])
        kept = self._kept(flag, before, raw)
        written: set[int] = set()
        for index, rule in enumerate(flag.rules):
            place = rule.metadata.get("index")
            if isinstance(place, int) and place in kept:
                if place not in written:
                    made.append(kept[place])
                written.add(place)
            elif "bandit" in rule.metadata:
                made += self._bandit(rule, index)
            elif not rule.paused:
                made += self._try(f"/rules/{index}", lambda r=rule: writer.write(r))
        match flag.default:
            case None:
                return made, None
            case str():
                return made, (self._values(flag.key) or {}).get(flag.default)
            case m.Split():
                made += self._try("/default", lambda d=flag.default: writer.default(d))
            case _:
                self._lost("a default that is none of the flag's variants", "nothing")
        return made, None

    def _bandit(self, rule: m.Rule, index: int) -> list[m.Json]:
        """A contextual bandit is written once, where the last of its rules stands."""
        if rule.metadata.get("leaf") not in (-1, None):
            return []
        return [rule.metadata["bandit"]]

    def _kept(self, flag: m.Flag, before: m.Flag | None, raw: m.Json) -> dict[int, m.Json]:
        """GrowthBook's rules that nobody has touched, by their index."""
        if before is None or not isinstance(raw, dict) or not self._means_the_same(flag):
            return {}
        rules = raw.get("rules")
        was, now = _by_index(before), _by_index(flag)
        return {
            index: rules[index]
            for index, made in was.items()
            if isinstance(rules, list) and now.get(index) == made
        }

    def _prerequisite(self, writer: RuleWriter, index: int, needed: m.Prerequisite) -> list[m.Json]:
        other = self.document.flags.get(needed.flag)
        never = other is None or other.archived_at is not None
        if never or (needed.enabled and other is not None and not other.enabled):
            off = writer.flag.off
            value = None if off is None else (self._values(writer.flag.key) or {}).get(off)
            return [{"force": value}]
        asked = m.FlagServes(needed.flag, needed.variants)
        return self._try(
            f"/prerequisites/{index}", lambda: [writer.blocked(asked, writer.flag.off)]
        )

    def _try(self, pointer: str, write: object) -> list[m.Json]:
        """What is written, or nothing and a loss."""
        at = self._at
        self._at = (f"{at[0]}{pointer}", at[1])
        try:
            return write()  # type: ignore[operator,no-any-return]
        except Unsayable as error:
            self._lost(f"GrowthBook cannot say {error}", "what comes after it")
            return []
        finally:
            self._at = at

    # --- surroundings -------------------------------------------------------------------------

    def _conditions(self) -> ConditionWriter:
        return ConditionWriter(self.attributes, self.groups.reference, self._differs)

    def _values(self, key: str) -> dict[str, m.Json] | None:
        flag = self.document.flags.get(key)
        if flag is None or flag.archived_at is not None:
            return None
        return {each.key: None if each.withheld else each.value for each in flag.variants}

    def _differs(self, message: str) -> None:
        self._lost(message, "users whose attribute is such a text")

    def _lost(self, message: str, effect: str) -> None:
        pointer, flag = self._at
        self.losses.append(Loss(pointer, message, effect, flag))

    def _inherited(self) -> Iterator[Loss]:
        """Losses of flags that ask what is not exact itself."""
        inexact = {("flag", loss.flag) for loss in self.losses if loss.flag is not None}
        inexact |= {
            ("segment", segment)
            for segment in self.document.segments
            if any(
                loss.flag is None and loss.pointer == f"/segments/{escape(segment)}"
                for loss in self.losses
            )
        }
        told, needs = set(inexact), self._needs()
        grown = True
        while grown:
            grown = False
            for at, asked in needs.items():
                if at in inexact or not asked & inexact:
                    continue
                inexact.add(at)
                grown = True
        for kind, key in sorted(inexact - told):
            if kind == "flag":
                message = "it asks what cannot be written exactly"
                yield Loss(f"/flags/{escape(key)}", message, "whoever that differs for", key)

    def _needs(self) -> dict[tuple[str, str], set[tuple[str, str]]]:
        flags, segments = self.document.flags, self.document.segments
        return {
            **{("flag", key): of_flag(flag) for key, flag in flags.items()},
            **{("segment", key): of_segment(segment) for key, segment in segments.items()},
        }


def _unit(document: m.Document) -> str:
    """The unit that the document was read with."""
    for flag in document.flags.values():
        if flag.origin and is_ours(flag.origin):
            unit = flag.origin.get("unit")
            return unit if isinstance(unit, str) else "id"
    return "id"


def _bare(flag: m.Flag) -> m.Flag:
    """A flag without what GrowthBook has no place for."""
    return replace(
        flag, origin=None, version=0, owner="", tags=(), name="", description="", schema=None,
        expires_at=None, metadata={}, purpose="release", client_visible=False,
    )  # fmt: skip


def _by_index(flag: m.Flag) -> dict[int, list[m.Rule]]:
    found: dict[int, list[m.Rule]] = {}
    for rule in flag.rules:
        index = rule.metadata.get("index")
        if isinstance(index, int):
            found.setdefault(index, []).append(rule)
    return found


def merged(before: m.Json, made: Mapping[str, m.Json]) -> m.Json:
    """Members that became nothing of ours, and those written."""
    if before is None and not made:
        return None
    if not isinstance(before, dict | None):
        return before if not made else dict(made)
    return {**(before or {}), **made}
