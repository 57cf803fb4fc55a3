"""What somebody changes in a flag or segment, one edit after the other, in words. Pure.

An edit is what a person did: another share, another condition, a rule moved. Its pointer says what
to put back to undo this edit alone; a rule is named by its id, because its place may be what was
edited. Versions are not compared: they say when, not what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from . import model as m
from .codec import flag_to_json, segment_to_json
from .conditions import condition_to_json, serve_to_json
from .reading import escape
from .sentence import FALLBACK, Part, Words, asking, joined, serving, share_of

What = Literal["changed", "added", "removed"]

_PEOPLE = ("included", "excluded")
_MOST_KEYS = 3
_MOST_CHARACTERS = 80
"""Of a value that stands in a sentence."""


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
    old, new = flag_to_json(was), flag_to_json(now)
    differing = _differing(old, new)
    if "enabled" in differing:
        yield "/enabled", "changed", [_text("Switched on" if now.enabled else "Switched off")]
    if "off" in differing:
        said = [_text("While switched off it serves "), *_variant(now.off)]
        yield "/off", "changed", [*said, _text(" instead of "), *_variant(was.off)]
    if "prerequisites" in differing:
        yield "/prerequisites", "changed", _prerequisites(now)
    if "targets" in differing:
        yield "/targets", "changed", _targets(was, now)
    if "rules" in differing:
        yield from _rules(was, now)
    if "default" in differing:
        words = [_text("Default rule: "), *_reserved(was.default, now.default, now.off)]
        yield "/default", "changed", words
    if "variants" in differing:
        yield "/variants", "changed", [_text("Variants: "), *_variants(was, now)]
    if "archived_at" in differing:
        yield "/archived_at", "changed", [_text("Archived" if now.archived_at else "Brought back")]
    yield from _others(old, new, differing - _IN_WORDS)


_IN_WORDS = frozenset({
    "enabled", "off", "prerequisites", "targets", "rules", "default", "variants", "archived_at",
    "version", "key",
})  # fmt: skip


def _differing(one: m.Json, other: m.Json) -> set[str]:
    """The fields that are not the same."""
    names = one.keys() | other.keys()
    return {name for name in names if not _same(one.get(name), other.get(name))}


def _same(one: m.Json, other: m.Json) -> bool:
    """Equal as JSON is: to Python, true and 1 would be equal too."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _prerequisites(now: m.Flag) -> Words:
    if not now.prerequisites:
        return [_text("Needs no other flag any more")]
    said: Words = [_text("Needs ")]
    for index, each in enumerate(now.prerequisites):
        said += [_text(" and ")] if index else []
        said.append(Part("flag", each.flag))
        if each.variants:
            named = joined([[Part("variant", variant)] for variant in each.variants], "or")
            said += [_text(" to serve "), *named]
        else:
            said.append(_text(" to be on"))
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


def _variants(was: m.Flag, now: m.Flag) -> Words:
    old, new = ({each.key: each for each in flag.variants} for flag in (was, now))
    said: list[Words] = []
    for key, variant in new.items():
        if key not in old:
            said.append([Part("variant", key), _text(" is added")])
        elif not _same(old[key].value, variant.value):
            values = [_value(variant.value), _text(" instead of "), _value(old[key].value)]
            said.append([Part("variant", key), _text(" is "), *values])
        elif old[key] != variant:
            said.append([Part("variant", key), _text(" is described otherwise")])
    said += [[Part("variant", key), _text(" is removed")] for key in old if key not in new]
    return joined(said, "and") or [_text("in another order")]


def _rules(was: m.Flag, now: m.Flag) -> _Found:
    if any(len({rule.id for rule in flag.rules}) < len(flag.rules) for flag in (was, now)):
        yield "/rules", "changed", [_text("Other rules")]  # not valid: they cannot be told apart
        return
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
    if not _same(_serve(was.serve), _serve(now.serve)):
        words = [*title, _text(": "), *_reserved(was.serve, now.serve, off)]
        yield f"{pointer}/serve", "changed", words
    if not _same(condition_to_json(was.when), condition_to_json(now.when)):
        yield f"{pointer}/when", "changed", [*title, _text(": "), *_asked(was.when, now.when)]
    if was.paused != now.paused:
        yield f"{pointer}/paused", "changed", [*title, _text(_PAUSED[now.paused])]
    if was.name != now.name:
        words = [*title, _text(" was called "), Part("value", was.name or "nothing")]
        yield f"{pointer}/name", "changed", words
    if not _same(dict(was.metadata), dict(now.metadata)):
        yield f"{pointer}/metadata", "changed", [*title, _text(": its metadata")]


def _serve(serve: m.Serve | None) -> m.Json:
    return None if serve is None else serve_to_json(serve)


def _asked(was: m.Condition, now: m.Condition) -> Words:
    """Whom it is about instead; of long lists, which values came and went."""
    old, new = asking(was), asking(now)
    if old != new:
        return [_text("is for "), *new, _text(" instead of "), *old]
    if isinstance(was, m.Clause) and isinstance(now, m.Clause):
        gone = [value for value in was.values if not any(_same(value, v) for v in now.values)]
        come = [value for value in now.values if not any(_same(value, v) for v in was.values)]
        said = [
            [_text(f"{verb} "), *_counted(values)]
            for verb, values in (("gains", come), ("loses", gone))
            if values
        ]
        if said:
            return [Part("attribute", now.attribute), _text(" "), *joined(said, "and")]
    return [_text("asks for others, of whom the same is to be said")]


def _counted(values: Sequence[m.Json]) -> Words:
    told: list[Words] = [[_value(value)] for value in values[:_MOST_KEYS]]
    if len(values) > _MOST_KEYS:
        told.append([_text(f"{len(values) - _MOST_KEYS:,} more")])
    return joined(told, "and")


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
    if serving(was) == serving(now):
        return [_text("serves the same to others: units are placed anew")]
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
    before, after = segment_to_json(was), segment_to_json(now)
    differing = _differing(before, after)
    if "when" in differing:
        said = [_text("has "), *asking(now.when)] if now.when else [_text("has no condition")]
        yield "/when", "changed", said
    for name in _PEOPLE:
        if name in differing:
            old, new = _keys(getattr(was, name)), _keys(getattr(now, name))
            words = f"{name}: {len(new - old):,} keys more, {len(old - new):,} fewer"
            yield f"/{name}", "changed", [_text(words)]
    yield from _others(before, after, differing - {"when", *_PEOPLE, "version", "key"})


def _keys(lists: Sequence[m.SegmentKeys]) -> frozenset[tuple[str, str]]:
    return frozenset((each.kind, key) for each in lists for key in each.keys)


def _others(was: m.Json, now: m.Json, differing: set[str]) -> _Found:
    """Fields that are what they say: what stands there instead of what."""
    for name in sorted(differing):
        title = f"{name.replace('_', ' ').removesuffix(' at').capitalize()}: "
        said = [_text(title), _value(now.get(name)), _text(" instead of "), _value(was.get(name))]
        yield f"/{escape(name)}", "changed", said


def _value(value: m.Json) -> Part:
    """A value in a sentence, cut where it is long."""
    if value is None or value in ("", [], {}):
        return _text("nothing")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        text = ", ".join(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
    return Part("value", cut)


def _text(text: str) -> Part:
    return Part("text", text)
