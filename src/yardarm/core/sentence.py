"""One plain sentence that says what a flag serves to whom. Pure.

A sentence is a list of parts: plain text, or what the text names (`variant`, `segment`, `flag`,
`attribute`, `value`), so that whoever shows it can mark variants and link segments, and nobody has
to build sentences of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from . import model as m
from .bucketing import find
from .model import DEFAULT_KIND, PARTS

PartKind = Literal["text", "variant", "segment", "flag", "attribute", "value"]

MAX_CLAUSES = 3
"""A condition of more clauses is called by its rule's name."""

MAX_VALUES = 3
"""Values named of a clause; the others are counted."""

FALLBACK = "the fallback in code"


class Part(NamedTuple):
    """A piece of a sentence."""

    kind: PartKind
    text: str


Words = list[Part]

_OPERATORS = {
    "equals": "is", "equals_ignore_case": "is", "in": "is", "in_ignore_case": "is",
    "in_network": "is in", "gt": "is more than", "gte": "is at least", "lt": "is less than",
    "lte": "is at most", "before": "is before", "after": "is after", "present": "is set",
    "has_any": "has", "has_all": "has", "semver_eq": "is version", "semver_gt": "is newer than",
    "semver_gte": "is at least", "semver_lt": "is older than", "semver_lte": "is at most",
}  # fmt: skip


def sentence(flag: m.Flag, *, will: bool = False) -> Words:
    """What the flag serves to whom, as one sentence. `will`: it is only a draft."""
    serves = "will serve" if will else "serves"
    if flag.archived_at is not None:
        return [_text("Archived: everyone gets "), _text(FALLBACK), _text(".")]
    if not flag.enabled:
        return [_text(f"Switched off: {serves} "), *_one(flag.off), _text(" to everyone.")]
    parts = list(_groups(flag))
    said: Words = []
    if flag.prerequisites:
        said += [_text("Where "), *_joined((_prerequisite(p) for p in flag.prerequisites), "and")]
        said.append(_text(f": {serves} "))
    else:
        said.append(_text(f"{serves.capitalize()} "))
    if not parts:
        return [*said, *_served(flag.default, [_text("everyone")]), _text(".")]
    said += _joined(parts, "and")
    if isinstance(flag.default, m.Split):
        return [*said, _text("; "), *_served(flag.default, [_text("everyone else")]), _text(".")]
    return [*said, _text("; everyone else gets "), *_one(flag.default), _text(".")]


def _groups(flag: m.Flag) -> Iterable[Words]:
    """What each target and each rule that is not paused serves, those alike together."""
    waiting: list[tuple[m.Serve, Words]] = []
    for target in flag.targets:
        count = len(target.keys)
        who = [_text(f"{count:,} named {'key' if count == 1 else 'keys'}")]
        waiting.append((target.variant, who))
    for number, rule in enumerate(flag.rules, 1):
        if not rule.paused and rule.serve is not None:
            waiting.append((rule.serve, _whom(rule, number)))
    grouped: list[tuple[m.Serve, list[Words]]] = []
    for serve, whom in waiting:
        if grouped and isinstance(serve, str) and grouped[-1][0] == serve:
            grouped[-1][1].append(whom)
        else:
            grouped.append((serve, [whom]))
    for serve, people in grouped:
        yield _served(serve, _joined(people, "and"), flag.default)


def _whom(rule: m.Rule, number: int) -> Words:
    if _clauses(rule.when) <= MAX_CLAUSES:
        return _people(rule.when)
    return [_text(f"“{rule.name}”" if rule.name else f"rule {number}")]


def _clauses(condition: m.Condition) -> int:
    match condition:
        case m.All(inner) | m.AnyOf(inner):
            return sum(map(_clauses, inner))
        case m.Not(inner):
            return _clauses(inner)
        case _:
            return 1


def _people(condition: m.Condition) -> Words:
    """Whom a condition is about; attributes are said of people."""
    said = _condition(condition)
    return [_text("those whose "), *said] if said[0].kind == "attribute" else said


def _condition(condition: m.Condition) -> Words:
    match condition:
        case m.All(inner) | m.AnyOf(inner) if not inner:
            return [_text("nobody")]
        case m.All(inner):
            return _joined((_within(each) for each in inner), "and")
        case m.AnyOf(inner):
            return _joined((_within(each) for each in inner), "or")
        case m.Not(inner):
            return [_text("all but "), *_people(inner)]
        case m.InSegment(segment):
            return [_text("segment "), Part("segment", segment)]
        case m.FlagServes(flag, variants):
            named = _joined(([Part("variant", v)] for v in variants), "or")
            return [_text("those to whom "), Part("flag", flag), _text(" serves "), *named]
        case m.Always():
            return [_text("everyone")]
        case m.Share(bucketing, ranges):
            return [_text(f"{_percent(sum(e - s for s, e in ranges), _whole(bucketing))} of units")]
        case m.Clause():
            return _clause(condition)
        case _:
            return [_text("whom a formula says")]


def _within(condition: m.Condition) -> Words:
    if isinstance(condition, m.All | m.AnyOf) and len(condition.conditions) > 1:
        return [_text("("), *_condition(condition), _text(")")]
    return _condition(condition)


def _clause(clause: m.Clause) -> Words:
    name = clause.attribute if clause.kind == DEFAULT_KIND else f"{clause.kind} {clause.attribute}"
    operator = _OPERATORS.get(
        clause.operator, clause.operator.removesuffix("_ignore_case").replace("_", " ")
    )
    said = [Part("attribute", name), _text(f" {operator}")]
    if not clause.values:
        return said
    shown = [[Part("value", _value(value))] for value in clause.values[:MAX_VALUES]]
    more = len(clause.values) - len(shown)
    if more:
        shown.append([_text(f"{more:,} more")])
    last = "and" if clause.operator == "has_all" else "or"
    return [*said, _text(" "), *_joined(shown, last)]


def _served(serve: m.Serve | None, whom: Words, default: m.Serve | None = None) -> Words:
    """What is served to whom. Of a split, what everyone else gets too is not said again."""
    if not isinstance(serve, m.Split):
        return [*_one(serve), _text(" to "), *whom]
    whole = _whole(serve.bucketing) or sum(arm.weight for arm in serve.arms)
    arms = [arm for arm in serve.arms if arm.weight]
    told = [arm for arm in arms if arm.variant != default] or arms
    shares = [[*_one(a.variant), _text(f" to {_percent(a.weight, whole)}")] for a in told]
    if serve.outside is not None and serve.outside != default:
        shares.append([*_one(serve.outside), _text(" to the rest")])
    return [*_joined(shares, "and"), _text(" of "), *whom] if shares else [_text(FALLBACK)]


def _one(serve: m.Serve | None) -> Words:
    if serve is None or isinstance(serve, str):
        return [_text(FALLBACK)] if serve is None else [Part("variant", serve)]
    return [_text("what a formula says")]


def _prerequisite(prerequisite: m.Prerequisite) -> Words:
    variants = _joined(([Part("variant", v)] for v in prerequisite.variants), "or")
    return [Part("flag", prerequisite.flag), _text(" is "), *(variants or [_text("on")])]


def _text(text: str) -> Part:
    return Part("text", text)


def _joined(words: Iterable[Words], last: str) -> Words:
    """`a, b and c`."""
    items: Sequence[Words] = list(words)
    said: Words = []
    for index, each in enumerate(items):
        if index:
            said.append(_text(f" {last} " if index == len(items) - 1 else ", "))
        said += each
    return said


def _whole(bucketing: m.Bucketing) -> float:
    algorithm = find(bucketing.algorithm)
    return (algorithm.whole if algorithm is not None else PARTS) or 0


def _percent(weight: float, whole: float) -> str:
    return f"{weight * 100 / (whole or PARTS):.3f}".rstrip("0").rstrip(".") + " %"


def _value(value: m.Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- for other sentences ----------------------------------------------------------------------


def serving(serve: m.Serve | None) -> Words:
    """What is served, to whomever: `on to 25 % and off to 75 %`, or one variant."""
    if not isinstance(serve, m.Split):
        return _one(serve)
    shares = [
        [*_one(arm.variant), _text(f" to {share_of(arm.weight, serve)}")] for arm in serve.arms
    ]
    if serve.outside is not None:
        shares.append([*_one(serve.outside), _text(" to the rest")])
    return joined(shares, "and")


def asking(condition: m.Condition) -> Words:
    """Whom a condition is about, however much it asks."""
    return _people(condition)


def share_of(weight: float, split: m.Split) -> str:
    """An arm's share of its split, in per cent."""
    return _percent(weight, _whole(split.bucketing) or sum(arm.weight for arm in split.arms))


def joined(words: Iterable[Words], last: str) -> Words:
    """`a, b and c`."""
    return _joined(words, last)
