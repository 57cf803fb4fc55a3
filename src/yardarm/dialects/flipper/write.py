"""From our document to flipper-client's items."""

from __future__ import annotations

import json
from dataclasses import replace

from ...core import model as m
from ...core.bucketing.flipper import names_of
from .. import onoff
from ..base import Loss, Options, Writing
from .checks import OPERATORS
from .read import NAME, parsed, read


def write(document: m.Document, options: Options) -> Writing:
    """The items as they were laid out."""
    losses: list[Loss] = []
    items: dict[str, m.Json] = {}
    for key, flag in document.flags.items():
        if onoff.is_boolean(flag, losses):
            origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
            items[str(origin.get("key") or key)] = _item(flag, origin, losses)
    found = document.environment.get(NAME)
    kept = found if isinstance(found, dict) else {}
    layout = kept.get("layout", "mapping")
    if layout == "list":
        return Writing(list(items.values()), tuple(losses))
    if layout == "table":
        table = str(kept.get("table", "feature_flags"))
        return Writing({"tables": {table: list(items.values())}}, tuple(losses))
    return Writing({"redis": items} if layout == "redis" else items, tuple(losses))


def _item(flag: m.Flag, origin: m.Json, losses: list[Loss]) -> m.Json:
    raw = origin.get("raw")
    if raw is not None and _unedited(flag, origin):
        return raw
    before = parsed(raw) if raw is not None else {}
    item = {"feature_name": flag.key, **before, "is_enabled": flag.enabled}
    switched = replace(flag, enabled=bool(before.get("is_enabled")))
    if raw is None or not _unedited(switched, origin):
        if onoff.is_plain(flag):
            item["is_enabled"] = onoff.is_on(flag)
        meta = before.get("meta")
        kept = meta if isinstance(meta, dict) else {}
        asked = _asked(flag, losses)
        item["meta"] = {"client_data": {}, "created_date": 0, **kept, **asked}
    if isinstance(raw, str):
        return json.dumps(item)
    return {**raw, "item": json.dumps(item)} if isinstance(raw, dict) and "item" in raw else item


def _asked(flag: m.Flag, losses: list[Loss]) -> dict[str, m.Json]:
    """Conditions and bucketer; those of a flag for everybody where it has none like them."""
    nothing: dict[str, m.Json] = {"conditions": [], "bucketer": {"type": "NoOpBucketer"}}
    if onoff.is_plain(flag) and not (flag.rules and not flag.enabled):
        return nothing
    rules = [rule for rule in flag.rules if not rule.paused]
    alone = len(rules) == 1 and not flag.targets and not flag.prerequisites
    if alone and rules[0].serve == onoff.on_variant(flag) and flag.default == onoff.OFF:
        when = rules[0].when
        if (bucketer := _bucketer(when)) is not None:
            return {**nothing, "bucketer": bucketer}
        if (checks := _checks(when)) is not None:
            return {**nothing, "conditions": [checks]}
    why = "its rules are neither checks nor one percentage as flipper-client has them"
    if not onoff.write_fixed(flag, losses, why):
        return {**nothing, "bucketer": _never()}
    return nothing


def _never() -> m.Json:
    percentage = {"type": "Percentage", "value": 0.0}
    return {"type": "PercentageBucketer", "percentage": percentage}


def _bucketer(when: m.Condition) -> m.Json:
    if not isinstance(when, m.Share) or when.bucketing.algorithm != NAME or len(when.ranges) != 1:
        return None
    names, _ = names_of(when.bucketing.seed, when.bucketing.by)
    return {
        "type": "ConsistentHashPercentageBucketer",
        "percentage": {"type": "Percentage", "value": when.ranges[0][1]},
        "key_whitelist": sorted(names),
    }


def _checks(when: m.Condition) -> m.Json:
    """The checks of a condition that passes over what is missing, as the library does."""
    groups = when.conditions if isinstance(when, m.All) else (when,)
    made: dict[str, list[m.Json]] = {}
    for group in groups:
        match group:
            case m.AnyOf((m.Not(m.Clause(operator="present", attribute=name)), inner)):
                clauses = inner.conditions if isinstance(inner, m.All) else (inner,)
            case _:
                return None
        for clause in clauses:
            if not isinstance(clause, m.Clause) or clause.attribute != name:
                return None
            operator = clause.operator.removeprefix("flipper.")
            if operator not in OPERATORS or operator == clause.operator:
                return None
            check = {"variable": name, "value": clause.values[0], "operator": operator}
            made.setdefault(name, []).append(
                {**check, "operator": None} if operator == "eq" else check
            )
    return made


def _unedited(flag: m.Flag, origin: m.Json) -> bool:
    """Whether the origin still says what the flag does."""
    source = {str(origin.get("key")): origin["raw"]}
    again = read(source, onoff.options_of(origin)).document.flags.get(flag.key)
    return onoff.unedited(flag, again)
