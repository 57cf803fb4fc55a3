"""What an import would do, before it does anything: flag by flag, from a reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from ..core import model as m
from ..core.check_serve import splits_of
from ..core.codec import flag_to_json, segment_to_json
from ..core.model import Json
from ..core.reading import escape
from ..core.validate import validate
from ..errors import Problem
from .base import Loss, Reading

Fate: TypeAlias = Literal["exact", "losses", "refused"]
Step: TypeAlias = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class FlagReport:
    """One flag. `fate` is how well it was read, `step` what becomes of it in the environment.

    `placed_by` names the algorithms that keep its units where they are; none where it has no split.
    """

    key: str
    fate: Fate
    step: Step
    placed_by: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """The report as JSON."""
        return {
            "key": self.key,
            "fate": self.fate,
            "step": self.step,
            "placed_by": list(self.placed_by),
            "losses": [loss.to_json() for loss in self.losses],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every flag, and what concerns no single one. `segments` are those new or changed."""

    dialect: str
    flags: tuple[FlagReport, ...]
    segments: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = field(default=())

    def count(self, fate: Fate) -> int:
        """How many flags have this fate."""
        return sum(flag.fate == fate for flag in self.flags)

    @property
    def changes(self) -> bool:
        """Whether the import changes anything."""
        return bool(self.segments) or any(f.step in ("new", "changed") for f in self.flags)

    def to_json(self) -> dict[str, Json]:
        """The report as JSON."""
        return {
            "dialect": self.dialect,
            "exact": self.count("exact"),
            "with_losses": self.count("losses"),
            "refused": self.count("refused"),
            "flags": [flag.to_json() for flag in self.flags],
            "segments": list(self.segments),
            "losses": [loss.to_json() for loss in self.losses],
        }


def report(dialect: str, reading: Reading, present: m.Document) -> ImportReport:
    """What taking `reading` over into an environment that is at `present` would do."""
    document = reading.document
    by_flag: dict[str, list[Loss]] = {}
    for loss in reading.losses:
        if loss.flag is not None:
            by_flag.setdefault(loss.flag, []).append(loss)
    flags = [
        FlagReport(
            key,
            "losses" if key in by_flag else "exact",
            _step(present.flags.get(key), flag),
            tuple(sorted(_algorithms(flag, document))),
            tuple(by_flag.get(key, ())),
        )
        for key, flag in document.flags.items()
    ]
    flags += [
        FlagReport(key, "refused", "refused", losses=tuple(losses))
        for key, losses in by_flag.items()
        if key not in document.flags
    ]
    segments = tuple(
        key
        for key, segment in document.segments.items()
        if key not in present.segments or _said(present.segments[key]) != _said(segment)
    )
    others = tuple(loss for loss in reading.losses if loss.flag is None)
    return ImportReport(dialect, tuple(flags), segments, others)


def _step(present: m.Flag | None, flag: m.Flag) -> Step:
    if present is None:
        return "new"
    return "unchanged" if _said(present) == _said(flag) else "changed"


def _said(item: m.Flag | m.Segment) -> Mapping[str, Json]:
    """Everything about it but its version, which the server counts."""
    found = flag_to_json(item) if isinstance(item, m.Flag) else segment_to_json(item)
    return {name: value for name, value in found.items() if name != "version"}


def _algorithms(flag: m.Flag, document: m.Document) -> set[str]:
    """The algorithms that place units in the flag, or in a segment that it asks."""
    found = {split.bucketing.algorithm for _, split in splits_of(flag)}
    waiting: list[m.Condition | None] = [rule.when for rule in flag.rules]
    asked: set[str] = set()
    while waiting:
        match waiting.pop():
            case m.All(conditions) | m.AnyOf(conditions):
                waiting.extend(conditions)
            case m.Not(inner):
                waiting.append(inner)
            case m.Share(bucketing, _):
                found.add(bucketing.algorithm)
            case m.InSegment(key) if key not in asked and key in document.segments:
                asked.add(key)
                waiting.append(document.segments[key].when)
            case _:
                pass
    return found


def of_losses(losses: Iterable[Loss]) -> list[str]:
    """Each loss in one line of words."""
    return [
        ": ".join(filter(None, (loss.pointer, loss.message)))
        + (f"; it says {loss.says}, it did {loss.did}" if loss.says or loss.did else "")
        + (f" (choose by --option {loss.option})" if loss.option else "")
        + (f"; {loss.effect}" if loss.effect else "")
        for loss in losses
    ]


def publishable(reading: Reading) -> Reading:
    """The reading without the flags and segments that a server would refuse, each of them reported.

    What needs a refused flag is looked at again without it, so that one bad flag costs no other.
    """
    document, losses = reading.document, list(reading.losses)
    while errors := [p for p in validate(document) if p.severity == "error"]:
        refused: dict[tuple[str, str], list[Problem]] = {}
        for problem in errors:
            kind, key, *_ = [*_tokens(problem.pointer), "", ""]
            refused.setdefault((kind, key), []).append(problem)
        for (kind, key), problems in refused.items():
            flag = key if kind == "flags" else None
            told = "; ".join(map(str, problems[:3]))
            losses.append(
                Loss(f"/{kind}/{escape(key)}", told, "not imported", flag=flag, kind="malformed")
            )
        document = replace(
            document,
            flags={k: v for k, v in document.flags.items() if ("flags", k) not in refused},
            segments={k: v for k, v in document.segments.items() if ("segments", k) not in refused},
        )
        if not any(kind in ("flags", "segments") for kind, _ in refused):
            break  # of the document itself: the server will say so
    return Reading(document, tuple(losses))


def _tokens(pointer: str) -> list[str]:
    return [t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/")]
