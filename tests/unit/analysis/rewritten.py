"""Conditions said in another way: the same members, other words."""

from __future__ import annotations

import random

from yardarm.core import model as m

_FLIPPED = {"lt": "gte", "gte": "lt", "lte": "gt", "gt": "lte"}


def rewritten(rng: random.Random, condition: m.Condition) -> m.Condition:
    """A condition that holds for the same contexts, written differently where that is possible."""
    match condition:
        case m.All(conditions) | m.AnyOf(conditions):
            parts = [rewritten(rng, c) for c in rng.sample(conditions, len(conditions))]
            is_all = isinstance(condition, m.All)
            if rng.random() < 0.5:
                opposite = (m.AnyOf if is_all else m.All)(tuple(map(_not, parts)))
                return m.Not(opposite)
            if rng.random() < 0.3:
                parts.append(rng.choice(parts))
            return (m.All if is_all else m.AnyOf)(tuple(parts))
        case m.Not(inner):
            return _not(rewritten(rng, inner))
        case m.Clause():
            return _clause(rng, condition)
        case _:
            return m.Not(m.Not(condition)) if rng.random() < 0.5 else condition


def _not(condition: m.Condition) -> m.Condition:
    return condition.condition if isinstance(condition, m.Not) else m.Not(condition)


def _clause(rng: random.Random, clause: m.Clause) -> m.Condition:
    name, operator, values = clause.attribute, clause.operator, clause.values
    kind, _, order = operator.rpartition("_")
    if len(values) > 1 and operator != "has_all" and rng.random() < 0.7:
        each = [m.Clause(name, operator, (value,)) for value in rng.sample(values, len(values))]
        return m.AnyOf(tuple(each))
    if operator == "has_all" and len(values) > 1:
        return m.All(tuple(m.Clause(name, "has_any", (value,)) for value in values))
    if order in _FLIPPED and rng.random() < 0.7:
        # Whoever is not below is above, if there is a number, or version, to compare at all.
        flipped = m.Not(m.Clause(name, operator.replace(order, _FLIPPED[order]), values))
        bound = values[0]
        least = f"{kind}_lte" if kind else "lte"
        most = f"{kind}_gte" if kind else "gte"
        comparable = m.AnyOf((m.Clause(name, least, (bound,)), m.Clause(name, most, (bound,))))
        return m.All((flipped, comparable))
    if operator == "equals":
        return m.Clause(name, "in", (*values, *values))
    return clause
