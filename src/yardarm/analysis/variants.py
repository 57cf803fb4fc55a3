"""Variants that nobody is served."""

from __future__ import annotations

from collections.abc import Iterator

from ..core import model as m
from .finding import Finding
from .flags import Flags, Way
from .formula import FALSE, TRUE, Formula
from .review import Place
from .rules import Reached
from .words import listed


def check_variants(place: Place, way: Way, known: Reached) -> Iterator[Finding]:
    """Variants that no step gives to anybody. `off` is served as soon as the flag is disabled."""
    for number, variant in enumerate(way.flag.variants):
        if variant.key == way.flag.off:
            continue
        open_ = ""
        served = False
        for index, step in enumerate(way.steps):
            given = step.serving.gives.get(variant.key, FALSE)
            if given is FALSE or step.pointer in known.dead:
                continue

            def asked(flags: Flags, index: int = index, key: str = variant.key) -> list[Formula]:
                return _asked(flags, way.flag.key, known, index, key)

            confirm = place.evaluation.serves(way.flag.key, [variant.key])
            answer = place.ask(asked, confirm if known.enters else lambda witness: True)
            served = answer.verdict == "possible"
            open_ = answer.why if answer.verdict == "unknown" else open_
            if served:
                break
        pointer = f"/variants/{number}"
        if not served and open_:
            yield place.undecided("variant-never-served", pointer, open_)
        elif not served:
            yield _finding(place, way, known, pointer, variant)


def _asked(flags: Flags, flag: str, known: Reached, index: int, variant: str) -> list[Formula]:
    """That the step at this index is reached and gives the variant."""
    way = flags.get_way(flag)
    step = way.steps[index]
    enters = [way.enters] if known.enters else []
    before = [earlier.passed for earlier in way.steps[:index]]
    return [*enters, *before, step.when.true, step.serving.gives.get(variant, FALSE)]


def _finding(place: Place, way: Way, known: Reached, pointer: str, variant: m.Variant) -> Finding:
    naming = [step for step in way.steps if variant.key in step.serving.gives]
    culprits = [step.pointer for step in naming]
    if naming:
        where = listed([_name(step.pointer, step.rule) for step in naming])
        proof = f"{where} would serve it, but to nobody"
    else:
        proof = "no rule, target or default names it"

    def some(flags: Flags) -> list[Formula]:
        """That any step gives it, as one formula: one step that is not excluded is enough."""
        for index in range(len(way.steps)):
            asked = _asked(flags, way.flag.key, known, index, variant.key)
            if FALSE not in asked and not place.never(asked):
                return [TRUE]
        return [FALSE]

    return place.finding(
        "variant-never-served", pointer, f"variant {variant.key!r} is never served: {proof}",
        culprits=culprits, proof=proof, never=some,
    )  # fmt: skip


def _name(pointer: str, rule: m.Rule | None) -> str:
    if rule is not None:
        return f"rule {rule.id!r}"
    return "the default" if pointer == "/default" else "a target"
