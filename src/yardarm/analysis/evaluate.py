"""What contexts really get: the compiled program, asked about single parts of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..core import model as m
from ..core.ambient import Ambient
from ..core.bucketing import Budget
from ..core.compile import Emitter, Unevaluable, compile_segment
from ..core.outcome import Outcome
from ..core.program import DocumentSource, Program
from ..core.references import of_segment
from .witness import Witness


def enabled(document: m.Document) -> m.Document:
    """The document with all of its flags enabled."""
    if all(flag.enabled for flag in document.flags.values()):
        return document
    flags = {key: replace(flag, enabled=True) for key, flag in document.flags.items()}
    return replace(document, flags=flags)


class Evaluation:
    """Evaluates parts of a document as the SDK does."""

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self.program = Program.of(document)
        self._traced: dict[str, Callable[..., Outcome]] = {}

    def as_if_enabled(self, key: str) -> Evaluation:
        """The same document, with this flag enabled."""
        flag = self.document.flags[key]
        if flag.enabled:
            return self
        flags = {**self.document.flags, key: replace(flag, enabled=True)}
        made = Evaluation(replace(self.document, flags=flags))
        made.program = self.program.successor(DocumentSource(made.document), [("flag", key)])
        return made

    def reaches(self, key: str, pointer: str) -> Callable[[Witness], bool]:
        """Whether a context reaches this part of the flag, and the part holds."""

        def confirm(witness: Witness) -> bool:
            return self.notes(key, witness).get(pointer) is True

        return confirm

    def notes(self, key: str, witness: Witness) -> dict[str, Any]:
        """The outcome of every part of a flag that is asked, by pointer."""
        traced = self._traced.get(key)
        if traced is None:
            traced = self._traced[key] = self.program.traced(key)
        notes: dict[str, Any] = {}

        def note(pointer: str, outcome: Any) -> Any:
            notes[pointer] = outcome
            return outcome

        context = witness.context
        with suppress(Exception):  # JSONLogic may divide by zero; what was noted before is true
            traced(context.user, context.kinds, Ambient.at(witness.now), note)
        return notes

    def serves(self, key: str, variants: Iterable[str | None]) -> Callable[[Witness], bool]:
        """Whether the flag serves a context one of these variants."""
        wanted = set(variants)

        run = self.program.compiled(key).run

        def confirm(witness: Witness) -> bool:
            context = witness.context
            try:
                outcome = run(context.user, context.kinds, Ambient.at(witness.now))
            except Exception:  # noqa: BLE001 - JSONLogic may divide by zero
                return False
            return outcome.variant in wanted

        return confirm

    def fulfils(
        self, condition: m.Condition, owner: str, wanted: bool = True
    ) -> Callable[[Witness], bool]:
        """Whether a condition comes out as wanted. `owner` is the flag or segment it stands in."""
        return self.belongs(m.Segment(owner, condition), wanted)

    def belongs(self, segment: m.Segment, wanted: bool = True) -> Callable[[Witness], bool]:
        """Whether a context's membership in a segment is as wanted."""
        emitter = Emitter(self.program, Budget(), key=segment.key)
        try:
            for kind, key in of_segment(segment):
                if kind == "segment":
                    self.program.member(key)
                else:
                    self.program.compiled(key)
            made = compile_segment(segment, emitter)
        except (Unevaluable, KeyError):
            return lambda witness: not wanted

        def confirm(witness: Witness) -> bool:
            context = witness.context
            try:
                return made(context.user, context.kinds, Ambient.at(witness.now)) is wanted
            except Exception:  # noqa: BLE001 - `Abort`, and as above
                return False

        return confirm
