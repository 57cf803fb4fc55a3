"""What looks like a defect on a small domain, and is neither found nor shown to be none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.unit.analysis.small_worlds import Truth

from yardarm.analysis import Finding, Kind
from yardarm.analysis.ask import Confirm
from yardarm.analysis.flags import Way
from yardarm.analysis.formula import Formula
from yardarm.analysis.review import Place, Review
from yardarm.core import model as m

Missing = Iterator[tuple[Kind, str]]


def unexplained(
    document: m.Document, findings: Sequence[Finding], truth: Truth, contexts: Sequence[Any]
) -> Missing:
    """Rules, variants and segments that no context of the domain brings to life, and that are not
    found, though the search does not come up with a context of its own that the interpreter
    confirms."""
    reported = {finding.pointer for finding in findings}
    review = Review(document)
    for key in document.flags:
        way = review.flags.way(key)
        stuck = any(at.startswith(f"/flags/{key}/prerequisites/") for at in reported)
        if way is not None and not stuck:
            yield from _flag(Place(review, "flag", key), way, reported, truth, contexts)
    for key in document.segments:
        place = Place(review, "segment", key)
        if place.pointer in reported or any(truth.belongs(key, c) for c in contexts):
            continue
        formulas = [review.flags.belongs(key).true]
        if not _shown(place, formulas, lambda w, k=key: truth.belongs(k, w.to_json()) is True):
            yield "segment-empty", place.pointer


def _flag(
    place: Place, way: Way, reported: set[str], truth: Truth, contexts: Sequence[Any]
) -> Missing:
    key = way.flag.key
    seen: set[str] = set()
    served: set[str | None] = {way.flag.off}
    for context in contexts:
        seen |= {at for at, outcome in truth.notes(key, context).items() if outcome is True}
        served.add(truth.serves(key, context))
    passed: list[Formula] = [way.enters]
    for step in way.steps:
        pointer = place.pointer + step.pointer
        asked = [*passed, step.when.true]
        passed.append(step.passed)
        if step.rule is None or step.pointer in seen or pointer in reported:
            pass
        elif not _shown(place, asked, _matching(truth, key, step.pointer)):
            yield "rule-never-matches", pointer
        for variant, given in step.serving.gives.items():
            if variant not in served and _shown(
                place, [*asked, given], _served(truth, key, variant)
            ):
                served.add(variant)
    for number, variant in enumerate(way.flag.variants):
        pointer = f"{place.pointer}/variants/{number}"
        if variant.key not in served and pointer not in reported:
            yield "variant-never-served", pointer


def _matching(truth: Truth, flag: str, pointer: str) -> Confirm:
    return lambda witness: truth.notes(flag, witness.to_json()).get(pointer) is True


def _served(truth: Truth, flag: str, variant: str) -> Confirm:
    return lambda witness: truth.serves(flag, witness.to_json()) == variant


def _shown(place: Place, formulas: list[Formula], confirm: Confirm) -> bool:
    return place.ask(lambda flags: formulas, confirm).verdict == "possible"
