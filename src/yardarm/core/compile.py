"""From a flag to one Python function.

`Emitter` writes the source of a function for one flag (or segment). **No text from a flag ever
becomes source**: keys, values, names and patterns are bound as constants under names of ours
(`c0`, `c1`, …), and the source is made of the fixed fragments in this file and in
`operators`. Flags of the same shape have the same source, so its code object is made once.

With `tracing`, the same emitter wraps each part in a call that notes its outcome under the JSON
pointer of that part. So an explanation comes from the same rules as the answer.

The function takes `u` (attributes of the default kind), `kinds` (attributes by kind, or None when
there is only the default kind) and `now` (seconds since 1970, or None), and answers an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, Protocol

from ..errors import DocumentError, Problem
from . import model as m
from .bucketing import Answers, Budget, Splitter
from .check_serve import check_serve
from .context import NOBODY
from .decision import (
    DEFAULT,
    DISABLED,
    ERROR,
    SPLIT,
    STATIC,
    TARGETING_KEY_MISSING,
    TARGETING_MATCH,
)
from .operators import OPERATORS, prepare
from .outcome import FALLBACK, Outcome
from .values import fits

Run = Callable[..., Outcome]
Belongs = Callable[..., bool]


class Unevaluable(Exception):
    """Part of a condition cannot be evaluated here; the rule that holds it never matches."""


class Neighbours(Protocol):
    """What a flag may refer to, compiled. Both raise `Unevaluable` when there is no such thing."""

    def runner(self, key: str) -> Run: ...

    def belongs(self, key: str) -> Belongs: ...


class Emitter:
    """Writes one function. `bound` collects the constants by name."""

    def __init__(
        self,
        neighbours: Neighbours,
        budget: Budget,
        *,
        tracing: bool = False,
        accelerate: Callable[[str], Callable[[str], bool] | None] | None = None,
    ) -> None:
        self.neighbours = neighbours
        self.budget = budget
        self.tracing = tracing
        self.accelerate = accelerate
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

    def finish(self, name: str) -> Callable[..., Any]:
        """The function made of the lines so far."""
        arguments = "u, kinds, now, t" if self.tracing else "u, kinds, now"
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
                expression = f"{belongs}(u, kinds, now)"
            case m.FlagServes(flag, variants):
                run = self.constant(self.neighbours.runner(flag))
                wanted = self.constant(frozenset(variants))
                expression = f"({run}(u, kinds, now).variant in {wanted})"
            case m.Always():
                expression = "True"
        return self.noted(pointer, expression)

    def _joined(self, joint: str, conditions: tuple[m.Condition, ...], pointer: str) -> str:
        parts = [self.condition(c, f"{pointer}/{i}") for i, c in enumerate(conditions)]
        return f"({joint.join(parts)})"

    def _clause(self, clause: m.Clause) -> str:
        operator = OPERATORS.get(clause.operator)
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

    # --- serving ------------------------------------------------------------------------------

    def split(self, split: m.Split, splitter: Splitter, pointer: str) -> None:
        """Lines that put the split's answer into `o`."""
        by = [self.attribute(split.bucketing.kind, name) for name in split.bucketing.by]
        value = by[0]
        if len(by) > 1:
            value = "v"
            self.lines.append(f"v = {by[0]}")
            self.lines += [f"if v is None: v = {other}" for other in by[1:]]
        pick = self.constant(splitter.pick)
        memo = self.constant(splitter.memo.get)
        remembered = f"{memo}({value}) if type({value}) is str else None"
        self.lines.append(f"o = ({remembered}) or {pick}({value})")
        if self.tracing:
            bucket = self.constant(splitter.bucket)
            self.lines.append(f"t({self.constant(pointer + '/split')}, {bucket}({value}))")


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


# --- flags ------------------------------------------------------------------------------------

NEXT = Outcome(FALLBACK, None, ERROR)
"""What a splitter answers when a unit is not covered and the next rule is to be asked."""


class FlagEmitter:
    """One flag's function and every outcome it can have."""

    def __init__(self, flag: m.Flag, emitter: Emitter) -> None:
        self.flag = flag
        self.emit = emitter
        self.outcomes: list[Outcome] = []
        self.values = {v.key: _typed(flag.type, v) for v in flag.variants}
        self.skipped: dict[str, str] = {}

    def function(self) -> Run:
        """Compile the flag."""
        flag, lines = self.flag, self.emit.lines
        if not flag.enabled:
            lines.append(f"return {self._bind(flag.off, DISABLED)}")
            return self.emit.finish("flag")
        for index, prerequisite in enumerate(flag.prerequisites):
            self._prerequisite(index, prerequisite)
        for index, target in enumerate(flag.targets):
            self._target(index, target)
        for index, rule in enumerate(flag.rules):
            if not rule.paused:
                self._rule(index, rule)
        self._default()
        return self.emit.finish("flag")

    def outcome(
        self,
        variant: str | None,
        reason: str,
        *,
        rule: str | None = None,
        error: str | None = None,
        cause: str | None = None,
        unit: tuple[str, tuple[str, ...]] | None = None,
    ) -> Outcome:
        if variant is not None and variant not in self.values:
            raise _malformed(f"there is no variant {variant!r}")
        value = FALLBACK if variant is None else self.values[variant]
        made = Outcome(value, variant, reason, rule=rule, error=error, cause=cause, unit=unit)
        self.outcomes.append(made)
        return made

    def _bind(self, variant: str | None, reason: str, **more: Any) -> str:
        return self.emit.constant(self.outcome(variant, reason, **more))

    def _prerequisite(self, index: int, prerequisite: m.Prerequisite) -> None:
        pointer = f"/prerequisites/{index}"
        condition = m.FlagServes(prerequisite.flag, prerequisite.variants)
        off = self._bind(self.flag.off, DISABLED, cause=f"prerequisite:{prerequisite.flag}")
        try:
            expression = self.emit.condition(condition, pointer)
        except Unevaluable as reason:
            self.skipped[pointer] = str(reason)
            expression = self.emit.noted(pointer, "False")
        self.emit.lines.append(f"if not {expression}: return {off}")

    def _target(self, index: int, target: m.Target) -> None:
        key = self.emit.attribute(target.kind, "key")
        keys = self.emit.constant(frozenset(target.keys))
        served = self._bind(target.variant, TARGETING_MATCH, cause="target")
        expression = self.emit.noted(f"/targets/{index}", f"({key} in {keys})")
        self.emit.lines.append(f"if {expression}: return {served}")

    def _rule(self, index: int, rule: m.Rule) -> None:
        pointer = f"/rules/{index}"
        try:
            expression = self.emit.condition(rule.when, f"{pointer}/when")
        except Unevaluable as reason:
            self.skipped[pointer] = str(reason)
            return
        expression = self.emit.noted(pointer, expression)
        if isinstance(rule.serve, str):
            served = self._bind(rule.serve, TARGETING_MATCH, rule=rule.id)
            self.emit.lines.append(f"if {expression}: return {served}")
            return
        start = len(self.emit.lines)
        self._split(rule.serve, rule.id, NEXT, NEXT, f"{pointer}/serve")
        answered = "return o" if rule.serve.outside else f"if o is not {self._next()}: return o"
        inner = [*self.emit.lines[start:], answered]
        self.emit.lines[start:] = [f"if {expression}:", *(f"    {line}" for line in inner)]

    def _next(self) -> str:
        return self.emit.constant(NEXT)

    def _default(self) -> None:
        flag, lines = self.flag, self.emit.lines
        if isinstance(flag.default, m.Split):
            uncovered = self.outcome(None, DEFAULT, cause="outside")
            keyless = self.outcome(
                None, ERROR, error=TARGETING_KEY_MISSING, cause="no unit to split by"
            )
            self._split(flag.default, None, uncovered, keyless, "/default")
            lines.append("return o")
            return
        plain = not (flag.rules or flag.targets or flag.prerequisites)
        reason = STATIC if plain and flag.default is not None else DEFAULT
        lines.append(f"return {self._bind(flag.default, reason)}")

    def _split(
        self, split: m.Split, rule: str | None, uncovered: Outcome, keyless: Outcome, pointer: str
    ) -> None:
        """Emit a split. Units outside of it get its `outside`, or `uncovered` and `keyless`."""
        problems = list(check_serve(split, self.values, pointer, last=rule is None))
        if problems:
            raise DocumentError(problems)
        by = (split.bucketing.kind, split.bucketing.by)
        unit = None if by == (m.DEFAULT_KIND, ("key",)) else by
        arms = {
            arm.variant: self.outcome(arm.variant, SPLIT, rule=rule, unit=unit)
            for arm in split.arms
        }
        if split.outside is not None:
            uncovered = keyless = self.outcome(split.outside, SPLIT, rule=rule, cause="outside")
        answers = Answers(arms, uncovered, keyless)
        self.emit.split(split, Splitter(split, self.flag.key, answers, self.emit.budget), pointer)


def _typed(flag_type: m.FlagType, variant: m.Variant) -> m.Json:
    """A number flag always gives a float, as its callers expect, even where 2 was written."""
    value = variant.value
    if not fits(flag_type, value):
        raise _malformed(f"the value of variant {variant.key!r} is not of type {flag_type}")
    return float(value) if flag_type == "number" else value


def _malformed(message: str) -> DocumentError:
    return DocumentError([Problem("/variants", message)])


def compile_segment(segment: m.Segment, emitter: Emitter) -> Belongs:
    """A function that says whether a context belongs to the segment. Raises `Unevaluable`."""
    for answer, lists in (("True", segment.included), ("False", segment.excluded)):
        name = "included" if answer == "True" else "excluded"
        for index, listed in enumerate(lists):
            key = emitter.attribute(listed.kind, "key")
            keys = emitter.constant(frozenset(listed.keys))
            expression = emitter.noted(f"/{name}/{index}", f"({key} in {keys})")
            emitter.lines.append(f"if {expression}: return {answer}")
    when = "False" if segment.when is None else emitter.condition(segment.when, "/when")
    emitter.lines.append(f"return {when}")
    return emitter.finish("segment")
