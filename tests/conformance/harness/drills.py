"""Documents about one thing each: `f` serves `on` where that thing comes out true."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.harness import parts, values

Json = Any
Asked = tuple[Json, list[tuple[Json, tuple[str, ...]]]]
"""A document, and contexts with what each is about."""

TYPES = ("text", "int", "float", "bool", "object", "list", "null")
PEOPLE = (*(f"user-{n}" for n in range(60)), "alice", "élan", "日本", "👩‍💻", "5", "x" * 200)
ODD: tuple[Json, ...] = (["u"], {"a": 1}, [], {}, 7, True, 1.5, ["user-1"])
"""Identifiers that are no text."""
ASKED = 6
"""Contexts for each document."""


def person(rng: random.Random, odd: float = 0.04) -> Json:
    """An identifier, at times one that is no text."""
    return rng.choice(ODD) if rng.random() < odd else rng.choice(PEOPLE)


def operator(rng: random.Random) -> Asked:
    """One operator, asked with attributes of every type, absent, and with `negate`."""
    op = rng.choice(values.OPERATORS)
    negate = rng.random() < 0.4
    written = rng.choice((op, op, op.upper(), op.title()))
    right = RIGHT.get(op, ("text",))
    type_ = rng.choice(right)
    wanted = values.wanted(rng, op, type_)
    name = rng.choice(("plan", "plan", "é", "a b", "name"))
    rule = parts.rule(parts.clause(name, written, wanted, negate=negate))
    of_kind, variations = rng.choice(KINDS)
    asked: list[tuple[Json, tuple[str, ...]]] = []
    for _ in range(ASKED):
        kind = rng.choice((*[type_] * 6, rng.choice(TYPES), rng.choice(TYPES), "missing"))
        if kind == "missing":
            asked.append((parts.target("u", rng.choice((None, {}))), (f"missing:{op}",)))
            continue
        attribute = values.attribute(rng, op, kind, wanted)
        if kind not in right:
            cells: tuple[str, ...] = (f"wrong type:{op}",)
        else:
            typed = () if kind == "text" else (f"{kind}:{op}",)
            cells = (f"not op:{op}" if negate else f"op:{op}", *typed)
        cells = (*cells, f"kind:{of_kind}")
        asked.append((parts.target("u", {name: attribute}), cells))
    flag = parts.flag("f", kind=of_kind, variations=variations, rules=[rule])
    return parts.document([flag]), asked


RIGHT: dict[str, tuple[str, ...]] = {
    "in": ("text", "int", "float"),
    "equal": ("text", "int", "float", "bool"),
    "gt": ("text", "int", "float"),
}
"""Types that an operator can say yes to, text alone where it is not named."""


def own_names(rng: random.Random) -> Asked:
    """Attributes called like something of the SDK's own target object."""
    others = ("attributes", "to_dict", "get_type", "__class__", "__doc__", "__dict__", "")
    name = rng.choice(("identifier", "name", "name", "anonymous", rng.choice(others)))
    word = rng.choice(("a", "b", "a", "b", "true"))
    rule = parts.rule(parts.clause(name, rng.choice(("equal", "starts_with", "in")), [word]))
    asked = []
    for _ in range(ASKED):
        more: dict[str, Json] = {}
        if rng.random() < 0.5:
            more["name"] = rng.choice(("a", "b", "", None))
        if rng.random() < 0.5:
            more["anonymous"] = rng.choice((True, False))
        attributes = {name: rng.choice(("a", "b", True))} if rng.random() < 0.7 else {}
        asked.append((parts.target(rng.choice(("a", "b", "")), attributes, **more), ("own name",)))
    return parts.document([parts.flag("f", rules=[rule])]), asked


def group_match(rng: random.Random) -> Asked:
    """segmentMatch, which the SDK tries only where the clause's attribute gives it no type."""
    negate = rng.random() < 0.4
    op = rng.choice(("segmentMatch", "segmentMatch", "SEGMENTMATCH"))
    name = rng.choice(("", "plan", "tags"))
    names = rng.choice((["g"], ["nowhere", "g"], ["g", "h"], ["nowhere"], []))
    rule = parts.rule(parts.clause(name, op, names, negate=negate))
    groups = [parts.group("g", included=PEOPLE[:35]), parts.group("h", excluded=PEOPLE[30:36])]
    flag = parts.flag("f", rules=[rule])
    asked = []
    about = "not op:segmentMatch" if negate else "op:segmentMatch"
    for _ in range(ASKED):
        who = rng.choice(PEOPLE[:40]) if rng.random() < 0.96 else rng.choice(ODD)
        held = rng.choice(("absent", "absent", "list", "list", "text"))
        if held == "absent":
            cells = (about, "missing:segmentMatch")
            asked.append((parts.target(who, {}), cells))
        else:
            value: Json = rng.choice((["a"], [])) if held == "list" else "pro"
            cells = (about, "wrong type:segmentMatch")
            asked.append((parts.target(who, {"plan": value, "tags": value}), cells))
    return parts.document([flag], groups), asked


def _plan(rng: random.Random, *plans: str) -> Json:
    return parts.clause("plan", "in", [rng.choice(plans)])


def _people(
    rng: random.Random, cell: str, plans: str = "abc"
) -> list[tuple[Json, tuple[str, ...]]]:
    return [
        (parts.target(person(rng), {"plan": rng.choice(plans), "tier": rng.choice(plans)}),
         (cell,))
        for _ in range(ASKED)
    ]  # fmt: skip


def groups(rng: random.Random) -> Asked:
    """Included, excluded, both kinds of rules, lists of groups, and groups in groups."""
    some = tuple(rng.sample(PEOPLE, 40))
    tier = parts.clause("tier", "in", rng.sample("abc", 2))
    about = rng.choice((
        "group:included", "group:excluded", "group:legacy rules", "group:serving rules",
        "group:serving before legacy", "group:excluded ends the list", "group:nested",
        "group:breaks off",
    ))  # fmt: skip
    wanted = ["g"]
    plan = _plan(rng, "a", "b")
    made = [parts.group("g", included=some[:35], excluded=some[30:])]
    match about:
        case "group:excluded":
            made = [parts.group("g", excluded=some[:15], included=some, rules=[plan, tier])]
        case "group:legacy rules":
            made = [parts.group("g", excluded=some[:9], rules=[plan, tier])]
        case "group:serving rules":
            made = [parts.group("g", serving=[[plan, tier], [_plan(rng, "c"), tier], []])]
        case "group:serving before legacy":
            serving = [[tier], [plan, tier]]
            made = [parts.group("g", serving=serving, rules=[_plan(rng, "a", "c")])]
        case "group:excluded ends the list":
            first = parts.group("first", excluded=some, rules=[_plan(rng, "a", "b")])
            made = [first, parts.group("g", rules=[plan, tier], included=some[5:9])]
            wanted = rng.choice((["first", "g"], ["g", "first"], ["gone", "first", "g"]))
        case "group:breaks off":
            broken = [{**tier, "op": 5}, {**tier, "attribute": 7}, _plan(rng, "a", "b"), tier]
            rng.shuffle(broken)
            inner = [[plan, broken[0]], [broken[1]], [_plan(rng, "c"), parts.in_group("h")]]
            made = [
                parts.group("first", excluded=some[:9], rules=broken[: rng.randint(1, 4)]),
                parts.group("g", included=some[5:20], serving=rng.sample(inner, 2)),
                parts.group("h", rules=broken[2:]),
            ]
            wanted = rng.choice((["first", "g"], ["g", "first"], ["gone", "g", "first", "h"]))
        case "group:nested":
            made = [
                parts.group("g", serving=[[parts.in_group("h"), tier], [_plan(rng, "c"), tier]]),
                parts.group("h", rules=[parts.in_group("i", "j"), _plan(rng, "b")]),
                parts.group("i", rules=[parts.in_group("k")], excluded=some[:6]),
                parts.group("j", included=some[3:20]),
                parts.group("k", rules=[_plan(rng, "a"), tier]),
            ]
        case _:
            pass
    if rng.random() < 0.5:
        entry = parts.mapped("on", (), wanted)
        flag = parts.flag("f", variationToTargetMap=[entry])
    else:
        flag = parts.flag("f", rules=[parts.rule(parts.in_group(*wanted))])
    return parts.document([flag], made), _people(rng, about)


def target_map(rng: random.Random) -> Asked:
    """Entries in order, each its targets and then its groups; before rules; an empty one."""
    some = rng.sample(PEOPLE, 40)
    entries = [
        parts.mapped("off", tuple(some[:10]), rng.choice((None, [], ["h"]))),
        parts.mapped("on", tuple(some[5:25]), rng.choice((["g"], ["h", "g"], None))),
        parts.mapped(rng.choice(("", "on", "gone")), tuple(some[20:30])),
    ]
    rng.shuffle(entries)
    rules = [parts.rule(_plan(rng, "a", "b"), serve={"variation": rng.choice(("on", "off"))})]
    flag = parts.flag("f", variationToTargetMap=entries, rules=rules)
    made = [parts.group("g", rules=[_plan(rng, "a")]), parts.group("h", rules=[_plan(rng, "b")])]
    return parts.document([flag], made), _people(rng, "target map")


def rules(rng: random.Random) -> Asked:
    """Order by priority, clauses or-ed, a matched rule that serves nothing, both serves at once."""
    serves: tuple[Json, ...] = (
        {"variation": "on"}, {"variation": "off"}, {}, {"variation": ""}, {"variation": "gone"},
        {**parts.shares(50), "variation": "off"}, {**parts.shares(0), "variation": ""},
        parts.distribution("identifier", []),
    )  # fmt: skip
    made = []
    for _ in range(rng.randint(1, 4)):
        clauses = [_plan(rng, "a", "b", "c") for _ in range(rng.choice((0, 1, 1, 2)))]
        priority = rng.choice((1, 1, 2, 3, 10, 2.5, -1))
        made.append(parts.rule(*clauses, serve=rng.choice(serves), priority=priority))
    both = {**parts.shares(50), "variation": rng.choice(("on", "off"))}
    default = rng.choice(({"variation": "on"}, {"variation": "off"}, {}, parts.shares(50), both))
    return parts.document([parts.flag("f", rules=made, default=default)]), _people(rng, "rules")


def split(rng: random.Random) -> Asked:
    """Distributions: by identifier, by attributes present, absent and of a wrong type."""
    about = rng.choice((
        "split:default", "split:rule", "split:rule", "split:attribute", "split:fractions",
        "split:fallback to identifier", "split:short of 100", "split:over 100", "split:arms",
        "split:no target", "split:arms of nothing", "split:arms of nothing",
        "split:beside a variation",
    ))  # fmt: skip
    by = rng.choice(("email", "name", "")) if about == "split:attribute" else "identifier"
    serve = parts.shares(rng.randint(0, 100), by)
    match about:
        case "split:fallback to identifier":
            serve = parts.shares(50, rng.choice(("gone", "", "email")))
        case "split:short of 100":
            last = rng.choice(("on", "off"))
            serve = parts.distribution("identifier", [("off", 20), ("on", 30), (last, 5)])
        case "split:over 100":
            serve = parts.distribution("identifier", [("off", 30), ("on", 90), ("off", 50)])
        case "split:fractions":
            serve = parts.shares(rng.choice((33.3, 0.5, 49.99, 50.0)), rest=66)
        case "split:arms":
            arms = [(rng.choice(("on", "off")), rng.choice((0, 7, 20, -5))) for _ in range(8)]
            serve = parts.distribution("identifier", arms)
        case "split:arms of nothing":
            serve = _nothing(rng)
        case "split:beside a variation":
            serve = {**rng.choice((serve, _nothing(rng))), "variation": rng.choice(("on", "gone"))}
        case _:
            pass
    flag = parts.flag("f", default=serve)
    in_rule = about not in ("split:default", "split:no target") and rng.random() < 0.5
    if about == "split:rule" or (in_rule and "nothing" in about) or "beside" in about:
        default = rng.choice((None, {"variation": "on"}, _nothing(rng), parts.shares(50)))
        rule = parts.rule(_plan(rng, "a", "b"), serve=serve)
        flag = parts.flag("f", rules=[rule], default=None if about == "split:rule" else default)
    elif about == "split:arms of nothing" and rng.random() < 0.5:
        serve["variation"] = rng.choice(("on", "off", "gone"))
    asked = []
    for _ in range(ASKED):
        who = person(rng, 0.2 if "beside" in about else 0.04)
        attributes: Json = {"plan": rng.choice("ab")}
        if about == "split:no target":
            who = rng.choice(("", 0, None, False, *ODD))
        if about == "split:attribute":
            attributes["email"] = rng.choice((*PEOPLE, "", None, 0, [], 5, True, 2.5, {"a": 1}))
        asked.append((parts.target(who, attributes, name=rng.choice(PEOPLE)), (about,)))
    return parts.document([flag]), asked


def _nothing(rng: random.Random) -> Json:
    """A distribution with arms that name no variation, or one that there is not, or both kinds."""
    names = rng.sample(["on", "off", "", "gone", "on", "", "gone"], 5)
    weights = rng.choice(((20, 20, 20, 20, 20), (33.3, 0, 12.5, 30, 9), (0.5, 50, -10, 30, 45)))
    by = rng.choice(("identifier", "identifier", "name"))
    return parts.distribution(by, list(zip(names, weights, strict=True)))


def breaking(rng: random.Random) -> Asked:
    """Prerequisites that are divided by an attribute which may be no text, at any depth, among
    others that are not met or off; what is asked first decides whether the SDK raises."""
    depth = rng.randint(1, 3)
    flags = []
    for n in range(depth + 1):
        below = [f"p{m}" for m in range(n + 1, depth + 1)]
        asked = rng.sample(below, rng.randint(0, len(below)))
        if below and not asked and rng.random() < 0.8:
            asked = below[:1]
        wanted = rng.choice((["on"], ["on"], ["on"], ["on", "off"], ["off"]))
        serve = rng.choice((parts.shares(50, "email"), parts.shares(90, "email"), None))
        made = parts.flag(
            f"p{n}" if n else "f",
            rules=[parts.rule(_plan(rng, "a", "b", "c"), serve=serve)],
            default=rng.choice((parts.shares(70, "email"), {"variation": "on"})),
            prerequisites=[{"feature": key, "variations": wanted} for key in asked],
            state=rng.choice(("on", "on", "on", "on", "off")),
        )
        flags.append(made)
    rng.shuffle(flags)
    contexts = []
    for _ in range(ASKED):
        email = rng.choice((*PEOPLE[:6], "", None, 5, True, 2.5, ["a"]))
        attributes = {"email": email, "plan": rng.choice("abc")}
        cell = f"raises:prerequisites {depth}"
        contexts.append((parts.target(person(rng, 0.1), attributes), (cell,)))
    return parts.document(flags), contexts


def prerequisites(rng: random.Random) -> Asked:
    """Chains of one to four flags, with missing links, strange lists and off variations wanted."""
    depth = rng.randint(1, 4)
    missing = rng.random() < 0.15
    flags = []
    for n in range(depth + 1):
        key = "f" if n == 0 else f"p{n}"
        needs = []
        if n < depth:
            wanted = rng.choice((*[["on"]] * 9, *[["on", "off"]] * 2, ["off"], ["gone"], []))
            needs = [{"feature": f"p{n + 1}", "variations": wanted}]
            if missing and n == depth - 1:
                gone = {"feature": "gone", "variations": ["on"]}
                needs = [gone, *needs] if rng.random() < 0.5 else [*needs, gone]
        test = parts.rule(parts.clause("plan", "in", rng.sample("abcdef", 5)))
        state = "off" if n and rng.random() < 0.08 else "on"
        flags.append(parts.flag(key, rules=[test], prerequisites=needs, state=state))
    flags[0]["defaultServe"] = {"variation": "on"}
    rng.shuffle(flags)
    about = "prerequisite:missing" if missing else f"prerequisite depth {depth}"
    return parts.document(flags), _people(rng, about, "abcdef")


def states(rng: random.Random) -> Asked:
    """Off and on, an off variation that there is not, and every kind of value."""
    kind, variations = rng.choice(KINDS)
    flag = parts.flag(
        "f",
        kind=kind,
        variations=variations,
        state=rng.choice(("on", "off")),
        off=rng.choice(("off", "off", "on", "gone", "")),
        default={"variation": rng.choice(("on", "on", "off", "gone"))},
    )
    return parts.document([flag]), _people(rng, f"kind:{kind}")


def bare(rng: random.Random) -> Asked:
    """Another drill, asked by targets whose `attributes` are no object: the SDK finds what the
    target holds itself, and breaks off where it looks for anything else."""
    makers = (operator, own_names, group_match, groups, target_map, rules, split, prerequisites)
    document, asked = rng.choice(makers)(rng)
    names = {
        old: rng.choice(("name", "name", "anonymous", old)) for old in ("plan", "tier", "tags")
    }
    text = json.dumps(document)
    for old, new in names.items():
        text = text.replace(f'"attribute": "{old}"', f'"attribute": "{new}"')
    made = []
    for context, _ in asked:
        held = context.get("attributes") or {}
        moved = {names[old]: value for old, value in held.items() if old in names}
        more = {name: moved[name] for name in ("name", "anonymous") if name in moved}
        attributes = rng.choice((*NO_OBJECT, None, None, None))
        made.append(({**context, **more, "attributes": attributes}, ("raises:bare attributes",)))
    return json.loads(text), made


NO_OBJECT: tuple[Json, ...] = ("", "text", 0, 7, False, True, [], ["a"], None)
"""What the attributes of a target may be, but are not meant to be."""

KINDS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("boolean", (("on", "true"), ("off", "false"))),
    ("boolean", (("on", "TRUE"), ("off", "no"))),
    ("boolean", (("on", ""), ("off", "false"), ("on", "true"))),
    ("string", (("on", "blue"), ("off", ""))),
    ("string", (("on", "日本"), ("off", "x" * 300))),
    ("int", (("on", "42"), ("off", "-7"))),
    ("int", (("on", "2.5"), ("off", "0"))),
    ("int", (("on", "many"), ("off", " 5 "))),
    ("json", (("on", '{"a": [1, 2.50]}'), ("off", "{}"))),
    ("json", (("on", "[1, 2]"), ("off", "not json"))),
)

DRILLS: tuple[tuple[Callable[[random.Random], Asked], int], ...] = (
    (operator, 36),
    (own_names, 2),
    (group_match, 3),
    (groups, 10),
    (target_map, 2),
    (rules, 2),
    (split, 15),
    (breaking, 9),
    (bare, 4),
    (prerequisites, 11),
    (states, 5),
)


def drills(rng: random.Random) -> Iterator[Asked]:
    """Endless."""
    makers, shares = zip(*DRILLS, strict=True)
    while True:
        yield rng.choices(makers, shares)[0](rng)
