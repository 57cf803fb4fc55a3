"""Random questions to Flagsmith's engine and to ours, all from one seed.

Drills ask about one thing (an operator, a path, a split, a chain of flags) with values close to
where its answer turns; whole documents mix everything. Every question names in its cells what it
is about, and `hit` says from the vendor's answer whether that came out true.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..question import Question
from . import failures, flags, paths
from .documents import condition, engine_document, environment_document, feature, segment, variants
from .drills import ABSENT, DRILLS, ODD, SEMVER_TRAITS, SEMVER_VALUES
from .rules import negated, nested, plain

Json = Any

ONE_SIDED: dict[str, str] = {
    "split:no identity": "variants are only given to identities; others get the flag's own value",
}
"""Cells of which one outcome cannot happen, and why."""

COMPARISONS = (
    "EQUAL", "NOT_EQUAL", "GREATER_THAN", "GREATER_THAN_INCLUSIVE", "LESS_THAN",
    "LESS_THAN_INCLUSIVE",
)  # fmt: skip


TOPICS = (
    "comparisons", "versions", "sets", "flags", "circles", "splits", "paths", "failures", "whole",
)  # fmt: skip
"""Parts of the questions, for runs that share them."""


def questions(rng: random.Random, topics: Sequence[str] = TOPICS) -> Iterator[Question]:
    """Endless questions; those about one document hold the same document object."""
    makers = [make for topic in topics for make in _MAKERS[topic]]
    while True:
        rng.shuffle(makers)
        for make in makers:
            yield from make(rng)


def hit(question: Question, answer: Json) -> bool:
    """Whether what the cells name came out true, by the vendor's answer."""
    about = question.cells[0]
    if about.startswith("fails:"):
        return has_failed(answer)
    if question.flag is None:
        return bool(answer["segments"])
    reason = answer["reason"] or ""
    if about.startswith("split:"):
        return reason.startswith("SPLIT")
    if about.startswith("cycle:"):
        return reason.startswith("ERROR")
    if about.startswith("override:"):
        return answer["value"] == "expected"
    return reason.startswith(("TARGETING_MATCH", "SPLIT"))


def has_failed(answer: Json) -> bool:
    """Whether the engine raised instead of answering."""
    results = [answer] if "flags" not in answer else list(answer["flags"].values())
    return any(one["reason"] == "ERROR; code=PARSE_ERROR" for one in results)


# --- one operator -----------------------------------------------------------------------------

_Place = Callable[[Json, Json], None]


def _trait(name: str) -> _Place:
    def place(identity: Json, value: Json) -> None:
        if value is not ABSENT:
            identity["traits"][name] = value

    return place


def _part(name: str) -> _Place:
    def place(identity: Json, value: Json) -> None:
        if value is not ABSENT:
            identity[name] = value

    return place


SOURCES: tuple[tuple[str, str, _Place], ...] = (
    ("trait", "t", _trait("t")),
    ("trait", "t", _trait("t")),
    ("trait", "großes Ø.t", _trait("großes Ø.t")),
    ("path:trait", "$.identity.traits.t", _trait("t")),
    ("path:trait quoted", "$.identity.traits['a b']", _trait("a b")),
    ("path:trait unicode", "$.identity.traits.größe", _trait("größe")),
    ("path:trait wins", "$.identity.identifier", _trait("$.identity.identifier")),
    ("path:trait wins", "$.environment.name", _trait("$.environment.name")),
    ("path:invalid is a trait", "$.not valid", _trait("$.not valid")),
    ("path:identifier", "$.identity.identifier", _part("identifier")),
    ("path:key", "$.identity.key", _part("key")),
)
"""Where an operator's value comes from: cell, property, and how to put it into an identity."""


def _about(operator: str) -> Callable[[random.Random], Iterator[Question]]:
    """Drills of one operator: plain and negated, missing and of the wrong type."""

    def make(rng: random.Random) -> Iterator[Question]:
        drill = DRILLS[operator]
        off = rng.random() < 0.45
        wrong = rng.random() < 0.35
        source, name, place = rng.choice(SOURCES)
        if operator == "PERCENTAGE_SPLIT" and rng.random() < 0.4:
            source, name, place = "split:percentage by key", "", _part("key")
        value = rng.choice(drill.wrong_values) if wrong else drill.values(rng)
        rules = (negated if off else plain)(rng, condition(operator, name, value))
        document, form = _document(rng, rules)
        for _ in range(8):
            missing = rng.random() < 0.24
            identity: Json = {"identifier": f"user-{rng.randint(0, 10**6)}", "traits": {}}
            if not missing:
                place(identity, drill.wrong(rng) if wrong else drill.traits(rng, value))
            if not identity["traits"] and rng.random() < 0.3:
                identity["traits"] = None if rng.random() < 0.5 else identity.pop("traits")
            cells = [f"{'not ' if off else ''}op:{operator}", source, form]
            if missing or wrong:
                cells.insert(1, f"{'missing' if missing else 'wrong type'}:{operator}")
            yield Question(document, "flag", _context(rng, identity), tuple(cells))

    return make


def _about_versions(operator: str) -> Callable[[random.Random], Iterator[Question]]:
    """Drills of an operator over semantic versions."""

    def make(rng: random.Random) -> Iterator[Question]:
        value = rng.choice(SEMVER_VALUES) + ":semver"
        if operator == "CONTAINS":
            value = rng.choice(("rc.1", "b1", "1.2.3", "bad")) + ":semver"
        rules = plain(rng, condition(operator, "version", value))
        document, form = _document(rng, rules)
        for _ in range(8):
            trait = rng.choice(SEMVER_TRAITS[: 13 if rng.random() < 0.6 else None])
            if operator not in ("GREATER_THAN", "LESS_THAN") and rng.random() < 0.25:
                trait = value.removesuffix(":semver")
            elif operator == "CONTAINS" and rng.random() < 0.7:
                trait = rng.choice(("1.2.3-rc.1", "1.2.3+b1", "2.0.0-rc.1+b1", "1.2.3-bad+1.2"))
            identity = {"identifier": "user", "traits": {"version": trait}}
            cells = (f"semver:{operator}", form)
            yield Question(document, "flag", _context(rng, identity), cells)

    return make


def _document(rng: random.Random, rules: list[Json]) -> tuple[Json, str]:
    """A document of one flag that a segment of these rules overrides, and its form's cell."""
    features = [feature("flag", "1", False, "control"), feature("other", "2", True, None)]
    overrides = [feature("flag", "3", True, "expected", priority=1)]
    segments = [segment(str(rng.randint(1, 99)), "the segment", rules, overrides)]
    return rendered(rng, features, segments)


def rendered(
    rng: random.Random, features: list[Json], segments: list[Json], **more: Json
) -> tuple[Json, str]:
    """The document in one of its two forms, and the cell that names it."""
    if rng.random() < 0.5 and not more:
        return engine_document(features, segments), "form:context"
    return environment_document(features, segments, **more), "form:environment"


def _context(rng: random.Random, identity: Json) -> Json:
    """An identity as the engine has it, or as the SDK's arguments."""
    if "key" not in identity and rng.random() < 0.3:
        traits = identity.get("traits")
        if traits and any(isinstance(value, dict) for value in traits.values()):
            return {"identity": identity}  # the SDK takes an object for a trait with an option
        if traits and rng.random() < 0.3:
            traits = {name: {"value": value, "transient": True} for name, value in traits.items()}
        return {"identifier": identity["identifier"], "traits": traits}
    return {"identity": identity}


# --- splits, overrides ------------------------------------------------------------------------


def _about_splits(rng: random.Random) -> Iterator[Question]:
    """Multivariate flags, for identities with and without a key of their own, and for none."""
    one = feature("flag", str(rng.randint(1, 10**5)), True, "control", variants=variants(rng))
    if rng.random() < 0.2:
        one["key"] = "5a8b0b3e-6a0e-4b1c-9d5e-" + f"{rng.randint(0, 10**11):012d}"
    document, form = rendered(rng, [one], [])
    for _ in range(8):
        name = f"user-{rng.randint(0, 10**6)}"
        identity: Json = {"identifier": name}
        cell = "split:multivariate"
        if rng.random() < 0.4:
            identity["key"] = rng.choice((name, "", 7, f"00{rng.randint(0, 999)}", "é"))
            cell = "split:multivariate, explicit key"
        if rng.random() < 0.12:
            yield Question(document, "flag", {}, ("split:no identity", form))
        yield Question(document, "flag", {"identity": identity}, (cell, form))


def _about_overridden_splits(rng: random.Random) -> Iterator[Question]:
    """Segments whose override is multivariate too, with a key of its own."""
    features = [feature("flag", "11", True, "control", variants=variants(rng))]
    own = feature("flag", "12", True, "own control", variants=variants(rng))
    rules = plain(rng, condition("IS_SET", "t", ""))
    document, form = rendered(rng, features, [segment("5", "testers", rules, [own])])
    for _ in range(8):
        traits = {"t": 1} if rng.random() < 0.7 else {}
        identity = {"identifier": f"user-{rng.randint(0, 10**6)}", "traits": traits}
        yield Question(
            document, "flag", {"identity": identity}, ("split:multivariate override", form)
        )


def _about_priorities(rng: random.Random) -> Iterator[Question]:
    """Several segments that override one flag: the lowest priority wins, then the first."""
    number = rng.randint(2, 4)
    chosen = rng.randrange(number)
    segments = []
    for at in range(number):
        override = feature("flag", str(20 + at), True, "expected" if at == chosen else f"v{at}")
        if rng.random() < 0.8:
            override["priority"] = rng.choice((0, 1, 1, 2, -1, 0.5))
        rules = plain(rng, condition("IS_SET", f"t{at}", ""))
        segments.append(segment(str(30 - at), rng.choice(("a", "b")), rules, [override]))
    document, form = rendered(rng, [feature("flag", "1", False, "control")], segments)
    for _ in range(8):
        traits = {f"t{at}": True for at in range(number) if rng.random() < 0.7}
        identity = {"identifier": "user", "traits": traits}
        yield Question(document, "flag", {"identity": identity}, ("override:priority", form))


def _about_identities(rng: random.Random) -> Iterator[Question]:
    """Overrides of identities, which win over those of segments."""
    names = [f"user-{number}" for number in range(6)]
    overrides = []
    for name in rng.choices(names, k=rng.randint(1, 6)):
        own = [feature("flag", "", True, rng.choice(("expected", "expected", 1, True, "x")))]
        if rng.random() < 0.3:
            own.append(feature(rng.choice(("other", "flag", "gone")), "", False, "y"))
        overrides.append({"identifier": name, "overrides": own if rng.random() < 0.9 else []})
    rules = plain(rng, condition("IS_SET", "t", ""))
    segments = [segment("5", "testers", rules, [feature("flag", "9", True, "z", priority=0)])]
    features = [feature("flag", "1", False, "control"), feature("other", "2", True, None)]
    document, form = rendered(rng, features, segments, identities=overrides)
    for _ in range(8):
        identity = {
            "identifier": rng.choice(names),
            "traits": {"t": 1} if rng.random() < 0.5 else {},
        }
        about = rng.choice(("flag", "flag", "flag", "other", None))
        cell = "override:identity" if about == "flag" else "identity override beside others"
        yield Question(document, about, _context(rng, identity), (cell, form))


# --- everything together ----------------------------------------------------------------------


def whole(rng: random.Random) -> Iterator[Question]:
    """Documents of several flags and segments, with every kind of part in them."""
    names = [f"f{number}" for number in range(rng.randint(2, 5))]
    features = [_any_feature(rng, name, str(10 + at)) for at, name in enumerate(names)]
    segments = []
    for at in range(rng.randint(1, 6)):
        overrides = []
        for name in rng.sample(names, rng.randint(0, min(2, len(names)))):
            overrides.append(_any_feature(rng, name, str(100 + at)))
            if rng.random() < 0.6:
                overrides[-1]["priority"] = rng.randint(0, 3)
        segments.append(segment(str(at + 1), f"s{at}", _any_rules(rng, names), overrides))
    values: list[Json] = []
    contexts = rng.random() < 0.5
    if rng.random() < 0.25:
        values = failures.mine(rng, segments, contexts=contexts)
    build = engine_document if contexts else environment_document
    form = "form:context" if contexts else "form:environment"
    document = build(features, segments)
    for _ in range(8):
        traits = {name: _any_trait(rng) for name in ("t", "u", "v") if rng.random() < 0.75}
        if values and rng.random() < 0.5:
            traits["t"] = rng.choice(values)
        identity: Json = {"identifier": rng.choice(("a", "abc", f"user-{rng.randint(0, 99)}"))}
        identity["traits"] = traits
        context = _context(rng, identity) if rng.random() < 0.9 else {}
        about = rng.choice((*names, None, None))
        cell = "whole:everything" if about is None else "whole:flag"
        if values:
            cell = "fails:in a whole document"
        yield Question(document, about, failures.Context(context), (cell, form))


def _any_feature(rng: random.Random, name: str, key: str) -> Json:
    value = rng.choice((None, "", "text", 7, True, False, '{"a": 1}', 1.5))
    made = feature(name, key, rng.random() < 0.6, value)
    if rng.random() < 0.3:
        made["variants"] = variants(rng)
    return made


def _any_rules(rng: random.Random, names: list[str]) -> list[Json]:
    return [nested(rng, lambda: _any_condition(rng, names), 3) for _ in range(rng.randint(1, 2))]


def _any_condition(rng: random.Random, names: list[str]) -> Json:
    if rng.random() < 0.25:
        return flags.condition_on(rng, rng.choice(names))
    operator = rng.choice(tuple(DRILLS))
    name = rng.choice(("t", "u", "v", "$.identity.identifier", "$.environment.name"))
    return condition(operator, name, DRILLS[operator].values(rng))


def _any_trait(rng: random.Random) -> Json:
    return rng.choice((*ODD, 1, 2, 3, "a", "abc", "1.2.3", "b", True))


_Maker = Callable[[random.Random], Iterator[Question]]

_MAKERS: dict[str, tuple[_Maker, ...]] = {
    "comparisons": 2 * tuple(_about(operator) for operator in COMPARISONS),
    "versions": tuple(_about_versions(operator) for operator in (*COMPARISONS, "CONTAINS")),
    "sets": 2 * tuple(_about(operator) for operator in DRILLS if operator not in COMPARISONS),
    "flags": (*[flags.chains] * 6, *[flags.fields] * 8),
    "circles": (*[flags.cycles] * 10, flags.swallowed, flags.swallowed),
    "splits": (
        _about_splits, _about_splits, _about_overridden_splits, _about_priorities,
        _about_identities, _about_identities,
    ),
    "paths": (paths.drills,) * 8,
    "failures": (*[failures.conditions] * 26, *[failures.identities] * 6),
    "whole": (whole,) * 4,
}  # fmt: skip
"""As many of each as fill the cells alike."""
