"""From our document to Harness's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ...core import model as m
from ...core.reading import escape
from ...core.references import of_flag, of_segment
from ..base import Loss, Options, Writing
from .clauses import excludes
from .conditions import Clauses, Unsayable, alternatives
from .flags import read_flag
from .groups import circles, read_group
from .notes import Malformed, Notes, Surroundings
from .write_flag import FlagWriter, Losses, without_origin


def write(document: m.Document, options: Options) -> Writing:
    """`{"flags", "segments"}`, and what Harness cannot say.

    What was read from Harness and not changed since is written as it was.
    """
    writer = _Writer(document, options)
    flags = [writer.flag(flag) for flag in document.flags.values() if flag.archived_at is None]
    groups = [
        writer.segment(segment)
        for segment in document.segments.values()
        if "part_of" not in (segment.origin or {})
    ]
    rest = document.environment.get("harness")
    made = dict(rest) if isinstance(rest, dict) else {}
    made |= {"flags": flags, "segments": groups + writer.made}
    return Writing(made, (*writer.losses, *writer.inherited()))


@dataclass(slots=True)
class _Writer:
    document: m.Document
    options: Options
    losses: list[Loss] = field(default_factory=list)
    made: list[m.Json] = field(default_factory=list)
    around: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        groups = {
            key: _raw(segment) or _outline(segment)
            for key, segment in self.document.segments.items()
            if "part_of" not in (segment.origin or {})
        }
        flags = {key: _raw(flag) or _needs(flag) for key, flag in self.document.flags.items()}
        self.around = Surroundings(flags, groups, circles(groups))

    # --- flags --------------------------------------------------------------------------------

    def flag(self, flag: m.Flag) -> m.Json:
        """A feature config."""
        at = f"/flags/{escape(flag.key)}"
        losses = Losses(at, flag.key)
        self._prerequisites(flag, losses)
        raw = _raw(flag)
        if raw is not None and self._unchanged_flag(flag, raw):
            made = raw
        else:
            made = FlagWriter(flag, raw or {}, self.options, losses, self._group).write()
            if any(
                v.value == "" and not v.withheld for v in flag.variants if flag.type == "string"
            ):
                losses.add("/variants", "Harness's client takes an empty text for none",
                           "its callers get their own default")  # fmt: skip
        self.losses += losses.found
        return made

    def _unchanged_flag(self, flag: m.Flag, raw: m.Json) -> bool:
        try:
            read = read_flag(raw, "", self.around, Notes())
        except Malformed:
            return False
        return without_origin(read) == without_origin(flag)

    def _prerequisites(self, flag: m.Flag, losses: Losses) -> None:
        """Note where Harness has another idea of a prerequisite."""
        own = {needed.flag for needed in flag.prerequisites}
        for index, needed in enumerate(flag.prerequisites):
            other = self.document.flags.get(needed.flag)
            at = f"/prerequisites/{index}"
            if other is None or other.archived_at is not None:
                losses.add(at, f"there is no flag {needed.flag!r}, which Harness counts as met",
                           "the flag is not off, as it is here")  # fmt: skip
            elif other.off not in needed.variants:
                continue
            elif needed.enabled:
                losses.add(at, "Harness takes the off variation of a flag that is off for served",
                           "while the other flag is off")  # fmt: skip
            elif not {needed.flag for needed in other.prerequisites} <= own:
                losses.add(at, f"Harness also asks for the prerequisites of {needed.flag!r}",
                           "while one of those fails")  # fmt: skip

    # --- segments -----------------------------------------------------------------------------

    def segment(self, segment: m.Segment) -> m.Json:
        """A target group."""
        raw = _raw(segment)
        if raw is not None and self._unchanged_segment(segment, raw):
            return raw
        losses = Losses(f"/segments/{escape(segment.key)}", None)
        made = {
            "name": segment.name or segment.key,
            **(raw or {}),
            "identifier": segment.key,
            "included": list(self._people(segment, "included", raw, losses)),
            "excluded": list(self._people(segment, "excluded", raw, losses)),
            "rules": [],
        }
        if segment.name:
            made["name"] = segment.name
        made["servingRules"] = _serving(segment.key, self._alternatives(segment, losses))
        self.losses += losses.found
        return made

    def _unchanged_segment(self, segment: m.Segment, raw: m.Json) -> bool:
        try:
            read = read_group(raw, "", self.around, Notes())
        except Malformed:
            return False
        return replace(read, origin=None) == replace(
            segment, origin=None, version=0, description="", metadata={}
        )

    def _alternatives(self, segment: m.Segment, losses: Losses) -> list[Clauses]:
        if segment.when is None:
            return []

        def differs(message: str) -> None:
            losses.add("/when", message, "texts that differ only there")

        try:
            return alternatives(segment.when, differs)
        except Unsayable as error:
            losses.add("/when", f"Harness cannot say {error}", "only those listed belong to it")
            return []

    def _people(
        self, segment: m.Segment, name: str, raw: m.Json, losses: Losses
    ) -> Iterator[m.Json]:
        before = (raw or {}).get(name)
        known = {
            person.get("identifier"): person
            for person in (before if isinstance(before, list) else ())
            if isinstance(person, dict)
        }
        for index, listed in enumerate(getattr(segment, name)):
            if listed.kind != m.DEFAULT_KIND:
                losses.add(f"/{name}/{index}", f"Harness knows no kind {listed.kind!r}",
                           "the list is left out")  # fmt: skip
                continue
            for key in listed.keys:
                yield known.get(key) or self._person(key)

    def _person(self, key: str) -> m.Json:
        """A target with every member that the SDK insists on."""
        place = {name: self.options.get(name, "") for name in ("environment", "project")}
        return {"identifier": key, "name": key, "account": "", "org": "", **place}

    def _group(self, wanted: str, found: list[Clauses]) -> str:
        """A target group for a rule's condition, under an identifier that is free."""
        taken = {*self.around.groups, *(group["identifier"] for group in self.made)}
        key = wanted
        while key in taken:
            key += "~"
        self.made.append(
            {
                "identifier": key,
                "name": f"Condition of {wanted}",
                "included": [],
                "excluded": [],
                "rules": [],
                "servingRules": _serving(key, found),
            }
        )
        return key

    # --- what losses lead to ------------------------------------------------------------------

    def inherited(self) -> Iterator[Loss]:
        """Losses of flags that ask for what is not exact itself."""
        inexact = {
            ("flag", loss.flag) if loss.flag is not None else ("segment", _named(loss.pointer))
            for loss in self.losses
        }
        needs: Mapping[tuple[str, str], set[tuple[str, str]]] = {
            **{("flag", key): of_flag(flag) for key, flag in self.document.flags.items()},
            **{("segment", k): of_segment(s) for k, s in self.document.segments.items()},
        }
        told = set(inexact)
        grown = True
        while grown:
            grown = False
            for at, asked in needs.items():
                why = next((each for each in sorted(asked) if each in told), None)
                if why is None or at in told:
                    continue
                told.add(at)
                grown = True
                kind, key = at
                yield Loss(
                    f"/{kind}s/{escape(key)}",
                    f"it asks for the {why[0]} {why[1]!r}, which is not exact",
                    "those who are served otherwise there",
                    key if kind == "flag" else None,
                )


def _named(pointer: str) -> str:
    return pointer.split("/")[2].replace("~1", "/").replace("~0", "~")


def _serving(key: str, found: list[Clauses]) -> list[m.Json]:
    return [
        {"ruleId": f"{key}-{index + 1}", "priority": index + 1, "clauses": list(clauses)}
        for index, clauses in enumerate(found)
    ]


def _raw(item: m.Flag | m.Segment) -> m.Json:
    """What a flag or segment was in Harness, None where it was not read from there."""
    origin = item.origin or {}
    raw = origin.get("raw") if origin.get("dialect") == "harness" else None
    return raw if isinstance(raw, dict) else None


def _outline(segment: m.Segment) -> m.Json:
    """As much of a target group as those need who ask for it."""
    keys = [key for listed in segment.excluded for key in listed.keys]
    outline = {"excluded": [{"identifier": key} for key in keys]}
    return outline if excludes(outline) else {}


def _needs(flag: m.Flag) -> m.Json:
    """As much of a feature config as those need who have it as a prerequisite."""
    return {
        "offVariation": flag.off,
        "variations": [{"identifier": variant.key} for variant in flag.variants],
        "prerequisites": [
            {"feature": needed.flag, "variations": list(needed.variants)}
            for needed in flag.prerequisites
        ],
    }
