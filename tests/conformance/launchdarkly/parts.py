"""Documents about targets, lists of segments, broken parts and contexts that are none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

from .drills import PER_DOCUMENT, document, flag, in_segments, rule, segment
from .places import USER_KEYS, extras
from .values import pick

Json = Any

ALWAYS = {"attribute": "key", "op": "in", "values": [], "negate": True}


def keys(rng: random.Random) -> list[str]:
    return rng.sample(USER_KEYS, rng.choice((0, 1, 3, 5, 6)))


def someone(rng: random.Random) -> Json:
    """A context with keys that lists of targets have."""
    kinds = rng.choice((("user",), ("user",), ("org",), ("user", "org"), ("org", "device")))
    parts = {kind: {"key": pick(rng, USER_KEYS), **extras(rng)} for kind in kinds}
    if len(kinds) > 1:
        return {"kind": "multi", **parts}
    if kinds == ("user",) and rng.random() < 0.4:
        return {"key": rng.choice((*USER_KEYS, ""))}
    return {"kind": kinds[0], **parts[kinds[0]]}


def target_questions(rng: random.Random) -> Iterator[Question]:
    """Targets of users, and of other kinds, whose order decides."""
    made = flag("f", targets=[_target(rng) for _ in range(rng.choice((1, 2, 3, 4)))])
    cells = ["targets"]
    if rng.random() < 0.6:
        made["contextTargets"] = [_context_target(rng) for _ in range(rng.choice((1, 2, 4)))]
        cells = ["contextTargets"]
    if rng.random() < 0.3:
        made["rules"] = [rule(ALWAYS, serve=1)]
    asked = document([made])
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), tuple(cells))


def _target(rng: random.Random) -> Json:
    out = {"variation": rng.choice((0, 0, 0, 1, 2)), "values": keys(rng)}
    if rng.random() < 0.1:
        out["contextKind"] = "org"  # not read here
    return out


def _context_target(rng: random.Random) -> Json:
    kind = rng.choice(("user", "user", "org", "org", "device", "", None))
    out: Json = {"variation": rng.choice((0, 0, 0, 1)), "values": keys(rng)}
    return out if kind is None else {**out, "contextKind": kind}


def list_questions(rng: random.Random) -> Iterator[Question]:
    """Keys that a segment lists, of users and of other kinds, before any rule."""
    made = segment("s", included=keys(rng), excluded=keys(rng))
    cells = ["segment lists"]
    if rng.random() < 0.6:
        cells.append("segment contexts")
        for name in ("includedContexts", "excludedContexts"):
            made[name] = [_listed(rng) for _ in range(rng.choice((0, 1, 2)))]
    if rng.random() < 0.6:
        made["rules"] = [{"clauses": [] if rng.random() < 0.5 else [ALWAYS]}]
    asked = document([flag("f", rules=[rule(in_segments("s"))])], [made])
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), tuple(cells))


def _listed(rng: random.Random) -> Json:
    kind = rng.choice(("user", "org", "device", "", None))
    return {"values": keys(rng)} if kind is None else {"contextKind": kind, "values": keys(rng)}


def big_questions(rng: random.Random) -> Iterator[Question]:
    """Segments without bounds, whose members are not in the document."""
    made = segment("s", unbounded=True, included=keys(rng))
    if rng.random() < 0.7:
        made["generation"] = 2
    if rng.random() < 0.4:
        made["unboundedContextKind"] = rng.choice(("user", "org"))
    if rng.random() < 0.8:
        made["rules"] = [{"clauses": [_about_key(rng)]}]
    clauses = [in_segments("s", negate=rng.random() < 0.4)]
    if rng.random() < 0.4:
        clauses.insert(rng.choice((0, 1)), _about_key(rng))
    asking = flag("f", rules=[rule(*clauses)])
    if rng.random() < 0.3:
        asking = flag("p", rules=[rule(*clauses)])
        above = flag("f", prerequisites=[{"key": "p", "variation": 0}])
        asked = document([asking, above | {"fallthrough": {"variation": 0}}], [made])
    else:
        asked = document([asking], [made])
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), ("big segment",))


def _about_key(rng: random.Random) -> Json:
    return {"attribute": "key", "op": "in", "values": keys(rng), "negate": rng.random() < 0.4}


# --- what makes an evaluation fail ------------------------------------------------------------

BAD_REFERENCES = ("/", "//", "/a//b", "/a/", "/a~b", "/a~", "/a/~2")


def broken_questions(rng: random.Random) -> Iterator[Question]:
    """Parts that the SDK finds broken only where it comes to ask them."""
    name, flags, segments = rng.choice((
        _bad_index, _bad_reference, _bad_bucketing, _flag_cycle, _segment_cycle, _segment_cycle,
        _raising,
    ))(rng)  # fmt: skip
    asked = document(flags, segments)
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), (f"error:{name}",))


Broken = tuple[str, list[Json], list[Json]]


def guard(rng: random.Random) -> Json:
    """A clause that lets about half of the people through to the broken part."""
    return {"attribute": "key", "op": "in", "values": keys(rng) + keys(rng), "negate": True}


def _bad_index(rng: random.Random) -> Broken:
    bad = rng.choice((-1, 2, 99))
    made = flag("f", targets=[{"variation": bad, "values": keys(rng)}])
    part = rng.choice(("rule", "nothing served", "fallthrough", "off", "no fallthrough", "arms"))
    if part == "rule":
        made["rules"] = [rule(guard(rng), serve=bad)]
    elif part == "nothing served":
        made["rules"] = [{"id": "r", "clauses": [guard(rng)]}]
    elif part == "arms":
        served = rng.choice(({"variations": []}, {"variations": [{"variation": bad, "weight": 9}]}))
        made["rules"] = [{"clauses": [guard(rng)], "rollout": served}]
    elif part == "fallthrough":
        made["fallthrough"] = {"variation": bad}
    elif part == "no fallthrough":
        made["fallthrough"] = rng.choice(({}, None))
    else:
        needed = flag("p", rules=[rule(guard(rng))])
        made |= {"offVariation": rng.choice((bad, None)), "on": rng.random() < 0.8}
        made["prerequisites"] = [{"key": rng.choice(("p", "p", "nowhere")), "variation": 0}]
        return "bad index", [made, needed], []
    return "bad index", [made], []


def _bad_reference(rng: random.Random) -> Broken:
    bad: Json = {"attribute": rng.choice(BAD_REFERENCES), "contextKind": "user"}
    if rng.random() < 0.3:
        bad = {"attribute": ""}
    bad |= {"op": rng.choice(("in", "matches", "what")), "values": ["x"]}
    if rng.random() < 0.5:
        bad["negate"] = True
    if rng.random() < 0.4:
        made = segment("s", rules=[{"clauses": [guard(rng), bad]}])
        return "bad reference", [flag("f", rules=[rule(in_segments("s"))])], [made]
    return "bad reference", [flag("f", rules=[rule(guard(rng), bad)])], []


def _bad_bucketing(rng: random.Random) -> Broken:
    by = {"bucketBy": rng.choice(BAD_REFERENCES)}
    if rng.random() < 0.5:
        weighed = {"clauses": [guard(rng)], "weight": 50_000, "rolloutContextKind": "user", **by}
        made = flag("f", rules=[rule(in_segments("s"))])
        return "bad bucketBy", [made], [segment("s", rules=[weighed])]
    rollout = {"contextKind": "user", **by, "variations": [{"variation": 0, "weight": 50_000}]}
    if rng.random() < 0.3:
        rollout["kind"] = "experiment"  # which does not read it
    made = flag("f", rules=[{"clauses": [guard(rng)], "rollout": rollout}])
    return "bad bucketBy", [made], []


def _flag_cycle(rng: random.Random) -> Broken:
    length = rng.choice((1, 2, 3))
    flags = []
    for number in range(length):
        key = "f" if number == 0 else f"p{number}"
        following = "f" if number == length - 1 else f"p{number + 1}"
        needs = [{"key": following, "variation": 0}]
        if rng.random() < 0.6:
            needs.insert(rng.choice((0, 1)), {"key": "guard", "variation": 0})
        made = flag(key, prerequisites=needs, on=rng.random() < 0.9)
        flags.append(made | {"fallthrough": {"variation": 0}})
    flags.append(flag("guard", rules=[rule(guard(rng))]))
    if rng.random() < 0.3:  # the cycle is not the asked flag's own
        flags[0]["key"] = "q"
        flags = [_renamed(item, "f", "q") for item in flags]
        above = flag("f", prerequisites=[{"key": "q", "variation": 0}])
        flags.append(above | {"fallthrough": {"variation": 0}})
    return "flag cycle", flags, []


def _renamed(made: Json, old: str, new: str) -> Json:
    needs = made.get("prerequisites")
    if needs is None:
        return made
    renamed = [{**need, "key": new if need["key"] == old else need["key"]} for need in needs]
    return {**made, "prerequisites": renamed}


def _segment_cycle(rng: random.Random) -> Broken:
    length = rng.choice((1, 2, 3))
    segments = []
    for number in range(length):
        following = in_segments(f"s{(number + 1) % length}", negate=rng.random() < 0.2)
        clauses = [guard(rng), following] if rng.random() < 0.7 else [following]
        segments.append(
            segment(
                f"s{number}", included=keys(rng), excluded=keys(rng), rules=[{"clauses": clauses}]
            )
        )
    start = rng.choice(("s0", "outer"))
    segments.append(segment("outer", rules=[{"clauses": [in_segments("s0")]}]))
    return "segment cycle", [flag("f", rules=[rule(in_segments(start))])], segments


def _raising(rng: random.Random) -> Broken:
    """What the SDK's evaluator trips over: the client then says EXCEPTION."""
    if rng.random() < 0.5:
        bad: Json = in_segments(rng.choice((["s"], {"s": 1})), "s", negate=rng.random() < 0.5)
        if rng.random() < 0.4:
            bad["values"].insert(0, rng.choice((1, True, None, 2.5, "s")))
    else:
        rollout = {"variations": [{"variation": 0, "weight": 100_000}]}
        made = flag("f", rules=[{"clauses": [guard(rng)], "rollout": rollout}], salt="\udfff")
        return "raising", [made], []
    made = flag("f", rules=[rule(guard(rng), bad)])
    return "raising", [made], [segment("s", included=keys(rng))]


# --- contexts that are none, flags that are not there -----------------------------------------

BAD_CONTEXTS: tuple[Json, ...] = (
    None, 1, "user", [], {}, {"kind": "user"}, {"kind": "user", "key": ""},
    {"kind": "user", "key": 1}, {"kind": "", "key": "a"}, {"kind": "multi", "key": "a"},
    {"kind": "kind", "key": "a"}, {"kind": 1, "key": "a"}, {"kind": None, "key": "a"},
    {"kind": "a b", "key": "a"}, {"kind": "multi"}, {"kind": "ürg", "key": "a"},
    {"kind": "user", "key": "a", "name": 1}, {"kind": "user", "key": "a", "anonymous": None},
    {"kind": "user", "key": "a", "": 1},
    {"kind": "user", "key": "a", "_meta": 1}, {"kind": "multi", "user": {}},
    {"kind": "user", "key": "a", "_meta": {"privateAttributes": "x"}},
    {"kind": "user", "key": "a", "_meta": {"privateAttributes": [1]}},
    {"kind": "multi", "user": {"key": "a"}, "org": {"key": ""}},
    {"kind": "multi", "user": {"key": "a"}, "org": {"key": "a", "kind": "user"}},
    {"kind": "multi", "user": {"key": "a", "kind": "multi"}}, {"kind": "multi", "user": "a"},
    {"key": 1}, {"custom": {"a": 1}}, {"key": "a", "custom": []}, {"key": "a", "name": 1},
    {"key": "a", "anonymous": "yes"}, {"key": "a", "email": 1},
    {"key": "a", "privateAttributeNames": "x"}, {"key": None},
    {"kind": "multi", "kind2": {"key": "a", "name": 2}},
)  # fmt: skip
GOOD_CONTEXTS: tuple[Json, ...] = (
    {"key": ""}, {"key": "a"}, {"key": "a", "custom": None}, {"key": "a", "anonymous": None},
    {"key": "a", "name": None, "secondary": 5, "unknown": []},
    {"kind": "multi", "user": {"key": "a"}}, {"kind": "user", "key": "a", "_meta": None},
    {"kind": "user", "key": "a", "_meta": {"x": 1}},
    {"kind": "user", "key": "a", "name": None}, {"kind": "A-b_c.9", "key": "a"},
    {"kind": "multi", "user": {"key": "a", "kind": "org"}, "device": {"key": "b"}},
    {"kind": "multi", "user": {"key": "a", "kind": "org"}}, {"kind": "user", "key": " "},
    {"key": "a", "custom": {"key": "z", "kind": 1, "anonymous": 5, "name": 2, "": 3, "_meta": 4}},
    {"kind": "user", "key": "\ud800"}, {"key": "a", "privateAttributeNames": ["x"]},
)  # fmt: skip


def context_questions(rng: random.Random) -> Iterator[Question]:
    """Contexts that the SDK refuses, beside those that only look odd."""
    rollout = {"variations": [{"variation": 0, "weight": 100_000}]}
    served = rng.choice(({"variation": 0}, {"variation": 0}, {"rollout": rollout}))
    made = flag("f", fallthrough=served)
    made["rules"] = [
        rule({"attribute": name, "op": "in", "values": [*USER_KEYS, ""]}, serve=0)
        for name in rng.choice((("kind",), ("key",), ("name",), ("custom",)))
    ]
    asked = document([made, {"key": "gone", "version": 3, "deleted": True}])
    for _ in range(PER_DOCUMENT):
        context = pick(rng, BAD_CONTEXTS if rng.random() < 0.5 else GOOD_CONTEXTS)
        name = rng.choices(("f", "nowhere", "gone"), (90, 5, 5))[0]
        yield Question(asked, name, context, ("error:context",))
