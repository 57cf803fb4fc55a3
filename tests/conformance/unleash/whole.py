"""Whole documents: several toggles with several strategies, segments, variants, dependencies."""

from __future__ import annotations

import random
from typing import Any

from tests.conformance.unleash import parts, splits, values

Json = Any
Asked = tuple[Json, list[tuple[Json, tuple[str, ...]]]]

ASKED = 4
TOGGLES = ("f0", "f1", "f2", "f3", "é/toggle")
_FIELDS = ("userId", "sessionId", "p", "q", "environment", "é", "key")


def whole(rng: random.Random) -> Asked:
    """A document of many parts, and contexts that have most of the fields it asks for."""
    segments = [
        {"id": number, "constraints": [_constraint(rng) for _ in range(rng.randrange(3))]}
        for number in range(1, 4)
    ]
    toggles = [_toggle(rng, name) for name in TOGGLES]
    document = parts.document(toggles, segments)
    if rng.random() < 0.2:
        document = _as_events(rng, document)
    asked = []
    for _ in range(ASKED):
        context: dict[str, Json] = {"properties": {}}
        for field in _FIELDS:
            if rng.random() < 0.8:
                value = splits.unit(rng) if rng.random() < 0.5 else _word(rng)
                if field in values.FIELDS and rng.random() < 0.7:
                    context[field] = value
                else:
                    context["properties"][field] = value
        # Only chance remains without these, and chance is not compared.
        context.setdefault("userId", f"user-{rng.randrange(99)}")
        asked.append((context, ("whole",)))
    return document, asked


def _word(rng: random.Random) -> Json:
    return values.any_text(rng, rng.choice(values.OPERATORS))


def _constraint(rng: random.Random) -> Json:
    op = rng.choice(values.OPERATORS)
    fields = values.fields(rng, op)[0]
    if "values" in fields:
        fields["values"] += rng.choices(("user-1", "a", "b", "é"), k=2)
    return parts.constraint(
        rng.choice(_FIELDS), op, fields, invert=rng.random() < 0.5, fold=rng.choice((None, True))
    )


def _strategy(rng: random.Random, group: str | None) -> Json:
    made = [_constraint(rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    more: dict[str, Json] = {"constraints": made}
    if rng.random() < 0.3:
        more["segments"] = rng.sample((1, 2, 3), rng.randrange(3))
    if rng.random() < 0.3:
        more["variants"] = rng.choice((
            [], None, [parts.variant("a", 1), parts.variant("b", rng.choice((1, 2)))],
        ))  # fmt: skip
    kind = rng.random()
    if kind < 0.5:
        sticky = rng.choice(("default", "userId"))
        return parts.rollout(str(rng.randrange(101)), sticky, group, **more)
    if kind < 0.6:
        return parts.strategy(name="userWithId", parameters={"userIds": "a, b,user-1"}, **more)
    if kind < 0.65:
        return parts.strategy(name="mine", **more)
    return parts.strategy(**more)


def _toggle(rng: random.Random, name: str) -> Json:
    group = rng.choice((None, "g"))
    strategies = [_strategy(rng, group) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    made = parts.toggle(name, strategies)
    if rng.random() < 0.15:
        made["enabled"] = False
    if rng.random() < 0.5:
        made["variants"] = [
            parts.variant("a", 2, stickiness="default", payload={"type": "string", "value": "A"}),
            parts.variant("b", 1),
        ]
        if rng.random() < 0.3:
            made["variants"][1]["overrides"] = [
                {"contextName": rng.choice(_FIELDS), "values": ["a", "user-1"]}
            ]
    if rng.random() < 0.3:
        others = [other for other in TOGGLES if other != name]
        made["dependencies"] = [
            {"feature": other} | rng.choice(({}, {"enabled": False}, {"variants": ["a"]}))
            for other in rng.sample(others, rng.choice((1, 1, 2)))
        ]
    more = {
        "type": "release", "description": "d", "project": "default", "stale": False,
        "impressionData": True, "createdAt": "2022-06-01T00:00:00Z",
    }  # fmt: skip
    return {**made, **more} if rng.random() < 0.3 else made


def _as_events(rng: random.Random, document: Json) -> Json:
    """The same as `/api/client/delta` says it: everything at once, then what changed."""
    later = rng.sample(document["features"], 2)
    first = [toggle for toggle in document["features"] if toggle not in later]
    gone = parts.toggle("gone", [])
    hydration = {
        "type": "hydration", "eventId": 1, "features": [*first, gone],
        "segments": document.get("segments", []),
    }  # fmt: skip
    events = [
        hydration,
        *({"type": "feature-updated", "eventId": 2, "feature": toggle} for toggle in later),
        {"type": "feature-removed", "eventId": 3, "featureName": "gone", "project": "default"},
        {"type": "segment-updated", "eventId": 4, "segment": {"id": 9, "constraints": []}},
        {"type": "segment-removed", "eventId": 5, "segmentId": 9},
    ]
    return {"events": events}
