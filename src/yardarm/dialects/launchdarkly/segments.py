"""One segment of LaunchDarkly as ours: listed keys, then rules of clauses, some with a weight."""

from __future__ import annotations

from collections.abc import Collection

from ...core import model as m
from ...core.bucketing.launchdarkly import ABSENT
from .clauses import NEVER, conjunction, together
from .fields import Notes, flagged, kind_of, listed, number, objects, optional, own_key, texts
from .serving import NO_REFERENCE, bucketing, part_of, there, too_large
from .variants import is_plain


def read_segment(
    key: str, raw: dict[str, m.Json], at: str, segments: Collection[str], notes: Notes
) -> m.Segment:
    """The segment. Raises `Malformed` where the SDK would refuse the document for its sake."""
    if optional(raw, "version", int, at) is None or optional(raw, "key", str, at) is None:
        notes.add(
            at,
            "without a key or a version LaunchDarkly's SDK for Python refuses the document",
            "read all the same",
        )
    own = own_key(key, raw, at)
    if own != key:
        notes.add(
            f"{at}/key",
            f"says {own!r} but stands under {key!r}",
            f"it is asked for as {key!r}; its rules hash {own!r}, and `yardarm eval`, like the "
            f"SDK, takes it for {own!r} in search of cycles",
        )
    if not is_plain(key):
        notes.add(
            at,
            "the key is not one that LaunchDarkly gives",
            "it is evaluated; a server may refuse to publish it",
            "lost",
        )
    seed = f"{own}.{optional(raw, 'salt', str, at) or ''}"
    rules = tuple(
        _rule(rule, f"{at}/rules/{index}", seed, segments, notes)
        for index, rule in enumerate(objects(raw, "rules", at))
    )
    when = None
    if rules:
        when = rules[0] if len(rules) == 1 else m.AnyOf(rules)
    included = _keys(raw, "included", at, notes)
    excluded = _keys(raw, "excluded", at, notes, besides=included)
    origin = {"dialect": "launchdarkly", "raw": raw}
    if not flagged(raw, "unbounded", at):
        return m.Segment(key, when, included, excluded, origin=origin)
    return m.Segment(key, _unbounded(raw, at, when, notes), origin=origin)


def _rule(
    raw: dict[str, m.Json], at: str, seed: str, segments: Collection[str], notes: Notes
) -> m.Condition:
    conditions = conjunction(raw, at, segments, notes)
    placed, bad = bucketing(raw, "rolloutContextKind", at, seed)
    if raw.get("weight") is None:
        return together(conditions)
    weight = part_of(number(raw, "weight", at, notes))
    share: m.Condition = m.Share(placed, ((ABSENT, weight or 0.0),))
    if weight is None:
        share = too_large(f"{at}/weight", notes)
    if not bad:
        return together((*conditions, share))
    notes.add(f"{at}/bucketBy", f"{bad!r} is no reference to an attribute",
              f"an error for who has the kind {placed.kind!r} and comes to it")  # fmt: skip
    fails = m.All((there(placed.kind), m.Fault(NO_REFERENCE + repr(bad))))
    return together((*conditions, m.AnyOf((fails, share))))


def _keys(
    raw: dict[str, m.Json],
    name: str,
    at: str,
    notes: Notes,
    besides: tuple[m.SegmentKeys, ...] = (),
) -> tuple[m.SegmentKeys, ...]:
    """The lists of keys, without those in `besides`, which are asked first."""
    lists = [(m.DEFAULT_KIND, texts(raw, name, at))]
    for index, target in enumerate(objects(raw, f"{name}Contexts", at)):
        where = f"{at}/{name}Contexts/{index}"
        kind = kind_of(optional(target, "contextKind", str, where))
        listed(target, "values", where, notes)
        lists.append((kind, texts(target, "values", where)))
    taken: dict[str, set[str]] = {}
    for other in besides:
        taken.setdefault(other.kind, set()).update(other.keys)
    found = []
    for kind, keys in lists:
        without = taken.get(kind)
        fresh = tuple(key for key in keys if key not in without) if without else tuple(keys)
        if fresh:
            found.append(m.SegmentKeys(fresh, kind))
    return tuple(found)


def _unbounded(
    raw: dict[str, m.Json], at: str, when: m.Condition | None, notes: Notes
) -> m.Condition:
    """Who belongs to a big segment without a store of its members: whom its rules match."""
    notes.add(
        f"{at}/unbounded",
        "a big segment: its members are in a store of the customer's, not in the document",
        "nobody is a member by being listed; only the segment's rules are asked",
        "lost",
    )
    kind = kind_of(optional(raw, "unboundedContextKind", str, at))
    if optional(raw, "generation", int, at) is None or when is None:
        return NEVER
    return m.All((there(kind), when))
