"""Splits and shares that give other parts of the units than their weights say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..core import model as m
from ..core.bucketing import ALGORITHMS
from .finding import Finding
from .flags import Step, Way
from .formula import Formula
from .measure import Measure, Unmeasured
from .review import Place
from .rules import Reached
from .steps import Steps
from .subjects import Attribute, attribute
from .words import listed, parts_of, percent


@dataclass(frozen=True, slots=True)
class Written:
    """A split, or a share in a rule's condition: what it says, and what stands in its way.

    `written` is the share of each arm, `arms` when it is given. `before` is what must hold for a
    unit to come there, by pointer.
    """

    pointer: str
    name: str
    bucketing: m.Bucketing
    variants: tuple[str, ...]
    written: tuple[Fraction, ...]
    arms: tuple[Formula, ...]
    before: tuple[tuple[str, Formula], ...]


Sizes = frozenset[tuple[Fraction, tuple[Fraction, ...]]]


def check_shares(place: Place, way: Way, known: Reached) -> Iterator[Finding]:
    """Says of each split and share if nobody at all gets what is written."""
    before = [(f"/prerequisites/{i}", met.true) for i, met in enumerate(way.prerequisites)]
    before = before if known.enters else []
    for step in way.steps:
        if step.pointer not in known.dead:
            for written in _written(place, way, step, before):
                yield from _check(place, way, written)
        before = [*before, (step.pointer, step.passed)]


def _written(
    place: Place, way: Way, step: Step, before: Sequence[tuple[str, Formula]]
) -> Iterator[Written]:
    flags, key = place.review.flags, way.flag.key
    rule = step.rule
    of = "the default" if rule is None else f"rule {rule.id!r}"
    parts = [] if rule is None else list(parts_of(rule.when, f"{step.pointer}/when"))
    conditions = [(at, flags.condition(part, key).true) for at, part in parts]
    for index, (at, part) in enumerate(parts):
        if isinstance(part, m.Share) and part.bucketing.algorithm in ALGORITHMS:
            others = [*conditions[:index], *conditions[index + 1 :]]
            size = sum(end - start for start, end in part.ranges)
            yield Written(
                f"{at}/share", f"the share of {of}", part.bucketing, ("it",), (_part(size),),
                (conditions[index][1],), (*before, *others),
            )  # fmt: skip
    serve = way.flag.default if rule is None else rule.serve
    if isinstance(serve, m.Split) and step.serving.arms:
        pointer = f"{step.pointer}/split" if rule is None else f"{step.pointer}/serve/split"
        yield Written(
            pointer, f"the split of {of}", serve.bucketing,
            tuple(repr(arm.variant) for arm in serve.arms),
            tuple(_part(arm.weight) for arm in serve.arms),
            step.serving.arms, (*before, *conditions),
        )  # fmt: skip


def _part(weight: float) -> Fraction:
    return Fraction(int(weight), m.PARTS)


def _check(place: Place, way: Way, written: Written) -> Iterator[Finding]:
    with place.review.asking.purse.grant() as steps:
        yield from _told(place, way, written, steps)


def _told(place: Place, way: Way, written: Written, steps: Steps) -> Iterator[Finding]:
    limiting = [at for at, formula in written.before if _places_units(place, formula)]
    if not limiting and written.bucketing.layer is None:
        return
    try:
        sizes = _sizes(place, way, written, steps)
    except Unmeasured:
        why = "units are placed in a way that cannot be measured, or it takes too long"
        yield place.undecided("share-differs", written.pointer, why)
        return
    if not sizes:
        return
    culprits = [at for at in limiting if _changes(place, way, written, at, sizes, steps)]
    layered = written.bucketing.layer is not None
    proof = _proof(written, sizes, layered and not culprits)
    if layered:
        culprits.append(f"{written.pointer}/layer")
    mild = all(at.startswith("/prerequisites/") or at.endswith("/layer") for at in culprits)
    yield place.finding(
        "share-differs", written.pointer, f"{_words(written, sizes)}: {proof}",
        culprits=culprits, proof=proof,
        note=mild,
    )  # fmt: skip


def _places_units(place: Place, formula: Formula) -> bool:
    """Whether a formula asks where units fall, or something that may."""
    subjects = place.review.asking.atoms.subjects
    bits = formula.subjects
    while bits:
        lowest = bits & -bits
        if not isinstance(subjects[lowest.bit_length() - 1], Attribute):
            return True
        bits ^= lowest
    return False


def _sizes(place: Place, way: Way, written: Written, steps: Steps, without: str = "") -> Sizes:
    """What all populations get; nothing where one of them gets what is written.

    `without` leaves out what stands at this pointer.
    """
    bucketing = written.bucketing
    there = place.review.flags.placed(bucketing, way.flag.key, None)
    reach = [*(formula for at, formula in written.before if at != without), there]
    units = [attribute(bucketing.kind, name) for name in bucketing.by]
    measure = Measure(place.review.asking.ground([*reach, *written.arms]), steps)
    found = set()
    for come, given in measure.shares(reach, written.arms, units):
        if given == written.written:
            return frozenset()
        found.add((come, given))
    return frozenset(found)


def _changes(place: Place, way: Way, written: Written, at: str, sizes: Sizes, steps: Steps) -> bool:
    """Whether leaving this out would change what anybody gets, as far as the steps go."""
    try:
        return _sizes(place, way, written, steps, at) != sizes
    except Unmeasured:
        return True


def _words(written: Written, sizes: Sizes) -> str:
    told = []
    for number, share in enumerate(written.written):
        found = sorted({given[number] for _, given in sizes})
        if found != [share]:
            told.append(
                f"{written.variants[number]} {_range(found)} of the units, not {percent(share)}"
            )
    return f"{written.name} gives {listed(told)}"


def _proof(written: Written, sizes: Sizes, layered: bool) -> str:
    come = _range(sorted({come for come, _ in sizes}))
    if layered and written.bucketing.layer is not None:
        layer = written.bucketing.layer
        size = percent(_part(sum(end - start for start, end in layer.ranges)))
        return f"only the {size} of the units that layer {layer.key!r} leaves to it are divided"
    return f"whatever else their contexts say, {come} of all units come to it"


def _range(found: Sequence[Fraction]) -> str:
    if len(found) == 1:
        return percent(found[0])
    return f"{percent(found[0])} to {percent(found[-1])}"
