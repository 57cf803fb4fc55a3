"""Harness's shapes, written short: feature configs, rules, clauses, target groups."""

from __future__ import annotations

from typing import Any

Json = Any

BOOLEAN = (("on", "true"), ("off", "false"))


def document(flags: list[Json], segments: list[Json] | None = None) -> Json:
    return {"flags": flags, "segments": segments or []}


def flag(
    key: str,
    *,
    kind: str = "boolean",
    variations: tuple[tuple[str, str], ...] = BOOLEAN,
    default: Json = None,
    off: str = "off",
    rules: list[Json] | None = None,
    **more: Json,
) -> Json:
    """A feature config that is on and serves `off` by default."""
    return {
        "project": "shop",
        "environment": "production",
        "feature": key,
        "state": "on",
        "kind": kind,
        "variations": [{"identifier": i, "value": v, "name": i} for i, v in variations],
        "defaultServe": default or {"variation": "off"},
        "offVariation": off,
        "rules": rules or [],
        "version": 1,
        **more,
    }


def rule(*clauses: Json, serve: Json = None, priority: Json = 1) -> Json:
    return {
        "ruleId": f"rule-{priority}",
        "priority": priority,
        "clauses": list(clauses),
        "serve": serve or {"variation": "on"},
    }


def clause(attribute: str, op: str, values: Json, *, negate: bool = False) -> Json:
    return {"attribute": attribute, "op": op, "values": values, "negate": negate}


def in_group(*groups: str) -> Json:
    return clause("", "segmentMatch", list(groups))


def shares(percent: Json, by: str = "identifier", rest: Json = None) -> Json:
    """A serve of `percent` on, and the rest off."""
    rest = 100 - percent if rest is None else rest
    return distribution(by, [("on", percent), ("off", rest)])


def distribution(by: str, arms: list[tuple[str, Json]]) -> Json:
    variations = [{"variation": name, "weight": weight} for name, weight in arms]
    return {"distribution": {"bucketBy": by, "variations": variations}}


def group(
    key: str,
    *,
    included: tuple[str, ...] = (),
    excluded: tuple[str, ...] = (),
    rules: list[Json] | None = None,
    serving: list[list[Json]] | None = None,
) -> Json:
    """A target group. `serving` lists clauses by rule, the later ones of the higher priority."""
    made = {
        "identifier": key,
        "name": key,
        "environment": "production",
        "included": [person(i) for i in included],
        "excluded": [person(i) for i in excluded],
        "rules": rules or [],
        "version": 1,
    }
    if serving is not None:
        made["servingRules"] = [
            {"ruleId": f"{key}-{n}", "priority": len(serving) - n, "clauses": clauses}
            for n, clauses in enumerate(serving)
        ]
    return made


def person(identifier: str) -> Json:
    """A target as a group lists it: the SDK insists on all of these names."""
    return {
        "identifier": identifier,
        "name": identifier,
        "account": "a",
        "org": "o",
        "environment": "production",
        "project": "shop",
    }


def mapped(variation: str, targets: tuple[str, ...] = (), groups: Json = None) -> Json:
    """One entry of `variationToTargetMap`."""
    made: Json = {
        "variation": variation,
        "targets": [{"identifier": i, "name": i} for i in targets],
    }
    if groups is not None:
        made["targetSegments"] = groups
    return made


def target(identifier: Json, attributes: Json = None, **more: Json) -> Json:
    made = {"identifier": identifier, **more}
    if attributes is not None:
        made["attributes"] = attributes
    return made
