"""A `Program`: a document's flags, each compiled on first use.

A program never changes what it answers. A new document makes a new program; `successor` keeps
the compiled flags that the change does not touch. Flags that cannot be evaluated (malformed, in a
cycle of prerequisites, too deep) answer the caller's fallback and leave their neighbours alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import DocumentError
from . import model as m
from .bucketing import Budget
from .compile import Belongs, Emitter, FlagEmitter, Run, Unevaluable, compile_segment
from .decision import ERROR, FLAG_NOT_FOUND, PARSE_ERROR
from .outcome import FALLBACK, Outcome
from .references import ALONE, Found, Reference, Source, survey


class DocumentSource:
    """Flags and segments of a `Document`."""

    __slots__ = ("document",)

    def __init__(self, document: m.Document) -> None:
        self.document = document

    def flag(self, key: str) -> m.Flag:
        return self.document.flags[key]

    def segment(self, key: str) -> m.Segment:
        return self.document.segments[key]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One flag, compiled. `flag` is None when it is malformed, `type` when even that is unknown.

    `needs` is everything it refers to, directly or not. `skipped` says why parts of it never
    match, by pointer. `raw` is what other flags call: it raises `Abort` for each of `causes`.
    """

    key: str
    type: m.FlagType | None
    version: int
    run: Run
    outcomes: tuple[Outcome, ...]
    flag: m.Flag | None = None
    found: Found = ALONE
    skipped: Mapping[str, str] = field(default_factory=dict)
    raw: Run | None = None
    causes: frozenset[str] = frozenset()

    @property
    def needs(self) -> frozenset[Reference]:
        """Everything it refers to, directly or not."""
        return self.found.needs


@dataclass(frozen=True, slots=True)
class _Segment:
    belongs: Belongs | None
    found: Found
    why: str = ""
    causes: frozenset[str] = frozenset()


class Program:
    """Compiled flags of one document.

    `prepare` is called with each newly compiled flag before anyone sees it (the SDK puts its
    counters on the outcomes there). `accelerate` may give a faster search for a pattern, or None.
    `follow_cycles`: flags and segments in a cycle are evaluated all the same, and only an
    evaluation that comes back to where it was is aborted, as some vendors do; natively none is.
    `places` names segments that a vendor takes for each other there, each by a place in common.
    """

    __slots__ = (
        "_accelerate", "_budget", "_flags", "_follow_cycles", "_places", "_prepare", "_segments",
        "source",
    )  # fmt: skip

    def __init__(
        self,
        source: Source,
        *,
        prepare: Callable[[Compiled], None] | None = None,
        accelerate: Callable[[str], Callable[[str], bool] | None] | None = None,
        follow_cycles: bool = False,
        places: Mapping[str, Reference] | None = None,
    ) -> None:
        self.source = source
        self._follow_cycles = follow_cycles
        self._places = places or {}
        self._prepare = prepare
        self._accelerate = accelerate
        self._budget = Budget()
        self._flags: dict[str, Compiled] = {}
        self._segments: dict[str, _Segment] = {}

    @classmethod
    def of(cls, document: m.Document, **options: Any) -> Program:
        """The program of a document."""
        return cls(DocumentSource(document), **options)

    def successor(self, source: Source, changed: Iterable[Reference]) -> Program:
        """The program of the next version, keeping what `changed` does not touch."""
        after = Program(
            source, prepare=self._prepare, accelerate=self._accelerate,
            follow_cycles=self._follow_cycles, places=self._places,
        )  # fmt: skip
        touched = frozenset(changed)

        def stays(reference: Reference, found: Found) -> bool:
            # What has a fault may lose it by a change far away, and is quickly made anew.
            return not found.fault and reference not in touched and touched.isdisjoint(found.needs)

        after._budget = self._budget
        after._flags = {
            key: kept
            for key, kept in self._flags.copy().items()
            if stays(("flag", key), kept.found)
        }
        after._segments = {
            key: kept
            for key, kept in self._segments.copy().items()
            if stays(("segment", key), kept.found)
        }
        return after

    def compiled(self, key: str) -> Compiled:
        """The flag, compiled now if it was not yet. Raises `KeyError` when there is none."""
        found = self._flags.get(key)
        if found is None:
            self._compile(("flag", key))
            found = self._flags[key]
        return found

    def compiled_so_far(self) -> list[Compiled]:
        """The flags that were compiled until now."""
        return list(self._flags.copy().values())

    def traced(self, key: str) -> Run:
        """The flag's function with a fourth argument, which is called with each part's outcome."""
        compiled = self.compiled(key)
        if compiled.flag is None:
            return lambda u, kinds, w, t: compiled.run(u, kinds, w)
        return FlagEmitter(compiled.flag, self._emitter(key, tracing=True)).function()

    def traced_segment(self, key: str) -> Belongs | None:
        """The segment's function with tracing; None when it cannot be evaluated."""
        try:
            return compile_segment(self.source.segment(key), self._emitter(key, tracing=True))
        except (KeyError, DocumentError, Unevaluable):
            return None

    def member(self, key: str) -> Belongs:
        """The segment's function, compiled now if it was not yet; what it reaches may `Abort` it.

        Raises `KeyError` when there is none, `Unevaluable` when it cannot be evaluated.
        """
        if key not in self._segments:
            self._compile(("segment", key))
        return self.belongs(key)

    # --- what a flag's function refers to -----------------------------------------------------

    def runner(self, key: str) -> Run:
        """The function of another flag. Raises `Unevaluable` when there is no such flag."""
        found = self._flags.get(key)
        if found is not None:
            return _raw(found)
        if self._follow_cycles and self._exists(("flag", key)):  # in a cycle, compiled later
            return lambda u, kinds, w: _raw(self.compiled(key))(u, kinds, w)
        raise Unevaluable(f"there is no flag {key!r}")

    def belongs(self, key: str) -> Belongs:
        """The function of a segment. Raises `Unevaluable` when it cannot be evaluated."""
        found = self._segments.get(key)
        if found is None and self._follow_cycles and self._exists(("segment", key)):
            return lambda u, kinds, w: self.belongs(key)(u, kinds, w)
        if found is None or found.belongs is None:
            raise Unevaluable(found.why if found else f"there is no segment {key!r}")
        return found.belongs

    def enabled(self, key: str) -> bool:
        """Whether another flag is enabled. Raises `Unevaluable` when there is no such flag."""
        try:
            return self.source.flag(key).enabled
        except (KeyError, DocumentError):
            raise Unevaluable(f"there is no flag {key!r}") from None

    def causes(self, kind: str, key: str) -> frozenset[str]:
        """Why an evaluation of this flag or segment may be aborted."""
        made = self._flags.get(key) if kind == "flag" else self._segments.get(key)
        return made.causes if made is not None else frozenset()

    def _exists(self, reference: Reference) -> bool:
        kind, key = reference
        try:
            return bool(self.source.flag(key) if kind == "flag" else self.source.segment(key))
        except (KeyError, DocumentError):
            return False

    # --- compiling ----------------------------------------------------------------------------

    def _emitter(self, key: str, *, tracing: bool = False) -> Emitter:
        return Emitter(self, self._budget, key=key, tracing=tracing, accelerate=self._accelerate)

    def _compile(self, wanted: Reference) -> None:
        """Compile what is wanted and, before it, whatever it refers to."""
        for (kind, key), found in survey(self.source, wanted, self._known).items():
            if kind == "segment":
                self._segments.setdefault(key, self._segment(key, found))
            else:
                made = self._flag(key, found)
                if self._prepare is not None:
                    self._prepare(made)
                self._flags.setdefault(key, made)

    def _known(self, reference: Reference) -> Found | None:
        kind, key = reference
        made = self._flags.get(key) if kind == "flag" else self._segments.get(key)
        return None if made is None else made.found

    def _flag(self, key: str, found: Found) -> Compiled:
        type_: m.FlagType | None = None
        try:
            flag = self.source.flag(key)
            type_ = flag.type
            if flag.archived_at is not None:
                return _constant(key, type_, FLAG_NOT_FOUND, "archived", found)
            followed = found.cyclic and self._follow_cycles
            if found.fault and not followed:
                return _constant(key, type_, PARSE_ERROR, f"malformed: {found.fault}", found)
            writer = FlagEmitter(flag, self._emitter(key), ("flag", key) if followed else None)
            run = writer.function()
        except DocumentError as error:
            return _constant(key, type_, PARSE_ERROR, f"malformed: {error.problems[0]}", found)
        except Exception as error:  # noqa: BLE001 - its neighbours must not suffer from it
            return _constant(key, type_, PARSE_ERROR, f"malformed: {type(error).__name__}", found)
        return Compiled(
            key, type_, flag.version, run, tuple(writer.outcomes), flag, found, writer.skipped,
            writer.raw, frozenset(writer.emit.causes),
        )  # fmt: skip

    def _segment(self, key: str, found: Found) -> _Segment:
        try:
            followed = found.cyclic and self._follow_cycles
            if found.fault and not followed:
                raise Unevaluable(f"malformed: {found.fault}")
            emitter = self._emitter(key)
            belongs = compile_segment(self.source.segment(key), emitter)
            if followed or key in self._places:
                from .compile.cycles import CYCLE, once  # a dialect's business, rarely met

                belongs = once(belongs, self._places.get(key, ("segment", key)))
                emitter.causes.add(CYCLE)
            return _Segment(belongs, found, causes=frozenset(emitter.causes))
        except (DocumentError, Unevaluable) as error:
            return _Segment(None, found, f"segment {key!r}: {error}")
        except Exception as error:  # noqa: BLE001 - as above
            return _Segment(None, found, f"segment {key!r}: malformed: {type(error).__name__}")


def _raw(compiled: Compiled) -> Run:
    return compiled.raw or compiled.run


def _constant(key: str, type_: m.FlagType | None, error: str, cause: str, found: Found) -> Compiled:
    """A flag that always answers the caller's fallback."""
    outcome = Outcome(FALLBACK, None, ERROR, error=error, cause=cause)
    return Compiled(key, type_, 0, lambda u, kinds, w: outcome, (outcome,), None, found)
