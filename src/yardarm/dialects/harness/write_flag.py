"""One flag as a feature config."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ...core import model as m
from ..base import Loss, Options
from .conditions import Clauses, Unsayable, alternatives
from .values import KINDS, raw_value
from .write_serves import NOTHING, rehashed, write_default, write_serve


@dataclass(slots=True)
class Losses:
    """The losses of one flag or segment found so far."""

    at: str
    flag: str | None
    found: list[Loss] = field(default_factory=list)

    def add(self, pointer: str, message: str, effect: str) -> None:
        """Note what Harness has no words for."""
        self.found.append(Loss(self.at + pointer, message, effect, self.flag))


@dataclass(frozen=True, slots=True)
class FlagWriter:
    """Writes one flag. `group` makes a target group of alternatives and gives its identifier."""

    flag: m.Flag
    raw: m.Json
    options: Options
    losses: Losses
    group: Callable[[str, list[Clauses]], str]

    def write(self) -> m.Json:
        """The feature config; what the model does not hold is taken from `raw`."""
        flag = self.flag
        made = {"project": "", "environment": "", **self.raw}
        for name in ("project", "environment"):
            if name in self.options:
                made[name] = self.options[name]
        rules = list(self._rules())
        made |= {
            "feature": flag.key,
            "state": "on" if flag.enabled else "off",
            "kind": KINDS[flag.type],
            "variations": self._variations(),
            "defaultServe": self._default(),
            "offVariation": NOTHING if flag.off is None else flag.off,
            "rules": rules,
        }
        made["prerequisites"] = [
            {"feature": needed.flag, "variations": list(needed.variants)}
            for needed in flag.prerequisites
        ]
        made["variationToTargetMap"] = list(self._targets())
        for name in ("prerequisites", "variationToTargetMap"):
            if not made[name] and name not in self.raw:
                del made[name]
        return made

    def _variations(self) -> list[m.Json]:
        before = self.raw.get("variations")
        known = {
            variation.get("identifier"): variation
            for variation in (before if isinstance(before, list) else ())
            if isinstance(variation, dict)
        }
        return [
            {
                **known.get(variant.key, {}),
                "identifier": variant.key,
                "value": raw_value(variant, self.flag.type),
            }
            for variant in self.flag.variants
        ]

    def _targets(self) -> Iterator[m.Json]:
        for index, target in enumerate(self.flag.targets):
            if target.kind != m.DEFAULT_KIND:
                self.losses.add(
                    f"/targets/{index}",
                    f"Harness knows no targets of the kind {target.kind!r}",
                    "the entry is left out",
                )
                continue
            yield {
                "variation": target.variant,
                "targets": [{"identifier": key, "name": key} for key in target.keys],
            }

    def _rules(self) -> Iterator[m.Json]:
        made = 0
        answered: m.Condition | None = None
        for index, rule in enumerate(self.flag.rules):
            at = f"/rules/{index}"
            if rule.when == answered:  # the rule before said already what it would serve
                continue
            if rule.paused:
                self.losses.add(at, "Harness cannot pause a rule", "the rule is left out")
                continue
            try:
                clauses = self._clauses(rule, at)
            except Unsayable as error:
                self.losses.add(
                    f"{at}/when", f"Harness cannot say {error}",
                    "the rule is left out: who matches it is served by what follows",
                )  # fmt: skip
                continue
            made += 1
            gap = self._gap(index)
            answered = rule.when if gap is not None else None
            yield {
                "ruleId": rule.id,
                "priority": made,
                "clauses": clauses,
                "serve": self._served(rule.serve, f"{at}/serve", gap),
            }

    def _gap(self, index: int) -> str | None:
        """What units get that a rule's split leaves out, by the rule after it: nothing, or (as
        Harness reads no variation at all) the default. None where it is something else."""
        rule, after = self.flag.rules[index], self.flag.rules[index + 1 : index + 2]
        if not after or after[0].when != rule.when or not isinstance(rule.serve, m.Split):
            return None
        if after[0].serve is None:
            return NOTHING
        return "" if after[0].serve == self.flag.default else None

    def _clauses(self, rule: m.Rule, at: str) -> list[m.Json]:
        """A rule's clauses, of which any may match; alternatives of several clauses become a
        target group."""

        def differs(message: str) -> None:
            self.losses.add(f"{at}/when", message, "texts that differ only there")

        found = alternatives(rule.when, differs)
        if all(len(terms) == 1 for terms in found):
            return [terms[0] for terms in found]
        name = self.group(f"{self.flag.key}~{rule.id}", found)
        values = [name]
        return [{"attribute": "", "op": "segmentMatch", "values": values, "negate": False}]

    def _default(self) -> m.Json:
        try:
            return write_default(self.flag.default)
        except Unsayable as error:
            return self._instead(self.flag.default, error, "/default")

    def _served(self, serve: m.Serve | None, pointer: str, gap: str | None) -> m.Json:
        try:
            return write_serve(serve, gap)
        except Unsayable as error:
            return self._instead(serve, error, pointer)

    def _instead(self, serve: m.Serve | None, error: Unsayable, pointer: str) -> m.Json:
        """What is served instead of what cannot be said."""
        if isinstance(serve, m.Split) and self.options.get("splits") == "rehash":
            try:
                return rehashed(
                    serve, lambda message: self.losses.add(pointer, message, "everybody")
                )
            except Unsayable as other:
                error = other
        fixed = self._fixed(serve)
        self.losses.add(
            pointer,
            f"Harness cannot say {error}",
            f"everybody who comes here is served {fixed!r}" if fixed else "the caller's default",
        )
        return {"variation": fixed or NOTHING}

    def _fixed(self, serve: m.Serve | None) -> str | None:
        if isinstance(serve, m.Split) and serve.outside is not None:
            return serve.outside
        if isinstance(self.flag.default, str) and serve is not self.flag.default:
            return self.flag.default
        return self.flag.off


def without_origin(flag: m.Flag) -> m.Flag:
    """The flag as far as Harness has a say in it."""
    return replace(
        flag, version=0, origin=None, owner="", tags=(), name="", description="", purpose="release",
        schema=None, expires_at=None, client_visible=False,
    )  # fmt: skip
