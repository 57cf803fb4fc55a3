"""Segments that nobody belongs to, and segments with the same members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..core import model as m
from ..core.reading import escape
from .finding import Finding
from .flags import Flags
from .formula import Formula, either, negate
from .proofs import why_never
from .review import Place, Review
from .witness import Witness
from .words import quoted


def check_empty(place: Place, segment: m.Segment) -> Iterator[Finding]:
    """Says if nobody belongs to the segment."""

    def belongs(flags: Flags) -> list[Formula]:
        return [flags.belongs(segment.key).true]

    answer = place.ask(belongs, place.evaluation.belongs(segment))
    if answer.verdict == "unknown":
        yield place.undecided("segment-empty", "", answer.why)
    if answer.verdict != "never":
        return
    culprits: list[str] = []
    if segment.when is None:
        proof = "it includes no key and has no condition"
    elif place.never([place.review.flags.condition(segment.when, segment.key).true]):
        proof, culprits = why_never(place, segment.when, "/when", segment.key)
    else:
        proof = f"whoever fulfils {quoted(segment.when)} is excluded by key"
        culprits = ["/when", *(f"/excluded/{i}" for i in range(len(segment.excluded)))]
    yield place.finding(
        "segment-empty", "", f"nobody belongs to segment {segment.key!r}: {proof}",
        culprits=culprits, proof=proof, never=belongs,
    )  # fmt: skip


class Duplicates:
    """Finds segments with the same members among those that it is shown, one after the other."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._groups: dict[tuple[bool, ...], list[str]] = {}
        self._pool: list[Witness] = []

    def check(self, places: Mapping[str, Place]) -> Iterator[Finding]:
        """Says of every segment if an earlier one has the same members."""
        self._pool = self._seen(places)
        tests = {
            key: self.review.evaluation.belongs(self.review.document.segments[key])
            for key in places
        }
        for key, place in places.items():
            signature = tuple(tests[key](witness) for witness in self._pool)
            group = self._groups.setdefault(signature, [])
            for other in group:
                if self._same(place, key, other):
                    yield self._finding(place, key, other)
                    break
            else:
                group.append(key)

    def _seen(self, places: Mapping[str, Place]) -> list[Witness]:
        """Contexts that tell segments apart: for each some inside of it and outside."""
        found: list[Witness] = []
        flags = self.review.flags
        for key, place in list(places.items())[:_MOST_WITNESSES]:
            meaning = flags.belongs(key)
            segment = self.review.document.segments[key]
            for formula, wanted in ((meaning.true, True), (meaning.false, False)):
                answer = place.ask(
                    lambda _, f=formula: [f],  # type: ignore[misc]
                    self.review.evaluation.belongs(segment, wanted),
                )
                if answer.witness is not None:
                    found.append(answer.witness)
        return found

    def _same(self, place: Place, key: str, other: str) -> bool:
        return place.never(_differing(self.review.flags, key, other))

    def _finding(self, place: Place, key: str, other: str) -> Finding:
        proof = f"every context that is in one of them is in the other, too: {other!r}"
        when = self.review.document.segments[other].when
        if when is not None:
            proof += f" is {quoted(when)}"
        return place.finding(
            "segment-duplicate", "", f"segment {key!r} has the same members as {other!r}",
            culprits=[f"/segments/{escape(other)}"], proof=proof,
            never=lambda flags: _differing(flags, key, other),
        )  # fmt: skip


_MOST_WITNESSES = 100


def _differing(flags: Flags, key: str, other: str) -> list[Formula]:
    """That a context is in one of two segments, or aborts it, and not the other."""
    one, two = flags.belongs(key), flags.belongs(other)
    pairs = [(one.true, two.true), (one.abort, two.abort)]
    return [
        either(
            both_ways for a, b in pairs for both_ways in (_and(a, negate(b)), _and(b, negate(a)))
        )
    ]


def _and(a: Formula, b: Formula) -> Formula:
    from .formula import both

    return both((a, b))
