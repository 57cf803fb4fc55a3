"""Following Flagsmith's engine step by step, where its answer depends on the order of its steps.

That is so where flags ask each other in a circle: the engine asks segments in the document's order,
evaluates a flag when a condition first asks for it, remembers it, and gives up where it comes back
to a flag that it is at. A segment whose evaluation gave up that way does not match; a flag in the
circle is not remembered. So who is asked first decides what later ones see.

It is also so where a trait is named like a path, where a path may come upon results of flags
without naming one, and where the engine may fail. Segments and splits are compiled by the core as
everywhere else; only the order is kept here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ...core import model as m
from ...core.ambient import Ambient
from ...core.compile import Abort, Unevaluable
from ...core.jsonpath.query import ABSENT, Members
from ...core.model import Json
from ...core.program import Program
from ...core.traits import Late
from .conditions import Conditions
from .contexts import Person
from .dependencies import Dependencies
from .flag import serve
from .notes import Notes
from .plan import Place, Plan
from .read import segment_of
from .results import failed, identity_segment, segment_result
from .rules import Rules
from .source import Source

CIRCULAR = "ERROR; code=CIRCULAR_DEPENDENCY"
MOST_STEPS = 10_000
"""How often segments may be asked in one evaluation. Where many flags all ask each other, the
engine itself would be at it for ever."""

_TOO_OFTEN = "flags that ask each other too often"
_NO_OBJECT = "the traits are no object"
_AMBIENT = Ambient.at(None)


class Failed(Exception):
    """The engine raises in its caller's program."""


class Circles:
    """A document whose engine is followed step by step."""

    def __init__(self, source: Source, dependencies: Dependencies) -> None:
        self.source = source
        self.plans = {name: dependencies.plan(name) for name in source.features}
        conditions = Conditions(source, Notes(), dependencies, lazy=True)
        segments: dict[str, m.Segment] = {}
        for key, part in source.segments.items():
            read = partial(conditions.read, segment=key)
            rules = Rules(read, conditions.fault, thorough=True)
            segments[key] = segment_of(source, key, rules.segment(part.raw, part.pointer))
        self.missing = conditions.missing
        # The SDK makes segments of identities with overrides, after all others.
        self.groups = [f"identities {at}" for at, _ in enumerate(source.groups)]
        for key, identifiers in zip(self.groups, source.groups, strict=True):
            name, kind = "$.identity.identifier", "flagsmith"
            fails = m.Clause(name, "flagsmith.fails", ("IN",), kind)
            fault = m.Fault("an identifier that the engine fails at")
            listed = m.Clause(name, "flagsmith.in", (list(identifiers),), kind)
            segments[key] = m.Segment(key, m.AnyOf((m.All((fails, fault)), listed)))
        self.overrides = self._overrides()
        self.program = Program.of(m.Document(self._flags(), segments))
        self.segments = list(segments)

    def _overrides(self) -> dict[str, list[tuple[str, Place]]]:
        """For each feature the segments that override it, in their order."""
        order = {key: at for at, key in enumerate(self.source.segments)}
        found: dict[str, list[tuple[str, Place]]] = {}
        for name, plan in self.plans.items():
            own = [(place.segment or "", place) for place in plan.overrides]
            own.sort(key=lambda pair: order[pair[0]])
            own += [(self.groups[place.group or 0], place) for place in plan.individuals]
            found[name] = own
        return found

    def _flags(self) -> dict[str, m.Flag]:
        """A flag for each place, which serves what stands there."""
        flags = {}
        for plan in self.plans.values():
            for at, place in enumerate(plan.places()):
                key = _key(plan, at)
                flags[key] = m.Flag(
                    key, plan.type, plan.variants, True, default=serve(self.source, place)
                )
        return flags

    def everything(self, who: Person) -> dict[str, Json]:
        """The engine's whole answer. Raises `Failed` where the engine fails."""
        try:
            return _Run(self, who).everything()
        except Abort as abort:
            if abort.cause != _TOO_OFTEN:
                raise Failed from None
        except (Unevaluable, RecursionError):
            pass
        return failed(self.source)


def _key(plan: Plan, at: int) -> str:
    return f"{at} {plan.name}"


class _Flags(Members):
    """The results of flags, each worked out when a condition first asks for it by name."""

    def __init__(self, run: _Run) -> None:
        super().__init__()
        self._run = run

    def member(self, name: str) -> Any:
        if name not in self:
            try:
                self._run.resolve(name)
            except Abort as abort:
                if abort.cause in self._run.circles.missing:
                    return ABSENT  # the engine's paths take its error for that
                raise
        # A flag that cannot be found is there all the same, as nothing.
        return self.get(name)


class _Broken(dict[str, Any]):
    """Traits that are no object: the engine fails where it looks for one."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name) if name in self else Late(_fail)


def _fail() -> Any:
    raise Abort(_NO_OBJECT)


class _Run:
    """One evaluation. `given_up` counts how often a circle was cut."""

    def __init__(self, circles: Circles, who: Person) -> None:
        self.circles = circles
        self.who = who
        self.flags = _Flags(self)
        self.circular: set[str] = set()
        self.given_up = 0
        self.steps = 0
        self.used = False
        self.at: list[str] = []
        self.known: dict[str, bool] = {}
        context = dict(circles.source.root)
        self.user = who.user
        if who.identity is not None:
            context["identity"] = who.identity
        if who.broken:
            self.user = _Broken(who.user)
            context["identity"] = {**context["identity"], "traits": _Broken()}
        context["flags"] = self.flags
        self.kinds = {"user": self.user, "flagsmith": {"context": context}}

    def everything(self) -> dict[str, Json]:
        circles, source = self.circles, self.circles.source
        matching: set[str] = set()
        segments: list[Json] = []
        for key in circles.segments:
            before = self.given_up
            matches = self.matches(key)
            if self.given_up != before or not matches:
                continue
            matching.add(key)
            own = key in source.segments
            segments.append(segment_result(source, key) if own else identity_segment())
        flags = {name: self.result(name, matching.__contains__) for name in circles.plans}
        if self.used:
            flags.update(self.flags)
            for name in self.circular & flags.keys():
                flags[name]["reason"] = CIRCULAR
        return {"flags": flags, "segments": segments}

    def matches(self, key: str) -> bool:
        """Whether the segment matches."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Abort(_TOO_OFTEN)
        belongs = self.circles.program.member(key)
        return bool(belongs(self.user, self.kinds, _AMBIENT))

    def result(self, name: str, applies: Any) -> dict[str, Json]:
        """The feature's result, from the strongest of its overrides that apply."""
        circles = self.circles
        plan = circles.plans[name]
        best = plan.default
        for key, place in circles.overrides[name]:
            if not applies(key):
                continue
            if best is plan.default or _strength(place) < _strength(best):
                best = place
        at = next(at for at, place in enumerate(plan.places()) if place is best)
        if best.arms and self.who.unhashable:
            raise Abort("an identity that cannot be placed")
        compiled = circles.program.compiled(_key(plan, at))
        arm = compiled.run(self.user, self.kinds, _AMBIENT).at[1]
        return plan.result(best, arm, self.who.identified)

    def resolve(self, name: str) -> None:
        """Work out a flag that a condition asks for."""
        self.used = True
        if name in self.at:
            self.circular.update(self.at[self.at.index(name) :])
            self.given_up += 1
            return
        if name not in self.circles.plans:
            return
        self.at.append(name)
        try:
            made = self.result(name, self.applies)
        finally:
            self.at.pop()
        if name not in self.circular:
            self.flags[name] = made

    def applies(self, key: str) -> bool:
        """Whether a segment matches, remembered unless its evaluation gave up."""
        found = self.known.get(key)
        if found is not None:
            return found
        before = self.given_up
        matches = self.matches(key)
        if self.given_up != before:
            return False
        self.known[key] = matches
        return matches


def _strength(place: Place) -> float:
    return place.state.priority if place.group is None else float("-inf")
