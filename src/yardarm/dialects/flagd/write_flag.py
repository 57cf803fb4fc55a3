"""One flag of ours as flagd's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...core import model as m
from ...core.model import Json
from ...core.reading import escape
from ..base import Loss
from .expressions import Writer
from .flags import FIELDS, is_metadata
from .native import Unsayable
from .rules import STOPS
from .splits import takes_lists_for_arms

_LISTS = "flagd takes a list for another arm where we take it for no unit"


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of the targeting: what is served where the condition holds. `certain`: it is never
    null where flagd would have to go on to the next step."""

    when: Json
    value: Json
    certain: bool = True


@dataclass(slots=True)
class FlagWriter:
    """Writes one flag; `losses` collects what could not be said."""

    flag: m.Flag
    writer: Writer
    losses: list[Loss] = field(default_factory=list)

    def written(self) -> dict[str, Json]:
        """The flag as flagd's. Fields of the vendor's that we do not know are kept."""
        flag = self.flag
        raw = flag.origin.get("raw") if flag.origin else None
        known = raw if isinstance(raw, dict) else {}
        out = {
            name: value
            for name, value in known.items()
            if name not in FIELDS or name in ("source", "selector")
        }
        out["state"] = "ENABLED" if flag.enabled or flag.off is not None else "DISABLED"
        out["variants"] = {variant.key: variant.value for variant in flag.variants}
        if not flag.enabled and flag.off is not None:
            self._lost(
                "/enabled",
                "flagd's disabled flags serve the caller's fallback only",
                f"written as enabled without rules, so that everybody has {flag.off!r}",
            )
            return out | {"defaultVariant": flag.off} | self._metadata()
        if flag.off is not None:
            self._lost(
                "/off",
                "flagd's disabled flags serve the caller's fallback only",
                "nobody, as long as the flag is enabled",
            )
        for index, needed in enumerate(flag.prerequisites):
            self._lost(
                f"/prerequisites/{index}",
                "flagd knows no prerequisites",
                f"whoever does not have {needed.flag!r} gets what the rules say",
            )
        default = self._default()
        if default is not None:
            out["defaultVariant"] = default
        targeting = self._targeting()
        if targeting is not None:
            out["targeting"] = targeting
        return out | self._metadata()

    def _lost(self, at: str, message: str, effect: str) -> None:
        pointer = f"/flags/{escape(self.flag.key)}{at}"
        self.losses.append(Loss(pointer, message, effect, self.flag.key))

    def _metadata(self) -> dict[str, Json]:
        for name, value in self.flag.metadata.items():
            if not is_metadata(value):
                self._lost(
                    f"/metadata/{escape(name)}",
                    "metadata is text, a number or a boolean",
                    "left out",
                )
        kept = {name: value for name, value in self.flag.metadata.items() if is_metadata(value)}
        return {"metadata": kept} if kept else {}

    # --- what is served -----------------------------------------------------------------------

    def _default(self) -> Json:
        """The default variant, which null results serve too."""
        match self.flag.default:
            case str() as variant:
                return variant
            case m.Split(outside=outside):
                return outside
            case m.Logic(str() as unknown):
                return unknown
        return None

    def _targeting(self) -> Json:
        steps = [*self._targets(), *self._rules()]
        last = self.flag.default
        rest: Json = None
        if isinstance(last, m.Split):
            rest = self._served(last, "/default")
            if takes_lists_for_arms(last.bucketing):
                self._lost("/default", _LISTS, "contexts in which it is a list")
        elif isinstance(last, m.Logic) and not isinstance(last.expression, str):
            rest = self.writer.logic(last, self._noting("/default"))
        elif isinstance(last, m.Fault):
            self._lost("/default", f"malformed when it was read: {last.cause}", "null is served")
        for step in reversed(steps):
            rest = _joined(step, rest)
        if (rest is None and not steps) or (isinstance(rest, dict) and rest):
            return rest
        return {"if": [True, rest]}  # null too: with a targeting, the default has another reason

    def _targets(self) -> Iterator[_Step]:
        for index, target in enumerate(self.flag.targets):
            if target.kind != m.DEFAULT_KIND:
                self._lost(
                    f"/targets/{index}",
                    f"flagd has no contexts of kind {target.kind!r}",
                    "whoever is listed gets what the rules say",
                )
                continue
            yield _Step({"in": [{"var": "targetingKey"}, list(target.keys)]}, target.variant)

    def _rules(self) -> Iterator[_Step]:
        rules = [(i, rule) for i, rule in enumerate(self.flag.rules) if not rule.paused]
        for index, rule in enumerate(self.flag.rules):
            if rule.paused:
                self._lost(f"/rules/{index}", "flagd has no paused rules", "left out")
        while rules:
            index, rule = rules.pop(0)
            try:
                when = self.writer.condition(rule.when, self._noting(f"/rules/{index}/when"))
            except Unsayable as error:
                self._lost(
                    f"/rules/{index}",
                    str(error),
                    "the rule is left out: whoever it is for gets what follows it",
                )
                continue
            if rule.metadata == STOPS and rule.serve == self.flag.default:
                yield _Step(when, None)
                continue
            value = self._served(rule.serve, f"/rules/{index}/serve")
            certain = not isinstance(value, list | dict)
            if isinstance(rule.serve, m.Split) and not certain:
                if rules and _rests(rule, rules[0][1], value, self.writer):
                    rules.pop(0)
                elif takes_lists_for_arms(rule.serve.bucketing):
                    self._lost(f"/rules/{index}/serve", _LISTS, "contexts in which it is a list")
                if rule.serve.outside is not None:
                    certain = True
                    if rule.serve.outside != self._default():
                        value = {"or": [value, rule.serve.outside]}
            if not certain and rules and _stops(rule, rules[0][1]):
                rules.pop(0)
                certain = True
            yield _Step(when, value, certain)

    def _served(self, serve: m.Serve | None, at: str) -> Json:
        match serve:
            case m.Split():
                return self.writer.split(serve, self._noting(at))
            case m.Logic():
                return self.writer.logic(serve, self._noting(at))
            case m.Fault(cause):
                self._lost(at, f"malformed when it was read: {cause}", "the default is served")
                return None
            case None if self.flag.default is not None:
                self._lost(
                    at,
                    "a rule of flagd's cannot serve the caller's fallback where the "
                    "flag has a default",
                    "the default is served",
                )
        return serve

    def _noting(self, at: str) -> Any:
        return lambda message, effect: self._lost(at, message, effect)


def _rests(rule: m.Rule, following: m.Rule, written: Json, writer: Writer) -> bool:
    """Whether the rule that follows a split says for the rest what `fractional` says by itself."""
    if following.when != rule.when or not isinstance(following.serve, m.Logic):
        return False
    return bool(writer.logic(following.serve, lambda *_: None) == written)


def _stops(rule: m.Rule, following: m.Rule) -> bool:
    """Whether the rule that follows says what flagd does with a null result."""
    return following.when == rule.when and following.metadata == STOPS


def _joined(step: _Step, rest: Json) -> Json:
    """The step in front of what follows it."""
    if step.certain:
        if step.when is True:
            return step.value
        follows = rest["if"] if isinstance(rest, dict) and list(rest) == ["if"] else None
        if follows is None:
            follows = [] if rest is None else [rest]
        return {"if": [step.when, step.value, *follows]}
    alone = step.value if step.when is True else {"if": [step.when, step.value]}
    return alone if rest is None else {"or": [alone, rest]}
