"""A ramp: steps that give a variant to a growing share of the units. Pure.

From step to step the fewest units move, since `EditFlag` keeps units where they are when only
weights change: whoever has been given the variant keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yardarm.core.codec import flag_to_json
from yardarm.core.model import PARTS, Flag
from yardarm.errors import DocumentError, Problem

from ..changes.commands import EditFlag, command_to_json
from .model import Step


@dataclass(frozen=True, slots=True)
class Ramp:
    """Who shall be given `to`: of those whom the rule (None: the default) serves, so many percent.

    The others keep what they have; while the flag is disabled that is its `off`.
    """

    to: str
    percentages: Sequence[float]
    hold_seconds: int
    rule: str | None = None
    approve_between: bool = False


def ramp_steps(flag: Flag, environment: str, ramp: Ramp) -> tuple[Step, ...]:
    """The steps. Raises `DocumentError` for a ramp that this flag cannot have."""
    _check(flag, ramp)
    body = flag_to_json(flag)
    serve = _serve_of(body, ramp.rule)
    split, others = _now(flag, body, serve, ramp)
    steps = []
    for number, percentage in enumerate(ramp.percentages):
        given = _share(split, others, ramp.to, percentage)
        fields: dict[str, Any] = {}
        if ramp.rule is None:
            fields["default"] = given
        else:
            fields["rules"] = [
                {**rule, "serve": given} if rule["id"] == ramp.rule else rule
                for rule in body["rules"]
            ]
        if number == 0 and not flag.enabled:
            fields["enabled"] = True  # later steps leave alone what a person may have switched off
        steps.append(
            Step(
                (command_to_json(EditFlag(flag.key, fields)),),
                (environment,),
                hold_seconds=ramp.hold_seconds if percentage != ramp.percentages[-1] else 0,
                needs_approval=ramp.approve_between and number > 0,
            )
        )
    return tuple(steps)


def _check(flag: Flag, ramp: Ramp) -> None:
    known = [variant.key for variant in flag.variants]
    problems = []
    if ramp.to not in known:
        hint = f"known here: {', '.join(known)}"
        problems.append(Problem("/to", f"the flag has no variant {ramp.to!r}", hint))
    rising = all(a < b for a, b in zip(ramp.percentages, ramp.percentages[1:], strict=False))
    if not ramp.percentages or not rising or not all(0 < p <= 100 for p in ramp.percentages):
        words = "percentages rise, from more than 0 to at most 100"
        problems.append(Problem("/percentages", words, "[1, 5, 25, 100]"))
    if ramp.rule is not None and ramp.rule not in [rule.id for rule in flag.rules]:
        problems.append(Problem("/rule", f"the flag has no rule {ramp.rule!r}"))
    if problems:
        raise DocumentError(problems)


def _serve_of(body: Mapping[str, Any], rule: str | None) -> Any:
    if rule is None:
        return body.get("default")
    return next(each["serve"] for each in body["rules"] if each["id"] == rule)


def _now(
    flag: Flag, body: Mapping[str, Any], serve: Any, ramp: Ramp
) -> tuple[dict[str, Any], dict[str, float]]:
    """How units are placed, and the weights of the variants that they have but for `to`."""
    split: dict[str, Any] = {}
    if not flag.enabled:
        others = {} if flag.off is None else {flag.off: 1.0}
    elif isinstance(serve, str):
        others = {serve: 1.0}
    elif isinstance(serve, Mapping) and "split" in serve:
        split = {name: value for name, value in serve["split"].items() if name != "arms"}
        others = {arm["variant"]: arm["weight"] for arm in serve["split"]["arms"]}
        if split.get("algorithm", "yardarm") != "yardarm":
            words = f"its units are placed by {split['algorithm']!r}"
            raise DocumentError([Problem("/flag", words, "write the steps of the plan yourself")])
    else:
        others = {}
    others = {
        variant: weight for variant, weight in others.items() if variant != ramp.to and weight
    }
    if not others:
        words = f"nobody has another variant than {ramp.to!r} that could be kept"
        raise DocumentError([Problem("/to", words, "choose another variant, or its `off`")])
    return split, others


def _share(split: Mapping[str, Any], others: Mapping[str, float], to: str, percent: float) -> Any:
    weight = round(percent * PARTS / 100)
    if weight >= PARTS:
        return to
    rest, total = PARTS - weight, sum(others.values())
    exact = {variant: rest * share / total for variant, share in others.items()}
    whole = {variant: int(share) for variant, share in exact.items()}
    by_remainder = sorted(exact, key=lambda variant: whole[variant] - exact[variant])
    for variant in by_remainder[: rest - sum(whole.values())]:
        whole[variant] += 1
    arms = [{"variant": to, "weight": weight}]
    arms += [{"variant": variant, "weight": parts} for variant, parts in whole.items()]
    return {"split": {**split, "arms": arms}}
