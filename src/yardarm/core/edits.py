"""What somebody changes in a flag or segment, one edit after the other, in words. Pure.

Where `diff` names the smallest parts that differ, an edit is what a person did: another share,
another condition, a rule moved. Its pointer says what to put back to undo this edit alone; a rule
is named by its id, because its place may be what was edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from . import model as m
from .codec import flag_to_json, segment_to_json
from .reading import escape
from .sentence import FALLBACK, Part, Words, asking, joined, serving, share_of

What = Literal["changed", "added", "removed"]

_PEOPLE = ("included", "excluded")
_MOST_KEYS = 3


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is edited, in the flag or segment named by `kind` and `key`."""

    kind: Literal["flag", "segment"]
    key: str
    pointer: str
    what: What
    words: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        """The edit as JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "pointer": self.pointer,
            "what": self.what,
            "words": [{"kind": part.kind, "text": part.text} for part in self.words],
        }


def edits(before: m.Document, after: m.Document) -> list[Edit]:
    """Everything that leads from one document to the other, flags first, by key."""
    return [
        *_of("flag", before.flags, after.flags),
        *_of("segment", before.segments, after.segments),
    ]


def _of(
    kind: Literal["flag", "segment"], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Edit]:
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is now:
            continue
        if was is None:
            yield Edit(kind, key, "", "added", (_text("is new"),))
        elif now is None:
            yield Edit(kind, key, "", "removed", (_text("is removed"),))
        else:
            found = _flag(was, now) if kind == "flag" else _segment(was, now)
            for pointer, what, words in found:
                yield Edit(kind, key, pointer, what, tuple(words))


_Found = Iterator[tuple[str, What, Words]]


# --- flags ------------------------------------------------------------------------------------


def _flag(was: m.Flag, now: m.Flag) -> _Found:
    if was.enabled != now.enabled:
        yield "/enabled", "changed", [_text("Switched on" if now.enabled else "Switched off")]
    if was.off != now.off:
        said = [_text("While switched off it serves "), *_variant(now.off)]
        yield "/off", "changed", [*said, _text(" instead of "), *_variant(was.off)]
    if was.prerequisites != now.prerequisites:
        yield "/prerequisites", "changed", _prerequisites(now)
    if was.targets != now.targets:
        yield "/targets", "changed", _targets(was, now)
    yield from _rules(was, now)
    if was.default != now.default:
        words = [_text("Default rule: "), *_reserved(was.default, now.default, now.off)]
        yield "/default", "changed", words
    yield from _others(flag_to_json(was), flag_to_json(now), _IN_WORDS)


_IN_WORDS = frozenset(
    {"enabled", "off", "prerequisites", "targets", "rules", "default", "version", "key"}
)


def _prerequisites(now: m.Flag) -> Words:
    if not now.prerequisites:
        return [_text("Needs no other flag any more")]
    said: Words = [_text("Needs ")]
    for index, each in enumerate(now.prerequisites):
        said += [_text(" and ")] if index else []
        said += [Part("flag", each.flag), _text(" to serve ")]
        said += joined([[Part("variant", variant)] for variant in each.variants], "or")
    return said


def _targets(was: m.Flag, now: m.Flag) -> Words:
    old, new = _named(was), _named(now)
    said: list[Words] = []
    for variant in sorted(old.keys() | new.keys()):
        before, after = old.get(variant, frozenset()), new.get(variant, frozenset())
        for verb, keys in (("gain", after - before), ("lose", before - after)):
            if keys:
                told = [[Part("value", key)] for _, key in sorted(keys)[:_MOST_KEYS]]
                if len(keys) > _MOST_KEYS:
                    told.append([_text(f"{len(keys) - _MOST_KEYS:,} more")])
                verb_ = verb + ("s" if len(keys) == 1 else "")
                said.append([*joined(told, "and"), _text(f" {verb_} "), Part("variant", variant)])
    return [_text("Targets: "), *(joined(said, "and") or [_text("in another order")])]


def _named(flag: m.Flag) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for target in flag.targets:
        keys = frozenset((target.kind, key) for key in target.keys)
        found[target.variant] = found.get(target.variant, frozenset()) | keys
    return found


def _rules(was: m.Flag, now: m.Flag) -> _Found:
    old = {rule.id: (number, rule) for number, rule in enumerate(was.rules, 1)}
    new = {rule.id: (number, rule) for number, rule in enumerate(now.rules, 1)}
    for rule_id, (number, rule) in new.items():
        pointer = f"/rules/{escape(rule_id)}"
        if rule_id in old:
            yield from _rule(pointer, _titled(number, rule), old[rule_id][1], rule, now.off)
        else:
            words = [*_titled(number, rule), _text(" is added: "), *serving(rule.serve)]
            yield pointer, "added", [*words, _text(" to "), *asking(rule.when)]
    for rule_id, (number, rule) in old.items():
        if rule_id not in new:
            words = [*_titled(number, rule), _text(" is removed")]
            yield f"/rules/{escape(rule_id)}", "removed", words
    kept_before = [each for each in old if each in new]
    kept_after = [each for each in new if each in old]
    if kept_before != kept_after:
        order = [[_text(str(old[each][0]))] for each in kept_after]
        words = [_text("The order of the rules: "), *joined(order, "then")]
        yield "/rules/order", "changed", words


def _rule(pointer: str, title: Words, was: m.Rule, now: m.Rule, off: str | None) -> _Found:
    if was.serve != now.serve:
        words = [*title, _text(": "), *_reserved(was.serve, now.serve, off)]
        yield f"{pointer}/serve", "changed", words
    if was.when != now.when:
        words = [*title, _text(": is for "), *asking(now.when), _text(" instead of ")]
        yield f"{pointer}/when", "changed", [*words, *asking(was.when)]
    if was.paused != now.paused:
        yield f"{pointer}/paused", "changed", [*title, _text(_PAUSED[now.paused])]
    if was.name != now.name:
        words = [*title, _text(" was called "), Part("value", was.name or "nothing")]
        yield f"{pointer}/name", "changed", words
    if was.metadata != now.metadata:
        yield f"{pointer}/metadata", "changed", [*title, _text(": its metadata")]


_PAUSED = {True: " is paused", False: " is asked again"}


def _titled(number: int, rule: m.Rule) -> Words:
    name = [_text(" "), Part("value", rule.name)] if rule.name else []
    return [_text(f"Rule {number}"), *name]


def _reserved(was: m.Serve | None, now: m.Serve | None, off: str | None) -> Words:
    """What is served instead; of two splits alike only the shares that differ."""
    if isinstance(was, m.Split) and isinstance(now, m.Split) and _alike(was, now):
        pairs = [
            (one.variant, one.weight, other.weight)
            for one, other in zip(was.arms, now.arms, strict=True)
            if one.weight != other.weight
        ]
        if len(pairs) == 2:  # what one gains the other loses
            pairs = ([pair for pair in pairs if pair[0] != off] or pairs)[:1]
        return joined([_share(was, now, *pair) for pair in pairs], "and")
    return [_text("serves "), *serving(now), _text(" instead of "), *serving(was)]


def _share(was: m.Split, now: m.Split, variant: str, before: float, after: float) -> Words:
    words = f" from {share_of(before, was)} to {share_of(after, now)}"
    return [Part("variant", variant), _text(words)]


def _alike(was: m.Split, now: m.Split) -> bool:
    """Whether only weights (and the ranges that keep units in place) differ."""
    same = (was.bucketing, was.outside) == (now.bucketing, now.outside)
    return (
        same
        and [arm.variant for arm in was.arms] == [arm.variant for arm in now.arms]
        and ([arm.weight for arm in was.arms] != [arm.weight for arm in now.arms])
    )


def _variant(variant: str | None) -> Words:
    return [_text(FALLBACK)] if variant is None else [Part("variant", variant)]


# --- segments and all else --------------------------------------------------------------------


def _segment(was: m.Segment, now: m.Segment) -> _Found:
    if was.when != now.when:
        said = [_text("has "), *asking(now.when)] if now.when else [_text("has no condition")]
        yield "/when", "changed", said
    for name in _PEOPLE:
        old, new = _keys(getattr(was, name)), _keys(getattr(now, name))
        if old != new:
            words = f"{name}: {len(new - old):,} keys more, {len(old - new):,} fewer"
            yield f"/{name}", "changed", [_text(words)]
    known = frozenset({"when", *_PEOPLE, "version", "key"})
    yield from _others(segment_to_json(was), segment_to_json(now), known)


def _keys(lists: Sequence[m.SegmentKeys]) -> frozenset[tuple[str, str]]:
    return frozenset((each.kind, key) for each in lists for key in each.keys)


def _others(was: m.Json, now: m.Json, said: frozenset[str]) -> _Found:
    """Fields without words of their own."""
    for name in sorted((was.keys() | now.keys()) - said):
        if was.get(name) != now.get(name):
            yield f"/{escape(name)}", "changed", [_text(f"Another {name.replace('_', ' ')}")]


def _text(text: str) -> Part:
    return Part("text", text)
