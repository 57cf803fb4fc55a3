"""Our flags as LaunchDarkly's.

A part that is what it was when the flag was read is written as it was read; of others the fields
that our model does not hold are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.check_serve import check_serve
from ...core.reading import escape
from ...errors import Problem
from ..base import Loss, Options
from .fields import Malformed, Notes
from .flags import read_flag
from .write_flag import PARTS, FlagWriter, named
from .write_segments import Segments, raw_of

_Raw = dict[str, m.Json]


@dataclass(slots=True)
class Flags:
    """The document's flags; `losses` and `segments` collect what comes up."""

    document: m.Document
    segments: Segments
    options: Options
    losses: list[Loss] = field(default_factory=list)
    _indices: dict[str, Mapping[str, int]] = field(default_factory=dict)

    def write(self, flag: m.Flag) -> _Raw | None:
        """The flag, None where it is left out (and a loss says why)."""
        raw = raw_of(flag)
        again = None if raw is None else self._again(flag, raw)
        differing = None
        if raw is not None and again is not None:
            differing = self._differing(flag, again)
            if not differing:
                return raw
        fault = self._fault(flag)
        if fault:
            self.lose(flag, "", f"not written: {fault}", "every caller gets the fallback")
            return None
        made = FlagWriter(self, self.segments, flag, raw or {}, again)
        out = made.write(differing)
        self.segments.helpers |= made.scratch.helpers
        for reason, attributes in made.scratch.doubts.attributes.items():
            which = ", ".join(sorted(attributes))
            effect = f"may differ for contexts in which one of these is such: {which}"
            self.lose(flag, "", f"LaunchDarkly compares otherwise what is {reason}", effect)
        return out

    def lose(self, flag: m.Flag, pointer: str, message: str, effect: str) -> None:
        at = f"/flags/{escape(flag.key)}{pointer}"
        self.losses.append(Loss(at, message, effect, flag.key))

    def index(self, key: str) -> Mapping[str, int]:
        """The indices of a flag's variants; empty where there is no such flag."""
        if key not in self._indices:
            flag = self.document.flags.get(key)
            variants = () if flag is None else flag.variants
            self._indices[key] = {variant.key: at for at, variant in enumerate(variants)}
        return self._indices[key]

    def _again(self, flag: m.Flag, raw: _Raw) -> m.Flag | None:
        """The flag as it is read from where it was read before."""

        def variant_of(key: str, index: int) -> str | None:
            keys = list(self.index(key))
            return keys[index] if 0 <= index < len(keys) else None

        known = self.document.segments.keys()
        try:
            return read_flag(flag.key, raw, "", variant_of, known, Notes(flag.key))
        except Malformed:
            return None

    def _differing(self, flag: m.Flag, again: m.Flag) -> tuple[str, ...]:
        """The parts that are not what they were when the flag was read."""
        if named(flag) != named(again):
            return PARTS
        return tuple(name for name in PARTS if getattr(flag, name) != getattr(again, name))

    def _fault(self, flag: m.Flag) -> str:
        """Why the flag answers everybody with the fallback here."""
        if fault := self.segments.fault(("flag", flag.key)):
            return fault
        variants = {variant.key for variant in flag.variants}
        problems: list[Problem] = []
        for rule in flag.rules:
            problems += check_serve(rule.serve, variants, rule.id)
        problems += check_serve(flag.default, variants, "default", last=True)
        asked = {flag.off, *(target.variant for target in flag.targets)} - {None}
        problems += [Problem("", f"there is no variant {name!r}") for name in asked - variants]
        return next((str(p) for p in problems if p.severity == "error"), "")
