"""Documents that use everything at once, for what the drills did not think of."""

from __future__ import annotations

import random
from typing import Any

from tests.conformance.harness import parts, values
from tests.conformance.harness.drills import ASKED, KINDS, ODD, PEOPLE, Asked, person

Json = Any
NAMES = ("plan", "age", "email", "beta", "tags", "name", "identifier")
VARIATIONS = ("on", "off", "on", "off", "on", "gone", "")


def whole(rng: random.Random) -> Asked:
    """Six flags that may need one another, four groups that may hold one another."""
    made = _Maker(rng)
    document = parts.document([made.flag(n) for n in range(6)], [made.group(n) for n in range(4)])
    asked = [(made.target(), ("whole document",)) for _ in range(ASKED)]
    return document, asked


class _Maker:
    """Parts of one document. `wanted` holds what its clauses look for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.wanted: list[tuple[str, Json]] = []

    def clause(self, groups: list[str]) -> Json:
        rng = self.rng
        if groups and rng.random() < 0.25:
            return parts.in_group(*rng.sample(groups, rng.randint(1, len(groups))))
        op = rng.choice(values.OPERATORS)
        type_ = rng.choice(("text", "text", "int", "float", "bool"))
        wanted = values.wanted(rng, op, type_)
        name = rng.choice(NAMES)
        self.wanted.append((name, values.attribute(rng, op, type_, wanted)))
        return parts.clause(name, op, wanted, negate=rng.random() < 0.2)

    def clauses(self, groups: list[str], most: int = 3) -> list[Json]:
        return [self.clause(groups) for _ in range(self.rng.randint(0, most))]

    def group(self, n: int) -> Json:
        rng, later = self.rng, [f"g{m}" for m in range(n + 1, 4)]
        serving = None
        if rng.random() < 0.5:
            serving = [self.clauses(later) for _ in range(rng.randint(0, 2))]
        return parts.group(
            f"g{n}",
            included=tuple(rng.sample(PEOPLE, rng.choice((0, 3, 9)))),
            excluded=tuple(rng.sample(PEOPLE, rng.choice((0, 3, 9)))),
            rules=self.clauses(later),
            serving=serving,
        )

    def serve(self) -> Json:
        rng = self.rng
        if rng.random() < 0.6:
            return {"variation": rng.choice(VARIATIONS)}
        names = rng.choice(
            (("on", "off"), ("on", "off", "gone"), ("on", "off", ""), ("on", "gone", ""))
        )
        arms = [(rng.choice(names), rng.choice((0, 10, 25, 50))) for _ in range(3)]
        made = parts.distribution(rng.choice(("identifier", "team", "team", "gone")), arms)
        return {**made, "variation": rng.choice(VARIATIONS)} if rng.random() < 0.2 else made

    def flag(self, n: int) -> Json:
        rng = self.rng
        groups = ["g0", "g1", "g2", "g3", "gone"]
        kind, variations = rng.choice(KINDS)
        needs = [
            {"feature": f"f{m}", "variations": rng.sample(["on", "off", "gone"], rng.randint(1, 2))}
            for m in range(n + 1, 8)
            if rng.random() < 0.15
        ]
        return parts.flag(
            f"f{n}",
            kind=kind,
            variations=variations,
            state="on" if rng.random() < 0.9 else "off",
            off=rng.choice(("off", "off", "off", "on", "gone")),
            default=self.serve(),
            rules=[
                parts.rule(*self.clauses(groups), serve=self.serve(), priority=rng.randint(0, 4))
                for _ in range(rng.randint(0, 3))
            ],
            prerequisites=needs,
            variationToTargetMap=[
                parts.mapped(
                    rng.choice(VARIATIONS),
                    tuple(rng.sample(PEOPLE, rng.choice((0, 5)))),
                    rng.choice((None, [], rng.sample(groups, 2))),
                )
                for _ in range(rng.choice((0, 0, 1, 2)))
            ],
        )

    def target(self) -> Json:
        rng = self.rng
        attributes: Json = dict(rng.sample(self.wanted, min(len(self.wanted), 4)))
        if rng.random() < 0.5:
            attributes["team"] = rng.choice(PEOPLE) if rng.random() < 0.7 else rng.choice(ODD)
        more = {"name": rng.choice(PEOPLE)} if rng.random() < 0.7 else {}
        return parts.target(person(rng), attributes, **more)
