"""One rule as conditions of a switch."""

from __future__ import annotations

from ...core import model as m
from .conditions import COMPARISONS

_MODULES = {"Truthy": "identity", "EqualsStripIgnoreCase": "string"}
_CLASSES = {operator: (name, fields) for name, (operator, fields) in COMPARISONS.items()}


class Unwritable(Exception):
    """What Gutter has no words for."""


def written(rule: m.Rule, classes: dict[str, str]) -> tuple[bool, list[m.Json]]:
    """Whether the conditions have to hold together, and the conditions. Raises `Unwritable`.

    `classes` names the class of arguments for each kind, where the rule does not know it itself.
    """
    named = rule.metadata.get("arguments")
    known = {**(named if isinstance(named, dict) else {}), **classes}
    parts, together = _parts(rule.when, bool(rule.metadata.get("compounded")))
    return together, [_condition(part, known) for part in parts]


def _parts(when: m.Condition, compounded: bool) -> tuple[list[m.Condition], bool]:
    """The single conditions, and whether they are compounded."""
    if compounded:
        groups = when.conditions if isinstance(when, m.All) else (when,)
        return [part for group in groups for part in _group(group)], True
    match when:
        case m.All((m.Clause(attribute="kinds", kind=m.AMBIENT_KIND), inner)):
            return [inner], False
        case m.AnyOf(conditions):
            return [part for one in conditions for part in _parts(one, False)[0]], False
        case m.All():
            raise Unwritable(
                "several conditions at once: Gutter's own way is on where none of them applies"
            )
        case m.Not():
            raise Unwritable("a negation that holds where no input is given: Gutter's never does")
        case m.Clause(operator="in", values=values):
            alone = [m.Clause(when.attribute, "equals", (v,), when.kind) for v in values]
            return [*alone], False
    return [when], False


def _group(group: m.Condition) -> list[m.Condition]:
    """The conditions on one kind, or one alone that asks for its kind."""
    match group:
        case m.AnyOf((m.Not(m.Clause(attribute="kinds")), m.All(conditions))):
            return list(conditions)
        case m.AnyOf((m.Not(m.Clause(attribute="kinds")), inner)):
            return [inner]
        case m.All((m.Clause(attribute="kinds", kind=m.AMBIENT_KIND), inner)):
            return [inner]
    return [group]


def _condition(condition: m.Condition, classes: dict[str, str]) -> m.Json:
    negative = isinstance(condition, m.Not)
    inner = condition.condition if isinstance(condition, m.Not) else condition
    match inner:
        case m.Clause():
            kind, attribute, operator = inner.kind, inner.attribute, _comparison(inner)
        case m.Share():
            bucketing = inner.bucketing
            kind, attribute, operator = bucketing.kind, bucketing.by[0], _percentage(inner)
        case _:
            raise Unwritable("a condition that is neither a comparison nor a percentage")
    if kind not in classes:
        raise Unwritable(f"no class of arguments is known for {kind!r}: see the option arguments")
    return {
        "py/object": "gutter.client.models.Condition",
        "argument": {"py/type": classes[kind]},
        "attribute": attribute,
        "negative": negative,
        "operator": operator,
    }


def _comparison(clause: m.Clause) -> m.Json:
    name = clause.operator.removeprefix("gutter.").removeprefix("raw_")
    if clause.operator == "equals":
        if not isinstance(clause.values[0], str):
            raise Unwritable("a number or boolean compared natively: Gutter knows other equals")
    elif not clause.operator.startswith("gutter."):
        raise Unwritable(f"the operator {clause.operator}")
    class_name, fields = _CLASSES[name]
    module = _MODULES.get(class_name, "comparable")
    values = dict(zip(fields, clause.values, strict=True))
    return {"py/object": f"gutter.client.operators.{module}.{class_name}", **values}


def _percentage(share: m.Share) -> m.Json:
    algorithm = share.bucketing.algorithm
    if not algorithm.startswith("gutter.") or len(share.ranges) != 1:
        raise Unwritable("a percentage of another bucketing")
    lower, upper = share.ranges[0]
    if algorithm.startswith("gutter.percent_range"):
        return {
            "py/object": "gutter.client.operators.misc.PercentRange",
            "lower_limit": _decimal(lower),
            "upper_limit": _decimal(upper),
        }
    return {
        "py/object": "gutter.client.operators.misc.Percent",
        "lower_limit": float(lower),
        "upper_limit": float(upper),
    }


def _decimal(limit: float) -> m.Json:
    text = {"py/tuple": [repr(limit)]}
    return {"py/reduce": [{"py/type": "decimal.Decimal"}, text]}
