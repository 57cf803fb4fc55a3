"""Segments that nobody belongs to, and segments with the same members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..core import model as m
from ..core.reading import escape
from .ask import Confirm
from .finding import Finding
from .flags import Flags
from .formula import Formula, both, either, negate
from .proofs import why_never
from .review import Place, Review
from .words import quoted

_MOST_WITNESSES = 200
_MOST_PAIRS = 1_000_000
"""How many pairs of segments are compared at most; each takes about a microsecond."""


def check_empty(place: Place, segment: m.Segment) -> Iterator[Finding]:
    """Says if nobody belongs to the segment."""

    def belongs(flags: Flags) -> list[Formula]:
        return [flags.belongs(segment.key).true]

    answer = place.ask(belongs, place.evaluation.belongs(segment))
    place.member = answer.witness
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


def check_duplicates(review: Review, places: Mapping[str, Place]) -> Iterator[Finding]:
    """Says of every segment if an earlier one has the same members. `places` are of segments that
    somebody belongs to."""
    tests = {key: review.evaluation.belongs(review.document.segments[key]) for key in places}
    pool = [place.member for place in places.values() if place.member is not None]
    step = len(pool) // _MOST_WITNESSES + 1
    groups: dict[tuple[bool, ...], list[str]] = {}
    left = _MOST_PAIRS
    for key, place in places.items():
        signature = tuple(tests[key](witness) for witness in pool[::step])
        group = groups.setdefault(signature, [])
        for other in group[: max(0, left)]:
            left -= 1
            told = _told_apart(places, tests, key, other)
            if not told and place.never(_differing(review.flags, key, other)):
                yield _duplicate(place, key, other)
                break
        else:
            group.append(key)


def _told_apart(
    places: Mapping[str, Place], tests: Mapping[str, Confirm], key: str, other: str
) -> bool:
    """Whether a member that is known of one of two segments is not in the other."""
    one, two = places[key].member, places[other].member
    if one is not None and not tests[other](one):
        return True
    return two is not None and not tests[key](two)


def _duplicate(place: Place, key: str, other: str) -> Finding:
    proof = f"every context that is in one of them is in the other, too: {other!r}"
    when = place.review.document.segments[other].when
    if when is not None:
        proof += f" is {quoted(when)}"
    return place.finding(
        "segment-duplicate", "", f"segment {key!r} has the same members as {other!r}",
        culprits=[f"/segments/{escape(other)}"], proof=proof,
        never=lambda flags: _differing(flags, key, other),
    )  # fmt: skip


def _differing(flags: Flags, key: str, other: str) -> list[Formula]:
    """That a context is in one of two segments, or aborts it, and not the other."""
    one, two = flags.belongs(key), flags.belongs(other)
    return [
        either(
            both((a, negate(b)))
            for pair in ((one.true, two.true), (one.abort, two.abort))
            for a, b in (pair, pair[::-1])
        )
    ]
