"""The 10,000 flags of `documents`, in the form of every vendor whose documents are read."""

from __future__ import annotations

from typing import Any

from benchmarks.documents import Flag, Test, flags, launchdarkly


def vendor_document(vendor: str, count: int) -> Any:
    """The document as the vendor's endpoint answers it."""
    return _MAKERS[vendor](count)


# --- Unleash ----------------------------------------------------------------------------------

_UNLEASH = {"in": "IN", "ends_with": "STR_ENDS_WITH", "gte": "NUM_GTE"}


def _unleash(count: int) -> Any:
    return {"version": 2, "features": [_feature(flag) for flag in flags(count)], "segments": []}


def _feature(flag: Flag) -> dict[str, Any]:
    strategies: list[dict[str, Any]] = [
        {"name": "default", "parameters": {}, "constraints": [_constraint(test) for test in rule]}
        for rule in flag.rules
    ]
    if flag.targets:
        ids = {"userIds": ",".join(flag.targets)}
        strategies.append({"name": "userWithId", "parameters": ids, "constraints": []})
    rollout = {"rollout": str(flag.share // 1000), "stickiness": "default", "groupId": flag.key}
    strategies.append({"name": "flexibleRollout", "parameters": rollout, "constraints": []})
    return {
        "name": flag.key, "type": "release", "enabled": flag.enabled, "project": "default",
        "stale": False, "impressionData": False, "strategies": strategies, "variants": [],
    }  # fmt: skip


def _constraint(test: Test) -> dict[str, Any]:
    constraint = {"contextName": test.attribute, "operator": _UNLEASH[test.operator]}
    if test.operator == "gte":
        return {**constraint, "value": str(test.values[0])}
    return {**constraint, "values": list(test.values)}


# --- GrowthBook -------------------------------------------------------------------------------


def _growthbook(count: int) -> Any:
    return {"status": 200, "features": {flag.key: _gb(flag) for flag in flags(count)}}


def _gb(flag: Flag) -> dict[str, Any]:
    if not flag.enabled:
        return {"defaultValue": False}
    rules: list[dict[str, Any]] = [
        {"id": f"fr_{n}", "condition": _mongo(rule), "force": True}
        for n, rule in enumerate(flag.rules)
    ]
    if flag.targets:
        rules.append({"condition": {"id": {"$in": list(flag.targets)}}, "force": True})
    if flag.share:
        rules.append({"force": True, "coverage": flag.share / 100_000, "hashAttribute": "id"})
    return {"defaultValue": False, "rules": rules}


def _mongo(rule: tuple[Test, ...]) -> dict[str, Any]:
    words = {"in": lambda v: {"$in": list(v)}, "gte": lambda v: {"$gte": v[0]},
             "ends_with": lambda v: {"$regex": f"{v[0].replace('.', chr(92) + '.')}$"}}  # fmt: skip
    return {test.attribute: words[test.operator](test.values) for test in rule}


# --- Flagsmith --------------------------------------------------------------------------------


def _flagsmith(count: int) -> Any:
    states, segments = [], []
    for number, flag in enumerate(flags(count), 1):
        feature = {"id": number, "name": flag.key, "type": "STANDARD"}
        state = {
            "feature": feature, "enabled": flag.share == 100_000 and flag.enabled,
            "feature_state_value": None, "django_id": number,
            "multivariate_feature_state_values": [],
        }  # fmt: skip
        states.append(state)
        if number % 20 == 0:  # as few overrides as a project has segments
            segments.append({
                "id": number, "name": f"segment-{number}",
                "rules": [{"type": "ALL", "rules": [
                    {"type": "ALL", "rules": [], "conditions": [_condition(t) for t in rule]}
                    for rule in flag.rules[:1]
                ], "conditions": []}],
                "feature_states": [{**state, "enabled": True, "feature_segment": {"priority": 0}}],
            })  # fmt: skip
    return {
        "id": 1, "api_key": "client-key", "name": "production", "feature_states": states,
        "identity_overrides": [], "updated_at": "2026-11-22T00:00:00+00:00",
        "project": {
            "id": 1, "name": "bench", "hide_disabled_flags": False, "segments": segments,
            "organisation": {
                "id": 1, "name": "bench", "feature_analytics": False, "stop_serving_flags": False,
                "persist_trait_data": True,
            },
        },
    }  # fmt: skip


def _condition(test: Test) -> dict[str, Any]:
    operator = {"in": "IN", "ends_with": "CONTAINS", "gte": "GREATER_THAN_INCLUSIVE"}
    value = ",".join(map(str, test.values))
    return {"property_": test.attribute, "operator": operator[test.operator], "value": value}


# --- flagd ------------------------------------------------------------------------------------


def _flagd(count: int) -> Any:
    return {"flags": {flag.key: _flagd_flag(flag) for flag in flags(count)}}


def _flagd_flag(flag: Flag) -> dict[str, Any]:
    arms = [["on", flag.share // 1000], ["off", 100 - flag.share // 1000]]
    steps: list[Any] = []
    if flag.targets:
        steps += [{"in": [{"var": "targetingKey"}, list(flag.targets)]}, "on"]
    for rule in flag.rules:
        steps += [{"and": [_logic(test) for test in rule]}, "on"]
    return {
        "state": "ENABLED" if flag.enabled else "DISABLED",
        "variants": {"on": True, "off": False}, "defaultVariant": "off",
        "targeting": {"if": [*steps, {"fractional": arms}]},
    }  # fmt: skip


def _logic(test: Test) -> dict[str, Any]:
    value = {"var": test.attribute}
    if test.operator == "in":
        return {"in": [value, list(test.values)]}
    operator = ">=" if test.operator == "gte" else "ends_with"
    return {operator: [value, test.values[0]]}


# --- Harness ----------------------------------------------------------------------------------


def _harness(count: int) -> Any:
    return {"flags": [_config(flag) for flag in flags(count)], "segments": []}


def _config(flag: Flag) -> dict[str, Any]:
    arms = [("true", flag.share // 1000), ("false", 100 - flag.share // 1000)]
    weights = [{"variation": v, "weight": w} for v, w in arms]
    rules = [
        {
            "ruleId": f"rule-{n}", "priority": n, "serve": {"variation": "true"},
            "clauses": [
                {"id": f"c{n}", "attribute": test.attribute, "negate": False,
                 "op": {"in": "in", "ends_with": "ends_with", "gte": "gt"}[test.operator],
                 "values": [str(value) for value in test.values]}
                for test in rule
            ],
        }
        for n, rule in enumerate(flag.rules)
    ]  # fmt: skip
    targets = [{"identifier": key, "name": key} for key in flag.targets]
    return {
        "feature": flag.key, "project": "bench", "environment": "bench", "kind": "boolean",
        "state": "on" if flag.enabled else "off", "version": 1, "offVariation": "false",
        "variations": [{"identifier": v, "value": v, "name": v} for v in ("true", "false")],
        "defaultServe": {"distribution": {"bucketBy": "identifier", "variations": weights}},
        "rules": rules, "prerequisites": [],
        "variationToTargetMap": [{"variation": "true", "targets": targets, "targetSegments": []}]
        if targets else [],
    }  # fmt: skip


_MAKERS = {
    "launchdarkly": launchdarkly, "unleash": _unleash, "growthbook": _growthbook,
    "flagsmith": _flagsmith, "flagd": _flagd, "harness": _harness,
}  # fmt: skip
