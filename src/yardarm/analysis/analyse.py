"""The analysis of a whole document."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..core import model as m
from ..core.references import Reference
from .conditions import check_condition
from .finding import Finding
from .flags import Way
from .formula import Formula
from .prerequisites import check_prerequisites
from .review import Place, Review
from .rules import reached
from .segments import check_duplicates, check_empty
from .shares import check_shares
from .variants import check_variants


def analyse(document: m.Document, only: Collection[Reference] | None = None) -> tuple[Finding, ...]:
    """Everything there is to say about a document's rules: flags first, then segments.

    Nothing is said that does not hold for every context there can be: missing attributes, values
    of any type, any time. Each flag is looked at as if it were enabled, paused rules as if they
    were not there. Archived flags, and what `validate` refuses to evaluate, are left out.

    `only` names the flags and segments to look at, such as `("flag", "new-checkout")`; time then
    grows with them and what they refer to, not with the document.
    """
    return tuple(findings(document, only))


def findings(document: m.Document, only: Collection[Reference] | None = None) -> Iterator[Finding]:
    """The same, one after the other."""
    review = Review(document)
    for key in document.flags:
        if only is None or ("flag", key) in only:
            yield from _flag(review, key)
    if only is not None and all(kind != "segment" for kind, _ in only):
        return
    peopled: dict[str, Place] = {}
    for key, segment in document.segments.items():
        place = Place(review, "segment", key)
        asked = only is None or ("segment", key) in only
        found = list(_segment(place, segment)) if asked else []
        if all(finding.kind != "segment-empty" for finding in found):
            peopled[key] = place
        yield from found
    duplicates = check_duplicates(review, peopled)
    yield from (f for f in duplicates if only is None or ("segment", f.segment) in only)


def _flag(review: Review, key: str) -> Iterator[Finding]:
    place = Place(review, "flag", key)
    way = review.flags.way(key)
    if way is None:
        return
    place.lay(_formulas(way))
    found = list(check_prerequisites(place, way))
    enters = all(finding.kind == "undecided" for finding in found)
    yield from found
    known, found = reached(place, way, enters)
    yield from found
    told = {finding.pointer for finding in found if finding.kind == "rule-never-matches"}
    for step in way.steps:
        if step.rule is not None:
            pointer = f"{step.pointer}/when"
            was_told = place.pointer + step.pointer in told
            yield from check_condition(place, step.rule.when, pointer, key, told=was_told)
    yield from check_variants(place, way, known)
    yield from check_shares(place, way, known)


def _formulas(way: Way) -> list[Formula]:
    """Everything that is asked about a flag."""
    found = [meaning.true for meaning in way.prerequisites]
    for step in way.steps:
        found += [step.when.true, step.passed, *step.serving.gives.values()]
    return found


def _segment(place: Place, segment: m.Segment) -> Iterator[Finding]:
    meaning = place.review.flags.belongs(segment.key)
    place.lay([meaning.true, meaning.abort])
    empty = list(check_empty(place, segment))
    yield from empty
    if segment.when is not None:
        told = any(finding.kind == "segment-empty" for finding in empty)
        yield from check_condition(place, segment.when, "/when", segment.key, told=told)
