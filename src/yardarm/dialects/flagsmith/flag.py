"""From a feature's plan to our flag."""

from __future__ import annotations

from ...core import model as m
from ...core.bucketing.flagsmith import seed_of
from ...core.keys import check_key
from ...core.model import Json
from ...core.traits import trait_value
from .plan import Place, Plan
from .source import Source


def flag_of(source: Source, plan: Plan) -> m.Flag:
    """The flag that answers as the feature does."""
    default = plan.default
    off = plan.switched_off
    if off is None and plan.type == "boolean":
        off = next((v.key for v in plan.variants if v.value is False and not v.withheld), None)
    targets, rules = _individuals(plan, source.named)
    rules += [_rule(source, place, at) for at, place in enumerate(plan.overrides)]
    return m.Flag(
        key=plan.name,
        type=plan.type,
        variants=plan.variants,
        enabled=plan.switched_off is None,
        off=off,
        default=serve(source, default),
        targets=tuple(targets),
        rules=tuple(rules),
        origin={
            "dialect": "flagsmith",
            "form": source.form,
            "raw": source.features[plan.name].raw,
        },
    )


def serve(source: Source, place: Place) -> m.Serve:
    """What is served at a place: its value, or one of several by weight."""
    if not place.arms:
        return place.control
    return m.Split(
        arms=tuple(
            m.Arm(variant, one.weight)
            for variant, one in zip(place.arms, place.state.ordered, strict=True)
        ),
        bucketing=m.Bucketing("flagsmith", seed_of(place.state.key, source.key)),
        outside=place.control,
    )


def _rule(source: Source, place: Place, at: int) -> m.Rule:
    key = place.segment or ""
    rule_id = f"segment-{key}"
    metadata: dict[str, Json] = {}
    if place.state.priority != float("inf"):
        metadata["priority"] = place.state.priority
    return m.Rule(
        id=rule_id if not check_key(rule_id, "") else f"segment-at-{at}",
        when=m.InSegment(key),
        serve=serve(source, place),
        name=place.segment_name or "",
        metadata=metadata,
    )


def _individuals(plan: Plan, named: bool) -> tuple[list[m.Target], list[m.Rule]]:
    """Overrides of identities: targets, unless an identifier looks like a number.

    The engine compares such an identifier after reading it as a number.
    """
    identifiers = [one for place in plan.individuals for one in place.identifiers]
    if named or all(type(trait_value(one)) is str for one in identifiers):
        return _targets(plan), []
    rules = [
        m.Rule(
            id=f"identities-{at}",
            when=m.Clause("key", "flagsmith.in", (list(place.identifiers),)),
            serve=place.control,
            name="identity_overrides",
        )
        for at, place in enumerate(plan.individuals, 1)
    ]
    return [], rules


def _targets(plan: Plan) -> list[m.Target]:
    seen: set[str] = set()
    targets = []
    for place in plan.individuals:
        keys = tuple(dict.fromkeys(str(one) for one in place.identifiers if str(one) not in seen))
        seen.update(keys)
        if keys:
            targets.append(m.Target(place.control, keys))
    return targets
