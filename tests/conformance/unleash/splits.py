"""Drills of what divides units (rollouts, variants) and of what toggles ask of each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.conformance.unleash import parts, values

Json = Any
Asked = tuple[Json, list[tuple[Json, tuple[str, ...]]]]

ASKED = 6
STICK = (
    "userId",
    "sessionId",
    "default",
    "environment",
    "appName",
    "remoteAddress",
    "p",
    "é",
    "key",
)
GROUPS = ("f", "g", "", "é", "a b", 'a\\"b', "日本", "x" * 300, "/g", "a\\b")


def unit(rng: random.Random) -> Json:
    """A unit's value: mostly text."""
    return rng.choice((
        f"user-{rng.randrange(1000)}", f"user-{rng.randrange(1000)}", str(rng.randrange(10**9)),
        values.word(rng), values.scalar(rng), "élan", "日本", "👩‍💻", "",
    ))  # fmt: skip


def _sticky(rng: random.Random, stickiness: str) -> Json:
    """A context that has the unit asked for, somewhere."""
    field = {"default": rng.choice(("userId", "userId", "sessionId"))}.get(stickiness, stickiness)
    value = unit(rng)
    only_nested = field not in values.FIELDS and not isinstance(value, str)
    context = parts.context(field, value, nested=only_nested or rng.random() < 0.3)
    if rng.random() < 0.3 and field == "userId":
        context = {**context, "sessionId": unit(rng)}
    return context


def _percent(rng: random.Random) -> str:
    return rng.choice(("0", "1", "50", "99", "100", "050", "+50", str(rng.randrange(101)), "50"))


def rollout(rng: random.Random) -> Asked:
    """A percentage, by every stickiness."""
    kind = rng.choice(("flexible", "flexible", "flexible", "user", "session"))
    percent = _percent(rng)
    if rng.random() < 0.06:
        percent = rng.choice(("", "101", "-1", "50.5", " 50", "50%", "1000", "fifty", "５０"))
    group = rng.choice((*GROUPS, None))
    if rng.random() < 0.03:
        group = rng.choice(('a"b', "a\\"))
    if kind == "flexible":
        stickiness = rng.choice((*STICK, None))
        made = parts.rollout(percent, stickiness, group)
        by, cell = stickiness or "default", f"split:rollout {stickiness or 'default'}"
        if stickiness not in ("userId", "sessionId", "default", None):
            cell = "split:rollout custom"
    else:
        by, name = {
            "user": ("userId", "gradualRolloutUserId"),
            "session": ("sessionId", "gradualRolloutSessionId"),
        }[kind]
        parameters = {"percentage": percent} | ({} if group is None else {"groupId": group})
        made, cell = parts.strategy(name=name, parameters=parameters), f"strategy:{name}"
    asked = []
    for _ in range(ASKED):
        context = _sticky(rng, by)
        if rng.random() < 0.08 and by != "default":
            context = {"q": "a"}
        asked.append((context, (cell, "strategy:flexibleRollout" if kind == "flexible" else cell)))
    return parts.document([parts.toggle("f", [made])]), asked


def chance(rng: random.Random) -> Asked:
    """What is left to chance, at 0 and 100 %, where chance has no say."""
    percent = rng.choice(("0", "100"))
    kind = rng.choice(("random", "default", "old"))
    if kind == "old":
        percent = rng.choice(("0", "1", "100"))  # whoever draws: 1 is not less than 1
        made = parts.strategy(name="gradualRolloutRandom", parameters={"percentage": percent})
        cell = "strategy:gradualRolloutRandom"
    else:
        made = parts.rollout(percent, kind, rng.choice(GROUPS))
        cell = "split:rollout random" if kind == "random" else "split:rollout of nobody"
    document = parts.document([parts.toggle("f", [made])])
    contexts: list[Json] = [{}, None, {"q": "a"}, {"userId": None}]
    if kind != "default":
        contexts += [{"userId": "u"}, {"sessionId": "s", "random": "1"}]
    return document, [(rng.choice(contexts), (cell,)) for _ in range(ASKED)]


# --- variants ---------------------------------------------------------------------------------


def _payload(rng: random.Random) -> Json:
    made = rng.choice((
        None, {"type": "string", "value": "x"}, {"type": "json", "value": '{"a": [1]}'},
        {"type": "number", "value": "5"}, {"type": "csv", "value": "a,b"},
        {"type": "json", "value": "{bad"}, {"type": "number", "value": "many", "more": 1},
    ))  # fmt: skip
    return {} if made is None and rng.random() < 0.5 else {"payload": made}


def _variants(rng: random.Random, stickiness: str | None) -> list[Json]:
    names = ["hit", "miss", "third", "disabled", "é", "on"][: rng.randrange(2, 7)]
    rng.shuffle(names)
    if "hit" not in names:
        names[0] = "hit"
    weights = [rng.choice((0, 1, 333, 500, 1000, 1)) for _ in names]
    weights[names.index("hit")] = rng.choice((500, 1000, 1))
    if rng.random() < 0.03:
        weights[-1] = rng.choice((-1, 2**31 - 1, -5))
    elif rng.random() < 0.03:  # together beyond 32 bits
        weights = [2**31 - 1 - rng.randrange(9) for _ in names]
    sticky = {} if stickiness is None else {"stickiness": stickiness}
    return [
        parts.variant(
            name, weight, **sticky, **_payload(rng), **rng.choice(({}, {"weightType": "fix"}))
        )
        for name, weight in zip(names, weights, strict=True)
    ]


def variants(rng: random.Random) -> Asked:
    """Variants of a toggle or of its strategy, by every stickiness."""
    stickiness = rng.choice((*STICK, None))
    by = stickiness or "default"
    cell = by if by in ("userId", "sessionId", "default") else "custom"
    made = _variants(rng, stickiness)
    if rng.random() < 0.5:
        for other in made[1:]:
            other["stickiness"] = rng.choice(("userId", "random", "zzz"))
        document = parts.document([parts.toggle("f", [parts.strategy()], variants=made)])
        where = "toggle"
    else:
        parameters = {"stickiness": by, "rollout": "100", "groupId": rng.choice(GROUPS)}
        if stickiness is None:
            del parameters["stickiness"]
        if rng.random() < 0.2:
            del parameters["groupId"]
        name = rng.choice(("flexibleRollout", "default"))
        own = parts.strategy(name=name, parameters=parameters, variants=made)
        shadowed = rng.choice(({}, {"variants": [parts.variant("shadowed", 1)]}))
        document = parts.document([parts.toggle("f", [own], **shadowed)])
        where = "strategy"
    cells = (f"split:variants {cell}", f"variants of a {where}")
    return document, [(_sticky(rng, by), cells) for _ in range(ASKED)]


def chosen(rng: random.Random) -> Asked:
    """Which variants are asked: those of the first strategy that matches, or the toggle's."""
    one = parts.constraint("p", "IN", {"values": ["a"]})
    two = parts.constraint("p", "STR_CONTAINS", {"values": ["b", "a"]})
    pool: list[Json] = [None, [], [parts.variant("hit", 1)], [parts.variant("miss", 1)]]
    made = [
        parts.strategy(
            *conditions, **({} if (own := rng.choice(pool)) is None else {"variants": own})
        )
        for conditions in rng.sample([(one,), (two,), ()], rng.randrange(1, 4))
    ]
    own = rng.choice((None, [], [parts.variant("hit", 1)], [parts.variant("third", 5)]))
    document = parts.document([parts.toggle("f", made, variants=own)])
    asked = [
        ({"userId": "u", "p": rng.choice(("a", "b", "c"))}, ("variants of several",))
        for _ in range(ASKED)
    ]
    return document, asked


def overrides(rng: random.Random) -> Asked:
    """Variants that are given to whoever has a value, before weights are asked."""
    field = rng.choice(("userId", "sessionId", "p", "currentTime", "key", "environment", "/a"))
    words = [values.word(rng) for _ in range(2)]
    other = parts.variant("miss", 1, overrides=rng.choice(([], None, [_over("q", ["a"])])))
    hit = parts.variant("hit", 0, overrides=[_over(field, [words[0]]), _over(field, words)])
    both = [hit, other]
    rng.shuffle(both)
    if rng.random() < 0.3:
        both.append(parts.variant("third", 0, overrides=[_over(field, words[:1])]))
    conditions = [parts.constraint("off", "NOT_IN", {"values": ["yes"]})]
    made = [parts.rollout("100", rng.choice(("default", "random")), None, constraints=conditions)]
    document = parts.document([parts.toggle("f", made, variants=both)])
    asked = []
    for _ in range(ASKED):
        word = rng.choice((*words, words[0], values.word(rng), values.scalar(rng), None))
        context = parts.context(field, word, nested=rng.random() < 0.4)
        context = {**context, **rng.choice(({}, {}, {"off": "yes"}, {"q": "a"}))}
        asked.append((context, ("overrides",)))
    return document, asked


def _over(field: str, words: list[str]) -> Json:
    return {"contextName": field, "values": words}


# --- dependencies -----------------------------------------------------------------------------


def dependencies(rng: random.Random) -> Asked:
    """Toggles that need others: on, off, with variants, missing, or with needs of their own."""
    where = parts.constraint("p", "IN", {"values": ["a"]})
    sort = rng.choice(
        ("plain", "plain", "variants", "variants", "variants", "mixed", "mixed", "missing", "deep")
    )
    need: dict[str, Json] = {"feature": "parent"}
    enabled = rng.choice((None, True, False, False))
    if enabled is not None:
        need["enabled"] = enabled
    if sort != "plain" and rng.random() < 0.6:
        need["variants"] = rng.choice((["x"], ["y"], ["x", "y"], [], ["disabled"]))
    split = [parts.variant("x", 1, stickiness="userId"), parts.variant("y", 1)]
    parent = parts.toggle("parent", [parts.strategy(where)])
    if sort == "variants":
        if rng.random() < 0.5:
            parent["variants"] = split
        else:
            parent["strategies"] = [parts.strategy(where, variants=split)]
        if rng.random() < 0.3:
            split[0]["overrides"] = [_over("userId", ["u1", "u2"])]
    elif sort == "mixed":
        second = parts.constraint("p", "IN", {"values": ["b"]})
        parent["strategies"] = [parts.strategy(where, variants=split), parts.strategy(second)]
    if rng.random() < 0.15:
        parent["enabled"] = False
    toggles = [parts.toggle("f", [parts.strategy()], dependencies=[need]), parent]
    depth = 1
    if sort == "deep":
        parent["dependencies"] = [{"feature": "grandparent"}]
        toggles.append(parts.toggle("grandparent", [], dependencies=[{"feature": "root"}]))
        toggles.append(parts.toggle("root", []))
        depth = 3
    elif sort == "missing":
        toggles = toggles[:1]
    cells = {"deep": f"prerequisite depth {depth}", "missing": "prerequisite missing"}
    on = "off" if enabled is False else "on"
    cell = cells.get(sort, f"prerequisite {sort} {on}")
    if rng.random() < 0.25:
        toggles[0]["dependencies"].append({"feature": "other"})
        toggles.append(parts.toggle("other", []))
    if rng.random() < 0.3:
        toggles[0]["variants"] = [parts.variant("hit", 1)]
    rng.shuffle(toggles)
    return parts.document(toggles), [
        ({"userId": f"u{rng.randrange(9)}", "p": rng.choice(("a", "a", "b", "c"))}, (cell,))
        for _ in range(ASKED)
    ]


DRILLS: tuple[tuple[Callable[[random.Random], Asked], int], ...] = (
    (rollout, 14), (chance, 5), (variants, 12), (chosen, 3), (overrides, 3), (dependencies, 11),
)  # fmt: skip
