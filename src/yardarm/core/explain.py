"""Why a flag answered what it did: the trace of every part, asked or not.

The compiled function, made once more with tracing, notes the outcome of each part under its JSON
pointer in the flag. `explain` then walks the model and sets those outcomes beside its parts;
`None` means that a part was not asked because the answer stood already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import model as m
from .ambient import Ambient
from .conditions import condition_to_json
from .context import Context
from .program import Program


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of an explanation.

    `kind` is flag, prerequisite, target, rule, default, all, any, not, clause, segment, flag
    condition, included, excluded, always, share, logic or fault; `what` is that part's JSON;
    `outcome` is True, False, a variant's key (for a flag), or None when the part was not asked.
    `bucket` is the unit's part where a split was reached. `note` says what is special (paused,
    disabled, cannot be evaluated).
    """

    kind: str
    pointer: str
    what: m.Json
    outcome: bool | str | None
    note: str = ""
    bucket: float | None = None
    parts: tuple[Trace, ...] = ()

    def to_json(self) -> dict[str, m.Json]:
        """The trace as JSON; empty fields are left out, `outcome` never."""
        out: dict[str, m.Json] = {"kind": self.kind, "pointer": self.pointer}
        out["outcome"] = self.outcome
        if self.what is not None:
            out["what"] = self.what
        if self.note:
            out["note"] = self.note
        if self.bucket is not None:
            out["bucket"] = self.bucket
        return {**out, "parts": [part.to_json() for part in self.parts]} if self.parts else out


class _Explainer:
    def __init__(self, program: Program, context: Context, ambient: Ambient | None) -> None:
        self.program = program
        self.context = context
        self.ambient = ambient
        self._flags: dict[str, tuple[float | None, Trace]] = {}

    def _run(self, function: Any) -> tuple[Any, dict[str, Any]]:
        notes: dict[str, Any] = {}

        def note(pointer: str, outcome: Any) -> Any:
            notes[pointer] = outcome
            return outcome

        return function(self.context.user, self.context.kinds, self.ambient, note), notes

    def flag(self, key: str) -> tuple[float | None, Trace]:
        """The bucket that decided, if any, and the flag's trace. Worked out once per flag."""
        if key not in self._flags:
            self._flags[key] = (None, Trace("flag", "", {"key": key}, None, "in a cycle"))
            self._flags[key] = self._flag(key)
        return self._flags[key]

    def _flag(self, key: str) -> tuple[float | None, Trace]:
        compiled = self.program.compiled(key)
        outcome, notes = self._run(self.program.traced(key))
        flag = compiled.flag
        if flag is None:
            return None, Trace("flag", "", {"key": key}, None, outcome.cause or "")
        if not flag.enabled:
            return None, Trace("flag", "", {"key": key}, outcome.variant, "disabled")
        parts = [
            *(
                self._prerequisite(f"/prerequisites/{i}", p, notes, compiled.skipped)
                for i, p in enumerate(flag.prerequisites)
            ),
            *(
                Trace(
                    "target",
                    f"/targets/{i}",
                    {"variant": t.variant, "kind": t.kind},
                    notes.get(f"/targets/{i}"),
                )
                for i, t in enumerate(flag.targets)
            ),
            *(
                self._rule(f"/rules/{i}", r, notes, compiled.skipped)
                for i, r in enumerate(flag.rules)
            ),
            self._default(outcome, notes),
        ]
        # The last rule that matched, or the default, is what served: splits before it passed on.
        served = [part for part in parts if part.kind in ("rule", "default") and part.outcome]
        bucket = served[-1].bucket if served and outcome.reason == "SPLIT" else None
        return bucket, Trace("flag", "", {"key": key}, outcome.variant, parts=tuple(parts))

    def _prerequisite(
        self, at: str, needed: m.Prerequisite, notes: dict[str, Any], skipped: Any
    ) -> Trace:
        what = {"flag": needed.flag, "variants": list(needed.variants)}
        outcome = notes.get(at)
        if outcome is None or at in skipped:
            return Trace("prerequisite", at, what, outcome, skipped.get(at, ""))
        return Trace("prerequisite", at, what, outcome, parts=(self.flag(needed.flag)[1],))

    def _rule(self, at: str, rule: m.Rule, notes: dict[str, Any], skipped: Any) -> Trace:
        what = {"id": rule.id, "name": rule.name}
        if rule.paused:
            return Trace("rule", at, what, None, "paused")
        if at in skipped:
            return Trace("rule", at, what, False, f"cannot be evaluated: {skipped[at]}")
        parts = (self._condition(f"{at}/when", rule.when, notes),)
        bucket = notes.get(f"{at}/serve/split")
        return Trace("rule", at, what, notes.get(at), bucket=bucket, parts=parts)

    @staticmethod
    def _default(outcome: Any, notes: dict[str, Any]) -> Trace:
        bucket = notes.get("/default/split")
        served = outcome.rule is None and outcome.cause != "target" and outcome.reason != "DISABLED"
        return Trace("default", "/default", None, True if served else None, bucket=bucket)

    def _condition(self, at: str, condition: m.Condition, notes: dict[str, Any]) -> Trace:
        outcome = notes.get(at)
        match condition:
            case m.All(conditions) | m.AnyOf(conditions):
                kind = "all" if isinstance(condition, m.All) else "any"
                parts = tuple(
                    self._condition(f"{at}/{kind}/{i}", inner, notes)
                    for i, inner in enumerate(conditions)
                )
                return Trace(kind, at, None, outcome, parts=parts)
            case m.Not(inner):
                parts = (self._condition(f"{at}/not", inner, notes),)
                return Trace("not", at, None, outcome, parts=parts)
            case m.InSegment(segment):
                parts = () if outcome is None else self._segment(segment)
                return Trace("segment", at, condition_to_json(condition), outcome, parts=parts)
            case m.FlagServes(flag, _):
                parts = () if outcome is None else (self.flag(flag)[1],)
                what = condition_to_json(condition)
                return Trace("flag condition", at, what, outcome, parts=parts)
            case m.Always():
                return Trace("always", at, None, outcome)
            case m.Share():
                bucket = notes.get(f"{at}/share")
                return Trace("share", at, condition_to_json(condition), outcome, bucket=bucket)
            case m.Logic():
                return Trace("logic", at, condition_to_json(condition), outcome)
            case m.Fault(cause):
                return Trace("fault", at, None, outcome, cause)
            case m.Clause():
                return Trace("clause", at, condition_to_json(condition), outcome)

    def _segment(self, key: str) -> tuple[Trace, ...]:
        function = self.program.traced_segment(key)
        if function is None:
            return ()
        _, notes = self._run(function)
        segment = self.program.source.segment(key)
        lists = [
            Trace(name, f"/{name}/{i}", {"kind": listed.kind}, notes.get(f"/{name}/{i}"))
            for name in ("included", "excluded")
            for i, listed in enumerate(getattr(segment, name))
        ]
        if segment.when is not None:
            lists.append(self._condition("/when", segment.when, notes))
        return tuple(lists)


def explain(
    program: Program, key: str, context: Context, ambient: Ambient | None = None
) -> tuple[float | None, Trace]:
    """The bucket that decided (None without a split) and the trace of the flag's evaluation.

    Raises `KeyError` when there is no such flag.
    """
    return _Explainer(program, context, ambient).flag(key)
