"""Writing the source of one function, for a flag or a segment.

**No text from a flag ever
becomes source**: keys, values, names and patterns are bound as constants under names of ours
(`c0`, `c1`, …), and the source is made of the fixed fragments in this file and in
`operators`. Flags of the same shape have the same source, so its code object is made once.

With `tracing`, the same emitter wraps each part in a call that notes its outcome under the JSON
pointer of that part. So an explanation comes from the same rules as the answer.

The function takes `u` (attributes of the default kind), `kinds` (attributes by kind, or None when
there is only the default kind) and `w` (the `Ambient`, or None where nobody gives one).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, Protocol

from .. import model as m
from ..bucketing import Budget, Sampler
from ..bucketing import find as find_algorithm
from ..bucketing.splitter import Placer
from ..context import NOBODY
from ..operators import find, prepare
from ..outcome import Outcome
from ..views import find as find_view

Run = Callable[..., Outcome]
Belongs = Callable[..., bool]


class Unevaluable(Exception):
    """Part of a condition cannot be evaluated here; the rule that holds it never matches."""


class Abort(Exception):
    """A `Fault` was reached: the flag that was asked for answers the caller's fallback."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Neighbours(Protocol):
    """What a flag may refer to, compiled. `runner` and `belongs` raise `Unevaluable` when there is
    no such thing. `causes` are those of every `Abort` that may come out of it."""

    def runner(self, key: str) -> Run: ...

    def belongs(self, key: str) -> Belongs: ...

    def enabled(self, key: str) -> bool: ...

    def causes(self, kind: str, key: str) -> frozenset[str]: ...


class Emitter:
    """Writes one function. `bound` collects the constants by name.

    `key` is that of the flag or segment; `causes` collects why the function may be aborted.
    """

    def __init__(
        self,
        neighbours: Neighbours,
        budget: Budget,
        *,
        key: str = "",
        tracing: bool = False,
        accelerate: Callable[[str], Callable[[str], bool] | None] | None = None,
    ) -> None:
        self.neighbours = neighbours
        self.budget = budget
        self.tracing = tracing
        self.accelerate = accelerate
        self.key = key
        self.causes: set[str] = set()
        self.lines: list[str] = []
        self.bound: dict[str, Any] = {
            "NOBODY": NOBODY,
            "type": type,
            "str": str,
            "int": int,
            "float": float,
        }
        self._kinds: dict[str, str] = {m.DEFAULT_KIND: "u"}
        self._locals: dict[tuple[str, str], str] = {}

    # --- constants, kinds, attributes ---------------------------------------------------------

    def constant(self, value: Any) -> str:
        """Bind a value and give its name."""
        name = f"c{len(self.bound)}"
        self.bound[name] = value
        return name

    def kind(self, kind: str) -> str:
        """The name of the local that holds a kind's attributes."""
        if kind not in self._kinds:
            local = f"k{len(self._kinds)}"
            self._kinds[kind] = local
        return self._kinds[kind]

    def attribute(self, kind: str, attribute: str) -> str:
        """An expression for an attribute's value: a local, read once at the top."""
        found = self._locals.get((kind, attribute))
        if found is None:
            if kind != m.AMBIENT_KIND and find_view(kind) is None:
                self.kind(kind)
            found = self._locals[(kind, attribute)] = f"a{len(self._locals)}"
        return found

    def _prologue(self) -> list[str]:
        lines = []
        for kind, local in self._kinds.items():
            if kind != m.DEFAULT_KIND:
                name = self.constant(kind)
                lines.append(f"{local} = NOBODY if kinds is None else kinds.get({name}, NOBODY)")
        for (kind, attribute), local in self._locals.items():
            if kind == m.AMBIENT_KIND:
                lines.append(f"{local} = {self._ambient(attribute)}")
                continue
            if (view := find_view(kind)) is not None:
                lines.append(f"{local} = {self.constant(view(attribute))}(u, kinds)")
                continue
            holder = self._kinds[kind]
            if attribute.startswith("/"):
                path = self.constant(
                    tuple(
                        token.replace("~1", "/").replace("~0", "~")
                        for token in attribute[1:].split("/")
                    )
                )
                lines.append(f"{local} = {self.constant(nested)}({holder}, {path})")
            else:
                lines.append(f"{local} = {holder}.get({self.constant(attribute)})")
        return lines

    def _ambient(self, attribute: str) -> str:
        if attribute == "kinds":
            return f"{self.constant(_kinds_of)}(u, kinds)"
        if attribute == "now":
            return "None if w is None else w.now()"
        return "None if w is None else w.random()" if attribute.startswith("random") else "None"

    def finish(self, name: str) -> Callable[..., Any]:
        """The function made of the lines so far."""
        arguments = "u, kinds, w, t" if self.tracing else "u, kinds, w"
        body = [*self._prologue(), *self.lines]
        source = f"def made({arguments}):\n" + "".join(f"    {line}\n" for line in body)
        namespace: dict[str, Any] = {"__builtins__": {}, **self.bound}
        exec(_code(source), namespace)
        made = namespace.pop("made")
        made.__name__ = made.__qualname__ = name
        return made  # type: ignore[no-any-return]

    def noted(self, pointer: str, expression: str) -> str:
        """The expression, its outcome noted under the pointer when tracing."""
        return f"t({self.constant(pointer)}, {expression})" if self.tracing else expression

    # --- conditions ---------------------------------------------------------------------------

    def condition(self, condition: m.Condition, pointer: str) -> str:
        """An expression that is true when the condition matches."""
        match condition:
            case m.Clause():
                expression = self._clause(condition)
            case m.All(()) | m.AnyOf(()):
                raise Unevaluable("an empty condition never matches")
            case m.All(conditions):
                expression = self._joined(" and ", conditions, f"{pointer}/all")
            case m.AnyOf(conditions):
                expression = self._joined(" or ", conditions, f"{pointer}/any")
            case m.Not(inner):
                expression = f"(not {self.condition(inner, f'{pointer}/not')})"
            case m.InSegment(segment):
                belongs = self.constant(self.neighbours.belongs(segment))
                self.causes |= self.neighbours.causes("segment", segment)
                expression = f"{belongs}(u, kinds, w)"
            case m.FlagServes(flag, variants):
                expression = self.serves(flag, variants)
            case m.Always():
                expression = "True"
            case m.Share():
                expression = self._share(condition, pointer)
            case m.Logic(logic):
                from ..jsonlogic import truthy  # few programs ever need it

                expression = f"{self.constant(truthy)}({self.logic(logic)})"
            case m.Fault(cause):
                expression = self.abort(cause)
        return self.noted(pointer, expression)

    def serves(self, flag: str, variants: tuple[str, ...]) -> str:
        """An expression that is true when the other flag serves one of these variants."""
        run = self.constant(self.neighbours.runner(flag))
        self.causes |= self.neighbours.causes("flag", flag)
        wanted = self.constant(frozenset(variants))
        return f"({run}(u, kinds, w).variant in {wanted})"

    def abort(self, cause: str) -> str:
        """A call that never returns."""
        self.causes.add(cause)

        def aborted() -> bool:
            raise Abort(cause)

        return f"{self.constant(aborted)}()"

    def logic(self, expression: m.Json) -> str:
        """A call that gives a JSONLogic expression's result."""
        from ..jsonlogic import OPERATIONS, compile_logic, operations_in

        def unknown(name: str) -> Abort:
            return Abort(f"there is no operation {name!r}")

        try:
            made = compile_logic(expression, flag_key=self.key, unknown=unknown)
        except ValueError as error:
            raise Unevaluable(f"JSONLogic: {error}") from None
        strangers = (name for name in operations_in(expression) if name not in OPERATIONS)
        self.causes.update(unknown(name).cause for name in strangers)
        return f"{self.constant(made)}(u, kinds, w)"

    def _joined(self, joint: str, conditions: tuple[m.Condition, ...], pointer: str) -> str:
        parts = [self.condition(c, f"{pointer}/{i}") for i, c in enumerate(conditions)]
        return f"({joint.join(parts)})"

    def _clause(self, clause: m.Clause) -> str:
        operator = find(clause.operator)
        if operator is None:
            raise Unevaluable(f"unknown operator {clause.operator!r}")
        try:
            prepared = prepare(clause.operator, clause.values)
        except ValueError as error:
            raise Unevaluable(f"operator {clause.operator!r}: {error}") from None
        if clause.operator == "matches" and self.accelerate is not None:
            prepared = tuple(
                self.accelerate(source) or search
                for source, search in zip(clause.values, prepared, strict=True)
            )
        value = self.attribute(clause.kind, clause.attribute)
        c, t = self.constant(prepared), self.constant(operator.test)
        return (operator.inline or "{t}({v}, {c})").format(v=value, c=c, t=t)

    # --- units --------------------------------------------------------------------------------

    def _share(self, share: m.Share, pointer: str) -> str:
        if find_algorithm(share.bucketing.algorithm) is None:
            raise Unevaluable(f"unknown algorithm {share.bucketing.algorithm!r}")
        sampler = Sampler(share, self.key, self.budget)
        picked = self.picked(sampler, share.bucketing)
        if not self.tracing:
            return picked
        bucket = self.noted(f"{pointer}/share", self.bucket_of(sampler, share.bucketing))
        return f"{self.constant(_second)}({bucket}, {picked})"

    def picked(self, placer: Placer, bucketing: m.Bucketing) -> str:
        """An expression for what the placer answers for the unit."""
        if (algorithm := find_algorithm(bucketing.algorithm)) is not None:
            self.causes.update(algorithm.aborts)
        first = self.attribute(bucketing.kind, bucketing.by[0])
        pick, memo = self.constant(placer.pick), self.constant(placer.memo.get)
        slow = f"{pick}({self._unit(placer, bucketing)})"
        if algorithm is not None and algorithm.joint and len(bucketing.by) > 1:
            return slow
        return f"({slow} if type({first}) is not str or (s := {memo}({first})) is None else s)"

    def bucket_of(self, placer: Placer, bucketing: m.Bucketing) -> str:
        """An expression for the unit's bucket."""
        return f"{self.constant(placer.bucket)}({self._unit(placer, bucketing)})"

    def _unit(self, placer: Placer, bucketing: m.Bucketing) -> str:
        by = [self.attribute(bucketing.kind, name) for name in bucketing.by]
        if placer.chain:
            algorithm = find_algorithm(bucketing.algorithm)
            if algorithm is not None and algorithm.chance:
                by.append("w")
            return f"({', '.join(by)},)"
        unit = by[-1]
        for name in reversed(by[:-1]):
            unit = f"({name} if {name} is not None else {unit})"
        return unit


@lru_cache(maxsize=4096)
def _code(source: str) -> CodeType:
    return compile(source, "<yardarm>", "exec")


def nested(attributes: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value under a path of names, None where there is none."""
    value: Any = attributes
    for name in path:
        if not issubclass(type(value), dict):
            return None
        value = dict.get(value, name)
    return value


def _second(_: Any, outcome: bool) -> bool:
    """What is asked for, beside what is only noted."""
    return outcome


def _kinds_of(user: Mapping[str, Any], kinds: Mapping[str, Any] | None) -> list[str]:
    """The kinds of a context. Where there is only a user without any attribute, there is none."""
    if kinds is not None:
        return list(kinds)
    return [m.DEFAULT_KIND] if user else []
