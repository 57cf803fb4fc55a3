"""Feature configs: flags, their rules, target maps and prerequisites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ...core import model as m
from .attributes import IDENTIFIER
from .clauses import NEVER, any_of, group_list, identifiers, read_clause
from .groups import in_order
from .notes import Malformed, Notes, Surroundings, items, key_problems, member, text
from .serves import Served, named, read_default, read_serve, unknown
from .values import read_variations

Needed: TypeAlias = tuple[str, tuple[str, ...]]
"""Another flag, and the variations of it that are welcome."""


def read_flag(raw: m.Json, at: str, around: Surroundings, notes: Notes) -> m.Flag:
    """A feature config as a flag. Raises `Malformed`."""
    key = text(raw, "feature", at)
    state = member(raw, "state", at)
    if state not in ("on", "off"):
        raise Malformed(f"{at}/state", f"{state!r} is neither on nor off")
    variations = read_variations(raw, at, notes, around.seen)
    reader = _Flag(raw, at, variations.keys, around, notes)
    default = read_default(member(raw, "defaultServe", at), reader.variants, at, around, notes)
    targets, mapped = reader.target_map()
    off = named(member(raw, "offVariation", at), reader.variants)
    if off is None:
        unknown(raw["offVariation"], f"{at}/offVariation", notes)
    notes.key(key, f"{at}/feature")
    return m.Flag(
        key=key,
        type=variations.type,
        variants=variations.variants,
        enabled=state == "on",
        off=off,
        default=default.serve,
        prerequisites=tuple(reader.prerequisites()),
        targets=targets,
        rules=(*mapped, *reader.rules(default)),
        origin={"dialect": "harness", "raw": raw},
    )


class _Flag:
    """One feature config being read."""

    def __init__(
        self,
        raw: m.Json,
        at: str,
        variants: frozenset[str],
        around: Surroundings,
        notes: Notes,
    ) -> None:
        self.raw = raw
        self.at = at
        self.variants = variants
        self.around = around
        self.notes = notes
        self.ids: set[str] = set()

    def _id(self, wanted: object, otherwise: str) -> str:
        """A rule id that is not taken yet."""
        fit = isinstance(wanted, str) and not key_problems(wanted)
        name = str(wanted) if fit else otherwise
        found, count = name, 1
        while found in self.ids:
            count += 1
            found = f"{name}-{count}"
        self.ids.add(found)
        return found

    # --- prerequisites ------------------------------------------------------------------------

    def prerequisites(self) -> Iterator[m.Prerequisite]:
        """Harness asks what another flag would serve without its own prerequisites, and then
        those. The same comes out when they are asked first, except where the other flag's off
        variation is welcome too: then its prerequisites become this flag's own."""
        seen: set[tuple[str, tuple[str, ...]]] = set()
        pending = list(reversed(self._direct(self.raw, self.at, self.notes)))
        while pending:
            key, wanted = pending.pop()
            if (key, wanted) in seen:
                continue
            seen.add((key, wanted))
            yield m.Prerequisite(key, wanted)
            other = self.around.flags[key]
            if other.get("offVariation") in wanted:
                try:
                    pending += reversed(self._direct(other, "", Notes()))
                except Malformed:  # it is not read itself, and those that need it are read again
                    continue

    def _direct(self, raw: m.Json, at: str, notes: Notes) -> list[Needed]:
        return direct(raw, at, self.around.flags, notes)

    # --- individual targets and groups --------------------------------------------------------

    def target_map(self) -> tuple[tuple[m.Target, ...], list[m.Rule]]:
        """The entries in their order, each its targets and then its groups. Targets that no
        group comes before are our targets; everything after that is a rule. Who is in an entry
        without a variation goes on to the rules, past the entries after it."""
        targets: list[m.Target] = []
        rules: list[m.Rule] = []
        passed: list[m.Condition] = []
        taken: set[str] = set()
        for index, entry in enumerate(items(self.raw, "variationToTargetMap", self.at)):
            where = f"{self.at}/variationToTargetMap/{index}"
            variation = member(entry, "variation", where)
            listed = identifiers(items(entry, "targets", where), f"{where}/targets", self.notes)
            keys = tuple(key for key in listed if key not in taken)
            taken.update(keys)
            groups = self._mapped_groups(entry, where)
            listed_here = m.Clause(IDENTIFIER, "in", keys) if keys else NEVER
            if not variation:
                self.notes.add(f"{where}/variation", "an entry without variation",
                               "who is in it is served by the rules")  # fmt: skip
                passed += [part for part in (listed_here, groups) if part is not NEVER]
                continue
            serve = named(variation, self.variants)
            if serve is None:
                unknown(variation, f"{where}/variation", self.notes)
            if keys and serve is not None and not rules and not passed:
                targets.append(m.Target(serve, keys))
            elif keys:
                rules.append(self._mapped(f"targets-{index + 1}", listed_here, serve, passed))
            if groups is not NEVER:
                rules.append(self._mapped(f"groups-{index + 1}", groups, serve, passed))
        return tuple(targets), rules

    def _mapped(
        self, name: str, when: m.Condition, serve: str | None, passed: list[m.Condition]
    ) -> m.Rule:
        """A rule for an entry, kept from those who passed it."""
        barred = tuple(m.Not(condition) for condition in passed)
        return m.Rule(self._id(None, name), m.All((*barred, when)) if barred else when, serve)

    def _mapped_groups(self, entry: m.Json, where: str) -> m.Condition:
        names = entry.get("targetSegments", [])
        if names == []:
            return NEVER
        pointer = f"{where}/targetSegments"
        if isinstance(names, list):
            return group_list(names, pointer, self.around, self.notes)
        message = "the list of target groups is none"
        self.notes.add(pointer, message, "whoever comes to it gets the caller's fallback")
        return m.Fault(message)

    # --- rules --------------------------------------------------------------------------------

    def rules(self, default: Served) -> Iterator[m.Rule]:
        """The rules by priority, each with any of its clauses."""
        at, listed = f"{self.at}/rules", items(self.raw, "rules", self.at)
        try:
            ordered = in_order(listed, at)
        except Malformed as error:
            if error.pointer != at:
                raise
            message = error.message
            self.notes.add(at, message, "whoever comes to the rules gets the caller's fallback")
            yield m.Rule(self._id(None, "rules"), m.Always(), m.Fault(message))
            return
        for index, rule in ordered:
            yield from self._rule(rule, f"{at}/{index}", f"rule-{index + 1}", default)
        if default.lost is not None:
            yield m.Rule(self._id(None, "default"), default.lost, None)

    def _rule(self, rule: m.Json, where: str, name: str, default: Served) -> Iterator[m.Rule]:
        when = any_of(
            [
                read_clause(clause, f"{where}/clauses/{index}", self.around, self.notes)
                for index, clause in enumerate(items(rule, "clauses", where))
            ]
        )
        serve = member(rule, "serve", where)
        served = read_serve(serve, self.variants, f"{where}/serve", self.around, self.notes)
        first = self._id(rule.get("ruleId"), name)
        for step, (lost, each) in enumerate(_in_turn(served, default)):
            condition = when if lost is None else m.All((when, lost))
            name = first if not step else self._id(None, f"{first}-rest")
            yield m.Rule(name, condition, each)


def direct(raw: m.Json, at: str, flags: Mapping[str, m.Json], notes: Notes) -> list[Needed]:
    """What a flag needs itself: other flags and their variations, up to the first flag that there
    is not. The SDK counts that one as met and looks no further. Raises `Malformed`."""
    found = []
    for index, needed in enumerate(items(raw, "prerequisites", at)):
        where = f"{at}/prerequisites/{index}"
        key, wanted = member(needed, "feature", where), member(needed, "variations", where)
        if not isinstance(key, str) or key not in flags:
            notes.add(f"{where}/feature", f"there is no flag {key!r}",
                      "it counts as met, and so does every prerequisite after it")  # fmt: skip
            break
        if not isinstance(wanted, list):
            raise Malformed(f"{where}/variations", "expected a list")
        theirs = _variation_keys(flags[key])
        known = tuple(name for name in wanted if named(name, theirs) is not None)
        if len(known) < len(wanted):
            notes.add(f"{where}/variations", f"{key!r} has not all of these variations",
                      "those that it has count")  # fmt: skip
        found.append((key, known))
    return found


def needed_by(raw: m.Json) -> set[str]:
    """The flags that a feature config names as its prerequisites."""
    listed = raw.get("prerequisites")
    names = (
        needed.get("feature")
        for needed in (listed if isinstance(listed, list) else ())
        if isinstance(needed, dict)
    )
    return {name for name in names if isinstance(name, str)}


def _in_turn(
    served: Served, default: Served
) -> Iterator[tuple[m.Condition | None, m.Serve | None]]:
    """What a rule serves, and to whom that leaves out; to whom, where not to everybody. What says
    nothing, or names no variation, stands for the flag's default; the rules after it are not
    asked."""
    if not served.nothing_said:
        if served.lost is not None:
            yield served.lost, None
        yield None, served.serve
        if served.gaps == "fallback":
            yield None, None
    if served.nothing_said or served.gaps == "default":
        if default.lost is not None:
            yield default.lost, None
        yield None, default.serve
        if isinstance(default.serve, m.Split) and default.serve.partial:
            yield None, None


def _variation_keys(raw: m.Json) -> frozenset[str]:
    variations = raw.get("variations")
    return frozenset(
        variation["identifier"]
        for variation in (variations if isinstance(variations, list) else ())
        if isinstance(variation, dict) and isinstance(variation.get("identifier"), str)
    )
